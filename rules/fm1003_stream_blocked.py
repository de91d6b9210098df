"""One bad record blocks a stream until it expires.

## What it checks
Event source mappings and pipes that read a DynamoDB or Kinesis stream: endless retries (no `MaximumRetryAttempts` and
no `MaximumRecordAgeInSeconds`, or -1) while neither `BisectBatchOnFunctionError` nor `ReportBatchItemFailures`
narrows the failing batch down.

## Why it fails
The failure document (section 10) fears data loss and failures that nobody notices. By default Lambda tries a failing
batch again until its records expire: 24 hours on a DynamoDB stream, up to a year on Kinesis. Meanwhile the shard
stands still and everything behind the bad record waits, also the rest of its batch. High where there is no failure
destination either: then the records are lost in the end without a trace.

## Fix
Give the mapping a finite number of retries, let it split a failing batch, and name a destination for what is given
up.

```typescript
new DynamoEventSource(table, { retryAttempts: 5, bisectBatchOnError: true, onFailure: new SqsDlq(failures) /* … */ });
```
```python
DynamoEventSource(table, retry_attempts=5, bisect_batch_on_error=True, on_failure=SqsDlq(failures))
```
```yaml
MaximumRetryAttempts: 5
BisectBatchOnFunctionError: true
DestinationConfig: {OnFailure: {Destination: !GetAtt Failures.Arn}}
```

## Limits
A setting that a parameter without a default gives yields `unknown`. Kafka and the tumbling windows of a stream are
not judged. Pipes always take partial answers from the function they wait for, so only their retries and splitting
count.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-errors.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html
"""

from collections.abc import Iterator

from analyzer.facts.event_sources import StreamReader, blocked, stream_readers
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict

RULE = Rule(
    id="FM1003",
    slug="stream-blocked",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge everything that reads a stream."""
    for reader in stream_readers(query.application, query.functions):
        yield judge(reader)


def judge(reader: StreamReader) -> Judgement:
    """One mapping or pipe."""
    kept = settle(reader.destination, unset).verdict is not Verdict.FAIL
    lost = "" if kept else ", and then they are lost"
    return blocked(reader).judgement(
        reader.resource,
        f"{reader.resource.logical_id} tries a failing batch of {reader.name} again and again as a whole: one bad "
        f"record holds up its shard until its records expire{lost}",
        evidence=[Evidence("property", "endless retries, the batch is neither split nor answered item by item")],
        severity=None if kept else Severity.HIGH,
        key=reader.resource.id,
    )
