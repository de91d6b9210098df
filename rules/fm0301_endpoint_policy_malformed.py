"""The policy of a VPC endpoint is malformed.

## What it checks
`PolicyDocument` of every VPC endpoint, as a mapping or as JSON text, in every branch of a condition: each statement
needs `Effect`, `Principal`, `Action` and `Resource` (or their `Not…` forms), the version must be one that exists, and
the policy may have 20,480 characters.

## Why it fails
The failure document (section 3) calls its endpoint policy "deployment blocking". Its quoted code is not; what does
block a deployment is a policy that EC2 refuses, and the usual reason is an identity policy that was copied: an
endpoint policy is a *resource* policy and must have a `Principal`. Neither CDK nor cfn-lint sees it; the stack fails
when the endpoint is created, and rolls back.

## Fix
Write all elements: `Effect`, `Principal: "*"`, `Action`, `Resource`, and `Version: "2012-10-17"`.

CDK (TypeScript): `endpoint.addToPolicy(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions:
['s3:GetObject'], resources: [bucket.arnForObjects('*')] }))`.

CDK (Python): `endpoint.add_to_policy(iam.PolicyStatement(principals=[iam.AnyPrincipal()], actions=[…], …))`.

CloudFormation:

```yaml
PolicyDocument:
  Version: '2012-10-17'
  Statement:
    - {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Bucket.Arn}/*'}
```

## Limits
Unknown: a policy, or a part of it, from a parameter without a default. The length counts the literal text only.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from collections.abc import Iterator

from analyzer.facts.endpoint_reviews import malformed
from analyzer.rule import Judgement, Query, Rule, Severity

from ._endpoint import judgement

RULE = Rule(
    id="FM0301",
    slug="endpoint-policy-malformed",
    failure_mode=3,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every VPC endpoint."""
    for endpoint in query.resources("AWS::EC2::VPCEndpoint"):
        yield judgement(endpoint, query.network.review(endpoint, malformed), "EC2 refuses the endpoint")
