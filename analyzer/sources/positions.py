"""Where a value of a document stands in its text."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from analyzer.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A span of one file. Lines and columns start at 1, columns count characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets, the end exclusive."""

    start: int
    end: int


class Lines:
    """Turns character offsets of a text into positions."""

    def __init__(self, text: str) -> None:
        self._text = text
        lengths = map((1).__add__, map(len, text.split("\n")))
        self._starts = [0, *accumulate(lengths)][:-1]

    def position(self, span: Span) -> Position:
        """The position of ``span``, which may cover several lines."""
        line, column = self._place(span.start)
        end_line, end_column = self._place(span.end)
        return Position(line, column, end_line, end_column)

    def member(self, key: Span, value: Span, *, scalar: bool) -> Position:
        """What to underline for an entry of a mapping: key and value where both stand on the key's line and
        the value is a scalar, else the key."""
        line_end = self._line_end(key.start)
        if not scalar or value.start >= line_end:
            return self.position(key)
        return self.position(Span(key.start, min(value.end, line_end)))

    def element(self, value: Span) -> Position:
        """What to underline for an element of a list: the value, or as much of it as its first line holds."""
        return self.position(Span(value.start, min(value.end, self._line_end(value.start))))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _line_end(self, offset: int) -> int:
        newline = self._text.find("\n", offset)
        end = len(self._text) if newline < 0 else newline
        while end > offset and self._text[end - 1].isspace():
            end -= 1
        return end


def pointer_tokens(pointer: str) -> list[str] | None:
    """The reference tokens of an RFC 6901 JSON pointer; None where it is not one."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        return None
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
