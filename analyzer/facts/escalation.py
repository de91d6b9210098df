"""Which known ways to more permissions a principal's statements open.

Source of the ways: `analyzer/data/privilege_escalation.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from analyzer.data.actions import Action
from analyzer.data.escalations import EscalationPath, escalation_paths, required_actions
from analyzer.facts.iam_language import (
    ResourceBreadth,
    action_matches,
    can_apply,
    complete_arn,
    covers,
    expand,
    resource_breadth,
)
from analyzer.facts.iam_rights import Rights, without
from analyzer.model.globs import matches
from analyzer.records import dataclass

__all__ = ["Held", "Match", "Rights", "escalations"]

PASS_ROLE = "iam:PassRole"


@dataclass(frozen=True, slots=True)
class Held:
    """An action the principal has: by which Allow (its position), on how much, whether under a condition, and whether
    on the principal itself."""

    action: str
    allow: int
    breadth: ResourceBreadth
    conditional: bool
    own: bool = False


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
    *,
    own: Iterable[str] = (),
    boundary: Sequence[Rights] | None = None,
) -> tuple[Match, ...]:
    """The ways that a principal's statements open together, in the order of the table.

    What is taken over must be within reach at `least`: rights on one named role or function are what a deployer has,
    not a way to more. Where a role is passed, that is the role; how many functions the principal may create does not
    matter. `own`: ARNs of the principal itself and of its policies, which it needs no breadth to widen. `boundary`:
    the Allows of its permissions boundary, `None` if it has none. A Deny without a condition takes away what it
    covers; one with a condition makes the way conditional.
    """
    allowed = _required_of(allows)
    if not allowed:
        return ()
    principal = _Principal(allows, denies, tuple(own), boundary)
    paths = (path for path in escalation_paths() if not any(map(allowed.isdisjoint, path.requires)))
    ways = ((path, principal.walk(path, least)) for path in paths)
    return tuple(Match(path, held) for path, held in ways if held is not None)


def _required_of(allows: Iterable[Rights]) -> frozenset[str]:
    """The actions that paths require of which some Allow speaks."""
    found: set[str] = set()
    for allow in allows:
        named = frozenset[str]().union(*map(required_by, allow.not_actions or allow.actions))
        found |= named if not allow.not_actions else required_actions() - named
    return frozenset(found)


@lru_cache(maxsize=4096)
def required_by(pattern: str) -> frozenset[str]:
    """The actions that paths require among those of a pattern (``iam:*``)."""
    return frozenset(action for action in required_actions() if action_matches(pattern, action))


class _Principal:
    def __init__(
        self,
        allows: Sequence[Rights],
        denies: Sequence[Rights],
        own: tuple[str, ...],
        boundary: Sequence[Rights] | None,
    ) -> None:
        self._allows = allows
        self._denies = denies
        self._own = own
        self._boundary = boundary
        self._seen: dict[str, tuple[Held, ...]] = {}

    def walk(self, path: EscalationPath, least: ResourceBreadth) -> tuple[Held, ...] | None:
        """One held action for each group that ``path`` requires; None where a group has none."""
        found = []
        for group in path.requires:
            held = self._best(group, path, least)
            if held is None:
                return None
            found.append(held)
        return tuple(found)

    def _best(self, group: Iterable[str], path: EscalationPath, least: ResourceBreadth) -> Held | None:
        """The widest hold on any action of a group, an unconditional one before a conditional one."""
        found = [
            held
            for action in group
            for held in self._holds(action)
            if self._passes(held, path.pass_role_to) and self._reaches(held, path, least)
        ]
        return max(found, key=lambda held: (not held.conditional, held.breadth), default=None)

    def _passes(self, held: Held, service: str | None) -> bool:
        admitted = self._allows[held.allow].passed_to
        if held.action != PASS_ROLE or service is None or admitted is None:
            return True
        return any(matches(pattern, service) for pattern in admitted)

    def _reaches(self, held: Held, path: EscalationPath, least: ResourceBreadth) -> bool:
        if path.pass_role_to is not None and held.action != PASS_ROLE:
            return True
        return held.breadth >= least or (path.kind == "self" and held.own)

    def _holds(self, action: str) -> tuple[Held, ...]:
        if action not in self._seen:
            self._seen[action] = tuple(self._compute(action)) if self._within_boundary(action) else ()
        return self._seen[action]

    def _within_boundary(self, action: str) -> bool:
        return self._boundary is None or any(allow.speaks_of(action) for allow in self._boundary)

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
            remaining = [part for one in left for part in without(one, deny, action)]
            if deny.conditional:
                conditional = conditional or remaining != left
            else:
                left = remaining
        left = [part for part in left if can_apply(part, action)]
        if not left:
            return None
        widest = max(resource_breadth(part, action) for part in left)
        own = any(covers(complete_arn(part), arn) for part in left for arn in self._own)
        return Held(str(action), position, widest, conditional, own)
