"""What a statement grants or denies on plain strings, and what a Deny leaves of an Allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from analyzer.data.actions import Action
from analyzer.facts.iam_language import action_matches, complete_arn, covers, covers_every, has_wildcard, overlaps
from analyzer.records import dataclass


class _Actions:
    """Action patterns, sorted once for the many questions that are asked of a statement."""

    __slots__ = ("_exact", "_wide")

    def __init__(self, patterns: Sequence[str]) -> None:
        self._exact = frozenset(pattern.lower() for pattern in patterns)
        self._wide = [pattern for pattern in patterns if has_wildcard(pattern)]

    def match(self, action: str) -> bool:
        return action.lower() in self._exact or any(action_matches(pattern, action) for pattern in self._wide)


@dataclass(frozen=True, slots=True)
class Rights:
    """One statement: `Action` or `NotAction`, `Resource` or `NotResource`, as plain patterns.

    `conditional`: it has a condition that keeps somebody out. `passed_to`: the services that `iam:PassedToService`
    confines it to, `None` if none.
    """

    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditional: bool = False
    passed_to: frozenset[str] | None = None
    _named: _Actions = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", _Actions(self.not_actions or self.actions))

    def speaks_of(self, action: str) -> bool:
        """Whether an action is among those of the statement."""
        return self._named.match(action) != bool(self.not_actions)


def remaining(pattern: str, denies: Iterable[Rights], action: Action) -> list[str]:
    """What unconditional Denies leave of a resource pattern that an Allow grants for an action."""
    left = [pattern]
    for deny in denies:
        if not deny.conditional and deny.speaks_of(str(action)):
            left = [part for one in left for part in without(one, deny, action)]
    return left


def without(pattern: str, deny: Rights, action: Action) -> list[str]:
    """What a Deny leaves of a resource pattern: the pattern, nothing, or the parts that `NotResource` spares."""
    if not deny.not_resources:
        denied = covers_every(deny.resources, action) or any(_covers(one, pattern) for one in deny.resources)
        return [] if denied else [pattern]
    if any(_covers(spared, pattern) for spared in deny.not_resources):
        return [pattern]
    return [
        spared for spared in deny.not_resources if overlaps(complete_arn(spared), complete_arn(pattern)) is not False
    ]


def _covers(wide: str, narrow: str) -> bool:
    return covers(complete_arn(wide), complete_arn(narrow))
