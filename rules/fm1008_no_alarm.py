"""The application has no alarm at all.

## What it checks
Whether any stack of the application declares a CloudWatch alarm; one finding, on the most telling resource (a
function, else an API, a state machine, a queue). Where there are alarms, FM1009 to FM1011 say what none of them
watches.

## Why it fails
The failure document (section 10) misses monitoring: without an alarm a failure is found by a user, or by nobody.
Metrics and logs are there by themselves; that somebody is told is not.

## Fix
Add alarms with an action for the errors of each function, the server errors of each API and the dead-letter queues.

```typescript
const errors = handler.metricErrors().createAlarm(this, 'Errors', { threshold: 1, evaluationPeriods: 1 });
errors.addAlarmAction(new SnsAction(topic));
```
```python
errors = handler.metric_errors().create_alarm(self, "Errors", threshold=1, evaluation_periods=1)
errors.add_alarm_action(SnsAction(topic))
```

## Limits
Alarms that live outside the application, and products that watch it from outside, are not seen. Application Insights,
which makes alarms by itself, yields `unknown`.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from collections.abc import Iterator

from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.watchable import watchable
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1008",
    slug="no-alarm",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the application, once."""
    subject = next(watchable(query.application, query.functions), None)
    if subject is None:
        return
    gap = query.alarms.missing
    insights = query.resources("AWS::ApplicationInsights::Application")
    if gap is None:
        yield passed(subject)
    elif insights:
        yield unknown(subject, f"the alarms that {insights[0].logical_id} makes")
    else:
        yield fail(
            subject,
            f"No stack of the application declares an alarm{where(gap)}, so nobody is told when {subject.logical_id} "
            "or anything else fails.",
            evidence=[Evidence("fact", f"alarms in the application: {len(query.alarms.all)}")],
            confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
        )
