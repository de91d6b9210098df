"""A table of short-lived items has no time to live.

## What it checks
`TimeToLiveSpecification` of tables whose name or logical id speaks of what ends by itself: sessions, tokens, one-time
passwords, nonces, caches, locks, idempotency records, connections.

## Why it fails
Nobody deletes a session that has run out. Without time to live the table grows for ever, scans and backups with it,
and what should be gone, credentials among it, can be read for years.

## Fix
CDK: `timeToLiveAttribute: 'expiresAt'` (`time_to_live_attribute`). CloudFormation: `TimeToLiveSpecification` with
`AttributeName` and `Enabled: true`; write the attribute in seconds since 1970.

## Limits
Judged by names alone, so the confidence is `possible`. DynamoDB deletes within days, not at the second: compare the
attribute too.

## References
- https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from collections.abc import Iterator

from analyzer.facts.key_design import short_lived
from analyzer.facts.settle import settle
from analyzer.facts.truth import off
from analyzer.rule import Confidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1407",
    slug="no-time-to-live",
    failure_mode=14,
    severity=Severity.LOW,
    documented=Severity.LOW,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every table whose name says that its items end."""
    for table in query.tables.values():
        resource = table.resource
        word = short_lived(resource.logical_id, resource["TableName"].text)
        if word:
            yield settle(table.time_to_live["Enabled"], off).judgement(
                resource,
                f"{resource.logical_id} holds what ends by itself ({word}), but has no time to live",
                at=table.time_to_live.place,
                confidence=Confidence.POSSIBLE,
            )
