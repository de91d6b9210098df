"""The trail leaves out calls that change or read the account's configuration.

## What it checks
The management events that all trails of the application record together: `IncludeManagementEvents`, `ReadWriteType`,
`ExcludeManagementEventSources`, the `Management` category of advanced selectors, and `IncludeGlobalServiceEvents`.

## Why it fails
Management events tell who made a role, opened a bucket or stopped the trail. Selectors replace the default: as soon
as advanced selectors are written, management events are recorded only if one of them says so, and a trail made for
data events alone records none. Security Hub asks for read *and* write management events in CloudTrail.1. The failure
document (section 11) asks for complete traceability of all operations.

## Fix
Record all management events, reads and writes, in one of the trails.

```typescript
new cloudtrail.Trail(this, 'Audit', { managementEvents: cloudtrail.ReadWriteType.ALL });
```
```python
cloudtrail.Trail(self, "Audit", management_events=cloudtrail.ReadWriteType.ALL)
```
```yaml
EventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true}]
```

## Limits
Where only reads are missing, or events of KMS or the RDS Data API are left out, the severity is low: these are many,
and leaving them out is a choice. Selectors narrowed by event name are not taken for a record of all management
events.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.event_selectors import Access, Recorded, selectors
from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.truth import switched_off
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, unknown

RULE = Rule(
    id="FM1108",
    slug="no-management-events",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail by what all of them record."""
    for trail in query.audit.trails:
        recorded = query.audit.management_events(trail)
        if recorded.missing or recorded.excluded:
            yield left_out(trail, recorded)
        elif recorded.needs:
            yield unknown(trail, recorded.needs)
        else:
            message = (
                f"Trail {trail.logical_id} leaves out global services, so it does not record changes of roles and users"
            )
            yield first_failure(trail, [ask(trail["IncludeGlobalServiceEvents"], switched_off, message)])


def left_out(trail: Resource, recorded: Recorded) -> Judgement:
    """The finding for management events that no trail records."""
    halves = " and ".join(access for access in Access if access in recorded.missing)
    sources = ", ".join(sorted(recorded.excluded))
    lost = f"management events ({halves}{where(recorded.guards)})" if halves else f"management events of {sources}"
    return fail(
        trail,
        f"Trail {trail.logical_id} records no {lost}, so its files do not show these calls.",
        at=selectors(trail).place if selectors(trail) else None,
        evidence=[Evidence("fact", f"not recorded by any trail of the application: {halves or sources}")],
        severity=None if Access.WRITES in recorded.missing else Severity.LOW,
        confidence=Confidence.CERTAIN if likely(recorded.guards) else Confidence.LIKELY,
    )
