"""The cache of an authorizer is switched off.

## What it checks
Lambda authorizers with a written time to live of 0, in every branch of a condition.

## Why it fails
The failure document (section 1) counts `resultsCacheTtl: Duration.seconds(0)` among the faults and asks for five
minutes. It is a choice, not a fault: without a cache every request pays for one more invocation and waits for it, and
in return a revoked credential stops working at once and a policy may name the called method only. For REST APIs it is
the only setting under which a decision may rest on more than the identity sources. So this is information, no
failure; a cache put in without widening the policy is a real one (FM0105).

## Fix
Leave it, or cache for as long as a revoked credential may live, with a policy for the whole stage.

CDK (TypeScript): `resultsCacheTtl: cdk.Duration.minutes(5)`. CDK (Python): `results_cache_ttl=Duration.minutes(5)`.
CloudFormation: `AuthorizerResultTtlInSeconds: 300`.

## Limits
HTTP APIs cache only where a time to live is written: nothing written is not found. A parameter without a default yields
`unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_variants import Variant, settle_variants
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0108",
    slug="authorizer-cache-off",
    failure_mode=1,
    severity=Severity.INFO,
    documented=Severity.CRITICAL,
)


def is_off(variant: Variant) -> bool | Unknown | None:
    """Whether somebody wrote a time to live of 0."""
    if isinstance(variant.ttl, Unknown):
        return variant.ttl
    return True if variant.by_function is not False and variant.ttl_written and variant.ttl == 0 else None


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        ttl = authorizer.resource["AuthorizerResultTtlInSeconds"]
        yield settle_variants(ttl, authorizer.variants, is_off).settled.judgement(
            authorizer.resource,
            f"{authorizer.name} caches nothing (time to live 0), so its function runs for every request",
            at=ttl.place,
            evidence=[Evidence("property", "AuthorizerResultTtlInSeconds is 0", ttl.place)],
        )
