"""An authorizer answers in a shape that API Gateway cannot read.

## What it checks
Every answer of an authorizer's function: an object with `principalId` and `policyDocument` whose `Statement` has
`Effect`, `Action` and `Resource`; for HTTP APIs with simple responses `isAuthorized`.

## Why it fails
API Gateway answers 500 (`AUTHORIZER_CONFIGURATION_ERROR`) to whatever it cannot read: `{ statusCode: 401 }`, a bare
`true`, `isAuthorized` without simple responses, a policy without `principalId`. If that is the allowing answer,
nobody gets in; if it is the other, those who are turned away get 500 (medium). The function itself succeeds, so
nothing shows in its errors. This is the lack of "proper policy generation" of the failure document (section 4).

## Fix
Answer with the shape that this kind of authorizer asks for.

REST and WebSocket APIs: `{ principalId, policyDocument: { Version: '2012-10-17', Statement: [{ Action:
'execute-api:Invoke', Effect, Resource }] } }`. HTTP APIs: the same, or `{ isAuthorized }` with simple responses
enabled: CDK (TypeScript) `responseTypes: [HttpLambdaResponseType.SIMPLE]`, CDK (Python)
`response_types=[HttpLambdaResponseType.SIMPLE]`, CloudFormation `EnableSimpleResponses: true`. To answer 401 throw
`Unauthorized`.

## Limits
Answers that a package puts together are not seen. A parameter without a default behind `EnableSimpleResponses`, and
code that cannot be read, yield `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from collections.abc import Iterator
from functools import partial

from analyzer.facts.authorizer_logic import Misshapen, misshapen
from analyzer.facts.authorizer_variants import Variant, settle_variants
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.judgement import gravest
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0407",
    slug="answer-of-the-wrong-shape",
    failure_mode=4,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer by all authorizers that it serves."""
    for function, authorizers in query.authorizers.handlers.items():
        yield gravest(judge(function, authorizer) for authorizer in authorizers)


def judge(function: Function, authorizer: Authorizer) -> Judgement:
    """Whether the function answers as one of its authorizers needs."""
    outcome = settle_variants(authorizer.resource.node, authorizer.variants, partial(serves, function))
    found = outcome.proof
    if found is None:
        return outcome.settled.judgement(function.resource, "")
    place = function.place(found.place)
    effect = "so every call is answered with 500" if found.always else "so callers whom it turns away get 500"
    return outcome.settled.judgement(
        function.resource,
        f"{function.name} answers {authorizer.name} with {found.text}, {effect}",
        at=place,
        evidence=[Evidence("code", f"{function.name} answers with {found.text}", place)],
        related=[authorizer.resource],
        severity=None if found.always else Severity.MEDIUM,
    )


def serves(function: Function, variant: Variant) -> Misshapen | Unknown | None:
    """What does not fit, where this variant uses the function."""
    if variant.by_function is False or variant.function is not function:
        return None
    return misshapen(function, variant)
