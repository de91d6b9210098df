"""JSON with one entry a line, character by character as ``json.dumps(value, indent=…)`` writes it.

The standard library indents in Python alone, token by token, which took a quarter of a run over many templates.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

_Quote = Callable[[str], str]


def indented(value: Any, *, indent: int, ascii_only: bool = False) -> str:
    """``value`` as JSON; keys must be strings. Raises ``TypeError`` for what JSON has no word for."""
    pieces: list[str] = []
    _write(value, "\n", " " * indent, encode_basestring_ascii if ascii_only else encode_basestring, pieces.append)
    return "".join(pieces)


def _write(value: Any, line: str, step: str, quote: _Quote, put: Callable[[str], None]) -> None:
    """Put the pieces of ``value``; ``line`` begins a line as far in as ``value`` stands."""
    if isinstance(value, str):
        put(quote(value))
    elif value is None:
        put("null")
    elif type(value) is int:  # most are lines and columns
        put(str(value))
    elif isinstance(value, dict) and value:
        lead, deeper = "{", line + step
        for key, inner in value.items():
            put(f"{lead}{deeper}{quote(key)}: ")
            _write(inner, deeper, step, quote, put)
            lead = ","
        put(line + "}")
    elif isinstance(value, list | tuple) and value:
        lead, deeper = "[", line + step
        for inner in value:
            put(lead + deeper)
            _write(inner, deeper, step, quote, put)
            lead = ","
        put(line + "]")
    else:
        put(json.dumps(value))
