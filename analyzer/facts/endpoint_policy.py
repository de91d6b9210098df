"""Whether the policy of a VPC endpoint lets a request through.

Sources: the AWS PrivateLink guide on endpoint policies
(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html), the IAM reference on evaluation. An
endpoint without a policy lets everything through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.facts.endpoint_buckets import of_the_region
from analyzer.facts.iam import Statement, statements
from analyzer.facts.iam_language import action_matches
from analyzer.facts.network_worlds import World
from analyzer.facts.policy_documents import document
from analyzer.model.node import Case, Node
from analyzer.model.template import Resource
from analyzer.model.value import Known, Reference, Unknown, Value, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application

_OF_CALLER = frozenset({"aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths"})
_OF_RESOURCE = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"})
_OF_NETWORK = frozenset({"aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:securetransport"})


@dataclass(frozen=True, slots=True)
class Request:
    """One API call as an endpoint sees it: the IAM ``action``, and the canonical ARN of what it is about (None where
    that is not known).

    ``role`` signs it. ``foreign``: somebody outside the account signs it for a resource outside the account, as
    CloudFormation does the address to which custom resources answer.
    """

    action: str
    arn: str | None = None
    role: Resource | None = None
    foreign: bool = False


class EndpointPolicy:
    """The policy of one endpoint in one world. ``unread`` says what would tell a statement that nobody can know yet."""

    def __init__(self, application: Application, endpoint: Resource, world: World, *, gateway: bool) -> None:
        self._application = application
        self._world = world
        self._gateway = gateway
        self.node = endpoint["PolicyDocument"]
        found = statements(endpoint, self.node, "resource")
        self.statements = [statement for statement in found if world.admits(statement.node.guards)]
        items = (item for item in document(self.node)["Statement"].items() if world.admits(item.guards))
        self.unread = next((item.undecided for item in items if item.undecided is not None), None)

    @property
    def written(self) -> bool:
        """Whether there is a policy in this world."""
        return any(self._world.admits(branch.guards) and branch for branch in self.node.branches)

    @property
    def undecided(self) -> str | None:
        """What it would take to know the policy; None where it is known."""
        return self.node.undecided

    def admits(self, request: Request) -> bool | None:
        """Whether the request gets through; None where a value that nobody can know yet decides."""
        if not self.written:
            return True
        if self.undecided is not None:
            return None
        known = [statement for statement in self.statements if statement.effect is not None]
        denied = _any(self._applies(statement, request) for statement in known if statement.denies)
        allowed = _any(self._applies(statement, request) for statement in known if statement.allows)
        readable = len(known) == len(self.statements) and self.unread is None
        if denied or (allowed is False and readable):
            return False
        return allowed if denied is False and readable else None

    def denies(self, request: Request) -> bool:
        """Whether a statement denies the request for sure."""
        return any(statement.denies and self._applies(statement, request) is True for statement in self.statements)

    def _applies(self, statement: Statement, request: Request) -> bool | None:
        answers: list[bool | None] = []
        for part in (self._action, self._resource, self._principal, self._condition):
            answer = part(statement, request)
            if answer is False:
                return False
            answers.append(answer)
        return None if None in answers else True

    # --- parts of a statement -------------------------------------------------------------------------

    def _action(self, statement: Statement, request: Request) -> bool | None:
        listed, excluded = self._cases(statement.actions), self._cases(statement.not_actions)
        if excluded:
            return _negated(_any(_named_action(case.value, request.action) for case in excluded))
        return _any(_named_action(case.value, request.action) for case in listed)

    def _resource(self, statement: Statement, request: Request) -> bool | None:
        excluded = self._cases(statement.not_resources)
        if excluded:
            return _negated(_any(self._named_arn(case.value, request) for case in excluded))
        return _any(self._named_arn(case.value, request) for case in self._cases(statement.resources))

    def _named_arn(self, pattern: Value, request: Request) -> bool | None:
        if pattern == Known("*"):
            return True
        if request.arn is None:
            return None
        return self._application.names.matches(of_the_region(pattern) if request.foreign else pattern, request.arn)

    def _principal(self, statement: Statement, request: Request) -> bool | None:
        if statement.node["NotPrincipal"]:
            return None
        node = statement.node["Principal"]
        if any(case.value == Known("*") for case in self._cases(node.cases())):
            return True
        answers = [
            self._is_caller(case.value, request)
            for key, named in node.entries()
            if key == "AWS"
            for item in named.items()
            for case in self._cases(item.cases())
        ]
        return None if node.undecided else _any(iter(answers))

    def _is_caller(self, value: Value, request: Request) -> bool | None:
        if value == Known("*"):
            return True
        if request.foreign:
            return False
        if _is_account(value):
            return None if self._gateway else True
        if request.role is None or isinstance(value, Unknown):
            return None
        written = self._application.names.canonical(value)
        return written is not None and written == self._application.names.arn(request.role)

    # --- conditions -----------------------------------------------------------------------------------

    def _condition(self, statement: Statement, request: Request) -> bool | None:
        answers = [
            self._test(operator.lower(), key.lower(), values, request)
            for operator, tests in statement.condition.entries()
            for key, values in tests.entries()
        ]
        if False in answers:
            return False
        return None if None in answers or statement.condition.undecided else True

    def _test(self, operator: str, key: str, values: Node, request: Request) -> bool | None:
        plain = operator.split(":")[-1].removesuffix("ifexists")
        met = self._met(key, values, request)
        return _negated(met) if "not" in plain else met

    def _met(self, key: str, values: Node, request: Request) -> bool | None:
        """Whether a key has one of the values. Keys of account, organization and network are taken to describe the
        application's own."""
        if key in _OF_CALLER or key in _OF_RESOURCE:
            return not request.foreign
        if key == "aws:principalarn":
            return self._is_role(values, request)
        return True if key in _OF_NETWORK else None

    def _is_role(self, values: Node, request: Request) -> bool | None:
        if request.foreign:
            return False
        arn = self._application.names.arn(request.role) if request.role is not None else None
        if arn is None:
            return None
        cases = [case for item in values.items() for case in self._cases(item.cases())]
        return _any(self._application.names.matches(case.value, arn) for case in cases)

    def _cases(self, cases: Iterable[Case]) -> list[Case]:
        return [case for case in cases if self._world.admits(case.guards)]


def _named_action(pattern: Value, action: str) -> bool | None:
    return action_matches(as_text(pattern.value), action) if isinstance(pattern, Known) else None


def _is_account(value: Value) -> bool:
    """Whether a principal is a whole account: its number, or the ARN of its root."""
    if isinstance(value, Reference):
        return value.logical_id == "AWS::AccountId"
    if isinstance(value, Known) and as_text(value.value).isdecimal():
        return True
    return str(getattr(value, "value", value)).endswith(":root")


def _either(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


def _negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _any(answers: Iterator[bool | None] | Iterable[bool | None]) -> bool | None:
    found: bool | None = False
    for answer in answers:
        found = _either(found, answer)
    return found
