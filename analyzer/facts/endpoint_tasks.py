"""What the tasks of an ECS service, and the pollers of an event source mapping, need to reach.

Sources: Fargate tasks pull their image, read secrets and write logs through the task's own interface, and ECR hands
out image layers from S3 (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html); on EC2 the
instance does that (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html). Pollers of Kafka
and MQ in the cluster's subnets call Lambda, STS and Secrets Manager
(https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.data.endpoints import endpoint_named
from analyzer.facts.endpoint_buckets import layer_bucket
from analyzer.facts.endpoint_grants import granted
from analyzer.facts.endpoint_needs import Need, Purpose, Use
from analyzer.facts.endpoint_policy import Request
from analyzer.judgement import Confidence, Evidence
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Known, Reference, Unknown, Value, as_text

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application

TASK_DEFINITION, REPOSITORY, ROLE = "AWS::ECS::TaskDefinition", "AWS::ECR::Repository", "AWS::IAM::Role"
_PULLING = {
    "ecr.api": ("ecr:GetAuthorizationToken",),
    "ecr.dkr": ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
}
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._/-]*(?::[0-9]+/[a-z0-9._/-]+)?(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?")
"""What can be an image's name: what is not is a placeholder."""

_SECRETS = {":secretsmanager:": "secretsmanager", ":ssm:": "ssm"}


def needs_of_service(application: Application, service: Resource, iam: Iam) -> Iterator[Need]:
    """What the tasks of an ECS service need: images, logs and secrets on Fargate, and what the task role may call."""
    task = application.behind(service["TaskDefinition"].value, TASK_DEFINITION)
    if task is None:
        needs = service["TaskDefinition"].undecided or "the task definition"
        yield Need(None, "", host="what its containers need", undecided=needs)
        return
    if _on_fargate(service, task):
        yield from _once(_of_containers(application, task))
    role = iam.principal(application.behind(task["TaskRoleArn"].value, ROLE))
    if role is not None:
        yield from granted(role)


def _on_fargate(service: Resource, task: Resource) -> bool:
    strategies = [item["CapacityProvider"].text for item in service["CapacityProviderStrategy"].items()]
    compatible = {item.known for item in task["RequiresCompatibilities"].items()}
    return (
        service["LaunchType"].known == "FARGATE"
        or any(name.startswith("FARGATE") for name in strategies)
        or (not service["LaunchType"] and not strategies and compatible == {"FARGATE"})
    )


def _once(needs: Iterator[Need]) -> Iterator[Need]:
    """The needs without repetition: several containers log to the same service."""
    seen: set[object] = set()
    for need in needs:
        key = (need.endpoint, need.host, need.undecided)
        if key not in seen:
            seen.add(key)
            yield need


def _of_containers(application: Application, task: Resource) -> Iterator[Need]:
    for container in task["ContainerDefinitions"].items():
        yield from _pull(application, task, container["Image"])
        log = container["LogConfiguration"]
        if log["LogDriver"].known == "awslogs":
            evidence = Evidence("property", "writes logs with awslogs", log.place)
            uses = tuple(Use((Request(f"logs:{name}"),)) for name in ("CreateLogStream", "PutLogEvents"))
            yield Need(endpoint_named("logs"), "writes logs with awslogs", (evidence,), uses)
        for secret in container["Secrets"].items():
            yield from _secret(application, secret["ValueFrom"])


def _pull(application: Application, task: Resource, image: Node) -> Iterator[Need]:
    for case in image.cases():
        if _is_in_ecr(application, case.value):
            evidence = Evidence("property", "pulls its image from ECR", image.place)
            role = application.behind(task["ExecutionRoleArn"].value, ROLE)
            for suffix, actions in _PULLING.items():
                uses = tuple(Use((Request(action, None, role),)) for action in actions)
                yield Need(endpoint_named(suffix), "pulls its image from ECR", (evidence,), uses)
            layers = application.names.canonical(layer_bucket(task.template))
            uses = (Use((Request("s3:GetObject", layers, None, foreign=True),)),)
            yield Need(endpoint_named("s3"), "pulls its image's layers, which ECR keeps in S3", (evidence,), uses)
        elif isinstance(case.value, Known) and _IMAGE.fullmatch(as_text(case.value.value)):
            host = _registry(as_text(case.value.value))
            evidence = Evidence("property", f"pulls its image from {host}", image.place)
            sure = Confidence.LIKELY if case.value.by_default else Confidence.CERTAIN
            yield Need(None, f"pulls its image from {host}", (evidence,), host=host, confidence=sure)
        elif not isinstance(case.value, Absent):
            needs = case.value.needs if isinstance(case.value, Unknown) else f"the registry of {image.text}"
            yield Need(None, "pulls its image", host="the registry of its image", undecided=needs)


def _is_in_ecr(application: Application, image: Value) -> bool:
    if ".dkr.ecr." in str(getattr(image, "value", image)):
        return True
    return any(resource.type == REPOSITORY for resource in application.mentioned(image))


def _registry(image: str) -> str:
    host = image.split("/", 1)[0]
    return host if "/" in image and ("." in host or ":" in host) else "docker.io"


def _secret(application: Application, node: Node) -> Iterator[Need]:
    canonical = application.names.canonical(node.value) or ""
    named = [suffix for mark, suffix in _SECRETS.items() if mark in canonical]
    mentioned = {resource.type for resource in application.mentioned(node.value)}
    if "AWS::SecretsManager::Secret" in mentioned:
        named = ["secretsmanager"]
    elif not named and isinstance(node.value, Known | Reference):
        named = ["ssm"]  # a plain name is a parameter's
    for suffix in named:
        evidence = Evidence("property", "reads a secret when it starts", node.place)
        yield Need(endpoint_named(suffix), "reads a secret when it starts", (evidence,))


def needs_of_poller(mapping: Resource) -> Iterator[Need]:
    """What the pollers of a Kafka or MQ mapping call from the cluster's subnets; nothing in provisioned mode."""
    if mapping["ProvisionedPollerConfig"]:
        return
    kinds = [item["Type"].known for item in mapping["SourceAccessConfigurations"].items()]
    secret = any(kind is not None and not str(kind).startswith(("VPC_", "VIRTUAL_HOST")) for kind in kinds)
    for suffix, there in (("lambda", True), ("sts", True), ("secretsmanager", secret)):
        if there:
            evidence = Evidence("trigger", f"{mapping.logical_id} polls from the cluster's subnets", mapping.place)
            yield Need(endpoint_named(suffix), "polls on demand", (evidence,), purpose=Purpose.POLL)
