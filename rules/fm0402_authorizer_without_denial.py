"""An authorizer has no way to turn a caller away properly.

## What it checks
The function of every authorizer: whether any of its paths denies (`Effect: Deny`, `isAuthorized: false`, a decision
that is computed) or throws exactly `Unauthorized`.

## Why it fails
API Gateway knows three outcomes. A denying policy becomes 403, the error message `Unauthorized` becomes 401, and
everything else (another message, a timeout, no answer) becomes 500. A function that can only allow or fail in its own
words answers a wrong key with 500: the caller takes it for an outage and tries again, the operator's alarms ring, and
nobody can tell an attack from a defect. If the function cannot fail either, everybody is let in (FM0401). The failure
document (section 4) asks for "HTTP status codes"; a function cannot set them, it can only choose among these outcomes.

## Fix
Throw the word `Unauthorized`, or answer with a denying policy, for whoever is not allowed.

JavaScript: `throw new Error('Unauthorized')`, or `callback('Unauthorized')`. Python: `raise Exception("Unauthorized")`.
HTTP API with simple responses: `return { isAuthorized: false }`. The body and code of the answer are changed by an
`AWS::ApiGateway::GatewayResponse`, in CDK `api.addGatewayResponse(...)`, `api.add_gateway_response(...)`.

## Limits
An error whose message is put together at run time is taken for a possible `Unauthorized`; one that is merely passed
on is not. Code that cannot be read yields `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from collections.abc import Iterator

from analyzer.code.program import Place
from analyzer.facts.authorizer_logic import lacks_denial
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0402",
    slug="authorizer-without-denial",
    failure_mode=4,
    severity=Severity.HIGH,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, lambda function, _: lacks_denial(function), blame)


def blame(function: Function, authorizers: list[Authorizer], place: Place) -> Judgement:
    """It cannot turn anybody away."""
    what = "neither denies nor throws Unauthorized on any path"
    because = ", so a caller whom it does not let in gets 500"
    return accuse(function, authorizers, what, place, because=because)
