"""A secondary index has the key of its table.

## What it checks
The key schema of every secondary index against the table's own.

## Why it fails
An index with the table's partition and sort key answers no query that the table does not answer, and every write is
paid twice and stored twice.

## Fix
Remove the index and query the table; or give the index the key that a query really needs.

## Limits
An index that differs in its projection only may be meant to make reads cheaper: still the same key, so it is
reported. A schema that is not known yields `unknown`.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html
"""

from collections.abc import Iterator

from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1405",
    slug="index-repeats-key",
    failure_mode=14,
    severity=Severity.LOW,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table that has indexes."""
    for table in query.tables.values():
        subject = table.resource
        for index in table.indexes:
            if index.keys is None or table.keys is None:
                yield unknown(subject, f"the keys of {subject.logical_id} and its index {index.name}", key=index.name)
            elif index.keys == table.keys:
                yield fail(
                    subject,
                    f"Index {index.name} of {subject.logical_id} has the table's own key, {table.keys}.",
                    at=index.node.place,
                    evidence=[Evidence("property", f"KeySchema: {table.keys}", subject["KeySchema"].place)],
                    key=index.name,
                )
            else:
                yield passed(subject)
