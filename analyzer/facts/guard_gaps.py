"""Where none of several conditional things holds: a trail under ``IsProd`` records nothing where ``IsProd`` is false.

Conditions are negated one by one; combinations are capped, and a contradiction is only missed, never invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer.model.alternatives import merge
from analyzer.model.value import Guard

if TYPE_CHECKING:
    from analyzer.model.application import Application

Guards = tuple[Guard, ...]
MOST_WORLDS = 64


def gap(application: Application, holding: Iterable[Guards], base: Guards = ()) -> Guards | None:
    """Guards, beside ``base``, under which none of ``holding`` holds: empty where there is nothing to hold, None
    where one of them always does."""
    worlds: list[Guards] = [base]
    for guards in holding:
        longer = [found for world in worlds for found in _without(application, world, guards)]
        worlds = sorted(longer, key=lambda world: not likely(world))[:MOST_WORLDS]
        if not worlds:
            return None
    return worlds[0][len(base) :]


def likely(guards: Iterable[Guard]) -> bool:
    """Whether parameters' defaults do not speak against the guards."""
    return all(guard.likely is not False for guard in guards)


def where(guards: Iterable[Guard]) -> str:
    """`` where condition X is true``, for the end of a message; empty where nothing selects it."""
    named = " and ".join(map(str, guards))
    return f" where {named}" if named else ""


def _without(application: Application, world: Guards, guards: Guards) -> Iterable[Guards]:
    """The ways in which ``world`` goes on with one of ``guards`` not holding."""
    for guard in guards:
        template = application.templates.get(guard.stack)
        if guard.kind != "condition" or template is None:
            continue
        merged = merge(world, (template.conditions.guard(guard.name, not guard.value),))
        if merged is not None and template.conditions.consistent(merged):
            yield merged
