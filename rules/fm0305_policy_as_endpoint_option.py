"""CDK source passes a policy to a VPC endpoint as an option that CDK does not have.

## What it checks
Every `addGatewayEndpoint`, `addInterfaceEndpoint`, `new GatewayVpcEndpoint`, `new InterfaceVpcEndpoint` and
`gatewayEndpoints` of a VPC in TypeScript, JavaScript and Python source, with options that are written elsewhere and
passed on: whether they hold `policyDocument`.

## Why it fails
It is what really breaks in section 3 of the failure document, whose own remedy keeps it: the namespace before
`PolicyDocument` is fine, the option is not there. TypeScript refuses it (TS2353), Python raises `TypeError`. Where
nobody checks the keys (JavaScript, a variable, `as any`) it is worse: CDK ignores the option, and the endpoint gets
the default policy, which lets everybody do everything.

## Fix
Add the statements to the endpoint after it is made.

CDK (TypeScript): `const endpoint = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
endpoint.addToPolicy(new iam.PolicyStatement({…}));`

CDK (Python): `endpoint = vpc.add_gateway_endpoint("S3", service=…)`, then `endpoint.add_to_policy(
iam.PolicyStatement(…))`.

CloudFormation: `PolicyDocument` of `AWS::EC2::VPCEndpoint` is right there, as in CDK's L1 `CfnVPCEndpoint`.

## Limits
Options that come from a parameter or a package yield `unknown`. A receiver whose type is not known is taken for a VPC,
because nothing else has these methods (confidence likely).

## References
- https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.GatewayVpcEndpointOptions.html
- https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.InterfaceVpcEndpointOptions.html
"""

from collections.abc import Iterator

from analyzer.facts.source_endpoints import EndpointCall, endpoint_calls
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0305",
    slug="policy-as-endpoint-option",
    failure_mode=3,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
    source=True,
)
CONSEQUENCE = {
    "refused": "which is not an option of it, so the application does not compile (TS2353)",
    "raises": "which is not a parameter of it, so synthesis stops with a TypeError",
    "ignored": "which CDK ignores without a word, so the endpoint stays open to everybody",
}


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every endpoint that the source makes."""
    for file in query.source.unread:
        yield unknown(file.subject, file.needs)
    for endpoint in endpoint_calls(query.source):
        if endpoint.policy is not None:
            yield misplaced(query, endpoint)
        elif endpoint.unseen:
            yield unknown(endpoint.subject, f"the options that {endpoint.unseen} is given")
        else:
            yield passed(endpoint.subject)


def misplaced(query: Query, endpoint: EndpointCall) -> Judgement:
    """One endpoint that is given its policy as an option."""
    assert endpoint.policy is not None
    written = query.source.place(endpoint.policy.place)
    at = written if endpoint.inside else endpoint.subject.place
    option = endpoint.policy.key
    return fail(
        endpoint.subject,
        f"{endpoint.subject.logical_id} passes {option} to {endpoint.what}, {CONSEQUENCE[endpoint.effect]}.",
        at=at,
        evidence=[Evidence("code", f"{option} among the options of {endpoint.what}", written)],
        confidence=Confidence.CERTAIN if endpoint.known else Confidence.LIKELY,
        key=endpoint.subject.place.place.file,
    )
