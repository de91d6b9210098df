"""A comparison as Markdown for a comment on a pull or merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.policy.comparison.change import Change, Difference, Kind
from analyzer.policy.result import Undecided
from analyzer.report.comparison import words
from analyzer.report.markdown import SIGNS, cell, section, where
from analyzer.report.options import ReportOptions
from analyzer.report.rows import place

MARKER = "<!-- stackproof diff -->"
"""The first line, by which a job finds its comment again instead of writing a new one."""

MOST_CHARACTERS = 60_000
"""A comment on GitHub holds 65,536."""

_ROWS = (50, 25, 12, 6, 3, 1)
_OPEN = (Kind.ADDED, Kind.WORSENED, Kind.NOT_JUDGED)


def render(difference: Difference, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The comparison as GitHub-flavoured Markdown; with fewer rows a section where it would not fit a comment."""
    for most in _ROWS:
        text = "".join(f"{line}\n" for line in _lines(difference, most))
        if len(text) <= MOST_CHARACTERS:
            break
    return text


def _lines(difference: Difference, most: int) -> Iterator[str]:
    sign, sentence = SIGNS[words.look(difference)], words.verdict(difference)
    yield from (MARKER, f"## {sign} Stackproof: {sentence}", "", words.totals(difference))
    titles = ("severity", "rule", "resource", "where", "what")
    for kind in Kind:
        changes = difference.of(kind)
        cells = [_row(change) for change in changes[:most]]
        yield from section(words.HEADINGS[kind], titles, cells, len(changes), folded=kind not in _OPEN)
    yield from _list("Passed before, and nothing is said of it now", list(words.lapsed(difference)), most)
    about = [f"Old: {words.described(difference.old)}", f"New: {words.described(difference.new)}"]
    yield from _list("What was compared", [*about, *words.notes(difference)], most)


def _row(change: Change) -> tuple[str, ...]:
    shown, remarks = change.shown, "; ".join(words.remarks(change))
    before = f"({remarks}) " if remarks else ""
    if isinstance(shown, Undecided):
        found_at = where(shown.location.file, shown.location.line) if shown.location else shown.stack
        return "undecided", shown.rule_id, shown.resource, found_at, f"{before}Needs {shown.needs}"
    found = shown.finding
    fix = f" Fix: {found.remediation}" if change.kind in _OPEN and found.remediation else ""
    rule = f"{found.rule_id} {found.slug}"
    return found.severity.label, rule, found.resource, where(*place(found)), f"{before}{found.message}{fix}"


def _list(heading: str, entries: Sequence[str], most: int) -> Iterator[str]:
    if not entries:
        return
    yield from ("", f"<details><summary>{heading}</summary>", "")
    yield from (f"- {cell(entry)}" for entry in entries[:most])
    if len(entries) > most:
        yield f"- and {len(entries) - most} more"
    yield from ("", "</details>")
