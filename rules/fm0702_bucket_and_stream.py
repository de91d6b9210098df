"""One function handles both objects of a bucket and records of a stream.

## What it checks
Functions that a bucket notification invokes and that poll a DynamoDB or Kinesis stream too, without a loop.

## Why it fails
This is the pattern that the failure document (section 7) calls an infinite loop. It overstates: without a write back
to one of the sources there is no loop (with one it is FM0701). What remains is that two services with different event
shapes, retries and batches meet in one handler: S3 sends one record, asynchronously, tried three times; a stream sends
a batch, and one record that fails holds its shard up. An error handling that is right for one is wrong for the other,
and the role is the union of both jobs.

## Fix
Give each source a function of its own.

```ts
uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(onUpload)); // CDK, TypeScript
onChange.addEventSource(new DynamoEventSource(table, { startingPosition: StartingPosition.LATEST }));
```

```python
on_change.add_event_source(DynamoEventSource(table, starting_position=StartingPosition.LATEST))  # CDK, Python
```

```yaml
# CloudFormation: FunctionName of the mapping is another function than the one in NotificationConfiguration
FunctionName: !Ref OnChange
```

## Limits
Bucket events that come through a queue, topic or EventBridge have the shape of that service and are not counted. Where
it is not known whether the function lies on a loop, FM0701 says so, and this rule reports the mixed shapes.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
- https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
"""

from collections.abc import Iterator

from analyzer.facts.flow_model import STREAM, TABLES
from analyzer.facts.functions import Function
from analyzer.facts.triggers import Kind, Trigger
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM0702",
    slug="bucket-and-stream",
    failure_mode=7,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that a bucket or a stream triggers."""
    for function in query.functions.own():
        triggers = query.triggers.into(function.resource)
        buckets = [trigger for trigger in triggers if trigger.kind is Kind.S3]
        streams = [trigger for trigger in triggers if is_stream(trigger)]
        if buckets or streams:
            yield judge(query, function, buckets, streams)


def is_stream(trigger: Trigger) -> bool:
    """Whether a wire is an event source mapping on a stream, of this application or another."""
    if trigger.kind is not Kind.EVENT_SOURCE:
        return False
    if trigger.source is not None:
        return trigger.source.type in (STREAM, *TABLES)
    return ":kinesis:" in trigger.origin or ":dynamodb:" in trigger.origin


def judge(query: Query, function: Function, buckets: list[Trigger], streams: list[Trigger]) -> Judgement:
    """One function with its triggers of both kinds."""
    loops = any(not loop.needs for loop in query.events.loops_of(function.resource))
    if loops or not buckets or not streams:
        return passed(function.resource)
    bucket, stream = buckets[0], streams[0]
    return fail(
        function.resource,
        f"{function.name} handles objects of {bucket.name} and records of {stream.name} in one handler, two event"
        " shapes with different retries.",
        evidence=[Evidence("trigger", f"{t.name} → {function.name}: {t.kind}", t.node.place) for t in (bucket, stream)],
        related=[t.source for t in (bucket, stream) if t.source is not None],
    )
