"""No alarm watches a state machine.

## What it checks
Every state machine of an application that has alarms: whether one watches it.

## Why it fails
The failure document (section 10) says that "failed processes go unnoticed". An execution that fails, times out or is
aborted keeps its history, but tells nobody.

## Fix
Put an alarm with an action on `ExecutionsFailed` of the state machine, and on `ExecutionsTimedOut` where it has a
time-out.

```typescript
machine.metricFailed().createAlarm(this, 'Failed', { threshold: 1, evaluationPeriods: 1 });
```
```python
machine.metric_failed().create_alarm(self, "Failed", threshold=1, evaluation_periods=1)
```

## Limits
An application without any alarm is left to FM1008. An EventBridge rule on the status of executions is not counted as
an alarm. An alarm whose dimensions are not known yields `unknown`.

## References
- https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from collections.abc import Iterator

from analyzer.facts.alarms import STATE_MACHINE
from analyzer.rule import Judgement, Query, Rule, Severity

from ._unwatched import judge_each

RULE = Rule(
    id="FM1011",
    slug="state-machine-unwatched",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every state machine, where there are alarms."""
    return judge_each(query, "state machine", STATE_MACHINE)
