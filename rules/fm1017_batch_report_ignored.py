"""A handler names failed items and its event source does not ask for them.

## What it checks
Event source mappings without `ReportBatchItemFailures` whose function answers with `batchItemFailures`.

## Why it fails
Without the setting Lambda does not look at the answer. The handler catches the error of a message, names the message,
and returns; to Lambda that is success, and the message is deleted from the queue, or the stream moves on. Nothing is
tried again and no dead-letter queue sees it.

## Fix
Set `ReportBatchItemFailures` on the mapping.

```typescript
new SqsEventSource(queue, { reportBatchItemFailures: true });
```
```python
SqsEventSource(queue, report_batch_item_failures=True)
```
```yaml
FunctionResponseTypes: [ReportBatchItemFailures]
```

## Limits
A function whose code cannot be read to its end yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Iterator

from analyzer.facts.batch_answers import names_failures
from analyzer.facts.event_sources import Mapping, Source, mappings, reports
from analyzer.facts.functions import Function
from analyzer.facts.settle import settle
from analyzer.model.value import Value
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1017",
    slug="batch-report-ignored",
    failure_mode=10,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every mapping of a queue or stream whose function the user wrote."""
    own = set(query.functions.own())
    for mapping in mappings(query.application, query.functions):
        if mapping.kind in (Source.QUEUE, Source.STREAM) and mapping.function in own:
            yield judge(mapping, mapping.function)


def silent(value: Value) -> bool | None:
    """Whether the mapping does not ask for failed items."""
    return None if (found := reports(value)) is None else not found


def judge(mapping: Mapping, function: Function | None) -> Judgement:
    """One mapping."""
    asked = settle(mapping.reports, silent)
    named = names_failures(function.program) if function is not None else None
    if asked.verdict is Verdict.PASS or named is False or function is None:
        return passed(mapping.resource)
    if named is None:
        needs = function.needs or f"what {function.name} answers"
        return unknown(mapping.resource, needs, key=mapping.resource.id)
    answer = next((returned.place for returned in function.program.returns), None)
    return asked.judgement(
        mapping.resource,
        f"{function.name} names the items of {mapping.name} that failed, but its mapping does not ask for them, so "
        "Lambda takes them for done",
        evidence=[Evidence("code", "answers with batchItemFailures", function.place(answer))] if answer else [],
        related=[function.resource],
        key=mapping.resource.id,
    )
