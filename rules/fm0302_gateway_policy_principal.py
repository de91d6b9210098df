"""The policy of a gateway endpoint names a principal other than everybody.

## What it checks
Every statement of the policies of gateway endpoints (S3, DynamoDB): `Principal` must be `"*"` or `{"AWS": "*"}`.

## Why it fails
Gateway endpoints take no other principal. A role or user there does not match the role's sessions, and an account
number means that account's *root user* only: the statement lets nobody through, or the endpoint is refused. The policy
looks narrower than section 3 of the failure document's, and shuts the application out.

## Fix
Keep `Principal: "*"` and narrow by condition: `aws:PrincipalArn` with the role's ARN, or `aws:PrincipalAccount`.

CDK (TypeScript): `principals: [new iam.AnyPrincipal()]` with
`conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } }`.

CDK (Python): `principals=[iam.AnyPrincipal()], conditions={"ArnEquals": {"aws:PrincipalArn": role.role_arn}}`.

CloudFormation: `Principal: '*'` and `Condition: {ArnEquals: {aws:PrincipalArn: !GetAtt Role.Arn}}`.

## Limits
Unknown: a principal from a parameter without a default. Interface endpoints take roles and accounts; not judged here.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
- https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_reviews import narrow_principals
from analyzer.rule import Judgement, Query, Rule, Severity

from ._endpoint import judgement

RULE = Rule(
    id="FM0302",
    slug="gateway-policy-principal",
    failure_mode=3,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every VPC endpoint; interface endpoints pass."""
    consequence = "gateway endpoints take only *, so the statement lets nobody through"
    for endpoint in query.resources("AWS::EC2::VPCEndpoint"):
        yield judgement(endpoint, query.network.review(endpoint, narrow_principals), consequence)
