"""A function is too large to be deployed, or large enough to start slowly.

## What it checks
The unpacked size of each function's code together with its layers: over 250 MiB, and over 50 MiB.

## Why it fails
Lambda refuses a function whose code and layers unpack to more than 250 MiB, so the deployment fails. Below that the
size costs time: what is large is fetched and loaded in every cold start (failure document, section 13). The line of
50 MiB is this rule's own, a fifth of the limit, and information only.

## Fix
Bundle what the handler really imports (esbuild, tree shaking, no development dependencies), or use a container image,
which may have 10 GB.

## Limits
What a build will still add to a source folder (SAM `CodeUri`) is not counted. Code or layers that are not here yield
`unknown` unless what is here is too much already. Container images are not judged.

## References
- https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
- https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from collections.abc import Iterator

from analyzer.facts.functions import Function
from analyzer.facts.package_size import LIMIT, size_of
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM1309",
    slug="package-size",
    failure_mode=13,
    severity=Severity.CRITICAL,
    documented=Severity.MEDIUM,
)
LARGE = 50 * 1024 * 1024


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every function the user wrote that is no image."""
    for function in query.functions.own():
        if not function.is_image:
            yield judge(function)


def judge(function: Function) -> Judgement:
    """One function."""
    size = size_of(function)
    if size.known > LIMIT:
        return fail(
            function.resource,
            f"{function.name} unpacks to {size.text} with its layers; Lambda takes 250 MiB, so it cannot be deployed.",
            evidence=[Evidence("fact", f"{size.known} bytes unpacked")],
        )
    if size.needs:
        return unknown(function.resource, size.needs)
    if size.known <= LARGE:
        return passed(function.resource)
    return fail(
        function.resource,
        f"{function.name} unpacks to {size.text} with its layers, which every cold start has to load.",
        evidence=[Evidence("fact", f"{size.known} bytes unpacked")],
        severity=Severity.INFO,
    )
