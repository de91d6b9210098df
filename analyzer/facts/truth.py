"""Booleans, numbers and presence as CloudFormation reads them from a value.

CloudFormation takes ``true`` and ``"true"`` alike. A property that is not written is off here; whoever judges a
property with another default says so. None means that the value cannot be known.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.numbers import number
from analyzer.model.value import Absent, Known, Value, as_text


def truth(value: Value) -> bool | None:
    """Whether a switch is on; an absent one is off."""
    match value:
        case Absent():
            return False
        case Known(value=content):
            return {"true": True, "false": False}.get(as_text(content).lower())
        case _:
            return None


def off(value: Value) -> bool | None:
    """Whether a switch is off: the question that most rules ask."""
    answer = truth(value)
    return None if answer is None else not answer


def switched_off(value: Value) -> bool | None:
    """Whether a switch that is on by default is written as off."""
    return False if isinstance(value, Absent) else off(value)


def unset(value: Value) -> bool:
    """Whether nothing, or only blanks, are written. A value that nobody can know yet is a value."""
    return isinstance(value, Absent) or (isinstance(value, Known) and not as_text(value.value).strip())


def shorter_than(least: float) -> Callable[[Value], bool | None]:
    """The question whether a length of time is below ``least``; an absent one never ends."""

    def fails(value: Value) -> bool | None:
        length = number(value)
        return False if unset(value) else (None if length is None else length < least)

    return fails
