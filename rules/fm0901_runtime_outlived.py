"""A function runs on a Lambda runtime that is out of support.

## What it checks
`Runtime` of every function, in every branch of a condition and every row of a mapping, against the dated table of
Lambda's runtimes on the day of `--as-of` (default: today).

## Why it fails
The failure document names missing modern runtimes (section 9). From its deprecation on a runtime gets no security
updates and no support. Later AWS blocks the creation of functions with it: a new stack then fails to deploy. Last,
AWS blocks updates, so that no code change reaches the function any more. AWS has moved these dates before, hence the
table has a date of its own.

## Fix
Move the function to the runtime that the finding names, and test it there.

CDK (TypeScript): `runtime: lambda.Runtime.NODEJS_24_X`. CDK (Python): `runtime=lambda_.Runtime.NODEJS_24_X`.
CloudFormation: `Runtime: nodejs24.x`. For a function that CDK adds by itself, update `aws-cdk-lib`.

## Limits
A runtime that AWS accepts and has given no dates yet, or that the table does not know, is `unknown`, never out of
support; so is the base image of a container image. A row of a mapping that only some Region would choose is a
possible failure. Functions that CDK adds take the best runtime of each Region and fail only where no Region has a
supported one.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-2
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.lambda_runtimes import Stage, outlived
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, passed, unknown

RULE = Rule(
    id="FM0901",
    slug="runtime-outlived",
    failure_mode=9,
    severity=Severity.MEDIUM,
    documented=Severity.MEDIUM,
)
SEVERITY = {Stage.NO_CREATE: Severity.HIGH, Stage.NO_UPDATE: Severity.CRITICAL}


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function."""
    for function in query.functions:
        yield (
            unknown(function.resource, f"the base image of {function.name}")
            if function.is_image
            else judge(function, query)
        )


def judge(function: Function, query: Query) -> Judgement:
    """One function on the day that the run is for."""
    runtime = function.resource["Runtime"]
    cases = list(runtime.cases())
    found = outlived(cases, query.as_of)
    some_row_is_fine = any(not outlived([case], query.as_of).settled.case for case in cases)
    if function.resource.framework is not None and some_row_is_fine:
        return passed(function.resource)
    advice = f" (move it to {found.standing.successor})" if found.standing.successor else ""
    stage = found.standing.stage or Stage.SUPPORTED
    return found.settled.judgement(
        function.resource,
        f"{function.name} runs on {found.name}, which {found.standing.text}{advice}",
        at=runtime.place,
        evidence=[
            Evidence("property", f"Runtime is {found.standing.name}", runtime.place),
            Evidence("fact", f"{found.standing.name} {found.standing.text}"),
        ],
        severity=SEVERITY.get(stage, Severity.MEDIUM),
        confidence=found.confidence,
    )
