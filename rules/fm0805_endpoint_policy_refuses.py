"""The policy of a VPC endpoint refuses what the caller does.

## What it checks
Every function and ECS service in a VPC whose calls pass an endpoint with a policy: whether the policy lets through
each action that the code calls (`put` of the document client is `PutItem`), on the resource that it is called with
and by the caller's role. Where only the role's rights are known: whether any of them gets through.

## Why it fails
An endpoint's policy is checked beside the role's: what it does not allow is refused with `AccessDenied`, whatever the
role may do. The deployment succeeds, and the role looks right. See sections 3 and 8 of the failure document.

## Fix
Add the actions and resources to the endpoint's policy.

CDK (TypeScript): `endpoint.addToPolicy(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions:
['dynamodb:PutItem'], resources: [table.tableArn] }))`.

CDK (Python): `endpoint.add_to_policy(iam.PolicyStatement(…))` with the same principal, actions and resources.

CloudFormation: the statement in `PolicyDocument` of the `AWS::EC2::VPCEndpoint`.

## Limits
Conditions on account, organization and network are taken to describe the application's own; other conditions, and
resources that depend on the run, yield `unknown` where they decide.

## References
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterator

from analyzer.facts.network_paths import Fault
from analyzer.rule import Judgement, Query, Rule, Severity

from ._reach import judge_each

RULE = Rule(
    id="FM0805",
    slug="endpoint-policy-refuses",
    failure_mode=8,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function and ECS service."""
    return judge_each(query, Fault.POLICY)
