"""OpenAPI documents as methods, routes and authorizers."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.openapi import expand_openapi
from analyzer.model.openapi_emit import Emission

API = {"Ref": "Api"}


NO_VALUE = {"Ref": "AWS::NoValue"}


AT = "/Resources/Api/Properties/Body"


def expanded(body: Any, **options: Any) -> Emission:
    return expand_openapi("Api", body, at=AT, **options)


def rest(operation: Any, **document: Any) -> Any:
    """Properties of the one method ``GET /``."""
    return expanded({"paths": {"/": {"get": operation}}, **document}).resources["ApiRootGet"]["Properties"]


def asks(properties: dict[str, Any]) -> dict[str, Any]:
    names = ("AuthorizationType", "AuthorizerId", "AuthorizationScopes", "ApiKeyRequired")
    return {name: properties[name] for name in names if name in properties}


def test_a_document_as_a_whole() -> None:
    uri = {"Fn::Sub": "arn:${Fn.Arn}"}
    emission = expanded(
        {
            "openapi": "3.0.1",
            "x-amazon-apigateway-policy": {"Statement": []},
            "x-amazon-apigateway-api-key-source": "AUTHORIZER",
            "servers": [{"x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": True}}],
            "paths": {
                "/users/{id}": {
                    "parameters": [{"in": "path", "name": "id", "required": True}],
                    "x-amazon-apigateway-any-method": {
                        "parameters": [
                            {"in": "header", "name": "X"},
                            {"$ref": "#/components/parameters/Q"},
                            {"in": "body", "name": "ignored"},
                        ],
                        "security": [{"Auth": []}],
                        "x-amazon-apigateway-integration": {
                            "type": "aws_proxy",
                            "httpMethod": "POST",
                            "uri": uri,
                            "credentials": "arn:r",
                            "cacheKeyParameters": ["method.request.path.id"],
                            "responses": {},
                        },
                    },
                }
            },
            "components": {
                "parameters": {"Q": {"in": "query", "name": "q", "required": True}},
                "securitySchemes": {
                    "Auth": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "x-amazon-apigateway-authtype": "custom",
                        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "u"},
                    }
                },
            },
        },
        condition="Prod",
    )
    assert emission.resources == {
        "ApiAuthAuthorizer": {
            "Type": "AWS::ApiGateway::Authorizer",
            "Condition": "Prod",
            "Properties": {
                "RestApiId": API,
                "Name": "Auth",
                "Type": "TOKEN",
                "AuthType": "custom",
                "AuthorizerUri": "u",
                "IdentitySource": "method.request.header.Authorization",
            },
        },
        "ApiUsersResource": {
            "Type": "AWS::ApiGateway::Resource",
            "Condition": "Prod",
            "Properties": {
                "RestApiId": API,
                "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "PathPart": "users",
            },
        },
        "ApiUsersIdParamResource": {
            "Type": "AWS::ApiGateway::Resource",
            "Condition": "Prod",
            "Properties": {"RestApiId": API, "ParentId": {"Ref": "ApiUsersResource"}, "PathPart": "{id}"},
        },
        "ApiUsersIdParamAny": {
            "Type": "AWS::ApiGateway::Method",
            "Condition": "Prod",
            "Metadata": {"stackproof:path": "/users/{id}"},
            "Properties": {
                "RestApiId": API,
                "ResourceId": {"Ref": "ApiUsersIdParamResource"},
                "HttpMethod": "ANY",
                "AuthorizationType": "CUSTOM",
                "AuthorizerId": {"Ref": "ApiAuthAuthorizer"},
                "RequestParameters": {
                    "method.request.path.id": True,
                    "method.request.header.X": False,
                    "method.request.querystring.q": True,
                },
                "Integration": {
                    "Type": "AWS_PROXY",
                    "IntegrationHttpMethod": "POST",
                    "Uri": uri,
                    "Credentials": "arn:r",
                    "CacheKeyParameters": ["method.request.path.id"],
                },
            },
        },
    }
    path = AT + "/paths/~1users~1{id}"
    assert emission.origins == {
        "ApiAuthAuthorizer": AT + "/components/securitySchemes/Auth",
        "ApiUsersResource": path + "/x-amazon-apigateway-any-method",
        "ApiUsersIdParamResource": path + "/x-amazon-apigateway-any-method",
        "ApiUsersIdParamAny": path + "/x-amazon-apigateway-any-method",
    }
    assert emission.api_properties == {
        "Policy": {"Statement": []},
        "ApiKeySourceType": "AUTHORIZER",
        "DisableExecuteApiEndpoint": True,
    }
    assert (emission.conditions, emission.notes) == ({}, ())
    assert emission.resources["ApiUsersIdParamAny"]["Properties"]["Integration"]["Uri"] is uri


def scheme(**own: Any) -> dict[str, Any]:
    return {"securityDefinitions": {"S": own}}


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({}, {}, {"AuthorizationType": "NONE"}),
        (
            scheme(**{"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"}),
            {"security": [{"S": []}]},
            {"AuthorizationType": "AWS_IAM"},
        ),
        (
            scheme(type="apiKey", name="X-API-Key"),
            {"security": [{"S": []}]},
            {"AuthorizationType": "NONE", "ApiKeyRequired": True},
        ),
        (scheme(type="oauth2"), {"security": [{"S": []}]}, {"AuthorizationType": "NONE"}),
        ({}, {"x-amazon-apigateway-auth": {"type": "aws_iam"}}, {"AuthorizationType": "AWS_IAM"}),
        ({}, {"x-amazon-apigateway-auth": {"type": "NONE"}}, {"AuthorizationType": "NONE"}),
        ({}, {"security": [{"Gone": []}]}, {"AuthorizationType": {"Fn::GetAtt": ["Api", "Auth"]}}),
        (
            {},
            {"security": {"Fn::If": ["C", [], []]}},
            {"AuthorizationType": {"Fn::If": ["C", *[{"Fn::GetAtt": ["Api", "Auth"]}] * 2]}},
        ),
        (
            {
                **scheme(
                    **{
                        "type": "apiKey",
                        "in": "header",
                        "name": "T",
                        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:p"]},
                    }
                ),
                "security": [{"S": ["read"]}],
            },
            {},
            {
                "AuthorizationType": "COGNITO_USER_POOLS",
                "AuthorizerId": {"Ref": "ApiSAuthorizer"},
                "AuthorizationScopes": ["read"],
            },
        ),
        (
            {"security": [{"Gone": []}]},
            {"security": []},
            {"AuthorizationType": "NONE"},
        ),
    ],
)
def test_what_a_method_asks_for(document: Any, operation: Any, expected: Any) -> None:
    assert asks(rest(operation, **document)) == expected


@pytest.mark.parametrize(
    ("http", "extension", "expected"),
    [
        (
            False,
            {
                "type": "request",
                "authorizerUri": {"Ref": "U"},
                "identitySource": "method.request.header.A",
                "authorizerResultTtlInSeconds": {"Fn::If": ["C", 0, 60]},
                "authorizerCredentials": "arn:r",
            },
            {
                "Type": "REQUEST",
                "AuthorizerUri": {"Ref": "U"},
                "IdentitySource": "method.request.header.A",
                "AuthorizerResultTtlInSeconds": {"Fn::If": ["C", 0, 60]},
                "AuthorizerCredentials": "arn:r",
            },
        ),
        (False, {"type": "request", "authorizerUri": "u"}, {"Type": "REQUEST", "AuthorizerUri": "u"}),
        (
            False,
            {"type": "cognito_user_pools", "providerARNs": ["arn:p"]},
            {
                "Type": "COGNITO_USER_POOLS",
                "ProviderARNs": ["arn:p"],
                "IdentitySource": "method.request.header.H",
            },
        ),
        (
            False,
            {"type": "token", "authorizerUri": "u", "identityValidationExpression": "x"},
            {
                "Type": "TOKEN",
                "AuthorizerUri": "u",
                "IdentityValidationExpression": "x",
                "IdentitySource": "method.request.header.H",
            },
        ),
        (
            True,
            {
                "type": "request",
                "authorizerUri": "u",
                "identitySource": "$request.header.A, $context.routeKey",
                "authorizerPayloadFormatVersion": "2.0",
                "enableSimpleResponses": True,
                "authorizerResultTtlInSeconds": 5,
            },
            {
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": "u",
                "IdentitySource": ["$request.header.A", "$context.routeKey"],
                "AuthorizerPayloadFormatVersion": "2.0",
                "EnableSimpleResponses": True,
                "AuthorizerResultTtlInSeconds": 5,
            },
        ),
        (
            True,
            {
                "type": "jwt",
                "jwtConfiguration": {"issuer": "i", "audience": ["a"]},
                "identitySource": ["$request.header.A"],
            },
            {
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.A"],
                "JwtConfiguration": {"Issuer": "i", "Audience": ["a"]},
            },
        ),
    ],
)
def test_authorizers(http: bool, extension: Any, expected: Any) -> None:
    own = {"type": "apiKey", "in": "header", "name": "H", "x-amazon-apigateway-authorizer": extension}
    emission = expanded({"paths": {}, "components": {"securitySchemes": {"My-Auth": own}}}, http=http)
    owner = {"ApiId": API} if http else {"RestApiId": API}
    kind = "ApiGatewayV2" if http else "ApiGateway"
    assert emission.resources == {
        "ApiMyAuthAuthorizer": {
            "Type": f"AWS::{kind}::Authorizer",
            "Properties": {**owner, "Name": "My-Auth", **expected},
        }
    }


def test_schemes_that_are_not_enforced_are_noted() -> None:
    emission = expanded({"paths": {}, **scheme(type="oauth2")})
    assert emission.notes == (f"{AT}/securityDefinitions/S: API Gateway does not enforce this security scheme",)


def test_conditions_around_paths_operations_and_integrations() -> None:
    one, other = {"type": "http", "uri": "1"}, {"type": "mock"}
    body = {
        "paths": {
            "/a": {"Fn::If": ["P", {"get": {"Fn::If": ["Q", {}, NO_VALUE]}}, {"get": {}, "post": {}}]},
            "/b": {"get": {"x-amazon-apigateway-integration": {"Fn::If": ["I", one, other]}}},
            "/c": {"get": NO_VALUE},
        }
    }
    emission = expanded(body)
    methods = {
        name: (resource.get("Condition"), resource["Properties"].get("Integration"), emission.origins[name])
        for name, resource in emission.resources.items()
        if resource["Type"].endswith("Method")
    }
    second = next(name for name in methods if name.startswith("ApiAGet") and name != "ApiAGet")
    integration = {"Fn::If": ["I", {"Type": "HTTP", "Uri": "1"}, {"Type": "MOCK"}]}
    assert methods == {
        "ApiAGet": ("PANDQ", None, AT + "/paths/~1a/Fn::If/1/get/Fn::If/1"),
        second: ("NOTP", None, AT + "/paths/~1a/Fn::If/2/get"),
        "ApiAPost": ("NOTP", None, AT + "/paths/~1a/Fn::If/2/post"),
        "ApiBGet": (None, integration, AT + "/paths/~1b/get"),
    }
    assert emission.conditions == {
        "PANDQ": {"Fn::And": [{"Condition": "P"}, {"Condition": "Q"}]},
        "NOTP": {"Fn::Not": [{"Condition": "P"}]},
    }


def test_http_routes() -> None:
    body = {
        "openapi": "3.0.1",
        "x-amazon-apigateway-cors": {"allowOrigins": ["*"], "maxAge": 5},
        "paths": {
            "$default": {
                "x-amazon-apigateway-any-method": {
                    "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/i"}
                }
            },
            "/a": {
                "get": {
                    "x-amazon-apigateway-integration": {
                        "Fn::If": ["C", {"type": "http_proxy", "uri": "u"}, {"type": "aws_proxy"}]
                    }
                }
            },
        },
        "components": {
            "x-amazon-apigateway-integrations": {
                "i": {
                    "type": "aws_proxy",
                    "httpMethod": "POST",
                    "uri": "u",
                    "payloadFormatVersion": "2.0",
                    "connectionId": "v",
                    "credentials": "arn:r",
                }
            }
        },
    }
    emission = expanded(body, http=True)
    assert {name: resource["Properties"] for name, resource in emission.resources.items()} == {
        "ApiDefaultAnyIntegration": {
            "ApiId": API,
            "IntegrationType": "AWS_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": "u",
            "PayloadFormatVersion": "2.0",
            "ConnectionId": "v",
            "CredentialsArn": "arn:r",
        },
        "ApiDefaultAny": {
            "ApiId": API,
            "RouteKey": "$default",
            "AuthorizationType": "NONE",
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ApiDefaultAnyIntegration"}]]},
        },
        "ApiAGetIntegration": {
            "ApiId": API,
            "IntegrationType": {"Fn::If": ["C", "HTTP_PROXY", "AWS_PROXY"]},
            "IntegrationUri": {"Fn::If": ["C", "u", NO_VALUE]},
        },
        "ApiAGet": {
            "ApiId": API,
            "RouteKey": "GET /a",
            "AuthorizationType": "NONE",
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "ApiAGetIntegration"}]]},
        },
    }
    assert emission.api_properties == {"CorsConfiguration": {"AllowOrigins": ["*"], "MaxAge": 5}}
