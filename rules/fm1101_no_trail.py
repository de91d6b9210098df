"""The application stores data, and no trail of any of its stacks records who touches it.

## What it checks
All stacks of the application at once: whether there is a store (bucket, table, database, file system, search domain)
and no `AWS::CloudTrail::Trail`, or a trail only under a condition that may be false where the store exists. One
finding for the whole application, on the store that tells most. An event data store counts as a trail.

## Why it fails
The failure document (section 11, high) asks for "comprehensive audit logging with CloudTrail" and "complete
traceability of all operations". Without a trail CloudTrail keeps 90 days of management events in its event history,
and nothing of what is read or written in buckets and tables. The document overstates one thing: most companies have a
trail for the whole organization, which records this account too. So this is medium, and an organization trail answers
it.

## Fix
Add a trail to one of the stacks, or attest in `stackproof.yaml` that a trail of the organization records this
application: `audit_trail: {kind: organization, owner: …, reason: …}`; the finding then becomes a pass by attestation.

```typescript
new cloudtrail.Trail(this, 'Audit', { bucket: auditBucket, encryptionKey: auditKey, sendToCloudWatchLogs: true });
```
```python
cloudtrail.Trail(self, "Audit", bucket=audit_bucket, encryption_key=audit_key, send_to_cloud_watch_logs=True)
```
```yaml
Audit:
  Type: AWS::CloudTrail::Trail
  Properties: {IsLogging: true, IsMultiRegionTrail: true, EnableLogFileValidation: true, S3BucketName: !Ref AuditBucket}
```

## Limits
A trail that is made elsewhere is not seen: that is what the attestation is for. An application without stores is not
judged. A conditional trail is a possible failure only: where the condition is false, another trail may be there
already.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-user-guide.html
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.audit_settings import attested
from analyzer.facts.guard_gaps import Guards, likely, where
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, Verdict, fail, passed

RULE = Rule(
    id="FM1101",
    slug="no-trail",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)

ATTESTED = "By attestation: the configuration says that a trail of the organization records this application."


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the application by its most telling store."""
    stores = query.audit.stores
    if not stores:
        return
    unwatched = [(store, gap) for store in stores if (gap := query.audit.unwatched(store)) is not None]
    if not unwatched:
        yield passed(stores[0])
    elif attested(query.settings):
        yield Judgement(Verdict.PASS, stores[0], message=ATTESTED)
    else:
        yield untraced(query, *unwatched[0], others=len(unwatched) - 1)


def untraced(query: Query, store: Resource, gap: Guards, others: int) -> Judgement:
    """The finding, on ``store``, for it and the ``others``."""
    holders = f"{store.logical_id} holds data" if not others else f"{store.logical_id} and {others} more hold data"
    conditional = Confidence.LIKELY if likely(gap) else Confidence.POSSIBLE
    return fail(
        store,
        f"{holders}, and no stack of the application has a trail{where(gap)}, so nothing here records who used them; "
        "a trail of the organization would answer this.",
        evidence=[
            Evidence("fact", f"trails only under a condition: {each.logical_id}", each.place)
            for each in query.audit.recorders
        ]
        or [Evidence("fact", "no AWS::CloudTrail::Trail in any stack")],
        confidence=conditional,
    )
