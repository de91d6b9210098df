"""Combining values that may each be one of several, without ever building large products."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.model.value import MOST_OPTIONS, Guard, OneOf, Option, Unknown, Value

Consistent = Callable[[Sequence[Guard]], bool]


def options_of(value: Value) -> tuple[Option, ...]:
    """The alternatives of a value; a value that has none is its own only one."""
    return value.options if isinstance(value, OneOf) else (Option(value, ()),)


def one_of(options: Sequence[Option]) -> Value:
    """The options as one value: nested alternatives flattened, equal ones merged, a lone one itself."""
    flat: dict[Value, Option] = {}
    for option in options:
        for inner in options_of(option.value):
            flat.setdefault(inner.value, Option(inner.value, option.guards + inner.guards))
    if len(flat) == 1:
        return next(iter(flat))
    if len(flat) > MOST_OPTIONS or not flat:
        return Unknown(f"one of {len(flat)} alternatives" if flat else "a condition that can hold")
    return OneOf(tuple(flat.values()))


def combine(values: Sequence[Value], join: Callable[[Sequence[Value]], Value], consistent: Consistent) -> Value:
    """``join`` applied to every consistent choice among the values' alternatives."""
    if not any(isinstance(value, OneOf) for value in values):
        return join(values)
    chosen: list[tuple[tuple[Value, ...], tuple[Guard, ...]]] = [((), ())]
    for value in values:
        longer = []
        for prefix, guards in chosen:
            for option in options_of(value):
                together = merge(guards, option.guards)
                if together is not None and consistent(together):
                    longer.append(((*prefix, option.value), together))
        chosen = longer
        if len(chosen) > MOST_OPTIONS:
            return Unknown(f"more than {MOST_OPTIONS} alternatives")
    return one_of([Option(join(parts), guards) for parts, guards in chosen])


def merge(left: tuple[Guard, ...], right: tuple[Guard, ...]) -> tuple[Guard, ...] | None:
    """Both sets of guards together; None where they plainly contradict each other."""
    if not right and len(left) < 2:
        return left
    held = {(guard.kind, guard.stack, guard.name): guard for guard in left}
    for guard in right:
        key = (guard.kind, guard.stack, guard.name)
        if held.setdefault(key, guard).value != guard.value:
            return None
    return tuple(held.values())
