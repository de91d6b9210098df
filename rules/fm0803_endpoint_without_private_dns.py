"""An interface endpoint does not answer to the service's own host name.

## What it checks
Every function and ECS service in a VPC that needs a service for which the VPC has an interface endpoint, and no other
way out: `PrivateDnsEnabled` of the endpoint (which defaults to **false** in CloudFormation), and `EnableDnsSupport` and
`EnableDnsHostnames` of the VPC.

## Why it fails
SDKs call `sqs.<region>.amazonaws.com`. Without private DNS that name still resolves to public addresses, which an
isolated subnet cannot reach: the endpoint stands unused and the calls wait until the function times out. With private
DNS but without DNS host names in the VPC, the endpoint is refused at deployment. See section 8 of the failure
document (isolated subnets).

S3 and DynamoDB: private DNS is by default for the inbound resolver only; callers in the VPC need a gateway endpoint.

## Fix
Switch private DNS on.

CDK (TypeScript): `vpc.addInterfaceEndpoint('Sqs', { service, privateDnsEnabled: true })` (the default of the L2).

CDK (Python): `vpc.add_interface_endpoint("Sqs", service=…, private_dns_enabled=True)`.

CloudFormation: `PrivateDnsEnabled: true` on the endpoint; `EnableDnsSupport: true` and `EnableDnsHostnames: true` on
the VPC.

## Limits
Unknown: values from parameters without default, VPCs outside the application, clients that are given an endpoint
address of their own. A DNS record of the application that leads to the endpoint counts as private DNS.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
"""

from collections.abc import Iterator

from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judge_each

RULE = Rule(
    id="FM0803",
    slug="endpoint-without-private-dns",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    return judge_each(query, Fault.DNS, so=", so the host name leads outside the VPC")
