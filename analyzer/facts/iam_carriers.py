"""Whom a finding on a policy names, and an Allow with the Denies beside it.

A *carrier* is the resource in which statements of identity policies are written: a role, user, group, permission set or
policy; for what SAM generates, the function or state machine that was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.data.actions import Action
from analyzer.facts.iam_condition_tests import Block
from analyzer.facts.iam_language import (
    ActionBreadth,
    ResourceBreadth,
    action_breadth,
    can_apply,
    expand,
    overlaps,
    resource_breadth,
)
from analyzer.facts.iam_rights import Rights, remaining
from analyzer.facts.iam_terms import Pattern
from analyzer.facts.iam_worlds import Reader, Reading, World
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam, Principal, Statement
    from analyzer.model.template import Resource


@dataclass(frozen=True)
class Carrier:
    """A resource that carries statements. ``beside``: the Denies that all its holders have from elsewhere."""

    resource: Resource
    statements: tuple[Statement, ...]
    beside: tuple[Statement, ...]
    holders: tuple[Principal, ...]
    boundary_only: bool

    @property
    def exempt(self) -> bool:
        """Whether there is nothing to judge: CDK's own, or used as a permissions boundary alone, which grants
        nothing."""
        return self.boundary_only or self.resource.framework is not None

    @cached_property
    def serves_network_functions(self) -> bool:
        """Whether a holder is the role of a function in a VPC, which needs rights on network interfaces."""
        return any(holder.runs_in_network for holder in self.holders)


def carriers(iam: Iam) -> tuple[Carrier, ...]:
    """Everything that carries statements of an identity policy, in the order written."""
    written: dict[Resource, list[Statement]] = {}
    for statement in iam.written_statements:
        written.setdefault(statement.carrier, []).append(statement)
    return tuple(_carrier(iam, resource, found) for resource, found in written.items())


def _carrier(iam: Iam, resource: Resource, statements: list[Statement]) -> Carrier:
    own = iam.principals.get(resource)
    holders = (own,) if own is not None else iam.holders_of(resource)
    boundary = resource in iam.boundaries and not holders
    return Carrier(resource.owner, tuple(statements), tuple(_common_denies(resource, holders)), holders, boundary)


def _common_denies(resource: Resource, holders: Sequence[Principal]) -> Iterator[Statement]:
    """The Denies of other policies that every holder has."""
    first, others = holders[:1], holders[1:]
    for statement in (statement for holder in first for statement in holder.statements if statement.denies):
        elsewhere = statement.carrier is not resource or statement.managed is not None
        if elsewhere and all(any(_key(one) == _key(statement) for one in holder.statements) for holder in others):
            yield statement


def _key(statement: Statement) -> tuple[str, str, str, str | None]:
    return (statement.carrier.stack, statement.carrier.id, statement.node.pointer, statement.managed)


@dataclass(frozen=True, slots=True)
class Given:
    """An action that an Allow gives: on how much at most, and by which pattern of its resources."""

    action: Action
    breadth: ResourceBreadth
    by: Pattern


@dataclass(frozen=True, eq=False)
class Allowed:
    """An Allow as it reads in one world, with the Denies that hold beside it."""

    carrier: Carrier
    reading: Reading
    denies: tuple[Rights, ...]
    _memory: dict[object, tuple[Given, ...]]

    @property
    def actions(self) -> tuple[Pattern, ...]:
        """The action patterns that are known."""
        return self.reading.actions.patterns

    @property
    def condition(self) -> Block:
        """The Condition block on plain strings."""
        return self.reading.condition

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The resource patterns that are known; ``*`` for what ``NotResource`` leaves."""
        spared = self.reading.not_resources.patterns
        return tuple(replace(pattern, text="*", shown=f"all but {pattern.shown}") for pattern in spared[:1]) or (
            self.reading.resources.patterns
        )

    def given(self, actions: Pattern) -> tuple[Given, ...]:
        """The known actions of a pattern of which the Allow gives anything after the Denies."""
        denies = self._denies_of(actions.text)
        key = (self.reading.statement, actions.text, self.reading.resources.texts, tuple(map(id, denies)))
        if key not in self._memory:
            self._memory[key] = tuple(self._given(expand(actions.text), denies))
        return self._memory[key]

    def _denies_of(self, actions: str) -> list[Rights]:
        """The Denies without a condition that speak of some of these actions."""
        pattern = actions.lower()
        return [
            deny
            for deny in self.denies
            if not deny.conditional
            and (deny.not_actions or any(overlaps(one.lower(), pattern) is not False for one in deny.actions))
        ]

    def _given(self, actions: tuple[Action, ...], denies: list[Rights]) -> Iterator[Given]:
        reached: dict[object, tuple[ResourceBreadth, Pattern] | None] = {}
        for action in actions:
            speaking = tuple(index for index, deny in enumerate(denies) if deny.speaks_of(str(action)))
            key = (action.prefix, action.resource_types, speaking)  # nothing else of an action counts
            if key not in reached:
                reached[key] = self._reach(action, [denies[index] for index in speaking])
            if (found := reached[key]) is not None:
                yield Given(action, *found)

    def _reach(self, action: Action, denies: list[Rights]) -> tuple[ResourceBreadth, Pattern] | None:
        found = [
            (resource_breadth(part, action), pattern)
            for pattern in self.patterns
            for part in remaining(pattern.text, denies, action)
            if can_apply(part, action)
        ]
        return max(found, key=lambda pair: pair[0], default=None)

    def blanket(self) -> list[str]:
        """What is left of the resource patterns whatever the action, after Denies of every action."""
        left = [pattern.text for pattern in self.patterns]
        for deny in self.denies:
            if deny.conditional or not _of_everything(deny):
                continue
            if deny.not_actions and "*" in deny.resources:
                return []
            left = list(deny.not_resources) if "*" in left and deny.not_resources else left
            left = [] if "*" in deny.resources else left
        return left


def _of_everything(deny: Rights) -> bool:
    return bool(deny.not_actions) or any(
        action_breadth(pattern) is ActionBreadth.EVERYTHING for pattern in deny.actions
    )


def possible(carrier: Carrier, reader: Reader) -> tuple[tuple[World, Allowed | None], ...]:
    """Each statement of a carrier in each of its worlds, as :func:`allowed_by` reads it there. All rules on grants ask
    for it."""
    key = ("possible", carrier.resource, carrier.statements)
    if key not in reader.memory:
        reader.memory[key] = tuple(
            (world, allowed_by(carrier, statement, reader, world))
            for statement in carrier.statements
            for world in reader.worlds((statement,))
        )
    found: tuple[tuple[World, Allowed | None], ...] = reader.memory[key]
    return found


def allowed_by(carrier: Carrier, statement: Statement, reader: Reader, world: World) -> Allowed | None:
    """A statement of a carrier as an Allow in a world; also one of which the effect is not known."""
    reading = reader.read(statement, world)
    if reading is None or not reading.may_allow:
        return None
    beside = (one for one in (*carrier.statements, *carrier.beside) if one is not statement and reader.may_deny(one))
    denies = (read for one in beside if (read := reader.read(one, world)) is not None and read.denies)
    return Allowed(carrier, reading, tuple(deny.rights for deny in denies), reader.memory)
