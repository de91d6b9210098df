"""HTTP and WebSocket APIs: routes, integrations, authorizers, stages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import (
    execute_arn,
    expanded,
    function,
    invocation,
    of_type,
    permission,
    properties,
    serverless,
)
from tests.model.sam_cases import with_event as one_event

API = {"Ref": "Api"}


TAGS = {"httpapi:createdBy": "SAM"}


NO_VALUE = {"Ref": "AWS::NoValue"}


AUTH_FN = {"Fn::GetAtt": ["AuthFn", "Arn"]}


LAMBDA = {
    "ApiId": API,
    "IntegrationType": "AWS_PROXY",
    "IntegrationMethod": "POST",
    "IntegrationUri": invocation("Fn.Arn"),
    "PayloadFormatVersion": "2.0",
}


def on_api(**event: Any) -> dict[str, Any]:
    return one_event("HttpApi", {"ApiId": API, **event})


def api(**own: Any) -> dict[str, Any]:
    return serverless("HttpApi", **own)


def target(name: str) -> dict[str, Any]:
    return {"Fn::Join": ["/", ["integrations", {"Ref": name}]]}


def routes(expansion: Any) -> dict[str, Any]:
    return of_type(expansion, "AWS::ApiGatewayV2::Route")


def test_implicit_api_as_a_whole() -> None:
    expansion = expanded({"Fn": one_event("HttpApi", {"Path": "/a/{b}", "Method": "get"})})
    http = {"Ref": "ServerlessHttpApi"}
    resources = expansion.document["Resources"]
    del resources["Fn"]
    assert {name: raw["Properties"] for name, raw in resources.items()} == {
        "FnOnPermission": permission({"Ref": "Fn"}, "apigateway.amazonaws.com", SourceArn=execute_arn(http, "GET/a/*")),
        "ServerlessHttpApi": {"ProtocolType": "HTTP", "Tags": TAGS},
        "ServerlessHttpApiABParamGetIntegration": {**LAMBDA, "ApiId": http},
        "ServerlessHttpApiABParamGet": {
            "ApiId": http,
            "RouteKey": "GET /a/{b}",
            "AuthorizationType": "NONE",
            "Target": target("ServerlessHttpApiABParamGetIntegration"),
        },
        "ServerlessHttpApiApiGatewayDefaultStage": {
            "ApiId": http,
            "StageName": "$default",
            "AutoDeploy": True,
            "Tags": TAGS,
        },
    }
    assert expansion.owners["ServerlessHttpApiABParamGet"] == "ServerlessHttpApi"
    assert expansion.origins["ServerlessHttpApiABParamGet"] == "/Resources/Fn/Properties/Events/On"


@pytest.mark.parametrize(
    ("event", "key", "tail"),
    [
        ({}, "$default", "*"),
        ({"Path": "$default", "Method": "any"}, "$default", "*"),
        ({"Path": "/$default", "Method": "any"}, "$default", "$default"),
        ({"Path": "/", "Method": "ANY"}, "ANY /", "*/"),
        ({"Path": "/a/", "Method": "x-amazon-apigateway-any-method"}, "ANY /a/", "*/a"),
        ({"Path": "/{proxy+}", "Method": "Post"}, "POST /{proxy+}", "POST/*"),
    ],
)
def test_route_keys_and_source_arns(event: dict[str, Any], key: str, tail: str) -> None:
    expansion = expanded({"Fn": on_api(**event), "Api": api()})
    assert [route["RouteKey"] for route in routes(expansion).values()] == [key]
    assert properties(expansion, "FnOnPermission")["SourceArn"] == execute_arn(API, tail)


def test_default_route_permits_the_others() -> None:
    events = {
        "All": {"Type": "HttpApi", "Properties": {"ApiId": API}},
        "One": {"Type": "HttpApi", "Properties": {"ApiId": API, "Path": "/a", "Method": "get"}},
        "Other": {"Type": "HttpApi", "Properties": {"Path": "/a", "Method": "get"}},
    }
    expansion = expanded({"Fn": function(Events=events), "Api": api()})
    assert sorted(of_type(expansion, "AWS::Lambda::Permission")) == ["FnAllPermission", "FnOtherPermission"]


def test_settings_of_events_and_api() -> None:
    fn = on_api(
        Path="/",
        Method="get",
        TimeoutInMillis=5000,
        PayloadFormatVersion="1.0",
        RouteSettings={"ThrottlingRateLimit": 5},
    )
    own = {
        "Name": "n",
        "Description": {"Ref": "D"},
        "DisableExecuteApiEndpoint": True,
        "FailOnWarnings": True,
        "CorsConfiguration": {"AllowOrigins": ["https://e"]},
        "StageName": {"Ref": "Stage"},
        "StageVariables": {"a": "b"},
        "AccessLogSettings": {"DestinationArn": "arn:l"},
        "DefaultRouteSettings": {"ThrottlingBurstLimit": 1},
        "RouteSettings": {"GET /": {"ThrottlingBurstLimit": 2}},
        "Tags": {"t": "v"},
    }
    expansion = expanded({"Fn": fn, "Api": api(**own)})
    assert properties(expansion, "Api") == {
        "ProtocolType": "HTTP",
        "Name": "n",
        "Description": {"Ref": "D"},
        "DisableExecuteApiEndpoint": True,
        "FailOnWarnings": True,
        "CorsConfiguration": {"AllowOrigins": ["https://e"]},
        "Tags": {"t": "v", **TAGS},
    }
    assert properties(expansion, "ApiRootGetIntegration") == {
        **LAMBDA,
        "PayloadFormatVersion": "1.0",
        "TimeoutInMillis": 5000,
    }
    assert properties(expansion, "ApiStage") == {
        "ApiId": API,
        "StageName": {"Ref": "Stage"},
        "AutoDeploy": True,
        "StageVariables": {"a": "b"},
        "AccessLogSettings": {"DestinationArn": "arn:l"},
        "DefaultRouteSettings": {"ThrottlingBurstLimit": 1},
        "RouteSettings": {"GET /": {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 5}},
        "Tags": {"t": "v", **TAGS},
    }


def test_route_settings_of_a_conditional_function() -> None:
    fn = {**on_api(RouteSettings={"ThrottlingRateLimit": 5}), "Condition": "C"}
    got = properties(expanded({"Fn": fn, "Api": api()}), "ApiApiGatewayDefaultStage")
    assert got["RouteSettings"] == {"$default": {"Fn::If": ["C", {"ThrottlingRateLimit": 5}, NO_VALUE]}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (True, {"AllowOrigins": ["*"]}),
        (False, None),
        ({"Ref": "On"}, {"AllowOrigins": ["*"]}),
        ({"Ref": "X"}, {"Ref": "X"}),
    ],
)
def test_cors(written: Any, expected: Any) -> None:
    parameters = {"On": {"Type": "String", "Default": "true"}}
    expansion = expanded({"Api": api(CorsConfiguration=written)}, Parameters=parameters)
    assert properties(expansion, "Api").get("CorsConfiguration") == expected


JWT = {
    "JwtConfiguration": {"issuer": {"Ref": "I"}, "Audience": ["a"]},
    "IdentitySource": "$request.header.Authorization",
    "AuthorizationScopes": ["read"],
}


URI = {
    "Fn::Sub": [
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "${__FunctionArn__}/invocations",
        {"__FunctionArn__": AUTH_FN},
    ]
}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            JWT,
            {
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Issuer": {"Ref": "I"}, "Audience": ["a"]},
            },
        ),
        (
            {"FunctionArn": AUTH_FN, "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True},
            {
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": URI,
                "AuthorizerPayloadFormatVersion": "2.0",
                "EnableSimpleResponses": True,
            },
        ),
        (
            {
                "FunctionArn": AUTH_FN,
                "FunctionInvokeRole": "arn:r",
                "AuthorizerPayloadFormatVersion": 1.0,
                "EnableSimpleResponses": False,
                "Identity": {
                    "Headers": ["A"],
                    "QueryStrings": ["q"],
                    "StageVariables": ["v"],
                    "Context": ["routeKey"],
                    "ReauthorizeEvery": {"Fn::If": ["C", 0, 60]},
                },
            },
            {
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": URI,
                "AuthorizerCredentialsArn": "arn:r",
                "AuthorizerPayloadFormatVersion": 1.0,
                "AuthorizerResultTtlInSeconds": {"Fn::If": ["C", 0, 60]},
                "IdentitySource": [
                    "$request.header.A",
                    "$request.querystring.q",
                    "$stageVariables.v",
                    "$context.routeKey",
                ],
            },
        ),
    ],
)
def test_authorizers(own: Any, expected: Any) -> None:
    expansion = expanded({"Api": api(Auth={"Authorizers": {"Mine": own}})})
    assert of_type(expansion, "AWS::ApiGatewayV2::Authorizer") == {
        "ApiMineAuthorizer": {"ApiId": API, "Name": "Mine", **expected}
    }
    assert of_type(expansion, "AWS::Lambda::Permission") == {}


def test_permission_of_an_authorizer_on_request_only() -> None:
    own = {"FunctionArn": AUTH_FN, "EnableFunctionDefaultPermissions": True}
    expansion = expanded({"Api": api(Auth={"Authorizers": {"Mine": own}})})
    assert list(of_type(expansion, "AWS::Lambda::Permission")) == ["ApiMineAuthorizerPermission"]


MINE = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "ApiMineAuthorizer"}}


AUTH = {"Authorizers": {"Mine": JWT}}


@pytest.mark.parametrize(
    ("auth", "event_auth", "expected"),
    [
        (AUTH, None, {"AuthorizationType": "NONE"}),
        (AUTH, {"Authorizer": "Mine"}, {**MINE, "AuthorizationScopes": ["read"]}),
        (
            {**AUTH, "DefaultAuthorizer": "Mine"},
            {"AuthorizationScopes": ["write"]},
            {**MINE, "AuthorizationScopes": ["write"]},
        ),
        ({**AUTH, "DefaultAuthorizer": "Mine"}, None, {**MINE, "AuthorizationScopes": ["read"]}),
        ({**AUTH, "DefaultAuthorizer": "Mine"}, {"Authorizer": "NONE"}, {"AuthorizationType": "NONE"}),
        ({"EnableIamAuthorizer": True, "DefaultAuthorizer": "AWS_IAM"}, None, {"AuthorizationType": "AWS_IAM"}),
        ({"EnableIamAuthorizer": True}, {"Authorizer": "AWS_IAM"}, {"AuthorizationType": "AWS_IAM"}),
    ],
)
def test_what_a_route_asks_for(auth: Any, event_auth: Any, expected: Any) -> None:
    event = {"Path": "/", "Method": "get"} | ({} if event_auth is None else {"Auth": event_auth})
    got = properties(expanded({"Fn": on_api(**event), "Api": api(Auth=auth)}), "ApiRootGet")
    names = ("AuthorizationType", "AuthorizerId", "AuthorizationScopes")
    assert {name: got[name] for name in names if name in got} == expected


def test_preflight_routes_have_no_default_authorizer() -> None:
    fn = on_api(Path="/", Method="options")
    got = properties(expanded({"Fn": fn, "Api": api(Auth={**AUTH, "DefaultAuthorizer": "Mine"})}), "ApiRootOptions")
    assert got["AuthorizationType"] == "NONE"


def test_events_complete_a_definition() -> None:
    body = {
        "openapi": "3.0.1",
        "paths": {
            "/known": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": "https://e"}}},
            "/bare": {"get": {"security": [{"Mine": ["own"]}]}},
        },
    }
    events = {
        name: {"Type": "HttpApi", "Properties": {"ApiId": API, "Path": path, "Method": "get", "TimeoutInMillis": 5}}
        for name, path in (("K", "/known"), ("B", "/bare"), ("N", "/new"))
    }
    expansion = expanded({"Fn": function(Events=events), "Api": api(DefinitionBody=body, Auth=AUTH)})
    lambda_ = {**LAMBDA, "TimeoutInMillis": 5}
    assert of_type(expansion, "AWS::ApiGatewayV2::Integration") == {
        "ApiKnownGetIntegration": {
            "ApiId": API,
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://e",
            "TimeoutInMillis": 5,
        },
        "ApiBareGetIntegration": lambda_,
        "ApiNewGetIntegration": lambda_,
    }
    assert routes(expansion)["ApiBareGet"] == {
        "ApiId": API,
        "RouteKey": "GET /bare",
        **MINE,
        "AuthorizationScopes": ["own"],
        "Target": target("ApiBareGetIntegration"),
    }
    assert properties(expansion, "Api")["Body"] is body


def test_definition_elsewhere() -> None:
    expansion = expanded({"Fn": on_api(), "Api": api(DefinitionUri={"Bucket": "b", "Key": "k", "Version": "1"})})
    assert properties(expansion, "Api") == {
        "ProtocolType": "HTTP",
        "BodyS3Location": {"Bucket": "b", "Key": "k", "Version": "1"},
        "Tags": TAGS,
    }
    assert routes(expansion) == {}


def test_auth_that_is_known_only_at_deployment() -> None:
    auth = {"Fn::If": ["C", AUTH, NO_VALUE]}
    expansion = expanded({"Fn": on_api(), "Api": api(Auth=auth)})
    unknown = {"Fn::If": ["C", {"Fn::GetAtt": ["Api", "Auth"]}, NO_VALUE]}
    assert properties(expansion, "ApiDefaultAny")["AuthorizationType"] == unknown


def test_rest_events_do_not_reach_http_apis() -> None:
    fn = one_event("Api", {"Path": "/", "Method": "get", "RestApiId": API})
    expansion = expanded({"Fn": fn, "Api": api()})
    assert routes(expansion) == {}
    assert expansion.notes == (
        "/Resources/Fn/Properties/Events/On: RestApiId names no API of this template, "
        "so the method is not known to any",
    )
