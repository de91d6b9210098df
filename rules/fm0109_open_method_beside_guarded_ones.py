"""A method is open to everybody although others of its API ask for authorization.

## What it checks
Every method and route of an API of which at least one asks for authorization: those with `AuthorizationType: NONE` (or
none written) and without a required API key, `OPTIONS` apart. Also authorizers that no method uses (low).

## Why it fails
An authorizer guards only the methods that name it. A method that was added later, or by hand, and does not name it is
open to the internet, and nothing shows it: the others go on answering 401. With SAM that is an event that sets `Auth:
{Authorizer: NONE}`, or an API without `DefaultAuthorizer`. An authorizer that nobody uses is often the other half of
the same slip.

Of a WebSocket API only `$connect` can ask for authorization; its other routes are not judged. A method that requires an
API key is not open to everybody, though AWS says that keys are for metering and not for authentication.

## Fix
Name the authorizer on every method, best as the API's default; keep what is meant to be public in an API of its own, or
waive the finding with the reason.

CDK (TypeScript): `new apigateway.RestApi(this, 'Api', { defaultMethodOptions: { authorizer } })`. CDK (Python):
`default_method_options=apigateway.MethodOptions(authorizer=authorizer)`. CloudFormation: `AuthorizationType: CUSTOM`
with `AuthorizerId`. SAM: `Auth: {DefaultAuthorizer: …}`.

## Limits
Resource policies, private APIs and what the function behind a method checks itself are not weighed. An authorization
type that is a parameter without a default, and a definition that lies outside the template, yield `unknown`.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_gaps import Openness, openness, unused
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity, fail, passed, unknown

RULE = Rule(
    id="FM0109",
    slug="open-method-beside-guarded-ones",
    failure_mode=1,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
)


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge the methods of every API, and every authorizer."""
    for api in query.authorizers.apis:
        for group in openness(api):
            yield judge(api.name, group)
    for authorizer in query.authorizers:
        yield unused(authorizer).judgement(
            authorizer.resource,
            f"No method of {authorizer.api.name} uses the authorizer {authorizer.name}",
            evidence=[Evidence("route", f"no method names {authorizer.name}", authorizer.resource.place)],
            severity=Severity.LOW,
            key=f"unused {authorizer.name}",
        )


def judge(api: str, group: Openness) -> Judgement:
    """Whether a resource declares methods that are open beside guarded ones."""
    if not group.open:
        if group.undecided:
            return unknown(group.subject, group.undecided[0][1].needs)
        return passed(group.subject)
    labels = ", ".join(sorted(method.label for method, _ in group.open))
    is_open = "is" if len(group.open) == 1 else "are"
    first, settled = group.open[0]
    own = {method.label for method, _ in group.open}
    guarded = min(group.guarded, key=lambda method: (method.label in own, method.label))
    return fail(
        first.resource,
        f"{labels} of {api} {is_open} open to everybody, while {guarded.label} asks for authorization{settled.where}.",
        at=first.authorization.place if first.authorization else first.resource.place,
        evidence=[
            Evidence("route", f"{method.label} asks for no authorization{found.where}", method.resource.place)
            for method, found in group.open
        ],
        related=[guarded.resource] if guarded.resource.logical_id != first.resource.logical_id else [],
        confidence=min(found.confidence for _, found in group.open),
    )
