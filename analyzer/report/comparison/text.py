"""A comparison for people at a terminal: what came in full, what went in a line each, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.policy.comparison.change import Change, Difference, Kind
from analyzer.policy.result import Undecided
from analyzer.report.comparison import words
from analyzer.report.display import Display, wrap
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.sanitize import terminal
from analyzer.report.text_finding import FindingBlock

MOST_LINES = 12
"""So many changes for the better are listed of each kind unless asked to be verbose."""

_IN_FULL = (Kind.ADDED, Kind.WORSENED)
_COLOURS = {"failed": "red", "incomplete": "yellow", "passed": "green"}


def render(difference: Difference, *, options: ReportOptions) -> str:
    """The comparison as text, coloured and wrapped as ``options`` say."""
    return "\n".join(_Text(difference, options).lines()) + "\n"


class _Text:
    def __init__(self, difference: Difference, options: ReportOptions) -> None:
        self._difference = difference
        self._options = options
        self._display = Display(colour=options.colour, symbols=options.symbols)
        self._block = FindingBlock(self._display, options)

    def lines(self) -> Iterator[str]:
        difference = self._difference
        yield from self._wrapped(f"Old: {words.described(difference.old)}")
        yield from self._wrapped(f"New: {words.described(difference.new)}")
        for kind in Kind:
            yield from self._section(kind)
        yield from self._list("Passed before, and nothing is said of it now", words.lapsed(difference))
        yield from self._list("To be borne in mind", words.notes(difference))
        yield ""
        yield from self._wrapped(words.totals(difference))
        colour, sentence = _COLOURS[words.look(difference)], words.verdict(difference)
        yield from (self._display.paint(line, "bold", colour) for line in wrap(sentence, self._options.width))

    def _section(self, kind: Kind) -> Iterator[str]:
        changes = self._difference.of(kind)
        if not changes:
            return
        yield ""
        yield self._display.paint(f"{words.HEADINGS[kind]} ({len(changes)})", "bold")
        verbose = self._options.verbosity is Verbosity.VERBOSE
        terse = self._options.verbosity is Verbosity.QUIET or kind not in _IN_FULL
        shown = changes if verbose or kind in _IN_FULL else changes[:MOST_LINES]
        for change in shown:
            yield from self._line(change) if terse else self._in_full(change)
        if len(changes) > len(shown):
            yield f"  and {len(changes) - len(shown)} more (-v shows all)"

    def _line(self, change: Change) -> Iterator[str]:
        remarks = "; ".join(words.remarks(change))
        yield from self._entry(f"{_named(change)}{f': {remarks}' if remarks else ''}")

    def _in_full(self, change: Change) -> Iterator[str]:
        yield ""
        known = change.known
        if known is None:
            yield from self._entry(f"{self._display.symbol('undecided')} {_named(change)}")
        else:
            yield from self._block.lines(known.finding)
        for remark in words.remarks(change):
            yield from self._entry(f"~ {remark}")

    def _list(self, heading: str, entries: Iterator[str]) -> Iterator[str]:
        for number, entry in enumerate(entries):
            if not number:
                yield ""
                yield self._display.paint(heading, "bold")
            yield from self._entry(entry)

    def _entry(self, text: str) -> Iterator[str]:
        yield from wrap(terminal(text), self._options.width, first="  ", rest="    ")

    def _wrapped(self, text: str) -> Iterator[str]:
        yield from wrap(terminal(text), self._options.width)


def _named(change: Change) -> str:
    shown = change.shown
    if isinstance(shown, Undecided):
        return f"undecided {shown.rule_id} {shown.resource} in {shown.stack}, needs {shown.needs}"
    found = shown.finding
    return f"{found.severity.label} {found.rule_id} {found.slug} {found.resource} in {found.stack}"
