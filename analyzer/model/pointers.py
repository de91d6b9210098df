"""JSON pointers (RFC 6901)."""

from __future__ import annotations


def escape(key: object) -> str:
    """A key or index as one step of a pointer."""
    step = str(key)
    return step.replace("~", "~0").replace("/", "~1") if "/" in step or "~" in step else step


def unescape(step: str) -> str:
    """The key that one step of a pointer writes."""
    return step.replace("~1", "/").replace("~0", "~")
