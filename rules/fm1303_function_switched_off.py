"""A reserved concurrency of 0 switches the function off.

## What it checks
`ReservedConcurrentExecutions` of every Lambda function, in every branch of a condition.

## Why it fails
The failure document asks for reserved concurrency (section 13). Reserving *none* does not limit the function, it
stops it: Lambda answers every synchronous call with 429 and sends asynchronous events to the dead-letter queue or
destination, or drops them after six hours. It is a brake for an incident, and should not be deployed as a state.

## Fix
CDK: remove `reservedConcurrentExecutions` (`reserved_concurrent_executions`), or set the number that the function may
use. CloudFormation: the same with `ReservedConcurrentExecutions`.

## Limits
A parameter without a default yields `unknown`.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
- https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

from collections.abc import Iterator

from analyzer.facts.numbers import below
from analyzer.facts.settle import settle
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM1303",
    slug="function-switched-off",
    failure_mode=13,
    severity=Severity.HIGH,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        reserved = function.resource["ReservedConcurrentExecutions"]
        yield settle(reserved, below(1, default=1)).judgement(
            function.resource,
            f"{function.name} reserves a concurrency of 0, so Lambda refuses every invocation",
            at=reserved.place,
            evidence=[Evidence("property", "ReservedConcurrentExecutions is 0", reserved.place)],
        )
