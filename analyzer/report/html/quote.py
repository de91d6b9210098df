"""Lines of a file, as a report quotes them, with what matters marked."""

from __future__ import annotations

from textwrap import dedent

from analyzer.policy.result import Location
from analyzer.report.html.markup import Html, element, text
from analyzer.report.options import ReadLine
from analyzer.report.sanitize import source_line as readable

MOST_COLUMNS = 160
MOST_LINES = 4


def quote(location: Location | None, read_line: ReadLine) -> Html | None:
    """The lines of a place, at most :data:`MOST_LINES`; None where they say nothing or cannot be read."""
    if location is None:
        return None
    first = read_line(location.file, location.line)
    if first is None or not first.strip(" \t{}[],\r"):
        return None
    if len(first) > MOST_COLUMNS or location.end_line == location.line:
        return _listing(location.line, [_one(first, location)])
    last = min(location.end_line, location.line + MOST_LINES - 1)
    lines = [first, *(read_line(location.file, number) or "" for number in range(location.line + 1, last + 1))]
    told = dedent("\n".join(line.expandtabs(4) for line in lines)).split("\n")
    return _listing(location.line, [text(readable(_cut(line))) for line in told], more=last < location.end_line)


def _listing(number: int, lines: list[Html], *, more: bool = False) -> Html:
    numbers = "\n".join(str(number + offset) for offset in range(len(lines)))
    shown = Html("\n".join([*lines, *(["…"] if more else [])]))
    return element(
        "pre", element("span", Html(numbers), class_="line"), element("code", shown), tabindex=0, class_="quote"
    )


def _one(line: str, location: Location) -> Html:
    """One line, cut around its span where it is long, the span marked where it is not the whole line."""
    start = max(location.column - 1, 0)
    end = location.end_column - 1 if location.end_line == location.line else len(line)
    left = max(start - MOST_COLUMNS // 2, 0) if len(line) > MOST_COLUMNS else len(line) - len(line.lstrip())
    left = min(left, start)
    right = min(left + MOST_COLUMNS, len(line.rstrip()))
    before, marked, after = line[left:start], line[start : min(end, right)], line[max(end, start) : right]
    told = [text(readable(part)) for part in (before, marked, after)]
    if marked.strip() and (before.strip() or after.strip(" ,;")):
        told[1] = element("mark", told[1])
    beyond = Html("…") if left > len(line) - len(line.lstrip()) else Html("")
    return Html("".join([beyond, *told, "…" if right < len(line.rstrip()) else ""]))


def _cut(line: str) -> str:
    line = line.rstrip()
    return line if len(line) <= MOST_COLUMNS else f"{line[:MOST_COLUMNS]}…"
