"""One quoted line of a file with what matters in it underlined."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.policy.result import Location
from analyzer.report.display import Display, width_of
from analyzer.report.options import ReadLine
from analyzer.report.sanitize import source_line

TAB = 4
MOST_COLUMNS = 110
"""Longer lines (minified code, one-line JSON) are quoted around the place that matters."""

_BEFORE = 30


def excerpt(location: Location, read_line: ReadLine, display: Display, *styles: str) -> Iterator[str]:
    """The quoted line and its underline, with the line number in a gutter; nothing where it cannot be read."""
    text = read_line(location.file, location.line)
    if text is None or not text.strip():
        return
    text = text.rstrip()
    start = min(location.column - 1, len(text))
    end = location.end_column - 1 if location.end_line == location.line else len(text)
    end = max(min(end, len(text)), min(start + 1, len(text)))
    start, end = _without_margin(text, start, end)
    before, marked, after = _crop(text, start, end)
    prefix = source_line(before, tab=TAB)
    shown = source_line(before + marked, tab=TAB)
    gutter = str(location.line)
    bar = display.paint(display.symbol("bar"), "dim")
    yield f"  {display.paint(gutter, 'dim')} {bar} {source_line(before + marked + after, tab=TAB)}"
    underline = display.symbol("underline") * max(width_of(shown) - width_of(prefix), 1)
    yield f"  {' ' * len(gutter)} {bar} {' ' * width_of(prefix)}{display.paint(underline, *styles)}"


def _without_margin(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its start."""
    while start < end - 1 and text[start].isspace():
        start += 1
    return start, end


def _crop(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before, in and after the span, indentation taken away and long lines cut to what matters."""
    indent = min(len(text) - len(text.lstrip()), start)
    keep = min(indent, 4)
    before, marked, after = text[indent - keep : start] if indent > keep else text[:start], text[start:end], text[end:]
    if len(before) + len(marked) + len(after) <= MOST_COLUMNS:
        return before, marked, after
    if len(before) > _BEFORE:
        before = f"…{before[-_BEFORE:]}"
    room = MOST_COLUMNS - len(before)
    if len(marked) > room:
        return before, f"{marked[: room - 1]}…", ""
    room -= len(marked)
    return before, marked, after if len(after) <= room else f"{after[: max(room - 1, 0)]}…"
