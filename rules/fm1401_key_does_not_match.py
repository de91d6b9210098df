"""A handler reads or writes items with a key that is not the table's.

## What it checks
The attributes of `Key` in `GetItem`, `UpdateItem` and `DeleteItem`, and those of `Item` in `PutItem`, in transactions
too, against the key schema of the table that the code names, mostly through an environment variable.

## Why it fails
Section 14 of the failure document asks for key design that fits its queries. DynamoDB takes exactly the whole primary
key: `GetItem` without the sort key, or with another attribute, is refused with `ValidationException: The provided key
element does not match the schema`. Every such call fails, whatever the data.

## Fix
Give the partition key and, where the table has one, the sort key; to read all items of a partition use `Query`.

## Limits
A key that is put together from values of the run in a way that cannot be followed yields `unknown`, and so does a
table that is not in the application. Types are not compared.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
- https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
"""

from collections.abc import Iterator

from analyzer.facts.table_calls import BY_KEY, TableCall
from analyzer.facts.tables import KeySchema
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1401",
    slug="key-does-not-match",
    failure_mode=14,
    severity=Severity.CRITICAL,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every call by key and every put."""
    for call in query.table_calls:
        if call.operation in BY_KEY or call.operation == "PutItem":
            yield judge(call)
    for other in query.table_calls_elsewhere:
        if other.operation in BY_KEY or other.operation == "PutItem":
            place = other.function.place(other.call.place)
            needs = f"the key schema of a table that is not in the application ({other.table})"
            yield unknown(other.function.resource, needs, at=place, key=other.table)


def judge(call: TableCall) -> Judgement:
    """One call against the key schema of its table."""
    subject, table = call.function.resource, call.table.resource.logical_id
    keys = call.table.keys
    if keys is None:
        return unknown(subject, f"the key schema of {table}", key=table)
    given = call.item if call.operation == "PutItem" else call.key
    place = call.function.place(call.call.place)
    if given is None:
        return unknown(subject, f"the key that {call.function.name} gives {table}", at=place, key=table)
    wrong = mismatch(call.operation, given, keys)
    if not wrong:
        return passed(subject)
    return fail(
        subject,
        f"{call.function.name} calls {call.operation} on {table} {wrong}, but the table's key is {keys}: "
        "DynamoDB refuses every such call.",
        at=place,
        evidence=[
            Evidence("code", f"{call.operation} with {', '.join(sorted(given)) or 'nothing'}", place),
            Evidence("property", f"KeySchema of {table}: {keys}", call.table.resource["KeySchema"].place),
        ],
        related=[call.table.resource],
        key=f"{table} {call.operation} {','.join(sorted(given))}",
    )


def mismatch(operation: str, given: frozenset[str], keys: KeySchema) -> str:
    """What is wrong with the attributes that a call gives; empty where nothing is."""
    missing = sorted(keys.attributes - given)
    if missing:
        return f"without {' and '.join(missing)}"
    extra = sorted(given - keys.attributes)
    return f"with {' and '.join(extra)} in the key" if extra and operation != "PutItem" else ""
