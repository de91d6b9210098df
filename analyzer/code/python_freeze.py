"""From the interpreter's values to the vocabulary of :mod:`analyzer.code.program`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Opaque,
    Record,
)
from analyzer.code.python_values import (
    Alternatives,
    ClassObject,
    Dictionary,
    Event,
    EventItems,
    External,
    ExternalObject,
    Function,
    Instance,
    Internal,
    Method,
    SdkObject,
    Sequence,
    Unset,
    Value,
    identity,
)
from analyzer.code.python_weight import bounded, unique, weight

MAX_NODES: Final = 400
"""Parts of one value that are written out; the rest is unknown."""


def implied(value: Value) -> tuple[CodeValue, ...]:
    """The conditions that decided ``value`` or a part of it, in order."""
    found: list[tuple[CodeValue, ...]] = []
    pending = [value]
    for _ in range(MAX_NODES):
        if not pending:
            break
        part = pending.pop()
        if isinstance(part, Alternatives):
            found.append(part.conditions)
            pending.extend(reversed(part.options))
        elif isinstance(part, Dictionary):
            pending.extend(entry for _, entry in reversed(list(part.entries())))
        elif isinstance(part, Sequence):
            pending.extend(reversed(part.items))
    return unique(*found)


def derived(sources: Iterable[Value], how: str) -> Derived:
    """A value computed from ``sources`` and from what decided them."""
    kept: dict[CodeValue, None] = {}
    for source in sources:
        kept[freeze(source)] = None
        if isinstance(source, Alternatives):
            kept.update(dict.fromkeys(source.conditions))
    return bounded(Derived(tuple(kept), how))


def freeze(value: Value) -> CodeValue:
    """The value in the vocabulary of :mod:`analyzer.code.program`."""
    if isinstance(value, Literal | EnvironmentVariable | Derived | Opaque | Composed):
        return value
    return _Writer().write(value, 0)


class _Writer:
    """Writes one value out, up to ``MAX_NODES`` parts."""

    def __init__(self) -> None:
        self._nodes = 0

    def write(self, value: Value, depth: int) -> CodeValue:
        self._nodes += 1
        if isinstance(value, Derived | Composed):
            self._nodes += weight(value)
        if isinstance(value, Literal | EnvironmentVariable | Derived | Opaque | Composed):
            return value
        if depth > 12 or self._nodes > MAX_NODES:
            return Opaque("too large to be written out")
        below = depth + 1
        match value:
            case Dictionary():
                entries = tuple((str(key), self.write(entry, below)) for key, entry in value.entries())
                return Record(entries, value.complete)
            case Sequence():
                return Items(tuple(self.write(item, below) for item in value.items), value.complete)
            case Alternatives():
                return choice(self.write(option, below) for option in value.options)
            case Method() if not isinstance(value.receiver, Derived):
                return Derived((self.write(value.receiver, below),), value.name)
            case Method():
                return self.write(value.receiver, below)
            case Internal():
                return _named(value)
        return value


def _named(value: Internal) -> CodeValue:
    match value:
        case Event():
            return EventField(value.path)
        case EventItems():
            return Derived((EventField(value.event.path),), "items")
        case Unset():
            return Literal(None)
        case ExternalObject():
            return bounded(Derived(value.sources, value.path.removeprefix("builtins.")))
        case External():
            return Opaque(value.path.removeprefix("builtins."))
        case Function():
            return Opaque("a function")
        case SdkObject():
            return Opaque(f"{value.service} {value.kind}")
        case Instance() | ClassObject():
            cls = value.cls if isinstance(value, Instance) else value
            return Opaque(f"class {cls.node.name}")
    return Opaque(type(value).__name__.lower())


def choice(values: Iterable[CodeValue]) -> CodeValue:
    """A ``Choice`` of the distinct values; one alone is itself."""
    found: dict[Hashable, CodeValue] = {}
    for value in values:
        found.setdefault(identity(value), value)
    return next(iter(found.values())) if len(found) == 1 else Choice(tuple(found.values()))
