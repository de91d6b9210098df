"""A handler ends before its calls are done.

## What it checks
Calls of AWS services in Node.js handlers whose promise nobody awaits, returns or chains, where the handler itself is
`async` or gives a promise. `forEach(async …)` is the usual form.

## Why it fails
The failure document (section 10) names "insufficient error handling in Lambda functions". When the promise of the
handler settles, Lambda freezes the environment. A request that is still on its way is cut off, or goes on in the next
invocation, or never; an error in it is nobody's. The function reports success all the same. A handler without a
promise is different: up to Node.js 22 Lambda waits until nothing is left to do.

## Fix
Await every call, in a loop with `for … of` or all at once with `Promise.all`.

```typescript
await Promise.all(event.Records.map((record) => convert(record)));
```

## Limits
Only calls of AWS SDKs are followed. What becomes of a promise that is handed to other code cannot be told, and is not
reported. Code that cannot be read to its end yields `unknown`. Python has no such failure in ordinary handlers.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1015",
    slug="work-not-awaited",
    failure_mode=10,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)
WAITS_FOR_ALL = ("nodejs22.x", "nodejs20.x", "nodejs18.x", "nodejs16.x", "nodejs14.x", "nodejs12.x")
"""Runtimes that wait for what is left to do where a handler gives no promise; later ones do not."""


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every Node.js function the user wrote."""
    for function in query.functions.own():
        if (function.runtime or "").startswith("nodejs"):
            yield judge(function)


def judge(function: Function) -> Judgement:
    """One function."""
    calls = [call for call in function.program.calls if call.reached and call.awaited is False]
    ends = function.program.promises
    if ends is False and function.runtime not in WAITS_FOR_ALL:
        ends = True
    if not calls or ends is False:
        return unknown(function.resource, function.needs) if function.needs else passed(function.resource)
    if ends is None:
        return unknown(function.resource, f"whether the handler of {function.name} gives a promise")
    names = " and ".join(dict.fromkeys(call.operation for call in calls))
    return fail(
        function.resource,
        f"{function.name} does not wait for {names}: Lambda stops it when the handler ends, done or not.",
        at=function.place(calls[0].place),
        evidence=[Evidence("code", f"{call.operation} is not awaited", function.place(call.place)) for call in calls],
    )
