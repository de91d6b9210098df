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

from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.positions import Lines, Position, Span, pointer_tokens
from analyzer.sources.reading import MAX_DEPTH

_INSIGNIFICANT = re.compile(r"[ \t\n\r]*")
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*)?")

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


class JsonLocator:
    """Positions in a text that :func:`parse_json` accepted.

    Where no object has a key ``repeated``, a level is read no further than the entries that are asked for; of several
    with one key the last counts.
    """

    def __init__(self, text: str, *, repeated: bool = True) -> None:
        self._text = text
        self._repeated = repeated
        self._lines = Lines(text)
        self._levels: dict[int, _Level] = {}

    def position(self, pointer: str) -> Position | None:
        """The position of ``pointer`` or of its deepest ancestor that exists; None for no RFC 6901 pointer."""
        tokens = pointer_tokens(pointer)
        if tokens is None:
            return None
        start = _skip(self._text, 0)
        found: _Entry | None = None
        for token in tokens:
            entry = self._level(start).find(token)
            if entry is None:
                break
            found, start = entry, entry[1]
        if found is None:
            return self._lines.element(Span(start, start + 1))
        key, start = found
        scalar = self._text[start] not in "{["
        if key is not None and not scalar:
            return self._lines.position(key)
        value = Span(start, _scanner()(self._text, start)[1])
        return self._lines.element(value) if key is None else self._lines.member(key, value, scalar=scalar)

    def _level(self, start: int) -> _Level:
        level = self._levels.get(start)
        if level is None:
            level = self._levels[start] = _Level(self._text, start, complete=self._repeated)
        return level


_Entry = tuple[Span | None, int]
"""One member of an object or element of an array: its key (an element has none), and where its value begins."""


class _Level:
    """The entries of the container at ``start`` by their reference tokens, read as far as somebody asked, or
    ``complete``; none for a scalar."""

    __slots__ = ("_known", "_rest")

    def __init__(self, text: str, start: int, *, complete: bool) -> None:
        self._rest = _entries(text, start)
        self._known: dict[str, _Entry] = dict(self._rest) if complete else {}

    def find(self, token: str) -> _Entry | None:
        known = self._known
        if token in known:
            return known[token]
        for name, entry in self._rest:
            known[name] = entry
            if name == token:
                return entry
        return None


def _entries(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    """The entries of the container at ``start`` with their reference tokens; nothing for a scalar."""
    if text[start] == "{":
        return _members(text, start)
    return _elements(text, start) if text[start] == "[" else iter(())


def _members(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    scan = _scanner()
    at = _skip(text, start + 1)
    while text[at] == '"':
        key, key_end = scanstring(text, at + 1)
        value_start = _end(_COLON, text, key_end)
        yield key, (Span(at, key_end), value_start)
        at = _end(_COMMA, text, scan(text, value_start)[1])


def _elements(text: str, start: int) -> Iterator[tuple[str, _Entry]]:
    scan = _scanner()
    at = _skip(text, start + 1)
    index = 0
    while text[at] != "]":
        yield str(index), (None, at)
        at = _end(_COMMA, text, scan(text, at)[1])
        index += 1


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
        for token, (key, value_start) in _entries(text, pending.pop()):
            pending.append(value_start)
            if key is not None and token in seen:
                found.append((key, token))
            seen.add(token)
    for span, token in sorted(found, key=lambda item: item[0].start):
        place = lines.position(span)
        yield InputWarning(display, place.line, place.column, f"key {token!r} is written twice; the last counts")


def _skip(text: str, at: int) -> int:
    return _end(_INSIGNIFICANT, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a match of ``pattern`` at ``at`` ends; ``at`` where there is none."""
    match = pattern.match(text, at)
    return match.end() if match else at
