"""An API keeps no record of who called it.

## What it checks
The access log of every stage of a REST, HTTP or WebSocket API: whether there is one, and whether its format tells who
called, what, when and with which result.

## Why it fails
API Gateway writes no access log unless a stage has a destination and a format. CloudTrail does not record the calls
of an API's clients. PCI DSS v4.0.1 10.2.2 lists what an entry must tell: user, kind of event, time, result, origin,
resource; a format without `$context.identity.…` or `$context.authorizer.…` cannot tell who it was. Security Hub asks
for the log in APIGateway.1 and .9, CIS v7 in 4.10. The failure document asks for audit logging (section 11) and for
the audit of refused calls (section 4).

## Fix
Give each stage an access log with a format that names caller, request, time and status.

```typescript
new apigw.RestApi(this, 'Api', { deployOptions: {
  accessLogDestination: new apigw.LogGroupLogDestination(accessLogs),
  accessLogFormat: apigw.AccessLogFormat.jsonWithStandardFields(),
} });
```
```python
apigw.StageOptions(access_log_destination=apigw.LogGroupLogDestination(access_logs))
```
```yaml
AccessLogSetting:
  DestinationArn: !GetAtt AccessLogs.Arn
  Format: '$context.identity.sourceIp $context.requestTime $context.httpMethod $context.path $context.status'
```

## Limits
The stage of a deployment that names one by `StageName` is not judged. A format that is not known in full passes.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html
"""

from collections.abc import Iterator

from analyzer.facts.checks import Check, ask, first_failure
from analyzer.facts.log_groups import STAGES, access_log, missing_fields
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.model.template import Resource
from analyzer.rule import Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1118",
    slug="api-access-log",
    failure_mode=11,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every stage."""
    for stage in query.resources(*STAGES):
        yield first_failure(stage, questions(stage))


def questions(stage: Resource) -> Iterator[Check]:
    """First whether there is a log, then what it does not tell."""
    log = access_log(stage)
    message = f"Stage {stage.logical_id} keeps no access log, so nobody can tell who called the API"
    yield ask(log["DestinationArn"], unset, message)
    told = settle(log["Format"], lambda value: bool(missing_fields(value)))
    lacks = " nor ".join(missing_fields(told.case.value)) if told.case else ""
    yield Check(told, log["Format"], f"The access log of stage {stage.logical_id} does not tell {lacks}")
