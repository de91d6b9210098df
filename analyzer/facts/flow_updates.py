"""What an ``UpdateExpression`` leaves in an item."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from analyzer.code.program import CodeValue, Literal, Record
from analyzer.facts.event_values import ANYTHING, MISSING, Fields, Json

Convert = Callable[[CodeValue], Json]
_CLAUSE: Final = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(r"\s*([#\w]+)\s*=\s*(:\w+)\s*$")
MOST_LENGTH: Final = 4096


def assigned(arguments: CodeValue, keys: Json, convert: Convert) -> Json:
    """The item after the update: its key and what is plainly set or removed; everything else may be there."""
    known = dict(keys.entries) if isinstance(keys, Fields) else {}
    expression = arguments.get("UpdateExpression") if isinstance(arguments, Record) else None
    if isinstance(expression, Literal) and isinstance(expression.value, str) and isinstance(arguments, Record):
        known.update(_changes(expression.value[:MOST_LENGTH], arguments, convert))
    return Fields(tuple(known.items()), complete=False)


def _changes(expression: str, arguments: Record, convert: Convert) -> dict[str, Json]:
    pieces = _CLAUSE.split(expression)
    found: dict[str, Json] = {}
    for clause, body in zip(pieces[1::2], pieces[2::2], strict=False):
        for part in _split(body):
            if clause.upper() == "SET":
                name, value = _assignment(part, arguments, convert)
            else:
                name, value = part.strip(), MISSING if clause.upper() == "REMOVE" else ANYTHING
            name = _name(name, arguments)
            if name:
                found[name] = value
    return found


def _assignment(part: str, arguments: Record, convert: Convert) -> tuple[str, Json]:
    plain = _ASSIGNMENT.match(part)
    if plain is None:
        return part.partition("=")[0].strip(), ANYTHING
    values = arguments.get("ExpressionAttributeValues")
    value = values.get(plain[2]) if isinstance(values, Record) else None
    return plain[1], ANYTHING if value is None else convert(value)


def _name(written: str, arguments: Record) -> str:
    """The attribute's name behind ``#name``; empty for a path into an attribute or an unknown name."""
    if not written.startswith("#"):
        return written if re.fullmatch(r"\w+", written) else ""
    names = arguments.get("ExpressionAttributeNames")
    found = names.get(written) if isinstance(names, Record) else None
    return found.value if isinstance(found, Literal) and isinstance(found.value, str) else ""


def _split(body: str) -> list[str]:
    """The parts between commas outside parentheses."""
    parts, depth = [""], 0
    for character in body:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]
