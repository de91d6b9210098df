"""A handler never names the failed items that its event source asks for.

## What it checks
Handlers behind event source mappings with `ReportBatchItemFailures`: whether any answer can hold an item in
`batchItemFailures`, also by Powertools' batch processing and middy.

## Why it fails
With the setting, an answer without `batchItemFailures`, or with an empty list, means that the whole batch succeeded.
A handler that never names an item gets nothing from it: an error sends the whole batch back as before. High where the
handler also swallows errors: then failed messages are deleted as done.

## Fix
Collect the failed items and answer with them.

```typescript
return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
```
```python
return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}
```

## Limits
An answer that is put together in a way that is not followed, and code that cannot be read to its end, yield
`unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
- https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Iterator

from analyzer.facts.batch_answers import names_failures
from analyzer.facts.event_sources import Mapping, mappings, reports
from analyzer.facts.functions import Function
from analyzer.facts.settle import settle
from analyzer.facts.swallowed import swallowed
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1016",
    slug="batch-report-never-made",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every mapping that asks for failed items."""
    own = set(query.functions.own())
    for mapping in mappings(query.application, query.functions):
        if settle(mapping.reports, reports).verdict is Verdict.PASS:
            continue
        if mapping.function is None:
            yield unknown(mapping.resource, f"the function of {mapping.resource.logical_id}", key=mapping.resource.id)
        elif mapping.function in own:
            yield judge(mapping, mapping.function)


def judge(mapping: Mapping, function: Function) -> Judgement:
    """One mapping and its function."""
    named = names_failures(function.program)
    if named:
        return passed(function.resource)
    if named is None:
        needs = function.needs or f"what {function.name} answers"
        return unknown(function.resource, needs, key=mapping.resource.id)
    blocks = swallowed(function.program)
    effect = "an error that it swallows counts as success" if blocks else "one error sends the whole batch back"
    place = mapping.reports.place
    return settle(mapping.reports, reports).judgement(
        function.resource,
        f"{function.name} never names a failed item of {mapping.name}, although its mapping asks for them: {effect}",
        evidence=[
            Evidence("property", "FunctionResponseTypes hold ReportBatchItemFailures", place),
            *(Evidence("code", "the error ends here", function.place(caught.place)) for caught in blocks),
        ],
        related=[mapping.resource],
        severity=Severity.HIGH if blocks else None,
        key=mapping.resource.id,
    )
