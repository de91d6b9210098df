"""``Auth`` of REST APIs: authorizers in all forms, defaults, overrides, keys, and what cannot be known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import execute_arn, expanded, of_type, permission, properties, serverless, with_event

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


CALLER = {"Fn::Sub": "arn:${AWS::Partition}:iam::*:user/*"}


@pytest.mark.parametrize(
    ("auth", "event_auth", "credentials"),
    [
        ({"DefaultAuthorizer": "AWS_IAM"}, None, CALLER),
        ({"DefaultAuthorizer": "AWS_IAM", "InvokeRole": "arn:r"}, None, "arn:r"),
        ({"DefaultAuthorizer": "AWS_IAM", "InvokeRole": "NONE"}, None, None),
        ({"InvokeRole": "arn:r"}, {"Authorizer": "AWS_IAM"}, "arn:r"),
        ({"InvokeRole": "arn:r"}, {"Authorizer": "AWS_IAM", "InvokeRole": "CALLER_CREDENTIALS"}, CALLER),
        ({"InvokeRole": "arn:r"}, {"Authorizer": "AWS_IAM", "InvokeRole": None}, None),
        ({"InvokeRole": "arn:r"}, {}, None),
    ],
)
def test_credentials_under_iam(auth: Any, event_auth: Any, credentials: Any) -> None:
    event = {"Path": "/", "Method": "get", "RestApiId": API}
    fn = with_event("Api", event if event_auth is None else {**event, "Auth": event_auth})
    got = properties(expanded({"Fn": fn, "Api": api(auth)}), "ApiRootGet")
    assert got["Integration"].get("Credentials") == credentials


def test_default_authorizer_over_a_definition() -> None:
    integration = {"x-amazon-apigateway-integration": {"type": "mock"}}
    body = {
        "swagger": "2.0",
        "paths": {
            "/plain": {"get": integration},
            "/own": {"get": {**integration, "security": [{"Other": ["s"]}]}},
            "/key": {"get": {**integration, "security": [{"api_key": []}]}},
            "/none": {"get": {**integration, "security": [{"NONE": []}]}},
            "/empty": {"get": {}},
        },
        "securityDefinitions": {
            "Other": {
                "type": "apiKey",
                "in": "header",
                "name": "X",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "u"},
            },
            "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
        },
    }
    auth = {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"}
    got = of_type(expanded({"Api": api(auth, DefinitionBody=body)}), "AWS::ApiGateway::Method")
    other = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "ApiOtherAuthorizer"}, "AuthorizationScopes": ["s"]}
    assert {name: {key: one[key] for key in NAMES if key in one} for name, one in got.items()} == {
        "ApiPlainGet": TOKEN,
        "ApiOwnGet": other,
        "ApiKeyGet": {**TOKEN, "ApiKeyRequired": True},
        "ApiNoneGet": OPEN,
        "ApiEmptyGet": OPEN,
    }


@pytest.mark.parametrize(("override", "expected"), [(True, OPEN), (False, TOKEN)])
def test_events_may_override_a_definition(override: bool, expected: Any) -> None:
    body = {"paths": {"/": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}}}
    auth = {"Authorizers": AUTHORIZERS, "DefaultAuthorizer": "Token"}
    assert asked(auth, {"Authorizer": "NONE", "OverrideApiAuth": override}, DefinitionBody=body) == expected


def test_malformed_authorizers() -> None:
    expansion = expanded({"Api": api({"Authorizers": {"A": "x", "B": {"Ref": "P"}}})})
    assert of_type(expansion, "AWS::ApiGateway::Authorizer") == {
        "ApiAAuthorizer": {"RestApiId": API, "Name": "A", "Type": "x"},
        "ApiBAuthorizer": {"RestApiId": API, "Name": "B", "Type": {"Ref": "P"}},
    }
    at = "/Resources/Api/Properties/Auth/Authorizers"
    assert expansion.notes == (f"{at}/A: this authorizer is not a map", f"{at}/B: this authorizer is not a map")
    assert expanded({"Api": api({"Authorizers": ["x"]})}).notes == (f"{at}: these authorizers are not a map",)


def policy(auth: Any, event_auth: Any = None, **own: Any) -> Any:
    event = {"Path": "/a/{b}", "Method": "any", "RestApiId": API, **({"Auth": event_auth} if event_auth else {})}
    expansion = expanded({"Fn": with_event("Api", event), "Api": api(auth, **own)})
    return properties(expansion, "Api").get("Policy")


RESOURCE = [{"Fn::Sub": ["execute-api:/${__Stage__}/*/a/*", {"__Stage__": "v1"}]}]


def statement(effect: str, principal: Any, condition: Any = None) -> dict[str, Any]:
    base = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": RESOURCE, "Principal": principal}
    return base if condition is None else {**base, "Condition": condition}


@pytest.mark.parametrize(
    ("asked_for", "statements"),
    [
        ({"AwsAccountWhitelist": ["1"]}, [statement("Allow", {"AWS": ["1"]})]),
        ({"AwsAccountBlacklist": "1"}, [statement("Deny", {"AWS": ["1"]})]),
        (
            {"IpRangeWhitelist": ["1.2.3.4"]},
            [statement("Allow", "*"), statement("Deny", "*", {"NotIpAddress": {"aws:SourceIp": ["1.2.3.4"]}})],
        ),
        (
            {"IpRangeBlacklist": ["1.2.3.4"]},
            [statement("Allow", "*"), statement("Deny", "*", {"IpAddress": {"aws:SourceIp": ["1.2.3.4"]}})],
        ),
        (
            {"SourceVpcWhitelist": ["vpc-1", "vpce-2"], "IntrinsicVpceWhitelist": [{"Ref": "E"}]},
            [
                statement("Allow", "*"),
                statement(
                    "Deny",
                    "*",
                    {"StringNotEquals": {"aws:SourceVpc": ["vpc-1"], "aws:SourceVpce": ["vpce-2", {"Ref": "E"}]}},
                ),
            ],
        ),
        ({"CustomStatements": [{"Effect": "Deny"}, {"Effect": "Deny"}]}, [{"Effect": "Deny"}]),
        (
            {"CustomStatements": {"Fn::If": ["C", {"Effect": "Deny"}, NO_VALUE]}},
            [{"Fn::If": ["C", {"Effect": "Deny"}, NO_VALUE]}],
        ),
    ],
)
def test_resource_policy(asked_for: Any, statements: list[Any]) -> None:
    expected = {"Version": "2012-10-17", "Statement": statements}
    assert policy({"ResourcePolicy": asked_for}) == expected
    assert policy({}, {"ResourcePolicy": asked_for}) == expected


def test_resource_policy_follows_that_of_the_definition() -> None:
    own = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    body = {"swagger": "2.0", "paths": {}, "x-amazon-apigateway-policy": own}
    auth = {"ResourcePolicy": {"CustomStatements": [{"Effect": "Deny"}]}}
    assert policy(auth, DefinitionBody=body)["Statement"] == [{"Effect": "Allow"}, {"Effect": "Deny"}]
    assert policy({}, DefinitionBody=body) is own
    assert policy(auth, Policy={"Statement": []}) == {"Statement": []}


def test_resource_policy_that_is_known_only_at_deployment() -> None:
    unknown = {"Fn::If": ["C", {"IpRangeWhitelist": ["1.2.3.4"]}, NO_VALUE]}
    assert policy({"ResourcePolicy": unknown}) == {"Version": "2012-10-17", "Statement": unknown}
    assert expanded({"Api": api({"ResourcePolicy": unknown})}).notes == (
        "/Resources/Api/Properties/Auth/ResourcePolicy: this policy is known only at deployment",
    )


def test_permissions_do_not_depend_on_authorization() -> None:
    fn = with_event("Api", {"Path": "/", "Method": "get", "RestApiId": API, "Auth": {"Authorizer": "Token"}})
    expansion = expanded({"Fn": fn, "Api": api({"Authorizers": AUTHORIZERS})})
    assert properties(expansion, "FnOnPermissionv1")["SourceArn"] == execute_arn(API, "GET/")
