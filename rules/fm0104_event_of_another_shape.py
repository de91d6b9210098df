"""The function of an authorizer reads what its event does not hold, so every call is rejected.

## What it checks
The code behind every Lambda authorizer, through destructuring and helper functions: whether it reads parts of the
event that this kind of authorizer never gets.

| authorizer | its event has | and lacks |
|---|---|---|
| REST, TOKEN | `type`, `authorizationToken`, `methodArn` | all else: `headers`, `requestContext`, … |
| REST, REQUEST | `headers`, `path`, `requestContext`, `methodArn` | `authorizationToken` |
| HTTP API, 1.0 | the same, and `authorizationToken`, `identitySource` | `routeArn`, `cookies` |
| HTTP API, 2.0 | `routeArn`, `identitySource`, `headers` in lower case | `methodArn`, `authorizationToken` |
| WebSocket | `headers`, `queryStringParameters` | `authorizationToken`, `pathParameters` |

## Why it fails
The read is `undefined` (JavaScript) or raises (Python), so no caller ever gets in: API Gateway answers 500 where the
function throws and 401 or 403 where it catches. It deploys, which is why it is found late. The remedy that the failure
document gives for section 1, a TOKEN authorizer in the place of a REQUEST one, causes exactly this where the handler
goes on reading `event.headers`.

## Fix
Read the credential where this authorizer puts it, or choose the type whose event has what the code reads.

TOKEN (CDK `TokenAuthorizer`): `event.authorizationToken`. REQUEST (CDK `RequestAuthorizer`):
`event.headers['X-Api-Key']`. HTTP API 2.0 (CDK `HttpLambdaAuthorizer`): `event.identitySource[0]` and `event.routeArn`,
or CloudFormation `AuthorizerPayloadFormatVersion: '1.0'`.

## Limits
Code that asks for the event's `type` or `version` is taken to serve several shapes. A read that tolerates absence
(`?.`, `.get`) counts only where the code never looks where the credential is. Code that cannot be read, and a type or
payload format that is a parameter without a default, yield `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_events import Mismatch, mismatch, unread
from analyzer.facts.authorizer_variants import Variant, settle_variants
from analyzer.facts.functions import Function
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0104",
    slug="event-of-another-shape",
    failure_mode=1,
    severity=Severity.CRITICAL,
    documented=Severity.CRITICAL,
)


def reads_what_is_not_there(variant: Variant) -> tuple[Function, Mismatch, str] | Unknown | None:
    """The fatal read, with the function and the event's shape."""
    if variant.by_function is False:
        return None
    if isinstance(variant.function, Unknown):
        return variant.function
    if isinstance(variant.shape, Unknown):
        return variant.shape
    found = mismatch(variant.function.program, variant.shape)
    if found is None:
        return unread(variant.function)
    return variant.function, found, variant.shape.value


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    for authorizer in query.authorizers.by_function:
        outcome = settle_variants(authorizer.resource.node, authorizer.variants, reads_what_is_not_there)
        if outcome.proof is None:
            yield outcome.settled.judgement(authorizer.resource, "")
            continue
        function, read, shape = outcome.proof
        yield outcome.settled.judgement(
            authorizer.resource,
            f"{function.name} reads {read.text}, which the {shape} of {authorizer.name} does not hold, so every call is"
            " rejected",
            at=function.place(read.place),
            evidence=[Evidence("code", f"{function.name} reads {read.text}", function.place(read.place))],
            related=[function.resource],
        )
