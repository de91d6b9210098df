"""An authorizer handles no error of the look-up on which it decides.

## What it checks
The function of every authorizer that calls an AWS API or the network or verifies a token: whether any `try`, `.catch`
or `except` stands around such a call.

## Why it fails
An error that leaves the function is answered with 500. That fails closed: nobody gets in, so this is no bypass, though
the failure document (section 4) counts missing error handling as high. What it costs is clarity: an expired token, a
throttled table and a defect look alike to the caller and in the metrics, and clients repeat what will never succeed.

## Fix
Catch what the look-up throws, log it without the credential, and throw `Unauthorized` or deny; never allow there.

JavaScript: `try { claims = await verifier.verify(token); } catch (error) { console.warn('rejected', error.name); throw
new Error('Unauthorized'); }`. Python: `except ClientError: logger.exception("look-up failed"); raise
Exception("Unauthorized")`. In CDK and CloudFormation there is nothing to change.

## Limits
One handled call speaks for all calls of the function. Code that cannot be read, also in a layer, yields `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_logic import Lookup, unhandled
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0404",
    slug="unhandled-lookup",
    failure_mode=4,
    severity=Severity.LOW,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, lambda function, _: unhandled(function), blame)


def blame(function: Function, authorizers: list[Authorizer], found: Lookup) -> Judgement:
    """It leaves errors of a look-up to API Gateway."""
    because = ", so a look-up that fails is answered with 500 instead of 401; nobody gets in by it"
    return accuse(function, authorizers, f"catches no error of {found.text}", found.place, because=because)
