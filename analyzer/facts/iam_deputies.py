"""Grants to AWS services that do not say for whom the service acts (confused deputy).

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.facts.iam_condition_tests import UNRESOLVED, Block
from analyzer.facts.iam_conditions import Outcome, Protection, protects_service
from analyzer.facts.iam_invocations import Invocations, Permission
from analyzer.facts.iam_language import expand
from analyzer.facts.iam_openings import ENDPOINT
from analyzer.facts.iam_principals import is_service
from analyzer.facts.iam_resource_policies import Opening, resource_policies
from analyzer.facts.iam_terms import Pattern, undecided
from analyzer.facts.iam_verdicts import Doubt, Flaw, if_allowed, settle_worlds
from analyzer.facts.iam_worlds import World
from analyzer.model.value import Known, Unknown, as_text

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.judgement import Judgement
    from analyzer.model.node import Case

READS_FOR_ANYBODY = ("cloudfront.amazonaws.com",)
"""Services that hand what they read to whoever asks: any customer's distribution would do."""


def judge_policies(iam: Iam) -> Iterator[Judgement]:
    """One judgement on each resource policy; those of endpoints and keys apart."""
    for policy in resource_policies(iam, ENDPOINT, "AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        found = {
            world: [
                if_allowed(opening.reading, one)
                for opening in policy.openings(iam.reader, world)
                for one in _unprotected(opening)
            ]
            for world in policy.worlds(iam.reader)
        }
        yield settle_worlds(policy.resource.owner, found, "{who} lets {what}")


def _unprotected(opening: Opening) -> Iterator[Flaw | Doubt]:
    for service in opening.principals.services:
        if is_service(service.text) and _acts(opening, service.text) and not _names_account(opening):
            protection = _protection(opening, service.text)
            if protection.outcome is Outcome.NO:
                yield _flaw(f"use {opening.actions}", service, protection)
            elif protection.outcome is Outcome.UNKNOWN:
                yield Doubt(undecided(opening.reading.statement.node["Condition"]) or "the values of the condition")


def _protection(opening: Opening, service: str) -> Protection:
    own = protects_service(opening.reading.condition, service)
    outcome = opening.confined(lambda block: protects_service(block, service).outcome)
    return Protection(outcome, own.missing)


def _acts(opening: Opening, service: str) -> bool:
    """Whether the service may change or invoke something, or reads for anybody."""
    if opening.reading.not_actions or service in READS_FOR_ANYBODY:
        return True
    actions = [action for text in opening.reading.actions.texts for action in expand(text)]
    return not actions or any(action.level.changes for action in actions)


def _names_account(opening: Opening) -> bool:
    """Whether objects can only go where the service writes the logs of one account (``AWSLogs/<account>/``)."""
    texts = opening.reading.resources.texts
    return bool(texts) and all(_after(text, "AWSLogs/")[:1] not in ("", "*", "?") for text in texts)


def _after(text: str, marker: str) -> str:
    return text.partition(marker)[2]


def judge_permissions(invocations: Invocations) -> Iterator[Judgement]:
    """One judgement on each permission of a function."""
    for permission in invocations.permissions:
        found: dict[World, list[Flaw | Doubt]] = {}
        for case in permission.principals():
            for world in permission.worlds(case):
                found.setdefault(world, []).extend(_invoking(permission, case, world))
        yield settle_worlds(permission.resource.owner, found, "{who} lets {what}")


def _invoking(permission: Permission, case: Case, world: World) -> Iterator[Flaw | Doubt]:
    if isinstance(case.value, Unknown):
        yield Doubt(case.value.needs)
    service = as_text(case.value.value) if isinstance(case.value, Known) else ""
    if not is_service(service) or permission.resource["EventSourceToken"]:
        return
    protection = protects_service(_as_bucket(permission.condition(world), service), service)
    if protection.outcome is Outcome.NO:
        yield _flaw("invoke the function", Pattern(service, service, case.node.place), protection)
    elif protection.outcome is Outcome.UNKNOWN:
        yield Doubt(permission.resource["SourceArn"].undecided or "the value of SourceArn")


def _as_bucket(condition: Block, service: str) -> Block:
    """S3 gives the ARN of a bucket, which names no account whatever the bucket is called."""
    if not isinstance(condition, dict) or not service.startswith("s3."):
        return condition
    return {
        operator: {
            key: ["a bucket's ARN" if value is UNRESOLVED and key == "aws:SourceArn" else value for value in values]
            for key, values in tests.items()
        }
        for operator, tests in condition.items()
    }


def _flaw(deed: str, service: Pattern, protection: Protection) -> Flaw:
    missing = protection.missing or ("aws:SourceArn", "aws:SourceAccount")
    lacking = f"without {' or '.join(missing)} that names the owner"
    name = f"{service.text} {deed} whoever it acts for, {lacking}"
    return Flaw(name, f"Allow {service.text} to {deed} {lacking}", service.place)
