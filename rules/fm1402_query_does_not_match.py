"""A handler queries a table or index by attributes that are not its key.

## What it checks
`KeyConditionExpression` (boto3: `Key(…)` conditions) of every `Query` against the key schema of the table or of the
index that `IndexName` names.

## Why it fails
A query must give the partition key by equality and may add one condition on the sort key. Anything else is refused
with `ValidationException: Query key condition not supported` or `Query condition missed key schema element`; an index
that the table does not have is refused too. Every such call fails, whatever the data.

## Fix
Query an index whose partition key is the attribute at hand, or add one; test other attributes in `FilterExpression`.

## Limits
An expression or an index name that is put together at run time yields `unknown`.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from collections.abc import Iterator

from analyzer.facts.table_calls import EQUALS, TableCall
from analyzer.facts.tables import KeySchema
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1402",
    slug="query-does-not-match",
    failure_mode=14,
    severity=Severity.CRITICAL,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every query."""
    for call in query.table_calls:
        if call.operation == "Query":
            yield judge(call)


def judge(call: TableCall) -> Judgement:
    """One query against the schema of what it asks."""
    subject, table = call.function.resource, call.table.resource.logical_id
    place = call.function.place(call.call.place)
    conditions, name = call.conditions, call.index
    if name is None or conditions is None:
        needs = f"the {'index' if name is None else 'key condition'} of the query of {call.function.name} on {table}"
        return unknown(subject, needs, at=place, key=table)
    index = call.table.index(name) if name else None
    asked = f"index {name} of {table}" if name else table
    keys = index.keys if index else call.table.keys
    wrong = "which the table does not have" if name and index is None else refused(conditions, keys) if keys else ""
    if not wrong and keys is None:
        return unknown(subject, f"the key schema of {asked}", key=table)
    if not wrong:
        return passed(subject)
    return fail(
        subject,
        f"{call.function.name} queries {asked}, {wrong}: DynamoDB refuses every such call.",
        at=place,
        evidence=[
            Evidence("code", f"key condition on {', '.join(sorted(conditions))}", place),
            Evidence("property", f"keys of {asked}: {keys}", call.table.resource["KeySchema"].place),
        ],
        related=[call.table.resource],
        key=f"{asked} {','.join(sorted(conditions))}",
    )


def refused(conditions: dict[str, str], keys: KeySchema) -> str:
    """Why DynamoDB refuses the conditions; empty where it takes them."""
    other = sorted(set(conditions) - keys.attributes)
    if other:
        return f"whose key is {keys}, by {' and '.join(other)}"
    if conditions.get(keys.partition) != EQUALS:
        return f"without its partition key {keys.partition} by equality"
    return ""
