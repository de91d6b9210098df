"""An authorizer does not fit its API, its methods or its function.

## What it checks
- a time to live of more than 3600 seconds;
- methods of another API that name the authorizer;
- a Lambda authorizer of an HTTP API without `AuthorizerPayloadFormatVersion` (WebSocket APIs have none);
- simple responses on a WebSocket API;
- an API with `ApiKeySourceType: AUTHORIZER` whose authorizer never answers with `usageIdentifierKey`.

## Why it fails
The first four are refused by API Gateway while the stack is deployed, which then rolls back: the "authorization
configuration errors" of which the failure document (section 1) speaks. The last deploys: API Gateway looks for the
API key in the authorizer's answer instead of the header, finds none, and answers 403 on every method that requires a
key (medium where no method requires one).

## Fix
Give the property the value that the API takes, or the methods the authorizer of their own API.

CDK (TypeScript): `resultsCacheTtl: cdk.Duration.hours(1)`; one authorizer for each `RestApi`. CDK (Python): the same
with `results_cache_ttl`. CloudFormation: `AuthorizerResultTtlInSeconds: 3600`, `AuthorizerPayloadFormatVersion:
'2.0'`. In the function: `return { principalId, policyDocument, usageIdentifierKey: client.apiKey }`, or
`ApiKeySourceType: HEADER`.

## Limits
Values that are parameters without a default, and code that cannot be read, yield `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
- https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_wiring import Fault, wiring
from analyzer.facts.authorizers import Authorizer
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, Verdict, fail, passed, unknown

RULE = Rule(
    id="FM0110",
    slug="authorizer-does-not-fit",
    failure_mode=1,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer."""
    for authorizer in query.authorizers:
        yield judge(authorizer, wiring(authorizer))


def judge(authorizer: Authorizer, faults: list[Fault]) -> Judgement:
    """One judgement from all checks of one authorizer."""
    failing = [fault for fault in faults if fault.settled.verdict is Verdict.FAIL]
    if not failing:
        needs = [fault.settled.needs for fault in faults if fault.settled.verdict is Verdict.UNKNOWN]
        return unknown(authorizer.resource, needs[0]) if needs else passed(authorizer.resource)
    texts = "; it ".join(f"{fault.text}{fault.settled.where}" for fault in failing)
    return fail(
        authorizer.resource,
        f"{authorizer.name} {texts}.",
        at=failing[0].node.place,
        evidence=[Evidence("property", f"{authorizer.name} {fault.text}", fault.node.place) for fault in failing],
        related=[resource for fault in failing for resource in fault.related],
        severity=max(fault.severity or Severity.HIGH for fault in failing),
        confidence=min(fault.settled.confidence for fault in failing),
    )
