"""Dicts, lists and parts of the event: their items, changes and iteration."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from analyzer.code.program import CodeValue, Composed, Derived, EnvironmentVariable, Literal, Opaque
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_machine import Machine
from analyzer.code.python_values import (
    COMPLETE,
    COMPUTED,
    MAX_ITEMS,
    MISSING,
    SPREAD,
    Alternatives,
    Dictionary,
    Event,
    EventItems,
    External,
    ExternalObject,
    Sequence,
    Value,
    join,
    options,
)

MAX_UNROLLED: Final = 8
"""Elements that are followed one by one, where all are known."""


class Containers(Machine):
    """Reads and changes of containers; every change goes through the journal."""

    def item(self, base: Value, key: Value, node: ast.AST, record: bool = True) -> Value:
        """``base[key]``."""
        match base:
            case Event():
                return self._event_item(base, key, node, record)
            case Dictionary():
                return self.entry(base, key, node)
            case Sequence():
                return _element(base, key)
            case External(path="os.environ"):
                return self.variable(key, None, node)
            case Derived():
                return computed_item(base, key) if isinstance(key, Literal | Opaque) else derived([base, key], "[]")
            case Literal(value=str() as text) if isinstance(key, Literal) and isinstance(key.value, int):
                return Literal(text[key.value]) if -len(text) <= key.value < len(text) else Opaque("no such index")
            case ExternalObject():
                plain = isinstance(key, Literal | Opaque)
                return computed_item(freeze(base), key) if plain else derived([base, key], "[]")
            case Composed() | EnvironmentVariable():
                return derived([base], "[]")
        return Opaque("a part of an unknown value")

    def _event_item(self, base: Event, key: Value, node: ast.AST, record: bool) -> Value:
        name = key.value if isinstance(key, Literal) and isinstance(key.value, str) else "*"
        part = self.part(base, name, tolerant=False)
        if record:
            self.read(part, node)
        return part

    def entry(self, base: Dictionary, key: Value, node: ast.AST, default: Value | None = None) -> Value:
        """The entry ``key`` of a dict, by ``[]`` or, with a default, by ``get``."""
        if isinstance(key, Alternatives):
            return join([self.entry(base, name, node, default) for name in key.options], key.conditions)
        if isinstance(key, Literal):
            if key.value in base.slots:
                found: Value = base.slots[key.value]
                return found
            parts = [self.item(spread, key, node) for spread in base.spread]
            if parts:
                return join(parts)
            if base.complete:
                return Opaque("no such key") if default is None else default
            return Opaque("an entry added elsewhere") if default is None else join([Opaque("an entry"), default])
        values = [value for _, value in base.entries()]
        if not base.complete or not values:
            values.append(derived([key], "entry"))
        return join(values, (freeze(key),))

    def set_item(self, base: Value, key: Value, value: Value) -> None:
        """``base[key] = value``."""
        if isinstance(base, Dictionary):
            if isinstance(key, Literal):
                self.journal.write(base, key.value, value)
            else:
                self._set_unknown(base, key, value)
        elif isinstance(base, Sequence):
            self._set_element(base, key, value)

    def _set_unknown(self, base: Dictionary, key: Value, value: Value) -> None:
        names = [name for name in options(key) if isinstance(name, Literal)]
        for name in names:
            self.journal.write(base, name.value, join([base.slots.get(name.value, Opaque("not set")), value]))
        if len(names) < len(options(key)):
            self.journal.write(base, COMPLETE, False)
            self.journal.write(base, COMPUTED, (*base.computed, key))

    def _set_element(self, base: Sequence, key: Value, value: Value) -> None:
        items = list(base.items)
        if isinstance(key, Literal) and isinstance(key.value, int) and -len(items) <= key.value < len(items):
            items[key.value] = value
            self.journal.write(base, "items", tuple(items))
        else:
            self.extend(base, [value], False)

    def extend(self, base: Sequence, items: Iterable[Value], complete: bool = True) -> None:
        """Append to a list."""
        self.journal.write(base, "items", (*base.items, *items)[:MAX_ITEMS])
        repeats = any(not loop.exact and base.born <= loop.mark.time for frame in self.frames for loop in frame.loops)
        if not complete or repeats or len(base.items) >= MAX_ITEMS:
            self.journal.write(base, COMPLETE, False)

    def update(self, base: Dictionary, other: Value) -> None:
        """``base.update(other)``."""
        if isinstance(other, Dictionary):
            for key, value in other.entries():
                self.journal.write(base, key, value)
            if other.spread:
                self.journal.write(base, SPREAD, (*base.spread, *other.spread))
            if not other.slots.get(COMPLETE, True):
                self.journal.write(base, COMPLETE, False)
        elif isinstance(other, Alternatives):
            copies = [self.copy(base) for _ in other.options]
            for clone, option in zip(copies, other.options, strict=True):
                self.update(clone, option)
            for key in {key: None for clone in copies for key in clone.slots}:
                merged = base.merge(key, [clone.slots.get(key, MISSING) for clone in copies], other.conditions)
                self.journal.write(base, key, merged)
        elif isinstance(other, Event | Derived):
            self.journal.write(base, SPREAD, (*base.spread, other))
        else:
            self.journal.write(base, COMPLETE, False)

    def copy(self, base: Dictionary) -> Dictionary:
        """A shallow copy."""
        return self.journal.adopt(Dictionary(dict(base.slots)))

    def elements(self, value: Value) -> tuple[list[Value], bool]:
        """What iterating over ``value`` gives, and whether that is all."""
        match value:
            case Sequence():
                return list(value.items), value.complete
            case Dictionary():
                keys = [key for key, _ in value.entries()]
                names: list[Value] = [Literal(key) for key in keys if key is None or isinstance(key, str | int | float)]
                return names, value.complete
            case Alternatives():
                found = [item for option in value.options for item in self.elements(option)[0]]
                return found, False
            case Event():
                return [self.part(value, "*", tolerant=True, kind=_record_kind(value))], False
            case EventItems():
                part = self.part(value.event, "*", tolerant=True)
                return [Sequence([derived([part], "key"), part])], False
            case Literal(value=str() as text) if len(text) <= MAX_UNROLLED:
                return [Literal(letter) for letter in text], True
            case Derived():
                return [value], False
            case ExternalObject() | EnvironmentVariable() | Composed():
                return [derived([value], "element")], False
        return [Opaque("an element")], False


_TELLING = ((Literal("/"), Literal(-1)), (Literal("."), Literal(0)))
"""The base name of a path, and what stands before its extension."""


def _record_kind(event: Event) -> str:
    return event.kind.removesuffix("[]") if event.kind.endswith("[]") else ""


def computed_item(base: CodeValue, key: Value) -> CodeValue:
    """An item of a computed value: the value itself, but of a path that was taken apart the part that it is."""
    if not isinstance(base, Derived) or not isinstance(key, Literal):
        return base
    name = base.how.rpartition(".")[2]
    if name in ("split", "rsplit"):
        told = any(separator in base.sources and key == index for separator, index in _TELLING)
    else:
        told = name == "splitext"
    return Derived((base, key), "item") if told else base


def _element(base: Sequence, key: Value) -> Value:
    items = base.items
    if isinstance(key, Literal) and isinstance(key.value, int) and base.complete:
        return items[key.value] if -len(items) <= key.value < len(items) else Opaque("no such index")
    if isinstance(key, Literal) and key.value == 0 and items:
        return items[0]
    return join([*items, Opaque("another element")] if not base.complete and not items else items, (freeze(key),))
