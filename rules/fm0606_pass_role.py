"""Roles can be passed on without a limit.

## What it checks
Allow statements of identity policies that include `iam:PassRole` (also as `iam:*`, `iam:Pass*`), on every role, or
without the condition `iam:PassedToService`. Denies beside the Allow are taken off first.

## Why it fails
Who may pass a role can give it to a service that then acts with the role's rights. On `*` that is any role that
trusts some service, an administrator's among them. Without `iam:PassedToService` a role that was meant for one
service can be handed to another that it trusts. The failure document names "missing condition statements" (section
6). PassRole is no API call: it appears neither in code nor in CloudTrail.

## Fix
Name the role, and the service that receives it.

```ts
new iam.PolicyStatement({ // CDK, TypeScript
  actions: ['iam:PassRole'], resources: [role.roleArn],
  conditions: { StringEquals: { 'iam:PassedToService': 'textract.amazonaws.com' } },
});
```

```python
iam.PolicyStatement(  # CDK, Python
    actions=["iam:PassRole"], resources=[role.role_arn],
    conditions={"StringEquals": {"iam:PassedToService": "textract.amazonaws.com"}},
)
```

```yaml
Action: iam:PassRole # CloudFormation
Resource: !GetAtt Role.Arn
Condition: { StringEquals: { iam:PassedToService: textract.amazonaws.com } }
```

## Limits
A role ARN that is a parameter without a default yields `unknown`. `Action: "*"` is FM0601, `NotAction` FM0604; what
PassRole opens together with other rights is FM0607. AWS managed policies are FM0605. CDK's own providers of custom
resources and policies that are used as permissions boundary only are not judged.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_flaws import passes_roles
from analyzer.facts.iam_verdicts import judge
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0606",
    slug="pass-role",
    failure_mode=6,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every carrier of identity statements."""
    for carrier in query.iam.carriers:
        yield judge(carrier, passes_roles, query.iam.reader, "{who} allows {what}")
