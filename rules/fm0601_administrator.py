"""A policy allows every action.

## What it checks
Allow statements of identity policies with `Action: "*"` (or `*:*`), and the AWS managed policy `AdministratorAccess`
or another that allows everything, on roles, users, groups, permission sets and SAM functions. Denies beside the Allow
are taken off first.

## Why it fails
The failure document names managed policies "that grant broader access than required" (section 6). Who can do
everything can also read every secret, delete every backup and make further administrators; one leaked credential or
one injected line of code in a function with such a role is the whole account. Lambda hands the role's credentials to
the code in environment variables.

## Fix
Replace it by the actions that the principal uses, on the resources it uses.

```ts
table.grantReadData(fn); // CDK, TypeScript: instead of fromAwsManagedPolicyName('AdministratorAccess')
```

```python
table.grant_read_data(function)  # CDK, Python
```

```yaml
Action: [dynamodb:GetItem] # CloudFormation
Resource: !GetAtt Table.Arn
```

## Limits
`Action: "*"` on named resources is high, not critical: it allows what can be done to them. A managed policy or an
action that depends on a parameter without a default yields `unknown`; so does a policy of another account. CDK's own
providers of custom resources and policies that are used as permissions boundary only are not judged.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
- https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_flaws import everything
from analyzer.facts.iam_managed import Content, judge_managed
from analyzer.facts.iam_verdicts import judge
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0601",
    slug="administrator",
    failure_mode=6,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every carrier of identity statements, then the managed policies of every principal."""
    for carrier in query.iam.carriers:
        yield judge(carrier, everything, query.iam.reader, "{who} allows {what}")
    for principal in query.iam.principals.values():
        message = "{who} has the administrator policy {what}"
        yield from judge_managed(
            query.application, principal, lambda content: content is Content.ADMINISTRATOR, message
        )
