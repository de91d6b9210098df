"""A gateway endpoint is not on the route tables of the subnets that need it.

## What it checks
Every function and ECS service in a VPC that needs S3 or DynamoDB, where a gateway endpoint for the service exists in
the VPC and the caller's subnets have no other way out.

## Why it fails
A gateway endpoint is a route. It works for the subnets whose route table it lists in `RouteTableIds`, and for no
others: from elsewhere the calls go nowhere and wait until the function times out. The deployment succeeds. See
section 8 of the failure document (isolated subnets).

## Fix
Add the route tables of the caller's subnets to the endpoint.

CDK (TypeScript): leave `subnets` away, or name them all:
`vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3, subnets: [{ subnetGroupName: 'App' }] })`.

CDK (Python): the same with `vpc.add_gateway_endpoint("S3", service=…, subnets=[ec2.SubnetSelection(…)])`.

CloudFormation: `RouteTableIds` of the `AWS::EC2::VPCEndpoint`. A subnet without an association uses the main route
table of its VPC, which a template cannot name: give it a table of its own.

## Limits
Unknown: route tables from parameters or imports. Silent where another path serves the call (NAT, an interface
endpoint with private DNS).

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
"""

from collections.abc import Iterator

from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judge_each

RULE = Rule(
    id="FM0802",
    slug="gateway-endpoint-on-other-tables",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    return judge_each(query, Fault.TABLE)
