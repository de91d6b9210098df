"""JSON Lines: one object for each application, one for what could not be read of an input, and a summary at the end.

Every application stands for itself: its findings are compared with its own baseline and gate. An input that holds
several applications has as many lines, ``number`` 1 to ``of``; it was read to the end when all of them are there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from analyzer.judgement import Severity
from analyzer.policy.controls import with_controls
from analyzer.policy.exit_status import ExitStatus
from analyzer.policy.result import InputProblem, Result
from analyzer.records import dataclass
from analyzer.report.json_format import SCHEMA_VERSION, document, dumps

APPLICATION, PROBLEM, SUMMARY = "application", "problem", "summary"

_OF_THE_RUN = ("schema_version", "tool", "as_of", "rules", "inputs", "summary")
_FOR_COMPARISON = ("templates", "files", "not_run", "ignored")
"""What of an input only a comparison of two reports asks for; `stackproof diff` reads no lines."""
_COUNTED = ("unknown", "waived", "baselined", "not_evaluated", "problems")


def application(result: Result) -> dict[str, Any]:
    """The record of the one application in ``result``: the JSON report without what is the same for all."""
    whole = document(with_controls(result))
    given = {key: value for key, value in whole["inputs"][0].items() if key not in _FOR_COMPARISON}
    for passed in whole["passed"]:
        del passed["names"]
    rest = {key: value for key, value in whole.items() if key not in _OF_THE_RUN}
    return {"type": APPLICATION, **given, "verdict": result.verdict, **rest}


def unread(problems: Sequence[InputProblem]) -> dict[str, Any]:
    """The record of what could not be read, or not be judged, of an input."""
    told = [{"path": p.path, "line": p.line, "column": p.column, "reason": p.reason} for p in problems]
    return {"type": PROBLEM, "verdict": "incomplete", "problems": told}


def lines(records: Sequence[Mapping[str, Any]], name: str, **told: Any) -> str:
    """The lines of the input called ``name``. ``told`` is what else each of them says."""
    whole = ({"input": name, "number": i, "of": len(records), **told} for i in range(1, len(records) + 1))
    return "".join(dumps({**head, **record}) for head, record in zip(whole, records, strict=True))


@dataclass
class Tally:
    """The sums over lines, for the summary and the exit status."""

    inputs: int = 0
    applications: int = 0
    failed: int = 0
    resources: int = 0
    passed: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Count one more input with its ``records``."""
        self.inputs += 1
        for record in records:
            self.applications += record["type"] == APPLICATION
            self.failed += record["verdict"] == "failed"
            self.resources += record.get("resources", 0)
            self.passed += sum(passed["subjects"] for passed in record.get("passed", ()))
            self.findings.update(found["severity"] for found in record.get("findings", ()))
            self.counts.update({key: len(record.get(key, ())) for key in _COUNTED})

    def join(self, other: Tally) -> None:
        """Add what another one counted."""
        self.inputs += other.inputs
        self.applications += other.applications
        self.failed += other.failed
        self.resources += other.resources
        self.passed += other.passed
        self.findings.update(other.findings)
        self.counts.update(other.counts)

    @property
    def exit_code(self) -> ExitStatus:
        """As of a report of all of them together."""
        return ExitStatus.of(incomplete=self.counts["not_evaluated"], unread=self.counts["problems"], over=self.failed)


def summary(tally: Tally, *, version: str, data: Mapping[str, str], complete: bool) -> str:
    """The last line. ``complete``: whether every input was come to."""
    return dumps(
        {
            "type": SUMMARY,
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "stackproof", "version": version, "data": dict(sorted(data.items()))},
            "complete": complete,
            "inputs": tally.inputs,
            "applications": tally.applications,
            "applications_failed": tally.failed,
            "resources": tally.resources,
            "findings": {each.label: tally.findings[each.label] for each in sorted(Severity, reverse=True)},
            "passed": tally.passed,
            **{key: tally.counts[key] for key in _COUNTED},
            "exit_status": tally.exit_code,
        }
    )


def parse(line: bytes) -> dict[str, Any] | None:
    """The record in ``line``; None where it is none, or was not written to its end."""
    try:
        record = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    known = (APPLICATION, PROBLEM)
    return record if isinstance(record, dict) and record.get("type") in known else None
