"""The pollers of a Kafka or MQ event source are cut off from Lambda.

## What it checks
Every event source mapping of an MSK cluster, an Amazon MQ broker or a self-managed Kafka cluster in a VPC, in the
default on-demand mode: whether the cluster's subnets reach Lambda and STS (and Secrets Manager, where the mapping
names a secret), through NAT or through endpoints that let them in.

## Why it fails
Other sources are polled from Lambda's own network. For Kafka and MQ, Lambda places the pollers in the subnets and
security groups of the *cluster*, not of the function, and from there they call Lambda to invoke it and STS to take its
role. In isolated subnets without these endpoints the mapping is created and reports a problem, and no record arrives.
In provisioned mode none of this is needed. See section 8 of the failure document (isolated subnets).

## Fix
Add interface endpoints for `lambda` and `sts` (and `secretsmanager`) to the cluster's subnets, or use the provisioned
mode.

CDK (TypeScript): `vpc.addInterfaceEndpoint('Sts', { service: ec2.InterfaceVpcEndpointAwsService.STS })`, or
`provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 3 }` on the event source.

CDK (Python): `vpc.add_interface_endpoint("Sts", service=ec2.InterfaceVpcEndpointAwsService.STS)`, or
`provisioned_poller_config=…`.

CloudFormation: `AWS::EC2::VPCEndpoint` resources, or `ProvisionedPollerConfig` on the mapping.

## Limits
Unknown: clusters, subnets and groups outside the application. A broker that is publicly accessible, and a self-managed
cluster without `VPC_SUBNET`, are polled over public addresses.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
- https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_needs import Purpose
from analyzer.facts.network import Reach
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judgement, listed, reasons

RULE = Rule(
    id="FM0810",
    slug="poller-cut-off",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every event source mapping that is polled from a cluster's or broker's subnets."""
    for caller in query.network.pollers:

        def message(reach: Reach, name: str = caller.name) -> str:
            needed = listed(tuple(one.need.label for one in reach.blocked))
            return (
                f"The pollers of {name} stand in the subnets of the event source ({', '.join(reach.subnets)}) and do "
                f"not reach {needed}, so no record arrives: {reasons(reach.blocked)}"
            )

        yield judgement(query, caller, query.network.cut_off(caller, Purpose.POLL), message, Severity.HIGH)
