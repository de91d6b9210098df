"""Whom a finding on a policy names, and an Allow with the Denies beside it.

A *carrier* is the resource in which statements of identity policies are written: a role, user, group, permission set or
policy; for what SAM generates, the function or state machine that was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.data.actions import Action
from analyzer.facts.iam_condition_tests import Block, Unresolved
from analyzer.facts.iam_conditions import Outcome, is_real, passed_services
from analyzer.facts.iam_language import (
    ActionBreadth,
    ResourceBreadth,
    action_breadth,
    can_apply,
    resource_breadth,
)
from analyzer.facts.iam_rights import Rights, remaining
from analyzer.facts.iam_worlds import Pattern, Reader, Reading, World

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
    sets = [{_key(statement) for statement in holder.statements} for holder in holders]
    common = set.intersection(*sets) if sets else set()
    for statement in holders[0].statements if holders else ():
        elsewhere = statement.carrier is not resource or statement.managed is not None
        if elsewhere and statement.denies and _key(statement) in common:
            yield statement


def _key(statement: Statement) -> tuple[str, str, str, str | None]:
    return (statement.carrier.stack, statement.carrier.id, statement.node.pointer, statement.managed)


@dataclass(frozen=True)
class Allowed:
    """An Allow as it reads in one world, with the Denies that hold beside it."""

    carrier: Carrier
    reading: Reading
    denies: tuple[Rights, ...]

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

    def reach(self, action: Action) -> tuple[ResourceBreadth, Pattern] | None:
        """How much the Allow gives of an action after the Denies, and by which pattern; None where nothing."""
        found = [
            (resource_breadth(part, action), pattern)
            for pattern in self.patterns
            for part in remaining(pattern.text, self.denies, action)
            if can_apply(part, action)
        ]
        return max(found, key=lambda pair: pair[0], default=None)

    def blanket(self) -> ResourceBreadth | None:
        """How much is left of the resources whatever the action, after Denies of every action; None: nothing."""
        left = [pattern.text for pattern in self.patterns]
        for deny in self.denies:
            if deny.conditional or not _of_everything(deny):
                continue
            if deny.not_actions and "*" in deny.resources:
                return None
            left = list(deny.not_resources) if "*" in left and deny.not_resources else left
            left = [] if "*" in deny.resources else left
        return max(map(resource_breadth, left), default=None)


def _of_everything(deny: Rights) -> bool:
    return bool(deny.not_actions) or any(
        action_breadth(pattern) is ActionBreadth.EVERYTHING for pattern in deny.actions
    )


def allowed_in(carrier: Carrier, reader: Reader, world: World) -> Iterator[Allowed]:
    """The Allows of a carrier in a world, statements of which the effect is not known among them."""
    readings = [r for s in carrier.statements if (r := reader.read(s, world)) is not None]
    denies = [r for s in carrier.beside if (r := reader.read(s, world)) is not None]
    denied = tuple(rights(reading) for reading in (*readings, *denies) if reading.denies)
    return (Allowed(carrier, reading, denied) for reading in readings if reading.may_allow)


def rights(reading: Reading) -> Rights:
    """A reading as rights. Any condition of a Deny counts: what would be vacuous in an Allow is strict there."""
    passed = passed_services(reading.condition)
    unknown = isinstance(passed, Unresolved)
    if reading.allows:
        conditional = unknown or is_real(_without_passed(reading.condition)) is not Outcome.NO
    else:
        conditional = reading.condition is not None and reading.condition != {}
    return Rights(
        reading.actions.texts,
        reading.resources.texts,
        reading.not_actions.texts,
        reading.not_resources.texts,
        conditional,
        None if isinstance(passed, Unresolved) else passed,
    )


def _without_passed(block: Block) -> Block:
    """The block without its tests of ``iam:PassedToService``, which rights hold by itself."""
    if block is None or isinstance(block, Unresolved):
        return block
    kept = {operator: _other_keys(keys) for operator, keys in block.items()}
    return {operator: keys for operator, keys in kept.items() if keys != {}}


def _other_keys(keys: object) -> object:
    if not isinstance(keys, dict):
        return keys
    return {key: value for key, value in keys.items() if key.lower() != "iam:passedtoservice"}
