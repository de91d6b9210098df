"""Which known ways to more permissions a principal's statements open.

Source of the ways: `analyzer/data/privilege_escalation.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.data.actions import Action
from analyzer.data.escalations import EscalationPath, escalation_paths
from analyzer.facts.iam_language import (
    ResourceBreadth,
    action_matches,
    can_apply,
    complete_arn,
    covers,
    covers_every,
    expand,
    overlaps,
    resource_breadth,
)
from analyzer.model.globs import matches

PASS_ROLE = "iam:PassRole"


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

    def speaks_of(self, action: str) -> bool:
        """Whether an action is among those of the statement."""
        if self.not_actions:
            return not any(action_matches(pattern, action) for pattern in self.not_actions)
        return any(action_matches(pattern, action) for pattern in self.actions)


@dataclass(frozen=True, slots=True)
class Held:
    """An action the principal has: by which Allow (its position), on how much, and whether under a condition."""

    action: str
    allow: int
    breadth: ResourceBreadth
    conditional: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A way that is open, with one held action for each group that it requires."""

    path: EscalationPath
    held: tuple[Held, ...]

    @property
    def breadth(self) -> ResourceBreadth:
        """How much the narrowest of the actions reaches."""
        return min(held.breadth for held in self.held)

    @property
    def conditional(self) -> bool:
        """Whether a condition stands in the way of any of them."""
        return any(held.conditional for held in self.held)


def escalations(
    allows: Sequence[Rights],
    denies: Sequence[Rights] = (),
    least: ResourceBreadth = ResourceBreadth.EVERY_OF_TYPE,
) -> tuple[Match, ...]:
    """The ways that a principal's statements open together, in the order of the table.

    Every action must reach at least `least`: rights on one named role or function are what a deployer has, not a way
    to more. A Deny without a condition takes away what it covers; one with a condition makes the way conditional.
    """
    principal = _Principal(allows, denies, least)
    found = []
    for path in escalation_paths():
        held = [principal.best(group, path.pass_role_to) for group in path.requires]
        if all(held):
            found.append(Match(path, tuple(one for one in held if one is not None)))
    return tuple(found)


class _Principal:
    def __init__(self, allows: Sequence[Rights], denies: Sequence[Rights], least: ResourceBreadth) -> None:
        self._allows = allows
        self._denies = denies
        self._least = least
        self._seen: dict[str, tuple[Held, ...]] = {}

    def best(self, group: Iterable[str], pass_role_to: str | None) -> Held | None:
        """The widest hold on any action of a group, an unconditional one before a conditional one."""
        found = [held for action in group for held in self._holds(action) if self._passes(held, pass_role_to)]
        return max(found, key=lambda held: (not held.conditional, held.breadth), default=None)

    def _passes(self, held: Held, service: str | None) -> bool:
        admitted = self._allows[held.allow].passed_to
        if held.action != PASS_ROLE or service is None or admitted is None:
            return True
        return any(matches(pattern, service) for pattern in admitted)

    def _holds(self, action: str) -> tuple[Held, ...]:
        if action not in self._seen:
            self._seen[action] = tuple(self._compute(action))
        return self._seen[action]

    def _compute(self, action: str) -> Iterable[Held]:
        known = expand(action)[0]
        denies = [deny for deny in self._denies if deny.speaks_of(action)]
        for position, allow in enumerate(self._allows):
            if not allow.speaks_of(action):
                continue
            for pattern in ("*",) if allow.not_resources else allow.resources:
                held = self._held(known, position, pattern, denies)
                if held is not None:
                    yield held

    def _held(self, action: Action, position: int, pattern: str, denies: list[Rights]) -> Held | None:
        allow = self._allows[position]
        left, conditional = [pattern], allow.conditional
        for deny in denies:
            remaining = [part for one in left for part in _without(one, deny, action)]
            if deny.conditional:
                conditional = conditional or remaining != left
            else:
                left = remaining
        breadths = [resource_breadth(part, action) for part in left if can_apply(part, action)]
        widest = max(breadths, default=None)
        if widest is None or widest < self._least:
            return None
        return Held(str(action), position, widest, conditional)


def _without(pattern: str, deny: Rights, action: Action) -> list[str]:
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
