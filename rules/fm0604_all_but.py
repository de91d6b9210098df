"""An Allow grants everything except what it lists.

## What it checks
Allow statements of identity policies with `NotAction` or `NotResource`. With Deny both are normal and never reported.

## Why it fails
`NotAction` in an Allow grants every action of every service but those listed, also what AWS adds later: AWS warns
that it "could result in granting users more permissions than necessary". `NotResource` with an Allow grants the
actions on every resource of every account but those listed; AWS says never to combine it with `Action: "*"`. The
failure document asks for resource-specific ARNs (section 6).

## Fix
List what is allowed, and put what must never happen into a Deny.

```ts
new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter.parameterArn] }); // CDK, TypeScript
```

```python
iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[parameter.parameter_arn])  # CDK, Python
```

```yaml
Effect: Allow # CloudFormation
Action: ssm:GetParameter
Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/app/*
```

## Limits
Medium where a condition keeps somebody out, or where the resources are narrow (`NotAction` on one bucket gives
nothing of other services). A condition that everyone passes (`ForAllValues`, `…IfExists` or a negated operator on a
key that requests may lack, `*`) does not count. CDK's own providers of custom resources and policies that are used as
permissions boundary only are not judged.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_flaws import all_but
from analyzer.facts.iam_verdicts import judge
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0604",
    slug="all-but",
    failure_mode=6,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every carrier of identity statements."""
    for carrier in query.iam.carriers:
        yield judge(carrier, all_but, query.iam.reader, "{who} allows {what}")
