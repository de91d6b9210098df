"""Numbers in templates, written as numbers or as text."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.settle import Settled
from analyzer.model.value import Absent, Known, Value


def number(value: Value, default: int | None = None) -> float | None:
    """The number a value is; ``default`` where nothing is written, None where it is not known or no number."""
    if isinstance(value, Absent):
        return default
    if isinstance(value, Known) and isinstance(value.value, int | float | str) and not isinstance(value.value, bool):
        try:
            return float(value.value)
        except ValueError:
            return None
    return None


def whole_number(value: Value) -> int | None:
    """The whole number a value is; None where it is not known or none."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def failing_number(settled: Settled, default: int | None = None) -> str:
    """The number of the failing alternative, for a message; empty where nothing fails."""
    found = number(settled.case.value, default) if settled.case is not None else None
    return "" if found is None else f"{found:g}"


def above(limit: float, default: int | None = None) -> Callable[[Value], bool | None]:
    """A test for :func:`~analyzer.facts.settle.settle`: whether the number is over ``limit``."""
    return lambda value: None if (found := number(value, default)) is None else found > limit


def below(limit: float, default: int | None = None) -> Callable[[Value], bool | None]:
    """A test for :func:`~analyzer.facts.settle.settle`: whether the number is under ``limit``."""
    return lambda value: None if (found := number(value, default)) is None else found < limit
