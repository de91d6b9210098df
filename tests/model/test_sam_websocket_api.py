"""SAM WebSocket APIs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import (
    expanded,
    of_type,
    permission,
    properties,
    serverless,
)

API = {"Ref": "Api"}


AUTH_FN = {"Fn::GetAtt": ["AuthFn", "Arn"]}


def target(name: str) -> dict[str, Any]:
    return {"Fn::Join": ["/", ["integrations", {"Ref": name}]]}


def routes(expansion: Any) -> dict[str, Any]:
    return of_type(expansion, "AWS::ApiGatewayV2::Route")


URI = {
    "Fn::Sub": [
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "${__FunctionArn__}/invocations",
        {"__FunctionArn__": AUTH_FN},
    ]
}


SOCKET_TAGS = {"websocketapi:createdBy": "SAM"}


def socket(**own: Any) -> dict[str, Any]:
    routes_ = {
        "$connect": {"FunctionArn": AUTH_FN, "IntegrationTimeout": 100, "OperationName": "o"},
        "send": {"FunctionArn": AUTH_FN},
    }
    return serverless("WebSocketApi", RouteSelectionExpression="$request.body.action", Routes=routes_, **own)


def test_websocket_api() -> None:
    expansion = expanded({"Api": socket(StageName="v1", RouteSettings={"send": {}}, Name="n", Tags={"t": "v"})})
    assert properties(expansion, "Api") == {
        "RouteSelectionExpression": "$request.body.action",
        "Name": "n",
        "ProtocolType": "WEBSOCKET",
        "Tags": {"t": "v", **SOCKET_TAGS},
    }
    assert routes(expansion) == {
        "ApiConnectRoute": {
            "ApiId": API,
            "RouteKey": "$connect",
            "OperationName": "o",
            "Target": target("ApiConnectIntegration"),
        },
        "ApiSendRoute": {"ApiId": API, "RouteKey": "send", "Target": target("ApiSendIntegration")},
    }
    assert properties(expansion, "ApiConnectIntegration") == {
        "ApiId": API,
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": URI,
        "TimeoutInMillis": 100,
    }
    prefix = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api.ApiId}/"
    assert properties(expansion, "ApiConnectPermission") == permission(
        AUTH_FN, "apigateway.amazonaws.com", SourceArn={"Fn::Sub": prefix + "v1/$connect"}
    )
    assert expansion.document["Resources"]["Apiv1Stage"] == {
        "Type": "AWS::ApiGatewayV2::Stage",
        "DependsOn": ["ApiConnectRoute", "ApiSendRoute"],
        "Properties": {
            "ApiId": API,
            "StageName": "v1",
            "AutoDeploy": True,
            "RouteSettings": {"send": {}},
            "Tags": SOCKET_TAGS,
        },
    }


def test_websocket_stage_by_parameter() -> None:
    expansion = expanded({"Api": socket(StageName={"Ref": "S"})})
    prefix = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api.ApiId}/"
    arn = {"Fn::Sub": [prefix + "${__StageName__}/send", {"__StageName__": {"Ref": "S"}}]}
    assert properties(expansion, "ApiSendPermission")["SourceArn"] == arn


@pytest.mark.parametrize(
    ("extra", "permissions"),
    [({}, ["ApiAuthorizerPermission"]), ({"InvokeRole": "arn:r"}, [])],
)
def test_websocket_authorizer(extra: dict[str, Any], permissions: list[str]) -> None:
    auth = {"AuthType": "CUSTOM", "AuthArn": AUTH_FN, "IdentitySource": ["route.request.header.A"], **extra}
    expansion = expanded({"Api": socket(Auth=auth)})
    credentials = {"AuthorizerCredentialsArn": "arn:r"} if extra else {}
    assert properties(expansion, "ApiConnectAuthorizer") == {
        "ApiId": API,
        "Name": "ApiConnectAuthorizer",
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": URI,
        "IdentitySource": ["route.request.header.A"],
        **credentials,
    }
    got = routes(expansion)
    assert got["ApiConnectRoute"]["AuthorizationType"] == "CUSTOM"
    assert got["ApiConnectRoute"]["AuthorizerId"] == {"Ref": "ApiConnectAuthorizer"}
    assert "AuthorizationType" not in got["ApiSendRoute"]
    found = of_type(expansion, "AWS::Lambda::Permission")
    assert [name for name in found if "Authorizer" in name] == permissions


def test_websocket_under_iam() -> None:
    assert (
        routes(expanded({"Api": socket(Auth={"AuthType": "AWS_IAM"})}))["ApiConnectRoute"]["AuthorizationType"]
        == "AWS_IAM"
    )


def test_websocket_without_routes() -> None:
    expansion = expanded({"Api": serverless("WebSocketApi", Routes={"Fn::If": ["C", {}, {}]})})
    assert expansion.notes == ("/Resources/Api: a WebSocket API needs Routes",)
