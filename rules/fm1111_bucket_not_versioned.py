"""A bucket keeps no versions, so what is overwritten or deleted is gone.

## What it checks
`VersioningConfiguration` of every bucket with data, audit files or an archive. Buckets that only take access logs are
left out; Object Lock brings versioning with it.

## Why it fails
S3 replaces an object on the next `PutObject` and deletes it on `DeleteObject`; there is no other undo. With
versioning the former version stays, which is what recovery from a wrong deployment, a bad key in the code or
ransomware comes down to. The failure document (section 11) asks for data protection; NIST 800-53 AU-9(2) and Security
Hub S3.14 name versioning.

## Fix
Switch versioning on, with a lifecycle rule that removes old versions after a while.

```typescript
new s3.Bucket(this, 'Documents', { versioned: true });
```
```python
s3.Bucket(self, "Documents", versioned=True)
```
```yaml
VersioningConfiguration: {Status: Enabled}
```

## Limits
Replication and AWS Backup for S3 are not taken into account. A parameter without a default yields `unknown`.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.buckets import Purpose, lock_off, locked
from analyzer.facts.checks import ask, first_failure
from analyzer.facts.settle import settle
from analyzer.model.value import Absent, Known, Value
from analyzer.rule import Judgement, Query, Rule, Severity, Verdict, passed

RULE = Rule(
    id="FM1111",
    slug="bucket-not-versioned",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


def not_enabled(status: Value) -> bool | None:
    """Whether the status is not ``Enabled``; None where it is not known."""
    return status.value != "Enabled" if isinstance(status, Known) else (True if isinstance(status, Absent) else None)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket but those for access logs."""
    for bucket in query.audit.buckets:
        if bucket.purpose is Purpose.ACCESS_LOGS:
            continue
        if settle(locked(bucket.resource), lock_off).verdict is Verdict.PASS:
            yield passed(bucket.resource)
            continue
        message = f"{bucket.described} keeps no versions, so what is overwritten or deleted cannot be brought back"
        status = bucket.resource["VersioningConfiguration"]["Status"]
        yield first_failure(bucket.resource, [ask(status, not_enabled, message)])
