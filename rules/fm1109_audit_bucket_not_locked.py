"""Audit files can be deleted or overwritten: their bucket is not locked.

## What it checks
Object Lock of every bucket that a trail writes to, and of buckets that are archives by their name (a whole word:
`archive`, `audit`, `worm`): switched on, with a default retention, in which mode, for how long.

## Why it fails
The failure document (section 11) asks for "immutable audit trails". Versioning and policies can be changed by whoever
administers the account; Object Lock in COMPLIANCE mode cannot be lifted by anybody, root included, until the
retention ends. In GOVERNANCE mode whoever has `s3:BypassGovernanceRetention` can delete all the same. A lock without
a default retention holds nothing, since CloudTrail asks for none when it writes. Security Hub asks for the lock in
S3.15 (PCI DSS v4.0.1 10.5.1). SEC rule 17a-4(f) asks for WORM *or* an audit trail, and of broker-dealer records only:
the lock is not "required by the SEC".

## Fix
Switch Object Lock on when the bucket is made, with a default retention in COMPLIANCE mode of a year or more.

```typescript
new s3.Bucket(this, 'Trail', { objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(400)) });
```
```python
s3.Bucket(self, "Trail", object_lock_default_retention=s3.ObjectLockRetention.compliance(Duration.days(400)))
```
```yaml
ObjectLockEnabled: true
ObjectLockConfiguration:
  ObjectLockEnabled: Enabled
  Rule: {DefaultRetention: {Mode: COMPLIANCE, Days: 400}}
```

## Limits
That a bucket is an archive is inferred from its name (confidence likely, severity low). GOVERNANCE mode and a
retention under `audit_retention_days` (365) are low. A vault lock of AWS Backup is not seen.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.audit_settings import audit_days
from analyzer.facts.buckets import Bucket, Purpose, default_retention, lock_off, locked, retention_length
from analyzer.facts.checks import Check, ask, first_failure
from analyzer.facts.truth import shorter_than
from analyzer.model.value import Absent, Known, Value
from analyzer.rule import Confidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1109",
    slug="audit-bucket-not-locked",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


def can_be_bypassed(mode: Value) -> bool | None:
    """Whether the mode is another than COMPLIANCE; None where it is not known."""
    return mode.value != "COMPLIANCE" if isinstance(mode, Known) else None


def missing(value: Value) -> bool:
    """Whether nothing is written."""
    return isinstance(value, Absent)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket that keeps audit files."""
    for bucket in query.audit.buckets:
        if bucket.keeps_audit_files:
            yield first_failure(bucket.resource, questions(bucket, audit_days(query.settings)))


def questions(bucket: Bucket, days: int) -> Iterator[Check]:
    """Gravest first: no lock, nothing locked by default, a lock that can be bypassed, one that ends too soon."""
    resource, name = bucket.resource, bucket.described
    sure = Confidence.CERTAIN if bucket.purpose is Purpose.TRAIL else Confidence.LIKELY
    grave = Severity.MEDIUM if bucket.purpose is Purpose.TRAIL else Severity.LOW
    retention = default_retention(resource)
    yield ask(locked(resource), lock_off, f"{name} has no Object Lock, so its files can be deleted", grave, sure)
    nothing = f"{name} has Object Lock but no default retention, so nothing in it is locked"
    yield ask(retention, missing, nothing, grave, sure)
    refused = f"{name} has Object Lock with a default retention without a mode, which S3 refuses"
    yield ask(retention["Mode"], missing, refused, grave, sure)
    bypassed = f"{name} is locked in GOVERNANCE mode, which s3:BypassGovernanceRetention overrides"
    yield ask(retention["Mode"], can_be_bypassed, bypassed, Severity.LOW, sure)
    length, unit = retention_length(resource)
    yield ask(length, shorter_than(days / unit), f"{name} is locked for less than {days} days", Severity.LOW, sure)
