"""A function on a loop switches off what would stop it.

## What it checks
`RecursiveLoop: Allow` on functions that lie on a cycle found by FM0701 or FM0705.

## Why it fails
Lambda stops loops among Lambda, SQS, SNS and S3 after about 16 rounds. `Allow` takes that away: the loop of section 7
of the failure document then runs until somebody notices the bill. Since November 2026 detection is on in every account
and Region but Mexico (Central) and New Zealand, so a loop that is meant does need `Allow`, and then needs an end of its
own: a counter that is compared, a condition that must come true. On a loop that Lambda does not see anyway (DynamoDB,
EventBridge and others), `Allow` changes nothing today.

## Fix
Remove `RecursiveLoop` (the default is `Terminate`), and break the loop that FM0701 shows.

```ts
new lambda.Function(this, 'Crawl', { recursiveLoop: lambda.RecursiveLoop.TERMINATE }); // CDK, TypeScript
```

```python
lambda_.Function(self, "Crawl", recursive_loop=lambda_.RecursiveLoop.TERMINATE)  # CDK, Python
```

```yaml
RecursiveLoop: Terminate # CloudFormation
```

## Limits
A loop that is only possible, or a value that depends on a parameter without a default, yields `unknown`. That a loop
ends by itself cannot be seen: waive the finding with the reason.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.settle import settle
from analyzer.model.value import Known, Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, fail, passed, unknown

RULE = Rule(
    id="FM0703",
    slug="loop-allowed",
    failure_mode=7,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that sets the property."""
    for function in query.functions.own():
        if function.resource["RecursiveLoop"]:
            yield judge(query, function)


def judge(query: Query, function: Function) -> Judgement:
    """One function: what it allows, and whether it lies on a loop."""
    node = function.resource["RecursiveLoop"]
    settled = settle(node, lambda value: None if isinstance(value, Unknown) else value == Known("Allow"))
    loops = query.events.loops_of(function.resource)
    if settled.verdict is Verdict.PASS or not loops:
        return passed(function.resource)
    if settled.verdict is Verdict.UNKNOWN:
        return unknown(function.resource, settled.needs)
    loop = next((loop for loop in loops if not loop.needs), None)
    if loop is None:
        return unknown(function.resource, loops[0].needs[0])
    near = loop.around(function.resource)
    return fail(
        function.resource,
        f"{function.name} lies on the loop {loop.path} and has RecursiveLoop: Allow, so that nothing stops it"
        f"{settled.where}.",
        at=node.place,
        evidence=[Evidence("property", "RecursiveLoop: Allow", node.place), *near.proof()],
        related=[r for r in (loop.subject, *near.related) if r is not function.resource],
        confidence=settled.confidence,
        picture=lambda: query.events.picture(loop.edges, loop.path),
    )
