"""Whether a document can be walked at all: aliases can make a small file huge, endless or very deep."""

from __future__ import annotations

from typing import Any

MOST_PARTS = 500_000
"""As a tree, every alias written out. CloudFormation takes 1 MB of template, which has far fewer parts."""

MOST_DEPTH = 200


def fault(document: Any) -> str | None:
    """Why ``document`` cannot be expanded, in words; None where it can. Takes time linear in the parts in memory."""
    try:
        _measure(document, {}, 0)
    except _Refused as refusal:
        return str(refusal)
    return None


class _Refused(Exception):
    pass


def _measure(value: Any, known: dict[int, tuple[int, int] | None], level: int) -> tuple[int, int]:
    """Number of parts and depth of ``value`` as a tree."""
    if not isinstance(value, dict | list):
        return 1, 0
    if id(value) in known:
        measured = known[id(value)]
        if measured is None:
            raise _Refused("the document contains itself")
        return measured
    if level > MOST_DEPTH:
        raise _Refused("the document is nested too deeply")
    known[id(value)] = None
    children = value.values() if isinstance(value, dict) else value
    parts, depth = 1, 1 if children else 0
    for child in children:
        if not isinstance(child, dict | list):
            parts += 1
            continue
        size, below = _measure(child, known, level + 1)
        parts, depth = parts + size, max(depth, below + 1)
    if parts > MOST_PARTS:
        raise _Refused("the document is too large once its aliases are written out")
    if depth > MOST_DEPTH:
        raise _Refused("the document is nested too deeply")
    known[id(value)] = parts, depth
    return parts, depth
