"""A function has a dead-letter queue or failure destination that nothing is ever sent to.

## What it checks
Functions with a `DeadLetterConfig` or an `OnFailure` destination that are invoked, but never asynchronously: only by
SQS, a stream or another poller, or by callers that wait.

## Why it fails
Lambda sends only failed *asynchronous* invocations there. What a poller fails on goes back to the queue or blocks the
stream, and a caller that waits gets the error itself. So the queue stays empty, its alarm stays green, and whoever
set it believes the failures are kept. For SQS the dead-letter queue belongs on the source queue, for a stream on the
event source mapping.

## Fix
Put the dead-letter queue where the failures go: on the source queue (`deadLetterQueue`, `RedrivePolicy`) or on the
mapping (`onFailure`, `DestinationConfig`).

```typescript
new sqs.Queue(this, 'Orders', { deadLetterQueue: { queue: failures, maxReceiveCount: 5 } });
```
```python
sqs.Queue(self, "Orders", dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=5))
```

## Limits
Somebody outside the application may still invoke the function asynchronously, so the finding is likely, never
certain. A function that nothing in the application invokes yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.triggers import Mode
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1002",
    slug="dead-letters-never-sent",
    failure_mode=10,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that has one."""
    for function in query.functions.own():
        if query.invocations.catchers(function):
            yield judge(query, function)


def judge(query: Query, function: Function) -> Judgement:
    """One function: whether anything invokes it without waiting."""
    invocations = query.invocations.of(function)
    if any(each.mode is Mode.ASYNCHRONOUS for each in invocations):
        return passed(function.resource)
    if not invocations:
        return unknown(function.resource, f"who invokes {function.name}")
    catcher = query.invocations.catchers(function)[0]
    first = invocations[0]
    return fail(
        function.resource,
        f"The {catcher.words} of {function.name} never receives anything: nothing invokes it asynchronously.",
        at=catcher.node.place,
        evidence=[Evidence("trigger", each.text, each.place) for each in invocations],
        related=[first.source] if first.source is not None else (),
        confidence=Confidence.LIKELY,
    )
