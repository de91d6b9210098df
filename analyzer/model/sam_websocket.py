"""``AWS::Serverless::WebSocketApi``: routes with their integrations and permissions, the authorizer of ``$connect``."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_api import stage_id
from analyzer.model.sam_auth import add_authorizer_permission, authorizer_uri
from analyzer.model.sam_domains import add_http_domain
from analyzer.model.sam_values import compact, given, mapping, ref, sub
from analyzer.model.sam_workspace import SamResource, Workspace

_SELF_MADE = {"websocketapi:createdBy": "SAM"}
_ON_API = (
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
)
_ON_ROUTE = (
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
)
_ON_STAGE = ("StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")


def expand_websocket_api(workspace: Workspace, api: SamResource) -> None:
    """Put a WebSocket API with everything that SAM generates for it into the workspace."""
    properties = {
        **{name: api.properties.get(name) for name in _ON_API},
        "Name": api.properties.get("Name", api.logical_id),
        "ProtocolType": "WEBSOCKET",
        "Tags": {**mapping(api.properties.get("Tags")), **_SELF_MADE},
    }
    workspace.set_main(api, "AWS::ApiGatewayV2::Api", properties)
    stage_name = given(api.properties, "StageName") or "default"
    authorization = _authorization(workspace, api)
    routes = []
    for key, written in mapping(api.properties.get("Routes")).items():
        own = authorization if key == "$connect" else {}
        routes.append(_add_route(workspace, api, key, mapping(written), stage_name, own))
    if not routes:
        workspace.note(api.at, "a WebSocket API needs Routes")
    settings = {name: api.properties.get(name) for name in _ON_STAGE}
    suffix = f"{api.logical_id}DefaultStage" if stage_name == "default" else stage_id(api.logical_id, stage_name)
    stage = workspace.add(
        api,
        suffix,
        "AWS::ApiGatewayV2::Stage",
        {
            "ApiId": ref(api.logical_id),
            "StageName": stage_name,
            "AutoDeploy": True,
            "Tags": dict(_SELF_MADE),
            **settings,
        },
        api.at,
        DependsOn=routes if settings["RouteSettings"] else None,
    )
    workspace.references[f"{api.logical_id}.Stage"] = stage
    add_http_domain(workspace, api, dict(_SELF_MADE))


def _authorization(workspace: Workspace, api: SamResource) -> dict[str, Any]:
    """What the ``$connect`` route asks for; makes the authorizer and its permission."""
    auth = mapping(api.properties.get("Auth"))
    kind = auth.get("AuthType")
    if kind != "CUSTOM":
        return {"AuthorizationType": kind} if auth else {}
    logical_id = f"{api.logical_id}ConnectAuthorizer"
    function, role = auth.get("AuthArn"), given(auth, "InvokeRole")
    properties = {
        "ApiId": ref(api.logical_id),
        "Name": auth.get("Name") or logical_id,
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": authorizer_uri(function),
        "AuthorizerCredentialsArn": role,
        "IdentitySource": auth.get("IdentitySource"),
    }
    at = api.pointer("Auth")
    workspace.add(api, logical_id, "AWS::ApiGatewayV2::Authorizer", properties, at)
    if role is None:
        add_authorizer_permission(workspace, api, f"{api.logical_id}AuthorizerPermission", function, at)
    return {"AuthorizationType": "CUSTOM", "AuthorizerId": ref(logical_id)}


def _add_route(
    workspace: Workspace, api: SamResource, key: str, written: dict[str, Any], stage: Any, authorization: dict[str, Any]
) -> str:
    """Route, integration and permission; answers the route's logical id."""
    at = api.pointer("Routes", key)
    base = api.logical_id + "".join(filter(str.isalnum, key)).capitalize()
    function = written.get("FunctionArn")
    integration = workspace.add(
        api,
        f"{base}Integration",
        "AWS::ApiGatewayV2::Integration",
        {
            "ApiId": ref(api.logical_id),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": authorizer_uri(function),
            "TimeoutInMillis": written.get("IntegrationTimeout"),
        },
        at,
    )
    workspace.add(
        api,
        f"{base}Permission",
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": _source_arn(api, stage, key),
        },
        at,
    )
    target = {"Fn::Join": ["/", ["integrations", ref(integration)]]}
    settings = compact({name: written.get(name) for name in _ON_ROUTE})
    properties = {"ApiId": ref(api.logical_id), "RouteKey": key, **settings, **authorization, "Target": target}
    return workspace.add(api, f"{base}Route", "AWS::ApiGatewayV2::Route", properties, at)


def _source_arn(api: SamResource, stage: Any, key: str) -> dict[str, Any]:
    prefix = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api.logical_id + ".ApiId}/"
    if isinstance(stage, str):
        return sub(f"{prefix}{stage}/{key}")
    return sub(prefix + "${__StageName__}/" + key, __StageName__=stage)
