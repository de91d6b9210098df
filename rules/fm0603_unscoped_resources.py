"""Actions that could be limited to some resources are allowed on all of them.

## What it checks
Allow statements of identity policies whose resource is `*`, or comes to the same for an action: `arn:aws:s3:::*`, an
incomplete ARN such as `arn:aws:sqs` (IAM fills it up with `*`), `table/*`, a SAM policy template with `'*'` as name.
Only actions that AWS lets one limit to resources count; the others of the same statement need `*` and are not named.
A wildcard action counts if it matches such an action that changes something, or if most of what it matches is such.

## Why it fails
The failure document names a lack of "resource-specific ARN restrictions" (section 6). A function that may put items
into every table of the account can overwrite those of other teams, and so can whoever makes it do so. AWS lists for
each action whether it can be limited (service authorization reference); this is dated data here, not a list by hand.

## Fix
Name the resources: their ARNs, or an ARN pattern with a fixed beginning.

```ts
queue.grantSendMessages(fn); // CDK, TypeScript
```

```python
queue.grant_send_messages(function)  # CDK, Python
```

```yaml
Action: sqs:SendMessage # CloudFormation
Resource: !GetAtt Queue.Arn
```

## Limits
High where something can be changed and no real condition stands in the way, else medium. A condition on the resource
(its tags, an encryption context, leading keys) limits it too. A resource whose ARN is a parameter without a default
yields `unknown`; a parameter inside an ARN is taken for a name. Denies without a condition are taken off.
`iam:PassRole` is FM0606, `Action: "*"` FM0601, `NotAction` and `NotResource` FM0604. Not named are the rights on
network interfaces of a function in a VPC. CDK's own providers of custom resources and policies that are used as
permissions boundary only are not judged.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_flaws import unscoped
from analyzer.facts.iam_verdicts import judge
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0603",
    slug="unscoped-resources",
    failure_mode=6,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge every carrier of identity statements."""
    for carrier in query.iam.carriers:
        yield judge(
            carrier,
            unscoped,
            query.iam.reader,
            "{who} allows on every resource what could be limited to some: {what}",
        )
