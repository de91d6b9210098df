"""Finds places for the labels of edges where they do not cover each other."""

from __future__ import annotations

Point = tuple[float, float]

HEIGHT = 14
LINE = 13
_LIFT = 4
_TRIED = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
"""Parts of the way along an edge, the best first."""


class Labels:
    """The labels of one picture, placed one after another."""

    def __init__(self) -> None:
        self._taken: list[tuple[float, float, float, float]] = []

    def place(self, text: str, width: float, start: Point, end: Point) -> Point:
        """The middle of the baseline of a label on the curve from ``start`` to ``end``: where it covers least."""
        tried = [_on_curve(start, end, part) for part in _TRIED]
        best = min(tried, key=lambda at: self._covered(_frame(text, width, at)))
        self.take(text, width, best)
        return best

    def take(self, text: str, width: float, at: Point) -> None:
        """A label that stands at ``at`` in any case."""
        if text:
            self._taken.append(_frame(text, width, at))

    def _covered(self, frame: tuple[float, float, float, float]) -> float:
        left, top, right, bottom = frame
        covered = 0.0
        for other_left, other_top, other_right, other_bottom in self._taken:
            across = min(right, other_right) - max(left, other_left)
            down = min(bottom, other_bottom) - max(top, other_top)
            if across > 0 and down > 0:
                covered += across * down
        return round(covered, 3)


def lines(text: str, at: Point) -> list[tuple[str, Point]]:
    """Each line of a label with the middle of its baseline, the lines around that of a single one."""
    told = text.split("\n")
    top = at[1] - (len(told) - 1) * LINE / 2
    return [(line, (at[0], round(top + number * LINE, 1))) for number, line in enumerate(told)]


def _frame(text: str, width: float, at: Point) -> tuple[float, float, float, float]:
    placed = lines(text, at)
    return at[0] - width / 2, placed[0][1][1] - HEIGHT + 3, at[0] + width / 2, placed[-1][1][1] + 3


def _on_curve(start: Point, end: Point, part: float) -> Point:
    """A point of the curve that leaves and arrives level, with control points half way across."""
    rest = 1 - part
    across = 1.5 * rest * part + part**3
    down = part * part * (3 - 2 * part)
    x = start[0] + (end[0] - start[0]) * across
    return round(x, 1), round(start[1] + (end[1] - start[1]) * down - _LIFT, 1)
