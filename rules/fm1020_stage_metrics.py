"""A stage of an API has no metrics by method or route.

## What it checks
`MetricsEnabled` in the `MethodSettings` of REST stages; `DetailedMetricsEnabled` in the route settings of HTTP and
WebSocket stages.

## Why it fails
The failure document (section 10) misses "comprehensive metrics". API Gateway always counts requests, errors and
latency for the whole API and stage; which method fails is counted only with detailed metrics, which cost like any
other metric. So this is information, not a fault by itself.

## Fix
Switch detailed metrics on where one method's failures could hide among the others'.

```typescript
deployOptions: { metricsEnabled: true }
```
```python
apigateway.StageOptions(metrics_enabled=True)
```
```yaml
MethodSettings: [{HttpMethod: '*', ResourcePath: '/*', MetricsEnabled: true}]
```

## Limits
Metrics for some of the methods are enough to pass. A switch that a parameter without a default gives yields
`unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
"""

from collections.abc import Iterator

from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.log_groups import STAGES
from analyzer.facts.ownership import is_own
from analyzer.facts.stages import all_off, detailed_metrics
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1020",
    slug="stage-metrics",
    failure_mode=10,
    severity=Severity.INFO,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every stage."""
    for stage in query.resources(*STAGES):
        if is_own(stage):
            yield judge(stage)


def judge(stage: Resource) -> Judgement:
    """One stage."""
    switches = detailed_metrics(stage)
    gap = all_off(stage, switches)
    if gap is None:
        return passed(stage)
    undecided = next((switch.undecided for switch in switches if switch.undecided), None)
    if undecided:
        return unknown(stage, undecided)
    return fail(
        stage,
        f"Stage {stage.logical_id} has no metrics by method{where(gap)}, so an alarm cannot tell which one fails.",
        evidence=[Evidence("property", "detailed metrics are off", stage.place)],
        confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
    )
