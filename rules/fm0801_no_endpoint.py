"""A caller in subnets without a way out needs a service that no VPC endpoint gives.

## What it checks
Every Lambda function and ECS service in a VPC: which AWS services it needs (by the calls of its code; where the code
cannot be read, by the rights of its role; for Fargate tasks also the image, logs and secrets) and which public hosts
it calls over HTTP, and whether its subnets reach each of them. The finding names every missing service with the name
of its endpoint.

## Why it fails
The failure document (section 8) puts functions into `PRIVATE_ISOLATED` subnets without a NAT gateway. A function in a
VPC reaches only what its subnets route to. Without a default route and without an endpoint for the service, each call
waits until the function times out; nothing fails at deployment. The document overstates: isolated subnets with the
right endpoints are fine (AWS names endpoints as the alternative to NAT), and API Gateway invokes a function through
the Lambda service, not through the VPC.

What a service does in the function's stead needs no route: Lambda writes logs and traces, polls queues and streams,
and sends failed events on; S3, SQS and DynamoDB ask KMS themselves.

## Fix
Add an endpoint for each service that is named, or a NAT gateway to the subnets.

CDK (TypeScript):

```ts
vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
vpc.addInterfaceEndpoint('Sqs', { service: ec2.InterfaceVpcEndpointAwsService.SQS });
```

CDK (Python): `vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)`,
`vpc.add_interface_endpoint("Sqs", service=ec2.InterfaceVpcEndpointAwsService.SQS)`.

CloudFormation: an `AWS::EC2::VPCEndpoint` with the service name of the finding; `RouteTableIds` for a gateway,
`SubnetIds`, `SecurityGroupIds` and `PrivateDnsEnabled: true` for an interface endpoint.

## Limits
Unknown: subnets, route tables and VPCs from parameters, imports or literal ids; default routes to a transit gateway,
a peering connection, a VPN or an appliance; services whose endpoint is not known; IPv6 without a dual-stack host name;
code that cannot be read together with a role that is not in the application. Not seen: hosts whose name is put
together while the function runs, clients for another Region than the stack's, calls inside libraries that are not in
the asset.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
- https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
- https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_services import kinds_of
from analyzer.facts.network import Reach
from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judgement, listed, uses

RULE = Rule(
    id="FM0801",
    slug="no-endpoint-in-isolated-subnets",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    for caller in query.network.callers:

        def message(reach: Reach, name: str = caller.name) -> str:
            return f"{name} {uses(reach.blocked)}, but its subnets ({', '.join(reach.subnets)}) {_lack(reach)}"

        yield judgement(query, caller, query.network.blocked(caller, Fault.MISSING), message)


def _lack(reach: Reach) -> str:
    """What the subnets lack: the endpoints to add, and the way out for what no endpoint gives."""
    needs = [one.need for one in reach.blocked]
    missing = tuple(f"{need.label} ({kinds_of(need.endpoint)})" for need in needs if need.endpoint)
    hosts = tuple(need.label for need in needs if not need.endpoint)
    endpoints = f"the VPC has no endpoint for {listed(missing)}" if missing else ""
    outside = f"no endpoint leads to {listed(hosts)}" if hosts else ""
    return listed(tuple(part for part in ("have no way out", endpoints, outside) if part))
