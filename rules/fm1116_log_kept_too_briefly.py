"""A log group deletes its entries before anybody may need them.

## What it checks
`RetentionInDays` of every declared log group against what the configuration asks (`log_retention_days`); unless it
asks, against a year for the group of a trail or of an API's access log, and 90 days for the rest. A group without
retention keeps for ever, which is not too brief (FM1115).

## Why it fails
The failure document (section 11) misses data retention policies. PCI DSS v4.0.1 10.5.1 asks for twelve months of
audit logs, three of them at hand; Security Hub's CloudWatch.16 asks for a year. With seven days a failure of last
week can no longer be explained, and an intrusion, found after months, not at all.

## Fix
Keep the entries for as long as your framework asks.

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
Low by default; medium where the configuration asks for more than is kept. Subscriptions that copy the entries
elsewhere are not followed. A parameter without a default yields `unknown`, unless all allowed values give one answer.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.audit_settings import log_days
from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import shorter_than
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1116",
    slug="log-kept-too-briefly",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every declared log group."""
    asked = log_days(query.settings)
    for group in query.audit.log_groups:
        content = query.audit.log_groups.content(group)
        days = asked or content.days
        message = f"{group.logical_id} keeps {content} for less than {days} days"
        severity = Severity.MEDIUM if asked else None
        yield first_failure(group, [ask(group["RetentionInDays"], shorter_than(days), message, severity)])
