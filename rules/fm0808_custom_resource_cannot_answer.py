"""A custom resource's function cannot send its answer to CloudFormation.

## What it checks
Every function that is the `ServiceToken` of a custom resource (directly or behind an SNS topic) and stands in a VPC:
whether each of its subnets reaches S3, and whether the policy of an S3 endpoint on the way lets the answer through.

## Why it fails
A custom resource answers by `PUT` to a pre-signed address in S3. From a subnet without a way there the answer never
arrives, and the stack operation fails after the response timeout, an hour by default; so does the rollback. This is
the one case in which the isolated subnets of the failure document (section 8) make a *deployment* hang.

The bucket is `cloudformation-custom-resource-response-REGION`, with the Region written **without dashes**
(`useast1`); wait conditions use `cloudformation-waitcondition-REGION`, with dashes. It belongs to AWS and the address
is signed by CloudFormation, so a policy that asks for the own account, organization or role refuses it too.

## Fix
Take the function out of the VPC, or give its subnets an S3 gateway endpoint (or NAT) whose policy lets the response
bucket through.

CDK (TypeScript): leave `vpc` away, or `vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 })`.

CDK (Python): the same with `vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)`.

CloudFormation: in the endpoint's policy, for everybody and without conditions, `s3:PutObject` on
`arn:aws:s3:::cloudformation-custom-resource-response-useast1/*` (the Region without dashes).

## Limits
Unknown: subnets and routes outside the application. A function that is invoked by another custom resource's provider
does not answer itself and is not judged.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/vpc-interface-endpoints.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_needs import Purpose
from analyzer.facts.network import Reach
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judgement, listed, reasons, uses

RULE = Rule(
    id="FM0808",
    slug="custom-resource-cannot-answer",
    failure_mode=8,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function."""
    for caller in query.network.functions:

        def message(reach: Reach, name: str = caller.name) -> str:
            return (
                f"{name} {uses(reach.blocked)}, but from {listed(reach.subnets)} its answer does not get to "
                f"CloudFormation's bucket in S3, so the deployment hangs: {reasons(reach.blocked)}"
            )

        yield judgement(query, caller, query.network.cut_off(caller, Purpose.ANSWER), message, Severity.CRITICAL)
