"""A function that calls AWS runs with Lambda's default memory or timeout.

## What it checks
`MemorySize` and `Timeout` of every function whose code calls an AWS service.

## Why it fails
The failure document names generic memory and no cold-start thought (section 13). What is not written is 3 seconds and
128 MiB. Three seconds must cover the cold start, the connection and the call with the SDK's own retries, so the first
slow answer of the service ends as a timeout. 128 MiB also means the smallest share of a CPU, and may still be right:
that takes a measurement, so memory alone is only reported for information.

## Fix
CDK: set `timeout: Duration.seconds(…)` and `memorySize` (`memory_size`) from what you measured. CloudFormation:
`Timeout` and `MemorySize`.

## Limits
What the function calls is read from its code; code that cannot be read to its end yields `unknown` where no call was
seen.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import DEFAULT_MEMORY, DEFAULT_TIMEOUT, Function
from analyzer.facts.settle import settle
from analyzer.facts.truth import unset
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, passed, unknown

RULE = Rule(
    id="FM1301",
    slug="defaults-left",
    failure_mode=13,
    severity=Severity.LOW,
    documented=Severity.MEDIUM,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote."""
    for function in query.functions.own():
        yield judge(function)


def judge(function: Function) -> Judgement:
    """One function: what is left at its default, and whether the code calls AWS."""
    timeout, memory = settle(function.timeout, unset), settle(function.resource["MemorySize"], unset)
    left = timeout if timeout.verdict is Verdict.FAIL else memory
    if left.verdict is not Verdict.FAIL:
        return passed(function.resource)
    call = next((call for call in function.program.calls if call.reached is not False), None)
    if call is None:
        needs = f"{function.needs}, to see whether it calls AWS"
        return unknown(function.resource, needs) if not function.program.complete else passed(function.resource)
    defaults = [f"timeout of {DEFAULT_TIMEOUT} s"] if left is timeout else []
    defaults += [f"memory of {DEFAULT_MEMORY} MiB"] if memory.verdict is Verdict.FAIL else []
    return left.judgement(
        function.resource,
        f"{function.name} calls {call.service} with Lambda's default {' and '.join(defaults)}",
        evidence=[Evidence("code", f"calls {call.operation}", function.place(call.place))],
        severity=Severity.LOW if left is timeout else Severity.INFO,
    )
