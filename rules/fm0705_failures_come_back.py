"""What a function fails on is sent back to it.

## What it checks
Destinations (on failure, on success) and dead-letter queues of functions and event source mappings, and the
dead-letter queue of a queue that a function reads, which lead to the same function again: directly, or through topics,
queues, buses and rules whose filters let the record through.

## Why it fails
A record that failed is one that this code cannot handle, and it comes back wrapped into another form, which it can
handle even less. It fails again, is sent again and so on: a loop of section 7 of the failure document that turns only
when something is wrong, which is when nobody needs it. Behind SQS and SNS Lambda stops it after about 16 rounds, unless
`RecursiveLoop: Allow` forbids that; behind EventBridge and others nothing does. An on-success destination that leads
back loops without any failure; where it leads back through a queue or stream, the run it starts has no destination, and
the work is done twice instead.

## Fix
Send failures to a queue that only an alarm and a person watch, or that another function reads.

```ts
new lambda.Function(this, 'Job', { onFailure: new destinations.SqsDestination(failures) }); // CDK, TypeScript
```

```python
lambda_.Function(self, "Job", on_failure=destinations.SqsDestination(failures))  # CDK, Python
```

```yaml
DestinationConfig: { OnFailure: { Destination: !GetAtt Failures.Arn } } # CloudFormation; nothing reads Failures
```

## Limits
A filter on the way whose answer depends on what failed yields `unknown`. Whether the handler tells its own failures
apart and drops them is not seen.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from collections.abc import Iterator

from analyzer.facts.event_flow import Comeback
from analyzer.rule import Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0705",
    slug="failures-come-back",
    failure_mode=7,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that has a destination or dead-letter queue, or reads a queue that has one."""
    comebacks = query.events.comebacks()
    for function in query.events.with_outcomes():
        own = sorted((c for c in comebacks if c.subject is function), key=lambda c: bool(c.needs))
        yield judge(query, own[0]) if own else passed(function)


def judge(query: Query, comeback: Comeback) -> Judgement:
    """One way back."""
    function, by = comeback.function, comeback.by
    if comeback.needs:
        return unknown(comeback.subject, comeback.needs[0], at=by.evidence[0].place)
    way = " → ".join(node.label for node in comeback.between)
    effect = "what fails comes again" if by.on_failure else "every success starts it again"
    effect = effect if comeback.endless else "every success makes it run a second time"
    return fail(
        comeback.subject,
        f"The {by.label} of {by.source} leads back to {function}: {way}, so {effect}.",
        at=by.evidence[0].place,
        evidence=comeback.proof(),
        related=comeback.related,
        severity=None if comeback.endless else Severity.MEDIUM,
        picture=lambda: query.events.picture(comeback.edges, f"{function} → {way}"),
    )
