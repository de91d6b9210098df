"""A cached decision rests on parts of the request that are not in the cache's key, so a wrong allow is served.

## What it checks
Lambda authorizers whose results are cached: whether what the function decides by (the conditions on the way to an
allowing answer, through helper functions) is among the identity sources. Stage variables and what is the same for the
whole stage do not count.

## Why it fails
The identity sources are the key of the cache. A caller who is allowed once is allowed for the time to live in every
request with the same sources, whatever the rest of it says. If the function also looks at the path, at a second header
or at the caller's address, that part is not looked at again: a key that may read tenant A opens tenant B. Path
parameters can never be identity sources; `context.path` can.

Where the policy names the called method only and the decision follows from that method, the cache refuses instead of
opening (FM0105). That is reported as medium: the mend that FM0105 asks for, a wider policy, turns it into the hole.

## Fix
Add every input of the decision to the identity sources, or switch the cache off, or leave that part of the decision to
the function behind the API.

CDK (TypeScript): `identitySources: [IdentitySource.header('Authorization'), IdentitySource.context('path')]`, or
`resultsCacheTtl: cdk.Duration.seconds(0)`. CDK (Python): `identity_sources=[...]`, `results_cache_ttl=
Duration.seconds(0)`. CloudFormation: `IdentitySource: method.request.header.Authorization, context.path`, or
`AuthorizerResultTtlInSeconds: 0`.

## Limits
Code that cannot be read, and code that hands the whole event to a package, yield `unknown`. What the function reads but
does not decide by is not counted.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_cache import stale_decision
from analyzer.facts.authorizer_variants import settle_variants
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0106",
    slug="cached-decision-of-other-inputs",
    failure_mode=1,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
)
OPEN = "so the cache lets a caller in where the function would not"
CONFINED = (
    "so the cache answers other requests by it: with 403 as long as the policy names one method, with access once the"
    " policy is as wide as a cache needs"
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        source = authorizer.resource["IdentitySource"]
        outcome = settle_variants(source, authorizer.variants, stale_decision)
        found = outcome.proof
        if found is None:
            yield outcome.settled.judgement(authorizer.resource, "")
            continue
        read = ".".join(("event", *found.read))
        place = found.function.place(found.place)
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{found.function.name} decides by {read}, which is no identity source of {authorizer.name},"
            f" {CONFINED if found.confined else OPEN}",
            at=place,
            evidence=[
                Evidence("property", f"identity sources: {found.keyed_by}", source.place),
                Evidence("code", f"{found.function.name} decides by {read}", place),
            ],
            severity=Severity.MEDIUM if found.confined else None,
        )
