"""From the interpreter's values to the vocabulary of :mod:`analyzer.code.program`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

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


def implied(value: Value, depth: int = 0) -> dict[CodeValue, None]:
    """The conditions that decided ``value`` or a part of it, in order."""
    found: dict[CodeValue, None] = {}
    if depth > 8:
        return found
    if isinstance(value, Alternatives):
        found.update(dict.fromkeys(value.conditions))
        parts: Iterable[Value] = value.options
    elif isinstance(value, Dictionary):
        parts = [entry for _, entry in value.entries()]
    else:
        parts = value.items if isinstance(value, Sequence) else ()
    for part in parts:
        found.update(implied(part, depth + 1))
    return found


def derived(sources: Iterable[Value], how: str) -> Derived:
    """A value computed from ``sources`` and from what decided them."""
    kept: dict[CodeValue, None] = {}
    for source in sources:
        kept[freeze(source)] = None
        if isinstance(source, Alternatives):
            kept.update(dict.fromkeys(source.conditions))
    return Derived(tuple(kept), how)


def freeze(value: Value, depth: int = 0) -> CodeValue:
    """The value in the vocabulary of :mod:`program`."""
    if isinstance(value, Literal | EnvironmentVariable | Derived | Opaque | Composed):
        return value
    if depth > 12:
        return Opaque("nested too deeply")
    match value:
        case Event():
            return EventField(value.path)
        case EventItems():
            return Derived((EventField(value.event.path),), "items")
        case Unset():
            return Literal(None)
        case Dictionary():
            entries = tuple((str(key), freeze(entry, depth + 1)) for key, entry in value.entries())
            return Record(entries, value.complete)
        case Sequence():
            return Items(tuple(freeze(item, depth + 1) for item in value.items), value.complete)
        case Alternatives():
            return choice(freeze(option, depth + 1) for option in value.options)
        case ExternalObject():
            return Derived(value.sources, value.path.removeprefix("builtins."))
        case External():
            return Opaque(value.path.removeprefix("builtins."))
        case Function():
            return Opaque("a function")
        case Method() if isinstance(value.receiver, Derived):
            return value.receiver
        case Method():
            return Derived((freeze(value.receiver, depth + 1),), value.name)
        case SdkObject():
            return Opaque(f"{value.service} {value.kind}")
        case Instance() | ClassObject():
            cls = value.cls if isinstance(value, Instance) else value
            return Opaque(f"class {cls.node.name}")
        case Internal():
            return Opaque(type(value).__name__.lower())
    return value


def choice(values: Iterable[CodeValue]) -> CodeValue:
    """A ``Choice`` of the distinct values; one alone is itself."""
    found: dict[Hashable, CodeValue] = {}
    for value in values:
        found.setdefault(identity(value), value)
    return next(iter(found.values())) if len(found) == 1 else Choice(tuple(found.values()))
