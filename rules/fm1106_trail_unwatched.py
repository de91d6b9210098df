"""A trail is not sent to CloudWatch Logs, where alarms could watch it.

## What it checks
`CloudWatchLogsLogGroupArn` of every trail.

## Why it fails
A trail's files arrive in S3 some minutes late and wake nobody. Sent to a log group as well, the same events can drive
metric filters and alarms (use of the root user, changes of policies, a trail that is stopped), which is what PCI DSS
v4.0.1 10.4.1.1 (automated review) and the alarms of the CIS benchmark build on; Security Hub asks for it in
CloudTrail.5. The failure document (section 11) asks for "proper retention and monitoring".

## Fix
Give the trail a log group and a role that may write to it.

```typescript
new cloudtrail.Trail(this, 'Audit', { sendToCloudWatchLogs: true, cloudWatchLogGroup: auditLogs });
```
```python
cloudtrail.Trail(self, "Audit", send_to_cloud_watch_logs=True, cloud_watch_log_group=audit_logs)
```
```yaml
CloudWatchLogsLogGroupArn: !GetAtt AuditLogs.Arn
CloudWatchLogsRoleArn: !GetAtt AuditLogsRole.Arn
```

## Limits
EventBridge rules and GuardDuty, which watch the same events by other ways, are not taken into account. A log group
that comes from elsewhere counts as one.

## References
- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import unset
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1106",
    slug="trail-unwatched",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail."""
    for trail in query.audit.trails:
        message = f"Trail {trail.logical_id} is not sent to CloudWatch Logs, so no alarm can watch what it records"
        yield first_failure(trail, [ask(trail["CloudWatchLogsLogGroupArn"], unset, message)])
