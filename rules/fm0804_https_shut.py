"""Security groups or network ACLs shut HTTPS between a caller and the service it needs.

## What it checks
Every function and ECS service in a VPC, on the path that its calls take: its own groups must let port 443 out (to the
endpoint's group or addresses, or to anywhere for gateway endpoints and NAT), the endpoint's groups must let port 443
in from the caller, and the network ACL of the subnet must let requests out and answers in. Rules written inline, rules
as resources of their own, groups, address ranges and the VPC's default group all count.

## Why it fails
A security group lets nobody in unless a rule says so; an endpoint without `SecurityGroupIds` gets the VPC's default
group, which lets in only its own members. The packets are dropped and the calls wait until the function times out.
See section 8 of the failure document (isolated subnets).

## Fix
Let port 443 out of the caller's group and into the endpoint's.

CDK (TypeScript): `endpoint.connections.allowFrom(fn, ec2.Port.tcp(443))`, or leave `open` at its default.

CDK (Python): `endpoint.connections.allow_from(fn, ec2.Port.tcp(443))`.

CloudFormation: an `AWS::EC2::SecurityGroupIngress` on the endpoint's group with `FromPort` and `ToPort` 443 and the
caller's group as `SourceSecurityGroupId`; likewise `AWS::EC2::SecurityGroupEgress` where the caller's group has egress
rules.

## Limits
Unknown: groups from parameters and imports, prefix lists, ranges that cover only part of a subnet. Not seen: the
network ACLs of the endpoint's own subnets.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
- https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Iterator

from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judge_each

RULE = Rule(
    id="FM0804",
    slug="https-shut-to-endpoint",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    return judge_each(query, Fault.GROUPS)
