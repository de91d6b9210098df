"""A function on a loop, or before a database, may run any number of times at once.

## What it checks
Functions without `ReservedConcurrentExecutions` that lie on an event loop (FM0701), or that open connections to a
relational or document database of the application without a proxy.

## Why it fails
The failure document (section 13) misses reserved concurrency and sees "potential throttling under load". It is no
fault in general: a reservation is also a cap, and takes from the other functions. Two cases ask for it. A loop
multiplies until the account's whole concurrency is used and every other function is throttled. And each instance of a
function holds its own connection: a few hundred at once are more than a small database takes, and then everybody is
refused.

## Fix
Reserve the concurrency that the database or the work behind it can take.

```typescript
new lambda.Function(this, 'Orders', { reservedConcurrentExecutions: 20 /* … */ });
```
```python
lambda_.Function(self, "Orders", reserved_concurrent_executions=20)
```

## Limits
A database is seen by its endpoint in the environment, or by its secret beside a driver in the code. RDS Proxy and the
Data API need no cap. A loop that only turns while something fails is left to FM0705. A function that only SQS
mappings with `MaximumConcurrency` feed is capped by them. A loop that cannot be decided yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from collections.abc import Iterator

from analyzer.facts.databases import connection_of
from analyzer.facts.event_flow import Loop
from analyzer.facts.flow_model import Certainty
from analyzer.facts.functions import Function
from analyzer.facts.settle import Settled, settle
from analyzer.facts.truth import unset
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1306",
    slug="concurrency-open",
    failure_mode=13,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        open_ended = settle(function.resource["ReservedConcurrentExecutions"], unset)
        if open_ended.verdict is Verdict.PASS:
            yield passed(function.resource)
        else:
            yield judge(query, function, open_ended)


def judge(query: Query, function: Function, open_ended: Settled) -> Judgement:
    """One function without a cap of its own: whether a loop or a database asks for one."""
    loops = [loop for loop in query.events.loops_of(function.resource) if not loop.by_destination]
    closed = next((loop for loop in loops if not loop.needs), None)
    if closed is not None:
        near = closed.around(function.resource)
        return open_ended.judgement(
            function.resource,
            f"{function.name} lies on a loop ({closed.path}) and nothing limits how often it runs at once",
            evidence=near.proof(),
            related=[r for r in (closed.subject, *near.related) if r is not function.resource],
            confidence=confidence(closed),
        )
    connection = connection_of(function)
    if connection is not None and not capped_by_queues(query, function):
        return open_ended.judgement(
            function.resource,
            f"{function.name} connects to {connection.database.logical_id}, and nothing limits how often it does so at "
            "once",
            evidence=[Evidence("property", "its environment names the database", connection.node.place)],
            related=[connection.database],
        )
    return unknown(function.resource, loops[0].needs[0]) if loops else passed(function.resource)


def confidence(loop: Loop) -> Confidence:
    """How sure the loop is."""
    if loop.certainty is Certainty.GRANTED or loop.cycle.guarded:
        return Confidence.POSSIBLE
    return Confidence.CERTAIN if loop.likely and loop.certainty is Certainty.PROVED else Confidence.LIKELY


def capped_by_queues(query: Query, function: Function) -> bool:
    """Whether only mappings with a concurrency of their own feed the function."""
    wires = query.triggers.into(function.resource)
    return bool(wires) and all(wire.settings["ScalingConfig"]["MaximumConcurrency"] for wire in wires)
