"""A cached policy allows only the first method that was called, so the next one answers 403.

## What it checks
Lambda authorizers whose results are cached: whether the function answers with a policy for `methodArn` (`routeArn`)
alone, while the authorizer guards more than one method, or a path with variables.

## Why it fails
API Gateway caches the whole policy under the identity sources and uses it for every later request with the same ones,
whatever its path and method. A policy that allows the called method only therefore refuses all others with 403 until
the time to live has passed: callers see failures that come and go with the order of their requests. AWS says so: "To
enable caching, your authorizer must return a policy that is applicable to all methods across an API."

The failure document asks for a cache of five minutes (section 1) and for "resource-specific ARNs" (section 4). The two
together are this failure.

## Fix
Answer with a policy for the stage, or list every method that the caller may use; or switch the cache off.

JavaScript: `const [api, stage] = event.methodArn.split('/'); const resource = `${api}/${stage}/*`;`. Python:
`"/".join(event["methodArn"].split("/")[:2]) + "/*"`. CDK: `resultsCacheTtl: cdk.Duration.seconds(0)`,
`results_cache_ttl=Duration.seconds(0)`. CloudFormation: `AuthorizerResultTtlInSeconds: 0`. Path and method (REST) or
`$context.routeKey` (HTTP API) among the identity sources make a policy for one method right, at the price of a cache
that seldom hits.

## Limits
Nothing is found on HTTP APIs without a written time to live, with simple responses, or where a single method on a
path without variables is all that the authorizer guards. A resource that the code computes in a way that is not
followed, and code that cannot be read, yield `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
- https://repost.aws/knowledge-center/api-gateway-lambda-authorization-errors
"""

from collections.abc import Iterator
from functools import partial

from analyzer.facts.authorizer_cache import narrow_policy
from analyzer.facts.authorizer_variants import settle_variants
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0105",
    slug="cached-policy-for-one-method",
    failure_mode=1,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        ttl = authorizer.resource["AuthorizerResultTtlInSeconds"]
        outcome = settle_variants(ttl, authorizer.variants, partial(narrow_policy, authorizer))
        found = outcome.proof
        if found is None:
            yield outcome.settled.judgement(authorizer.resource, "")
            continue
        place = found.function.place(found.place)
        cached = f"{found.ttl} seconds" if found.ttl_written else f"{found.ttl} seconds (no time to live is written)"
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{authorizer.name} caches for {cached} a policy of {found.function.name} that allows only the method"
            " called first, so the caller's next method answers 403",
            at=place,
            evidence=[
                Evidence("property", f"results are cached for {cached}", ttl.place),
                Evidence("code", f"{found.function.name} allows the called method only", place),
            ],
        )
