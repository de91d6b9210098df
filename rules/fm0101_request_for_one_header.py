"""A REQUEST authorizer serves a single header, which a TOKEN authorizer does with a smaller event.

## What it checks
REST API authorizers of type `REQUEST` whose only identity source is one header, and whose function reads nothing else
of the request.

## Why it fails
This is the pattern of the failure document (section 1): `RequestAuthorizer` with `IdentitySource.header('X-Api-Key')`.
The document says that it breaks the deployment. It does not: the template is valid, deploys and works. What is true is
that a `TOKEN` authorizer is made for exactly this: API Gateway hands over the one header as `authorizationToken`, can
turn away malformed tokens by `IdentityValidationExpression` before it pays for a call, and sends no other part of the
request to the function.

`REQUEST` is right where several sources decide, or where the function reads more: the path, the query string, the
caller's address, a client certificate. Then nothing is found.

## Fix
Use a TOKEN authorizer and read `event.authorizationToken` instead of the header, in one change: the event has no
`headers` any more (FM0104).

CDK (TypeScript): `new apigateway.TokenAuthorizer(this, 'Auth', { handler, identitySource:
apigateway.IdentitySource.header('X-Api-Key') })`. CDK (Python): `apigateway.TokenAuthorizer(self, "Auth",
handler=handler, identity_source=apigateway.IdentitySource.header("X-Api-Key"))`. CloudFormation: `Type: TOKEN` with
the same `IdentitySource`.

## Limits
Where the code cannot be read the result is `unknown`; for a header that carries an API key, the documented pattern, it
is a finding of lower confidence. HTTP and WebSocket APIs have no TOKEN authorizers and are not judged.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_events import reads_more_than, unread
from analyzer.facts.authorizer_variants import Protocol, Variant, settle_variants
from analyzer.facts.functions import Function
from analyzer.model.value import Unknown
from analyzer.rule import Confidence, Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0101",
    slug="request-authorizer-for-one-header",
    failure_mode=1,
    severity=Severity.MEDIUM,
    documented=Severity.CRITICAL,
)


Served = tuple[str, Confidence]


def serves_one_header(variant: Variant) -> Served | Unknown | None:
    """The one header that is all the function needs."""
    if variant.kind != "REQUEST":
        return variant.kind if isinstance(variant.kind, Unknown) else None
    if isinstance(variant.sources, Unknown):
        return variant.sources
    if [source.kind for source in variant.sources] != ["header"]:
        return None
    return needs_only(variant.sources[0].name or variant.sources[0].text, variant.function)


def needs_only(header: str, function: Function | Unknown) -> Served | Unknown | None:
    """The header, where the function reads nothing else; what would tell where that is not known."""
    doubt: Unknown | None
    if isinstance(function, Unknown):
        doubt = function
    else:
        more = reads_more_than(function.program, header)
        if more:
            return None
        handed_on = Unknown(f"what {function.name} reads of the event that it hands on") if more is None else None
        doubt = unread(function) or handed_on
    if doubt is None:
        return header, Confidence.CERTAIN
    return (header, Confidence.LIKELY) if header.lower() == "x-api-key" else doubt


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every REST API authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        if authorizer.protocol is not Protocol.REST:
            continue
        source = authorizer.resource["IdentitySource"]
        outcome = settle_variants(source, authorizer.variants, serves_one_header)
        header, confidence = outcome.proof or ("", Confidence.CERTAIN)
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{authorizer.name} is a REQUEST authorizer for the single header {header}: it deploys, but a TOKEN"
            " authorizer does the same with a smaller event",
            at=source.place,
            evidence=[Evidence("property", f"REQUEST with the identity source {source.text}", source.place)],
            confidence=confidence,
        )
