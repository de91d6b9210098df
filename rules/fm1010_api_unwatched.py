"""No alarm watches an API.

## What it checks
Every REST, HTTP, WebSocket and GraphQL API of an application that has alarms: whether one watches it.

## Why it fails
The failure document (section 10) speaks of "basic CloudWatch alarms without comprehensive metrics". What only the API
sees (time-outs of an integration, refused calls, a function that may not be invoked) is in no metric of a function.

## Fix
Put an alarm with an action on the API's server errors (`5XXError`; HTTP APIs: `5xx`; AppSync: `5XXError`).

```typescript
api.metricServerError().createAlarm(this, 'ServerErrors', { threshold: 1, evaluationPeriods: 1 });
```
```python
api.metric_server_error().create_alarm(self, "ServerErrors", threshold=1, evaluation_periods=1)
```

## Limits
An application without any alarm is left to FM1008. A REST API's metrics carry its name, not its id: an alarm is
matched by the name that `Name` or the OpenAPI title gives; where a document elsewhere gives it and an alarm is on a
name that no other API has, the answer is `unknown`. APIs that SAM makes up for events are not judged.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
"""

from collections.abc import Iterator

from analyzer.facts.alarms import APIS
from analyzer.rule import Judgement, Query, Rule, Severity

from ._unwatched import judge_each

RULE = Rule(
    id="FM1010",
    slug="api-unwatched",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every API, where there are alarms."""
    return judge_each(query, "API", *APIS)
