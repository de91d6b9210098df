"""Whether a resource policy refuses plain HTTP: a ``Deny`` for everybody under ``aws:SecureTransport: false``.

An ``Allow`` under TLS takes nothing away from what identity policies allow without it
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.iam import Statement
from analyzer.model.node import Node
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.template import Resource


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A type with its policies: their types, the property that names what they guard, what clients do to it."""

    policies: tuple[str, ...]
    names: tuple[str, ...]
    actions: tuple[str, ...]


GUARDED = {
    "AWS::S3::Bucket": _Guarded(
        ("AWS::S3::BucketPolicy",),
        ("Bucket",),
        ("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    ),
    "AWS::SQS::Queue": _Guarded(
        ("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"),
        ("Queues", "Queue"),
        ("sqs:SendMessage", "sqs:ReceiveMessage"),
    ),
    "AWS::SNS::Topic": _Guarded(
        ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"), ("Topics", "TopicArn"), ("sns:Publish",)
    ),
}
"""What clients do to each type, by representative actions; the first of a bucket is on the bucket itself."""


class Refusal(StrEnum):
    """How far plain HTTP is refused."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Transport:
    """``guards`` is where it is not refused, ``open_actions`` what is not refused, ``needs`` what would decide it;
    ``policy`` the resource's first policy."""

    refusal: Refusal
    guards: Guards = ()
    open_actions: tuple[str, ...] = ()
    policy: Resource | None = None
    needs: str = ""


class SecureTransport:
    """The resource policies of buckets, queues and topics, as far as plain HTTP goes."""

    def __init__(self, application: Application, iam: Iam) -> None:
        self._application = application
        self._policies = self._by_resource()
        self._statements: dict[Resource, list[Statement]] = {}
        for statement in iam.resource_statements:
            self._statements.setdefault(statement.carrier, []).append(statement)

    def of(self, resource: Resource) -> Transport:
        """How far requests to ``resource`` must use TLS."""
        guarded = GUARDED[resource.type]
        policies = self._policies.get(resource, [])
        unread = next(
            (node.undecided for policy in policies for node in [policy["PolicyDocument"]] if node.undecided), ""
        )
        gaps = {action: self._gap(resource, policies, action) for action in guarded.actions}
        open_actions = tuple(action for action, found in gaps.items() if found is not None)
        policy = policies[0] if policies else None
        if not open_actions:
            return Transport(Refusal.COMPLETE, policy=policy)
        if unread:
            return Transport(Refusal.UNKNOWN, policy=policy, needs=unread)
        guards = next(found for found in gaps.values() if found is not None)
        refusal = Refusal.NONE if len(open_actions) == len(guarded.actions) else Refusal.PARTIAL
        return Transport(refusal, guards, open_actions, policy)

    def _by_resource(self) -> dict[Resource, list[Resource]]:
        """The policies of each bucket, queue and topic."""
        found: dict[Resource, list[Resource]] = {}
        for type_, guarded in GUARDED.items():
            for policy in self._application.resources(*guarded.policies):
                named = (item for name in guarded.names for item in policy[name].items())
                values = (case.value for item in named for case in item.cases())
                for resource in dict.fromkeys(self._application.behind(value, type_) for value in values):
                    if resource is not None:
                        found.setdefault(resource, []).append(policy)
        return found

    def _gap(self, resource: Resource, policies: Iterable[Resource], action: str) -> Guards | None:
        arn = self._application.names.arn(resource) or ""
        target = arn + "/key" if action.endswith("Object") else arn
        refusing = [
            statement.node.guards
            for policy in policies
            for statement in self._statements.get(policy, ())
            if self._refuses(statement, action, target)
        ]
        return gap(self._application, refusing, resource.guards)

    def _refuses(self, statement: Statement, action: str, target: str) -> bool:
        return (
            statement.denies
            and _everybody(statement.node["Principal"])
            and statement.covers_action(action) is True
            and statement.covers_resource(self._application, target) is True
            and _without_tls(statement.condition)
        )


def _everybody(principal: Node) -> bool:
    named = [item.known for key, node in principal.entries() if key == "AWS" for item in node.items()]
    return principal.known == "*" or "*" in named


def _without_tls(condition: Node) -> bool:
    """Whether the whole condition is "the request does not use TLS": one test, which every such request meets."""
    tests = [
        (operator.lower(), key.lower(), node) for operator, keys in condition.entries() for key, node in keys.entries()
    ]
    if len(tests) != 1:
        return False
    operator, key, node = tests[0]
    values = [str(item.known).lower() for item in node.items() if not isinstance(item.value, Unknown)]
    if key == "aws:securetransport":
        return operator in ("bool", "boolifexists", "stringequals", "stringequalsignorecase") and values == ["false"]
    return key == "s3:tlsversion" and operator == "numericlessthanifexists"
