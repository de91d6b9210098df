"""An authorizer caches its results without an identity source, so the deployment fails.

## What it checks
REST API authorizers of type `REQUEST` whose results are cached, and HTTP API Lambda authorizers with a written time to
live over 0: whether they have at least one identity source, in every branch of a condition.

## Why it fails
The identity sources are the key of the cache. Without one API Gateway refuses to create the authorizer and the stack
rolls back. For REST APIs the cache is on unless it is switched off: a time to live that is not written means 300
seconds, so leaving both properties out fails too. This is a deployment failure of the kind that the failure document
(section 1) speaks of; the code it shows has an identity source and deploys. CDK's `RequestAuthorizer` refuses this at
synthesis; templates, SAM and `CfnAuthorizer` are checked by nobody before the deployment.

## Fix
Name what identifies a caller as identity source, or switch the cache off with a time to live of 0.

CDK (TypeScript): `identitySources: [apigateway.IdentitySource.header('Authorization')]`. CDK (Python):
`identity_sources=[apigateway.IdentitySource.header("Authorization")]`. CloudFormation: `IdentitySource:
method.request.header.Authorization`, or `AuthorizerResultTtlInSeconds: 0`.

## Limits
A time to live or an identity source that is a parameter without a default yields `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_variants import Protocol, Variant, settle_variants
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0102",
    slug="cache-without-identity-source",
    failure_mode=1,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
)


def has_no_key(variant: Variant) -> str | Unknown | None:
    """For how long results are cached without a key, in words."""
    if variant.kind == "TOKEN" or variant.by_function is False or variant.protocol is Protocol.WEBSOCKET:
        return None
    if variant.ttl == 0 or (isinstance(variant.sources, tuple) and variant.sources):
        return None
    for value in (variant.kind, variant.protocol, variant.ttl, variant.sources):
        if isinstance(value, Unknown):
            return value
    return f"{variant.ttl} seconds" if variant.ttl_written else f"{variant.ttl} seconds, as no time to live is written"


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        source = authorizer.resource["IdentitySource"]
        outcome = settle_variants(source, authorizer.variants, has_no_key)
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{authorizer.name} caches results ({outcome.proof}) without an identity source, so API Gateway refuses to"
            " create it",
            at=source.place,
            evidence=[Evidence("property", "no identity source while results are cached", source.place)],
        )
