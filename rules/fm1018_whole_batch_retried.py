"""One failed message sends the whole batch back.

## What it checks
Event source mappings of SQS queues with a batch of more than one message (ten where `BatchSize` is not written) and
without `ReportBatchItemFailures`.

## Why it fails
When the handler fails, all messages of the batch become visible again, those that were done as well: they are worked
on twice, and after a few rounds sound messages end in the dead-letter queue beside the bad one.

## Fix
Let the handler name the failed messages and set `ReportBatchItemFailures` (`reportBatchItemFailures`,
`report_batch_item_failures`), or take one message at a time.

## Limits
A handler that already names failed messages is left to FM1017. A batch size that a parameter without a default gives
yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Iterator

from analyzer.facts.batch_answers import names_failures
from analyzer.facts.combinations import both, settle_together
from analyzer.facts.event_sources import DEFAULT_QUEUE_BATCH, Source, mappings, reports
from analyzer.facts.numbers import above, number
from analyzer.model.value import Value
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1018",
    slug="whole-batch-retried",
    failure_mode=10,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every mapping of a queue."""
    for mapping in mappings(query.application, query.functions):
        if mapping.kind is not Source.QUEUE:
            continue
        if mapping.function is not None and names_failures(mapping.function.program):
            continue
        size = mapping.resource["BatchSize"]
        count = number(size.value, DEFAULT_QUEUE_BATCH)
        several = "several" if count is None else f"up to {count:g}"
        yield settle_together(returns_all, mapping.reports, size).judgement(
            mapping.resource,
            f"{mapping.resource.logical_id} takes {several} messages of {mapping.name} at a time, and one that fails "
            "brings all of them back",
            evidence=[
                Evidence("property", "FunctionResponseTypes lack ReportBatchItemFailures", mapping.resource.place)
            ],
            key=mapping.resource.id,
        )


def returns_all(answers: Value, size: Value) -> bool | None:
    """Whether the messages of a batch come back together."""
    asked = reports(answers)
    return both(None if asked is None else not asked, above(1, DEFAULT_QUEUE_BATCH)(size))
