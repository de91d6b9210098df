"""Reads the package's own data files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent
"""The package is never run from a zip archive, and importlib.resources costs a sixth of a cold start."""


def read_bytes(name: str) -> bytes:
    """The bytes of a data file; `FileNotFoundError` for a name that the package does not have."""
    return (FOLDER / name).read_bytes()


def read_json(name: str) -> dict[str, Any]:
    """A JSON object, unpacked first if the name ends in `.gz`. The caller makes it immutable."""
    raw = read_bytes(name)
    if name.endswith(".gz"):
        import zlib

        raw = zlib.decompress(raw, 31)
    return cast(dict[str, Any], json.loads(raw))
