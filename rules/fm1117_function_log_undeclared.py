"""A function logs to a group that no template declares, so nobody decides how long it is kept.

## What it checks
Every Lambda function of the user's own: whether a template declares `/aws/lambda/NAME`, or the group that
`LoggingConfig` names, or CDK's `Custom::LogRetention` sets its retention.

## Why it fails
Lambda makes the group on the first call, without retention and without a customer key, and it stays when the stack is
removed. The failure document (section 11) misses data retention policies; these logs have none. It is a note (info):
no evidence is lost, and most small applications live with it.

## Fix
Declare the log group of the function, with its retention.

```typescript
new lambda.Function(this, 'Fn', { ...props, logGroup: new logs.LogGroup(this, 'Logs', { retention: 400 }) });
```
```python
lambda_.Function(self, "Fn", log_group=logs.LogGroup(self, "Logs", retention=logs.RetentionDays.THIRTEEN_MONTHS))
```
```yaml
Logs:
  Type: AWS::Logs::LogGroup
  Properties: {LogGroupName: !Sub '/aws/lambda/${Fn}', RetentionInDays: 400}
```

## Limits
A group with a name that is not known yields `unknown`. CDK's own functions are not judged.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
- https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html
"""

from collections.abc import Iterator

from analyzer.data.framework import framework_owned
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1117",
    slug="function-log-undeclared",
    failure_mode=11,
    severity=Severity.INFO,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function but those that CDK makes for itself."""
    for function in query.functions:
        resource = function.resource
        if framework_owned(resource.logical_id, resource.type, resource.construct_path):
            continue
        declared = query.audit.log_groups.declared_for(function)
        if declared:
            yield passed(resource)
        elif declared is None:
            yield unknown(resource, f"the log group of {function.name}")
        else:
            yield fail(
                resource,
                f"{function.name} logs to a group that Lambda makes on the first call and that keeps all for ever.",
                evidence=[Evidence("fact", "no template declares the function's log group")],
            )
