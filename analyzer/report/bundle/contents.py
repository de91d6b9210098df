"""What is in the bundle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from importlib import metadata
from pathlib import PurePosixPath
from typing import Any

from analyzer.policy.controls import with_controls
from analyzer.policy.result import Result, RuleInfo
from analyzer.policy.run import Run
from analyzer.records import replace
from analyzer.report import formats
from analyzer.report.bundle.archive import BundleError, pack
from analyzer.report.bundle.statements import judged, link, test_result
from analyzer.report.options import ReadLine, ReportOptions
from analyzer.report.text_summary import idle_rules

VERSION = 1
"""Of the layout of the bundle."""

RUN = "run.json"
LINK = "statements/bundle.intoto.json"
TEST_RESULT = "statements/test-result.intoto.json"
README = "README.md"
REPORTS = {
    "html": "reports/report.html",
    "json": "reports/report.json",
    "sarif": "reports/report.sarif",
    "oscal": "reports/report.oscal.json",
    "csv": "reports/report.csv",
    "markdown": "reports/report.md",
    "pdf": "reports/report.pdf",
}
"""The reports, by format."""

_ABOUT = f"""# Evidence bundle of Stackproof

| file | holds |
|---|---|
| `reports/` | the reports of one run, in every format |
| `{RUN}` | what was examined and what governed the run: digests, settings, rules, dates of data, tool |
| `configuration/` | the files that governed it, as they were |
| `{TEST_RESULT}` | in-toto statement on the inputs: which rules passed, which failed |
| `{LINK}` | in-toto statement on every other file here: its digest, and what it was made of |

`stackproof verify BUNDLE` checks every digest; `stackproof verify BUNDLE --inputs FOLDER` judges the inputs again and
compares. Digests alone do not say who made the bundle: sign `{LINK}`, or the bundle.
"""


def render(result: Result, *, options: ReportOptions) -> bytes:
    """The bundle. Same result, same ``options.generated``, same settings: same bytes.

    Raises:
        ReportError: it would be larger than what can be verified.
    """
    try:
        return pack(files(result, options))
    except BundleError as error:
        raise formats.ReportError(str(error)) from error


def files(result: Result, options: ReportOptions) -> dict[str, bytes]:
    """The files of the bundle, by name."""
    result, run = with_controls(result), options.run or Run()
    reports, not_made = _reports(result, replace(options, run=run, read_line=_examined_only(options.read_line, run)))
    copies = {path: (_copy_name(number, path), data) for number, (path, data) in enumerate(run.copies, 1)}
    told = _json(
        {
            **_origin(result, options),
            **_inputs(result, run),
            **_governed(result, run, {path: name for path, (name, _) in copies.items()}),
            "reports": {name: REPORTS[name] for name in reports},
            "not_made": not_made,
        }
    )
    found = {
        README: _ABOUT.encode(),
        RUN: told,
        **({TEST_RESULT: _json(test_result(result, run, (RUN, told)))} if judged(result) else {}),  # it needs a subject
        **dict(copies.values()),
        **{REPORTS[name]: data for name, data in reports.items()},
    }
    return {**found, LINK: _json(link(result, run, found))}


def _reports(result: Result, options: ReportOptions) -> tuple[dict[str, bytes], dict[str, str]]:
    """The reports by format, and why the others could not be made."""
    made: dict[str, bytes] = {}
    not_made: dict[str, str] = {}
    for name in REPORTS:
        try:
            report = formats.renderer(name)(result, options=options)
        except formats.ReportError as error:
            not_made[name] = str(error)
        else:
            made[name] = report if isinstance(report, bytes) else report.encode()
    return made, not_made


def _examined_only(read_line: ReadLine, run: Run) -> ReadLine:
    """Quotes only files whose digests are in the bundle, so that whoever has these sees the same lines."""
    known = {path for path, _ in run.examined}
    return lambda file, line: read_line(file, line) if file in known else None


def _origin(result: Result, options: ReportOptions) -> dict[str, Any]:
    """Who made the bundle, when, and how the reports were wanted."""
    return {
        "bundle_version": VERSION,
        "tool": {"name": "stackproof", "version": result.version, "data": dict(result.data), "typst": _typst()},
        "generated": options.generated.astimezone(UTC).isoformat(),
        "as_of": str(result.as_of) if result.as_of else None,
        "oscal": {"plan": options.oscal_plan, "satisfied": options.oscal_satisfied},
        "verdict": result.verdict,
        "exit_status": result.exit_code,
    }


def _inputs(result: Result, run: Run) -> dict[str, Any]:
    return {
        "paths": list(run.paths),
        "inputs": [
            {"path": each.path, "kind": each.kind, "sha256": each.sha256, "stacks": list(each.stacks)}
            for each in result.inputs
        ],
        "judged": _digests(judged(result)),
        "examined": _digests(run.examined),
        "problems": [{"path": each.path, "reason": each.reason} for each in result.problems],
    }


def _governed(result: Result, run: Run, copies: Mapping[str, str]) -> dict[str, Any]:
    """``copies``: the name in the bundle by path. Of a file with parameter values there is a digest only."""
    return {
        "options": dict(run.asked),
        "governed_by": [{"path": path, "sha256": digest, "copy": copies.get(path)} for path, digest in run.read],
        "settings": [
            {
                "application": each.application,
                "files": list(each.files),
                "settings": [{"name": one.name, "value": one.value, "origin": one.origin} for one in each.settings],
            }
            for each in run.governed
        ],
        "rules": [_rule(each) for each in result.rules],
        "rules_with_nothing_to_judge": list(idle_rules(result)),
    }


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {"id": rule.id, "slug": rule.slug, "severity": rule.severity.label, "documented": rule.documented.label}


def _digests(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"path": path, "sha256": digest} for path, digest in pairs]


def _copy_name(number: int, path: str) -> str:
    return f"configuration/{number}-{re.sub('[^A-Za-z0-9._-]', '_', PurePosixPath(path).name)[:80]}"


def _typst() -> str | None:
    """The release of what makes the PDF, whose bytes depend on it."""
    try:
        return metadata.version("typst")
    except metadata.PackageNotFoundError:
        return None


def _json(value: Any) -> bytes:
    """ASCII only: what an input holds cannot act on whoever looks into the file."""
    return f"{json.dumps(value, indent=2, default=str)}\n".encode()
