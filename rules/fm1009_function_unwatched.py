"""No alarm watches a function.

## What it checks
Every function of an application that has alarms: whether one watches it, by the dimensions of a metric, a Metrics
Insights query, `Errors` of all functions, a metric filter on its log, or metrics that its code publishes.

## Why it fails
The failure document (section 10) speaks of "basic CloudWatch alarms without comprehensive metrics": some parts are
watched, and the failure comes from another. Low where an alarm on the queue that takes the function's failures tells
in its stead, or where an alarm watches the function but not its errors.

## Fix
Put an alarm with an action on `Errors` of the function.

```typescript
handler.metricErrors().createAlarm(this, 'Errors', { threshold: 1, evaluationPeriods: 1 });
```
```python
handler.metric_errors().create_alarm(self, "Errors", threshold=1, evaluation_periods=1)
```

## Limits
An application without any alarm is left to FM1008. Alarms outside the application, and metrics written to the log in
the embedded metric format, are not seen. An alarm whose dimensions are not known yields `unknown`.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
- https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from collections.abc import Iterator

from analyzer.facts.alarms import Watch
from analyzer.facts.dead_letters import takes_failures
from analyzer.facts.functions import Function
from analyzer.facts.guard_gaps import Guards, likely, where
from analyzer.facts.triggers import Mode
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1009",
    slug="function-unwatched",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote, where there are alarms."""
    if query.alarms:
        for function in query.functions.own():
            yield judge(query, function)


def judge(query: Query, function: Function) -> Judgement:
    """One function. Where the application has no alarm at all, that is another failure."""
    watches = query.alarms.on(function.resource)
    gap = query.alarms.unwatched(function.resource, watches)
    if gap is None:
        return errors_watched(function, watches)
    if query.alarms.missing and set(query.alarms.missing) <= set(gap):
        return passed(function.resource)
    doubt = query.alarms.undecided(function.resource)
    return unknown(function.resource, doubt) if doubt else unwatched(query, function, gap)


def errors_watched(function: Function, watches: list[Watch]) -> Judgement:
    """Whether one of the alarms would tell of an error."""
    if any(watch.metric.name in ("Errors", None) or watch.metric.namespace != "AWS/Lambda" for watch in watches):
        return passed(function.resource)
    metrics = " and ".join(sorted({str(watch.metric.name) for watch in watches}))
    return fail(
        function.resource,
        f"Alarms look at {metrics} of {function.name}, and none at its errors.",
        evidence=[Evidence("fact", f"{watch.alarm.logical_id} watches it", watch.alarm.place) for watch in watches],
        related=[watch.alarm for watch in watches],
        severity=Severity.LOW,
    )


def unwatched(query: Query, function: Function, gap: Guards) -> Judgement:
    """The finding; milder where the queue that takes the failures is watched."""
    wires = query.triggers.out_of(function.resource)
    for polled in query.triggers.into(function.resource):
        if polled.mode is Mode.POLLED and polled.source is not None:
            wires = [*wires, *query.triggers.out_of(polled.source)]
    takers = dict.fromkeys(wire.target for wire in wires if takes_failures(wire))
    told = sorted((queue for queue in takers if query.alarms.on(queue)), key=lambda queue: queue.logical_id)
    names = " and ".join(queue.logical_id for queue in told)
    instead = f"; its failures show only in the alarm{'s' if len(told) > 1 else ''} on {names}" if told else ""
    return fail(
        function.resource,
        f"No alarm watches {function.name}{where(gap)}{instead}.",
        evidence=[Evidence("fact", "no alarm is on a metric of the function or of its log")],
        related=told,
        severity=Severity.LOW if told else None,
        confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
    )
