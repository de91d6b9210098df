"""Several indexes of a table copy every attribute.

## What it checks
`ProjectionType` of the secondary indexes of each table: two or more with `ALL`.

## Why it fails
Each index with `ALL` stores the whole item again, and each write of the table is paid once more in full. With
several, storage and write cost are a multiple of the table's own, mostly for attributes that no query of the index
reads.

## Fix
`KEYS_ONLY`, or `INCLUDE` with the attributes that the queries read (100 in all over the table's indexes).

## Limits
One index with `ALL` may well be right and is not reported. A projection that is not known yields `unknown` where it
decides.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html
"""

from collections.abc import Iterator

from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1406",
    slug="indexes-copy-everything",
    failure_mode=14,
    severity=Severity.INFO,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table that has indexes."""
    for table in query.tables.values():
        subject = table.resource
        whole = sorted((index for index in table.indexes if index.projection == "ALL"), key=lambda index: index.name)
        unsure = sorted(index.name for index in table.indexes if index.projection is None)
        if len(whole) > 1:
            yield fail(
                subject,
                f"{len(whole)} indexes of {subject.logical_id} copy every attribute: "
                f"{', '.join(index.name for index in whole)}.",
                at=whole[0].node.place,
                evidence=[Evidence("property", f"{i.name}: ProjectionType ALL", i.node.place) for i in whole],
            )
        elif unsure and len(whole) + len(unsure) > 1:
            yield unknown(subject, f"the projection of index {unsure[0]}")
        elif table.indexes:
            yield passed(subject)
