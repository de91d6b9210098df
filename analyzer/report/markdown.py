"""Markdown for a comment on a pull or merge request: the verdict, what stops it, and the rest folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.policy.result import Finding, Result
from analyzer.report.framework_groups import Group, apart
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, Status, place, rows
from analyzer.report.sanitize import markdown_comment
from analyzer.report.text_summary import examined, look, outcome, verdict

MARKER = "<!-- stackproof -->"
"""The first line, by which a job finds its comment again instead of writing a new one."""

MOST_ROWS = 50
"""Rows of one section; a comment on GitHub holds 65,536 characters."""

MOST_TEXT = 400
"""Characters of one message."""

SIGNS = {"failed": "❌", "incomplete": "⚠️", "passed": "✅"}
"""By the word for a verdict."""


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as GitHub-flavoured Markdown."""
    own, added = apart(result.findings)
    stopping = [found for found in own if result.stops(found)]
    others = [found for found in own if not result.stops(found)]
    by_status: dict[Status, list[Row]] = {status: [] for status in Status}
    for row in rows(result):
        by_status[row.status].append(row)
    lines = [MARKER, f"## {SIGNS[look(result)]} Stackproof: {verdict(result)[1]}", "", cell(examined(result))]
    lines += ["", outcome(result)]
    lines += _table("Not evaluated", by_status[Status.NOT_EVALUATED], folded=False)
    lines += _findings("At or over the gate", stopping, folded=False)
    lines += _findings("Below the gate", others, folded=True)
    for group in added:
        lines += _findings(cell(_added(group, result)), group.findings, folded=True)
    lines += _table("Undecided, and what would decide it", by_status[Status.UNKNOWN], folded=True)
    lines += _table("Waived", by_status[Status.WAIVED], folded=True)
    lines += _table("In the baseline", by_status[Status.BASELINED], folded=True)
    return "".join(f"{line}\n" for line in lines)


def _added(group: Group, result: Result) -> str:
    """The heading of a group; folded away, so it says what stops the gate."""
    stopping = sum(result.stops(found) for found in group.findings)
    return f"{group.heading}, in {group.stack}{f'; {stopping} at or over the gate' if stopping else ''}"


def _findings(heading: str, findings: Sequence[Finding], *, folded: bool) -> Iterator[str]:
    ranked = sorted(findings, key=lambda found: -found.severity)
    cells = [
        (found.severity.label, f"{found.rule_id} {found.slug}", found.resource, where(*place(found)), _told(found))
        for found in ranked[:MOST_ROWS]
    ]
    yield from section(heading, ("severity", "rule", "resource", "where", "what"), cells, len(findings), folded=folded)


def _table(heading: str, found: Sequence[Row], *, folded: bool) -> Iterator[str]:
    cells = [
        (f"{row.rule_id} {row.slug}".strip(), row.subject, where(row.file, row.line), _remark(row))
        for row in found[:MOST_ROWS]
    ]
    yield from section(heading, ("rule", "resource", "where", "what"), cells, len(found), folded=folded)


def section(
    heading: str, titles: Sequence[str], cells: Sequence[Sequence[str]], total: int, *, folded: bool
) -> Iterator[str]:
    """The lines of a table with its heading, ``folded`` away or not; ``cells`` are those of ``total`` rows that are
    shown. Nothing where there is no row."""
    if not cells:
        return
    counted = f"{heading} ({total})"
    yield ""
    yield f"<details><summary>{counted}</summary>" if folded else f"### {counted}"
    yield ""
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in cells:
        yield f"| {' | '.join(map(cell, row))} |"
    if total > len(cells):
        yield ""
        yield f"And {total - len(cells)} more, which the other report formats list."
    if folded:
        yield ""
        yield "</details>"


def _told(finding: Finding) -> str:
    fix = f" Fix: {finding.remediation}" if finding.remediation else ""
    also = f" Also: {', '.join(finding.aliases)}." if finding.aliases else ""
    return f"{finding.message}{fix}{also}"


def _remark(row: Row) -> str:
    if row.waived is None:
        return row.text
    until = f"until {row.waived.expires}" if row.waived.expires else ""
    who = ", ".join(part for part in (row.waived.origin, row.waived.owner, row.waived.approver, until) if part)
    return f"{row.text} ({who})"


def where(file: str, line: int | None) -> str:
    """A place as ``file:line``."""
    return file if line is None else f"{file}:{line}"


def cell(text: str) -> str:
    """Text of the input for a comment, cut where it is long."""
    return markdown_comment(text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…")
