"""Callers wait for cold starts of a function.

## What it checks
Functions that an API, an authorizer, a function URL, Cognito, AppSync or a load balancer invokes and waits for:
whether provisioned concurrency or SnapStart prepares the very version or alias that is called.

## Why it fails
The failure document (section 13) misses "cold start optimization strategies". The first call of each new instance
waits for the runtime and the code to start. Whether that matters takes a measurement, so this is information. Low
where something is prepared, and paid for, that the callers do not use: provisioned concurrency and SnapStart belong
to published versions, and an API that calls the function without alias or version calls `$LATEST`, which has neither.

## Fix
Let callers use an alias with provisioned concurrency, or with SnapStart where the runtime has it.

```typescript
const live = fn.addAlias('live', { provisionedConcurrentExecutions: 2 });
new apigateway.LambdaIntegration(live);
```
```python
live = fn.add_alias("live", provisioned_concurrent_executions=2)
```

## Limits
SnapStart is there for Java 11, Python 3.12, .NET 8 and later, not for Node.js, Ruby and images. A version that is not
known yields `unknown`. Schedules that keep a function warm by calling it are not counted.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
- https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.invocations import Invocation
from analyzer.facts.warmth import Preparation, Warmth, callers, has_snap_start, preparations, warmth
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1308",
    slug="cold-starts",
    failure_mode=13,
    severity=Severity.INFO,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function that somebody waits for."""
    for function in query.functions.own():
        waiting = callers(query.invocations, function)
        if waiting:
            yield judge(query, function, waiting)


def judge(query: Query, function: Function, waiting: list[Invocation]) -> Judgement:
    """One function: the worst that a caller meets."""
    prepared = preparations(query.invocations, function)
    met = {caller: warmth(query.invocations, caller, prepared) for caller in waiting}
    cold = next((caller for caller in waiting if met[caller] in (Warmth.COLD, Warmth.BESIDE)), None)
    if cold is not None:
        return failure(function, cold, prepared)
    undecided = next((caller for caller in waiting if met[caller] is None), None)
    if undecided is not None:
        return unknown(function.resource, f"the version of {function.name} that {undecided.by} calls")
    return passed(function.resource)


def failure(function: Function, caller: Invocation, prepared: list[Preparation]) -> Judgement:
    """The finding; graver where something is prepared that the caller does not use."""
    offered = "provisioned concurrency or SnapStart" if has_snap_start(function.runtime) else "provisioned concurrency"
    state = f"no {offered} keeps cold starts away"
    if prepared:
        state = f"the {prepared[0].words} of {prepared[0].resource.logical_id} is for a version that it does not call"
    return fail(
        function.resource,
        f"{caller.by[:1].upper()}{caller.by[1:]} waits for {function.name}, and {state}.",
        evidence=[
            Evidence("trigger", caller.text, caller.place),
            *(Evidence("property", f"{each.words} is set", each.resource.place) for each in prepared),
        ],
        related=[caller.source] if caller.source is not None else (),
        severity=Severity.LOW if prepared else None,
    )
