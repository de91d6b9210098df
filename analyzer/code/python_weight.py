"""Keeps values small: a value that shares its parts many times over takes exponential time to compare."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from analyzer.code.program import Choice, CodeValue, Composed, Derived, Items, Literal, Record

MAX_WEIGHT: Final = 80
"""Parts of a computed value; beyond it only what it comes from is kept."""
MAX_ORIGINS: Final = 16
MAX_CONDITIONS: Final = 24
_MAX_VISITS: Final = 400


def children(value: CodeValue) -> tuple[CodeValue, ...]:
    """The values that ``value`` is made of."""
    match value:
        case Derived():
            return value.sources
        case Composed():
            return value.parts
        case Choice():
            return value.options
        case Items():
            return value.items
        case Record():
            return tuple(entry for _, entry in value.entries)
    return ()


def weight(value: CodeValue) -> int:
    """How many parts a value has, counted no further than ``MAX_WEIGHT + 1``."""
    return sum(1 for _ in _parts([value], MAX_WEIGHT + 1))


def origins(values: Iterable[CodeValue]) -> tuple[CodeValue, ...]:
    """The parts of ``values`` that are made of nothing else, constants apart."""
    leaves = (part for part in _parts(values, _MAX_VISITS) if not children(part) and not isinstance(part, Literal))
    return tuple(dict.fromkeys(leaves))[:MAX_ORIGINS]


def bounded(value: Derived) -> Derived:
    """``value``, or the same with only its origins where it is heavy."""
    return value if weight(value) <= MAX_WEIGHT else Derived(origins([value]), value.how)


def unique(*groups: Iterable[CodeValue]) -> tuple[CodeValue, ...]:
    """Conditions in order, each once and none heavy; of those beyond ``MAX_CONDITIONS`` only the origins."""
    found = tuple(dict.fromkeys(condition for group in groups for condition in group))
    if len(found) <= MAX_CONDITIONS:
        return found
    kept, rest = found[: MAX_CONDITIONS - 1], found[MAX_CONDITIONS - 1 :]
    return (*kept, Derived(origins(rest), "more conditions"))


def light(condition: CodeValue) -> CodeValue:
    """A condition, or what it comes from where it is heavy."""
    return condition if weight(condition) <= MAX_WEIGHT else Derived(origins([condition]), "test")


def _parts(values: Iterable[CodeValue], limit: int) -> Iterator[CodeValue]:
    pending = deque(values)
    for _ in range(limit):
        if not pending:
            return
        part = pending.popleft()
        yield part
        pending.extend(children(part))
