"""A VPC endpoint lets everybody do everything.

## What it checks
The policy of every gateway endpoint and every interface endpoint of an AWS service: a statement that allows everybody
(`Principal: "*"`) every action (`*` or the service's `service:*`) on every resource without a condition that keeps
anybody out: medium. No policy at all, which is the same by default: info.

## Why it fails
Through an open endpoint credentials of *any* account work: whoever runs code in the VPC can carry data to a bucket or
queue of his own without leaving the network that is thought to be closed. The quoted code of the failure document
(section 3) is such a policy; so is what its remedy leaves behind in plain JavaScript, where the option `policyDocument`
is silently ignored.

## Fix
Name the actions and resources that the application uses, or the account of callers and resources.

CDK (TypeScript): `endpoint.addToPolicy(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions:
['s3:GetObject'], resources: [bucket.arnForObjects('*')] }))`; the first statement replaces the default.

CDK (Python): `endpoint.add_to_policy(iam.PolicyStatement(principals=[iam.AnyPrincipal()], actions=[…], …))`.

CloudFormation: a `PolicyDocument` with actions and resources, or with `Condition: {StringEquals:
{aws:ResourceAccount: !Ref AWS::AccountId, aws:PrincipalAccount: !Ref AWS::AccountId}}`. Leave room for what AWS itself
needs: image layers of ECR, the response bucket of custom resources.

## Limits
Unknown: policies and conditions from parameters without a default. Endpoints of other people's services are not
judged. A denial of everything with a condition counts as narrowing.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
- https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/building-a-data-perimeter-on-aws.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_reviews import open_to_all
from analyzer.rule import Judgement, Query, Rule, Severity

from ._endpoint import judgement

RULE = Rule(
    id="FM0303",
    slug="endpoint-open-to-all",
    failure_mode=3,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every VPC endpoint."""
    for endpoint in query.resources("AWS::EC2::VPCEndpoint"):
        answer = query.network.review(endpoint, open_to_all)
        written = answer is not None and any(flaw.grave for flaw in answer.result)
        consequence = "credentials of any account work through it"
        yield judgement(endpoint, answer, consequence, Severity.MEDIUM if written else Severity.INFO)
