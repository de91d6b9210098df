"""A log group has no retention, so its entries are kept for ever.

## What it checks
`RetentionInDays` of every declared log group. The group that a trail writes to may keep for ever.

## Why it fails
The failure document (section 11) misses data retention policies. A log group without `RetentionInDays` never deletes
anything. That is no loss of evidence; it is a bill that grows every month, and personal data that are kept longer
than anybody can justify (GDPR Article 5(1)(e)). Security Hub's CloudWatch.16 asks for a retention of a year by
default.

## Fix
Write how long the entries are needed.

```typescript
new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.THIRTEEN_MONTHS });
```
```python
logs.LogGroup(self, "Logs", retention=logs.RetentionDays.THIRTEEN_MONTHS)
```
```yaml
RetentionInDays: 400
```

## Limits
Groups that no template declares are FM1117. Retention that a job sets afterwards is not seen.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.log_groups import Content
from analyzer.facts.truth import unset
from analyzer.rule import Judgement, Query, Rule, Severity, passed

RULE = Rule(
    id="FM1115",
    slug="log-kept-for-ever",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every declared log group."""
    groups = query.audit.log_groups
    for group in groups:
        if groups.content(group) is Content.TRAIL:
            yield passed(group)
            continue
        message = f"{group.logical_id} has no retention, so what is logged is kept, and paid for, for ever"
        yield first_failure(group, [ask(group["RetentionInDays"], unset, message)])
