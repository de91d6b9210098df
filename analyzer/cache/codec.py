"""Records as JSON and back. What comes back is checked field by field against the types of the record: an entry of the
cache may come from anywhere, and becomes these values or nothing."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from analyzer.picture.sketch import Sketch, drawn

Decoder = Callable[[Any], Any]

_SCALARS = (str, int, float, bool)


def encode(value: Any) -> Any:
    """``value`` as lists, mappings and scalars: a record is the list of its fields, a picture what it shows.

    Raises:
        TypeError: it is, or holds, nothing of the kind.
    """
    if value is None or type(value) in _SCALARS:
        return value
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Sketch):
        return encode(value())
    if is_dataclass(value):
        return [encode(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in the cache")


class Decoders:
    """Makes values of types from what :func:`encode` made of them; ``known`` are names that hints may use and their
    modules do not import."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = dict(known)
        self._made: dict[Any, Decoder] = {}

    def of(self, kind: Any) -> Decoder:
        """What makes a ``kind`` of plain data, or raises a ``ValueError`` or ``TypeError``."""
        if kind not in self._made:
            self._made[kind] = lambda plain: self._made[kind](plain)  # a type that holds itself meets this one
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: Any) -> Decoder:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._either(get_args(kind))
        if origin is tuple:
            return self._tuple(get_args(kind))
        if kind in _SCALARS:
            return _scalar(kind)
        if kind is date:
            return lambda plain: date.fromisoformat(_checked(plain, str))
        if kind is Sketch:
            from analyzer.picture.graph import Picture

            picture = self.of(Picture)
            return lambda plain: drawn(picture(plain))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind
        return self._record(kind)

    def _either(self, kinds: tuple[Any, ...]) -> Decoder:
        """Of a union with None; of no other, as plain data does not tell which was meant."""
        (inner,) = (self.of(kind) for kind in kinds if kind is not types.NoneType)
        return lambda plain: None if plain is None else inner(plain)

    def _tuple(self, kinds: tuple[Any, ...]) -> Decoder:
        if kinds[-1] is Ellipsis:
            item = self.of(kinds[0])
            return lambda plain: tuple([item(each) for each in _checked(plain, list)])
        items = [self.of(kind) for kind in kinds]
        return lambda plain: tuple([make(each) for make, each in zip(items, _checked(plain, list), strict=True)])

    def _record(self, kind: type[Any]) -> Decoder:
        hints = get_type_hints(kind, localns=self._known)
        names = getattr(kind, "_fields", None) or [field.name for field in fields(kind)]
        items = [self.of(hints[name]) for name in names]
        return lambda plain: kind(*[make(each) for make, each in zip(items, _checked(plain, list), strict=True)])


def _scalar(kind: type[Any]) -> Decoder:
    return lambda plain: _checked(plain, kind)


def _checked(plain: Any, kind: type[Any]) -> Any:
    if type(plain) is not kind:
        raise TypeError(f"{kind.__name__} is wanted, not {type(plain).__name__}")
    return plain
