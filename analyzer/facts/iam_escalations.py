"""Ways to more permissions that the statements of one principal open together, in every world of their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from analyzer.data.managed_policies import managed_policy
from analyzer.facts.escalation import Match, escalations, required_by
from analyzer.facts.iam import GROUP, MANAGED_POLICY, USER, Principal, Statement, aws_managed_name, statements
from analyzer.facts.iam_flaws import confines_resources
from analyzer.facts.iam_language import ActionBreadth, action_breadth
from analyzer.facts.iam_managed import Content, content_of
from analyzer.facts.iam_principals import principals_of
from analyzer.facts.iam_verdicts import Doubt, Flaw, settle_worlds
from analyzer.facts.iam_worlds import Reading, World
from analyzer.judgement import Evidence, Judgement, Severity, Verdict
from analyzer.model.node import Node
from analyzer.model.value import Absent

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.facts.iam_rights import Rights
    from analyzer.facts.iam_terms import Terms
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

_RUNS_THE_USERS_CODE: Final = ("codebuild.", "ec2.", "ecs-tasks.", "edgelambda.", "lambda.", "tasks.apprunner.")
"""Services whose roles hold what the user's own code is to do. AWS writes no policy for the role of Lambda, say, that
opens a way; one that does was written for another service. (For Glue it does: AWSGlueServiceRole holds ``glue:*``.)"""

Found = dict["Resource", dict[World, list[Flaw | Doubt]]]


def judge_escalations(application: Application, iam: Iam, principal: Principal, sentence: str) -> Iterator[Judgement]:
    """One judgement on each resource that opens a way, on the principal where none does or several policies share.

    An administrator reaches no further; CDK's own providers are not judged.
    """
    holder = principal.resource.owner
    if principal.resource.framework is not None:
        yield Judgement(Verdict.PASS, holder)
        return
    found: Found = {holder: {}}
    everything = _statements(application, iam, principal)
    may_open = any(_may_open(iam.reader.terms(statement)) for statement in everything)
    for world in iam.reader.worlds(everything) if may_open else ():
        for subject, one in _open(application, iam, principal, everything, world):
            found.setdefault(subject, {}).setdefault(world, []).append(one)
    found[holder].setdefault(World(), []).extend(map(Doubt, principal.unread))
    for subject, by_world in found.items():
        yield settle_worlds(subject, by_world, sentence, related=() if subject is holder else (holder,))


def _may_open(terms: Terms) -> bool:
    """Whether a statement speaks, in some world, of an action that a way requires."""
    named = terms.elements["Action"]
    by_name = any(term.pattern is not None and required_by(term.pattern.text) for term in named)
    return by_name or bool(terms.elements["NotAction"])


def _statements(application: Application, iam: Iam, principal: Principal) -> list[Statement]:
    """The principal's statements and those of the groups that a user is in."""
    found = list(principal.statements)
    resource = principal.resource
    if resource.type == USER:
        groups = [application.behind(case.value, GROUP) for node in resource["Groups"].items() for case in node.cases()]
        groups += _added_to(application, resource)
        for group in dict.fromkeys(one for one in groups if one is not None):
            found += iam.principals[group].statements
    return found


def _added_to(application: Application, user: Resource) -> list[Resource | None]:
    return [
        application.behind(addition["GroupName"].value, GROUP)
        for addition in application.resources("AWS::IAM::UserToGroupAddition")
        if any(application.behind(item.value, USER) is user for item in addition["Users"].items())
    ]


def _open(
    application: Application, iam: Iam, principal: Principal, everything: list[Statement], world: World
) -> Iterator[tuple[Resource, Flaw | Doubt]]:
    readings = [reading for s in everything if (reading := iam.reader.read(s, world)) is not None]
    allows = [one for one in readings if one.allows and not confines_resources(one.condition)]
    granted = [one.rights for one in allows]
    if any(map(_administrator, granted)):
        return
    boundary = _boundary(application, iam, principal, world)
    denies = [one.rights for one in (*readings, *_readings(boundary)) if one.denies]
    limits = [one.rights for one in boundary if one.allows] if isinstance(boundary, list) else None
    for match in escalations(granted, denies, own=_own(application, principal), boundary=limits):
        if isinstance(boundary, str):
            yield principal.resource.owner, Doubt(boundary)
            return
        held = [allows[one.allow] for one in match.held]
        by_aws = all(_written_by_aws(reading) for reading in held)
        if by_aws and _serves_aws(principal):
            continue
        carriers = list(dict.fromkeys(reading.statement.carrier.owner for reading in held))
        yield carriers[0] if len(carriers) == 1 else principal.resource.owner, _flaw(match, held, lower=by_aws)


def _written_by_aws(reading: Reading) -> bool:
    """Whether a statement is of an AWS managed policy that is not broad: what AWS writes for a service's own role."""
    name = reading.statement.managed
    return name is not None and content_of(name) is Content.ORDINARY


def _serves_aws(principal: Principal) -> bool:
    """Whether nobody but services can assume the role, and none that runs what its user wrote with it."""
    trusting = [statement for statement in principal.trust if statement.allows]
    trusted = [principals_of(statement, World(statement.node.guards)) for statement in trusting]
    services = [service.text for one in trusted for service in one.services]
    others = any(one.everybody or one.federated or one.needs for one in trusted)
    accounts = any(statement.node["Principal"]["AWS"] for statement in trusting)
    user_code = any(service.startswith(_RUNS_THE_USERS_CODE) for service in services)
    return bool(services) and not (others or accounts or user_code)


def _administrator(granted: Rights) -> bool:
    everything = any(action_breadth(action) is ActionBreadth.EVERYTHING for action in granted.actions)
    return everything and "*" in granted.resources and not granted.conditional


def _flaw(match: Match, held: list[Reading], *, lower: bool) -> Flaw:
    actions = " + ".join(dict.fromkeys(one.action for one in match.held))
    links = [
        Evidence("grant", f"Allow {one.action}{_by(reading)}", reading.statement.node.place)
        for one, reading in zip(match.held, held, strict=True)
    ]
    severity = Severity.HIGH if match.conditional or lower else None
    return Flaw(actions, f"{actions}: {match.path.explanation}", held[0].statement.node.place, severity, tuple(links))


def _by(reading: Reading) -> str:
    statement = reading.statement
    return f" by {statement.managed}" if statement.managed else f" in {statement.carrier.owner.logical_id}"


def _own(application: Application, principal: Principal) -> list[str]:
    """The ARNs of the principal and of the policies of the application that it holds."""
    resources = {principal.resource, *(statement.carrier for statement in principal.statements)}
    return [arn for one in resources if (arn := application.names.arn(one)) is not None]


# --- permissions boundaries ---------------------------------------------------------------------------------


def _boundary_node(principal: Principal) -> Node:
    node = principal.resource["PermissionsBoundary"]
    return node["ManagedPolicyArn"] if node["ManagedPolicyArn"] else node


def _boundary(application: Application, iam: Iam, principal: Principal, world: World) -> list[Reading] | str | None:
    """What the permissions boundary says in a world; None where there is none; what it takes to know it."""
    held = [case for case in _boundary_node(principal).cases() if world.holds(case.guards)]
    if not held or isinstance(held[0].value, Absent):
        return None
    case = held[0]
    policy = application.behind(case.value, MANAGED_POLICY)
    if policy is not None:
        listed = statements(policy, policy["PolicyDocument"], "identity")
    else:
        name = aws_managed_name(case)
        content = managed_policy(name) if name else None
        if content is None:
            return f"the permissions boundary of {principal.resource.logical_id}"
        listed = statements(principal.resource, Node(case.node.template, content, case.node.pointer), "identity")
    return [reading for s in listed if (reading := iam.reader.read(s, world)) is not None]


def _readings(boundary: list[Reading] | str | None) -> list[Reading]:
    return boundary if isinstance(boundary, list) else []
