"""``Fn::ToJsonString``, and the JSON text of any raw content with its holes kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from analyzer.model.intrinsics import intrinsic
from analyzer.model.value import Known, Listing, Structure, Value

MOST_DEPTH = 60


def serialize(evaluate: Callable[[Any], Value], raw: Any, depth: int = 0) -> list[Value]:
    """The pieces whose concatenation is the JSON text of ``raw``."""
    if depth > MOST_DEPTH:
        return [Known("null")]
    if isinstance(raw, Mapping) and intrinsic(raw) is None:
        entries = [[Known(json.dumps(str(key)) + ":"), *serialize(evaluate, v, depth + 1)] for key, v in raw.items()]
        return [Known("{"), *_separated(entries), Known("}")]
    if isinstance(raw, list):
        written = [serialize(evaluate, item, depth + 1) for item in raw]
        return [Known("["), *_separated(written), Known("]")]
    return _written(evaluate, evaluate(raw), depth)


def _written(evaluate: Callable[[Any], Value], value: Value, depth: int) -> list[Value]:
    match value:
        case Known(value=content):
            return [Known(json.dumps(content))]
        case Listing(items=items):
            return [Known("["), *_separated([_written(evaluate, item, depth + 1) for item in items]), Known("]")]
        case Structure(raw=inner):
            return serialize(evaluate, inner, depth + 1)
        case _:
            return [Known('"'), value, Known('"')]


def _separated(groups: list[list[Value]]) -> list[Value]:
    separated = [piece for group in groups for piece in (Known(","), *group)]
    return separated[1:]
