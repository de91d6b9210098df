"""What can be wrong with an Allow of an identity policy."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.data.actions import Action
from analyzer.facts.iam_carriers import Allowed
from analyzer.facts.iam_condition_tests import Block, Unresolved, read_tests
from analyzer.facts.iam_conditions import Outcome, is_real, passed_services
from analyzer.facts.iam_language import (
    ActionBreadth,
    ResourceBreadth,
    action_breadth,
    action_matches,
    complete_arn,
    expand,
    squeezed,
)
from analyzer.facts.iam_terms import Pattern
from analyzer.facts.iam_verdicts import Doubt, Flaw, listed
from analyzer.judgement import Severity
from analyzer.records import replace

PASS_ROLE = "iam:PassRole"
NETWORK_INTERFACES = frozenset(
    {
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
        "ec2:DetachNetworkInterface",
        "ec2:GetSecurityGroupsForVpc",
    }
)
"""What Lambda itself does for a function in a VPC
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions)."""

_RESOURCE_KEYS = ("resourcetag/", "kms:encryptioncontext:", "dynamodb:leadingkeys")
_RESOURCE_NAMES = frozenset(
    {
        "kms:resourcealiases",
        "kms:requestalias",
        "ecs:cluster",
        "iam:policyarn",
        "s3:dataaccesspointarn",
        "secretsmanager:secretid",
        "ses:fromaddress",
        "route53:changeresourcerecordsetsnormalizedrecordnames",
        "ec2:vpc",
        "ec2:subnet",
        "ec2:authorizedservice",
        "lambda:functionarn",
    }
)


def everything(allowed: Allowed) -> Iterator[Flaw | Doubt]:
    """``Action: *``; high rather than critical where the resources are narrow."""
    left = allowed.blanket()
    unlimited = any(map(_of_every_service, left))
    for pattern in allowed.actions:
        if action_breadth(pattern.text) is ActionBreadth.EVERYTHING and left:
            severity = None if unlimited else Severity.HIGH
            where = "every resource" if unlimited else _resources(allowed)
            yield Flaw(f"every action on {where}", _grant(allowed, pattern), pattern.place, severity)
    yield from _doubts(allowed)


def _of_every_service(resource: str) -> bool:
    """Whether a resource pattern takes in resources of every service (``arn:aws:s3:::*`` does not)."""
    parts = complete_arn(squeezed(resource)).split(":")
    return parts[0] == "*" or (parts[0] == "arn" and parts[2] == "*" and parts[-1] == "*")


def service_wide(allowed: Allowed) -> Iterator[Flaw | Doubt]:
    """``service:*``, or a pattern that comes to the same."""
    for pattern in allowed.actions:
        if action_breadth(pattern.text) is ActionBreadth.SERVICE and _mostly_left(allowed, pattern):
            yield Flaw(pattern.shown, _grant(allowed, pattern), pattern.place)
    yield from _doubts(allowed)


def _mostly_left(allowed: Allowed, pattern: Pattern) -> bool:
    """Whether some of the actions can be used on the resources at all, and Denies leave at least half of those."""
    if not expand(pattern.text):
        return True
    given = sum(one.action.resource_types is not None for one in replace(allowed, denies=()).given(pattern))
    left = sum(one.action.resource_types is not None for one in allowed.given(pattern))
    return 0 < given <= left * 2


def unscoped(allowed: Allowed) -> Iterator[Flaw | Doubt]:
    """Actions on every resource that could be limited to some; ``iam:PassRole`` and ``Not…`` elements apart."""
    reading = allowed.reading
    if reading.not_actions or reading.not_resources or confines_resources(allowed.condition):
        return
    for pattern in allowed.actions:
        if action_breadth(pattern.text) is not ActionBreadth.EVERYTHING:
            yield from _unscoped(allowed, pattern)
    if any(pattern.text == "*" for pattern in allowed.patterns):
        yield from _doubts(allowed)


def _unscoped(allowed: Allowed, pattern: Pattern) -> Iterator[Flaw | Doubt]:
    known = expand(pattern.text)
    given = [one for one in allowed.given(pattern) if not _exempt(allowed, one.action)]
    wide = [one for one in given if one.action.scopable and one.breadth >= ResourceBreadth.EVERY_OF_TYPE]
    exact = action_breadth(pattern.text) is ActionBreadth.EXACT
    changes = any(one.action.level.changes for one in wide)
    if wide and (exact or changes or len(wide) * 2 > len(given)):
        resource = wide[0].by
        name = str(wide[0].action) if exact else pattern.shown
        grade = Severity.HIGH if changes and is_real(allowed.condition) is Outcome.NO else Severity.MEDIUM
        yield Flaw(name, f"Allow {name} on {resource.shown}", resource.place, grade)
    elif any(action.scopable and not _exempt(allowed, action) for action in known) and allowed.reading.resources.needs:
        yield Doubt(allowed.reading.resources.needs[0])
    elif exact and not known and any(one.text == "*" for one in allowed.patterns):
        yield Doubt(f"whether {pattern.shown} can be limited to a resource")


def _exempt(allowed: Allowed, action: Action) -> bool:
    if str(action) in NETWORK_INTERFACES:
        return allowed.carrier.serves_network_functions
    return str(action) == PASS_ROLE


def confines_resources(condition: Block) -> bool:
    """Whether a condition that demands its key says on which resources (tags, encryption context, …)."""
    tests = read_tests(condition) or ()
    return any(
        not test.passes_without_key and not test.is_null and (_resource_key(test.key) and test.values != ("*",))
        for test in tests
    )


def _resource_key(key: str) -> bool:
    return key in _RESOURCE_NAMES or any(part in key for part in _RESOURCE_KEYS)


def all_but(allowed: Allowed) -> Iterator[Flaw | Doubt]:
    """``NotAction`` or ``NotResource`` with an Allow; medium under a real condition or on narrow resources."""
    reading = allowed.reading
    unlimited = any(map(_of_every_service, allowed.blanket()))
    if not allowed.blanket() or (reading.not_resources and not unlimited):
        return
    if not allowed.actions and not reading.not_actions:
        yield from map(Doubt, reading.actions.needs)  # without any, IAM refuses the statement
        return
    narrow = not unlimited or is_real(allowed.condition) is not Outcome.NO
    severity = Severity.MEDIUM if narrow else None
    for name, element in (("NotAction", reading.not_actions), ("NotResource", reading.not_resources)):
        if element:
            written = sorted([pattern.shown for pattern in element.patterns] + list(element.needs))
            actions = sorted(action.shown for action in allowed.actions)
            granted = "every action" if reading.not_actions else listed(actions)
            what = (
                f"{granted} but {listed(written)}" if name == "NotAction" else f"{granted} on all but {listed(written)}"
            )
            place = reading.statement.node[name].place
            yield Flaw(what, f"Allow with {name}: {', '.join(written)}", place, severity)


def passes_roles(allowed: Allowed) -> Iterator[Flaw | Doubt]:
    """``iam:PassRole`` on every role, or to any service."""
    patterns = [
        pattern
        for pattern in allowed.actions
        if action_matches(pattern.text, PASS_ROLE) and action_breadth(pattern.text) is not ActionBreadth.EVERYTHING
    ]
    passing = [one for one in allowed.given(patterns[0]) if str(one.action) == PASS_ROLE] if patterns else []
    passed = passed_services(allowed.condition)
    for given in passing:
        lacking = ["on every role"] if given.breadth >= ResourceBreadth.EVERY_OF_TYPE else []
        lacking += ["to any service"] if passed is None else []
        if lacking:
            text = f"Allow {patterns[0].shown} on {given.by.shown}"
            name = f"{PASS_ROLE} {' and '.join(lacking)}"
            yield Flaw(name, f"{text}{'' if passed else ' without iam:PassedToService'}", patterns[0].place)
        elif isinstance(passed, Unresolved):
            yield Doubt("the value of iam:PassedToService")
    if patterns and allowed.reading.resources.needs:
        yield Doubt(allowed.reading.resources.needs[0])


def _doubts(allowed: Allowed) -> Iterator[Doubt]:
    return (Doubt(needs) for needs in allowed.reading.actions.needs)


def _grant(allowed: Allowed, pattern: Pattern) -> str:
    return f"Allow {pattern.shown} on {_resources(allowed)}"


def _resources(allowed: Allowed) -> str:
    shown = sorted([pattern.shown for pattern in allowed.patterns] or allowed.reading.resources.needs)
    return ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "")
