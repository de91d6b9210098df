"""Nobody can tell who used a bucket: it has no access log and no data events.

## What it checks
`LoggingConfiguration` of every bucket that does not itself take access logs. For a bucket with data, data events for
all its reads and writes answer it.

## Why it fails
Server access logs or CloudTrail data events are the only records of who read which object. Of a trail's bucket they
tell who read or deleted the record itself (PCI DSS v4.0.1 10.2.1.3; Security Hub CloudTrail.7, CIS v5 3.4): low. Of a
bucket with data they are one of two ways, and data events (FM1107) are the better one: info. The failure document
(section 11) asks for complete traceability.

## Fix
Send access logs to a bucket of their own, or record data events of the bucket.

```typescript
new s3.Bucket(this, 'Documents', { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'documents/' });
```
```python
s3.Bucket(self, "Documents", server_access_logs_bucket=access_logs, server_access_logs_prefix="documents/")
```
```yaml
LoggingConfiguration: {DestinationBucketName: !Ref AccessLogs, LogFilePrefix: documents/}
```

## Limits
Trails outside the application are not seen. A destination that is not known counts as one.

## References
- https://docs.aws.amazon.com/AmazonS3/latest/userguide/logging-with-S3.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.buckets import Purpose
from analyzer.facts.checks import ask, first_failure
from analyzer.model.value import Absent
from analyzer.rule import Judgement, Query, Rule, Severity, passed

RULE = Rule(
    id="FM1114",
    slug="bucket-without-access-log",
    failure_mode=11,
    severity=Severity.INFO,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every bucket but those for access logs."""
    for bucket in query.audit.buckets:
        if bucket.purpose is Purpose.ACCESS_LOGS:
            continue
        if query.audit.keeps_items(bucket):
            yield passed(bucket.resource)
            continue
        message = f"{bucket.described} has no access log, so nobody can tell who used its objects"
        severity = Severity.LOW if bucket.purpose is Purpose.TRAIL else None
        logging = bucket.resource["LoggingConfiguration"]
        yield first_failure(bucket.resource, [ask(logging, lambda value: isinstance(value, Absent), message, severity)])
