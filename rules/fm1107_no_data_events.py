"""The trail does not record who reads or writes the items of the application's own stores.

## What it checks
Every bucket and table of the application against the event selectors of all its trails, basic and advanced, across
stacks: all of a service (`arn:aws:s3`), single ARNs, prefixes, exclusions, reads and writes apart. Buckets that take
the trail's files or access logs need no data events. One finding, on the first trail, names the stores.

## Why it fails
Without selectors a trail records management events only: that somebody changed a bucket's policy, not that somebody
read its objects. `GetObject`, `PutItem`, `Query` and their like are *data events* and leave no trace unless a
selector names the store (they cost money, so they are off by default). The failure document (section 11) asks for
"complete traceability of all operations" and takes CloudTrail for the whole answer; data events are the other half.

## Fix
Add data event selectors for the stores, or for all of S3 and DynamoDB.

```typescript
trail.addS3EventSelector([{ bucket: documents }]);
trail.addEventSelector(cloudtrail.DataResourceType.DYNAMODB_TABLE, [table.tableArn]);
```
```python
trail.add_s3_event_selector([cloudtrail.S3EventSelector(bucket=documents)])
```
```yaml
EventSelectors:
  - DataResources:
      - {Type: AWS::S3::Object, Values: [!Sub '${Documents.Arn}/']}
      - {Type: AWS::DynamoDB::Table, Values: [!GetAtt Table.Arn]}
```

## Limits
A selector for part of a bucket, or narrowed by event name, does not record the store. ARNs that are not known yield
`unknown`. Without any trail FM1101 speaks. Where only reads are missing the severity is low.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.event_selectors import Access, Recorded, selectors
from analyzer.facts.guard_gaps import likely, where
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1107",
    slug="no-data-events",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the first trail for all stores together."""
    if not query.audit.recorders:
        return
    trail = query.audit.recorders[0]
    recorded = {store: query.audit.data_events(store) for store in query.audit.recordable}
    missing = {store: found for store, found in recorded.items() if found.missing}
    undecided = [found.needs for found in recorded.values() if found.needs]
    if missing:
        yield unrecorded(trail, missing)
    elif undecided:
        yield unknown(trail, undecided[0])
    else:
        yield passed(trail)


def unrecorded(trail: Resource, missing: dict[Resource, Recorded]) -> Judgement:
    """The finding for the stores of which something is not recorded."""
    names = ", ".join(store.logical_id for store in missing)
    halves = frozenset[Access]().union(*(found.missing for found in missing.values()))
    lost = " and ".join(access for access in Access if access in halves)
    guards = next(iter(missing.values())).guards
    return fail(
        trail,
        f"{trail.logical_id} records no data events for {lost} in {names}{where(guards)}, so they leave no trace.",
        at=selectors(trail).place if selectors(trail) else None,
        evidence=[
            Evidence("fact", f"{store.logical_id}: {' and '.join(sorted(found.missing))} not recorded", store.place)
            for store, found in missing.items()
        ],
        related=missing,
        severity=Severity.LOW if halves == {Access.READS} else None,
        confidence=Confidence.CERTAIN if likely(guards) else Confidence.LIKELY,
    )
