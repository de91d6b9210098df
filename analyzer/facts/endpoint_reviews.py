"""What is wrong with the policies of VPC endpoints by themselves, whoever calls.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from analyzer.data.endpoints import Endpoint, endpoint_named, iam_prefixes_of
from analyzer.facts.endpoint_policy import EndpointPolicy
from analyzer.facts.endpoint_services import Declared, Endpoints
from analyzer.facts.iam import Statement
from analyzer.facts.iam_condition_tests import UNRESOLVED, Block, Test, Unresolved, read_tests
from analyzer.facts.iam_conditions import Outcome, is_real
from analyzer.facts.iam_language import service_of
from analyzer.facts.network_worlds import Answer, World, explore, presence, settle_worlds
from analyzer.facts.policy_documents import document
from analyzer.judgement import AnyPlace
from analyzer.model.json_string import serialize
from analyzer.model.node import Case, Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Unknown, Value, as_text, parts_of, shown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application

VERSIONS = ("2012-10-17", "2008-10-17")
MOST_CHARACTERS = 20_480
FEWEST_BESIDE_WILDCARD = 6
SYSTEM_GENERATED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
    }
)
"""Keys whose values AWS makes up (account numbers, ``o-…``, ``vpc-…``)."""

_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_WILDCARD = re.compile(r"[*?]")
_MIXED_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(?=[^:]*\d)(?=[^:]*[*?])[^:]+:")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a policy, in words; ``needs`` is set where a value that nobody can know yet decides.

    ``grave`` is false where the policy still does what it should.
    """

    text: str
    place: AnyPlace | None = None
    needs: str = ""
    grave: bool = True


Flaws = tuple[Flaw, ...]


class Policy:
    """An endpoint's policy as it is written, in one world."""

    def __init__(self, application: Application, endpoint: Declared, world: World) -> None:
        self.application = application
        self.endpoint = endpoint
        self.world = world
        self.node = endpoint.resource["PolicyDocument"]
        self.document = document(self.node)
        self.known = EndpointPolicy(application, endpoint.resource, world, gateway=endpoint.gateway)

    @property
    def statements(self) -> list[Statement]:
        """The statements that exist in this world."""
        return self.known.statements

    def value(self, node: Node) -> Value:
        """A node's value in this world."""
        return next((case.value for case in node.cases() if self.world.admits(case.guards)), Absent())

    def cases(self, node: Node) -> list[Case]:
        """What a node, or each item of it, is in this world."""
        found = [case for item in node.items() for case in item.cases()]
        return [case for case in found if self.world.admits(case.guards)]

    def block(self, statement: Statement) -> Block:
        """The condition of a statement as plain strings, holes in canonical form."""
        if statement.condition.undecided:
            return UNRESOLVED
        return {
            operator: {key: [self._text(case.value) for case in self.cases(values)] for key, values in tests.entries()}
            for operator, tests in statement.condition.entries()
        }

    def _text(self, value: Value) -> str | Unresolved:
        canonical = self.application.names.canonical(value)
        return UNRESOLVED if canonical is None or isinstance(value, Unknown) else canonical


def review(
    application: Application, endpoints: Endpoints, resource: Resource, find: Callable[[Policy], Iterator[Flaw]]
) -> Answer[Flaws] | None:
    """The flaws that ``find`` sees in an endpoint's policy, over all worlds; None where there are too many."""

    def evaluate(world: World) -> Flaws:
        return tuple(find(Policy(application, endpoints.declared(resource, world), world)))

    outcomes = explore(application, presence(resource), evaluate)
    return settle_worlds(outcomes, _verdict) if outcomes is not None else None


def _verdict(flaws: Flaws) -> bool | None:
    if any(not flaw.needs for flaw in flaws):
        return True
    return None if flaws else False


# --- what EC2 refuses ---------------------------------------------------------------------------------------


def malformed(policy: Policy) -> Iterator[Flaw]:
    """What EC2 refuses when it creates the endpoint."""
    if not policy.known.written:
        return
    if policy.known.undecided is not None:
        yield Flaw("", needs=policy.known.undecided)
        return
    if policy.document is policy.node and isinstance(policy.value(policy.node), Known):
        yield Flaw("is no JSON", policy.node.place)
        return
    version = policy.document["Version"]
    written = policy.value(version)
    if isinstance(written, Unknown):
        yield Flaw("", needs=written.needs)
    elif not isinstance(written, Absent) and as_text(getattr(written, "value", None)) not in VERSIONS:
        yield Flaw(f"has version {version.text}, which does not exist", version.place)
    if policy.known.unread is not None:
        yield Flaw("", needs=policy.known.unread)
    elif not policy.statements:
        yield Flaw("has no statement", policy.node.place)
    for statement in policy.statements:
        yield from _malformed_statement(policy, statement)
    yield from _too_long(policy)


def _malformed_statement(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    place = statement.node.place
    effect = policy.value(statement.node["Effect"])
    if isinstance(effect, Unknown):
        yield Flaw("", needs=effect.needs)
    elif isinstance(effect, Absent):
        yield Flaw("has a statement without Effect", place)
    elif effect not in (Known("Allow"), Known("Deny")):
        yield Flaw(f"has a statement whose Effect is {statement.node['Effect'].text}", statement.node["Effect"].place)
    for name, opposite in _PAIRS:
        if not any(policy.world.admits(branch.guards) and branch for branch in _branches(statement, name, opposite)):
            yield Flaw(f"has a statement without {name}", place)


def _branches(statement: Statement, *names: str) -> Iterator[Node]:
    for name in names:
        yield from statement.node[name].branches


def _too_long(policy: Policy) -> Iterator[Flaw]:
    literal = [part for piece in _json_text(policy) for part in parts_of(piece) or () if isinstance(part, str)]
    length = sum(map(len, literal))
    if length > MOST_CHARACTERS:
        yield Flaw(f"has {length:,} characters or more, and {MOST_CHARACTERS:,} are allowed", policy.node.place)


def _json_text(policy: Policy) -> list[Value]:
    """The pieces of the document as EC2 gets it; none where it is no document at all."""
    if policy.document is not policy.node:
        return [policy.value(policy.node)]
    if isinstance(policy.document.raw, dict):
        return serialize(policy.node.template.resolver.value, policy.document.raw)
    return []


# --- principals ---------------------------------------------------------------------------------------------


def narrow_principals(policy: Policy) -> Iterator[Flaw]:
    """Principals other than everybody in the policy of a gateway endpoint."""
    if not policy.endpoint.gateway:
        return
    for statement in policy.statements:
        node = statement.node["Principal"]
        if not node or policy.value(node) == Known("*"):
            continue
        if node.undecided:
            yield Flaw("", needs=node.undecided)
        for kind, named in node.entries():
            for case in policy.cases(named):
                if isinstance(case.value, Unknown):
                    yield Flaw("", needs=case.value.needs)
                elif kind != "AWS" or case.value != Known("*"):
                    text = shown(case.value)
                    yield Flaw(f"names {text} as {kind} principal", case.node.place)
        if isinstance(policy.value(node), Known):
            yield Flaw(f"names {node.text} as principal", node.place)


# --- openness -----------------------------------------------------------------------------------------------


def open_to_all(policy: Policy) -> Iterator[Flaw]:
    """Full access: written out, or by default where there is no policy."""
    endpoint = endpoint_named(policy.endpoint.suffix) if policy.endpoint.suffix else None
    if not policy.known.written:
        if policy.endpoint.gateway or endpoint is not None:
            yield Flaw(
                "is the default one, full access, because none is written", policy.endpoint.resource.place, grave=False
            )
        return
    if policy.known.undecided is not None:
        yield Flaw("", needs=policy.known.undecided)
        return
    if policy.known.unread is not None:
        yield Flaw("", needs=policy.known.unread)
        return
    if any(statement.denies and _is_wide(policy, statement, endpoint) for statement in policy.statements):
        return
    for statement in policy.statements:
        wide = statement.allows and _is_wide(policy, statement, endpoint)
        if not wide:
            continue
        outcome = is_real(policy.block(statement))
        if outcome is Outcome.NO:
            yield Flaw("lets everybody do everything with everything", statement.node.place)
        elif outcome is Outcome.UNKNOWN:
            yield Flaw("", needs=f"the condition of a statement of {policy.endpoint.name}")


def _is_wide(policy: Policy, statement: Statement, endpoint: Endpoint | None) -> bool:
    """Whether a statement is about everybody, every action of the endpoint's service, and every resource."""
    services = {f"{prefix}:*" for prefix in iam_prefixes_of(endpoint)} if endpoint else set()
    named = [case.value for case in policy.cases(statement.node["Action"])]
    actions = {as_text(value.value).lower() for value in named if isinstance(value, Known)}
    resources = [case.value for case in policy.cases(statement.node["Resource"])]
    everybody = policy.value(statement.node["Principal"]) == Known("*") or any(
        case.value == Known("*") for _, named in statement.node["Principal"].entries() for case in policy.cases(named)
    )
    return everybody and bool(actions & {"*", "*:*", *services}) and Known("*") in resources


# --- what never matches --------------------------------------------------------------------------------------


def unmatchable(policy: Policy) -> Iterator[Flaw]:
    """Parts of a policy that no request through the endpoint can match, and denials that leave nothing."""
    if policy.known.undecided is not None or not policy.known.written:
        return
    endpoint = endpoint_named(policy.endpoint.suffix) if policy.endpoint.suffix else None
    prefixes = iam_prefixes_of(endpoint) if endpoint else frozenset()
    for statement in policy.statements:
        if prefixes and endpoint is not None:
            yield from _foreign_actions(policy, statement, endpoint, prefixes)
        for test in read_tests(policy.block(statement)) or ():
            yield from _test_flaws(test, statement)
        yield from _arn_flaws(policy, statement)
        if denies_everything(policy, statement):
            yield Flaw("denies everything to everybody", statement.node.place)
    if policy.statements and not policy.known.unread and all(statement.denies for statement in policy.statements):
        yield Flaw("allows nothing, it only denies", policy.node.place)


def denies_everything(policy: Policy, statement: Statement) -> bool:
    """Whether a statement shuts the endpoint for everybody."""
    endpoint = endpoint_named(policy.endpoint.suffix) if policy.endpoint.suffix else None
    return statement.denies and _is_wide(policy, statement, endpoint) and not statement.condition


def _foreign_actions(
    policy: Policy, statement: Statement, endpoint: Endpoint, prefixes: frozenset[str]
) -> Iterator[Flaw]:
    cases = [case for case in policy.cases(statement.node["Action"]) if not isinstance(case.value, Absent)]
    named = [(case, as_text(case.value.value)) for case in cases if isinstance(case.value, Known)]
    foreign = [(case, text) for case, text in named if _is_foreign(text, prefixes)]
    if foreign and statement.allows:
        actions = ", ".join(text for _, text in foreign)
        whole = len(foreign) == len(cases)
        yield Flaw(
            f"names {actions}, and through {endpoint.suffix} goes no such call", foreign[0][0].node.place, grave=whole
        )


def _is_foreign(action: str, prefixes: frozenset[str]) -> bool:
    service = service_of(action)
    return service is not None and service not in prefixes


def _test_flaws(test: Test, statement: Statement) -> Iterator[Flaw]:
    place = statement.condition.place
    wildcard = any("*" in text or "?" in text for text in test.texts)
    if test.key in SYSTEM_GENERATED and (test.operator.startswith("numeric") or (test.takes_wildcards and wildcard)):
        yield Flaw(f"compares {test.written_key} by wildcard or number, which endpoints do not take", place)
    elif test.operator in ("stringlike", "stringnotlike"):
        for text in test.texts:
            if _too_loose(text):
                few = f"fewer than {FEWEST_BESIDE_WILDCARD} characters beside a wildcard"
                yield Flaw(f"compares {test.written_key} with {text}, {few}", place)


def _too_loose(text: str) -> bool:
    """Whether a wildcard has fewer than six characters in a row before and after it. Text that nobody can know yet
    counts as long."""
    if "*" not in text and "?" not in text:
        return False
    runs = [len(run) for run in _WILDCARD.split(text)]
    return text.isascii() and any(max(pair) < FEWEST_BESIDE_WILDCARD for pair in pairwise(runs))


def _arn_flaws(policy: Policy, statement: Statement) -> Iterator[Flaw]:
    for case in policy.cases(statement.node["Resource"]):
        if isinstance(case.value, Known) and _MIXED_ACCOUNT.match(as_text(case.value.value)):
            text = as_text(case.value.value)
            yield Flaw(f"mixes digits and wildcards in the account of {text}", case.node.place)
