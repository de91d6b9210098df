"""Records of a stream that a function gives up on are thrown away.

## What it checks
Event source mappings of DynamoDB and Kinesis streams and of Kafka topics, and pipes that read streams, without a
failure destination. What FM1003 reports with severity high is left to it.

## Why it fails
The failure document (section 10) misses dead-letter queues. When the retries, or the age that a record may have, are
used up, Lambda goes on with the next records and drops the batch; without an `OnFailure` destination nothing says
which records those were. A dead-letter queue on the function does not help: it is for asynchronous invocations only.

## Fix
Name a destination for what the mapping gives up: a standard queue, a topic or a bucket.

```typescript
new KinesisEventSource(stream, { retryAttempts: 5, onFailure: new SqsDlq(failures) /* … */ });
```
```python
KinesisEventSource(stream, retry_attempts=5, on_failure=SqsDlq(failures))
```
```yaml
DestinationConfig: {OnFailure: {Destination: !GetAtt Failures.Arn}}
```

## Limits
The message to the destination names shard and sequence numbers, not the records: they have to be read from the stream
before they expire. Mappings that are switched off, and sources other than these, are not judged.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html
- https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
"""

from collections.abc import Iterator

from analyzer.facts.event_sources import Source, blocked, mappings, stream_readers
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict

RULE = Rule(
    id="FM1004",
    slug="stream-failures-lost",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge everything that reads a stream or a Kafka topic."""
    for reader in stream_readers(query.application, query.functions):
        stuck = blocked(reader).verdict is Verdict.FAIL
        if not stuck or settle(reader.destination, unset).verdict is not Verdict.FAIL:
            yield judge(reader.resource, reader.name, reader.destination)
    for mapping in mappings(query.application, query.functions):
        if mapping.kind is Source.KAFKA:
            yield judge(mapping.resource, mapping.name, mapping.destination)


def judge(resource: Resource, source: str, destination: Node) -> Judgement:
    """One mapping or pipe."""
    return settle(destination, unset).judgement(
        resource,
        f"{resource.logical_id} has no failure destination, so what is given up of {source} is thrown away",
        evidence=[Evidence("property", "no failure destination is set")],
        key=resource.id,
    )
