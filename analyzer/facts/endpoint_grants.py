"""Which services a caller may call, where its code cannot be read: by the rights of its role.

Rights that a service uses in the caller's stead are no need: see :mod:`analyzer.facts.endpoint_needs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.data.endpoints import Endpoint, endpoint_for_action
from analyzer.facts.endpoint_needs import Need, Use
from analyzer.facts.endpoint_policy import Request
from analyzer.facts.iam import Principal, Statement
from analyzer.facts.iam_language import has_wildcard, service_of
from analyzer.judgement import Confidence, Evidence
from analyzer.model.template import Resource
from analyzer.model.value import Known, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function
    from analyzer.model.application import Application

MAPPING, INVOKE_CONFIG = "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"
NOT_CALLED = frozenset({"ec2", "elasticfilesystem", "iam", "kms", "logs", "rds-db", "xray"})
"""Prefixes that ordinary code does not call but a service uses for it: log delivery, traces, network interfaces, file
systems, keys of encrypted stores; or that are no API (`rds-db:connect`)."""

POLLED = frozenset(
    {
        "dynamodb:describestream",
        "dynamodb:getrecords",
        "dynamodb:getsharditerator",
        "dynamodb:liststreams",
        "kafka:describecluster",
        "kafka:describeclusterv2",
        "kafka:getbootstrapbrokers",
        "kinesis:describestream",
        "kinesis:describestreamsummary",
        "kinesis:getrecords",
        "kinesis:getsharditerator",
        "kinesis:listshards",
        "kinesis:liststreams",
        "kinesis:subscribetoshard",
        "mq:describebroker",
        "sqs:changemessagevisibility",
        "sqs:deletemessage",
        "sqs:getqueueattributes",
        "sqs:getqueueurl",
        "sqs:receivemessage",
    }
)
"""What Lambda's pollers use."""

MOST_SERVICES = 3
"""An AWS managed policy for more services than this does not tell which of them are called."""


@dataclass(frozen=True, slots=True)
class Granted:
    """An action that a role has, and the statement that gives it."""

    action: str
    statement: Statement


def granted(
    principal: Principal,
    spared: Iterable[Resource] = (),
    *,
    polled: bool = False,
    confidence: Confidence = Confidence.LIKELY,
) -> list[Need]:
    """The services of which the role may call something, by endpoint.

    ``spared`` are resources to which a service sends in the caller's stead (dead-letter queues, destinations);
    ``polled`` tells that an event source mapping uses the role to poll.
    """
    kept = frozenset(spared)
    grouped: dict[Endpoint, list[Granted]] = {}
    for found in _granted(principal):
        endpoint = endpoint_for_action(found.action)
        skipped = polled and found.action.lower() in POLLED
        if endpoint is not None and not skipped and not _spares(principal, found.statement, kept):
            grouped.setdefault(endpoint, []).append(found)
    return [_need(principal, endpoint, grants, confidence) for endpoint, grants in grouped.items()]


def _granted(principal: Principal) -> Iterator[Granted]:
    for statement in principal.statements:
        actions = list(_actions(statement)) if statement.allows else []
        if statement.managed is None or _services_of_managed(principal, statement.managed) <= MOST_SERVICES:
            yield from (Granted(action, statement) for action in actions)


def _actions(statement: Statement) -> Iterator[str]:
    for case in statement.actions:
        if not isinstance(case.value, Known):
            continue
        action = as_text(case.value.value)
        service = service_of(action)
        if service is not None and service not in NOT_CALLED:
            yield f"{service}:*" if has_wildcard(action) else action


def _services_of_managed(principal: Principal, name: str) -> int:
    found = {
        service_of(as_text(case.value.value))
        for statement in principal.statements
        if statement.managed == name
        for case in statement.actions
        if isinstance(case.value, Known)
    }
    return len(found - NOT_CALLED)


def _spares(principal: Principal, statement: Statement, spared: frozenset[Resource]) -> bool:
    application = principal.resource.template.application
    named = [application.behind(case.value) for case in statement.resources]
    return bool(spared and named) and all(resource in spared for resource in named)


def _need(principal: Principal, endpoint: Endpoint, grants: list[Granted], confidence: Confidence) -> Need:
    actions = list(dict.fromkeys(grant.action for grant in grants))
    role = principal.resource
    evidence = [
        Evidence("grant", f"{role.logical_id} may {grant.action}", grant.statement.node.place) for grant in grants
    ]
    single = [(grant.action, proof) for grant, proof in zip(grants, evidence, strict=True) if "*" not in grant.action]
    return Need(
        endpoint,
        f"may call {', '.join(actions)}",
        tuple(dict.fromkeys(evidence)),
        tuple(Use((Request(action, None, role),), proof, optional=True) for action, proof in single),
        by_code=False,
        confidence=confidence,
    )


def served_by_lambda(application: Application, function: Function) -> tuple[list[Resource], bool]:
    """Where Lambda itself sends for the function, and whether it polls for it."""
    sinks = [function.resource["DeadLetterConfig"]["TargetArn"]]
    polled = False
    for mapping in application.resources(MAPPING):
        if _is_of(application, mapping, function):
            polled = True
            sinks.append(mapping["DestinationConfig"]["OnFailure"]["Destination"])
    for config in application.resources(INVOKE_CONFIG):
        if _is_of(application, config, function):
            sinks += [config["DestinationConfig"][outcome]["Destination"] for outcome in ("OnSuccess", "OnFailure")]
    found = (application.behind(case.value) for sink in sinks for case in sink.cases())
    return [resource for resource in found if resource is not None], polled


def _is_of(application: Application, carrier: Resource, function: Function) -> bool:
    return any(resource is function.resource for resource in application.mentioned(carrier["FunctionName"].value))
