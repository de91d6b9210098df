"""Several properties judged together: every combination of their alternatives that can be."""

from __future__ import annotations

from typing import Final

from analyzer.model.alternatives import merge
from analyzer.model.node import Case, Node
from analyzer.model.value import Listing, Unknown, Value

MOST_COMBINATIONS: Final = 96


def combined(first: Node, *others: Node) -> list[Case]:
    """One case for each combination; its value is a Listing of the nodes' values in order.

    Where there are too many combinations, one case of unknown values stands for all.
    """
    found: list[tuple[tuple[Value, ...], Case]] = [((case.value,), case) for case in first.cases()]
    for node in others:
        longer = []
        for values, held in found:
            for case in node.cases():
                guards = merge(held.guards, case.guards)
                if guards is not None and first.template.conditions.consistent(guards):
                    longer.append(((*values, case.value), Case(held.value, guards, held.node)))
        if len(longer) > MOST_COMBINATIONS:
            unknown: Value = Unknown(f"which of {len(longer)} combinations of conditions holds")
            return [Case(Listing((unknown,) * (1 + len(others))), (), first)]
        found = longer
    return [Case(Listing(values), case.guards, case.node) for values, case in found]


def values_of(case: Case) -> tuple[Value, ...]:
    """The values of a case of :func:`combined`."""
    return case.value.items if isinstance(case.value, Listing) else (case.value,)


def both(*answers: bool | None) -> bool | None:
    """Whether all hold; None where that cannot be told."""
    if False in answers:
        return False
    return None if None in answers else True


def either(*answers: bool | None) -> bool | None:
    """Whether one holds; None where that cannot be told."""
    if True in answers:
        return True
    return None if None in answers else False
