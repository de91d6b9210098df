"""A TOKEN authorizer does not name exactly one request header, so the deployment fails.

## What it checks
The identity source of every REST API authorizer of type `TOKEN`, in every branch of a condition: it must be one
expression `method.request.header.NAME`.

## Why it fails
A TOKEN authorizer hands one header to its function, so API Gateway requires exactly one and refuses to create the
authorizer without it, with several, with a list, or with another part of the request (query string, context, stage
variable). The stack rolls back. Whoever follows the failure document (section 1) and turns a REQUEST authorizer into a
TOKEN one without turning its list of sources into one string ends here.

## Fix
Write the one header, as a string.

CDK (TypeScript): `new apigateway.TokenAuthorizer(this, 'Auth', { handler, identitySource:
'method.request.header.X-Api-Key' })`. CDK (Python): `identity_source="method.request.header.X-Api-Key"`.
CloudFormation: `IdentitySource: method.request.header.X-Api-Key`.

## Limits
A source that is a parameter without a default yields `unknown`. Whether clients send that header is not seen.

## References
- https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_variants import Protocol, Variant, settle_variants
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0103",
    slug="token-identity-source",
    failure_mode=1,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
)


def names_no_single_header(variant: Variant) -> str | Unknown | None:
    """What stands in the place of the one header, in words."""
    if variant.kind != "TOKEN":
        return variant.kind if isinstance(variant.kind, Unknown) else None
    if isinstance(variant.sources, Unknown):
        return variant.sources
    if not variant.sources:
        return "no identity source"
    written = ", ".join(source.text for source in variant.sources)
    if variant.listed or len(variant.sources) > 1:
        return f"the list {written}" if variant.listed else f"several identity sources ({written})"
    source = variant.sources[0]
    is_header = source.kind == "header" and source.text.startswith("method.request.header.")
    return None if is_header else f"{source.text}, which is no request header,"


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every REST API authorizer that is or may be a TOKEN authorizer."""
    for authorizer in query.authorizers.by_function:
        if authorizer.protocol is not Protocol.REST:
            continue
        source = authorizer.resource["IdentitySource"]
        outcome = settle_variants(source, authorizer.variants, names_no_single_header)
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{authorizer.name} is a TOKEN authorizer with {outcome.proof} where exactly one request header is needed,"
            " so API Gateway refuses to create it",
            at=source.place,
            evidence=[Evidence("property", f"TOKEN with {outcome.proof}", source.place)],
        )
