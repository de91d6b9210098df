"""A policy allows every action of a service.

## What it checks
Allow statements of identity policies: inline policies of roles, users, groups and permission sets, managed and
attached policies, the policies of SAM functions. A pattern that matches every known action of a service (`s3:*`,
`S3:?*`, `s3*:*`) is a service wildcard, whatever its resources. Denies beside the Allow are taken off first.

## Why it fails
The failure document names policies that "still contain overly broad permissions" (section 6). `s3:*` on one bucket
also allows to delete the bucket, to rewrite its policy and to switch its encryption and versioning off; and it grants
every action that AWS adds to the service later. What code calls is usually a handful of actions.

## Fix
List the actions that the code calls instead of the wildcard, or let a grant method of CDK do it.

```ts
bucket.grantPut(fn); // CDK, TypeScript
```

```python
bucket.grant_put(function)  # CDK, Python
```

```yaml
Action: [s3:PutObject] # CloudFormation
```

## Limits
A Deny without a condition that takes away more than half of the service's actions narrows the Allow. Actions that
depend on a parameter without a default yield `unknown`. CDK's own providers of custom resources and policies that are
used as permissions boundary only are not judged. AWS managed policies are the subject of FM0605, `Action: "*"` of
FM0601.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from collections.abc import Iterator

from analyzer.facts.iam_flaws import service_wide
from analyzer.facts.iam_verdicts import judge
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0602",
    slug="service-wildcard",
    failure_mode=6,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every carrier of identity statements."""
    for carrier in query.iam.carriers:
        yield judge(carrier, service_wide, query.iam.reader, "{who} allows every action of a service: {what}")
