"""Copying properties from one object into another."""

from __future__ import annotations

from analyzer.code.js_values import UNDEFINED, Obj, OneOf, Option, Value, join
from analyzer.code.program import Literal


def spread_into(target: Obj, value: Value) -> None:
    """``...value`` in an object literal, and ``Object.assign``."""
    if isinstance(value, Obj) and not value.spreads:
        target.slots.update(value.slots)
        target.complete = target.complete and value.complete
    elif isinstance(value, OneOf):
        _spread_choice(target, value)
    elif isinstance(value, Obj):
        target.slots.update(value.slots)
        target.spreads = (*target.spreads, *value.spreads)
        target.complete = False
    elif value not in (UNDEFINED, Literal(False)):
        target.spreads = (*target.spreads, value)
        target.complete = False


def _spread_choice(target: Obj, value: OneOf) -> None:
    """``...(test ? {Key: x} : {})``: the keys are there on some runs."""
    known = [option for option in value.options if isinstance(option.value, Obj)]
    others = [option.value for option in value.options if not isinstance(option.value, Obj | Literal)]
    keys = {key: None for option in known if isinstance(option.value, Obj) for key in option.value.slots}
    for key in keys:
        before = target.slots.get(key, UNDEFINED)
        target.slots[key] = join(
            Option(option.value.slots.get(key, before) if isinstance(option.value, Obj) else before, option.tests)
            for option in value.options
        )
    if others or any(isinstance(o.value, Obj) and not o.value.complete for o in known):
        target.spreads = (*target.spreads, *others)
        target.complete = False
