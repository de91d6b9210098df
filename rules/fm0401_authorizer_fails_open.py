"""An authorizer lets callers in without having checked their credential.

## What it checks
Every answer of an authorizer's function that allows: whether it rests on a check of what the caller sent. Reported
are an allow in a `catch` or `except`, an allow after a `catch` that swallowed the error of the check, an allow that
depends on nothing, on the mere presence or form of a credential, or on what a token says of itself without a verified
signature.

## Why it fails
Whoever finds such a path is in. An allow in a `catch` needs no more than a look-up that fails, and a throttled table is
enough for that; `jwt.decode` accepts a token that anybody wrote. This is the "authorization bypass" of the failure
document (section 4). The document blames missing error handling, which is not it: an authorizer that throws is
answered with 500 and lets nobody in. Error handling that allows is what opens the door.

## Fix
Deny or throw `Unauthorized` on every path that is not a positive match, above all in `catch`, and verify tokens before
anything in them is believed.

JavaScript: `catch (error) { console.error('look-up failed', error.name); throw new Error('Unauthorized'); }`;
`jwt.verify(token, key, { algorithms: ['RS256'] })` or `aws-jwt-verify` in the place of `jwt.decode`. Python: `except
Exception: logger.exception("look-up failed"); raise Exception("Unauthorized")`; `jwt.decode(token, key,
algorithms=["RS256"])` without `verify_signature: False`.

## Limits
Whether a check is the right one is not seen, except that a credential is only none of some named ones: a comparison
with a literal, a literal list, `"Item" in table.get_item(…)`, each with its own `return`. Which way other tests go, and
a result kept in a variable (`effect = "Allow"` before the test), is not followed, since a look-up may mean either. An
allow by path or method alone is taken for a public path where other answers rest on a check. An allow that only an
environment variable or such a list decides is found with lower confidence. Code that cannot be followed yields
`unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
- https://cwe.mitre.org/data/definitions/636.html
- https://cwe.mitre.org/data/definitions/347.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_logic import Opening, opening
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Confidence, Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0401",
    slug="authorizer-fails-open",
    failure_mode=4,
    severity=Severity.CRITICAL,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, lambda function, _: opening(function), blame)


def blame(function: Function, authorizers: list[Authorizer], found: Opening) -> Judgement:
    """It lets somebody in unchecked."""
    confidence = Confidence.LIKELY if found.arguable else Confidence.CERTAIN
    return accuse(function, authorizers, found.text, found.place, confidence=confidence)
