"""A stage of an API writes no access log.

## What it checks
`AccessLogSetting` of REST stages and `AccessLogSettings` of HTTP and WebSocket stages.

## Why it fails
The failure document (section 10) says "difficult troubleshooting and debugging". What API Gateway answers by itself
(refused, throttled, timed out) reaches no function and no function's log; without an access log there is a count of
errors and no request to look at. FM1118 asks for the same log for the auditor, and for what must be in it.

## Fix
Give the stage an access log.

```typescript
deployOptions: { accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs) }
```
```python
apigateway.StageOptions(access_log_destination=apigateway.LogGroupLogDestination(access_logs))
```
```yaml
AccessLogSetting:
  DestinationArn: !GetAtt AccessLogs.Arn
  Format: '{"id":"$context.requestId","status":"$context.status"}'
```

## Limits
The stage of a deployment that names one by `StageName`, and stages that SAM makes up for events, are not judged.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
"""

from collections.abc import Iterator

from analyzer.facts.log_groups import STAGES, access_log
from analyzer.facts.ownership import is_own
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1019",
    slug="stage-access-log",
    failure_mode=10,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every stage."""
    for stage in query.resources(*STAGES):
        if is_own(stage):
            log = access_log(stage)
            yield settle(log["DestinationArn"], unset).judgement(
                stage,
                f"Stage {stage.logical_id} writes no access log, so a request that fails leaves no line to look at",
                at=log.place if log else None,
                evidence=[Evidence("property", "no access log destination is set", stage.place)],
            )
