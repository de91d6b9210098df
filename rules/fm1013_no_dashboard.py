"""The application has no dashboard.

## What it checks
Whether any stack of the application declares a CloudWatch dashboard; one finding, on the first alarm, else on the
most telling resource.

## Why it fails
The failure document (section 10) misses operational dashboards. Nothing fails without one; whoever is woken by an
alarm finds the metrics that belong together only one by one.

## Fix
Add a dashboard with requests, errors and waiting messages of the application.

```typescript
const errors = new cloudwatch.GraphWidget({ left: [handler.metricErrors()] });
new cloudwatch.Dashboard(this, 'Overview', { widgets: [[errors]] });
```
```python
cloudwatch.Dashboard(self, "Overview").add_widgets(cloudwatch.GraphWidget(left=[handler.metric_errors()]))
```

## Limits
Dashboards outside the application (another account, Grafana) are not seen. What a dashboard shows is not judged.

## References
- https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
"""

from collections.abc import Iterator

from analyzer.facts.guard_gaps import gap, likely, where
from analyzer.facts.watchable import watchable
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed

RULE = Rule(
    id="FM1013",
    slug="no-dashboard",
    failure_mode=10,
    severity=Severity.INFO,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the application, once."""
    subject = next(iter(query.alarms.all), None) or next(watchable(query.application, query.functions), None)
    if subject is None:
        return
    dashboards = list(query.resources("AWS::CloudWatch::Dashboard"))
    missing = gap(query.application, [dashboard.guards for dashboard in dashboards])
    if missing is None:
        yield passed(subject)
        return
    yield fail(
        subject,
        f"No stack of the application declares a dashboard{where(missing)}.",
        evidence=[Evidence("fact", f"dashboards in the application: {len(dashboards)}")],
        confidence=Confidence.CERTAIN if likely(missing) else Confidence.LIKELY,
    )
