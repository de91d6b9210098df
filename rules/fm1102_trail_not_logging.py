"""A trail is deployed with its recording switched off.

## What it checks
`IsLogging` of every trail, in every branch of a condition and every row of a mapping.

## Why it fails
The failure document (section 11) asks for comprehensive audit logging. A trail with `IsLogging: false` is created,
shows up in every inventory, and writes nothing: no event is delivered until somebody calls `StartLogging`. Events of
that time cannot be had afterwards, apart from the 90 days of management events in the event history.

## Fix
Set `IsLogging` to true; in CDK a `Trail` records as soon as it is made.

```typescript
new cloudtrail.Trail(this, 'Audit');
```
```python
cloudtrail.Trail(self, "Audit")
```
```yaml
IsLogging: true
```

## Limits
A parameter without a default yields `unknown`. Whether somebody stops the trail later is not seen.

## References
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-trail.html
- https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import ask, first_failure
from analyzer.facts.truth import switched_off
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1102",
    slug="trail-not-logging",
    failure_mode=11,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every trail."""
    for trail in query.audit.trails:
        message = f"Trail {trail.logical_id} is deployed with recording switched off, so it writes nothing"
        yield first_failure(trail, [ask(trail["IsLogging"], switched_off, message)])
