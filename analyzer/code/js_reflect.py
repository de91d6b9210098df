"""From the values of a running analysis to those of :mod:`analyzer.code.program`."""

from __future__ import annotations

from dataclasses import field

from analyzer.code.js_values import (
    ANSWERED,
    ANY_KEY,
    MAX_OPTIONS,
    UNDEFINED,
    Arr,
    Class,
    Command,
    External,
    Foreign,
    Func,
    Getter,
    Marker,
    Method,
    Native,
    Obj,
    OneOf,
    Pending,
    Ref,
    Request,
    SdkClient,
    Value,
)
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
from analyzer.records import dataclass

MAX_PARTS = 64
MAX_TEXT = 100_000
MAX_REFLECTED = 1200
MAX_REFLECTED_DEPTH = 14
MAX_DERIVED_DEPTH = 8

MAX_WEIGHT = 100
"""Values inside a derived value, or inside a part of a composed one."""

MAX_TESTS = 24


def tests_of(value: Value) -> tuple[CodeValue, ...]:
    """Everything on which the choice of a value or of its parts hangs."""
    found: dict[CodeValue, None] = {}
    seen: set[int] = set()
    pending: list[Value] = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, Ref):
            pending.append(current.cell.slots.get(current.key, UNDEFINED))
        elif isinstance(current, OneOf):
            for option in current.options:
                found.update(dict.fromkeys(option.tests))
                pending.append(option.value)
        elif isinstance(current, Obj | Arr) and id(current) not in seen and len(seen) < MAX_REFLECTED:
            seen.add(id(current))
            pending.extend(reversed(current.slots.values()))
        elif isinstance(current, Pending):
            pending.append(current.value)
    return tuple(found)[:MAX_TESTS]


def derived(how: str, *inputs: Value) -> CodeValue:
    """The result of an operation that is not modelled; inputs of which nothing is known are left out."""
    sources: dict[CodeValue, None] = {}
    for value in inputs:
        public = reflect(value)
        if isinstance(public, Opaque):
            continue
        negates = how == "!" and isinstance(public, Derived) and public.how != "!"
        deep = isinstance(public, Derived) and _depth(public) >= MAX_DERIVED_DEPTH and not negates
        sources.update(dict.fromkeys(_parts(public) if deep else (public,)))
    return Derived(light(tuple(sources)), how)


def light(sources: tuple[CodeValue, ...]) -> tuple[CodeValue, ...]:
    """The values as they are, as long as together they stay under ``MAX_WEIGHT``; else the leaves of the heavy ones.

    Values are trees: one that is used twice in the next, and that one again, would double with each step.
    """
    kept: dict[CodeValue, None] = {}
    left = MAX_WEIGHT
    for source in sources[:MAX_OPTIONS]:
        weight = weight_of(source, left)
        if weight <= left:
            kept[source] = None
            left -= weight
        else:
            leaves = _leaves(source)[: max(0, left)]
            kept.update(dict.fromkeys(leaves))
            left -= len(leaves)
    return tuple(kept)[:MAX_OPTIONS]


def weight_of(value: CodeValue, limit: int) -> int:
    """How many values a value is made of; over ``limit`` no more than that is counted."""
    weight, pending = 0, [value]
    while pending and weight <= limit:
        weight += 1
        pending.extend(_parts(pending.pop()))
    return weight


def _leaves(value: CodeValue) -> list[CodeValue]:
    """The first leaves of a heavy value, without constants."""
    pending: list[CodeValue] = [value]
    leaves: dict[CodeValue, None] = {}
    visited = 0
    while pending and len(leaves) < MAX_OPTIONS and visited < MAX_REFLECTED:
        current = pending.pop()
        visited += 1
        parts = _parts(current)
        pending.extend(reversed(parts))
        if not parts and not isinstance(current, Literal | Opaque):
            leaves[current] = None
    return list(leaves)


def _parts(value: CodeValue) -> tuple[CodeValue, ...]:
    match value:
        case Record():
            return tuple(entry for _, entry in value.entries)
        case Items():
            return value.items
        case Composed():
            return value.parts
        case Choice():
            return value.options
        case Derived():
            return value.sources
        case _:
            return ()


def _depth(value: CodeValue) -> int:
    if not isinstance(value, Derived):
        return 0
    return 1 + max((_depth(source) for source in value.sources), default=0)


def compose(*parts: Value) -> CodeValue:
    """A string put together from parts; literal neighbours melt into one."""
    flat: list[CodeValue] = []
    length = 0
    for part in parts:
        public = reflect(part)
        for piece in public.parts if isinstance(public, Composed) else (public,):
            text = _text(piece)
            length += len(text or "")
            if text is not None and length + len(text) > MAX_TEXT:
                flat.append(Opaque("long text"))
            elif text is not None and flat and isinstance(flat[-1], Literal):
                flat[-1] = Literal(f"{flat[-1].value}{text}")
            elif text is not None:
                flat.append(Literal(text))
            else:
                heavy = weight_of(piece, MAX_WEIGHT) > MAX_WEIGHT
                flat.append(Derived(light((piece,)), "value") if heavy else piece)
    pieces = [piece for piece in flat if piece != Literal("")] or [Literal("")]
    if len(pieces) == 1 and isinstance(pieces[0], Literal):
        return pieces[0]
    if len(pieces) > MAX_PARTS:
        pieces = [*pieces[:MAX_PARTS], Opaque("more parts")]
    return Composed(tuple(pieces))


def _text(value: CodeValue) -> str | None:
    return literal_text(value.value) if isinstance(value, Literal) else None


def literal_text(value: str | int | float | bool | None) -> str:
    """A constant as JavaScript writes it into a string."""
    if value is None:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def truth(value: Value) -> bool | None:
    """Whether a value is truthy; None where that depends on the run."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, OneOf):
        known = {truth(option.value) for option in value.options}
        return known.pop() if len(known) == 1 else None
    if isinstance(value, Composed):
        return True if any(isinstance(part, Literal) for part in value.parts) else None
    if isinstance(value, CodeValue | Foreign | Ref | Getter):
        return True if isinstance(value, Record | Items) else None
    return True


@dataclass(slots=True)
class _Reflection:
    left: int = MAX_REFLECTED
    open: set[int] = field(default_factory=set)


def reflect(value: Value) -> CodeValue:
    """The public form of a value as it is now."""
    return value if isinstance(value, _LEAVES) else _reflect(value, _Reflection(), 0)


_LEAVES = (Literal, EnvironmentVariable, EventField, Composed, Record, Items, Choice, Derived, Opaque)


def _reflect(value: Value, state: _Reflection, depth: int) -> CodeValue:
    if isinstance(value, _LEAVES):
        state.left -= weight_of(value, MAX_REFLECTED)
        return value if state.left >= 0 else Opaque("too large")
    state.left -= 1
    if state.left < 0 or depth > MAX_REFLECTED_DEPTH:
        return Opaque("too large")
    match value:
        case Obj() | Arr():
            return _reflect_structure(value, state, depth)
        case OneOf():
            return _reflect_choice(value, state, depth)
        case Pending():
            return _reflect(value.value, state, depth + 1)
        case Request():
            return _reflect(value.value, state, depth + 1)
        case Ref():
            return _reflect(value.cell.slots.get(value.key, UNDEFINED), state, depth + 1)
        case Foreign():
            return Derived(value.sources, value.target)
        case Command():
            return Derived((_reflect(value.input, state, depth + 1),), f"{value.operation}Command")
        case SdkClient():
            return Opaque(f"client of {value.service}")
        case External():
            return Opaque(value.target)
        case Func() | Class() | Native() | Method():
            return Opaque(f"function {value.name}".strip())
        case Marker():
            return UNDEFINED if value is ANSWERED else Opaque(value.name)
        case _:
            return Opaque()


def _reflect_choice(value: OneOf, state: _Reflection, depth: int) -> CodeValue:
    alternatives: dict[CodeValue, None] = {}
    for option in value.options:
        public = _reflect(option.value, state, depth + 1)
        alternatives.update(dict.fromkeys(public.options if isinstance(public, Choice) else (public,)))
    return Choice(tuple(alternatives)) if len(alternatives) > 1 else next(iter(alternatives))


def _reflect_structure(value: Obj | Arr, state: _Reflection, depth: int) -> CodeValue:
    if id(value) in state.open:
        return Opaque("cycle")
    state.open.add(id(value))
    entries = tuple((key, _reflect(slot, state, depth + 1)) for key, slot in value.slots.items() if key != ANY_KEY)
    state.open.discard(id(value))
    if isinstance(value, Arr):
        return Items(tuple(entry for _, entry in entries), value.complete)
    return Record(entries, value.complete and not value.spreads)
