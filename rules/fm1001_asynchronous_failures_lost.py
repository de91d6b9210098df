"""Events that an asynchronously invoked function fails on are thrown away.

## What it checks
Every function that something invokes without waiting for an answer (S3, SNS, EventBridge, schedules, log
subscriptions, IoT, SES, CloudFormation, another function with `InvocationType: Event`, …): whether a dead-letter
queue or a failure destination takes what it fails on, for the version or alias that is really invoked.

## Why it fails
The failure document (section 10) misses dead-letter queues. Lambda tries a failed asynchronous event twice more,
after one and two minutes, and keeps a throttled one for up to six hours. Then it drops the event, and nothing but a
metric tells. Only such functions need it: SQS, streams and callers that wait have their own ways. A dead-letter queue
on the subscription or the rule does not help, because there the delivery to Lambda has succeeded. A failure
destination belongs to one version or alias: one for `live` takes nothing of what `$LATEST` fails on. Low for custom
resources: there the deployment fails, so somebody knows.

## Fix
Give the function a failure destination or a dead-letter queue, a standard queue or a topic that somebody watches.

```typescript
new lambda.Function(this, 'Resize', { onFailure: new destinations.SqsDestination(failures) /* … */ });
```
```python
lambda_.Function(self, "Resize", on_failure=destinations.SqsDestination(failures))
```
```yaml
Type: AWS::Lambda::EventInvokeConfig
Properties:
  FunctionName: !Ref Resize
  Qualifier: $LATEST
  DestinationConfig: {OnFailure: {Destination: !GetAtt Failures.Arn}}
```

## Limits
Where only a permission says that a service invokes the function, the finding is likely. Who invokes from outside the
application without a permission in it is not seen. A version or alias that is not known yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.guard_gaps import Guards, likely, where
from analyzer.facts.invocations import Invocation
from analyzer.facts.triggers import Kind
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1001",
    slug="asynchronous-failures-lost",
    failure_mode=10,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        yield judge(query, function)


def judge(query: Query, function: Function) -> Judgement:
    """One function: the first invocation of which nothing takes the failures."""
    for invocation in query.invocations.asynchronous(function):
        gap = query.invocations.lost(function, invocation)
        if gap is None:
            continue
        needs = query.invocations.undecided(function, invocation)
        return unknown(function.resource, needs) if needs else failure(query, function, invocation, gap)
    return passed(function.resource)


def failure(query: Query, function: Function, invocation: Invocation, gap: Guards) -> Judgement:
    """The finding; a destination that is there for another version is part of the proof."""
    others = [
        Evidence("property", f"a {catcher.words} for {catcher.qualifier} only", catcher.node.place)
        for catcher in query.invocations.catchers(function)
        if not gap
    ]
    return fail(
        function.resource,
        f"{invocation.by[:1].upper()}{invocation.by[1:]} invokes {function.name} asynchronously, and what it fails on "
        f"is thrown away when its tries are used up: no dead-letter queue or failure destination takes it{where(gap)}.",
        evidence=[Evidence("trigger", invocation.text, invocation.place), *others],
        related=[invocation.source] if invocation.source is not None else (),
        severity=Severity.LOW if invocation.kind is Kind.CUSTOM_RESOURCE else None,
        confidence=Confidence.CERTAIN if invocation.sure and likely(gap) else Confidence.LIKELY,
    )
