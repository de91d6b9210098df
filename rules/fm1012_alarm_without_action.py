"""An alarm tells nobody.

## What it checks
Every metric and composite alarm: whether `AlarmActions` name something and `ActionsEnabled` is not off, or a
composite alarm with actions uses it, a rule takes its change of state from EventBridge, or a deployment, health check
or experiment acts on it.

## Why it fails
The failure document (section 10) speaks of "basic CloudWatch alarms". An alarm without an action turns red in a
console that nobody has open. `OKActions` and `InsufficientDataActions` alone do not tell that something is wrong.

## Fix
Give the alarm an action, such as a topic that the team on duty is subscribed to.

```typescript
alarm.addAlarmAction(new actions.SnsAction(topic));
```
```python
alarm.add_alarm_action(actions.SnsAction(topic))
```
```yaml
AlarmActions: [!Ref AlarmTopic]
```

## Limits
Who is subscribed to the topic is not judged: people subscribe outside templates. `ActionsEnabled` by a parameter
without a default yields `unknown`, and so does a list of actions that is such a parameter as a whole.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from collections.abc import Iterator

from analyzer.facts.alarm_actions import COMPOSITE
from analyzer.facts.alarm_metrics import ALARM
from analyzer.facts.guard_gaps import likely, where
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1012",
    slug="alarm-without-action",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every alarm."""
    actions = query.alarms.actions
    for alarm in query.resources(ALARM, COMPOSITE):
        gap = actions.without(alarm)
        if gap is None:
            yield passed(alarm)
        elif actions.undecided(alarm):
            yield unknown(alarm, actions.undecided(alarm))
        else:
            off = alarm["AlarmActions"] and alarm["ActionsEnabled"]
            yield fail(
                alarm,
                f"Alarm {alarm.logical_id} has no action{' that is switched on' if off else ''}{where(gap)}, so nobody "
                "is told when it goes off.",
                at=alarm["ActionsEnabled"].place if off else None,
                evidence=[Evidence("property", "ActionsEnabled is off" if off else "AlarmActions name nothing")],
                confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
            )
