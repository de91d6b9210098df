"""A table or index is partitioned by an attribute with few values or by a date.

## What it checks
The names of partition keys of tables and global secondary indexes, as whole names in any case style: `status`,
`type`, `isActive`, `country`, `date`, `uploadDate` … A composite that only contains such a word (`statusAndId`) is
fine.

## Why it fails
All items with one value of the partition key share a partition's throughput, 1,000 writes a second at most. With a
handful of statuses, or with today's date, nearly every write goes to the same one, and the table throttles while most
of it is idle. AWS names both as bad keys. On an index the writes to the table are held back with it.

## Fix
Partition by something with many values that requests know (customer, document), or add a shard to the key
(`status#07`). An index over few values is fine while it is sparse: only items that carry the attribute are in it.

## Limits
Judged by names alone, so the confidence is `possible`, and on an index the finding is for information. A key that is
not known yields `unknown`.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-uniform-load.html
"""

from collections.abc import Iterator

from analyzer.facts.key_design import spread
from analyzer.facts.tables import Table
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1404",
    slug="partition-key-spread",
    failure_mode=14,
    severity=Severity.LOW,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table and each of its global indexes."""
    for table in query.tables.values():
        judged = list(judge(table))
        yield from judged or [passed(table.resource)]


def judge(table: Table) -> Iterator[Judgement]:
    """The partition keys of one table whose values are badly spread."""
    name = table.resource.logical_id
    if table.keys is None:
        yield unknown(table.resource, f"the key schema of {name}")
    places = [(name, table.keys, table.resource["KeySchema"])]
    places += [(f"index {i.name} of {name}", i.keys, i.node["KeySchema"]) for i in table.indexes if i.is_global]
    for what, keys, node in places:
        how = spread(keys.partition) if keys else None
        if keys and how:
            yield fail(
                table.resource,
                f"{what} is partitioned by {keys.partition} ({how}), so nearly all load meets in one place.",
                at=node.place,
                evidence=[Evidence("property", f"partition key {keys.partition}", node.place)],
                severity=Severity.LOW if what == name else Severity.INFO,
                confidence=Confidence.POSSIBLE,
                key=f"{what} {keys.partition}",
            )
