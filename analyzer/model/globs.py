"""Patterns with ``*`` and ``?`` against text, and against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*+|\?)", pattern)
    expression = "".join(
        ".*" if piece.startswith("*") else "." if piece == "?" else re.escape(piece) for piece in pieces
    )
    return re.compile(expression, re.DOTALL)


MOST_STARS = 4
MOST_LENGTH = 2048


def matches(pattern: str, subject: str) -> bool:
    """Whether the whole subject matches the pattern; both case-sensitive, ``*`` crosses any separator."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == subject
    if pattern.count("*") > MOST_STARS or len(subject) > MOST_LENGTH:
        return overlap(list(pattern), ["\\" + c if c in "*?" else c for c in subject])
    return _compiled(pattern).fullmatch(subject) is not None


def overlap(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether some text matches both patterns, given as tokens: ``*``, ``?`` or one literal character each
    (``\\*`` and ``\\?`` are the characters themselves). Time is the product of the lengths."""
    reachable = {0}
    for position in range(len(left) + 1):
        reachable = _closed(reachable, right, stay=position < len(left) and left[position] == "*")
        if position == len(left):
            break
        token = left[position]
        if token == "*":
            continue
        following = set()
        for index in reachable:
            if index < len(right):
                other = right[index]
                if other == "*":
                    following.add(index)
                elif token == "?" or other == "?" or token == other:
                    following.add(index + 1)
        reachable = following
        if not reachable:
            return False
    return len(right) in reachable


def _closed(indices: set[int], right: Sequence[str], *, stay: bool) -> set[int]:
    """``indices`` and all that can be reached by skipping stars (or, with ``stay``, anything)."""
    if not indices:
        return set()
    if stay:
        return set(range(min(indices), len(right) + 1))
    closed = set(indices)
    for index in sorted(indices):
        step = index
        while step < len(right) and right[step] == "*":
            step += 1
            closed.add(step)
    return closed
