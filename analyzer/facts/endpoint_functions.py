"""What a Lambda function needs to reach: by its code, by its role's rights where the code cannot be read, by its
extensions, and, where it answers for a custom resource, to tell CloudFormation the result.

Sources: custom resources answer through a pre-signed address in a bucket of CloudFormation's
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html); managed instances send
their own logs and traces
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-networking.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.data.endpoints import Endpoint, endpoint_named
from analyzer.facts.endpoint_buckets import answer_bucket
from analyzer.facts.endpoint_grants import granted, served_by_lambda
from analyzer.facts.endpoint_hosts import called_hosts
from analyzer.facts.endpoint_needs import Need, Purpose, Use, called, unmapped
from analyzer.facts.endpoint_policy import Request
from analyzer.facts.functions import Function
from analyzer.judgement import Confidence, Evidence
from analyzer.model.framework import framework_of
from analyzer.model.template import Resource

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam, Principal

EXTENSIONS = {
    "AWS-AppConfig-Extension": ("appconfigdata", "the AppConfig extension"),
    "LambdaInsightsExtension": ("logs", "the Lambda Insights extension"),
    "aws-otel-": ("xray", "the OpenTelemetry extension"),
}
"""What stands in the name of an AWS layer, the endpoint its extension needs, and its name for people."""


def needs_of_function(function: Function, iam: Iam) -> Iterator[Need]:
    """What the function needs to reach while it runs."""
    principal = iam.principal(function.role)
    by_code = [*called(function, principal), *unmapped(function)]
    if principal is not None and principal.complete and framework_of(function.resource) is not None:
        by_code = [need for need in by_code if _may(principal, need)]
    yield from by_code
    yield from called_hosts(function)
    covered = {need.endpoint for need in by_code}
    if not function.program.complete:
        yield from (need for need in _by_rights(function, iam, bool(by_code)) if need.endpoint not in covered)
    yield from (need for need in _by_extensions(function) if need.endpoint not in covered)
    if function.resource["CapacityProviderConfig"]:
        yield from _by_managed_instance(function, covered)


def _may(principal: Principal, need: Need) -> bool:
    """Whether the role lets any of the calls happen. CDK's own providers bring code for more than they are used for."""
    allowing = [statement for statement in principal.statements if statement.allows]
    return any(statement.covers_action(use.action) is not False for use in need.uses for statement in allowing)


def _by_rights(function: Function, iam: Iam, partly_read: bool) -> Iterator[Need]:
    """What the role may call, where not all of the code could be read."""
    principal = iam.principal(function.role)
    problem = next(iter(function.program.problems), f"the code of {function.name}")
    if principal is None:
        yield Need(None, "", host="what it calls", undecided=problem)
        return
    spared, polled = served_by_lambda(function.application, function)
    confidence = Confidence.POSSIBLE if partly_read else Confidence.LIKELY
    yield from granted(principal, spared, polled=polled, confidence=confidence)
    if principal.unread:
        yield Need(None, "", host="what it calls", undecided=problem)


def _by_extensions(function: Function) -> Iterator[Need]:
    for node in function.resource["Layers"].items():
        name = node.text
        for mark, (suffix, words) in EXTENSIONS.items():
            endpoint = endpoint_named(suffix)
            if f":layer:{mark}" in name and endpoint is not None:
                evidence = Evidence("property", f"runs {words}", node.place)
                yield Need(endpoint, f"runs {words}", (evidence,), confidence=Confidence.LIKELY)


def _by_managed_instance(function: Function, covered: set[Endpoint | None]) -> Iterator[Need]:
    """Logs, and traces where they are on, leave a managed instance through its own network."""
    node = function.resource["CapacityProviderConfig"]
    traced = function.resource["TracingConfig"]["Mode"].known == "Active"
    for suffix, words, there in (("logs", "its logs", True), ("xray", "its traces", traced)):
        endpoint = endpoint_named(suffix)
        if there and endpoint is not None and endpoint not in covered:
            evidence = Evidence("property", f"sends {words} from a managed instance", node.place)
            yield Need(endpoint, f"sends {words} from a managed instance", (evidence,))


def answer_to_cloudformation(function: Function, custom: Resource) -> Need:
    """The way of a custom resource's answer: S3, for a bucket and with a signature of CloudFormation's."""
    arn = function.application.names.canonical(answer_bucket(function.resource.template))
    evidence = Evidence("trigger", f"{function.name} answers for {custom.logical_id}", custom["ServiceToken"].place)
    return Need(
        endpoint_named("s3"),
        f"answers for {custom.logical_id}",
        (evidence,),
        (Use((Request("s3:PutObject", arn, None, foreign=True),)),),
        purpose=Purpose.ANSWER,
    )
