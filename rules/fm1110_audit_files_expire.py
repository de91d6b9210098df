"""Audit files are deleted by age before a year is over.

## What it checks
The lifecycle rules of buckets that a trail writes to or that are archives by their name: `ExpirationInDays` of every
enabled rule that speaks of the audit files, in every branch of a condition, against `audit_retention_days` of the
configuration (365 unless it is set).

## Why it fails
The failure document (section 11) misses "data retention policies". PCI DSS v4.0.1 10.5.1 asks that audit logs be kept
for twelve months; an incident is often found after more than ninety days, and then the files that would explain it
are gone. In a versioned bucket expiry only hides the file behind a delete marker, but the usual rule beside it
removes noncurrent versions too.

## Fix
Let audit files expire after a year at the earliest, and move older ones to a cheaper storage class instead.

```typescript
bucket.addLifecycleRule({ expiration: Duration.days(400) });
```
```python
bucket.add_lifecycle_rule(expiration=Duration.days(400))
```
```yaml
LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 400}]}
```

## Limits
Rules for tagged objects and for prefixes where the trail does not write are left out; of an archive only rules for
all objects count (severity low, likely). `ExpirationDate` is not judged. A lock (FM1109) that holds long enough
answers it.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.audit_settings import audit_days
from analyzer.facts.buckets import Purpose, expiries, locked_for
from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import shorter_than
from analyzer.rule import Confidence, Judgement, Query, Rule, Severity, passed

RULE = Rule(
    id="FM1110",
    slug="audit-files-expire",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket that keeps audit files."""
    days = audit_days(query.settings)
    for bucket in query.audit.buckets:
        if not bucket.keeps_audit_files:
            continue
        if locked_for(bucket.resource, days):
            yield passed(bucket.resource)
            continue
        of_trail = bucket.purpose is Purpose.TRAIL
        message = f"{bucket.described} deletes its files before {days} days are over"
        severity, confidence = (None, Confidence.CERTAIN) if of_trail else (Severity.LOW, Confidence.LIKELY)
        checks = [ask(each.days, shorter_than(days), message, severity, confidence) for each in expiries(bucket)]
        yield first_failure(bucket.resource, checks)
