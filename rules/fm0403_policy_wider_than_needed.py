"""An authorizer allows more of the API than it has to.

## What it checks
The resources that the function of an authorizer allows: `*`, every stage of the API, or, where nothing is cached, every
method of the stage.

## Why it fails
The policy is the last word on what a caller may do. `*` opens every API that uses this function, today's and
tomorrow's, and makes every check of path or method that is added later in the function worthless. The failure
document (section 4) asks for "resource-specific ARNs". There is one good reason for a wide policy: a cache, which
needs one that holds for every method of the stage (FM0105). So with a cache the stage is the right width, and every
stage of the API is reported as low.

## Fix
Allow the methods that the caller may use; with a cache, all of them or the stage, without one `event.methodArn`.

JavaScript: `const [api, stage] = event.methodArn.split('/'); Resource: `${api}/${stage}/*``, or `Resource:
event.methodArn`. Python: `"/".join(event["methodArn"].split("/")[:2]) + "/*"`. In CDK and CloudFormation there is
nothing to change but the time to live.

## Limits
A resource that is computed in a way that is not followed yields `unknown`. Whether a method should be open to a
caller is not seen.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_reach import Reach, reach
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.rule import Judgement, Query, Rule, Severity

from ._authorizer_code import accuse, judge_each

RULE = Rule(
    id="FM0403",
    slug="policy-wider-than-needed",
    failure_mode=4,
    severity=Severity.MEDIUM,
    documented=Severity.HIGH,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the function of every authorizer."""
    yield from judge_each(query, reach, blame)


def blame(function: Function, authorizers: list[Authorizer], found: Reach) -> Judgement:
    """It allows more than it has to."""
    because = ", though a cache needs no more than the stage" if found.cached else ", though no cached result needs it"
    severity = Severity.LOW if found.cached and not found.everything else None
    return accuse(function, authorizers, f"allows {found.text}", found.place, because=because, severity=severity)
