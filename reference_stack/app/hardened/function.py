"""The one way this app makes a Lambda function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from reference_stack.app.hardened.settings import LOG_RETENTION, RUNTIME

HANDLERS = Path(__file__).resolve().parents[2] / "handlers" / "hardened"


@dataclass(frozen=True)
class Placement:
    """Where a function's network interfaces go."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    security_group: ec2.ISecurityGroup


@dataclass(frozen=True)
class Sizing:
    """What a function may use: memory in MB, seconds for one invocation, invocations at a time."""

    memory: int
    seconds: int
    concurrency: int


@dataclass(frozen=True)
class Settings:
    """What tells one function from another."""

    folder: str
    purpose: str
    sizing: Sizing
    environment: Mapping[str, str] = field(default_factory=dict)
    placement: Placement | None = None
    on_failure: lambda_.IDestination | None = None


class DocumentsFunction(lambda_.Function):
    """A traced function with a role, a log group and limits of its own."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, settings: Settings) -> None:
        placement = settings.placement
        super().__init__(
            scope,
            construct_id,
            description=settings.purpose,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / settings.folder)),
            memory_size=settings.sizing.memory,
            timeout=cdk.Duration.seconds(settings.sizing.seconds),
            # A cap: a flood on one function neither starves the others nor overloads what is behind it.
            reserved_concurrent_executions=settings.sizing.concurrency,
            tracing=lambda_.Tracing.ACTIVE,
            role=_execution_role(scope, construct_id, settings),
            log_group=_log_group(scope, construct_id, key),
            environment=settings.environment,
            on_failure=settings.on_failure,
            vpc=placement.vpc if placement else None,
            vpc_subnets=placement.subnets if placement else None,
            security_groups=[placement.security_group] if placement else None,
        )

    def allow(self, *actions: str, on: list[str], when: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Grant exactly `actions` on the ARNs `on`. The grant methods of CDK give more than is called."""
        self.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=on, conditions=dict(when or {})))

    def allow_key(self, key: kms.IKey, *actions: str, through: list[str]) -> None:
        """Grant use of `key`, but only for requests that the services `through` make for this function."""
        for service in through:
            via = f"{service}.{cdk.Stack.of(self).region}.amazonaws.com"
            self.allow(*actions, on=[key.key_arn], when={"StringEquals": {"kms:ViaService": via}})

    def warm_alias(self, instances: int) -> lambda_.Alias:
        """An alias with `instances` started beforehand, for callers that wait for the answer.

        Node.js has no SnapStart: provisioned concurrency is what keeps cold starts away from them.
        """
        return lambda_.Alias(
            self,
            "Live",
            alias_name="live",
            description=f"Version of {self.node.id} that callers use",
            version=self.current_version,
            provisioned_concurrent_executions=instances,
        )


def _execution_role(scope: Construct, construct_id: str, settings: Settings) -> iam.Role:
    # The two AWS managed policies allow writing logs and, in a VPC, handling network interfaces: what the
    # Lambda service itself needs. Everything that the code calls is granted one action at a time.
    managed = "AWSLambdaVPCAccessExecutionRole" if settings.placement else "AWSLambdaBasicExecutionRole"
    return iam.Role(
        scope,
        f"{construct_id}Role",
        description=f"Execution role. {settings.purpose}",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(f"service-role/{managed}")],
    )


def _log_group(scope: Construct, construct_id: str, key: kms.IKey) -> logs.LogGroup:
    return logs.LogGroup(
        scope,
        f"{construct_id}Logs",
        encryption_key=key,
        retention=LOG_RETENTION,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
