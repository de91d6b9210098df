"""SAM authorization: credentials, definitions and resource policies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import execute_arn, expanded, of_type, properties, serverless, with_event

API = {"Ref": "Api"}


AUTH_FN = {"Fn::GetAtt": ["AuthFn", "Arn"]}


NO_VALUE = {"Ref": "AWS::NoValue"}


def api(auth: Any, **own: Any) -> dict[str, Any]:
    return serverless("Api", StageName="v1", Auth=auth, **own)


AUTHORIZERS = {
    "Token": {"FunctionArn": AUTH_FN},
    "Pool": {"UserPoolArn": "arn:p", "AuthorizationScopes": ["read"]},
}


TOKEN = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "ApiTokenAuthorizer"}}


OPEN = {"AuthorizationType": "NONE"}


NAMES = ("AuthorizationType", "AuthorizerId", "AuthorizationScopes", "ApiKeyRequired")


def asked(auth: Any, event_auth: Any = None, method: str = "get", **own: Any) -> Any:
    """What the one method of an API with ``auth`` asks for."""
    event = {"Path": "/", "Method": method, "RestApiId": API}
    fn = with_event("Api", event if event_auth is None else {**event, "Auth": event_auth})
    expansion = expanded({"Fn": fn, "Api": api(auth, **own)})
    got = properties(expansion, f"ApiRoot{method.title()}")
    return {name: got[name] for name in NAMES if name in got}


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
