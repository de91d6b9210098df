"""The policy of a VPC endpoint cannot match what goes through it.

## What it checks
Policies of VPC endpoints: actions of another service than the endpoint's; wildcards and numbers on keys whose values
AWS makes up (`aws:PrincipalAccount`, `aws:SourceVpc`, …); string wildcards with fewer than six characters beside them;
ARNs that mix digits and wildcards in the account; statements that deny everything, policies that allow nothing, and
denials of what the application's own functions call.

## Why it fails
The policy is valid JSON, the stack deploys, and the statement never matches: what it was to allow is refused with
`AccessDenied`. Endpoints know fewer wildcards than IAM elsewhere. See section 3 of the failure document (endpoint
policies).

## Fix
Name actions of the endpoint's own service, and write keys and ARNs out.

CDK (TypeScript, Python): one `addToPolicy` (`add_to_policy`) per endpoint, with that service's actions.

CloudFormation: `PolicyDocument` of the `AWS::EC2::VPCEndpoint`; for CloudWatch metrics that is the endpoint
`monitoring`, not `logs`; for Bedrock models `bedrock-runtime`.

## Limits
An action of another service beside right ones is low: the rest of the statement works. Services whose IAM prefix is
not known are not judged. Calls that the policy merely does not allow belong to FM0805.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
- https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_reviews import Flaw, Policy, unmatchable
from analyzer.rule import Judgement, Query, Rule, Severity

from ._endpoint import judgement

RULE = Rule(
    id="FM0304",
    slug="endpoint-policy-cannot-match",
    failure_mode=3,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every VPC endpoint."""

    def find(policy: Policy) -> Iterator[Flaw]:
        yield from unmatchable(policy)
        yield from query.network.denied(policy)

    for endpoint in query.resources("AWS::EC2::VPCEndpoint"):
        answer = query.network.review(endpoint, find)
        grave = answer is not None and any(flaw.grave for flaw in answer.result)
        consequence = "such requests are refused"
        yield judgement(endpoint, answer, consequence, Severity.HIGH if grave else Severity.LOW)
