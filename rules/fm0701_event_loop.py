"""What a function writes triggers the function again.

## What it checks
The event-flow graph of the whole application. Its nodes are functions, buckets, tables with streams, queues, topics,
event buses and rules, Kinesis and Firehose streams, state machines, pipes, log groups and APIs. Its edges are what the
templates wire together (bucket notifications, event source mappings, subscriptions, rules, pipes, destinations,
redrive, tasks of state machines) and what functions write: the calls in their code, with the names that reach them
through environment variables, checked against what their roles allow. A cycle is a finding, with its path and the
proof of each step; per group of entangled functions the shortest cycles are shown until every function on one is.

Filters are asked about what is really written: prefix and suffix against the key that the code builds, event patterns
and filter criteria against the event, item or message it sends, event types against the operation, tests in the code
against the event that would come back.

## Why it fails
The failure document (section 7) takes a function on bucket events and on a stream for a loop. It is one only if the
function writes back (see FM0702 for the other case). Then every event makes the next one: the function runs without
end, each round is paid for, concurrency is taken from everything else in the account, and where one event makes
several the number grows with every round.

Lambda detects loops among Lambda, SQS, SNS and S3 and stops them after about 16 rounds, in code with a recent AWS
SDK; a loop that was meant then breaks instead. It does not see loops through anything else: DynamoDB, EventBridge,
Kinesis, Step Functions, API Gateway, log subscriptions. The message says which of the two it is (this is FM0704).

## Fix
Write where the trigger does not look: to another bucket, table, queue or topic, or beside the trigger's filter.

```ts
// CDK, TypeScript: results go to a bucket of their own
results.grantPut(fn);
uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(fn), { prefix: 'incoming/' });
```

```python
# CDK, Python
results.grant_put(function)
uploads.add_event_notification(s3.EventType.OBJECT_CREATED, s3n.LambdaDestination(function),
                               s3.NotificationKeyFilter(prefix="incoming/"))
```

```yaml
# CloudFormation: the stream calls only for new items, the function only updates
FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["INSERT"]}' }] }
```

## Limits
A name, prefix or pattern that depends on a parameter without a default, or a key that the code computes in a way that
is not followed while a filter stands before it, yields `unknown`. Code that cannot be read counts with what its role
allows, as possible: also with keys that a prefix or suffix lets through where the role may write them. A test in the
code that looks at metadata or message content lowers the finding: whether it ends the loop cannot be told. Loops that
only turn on failure are lower, those through a function's own destination are FM0705. Not seen: writes made outside
the application, and by processes that its functions start.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
- https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

from collections.abc import Iterator

from analyzer.facts.event_flow import Loop
from analyzer.facts.flow_model import STATE_MACHINE, Certainty
from analyzer.facts.flow_words import breaking, sentence
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0701",
    slug="event-loop",
    failure_mode=7,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every loop, then the functions and state machines that lie on none."""
    loops = [loop for loop in query.events.loops() if not loop.by_destination]
    for loop in loops:
        yield judge(query, loop)
    looping = {node.resource for loop in loops for node in loop.nodes}
    state_machines = query.resources(STATE_MACHINE)
    for resource in [*(function.resource for function in query.functions.own()), *state_machines]:
        if resource not in looping:
            yield unknown(resource, query.events.limit) if query.events.limit else passed(resource)


def judge(query: Query, loop: Loop) -> Judgement:
    """One loop."""
    if loop.needs:
        return unknown(loop.subject, loop.needs[0], at=loop.edges[0].evidence[0].place)
    severity, confidence = weight(loop)
    more = [Evidence("fact", f"{loop.more} more functions lie on loops with these")] if loop.more else []
    return fail(
        loop.subject,
        sentence(loop),
        at=loop.edges[0].evidence[0].place,
        evidence=[*loop.proof(), *more],
        related=loop.related,
        severity=severity,
        confidence=confidence if loop.likely else min(confidence, Confidence.LIKELY),
        remediation=breaking(loop),
        picture=lambda: query.events.picture(loop.edges, loop.path),
    )


def weight(loop: Loop) -> tuple[Severity, Confidence]:
    """Severity and confidence by the weakest step of the loop."""
    if loop.certainty is Certainty.GRANTED:
        return Severity.HIGH, Confidence.POSSIBLE
    if loop.cycle.guarded:
        return Severity.MEDIUM, Confidence.POSSIBLE
    if loop.on_failure:
        return Severity.MEDIUM, Confidence.LIKELY
    return Severity.CRITICAL, Confidence.CERTAIN if loop.certainty is Certainty.PROVED else Confidence.LIKELY
