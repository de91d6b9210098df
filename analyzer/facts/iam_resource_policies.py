"""Resource and trust policies: who carries them, and what the Denies in them leave of an Allow for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analyzer.data.conditions import condition_keys
from analyzer.facts.iam_condition_tests import UNRESOLVED, Block, Test, Unresolved, read_tests
from analyzer.facts.iam_conditions import Outcome
from analyzer.facts.iam_language import complete_arn, covers
from analyzer.facts.iam_principals import Principals, principals_of
from analyzer.facts.iam_worlds import Reader, Reading, World
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam, Statement
    from analyzer.model.template import Resource

_INVERSE = {
    "stringnotequals": "StringEquals",
    "stringnotequalsignorecase": "StringEqualsIgnoreCase",
    "stringnotlike": "StringLike",
    "arnnotequals": "ArnEquals",
    "arnnotlike": "ArnLike",
    "notipaddress": "IpAddress",
}
_WHOLE_API = "execute-api:/*"
_SERVICE_FLAGS = ("aws:principalisawsservice", "aws:viaawsservice")


@dataclass(frozen=True)
class Policy:
    """The statements of one resource policy or trust policy."""

    resource: Resource
    statements: tuple[Statement, ...]

    def worlds(self, reader: Reader) -> tuple[World, ...]:
        """The worlds of its conditions."""
        return reader.worlds(self.statements)

    def openings(self, reader: Reader, world: World) -> Iterator[Opening]:
        """Its Allows in a world, each with the Denies that hold beside it."""
        read = [(r, principals_of(s, world)) for s in self.statements if (r := reader.read(s, world)) is not None]
        denies = tuple(pair for pair in read if pair[0].denies)
        return (Opening(reading, principals, denies) for reading, principals in read if reading.may_allow)


@dataclass(frozen=True)
class Opening:
    """An Allow of a resource policy: to whom, and the Denies beside it."""

    reading: Reading
    principals: Principals
    denies: tuple[tuple[Reading, Principals], ...]

    @property
    def actions(self) -> str:
        """What is allowed, for people."""
        shown = [pattern.shown for pattern in self.reading.actions.patterns]
        return ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "") if shown else "every action but some"

    def confined(self, test: Callable[[Block], Outcome]) -> Outcome:
        """Whether the Allow's own condition, or what a Deny beside it leaves, passes ``test``.

        A Deny counts if it is for everybody (or all but some) and covers the actions and resources of the Allow.
        """
        outcomes = [test(self.reading.condition)]
        for deny, whom in self.denies:
            if whom.everybody and _covers(deny, self.reading):
                outcomes.append(Outcome.YES if whom.all_but and not deny.condition else _left(deny.condition, test))
        if Outcome.YES in outcomes:
            return Outcome.YES
        return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.NO


def resource_policies(iam: Iam, *without: str) -> Iterator[Policy]:
    """The resource policies of the application, one for each resource that carries statements."""
    yield from _grouped(s for s in iam.resource_statements if s.carrier.type not in without)


def trust_policies(iam: Iam) -> Iterator[Policy]:
    """The trust policies of the application's roles."""
    yield from _grouped(iter(iam.trust_statements))


def _grouped(statements: Iterator[Statement]) -> Iterator[Policy]:
    found: dict[Resource, list[Statement]] = {}
    for statement in statements:
        found.setdefault(statement.carrier, []).append(statement)
    return (Policy(resource, tuple(group)) for resource, group in found.items())


# --- what a Deny leaves -------------------------------------------------------------------------------------


def _left(condition: Block, test: Callable[[Block], Outcome]) -> Outcome:
    """What ``test`` says of those whom a Deny with this condition spares.

    The Deny hits who fails to match: the condition must consist of negated operators, which also hit requests that
    lack the key; calls by AWS services may be spared besides. All that is spared must pass.
    """
    tests = read_tests(condition)
    if tests is None:
        return Outcome.UNKNOWN
    if not tests:
        return Outcome.YES
    spared = [one for one in tests if not (one.key in _SERVICE_FLAGS and one.texts == ("false",))]
    if not spared or any(_inverted(one) is None for one in spared):
        return Outcome.NO
    outcomes = {test(_inverted(one)) for one in spared}
    return outcomes.pop() if len(outcomes) == 1 else Outcome.NO


def _inverted(test: Test) -> Mapping[str, Any] | None:
    """The condition that holds for those whom the negated test spares; None for any other test."""
    operator = _INVERSE.get(test.operator)
    if operator is None or test.quantifier or test.key not in condition_keys().narrowing:
        return None
    values = [UNRESOLVED if isinstance(value, Unresolved) else value for value in test.values]
    return {operator: {test.written_key: values}}


def _covers(deny: Reading, allow: Reading) -> bool:
    """Whether a Deny speaks of all that an Allow allows."""
    if deny.not_actions or deny.not_resources:
        return False
    actions = [text.lower() for text in deny.actions.texts]
    granted = [text.lower() for text in allow.actions.texts]
    named = [complete_arn(text) for text in deny.resources.texts] or ["*"]
    asked = [complete_arn(text) for text in allow.resources.texts] or ["*"]
    return all(any(covers(wide, one) for wide in actions) for one in granted) and all(
        any(wide == _WHOLE_API or covers(wide, one) for wide in named) for one in asked
    )
