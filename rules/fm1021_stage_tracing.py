"""A stage of a REST API is not traced.

## What it checks
`TracingEnabled` of the stages of REST APIs. HTTP and WebSocket APIs have no tracing.

## Why it fails
The failure document (section 10) says "difficult troubleshooting and debugging". A trace shows where between gateway,
authorizer, function and store a slow or failed request went wrong. Without it that is put together from several logs.

## Fix
Switch X-Ray on for the stage.

```typescript
deployOptions: { tracingEnabled: true }
```
```python
apigateway.StageOptions(tracing_enabled=True)
```
```yaml
TracingEnabled: true
```

## Limits
A switch that a parameter without a default gives yields `unknown`. Other products that trace are not seen.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enabling-xray.html
"""

from collections.abc import Iterator

from analyzer.facts.ownership import is_own
from analyzer.facts.settle import settle
from analyzer.facts.stages import REST_STAGE
from analyzer.facts.truth import off
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1021",
    slug="stage-tracing",
    failure_mode=10,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every stage of a REST API."""
    for stage in query.resources(REST_STAGE):
        if is_own(stage):
            tracing = stage["TracingEnabled"]
            yield settle(tracing, off).judgement(
                stage,
                f"Stage {stage.logical_id} is not traced, so nothing shows where a request was slow or failed",
                at=tracing.place if tracing else None,
                evidence=[Evidence("property", "TracingEnabled is off", stage.place)],
            )
