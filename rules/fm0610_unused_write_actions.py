"""A function may change what its code never changes.

## What it checks
Policies that only functions of the application hold: the write actions they allow, against the calls that the code
makes, over all functions that share the role. Code is followed from the handler through its local modules.

## Why it fails
What nobody calls, nobody misses until it is abused: a function that only updates items but may delete them gives an
attacker the deletion. The failure document asks for "specific, resource-scoped" policies (section 6).

## Fix
Remove the actions that the code does not call.

```ts
table.grant(fn, 'dynamodb:UpdateItem'); // CDK, TypeScript: instead of grantReadWriteData
```

```python
table.grant(function, "dynamodb:UpdateItem")  # CDK, Python
```

```yaml
Action: dynamodb:UpdateItem # CloudFormation
```

## Limits
Likely, not certain: a call could be hidden from static analysis. A function whose code cannot be read as a whole, or
that bundles the AWS SDK or uses a library which calls AWS by itself, yields `unknown`. Not reported: what Lambda does
with the role (logs, traces, network interfaces, polling, dead-letter queues and destinations), keys of encrypted
stores, `iam:PassRole`, actions that no SDK operation needs, and the parts of a grant method (CDK), policy template or
connector (SAM) of which the code uses at least one. Whole services are FM0602; AWS managed policies are FM0605.

## References
- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator

from analyzer.facts.iam_surplus import judge_surplus
from analyzer.rule import Judgement, Query, Rule, Severity

from ._grants import pictured

RULE = Rule(
    id="FM0610",
    slug="unused-write-actions",
    failure_mode=6,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
@pictured
def check(query: Query) -> Iterator[Judgement]:
    """Judge the policies that functions hold."""
    yield from judge_surplus(query.iam, query.functions, "{who} allows what no code of its functions calls: {what}")
