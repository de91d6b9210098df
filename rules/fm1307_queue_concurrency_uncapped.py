"""A queue may call a function more often at once than the function or its database takes.

## What it checks
Event source mappings of SQS queues without `ScalingConfig.MaximumConcurrency`, or with more than the function
reserves, where the function reserves a concurrency or opens connections to a database of the application.

## Why it fails
Lambda takes messages from a busy queue with up to 1,250 invocations at once, whatever the function has reserved.
Those over the reservation are throttled: their messages come back, each return counts as a try, and sound messages
reach the dead-letter queue without an error. Before a database the invocations use up its connections. The failure
document (section 13) calls it "potential throttling under load".

## Fix
Set the mapping's maximum concurrency to what the function reserves or the database takes.

```typescript
new SqsEventSource(queue, { maxConcurrency: 10 });
```
```python
SqsEventSource(queue, max_concurrency=10)
```
```yaml
ScalingConfig: {MaximumConcurrency: 10}
```

## Limits
A number that a parameter without a default gives yields `unknown`. A function with neither reservation nor database
passes.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
- https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from collections.abc import Iterator

from analyzer.facts.databases import connection_of
from analyzer.facts.event_sources import Mapping, Source, mappings
from analyzer.facts.functions import Function
from analyzer.facts.numbers import above, failing_number, number
from analyzer.facts.settle import settle
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed, unknown

RULE = Rule(
    id="FM1307",
    slug="queue-concurrency-uncapped",
    failure_mode=13,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)
UNLIMITED = 1250


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every mapping of a queue whose function the user wrote."""
    own = set(query.functions.own())
    for mapping in mappings(query.application, query.functions):
        function = mapping.function
        if mapping.kind is Source.QUEUE and function in own and function is not None:
            yield judge(mapping, function)


def judge(mapping: Mapping, function: Function) -> Judgement:
    """One mapping and its function."""
    reserved = function.resource["ReservedConcurrentExecutions"]
    most = mapping.resource["ScalingConfig"]["MaximumConcurrency"]
    if mapping.resource["ProvisionedPollerConfig"]["MaximumPollers"]:
        return passed(mapping.resource)
    connection = connection_of(function)
    if reserved:
        room = number(reserved.value)
        if room is None:
            return unknown(mapping.resource, f"the concurrency that {function.name} reserves", key=mapping.resource.id)
        takes, proof = f"{function.name} reserves {room:g}", Evidence("property", "its reservation", reserved.place)
    elif connection is not None:
        room, takes = UNLIMITED - 1, f"each is a connection to {connection.database.logical_id}"
        proof = Evidence("property", "its environment names the database", connection.node.place)
    else:
        return passed(mapping.resource)
    settled = settle(most, above(room, UNLIMITED))
    unnamed = mapping.resource.logical_id == function.name  # an event of a SAM function
    who, queue = (mapping.name, "") if unnamed else (mapping.resource.logical_id, f" for {mapping.name}")
    return settled.judgement(
        mapping.resource,
        f"{who} may start up to {failing_number(settled, UNLIMITED)} invocations of {function.name} at once{queue}, "
        f"but {takes}",
        at=most.place if most else None,
        evidence=[proof],
        related=[function.resource],
        key=mapping.resource.id,
    )
