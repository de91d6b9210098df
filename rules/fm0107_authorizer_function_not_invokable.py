"""API Gateway may not invoke the function of an authorizer, so every call answers 500.

## What it checks
Every Lambda authorizer: whether an `AWS::Lambda::Permission` on its function covers `…/authorizers/ID` of its API for
`apigateway.amazonaws.com`, or its credentials name a role that API Gateway may assume and that may invoke the function.

## Why it fails
The deployment succeeds, because API Gateway checks neither. At run time each guarded call ends in 500
(`AUTHORIZER_CONFIGURATION_ERROR`). A permission for the API's methods (`…/*/GET/orders`) does not cover its
authorizers. CDK's authorizer classes add the permission; SAM adds it for REST APIs, and for HTTP APIs only with
`EnableFunctionDefaultPermissions`; with `Cfn*` classes and in plain CloudFormation nobody does.

## Fix
Add a permission whose source is the API's authorizers.

CDK (TypeScript): one of CDK's authorizer classes, or `fn.addPermission('Authorizer', { principal, sourceArn:
stack.formatArn({ service: 'execute-api', resource: api.restApiId, resourceName: `authorizers/${authorizer.ref}` }) })`.
CDK (Python): the same with `fn.add_permission` and `format_arn`. `arnForExecuteApi()` does not cover authorizers.
CloudFormation: `AWS::Lambda::Permission` with `Principal: apigateway.amazonaws.com` and `SourceArn: !Sub
arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Authorizer}`.

## Limits
A function or a role that is not in the application yields `unknown`, for its permissions are written elsewhere. Which
alias or version a permission is for is not compared.

## References
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from collections.abc import Iterator

from analyzer.facts.authorizer_permissions import Invoking
from analyzer.facts.authorizer_variants import Variant, settle_variants
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.model.value import Unknown
from analyzer.rule import Evidence, Judgement, Query, Rule, Severity

RULE = Rule(
    id="FM0107",
    slug="authorizer-function-not-invokable",
    failure_mode=1,
    severity=Severity.HIGH,
    documented=Severity.CRITICAL,
)


def judge(authorizer: Authorizer, invoking: Invoking) -> Judgement:
    """Whether API Gateway may invoke the function in every variant."""

    def is_barred(variant: Variant) -> Function | Unknown | None:
        if variant.by_function is False:
            return None
        barred = invoking.barred(authorizer, variant)
        if isinstance(barred, Unknown) or isinstance(variant.function, Unknown):
            return barred if isinstance(barred, Unknown) else None
        return variant.function if barred else None

    uri = authorizer.resource["AuthorizerUri"]
    outcome = settle_variants(uri, authorizer.variants, is_barred)
    name = outcome.proof.name if outcome.proof else ""
    return outcome.settled.judgement(
        authorizer.resource,
        f"Nothing lets API Gateway invoke {name} for {authorizer.name}, so every call that it guards answers 500",
        at=uri.place,
        evidence=[
            Evidence("property", f"the URI names {name}", uri.place),
            Evidence("grant", f"no permission and no role covers {name} for the API's authorizers"),
        ],
    )


@RULE.check
def check(query: Query) -> Iterator[Judgement]:
    """Judge every authorizer in which a function decides."""
    invoking = Invoking(query.application, query.functions, query.iam)
    for authorizer in query.authorizers.by_function:
        yield judge(authorizer, invoking)
