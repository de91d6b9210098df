"""``Auth`` of REST APIs: authorizers in all forms, defaults, overrides, keys, and what cannot be known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import expanded, of_type, permission, properties, serverless, with_event

API = {"Ref": "Api"}


AUTH_FN = {"Fn::GetAtt": ["AuthFn", "Arn"]}


NO_VALUE = {"Ref": "AWS::NoValue"}


URI = {
    "Fn::Sub": [
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "${__FunctionArn__}/invocations",
        {"__FunctionArn__": AUTH_FN},
    ]
}


def api(auth: Any, **own: Any) -> dict[str, Any]:
    return serverless("Api", StageName="v1", Auth=auth, **own)


def authorizer(own: dict[str, Any]) -> Any:
    """Properties of the authorizer that one entry of ``Authorizers`` becomes."""
    expansion = expanded({"Api": api({"Authorizers": {"Mine": own}})})
    assert list(of_type(expansion, "AWS::ApiGateway::Authorizer")) == ["ApiMineAuthorizer"]
    assert expansion.owners["ApiMineAuthorizer"] == "Api"
    assert expansion.origins["ApiMineAuthorizer"] == "/Resources/Api/Properties/Auth/Authorizers/Mine"
    return properties(expansion, "ApiMineAuthorizer")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, {"Type": "TOKEN", "IdentitySource": "method.request.header.Authorization"}),
        (
            {
                "FunctionPayloadType": "TOKEN",
                "Identity": {"Header": "X-Token", "ValidationExpression": "^Bearer", "ReauthorizeEvery": 0},
            },
            {
                "Type": "TOKEN",
                "IdentitySource": "method.request.header.X-Token",
                "IdentityValidationExpression": "^Bearer",
                "AuthorizerResultTtlInSeconds": 0,
            },
        ),
        (
            {
                "FunctionPayloadType": "REQUEST",
                "Identity": {
                    "Context": ["identity.sourceIp"],
                    "Headers": ["A", "B"],
                    "QueryStrings": ["q"],
                    "StageVariables": ["v"],
                },
            },
            {
                "Type": "REQUEST",
                "IdentitySource": "method.request.header.A, method.request.header.B, "
                "method.request.querystring.q, stageVariables.v, context.identity.sourceIp",
            },
        ),
        (
            {"FunctionPayloadType": "REQUEST", "Identity": {"ReauthorizeEvery": 0}},
            {"Type": "REQUEST", "AuthorizerResultTtlInSeconds": 0},
        ),
        ({"FunctionPayloadType": "REQUEST"}, {"Type": "REQUEST"}),
        (
            {"Identity": {"ReauthorizeEvery": {"Fn::If": ["C", 0, NO_VALUE]}}},
            {
                "Type": "TOKEN",
                "IdentitySource": "method.request.header.Authorization",
                "AuthorizerResultTtlInSeconds": {"Fn::If": ["C", 0, NO_VALUE]},
            },
        ),
        (
            {"FunctionInvokeRole": {"Ref": "Role"}},
            {
                "Type": "TOKEN",
                "IdentitySource": "method.request.header.Authorization",
                "AuthorizerCredentials": {"Ref": "Role"},
            },
        ),
        (
            {"FunctionInvokeRole": "NONE"},
            {"Type": "TOKEN", "IdentitySource": "method.request.header.Authorization"},
        ),
        (
            {"FunctionPayloadType": "REQUEST", "Identity": {"Headers": [{"Ref": "H"}, "B"]}},
            {
                "Type": "REQUEST",
                "IdentitySource": {
                    "Fn::Join": [
                        ", ",
                        [{"Fn::Join": ["", ["method.request.header.", {"Ref": "H"}]]}, "method.request.header.B"],
                    ]
                },
            },
        ),
        (
            {"FunctionPayloadType": "REQUEST", "Identity": {"Headers": {"Fn::If": ["C", ["A", "B"], NO_VALUE]}}},
            {
                "Type": "REQUEST",
                "IdentitySource": {
                    "Fn::Join": [
                        ", ",
                        [
                            {
                                "Fn::If": [
                                    "C",
                                    {"Fn::Join": [", ", ["method.request.header.A", "method.request.header.B"]]},
                                    NO_VALUE,
                                ]
                            }
                        ],
                    ]
                },
            },
        ),
    ],
)
def test_lambda_authorizers(own: dict[str, Any], expected: dict[str, Any]) -> None:
    assert authorizer({"FunctionArn": AUTH_FN, **own}) == {
        "RestApiId": API,
        "Name": "Mine",
        "AuthorizerUri": URI,
        **expected,
    }


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"UserPoolArn": "arn:p"}, {"ProviderARNs": ["arn:p"]}),
        ({"UserPoolArn": ["arn:p", {"Ref": "Q"}]}, {"ProviderARNs": ["arn:p", {"Ref": "Q"}]}),
        (
            {"UserPoolArn": "arn:p", "Identity": {"Header": "X", "ValidationExpression": ".*"}},
            {
                "ProviderARNs": ["arn:p"],
                "IdentitySource": "method.request.header.X",
                "IdentityValidationExpression": ".*",
            },
        ),
    ],
)
def test_cognito_authorizers(own: dict[str, Any], expected: dict[str, Any]) -> None:
    assert authorizer(own) == {
        "RestApiId": API,
        "Name": "Mine",
        "Type": "COGNITO_USER_POOLS",
        "IdentitySource": "method.request.header.Authorization",
        **expected,
    }


def test_permission_of_the_authorizers_function() -> None:
    authorizers = {
        "On": {"FunctionArn": AUTH_FN},
        "Off": {"FunctionArn": AUTH_FN, "DisableFunctionDefaultPermissions": True},
        "Pool": {"UserPoolArn": "arn:p"},
    }
    text = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*"
    source = {"Fn::Sub": [text, {"__ApiId__": API}]}
    assert of_type(expanded({"Api": api({"Authorizers": authorizers})}), "AWS::Lambda::Permission") == {
        "ApiOnAuthorizerPermission": permission(AUTH_FN, "apigateway.amazonaws.com", SourceArn=source)
    }


AUTHORIZERS = {
    "Token": {"FunctionArn": AUTH_FN},
    "Pool": {"UserPoolArn": "arn:p", "AuthorizationScopes": ["read"]},
}


TOKEN = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "ApiTokenAuthorizer"}}


POOL = {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizerId": {"Ref": "ApiPoolAuthorizer"}}


OPEN = {"AuthorizationType": "NONE"}


UNKNOWN = {"AuthorizationType": {"Fn::GetAtt": ["Api", "Auth"]}}


NAMES = ("AuthorizationType", "AuthorizerId", "AuthorizationScopes", "ApiKeyRequired")


def asked(auth: Any, event_auth: Any = None, method: str = "get", **own: Any) -> Any:
    """What the one method of an API with ``auth`` asks for."""
    event = {"Path": "/", "Method": method, "RestApiId": API}
    fn = with_event("Api", event if event_auth is None else {**event, "Auth": event_auth})
    expansion = expanded({"Fn": fn, "Api": api(auth, **own)})
    got = properties(expansion, f"ApiRoot{method.title()}")
    return {name: got[name] for name in NAMES if name in got}


@pytest.mark.parametrize(
    ("auth", "event_auth", "expected"),
    [
        ({}, None, OPEN),
        ({"Authorizers": AUTHORIZERS}, None, OPEN),
        ({"Authorizers": AUTHORIZERS}, {"Authorizer": "Token"}, TOKEN),
        ({"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"}, None, TOKEN),
        ({"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"}, {"Authorizer": "NONE"}, OPEN),
        (
            {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"},
            {"Authorizer": "Pool"},
            {**POOL, "AuthorizationScopes": ["read"]},
        ),
        (
            {"Authorizers": AUTHORIZERS},
            {"Authorizer": "Pool", "AuthorizationScopes": ["write"]},
            {**POOL, "AuthorizationScopes": ["write"]},
        ),
        ({"Authorizers": AUTHORIZERS}, {"Authorizer": "Pool", "AuthorizationScopes": []}, POOL),
        (
            {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Pool"},
            None,
            {**POOL, "AuthorizationScopes": ["read"]},
        ),
        ({"DefaultAuthorizer": "AWS_IAM"}, None, {"AuthorizationType": "AWS_IAM"}),
        ({}, {"Authorizer": "AWS_IAM"}, {"AuthorizationType": "AWS_IAM"}),
        ({"ApiKeyRequired": True}, None, {**OPEN, "ApiKeyRequired": True}),
        ({"ApiKeyRequired": True}, {"ApiKeyRequired": False}, OPEN),
        ({}, {"ApiKeyRequired": True}, {**OPEN, "ApiKeyRequired": True}),
        (
            {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token", "ApiKeyRequired": True},
            None,
            {**TOKEN, "ApiKeyRequired": True},
        ),
        (
            {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"},
            {"ApiKeyRequired": True},
            {**TOKEN, "ApiKeyRequired": True},
        ),
        (
            {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": {"Fn::If": ["C", "Token", NO_VALUE]}},
            None,
            {
                "AuthorizationType": {"Fn::If": ["C", "CUSTOM", NO_VALUE]},
                "AuthorizerId": {"Fn::If": ["C", {"Ref": "ApiTokenAuthorizer"}, NO_VALUE]},
            },
        ),
        (
            {"Authorizers": AUTHORIZERS},
            {"Authorizer": {"Fn::If": ["C", "Token", "NONE"]}},
            {
                "AuthorizationType": {"Fn::If": ["C", "CUSTOM", "NONE"]},
                "AuthorizerId": {"Fn::If": ["C", {"Ref": "ApiTokenAuthorizer"}, NO_VALUE]},
            },
        ),
        ({"Authorizers": AUTHORIZERS, "DefaultAuthorizer": NO_VALUE}, None, OPEN),
    ],
)
def test_what_a_method_asks_for(auth: Any, event_auth: Any, expected: Any) -> None:
    assert asked(auth, event_auth) == expected


@pytest.mark.parametrize(
    ("auth", "event_auth"),
    [
        ({"Authorizers": AUTHORIZERS}, {"Authorizer": "Elsewhere"}),
        ({"DefaultAuthorizer": "Elsewhere"}, None),
        ({"DefaultAuthorizer": {"Ref": "Parameter"}}, None),
        ({"Authorizers": AUTHORIZERS}, {"Fn::If": ["C", {"Authorizer": "Token"}, {}]}),
    ],
)
def test_what_cannot_be_known_is_not_open(auth: Any, event_auth: Any) -> None:
    got = asked(auth, event_auth)
    if isinstance(event_auth, dict) and "Fn::If" in event_auth:
        unknown = {"Fn::GetAtt": ["Api", "Auth"]}
        assert got["AuthorizationType"] == {"Fn::If": ["C", unknown, unknown]}
    else:
        assert got["AuthorizationType"] == UNKNOWN["AuthorizationType"]


def test_auth_that_is_known_only_at_deployment() -> None:
    auth = {"Fn::If": ["C", {"DefaultAuthorizer": "AWS_IAM"}, NO_VALUE]}
    got = asked(auth)
    assert got["AuthorizationType"] == {"Fn::If": ["C", {"Fn::GetAtt": ["Api", "Auth"]}, NO_VALUE]}
    assert expanded({"Api": api(auth)}).notes == (
        "/Resources/Api/Properties/Auth: known only at deployment, so whether its methods are open is unknown",
    )


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, {**TOKEN, "ApiKeyRequired": True}),
        ({"AddDefaultAuthorizerToCorsPreflight": False}, {**OPEN, "ApiKeyRequired": True}),
        ({"AddApiKeyRequiredToCorsPreflight": False}, TOKEN),
    ],
)
def test_preflights_are_authorized_unless_told_otherwise(extra: dict[str, Any], expected: Any) -> None:
    auth = {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token", "ApiKeyRequired": True, **extra}
    fn = with_event("Api", {"Path": "/", "Method": "get", "RestApiId": API})
    got = properties(expanded({"Fn": fn, "Api": api(auth, Cors="'*'")}), "ApiRootOptions")
    assert {name: got[name] for name in NAMES if name in got} == expected
