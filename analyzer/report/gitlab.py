"""GitLab Code Quality: the issues of a merge request, in the subset of the Code Climate format that GitLab reads.

GitLab shows only the first of several issues with one fingerprint, compares fingerprints between branches and knows
no issue that is accepted. So duplicates are told apart, and waived and baselined findings are left out, as are
undecided questions. What was not evaluated or not read is an issue, as nothing else would show that it is missing.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

from analyzer.judgement import Severity
from analyzer.policy.result import Result
from analyzer.report.json_format import dumps
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, Status, rows
from analyzer.report.sanitize import visible

_SEVERITY = {
    Severity.CRITICAL.label: "blocker",
    Severity.HIGH.label: "critical",
    Severity.MEDIUM.label: "major",
    Severity.LOW.label: "minor",
    Severity.INFO.label: "info",
}
_INCOMPLETE = "critical"
"""How grave it is that something was not evaluated."""


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as a JSON array, empty where there is nothing to say."""
    seen: Counter[str] = Counter()
    issues = []
    for row in rows(result):
        if row.status in (Status.FAIL, Status.NOT_EVALUATED):
            identity = _identity(row)
            seen[identity] += 1
            issues.append(_issue(row, identity, seen[identity]))
    return dumps(issues, indent=2)


def _issue(row: Row, identity: str, ordinal: int) -> dict[str, Any]:
    failed = row.status is Status.FAIL
    return {
        "description": visible(f"{row.subject}: {row.text}" if failed else f"Not evaluated: {row.text}"),
        "check_name": f"{row.rule_id} {row.slug}".strip() or "input",
        "fingerprint": identity if ordinal == 1 else f"{identity}-{ordinal}",
        "severity": _SEVERITY[row.severity] if failed else _INCOMPLETE,
        "location": {"path": _path(row.file or row.group), "lines": {"begin": row.line or 1}},
    }


def _identity(row: Row) -> str:
    """The fingerprint, or for what has none a digest of what was to be evaluated."""
    return row.fingerprint or sha256(f"{row.rule_id}\0{row.group}".encode(errors="replace")).hexdigest()[:32]


def _path(file: str) -> str:
    return visible(file.removeprefix("./") or ".")
