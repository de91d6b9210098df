"""JSON pointers (RFC 6901)."""

from __future__ import annotations


def escape(key: object) -> str:
    """A key or index as one step of a pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
