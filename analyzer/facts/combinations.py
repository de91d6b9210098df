"""Several properties judged together: every combination of their alternatives that can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Verdict
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


def settle_together(fails: Callable[..., bool | None], first: Node, *others: Node) -> Settled:
    """What ``fails`` says of the nodes' values, one argument each, in every combination."""
    cases = combined(first, *others)
    settled = settle_cases(cases, lambda case: fails(*_values(case)))
    if settled.verdict is not Verdict.UNKNOWN:
        return settled
    undecided = (value for case in cases if fails(*_values(case)) is None for value in _values(case))
    needs = next((value.needs for value in undecided if isinstance(value, Unknown)), settled.needs)
    return Settled(Verdict.UNKNOWN, needs=needs)


def _values(case: Case) -> tuple[Value, ...]:
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
