"""JSON templates: parsed by the standard library's C scanner, located lazily with the same scanner.

The parse keeps no positions. :class:`JsonLocator` reads the text again, one level at a time and only along
the pointers that are asked for; a level is indexed once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.scanner import make_scanner
from typing import Any, NoReturn

from analyzer.records import dataclass
from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.positions import Lines, Position, Span, pointer_tokens
from analyzer.sources.reading import MAX_DEPTH

_INSIGNIFICANT = re.compile(r"[ \t\n\r]*")

_TOO_DEEP = f"nested more than {MAX_DEPTH} deep"


def parse_json(text: str, display: str) -> tuple[Any, tuple[InputWarning, ...]]:
    """The document and its duplicate keys, of which the last counts.

    Raises :class:`InputError` with the line and column of a syntax error; ``NaN``, ``Infinity`` and numbers
    beyond a double are errors too, as RFC 8259 has no such values.
    """
    duplicated = False

    def to_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal duplicated
        mapping = dict(pairs)
        duplicated = duplicated or len(mapping) != len(pairs)
        return mapping

    try:
        document = json.loads(text, object_pairs_hook=to_dict, parse_constant=_reject_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise InputError(display, f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise InputError(display, _TOO_DEEP) from None
    except ValueError as error:
        raise InputError(display, f"not JSON: {error}") from None
    if not _shallow(document):
        raise InputError(display, _TOO_DEEP)
    return document, tuple(_duplicates(text, display)) if duplicated else ()


def _shallow(document: Any) -> bool:
    """Whether ``document`` has at most ``MAX_DEPTH`` levels of containers."""
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for container in level
            for child in (container.values() if type(container) is dict else container)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is beyond the range of a number")
    return number


@dataclass(frozen=True, slots=True)
class _Entry:
    """One member of an object or element of an array; an element has no key."""

    key: Span | None
    value: Span


class JsonLocator:
    """Positions in a text that :func:`parse_json` accepted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = Lines(text)
        self._levels: dict[int, dict[str, _Entry]] = {}

    def position(self, pointer: str) -> Position | None:
        """The position of ``pointer`` or of its deepest ancestor that exists; None for no RFC 6901 pointer."""
        tokens = pointer_tokens(pointer)
        if tokens is None:
            return None
        start = _skip(self._text, 0)
        found: _Entry | None = None
        for token in tokens:
            entry = self._level(start).get(token)
            if entry is None:
                break
            found, start = entry, entry.value.start
        if found is None:
            return self._lines.element(Span(start, start + 1))
        if found.key is None:
            return self._lines.element(found.value)
        scalar = self._text[found.value.start] not in "{["
        return self._lines.member(found.key, found.value, scalar=scalar)

    def _level(self, start: int) -> dict[str, _Entry]:
        level = self._levels.get(start)
        if level is None:
            level = self._levels[start] = dict(_entries(self._text, start))
        return level


def _entries(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    """The entries of the container at ``start`` with their reference tokens; nothing for a scalar."""
    if text[start] == "{":
        yield from _members(text, start)
    elif text[start] == "[":
        yield from _elements(text, start)


def _members(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    scan = _scanner()
    at = _skip(text, start + 1)
    while text[at] == '"':
        key, key_end = scanstring(text, at + 1)
        value_start = _skip(text, _skip(text, key_end) + 1)
        value_end = scan(text, value_start)[1]
        yield key, _Entry(Span(at, key_end), Span(value_start, value_end))
        at = _skip(text, value_end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _elements(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    scan = _scanner()
    at = _skip(text, start + 1)
    index = 0
    while text[at] != "]":
        value_end = scan(text, at)[1]
        yield str(index), _Entry(None, Span(at, value_end))
        index += 1
        at = _skip(text, value_end)
        if text[at] == ",":
            at = _skip(text, at + 1)


@cache
def _scanner() -> Callable[[str, int], tuple[Any, int]]:
    return make_scanner(json.JSONDecoder())  # type: ignore[arg-type]


def _duplicates(text: str, display: str) -> Iterator[InputWarning]:
    """A warning for every key that an earlier key of the same object already has, in the order of the text."""
    lines = Lines(text)
    pending = [_skip(text, 0)]
    found = []
    while pending:
        seen = set()
        for token, entry in _entries(text, pending.pop()):
            pending.append(entry.value.start)
            if entry.key is not None and token in seen:
                found.append((entry.key, token))
            seen.add(token)
    for span, token in sorted(found, key=lambda item: item[0].start):
        place = lines.position(span)
        yield InputWarning(display, place.line, place.column, f"key {token!r} is written twice; the last counts")


def _skip(text: str, at: int) -> int:
    match = _INSIGNIFICANT.match(text, at)
    return match.end() if match else at
