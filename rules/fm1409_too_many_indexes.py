"""A table has more secondary indexes than DynamoDB allows.

## What it checks
The number of local (5) and global (20, by default) secondary indexes of every table.

## Why it fails
DynamoDB refuses the table, so the deployment fails. The limit of local indexes is fixed; that of global ones is a
quota that can be raised, which the template cannot tell.

## Fix
Drop indexes that no query uses, overload one index for several kinds of items, or ask for more global ones.

## Limits
Indexes from a list that is not known are not counted.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from collections.abc import Iterator

from analyzer.rule import Confidence, Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM1409",
    slug="too-many-indexes",
    failure_mode=14,
    severity=Severity.CRITICAL,
    documented=Severity.LOW,
)
LOCAL, GLOBAL = 5, 20


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table."""
    for table in query.tables.values():
        subject = table.resource
        locals_ = sum(not index.is_global for index in table.indexes)
        globals_ = len(table.indexes) - locals_
        if locals_ > LOCAL:
            message = f"{subject.logical_id} has {locals_} local secondary indexes; DynamoDB takes {LOCAL}."
            yield fail(subject, message, at=subject["LocalSecondaryIndexes"].place)
        elif globals_ > GLOBAL:
            message = f"{subject.logical_id} has {globals_} global secondary indexes; the default quota is {GLOBAL}."
            at = subject["GlobalSecondaryIndexes"].place
            yield fail(subject, message, at=at, confidence=Confidence.LIKELY)
        else:
            yield passed(subject)
