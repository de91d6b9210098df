"""Who may invoke functions: ``AWS::Lambda::Permission`` and function URLs.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html (a public URL takes ``lambda:InvokeFunctionUrl``
and, for URLs made since October 2025, ``lambda:InvokeFunction``), the property tables of ``AWS::Lambda::Permission``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.facts.iam_condition_tests import Block
from analyzer.facts.iam_conditions import Outcome, narrows_public
from analyzer.facts.iam_language import action_matches
from analyzer.facts.iam_verdicts import Doubt, Flaw, settle_worlds
from analyzer.facts.iam_worlds import World
from analyzer.judgement import Judgement, Severity, Verdict
from analyzer.model.alternatives import merge
from analyzer.model.node import Case
from analyzer.model.value import Absent, Guard, Known, Unknown, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.facts.iam_worlds import Reader
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

PERMISSIONS = ("AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission")
URL = "AWS::Lambda::Url"
THROUGH_URL, DIRECT = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


@dataclass(frozen=True)
class Permission:
    """An ``AWS::Lambda::Permission`` (or one of a layer)."""

    resource: Resource
    reader: Reader

    @cached_property
    def action(self) -> str:
        """The action pattern; empty where it is not known."""
        return as_text(self.resource["Action"].known)

    @property
    def for_url_only(self) -> bool:
        """Whether it counts for calls through a URL that asks for no signature, and for nothing else."""
        if self.resource["InvokedViaFunctionUrl"].known in (True, "true"):
            return True
        return self.resource["FunctionUrlAuthType"].known == "NONE" and self.action.lower() == THROUGH_URL.lower()

    def allows(self, action: str) -> bool:
        """Whether it gives the action."""
        return action_matches(self.action, action)

    def principals(self) -> Iterator[Case]:
        """Every alternative of its principal."""
        return (case for case in self.resource["Principal"].cases() if not isinstance(case.value, Absent))

    def condition(self, world: World) -> Block:
        """Its limits as a Condition block, as Lambda writes them into the function's policy."""
        keys = {
            "ArnLike": {"aws:SourceArn": self._values("SourceArn", world)},
            "StringEquals": {
                "aws:SourceAccount": self._values("SourceAccount", world),
                "aws:PrincipalOrgID": self._values("PrincipalOrgID", world) or self._values("OrganizationId", world),
            },
        }
        written = {operator: {key: v for key, v in tests.items() if v} for operator, tests in keys.items()}
        return {operator: tests for operator, tests in written.items() if tests}

    def _values(self, name: str, world: World) -> list[object]:
        cases = self.resource[name].cases()
        held = [case.value for case in cases if world.holds(case.guards) and not isinstance(case.value, Absent)]
        return [self.reader.plain(value) for value in held]

    def worlds(self, case: Case) -> tuple[World, ...]:
        """The worlds of one alternative of its principal, by those of its limits."""
        found = {}
        nodes = [self.resource[name] for name in ("SourceArn", "SourceAccount", "PrincipalOrgID")]
        for other in (inner for node in nodes for inner in node.cases()):
            guards = merge(case.guards, other.guards)
            if guards is not None:
                found[frozenset(guards)] = guards
        decided = [guards for guards in found.values() if not any(set(guards) < other for other in found)]
        return tuple(map(World, decided)) or (World(case.guards),)


@dataclass(frozen=True)
class Invocations:
    """The permissions and function URLs of an application."""

    application: Application
    functions: Functions
    reader: Reader

    @cached_property
    def permissions(self) -> tuple[Permission, ...]:
        """Every permission."""
        return tuple(Permission(resource, self.reader) for resource in self.application.resources(*PERMISSIONS))


def judge_permissions(invocations: Invocations) -> Iterator[Judgement]:
    """One judgement on each permission: whether it lets everybody in. Those of public URLs are judged with the URL."""
    for permission in invocations.permissions:
        found: dict[World, list[Flaw | Doubt]] = {}
        for case in permission.principals():
            for world in permission.worlds(case):
                found.setdefault(world, []).extend(_open(permission, case, world))
        yield settle_worlds(permission.resource.owner, found, "{who} allows {what}")


def _open(permission: Permission, case: Case, world: World) -> Iterator[Flaw | Doubt]:
    if isinstance(case.value, Unknown):
        yield Doubt(case.value.needs)
    if not isinstance(case.value, Known) or as_text(case.value.value) != "*" or permission.for_url_only:
        return
    outcome = narrows_public(permission.condition(world)).outcome
    if outcome is Outcome.UNKNOWN:
        yield Doubt("the value of SourceArn")
    elif outcome is Outcome.NO:
        text = f"Allow {permission.action} to everybody"
        yield Flaw(f"{permission.action} to everybody", text, permission.resource["Principal"].place)


# --- function URLs ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicUrl:
    """A function URL with ``AuthType: NONE`` (``case``), and the grants to everybody that make it work."""

    resource: Resource
    function: Function | None
    case: Case
    through_url: tuple[Permission, ...]
    direct: tuple[Permission, ...]

    @property
    def open_worlds(self) -> tuple[World, ...]:
        """Where it answers everybody: both grants hold."""
        return tuple(
            World(guards)
            for one in self.through_url
            for other in self.direct
            if (guards := self._together(one.resource.guards, other.resource.guards)) is not None
        )

    def _together(self, *others: tuple[Guard, ...]) -> tuple[Guard, ...] | None:
        """The guards of the URL and others; None where they cannot hold together."""
        guards: tuple[Guard, ...] | None = self.case.guards
        for other in others:
            guards = merge(guards, other) if guards is not None else None
        consistent = self.resource.template.conditions.consistent
        return guards if guards is not None and consistent(guards) else None


def public_urls(invocations: Invocations) -> Iterator[PublicUrl | tuple[Resource, str]]:
    """Every URL that asks for no signature; a URL and what it would take to know, for one that may."""
    for resource in invocations.application.resources(URL):
        for case in resource["AuthType"].cases():
            if isinstance(case.value, Unknown):
                yield resource, case.value.needs
            elif isinstance(case.value, Known) and case.value.value == "NONE":
                yield _public_url(invocations, resource, case)


def _public_url(invocations: Invocations, resource: Resource, case: Case) -> PublicUrl:
    function = invocations.functions.behind(resource["TargetFunctionArn"].value)
    grants = [
        permission
        for permission in invocations.permissions
        if function is not None
        and invocations.functions.behind(permission.resource["FunctionName"].value) is function
        and _to_everybody(permission)
    ]
    return PublicUrl(
        resource,
        function,
        case,
        tuple(permission for permission in grants if permission.allows(THROUGH_URL)),
        tuple(permission for permission in grants if permission.allows(DIRECT)),
    )


def _to_everybody(permission: Permission) -> bool:
    """Whether it is for everybody without a limit that could keep a caller out."""
    everybody = any(isinstance(c.value, Known) and as_text(c.value.value) == "*" for c in permission.principals())
    return (
        everybody
        and permission.resource["FunctionUrlAuthType"].known in (None, "NONE")
        and not (permission.condition(World(permission.resource.guards)))
    )


def judge_open_urls(invocations: Invocations) -> Iterator[Judgement]:
    """One judgement on each function URL: whether everybody may call it."""
    open_to_all = {}
    for url in public_urls(invocations):
        if isinstance(url, tuple):
            yield Judgement(Verdict.UNKNOWN, url[0].owner, needs=url[1])
            open_to_all[url[0]] = True
            continue
        open_to_all[url.resource] = True
        yield _judge_url(url)
    for resource in invocations.application.resources(URL):
        if resource not in open_to_all:
            yield Judgement(Verdict.PASS, resource.owner)


def _judge_url(url: PublicUrl) -> Judgement:
    subject, name = url.resource.owner, "a function outside the application"
    if url.function is None:
        return Judgement(Verdict.UNKNOWN, subject, needs=f"the permissions of {name}")
    text = f"AuthType NONE, and {THROUGH_URL} and {DIRECT} allowed to everybody"
    flaw = Flaw(f"everybody to invoke {url.function.name} through its URL", text, url.case.node.place)
    grants = [permission.resource for permission in (*url.through_url, *url.direct)]
    related = [one for one in (url.function.resource, *grants) if one.owner is not subject]
    found: dict[World, list[Flaw | Doubt]] = {world: [flaw] for world in url.open_worlds}
    return settle_worlds(subject, found, "{who} allows {what}", related=related)


def judge_half_open_urls(invocations: Invocations) -> Iterator[Judgement]:
    """One judgement on each URL with ``AuthType: NONE``: whether a grant that it takes is missing."""
    for url in public_urls(invocations):
        if isinstance(url, tuple):
            yield Judgement(Verdict.UNKNOWN, url[0].owner, needs=url[1])
        elif url.function is None:
            yield Judgement(Verdict.UNKNOWN, url.resource.owner, needs="the permissions of its function")
        else:
            yield _judge_grants(url, url.function)


def _judge_grants(url: PublicUrl, function: Function) -> Judgement:
    grants = ((THROUGH_URL, url.through_url), (DIRECT, url.direct))
    missing = [action for action, given in grants if not given]
    found: dict[World, list[Flaw | Doubt]] = {}
    if missing:
        text = f"AuthType NONE, and nothing allows {' and '.join(missing)} to everybody"
        flaw = Flaw(" and ".join(missing), text, url.case.node.place, Severity.MEDIUM)
        found[World(url.case.guards)] = [flaw]
    sentence = f"{{who}} asks for no signature while {{what}} of {function.name} is granted to nobody: every call is "
    sentence += "answered 403, and one grant opens it to everybody"
    return settle_worlds(url.resource.owner, found, sentence, related=[function.resource])
