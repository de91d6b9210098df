"""A span of source text; apart from the rest so that naming a place costs nothing."""

from __future__ import annotations

from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of source text. ``file`` is the name in the file tree; lines and columns start at 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


def spanning(first: Place, last: Place) -> Place:
    """From the start of one span to the end of a later one in the same file."""
    return Place(first.file, first.line, first.column, last.end_line, last.end_column)
