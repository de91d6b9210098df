"""GitHub workflow commands: annotations on the changed lines of a pull request, without code scanning.

GitHub shows ten annotations of each level per step; so what stops the gate is an error and comes first, graver
findings before slighter ones, and the lines after the commands count everything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judgement import Severity
from analyzer.policy.result import Finding, Result
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, Status, place, rows
from analyzer.report.sanitize import terminal, workflow_message, workflow_property
from analyzer.report.text_summary import examined, outcome, verdict

MOST_SHOWN = 10
"""Annotations of one level that GitHub shows for one step."""

_LEVELS = ("error", "warning", "notice")


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as commands for the runner, then a summary for the log."""
    lines = [*_commands(result), *_summary(result)]
    return "".join(f"{line}\n" for line in lines)


def _commands(result: Result) -> Iterator[str]:
    yield from (_missing(row) for row in rows(result) if row.status is Status.NOT_EVALUATED)
    ranked = sorted(result.findings, key=lambda found: (_LEVELS.index(_level(found, result)), -found.severity))
    yield from (_annotation(found, _level(found, result)) for found in ranked)


def _level(finding: Finding, result: Result) -> str:
    if result.stops(finding):
        return "error"
    return "warning" if finding.severity >= Severity.MEDIUM else "notice"


def _annotation(finding: Finding, level: str) -> str:
    file, line = place(finding)
    location = finding.location
    properties = {"file": file, "line": "" if line is None else str(line)}
    if location is not None and (location.file, location.line) == (file, line):
        properties["col"] = str(location.column)
        if location.end_line == location.line and location.end_column > location.column:
            properties["endColumn"] = str(location.end_column - 1)
    properties["title"] = f"{finding.rule_id} {finding.slug} ({finding.severity.label})"
    fix = f" Fix: {finding.remediation}" if finding.remediation else ""
    return _command(level, properties, f"{finding.resource}: {finding.message}{fix}")


def _missing(row: Row) -> str:
    properties = {"file": row.file, "line": "" if row.line is None else str(row.line)}
    properties["title"] = f"{row.rule_id} not evaluated" if row.rule_id else "not read"
    return _command("error", properties, f"{row.subject}: {row.text}")


def _command(level: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{name}={workflow_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {written}::{workflow_message(message)}"


def _summary(result: Result) -> Iterator[str]:
    for level in _LEVELS:
        number = sum(_level(found, result) == level for found in result.findings)
        if level == "error":
            number += len(result.not_evaluated) + len(result.problems)
        if number > MOST_SHOWN:
            yield f"{number} annotations are of level {level}; GitHub shows {MOST_SHOWN} of each level per step."
    yield terminal(examined(result))
    yield outcome(result)
    yield verdict(result)[1]
