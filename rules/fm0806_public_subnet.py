"""A function in a public subnet has no way out: its interface never gets a public address.

## What it checks
Every function and ECS service whose subnets have a default route to an internet gateway, no NAT and no endpoint for a
service that it needs.

## Why it fails
An internet gateway serves what has a public address. The network interface of a Lambda function never gets one,
whatever `MapPublicIpOnLaunch` says: "connecting a function to a public subnet doesn't give it internet access". Its
calls wait until the function times out. The same holds for a Fargate service without `AssignPublicIp: ENABLED`. See
section 8 of the failure document, whose remedy (another kind of subnet) works only with NAT or endpoints.

## Fix
Move the function to subnets behind a NAT gateway, or add endpoints for what it calls.

CDK (TypeScript): `vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }`; drop `allowPublicSubnet: true`,
which only silences CDK's warning.

CDK (Python): `vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)`.

CloudFormation: subnets in `VpcConfig` whose route table leads to an `AWS::EC2::NatGateway`.

## Limits
Functions on managed instances are judged by the subnets of their capacity provider, where public addresses do count.
Unknown: subnets and routes outside the application.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
- https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator

from analyzer.facts.network import Reach
from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judgement, listed, uses

RULE = Rule(
    id="FM0806",
    slug="public-subnet-is-no-way-out",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    for caller in query.network.callers:

        def message(reach: Reach, name: str = caller.name) -> str:
            needed = listed(tuple(one.need.label for one in reach.blocked))
            return (
                f"{name} {uses(reach.blocked)} from public subnets ({', '.join(reach.subnets)}), where its interface "
                f"gets no public address and the internet gateway does not help: nothing leads to {needed}"
            )

        yield judgement(query, caller, query.network.blocked(caller, Fault.PUBLIC), message)
