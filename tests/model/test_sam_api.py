"""REST APIs: implicit and written, by events and by definition, with everything around their methods."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam import expand
from analyzer.model.sam_values import digest
from tests.model.sam_cases import (
    execute_arn,
    expanded,
    invocation,
    of_type,
    permission,
    properties,
    sam,
    serverless,
    with_event,
)

API = {"Ref": "Api"}


PROXY = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invocation("Fn.Arn")}


def on_api(**event: Any) -> dict[str, Any]:
    """A function with a method of ``Api``."""
    return with_event("Api", {"Path": "/", "Method": "get", "RestApiId": API, **event})


def api(**own: Any) -> dict[str, Any]:
    return serverless("Api", StageName="v1", **own)


def methods(expansion: Any) -> dict[str, Any]:
    return of_type(expansion, "AWS::ApiGateway::Method")


def test_implicit_api_as_a_whole() -> None:
    expansion = expanded({"Fn": with_event("Api", {"Path": "/users/{id}", "Method": "post"})})
    rest = {"Ref": "ServerlessRestApi"}
    users = "ServerlessRestApiUsersResource"
    user = "ServerlessRestApiUsersIdParamResource"
    resources = expansion.document["Resources"]
    del resources["Fn"]
    assert resources == {
        "FnOnPermissionProd": {
            "Type": "AWS::Lambda::Permission",
            "Properties": permission(
                {"Ref": "Fn"}, "apigateway.amazonaws.com", SourceArn=execute_arn(rest, "POST/users/*")
            ),
        },
        "ServerlessRestApi": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {"Name": {"Ref": "AWS::StackName"}},
        },
        users: {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {
                "RestApiId": rest,
                "ParentId": {"Fn::GetAtt": ["ServerlessRestApi", "RootResourceId"]},
                "PathPart": "users",
            },
        },
        user: {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {"RestApiId": rest, "ParentId": {"Ref": users}, "PathPart": "{id}"},
        },
        "ServerlessRestApiUsersIdParamPost": {
            "Type": "AWS::ApiGateway::Method",
            "Metadata": {"stackproof:path": "/users/{id}"},
            "Properties": {
                "RestApiId": rest,
                "ResourceId": {"Ref": user},
                "HttpMethod": "POST",
                "AuthorizationType": "NONE",
                "Integration": PROXY,
            },
        },
        "ServerlessRestApiDeployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": rest, "StageName": "Stage"},
        },
        "ServerlessRestApiProdStage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": rest,
                "DeploymentId": {"Ref": "ServerlessRestApiDeployment"},
                "StageName": "Prod",
            },
        },
    }


def test_written_api_takes_properties_and_stage() -> None:
    endpoint = {"Type": "PRIVATE", "VPCEndpointIds": ["vpce-1"]}
    stage = {
        "AccessLogSetting": {"DestinationArn": "arn:l"},
        "CacheClusterEnabled": True,
        "CacheClusterSize": "0.5",
        "CanarySetting": {"PercentTraffic": 5},
        "MethodSettings": [{"HttpMethod": "*", "ResourcePath": "/*", "LoggingLevel": "INFO"}],
        "TracingEnabled": True,
        "Variables": {"a": "b"},
    }
    own = {
        "Name": {"Fn::Sub": "${AWS::StackName}"},
        "Description": "d",
        "BinaryMediaTypes": ["*/*"],
        "MinimumCompressionSize": 0,
        "FailOnWarnings": True,
        "Mode": "merge",
        "ApiKeySourceType": "AUTHORIZER",
        "DisableExecuteApiEndpoint": True,
        "SecurityPolicy": "TLS_1_2",
        "EndpointAccessMode": "STRICT",
    }
    expansion = expanded(
        {"Api": api(**own, **stage, EndpointConfiguration=endpoint, Tags={"t": "v"}, OpenApiVersion="3.0.1")}
    )
    assert properties(expansion, "Api") == {
        **own,
        "EndpointConfiguration": {"Types": ["PRIVATE"], "VpcEndpointIds": ["vpce-1"]},
    }
    assert properties(expansion, "ApiDeployment") == {"RestApiId": API}
    assert properties(expansion, "Apiv1Stage") == {
        "RestApiId": API,
        "DeploymentId": {"Ref": "ApiDeployment"},
        "StageName": "v1",
        **stage,
        "Tags": [{"Key": "t", "Value": "v"}],
    }


NAMED_BY_STACK = {"Fn::Sub": "${AWS::StackName}-api"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("EDGE", {"Types": ["EDGE"]}),
        ({"Ref": "Kind"}, {"Types": [{"Ref": "Kind"}]}),
        ({"Fn::If": ["C", "EDGE", "REGIONAL"]}, {"Fn::If": ["C", {"Types": ["EDGE"]}, {"Types": ["REGIONAL"]}]}),
        ({"Type": "REGIONAL", "IpAddressType": "dualstack"}, {"Types": ["REGIONAL"], "IpAddressType": "dualstack"}),
    ],
)
def test_endpoint_configuration(written: Any, expected: Any) -> None:
    assert properties(expanded({"Api": api(EndpointConfiguration=written)}), "Api") == {
        "Name": {"Ref": "AWS::StackName"},
        "EndpointConfiguration": expected,
    }


DOCUMENT = {"openapi": "3.0.1", "info": {"title": "orders"}, "paths": {}}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, {"Ref": "AWS::StackName"}),
        ({"Name": "mine"}, "mine"),
        ({"DefinitionBody": DOCUMENT}, "orders"),
        ({"DefinitionBody": DOCUMENT, "Name": "mine"}, "mine"),
        ({"DefinitionBody": {**DOCUMENT, "info": {"title": NAMED_BY_STACK}}}, NAMED_BY_STACK),
        ({"DefinitionBody": {"openapi": "3.0.1", "paths": {}}}, None),
        ({"DefinitionUri": "s3://bucket/api.yaml"}, None),
        ({"DefinitionBody": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/a"}}}}, None),
    ],
)
def test_name_of_an_api(written: dict[str, Any], expected: Any) -> None:
    assert properties(expanded({"Api": api(**written)}), "Api").get("Name") == expected


@pytest.mark.parametrize(
    ("stage", "stage_id", "permission_id"),
    [
        ("v1", "Apiv1Stage", "FnOnPermissionv1"),
        ({"Ref": "S"}, "ApiStage", "FnOnPermissionStage"),
        ("a-b", f"ApiStage{digest('a-b')}", f"FnOnPermission{digest('a-b')}"),
    ],
)
def test_stages_and_permissions_are_named_after_the_stage(stage: Any, stage_id: str, permission_id: str) -> None:
    expansion = expanded({"Fn": on_api(), "Api": serverless("Api", StageName=stage)})
    assert list(of_type(expansion, "AWS::ApiGateway::Stage")) == [stage_id]
    assert list(of_type(expansion, "AWS::Lambda::Permission")) == [permission_id]


def test_method_settings_of_an_event() -> None:
    fn = on_api(
        Path="/a/",
        Method="any",
        TimeoutInMillis=3000,
        RequestParameters=[
            "method.request.header.A",
            {"method.request.querystring.q": {"Required": True, "Caching": True}},
        ],
    )
    expansion = expanded({"Fn": fn, "Api": api()})
    assert methods(expansion) == {
        "ApiAAny": {
            "RestApiId": API,
            "ResourceId": {"Ref": "ApiAResource"},
            "HttpMethod": "ANY",
            "AuthorizationType": "NONE",
            "RequestParameters": {"method.request.header.A": False, "method.request.querystring.q": True},
            "Integration": {
                **PROXY,
                "TimeoutInMillis": 3000,
                "CacheKeyParameters": ["method.request.querystring.q"],
            },
        }
    }
    assert properties(expansion, "FnOnPermissionv1")["SourceArn"] == execute_arn(API, "*/a")


def test_streamed_responses() -> None:
    expansion = expanded({"Fn": on_api(ResponseTransferMode="RESPONSE_STREAM"), "Api": api()})
    text = "lambda:path/2021-11-15/functions/${Fn.Arn}/response-streaming-invocations"
    assert methods(expansion)["ApiRootGet"]["Integration"] == {
        **PROXY,
        "Uri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:" + text},
        "ResponseTransferMode": "STREAM",
    }


def test_alias_is_what_an_api_calls() -> None:
    fn = with_event("Api", {"Path": "/", "Method": "get"}, AutoPublishAlias="live")
    got = methods(expanded({"Fn": fn}))["ServerlessRestApiRootGet"]
    assert got["Integration"]["Uri"] == invocation("FnAliaslive")


BODY = {
    "openapi": "3.0.1",
    "paths": {"/x": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy", "uri": "https://e"}}}},
}


def test_definition_decides_and_events_only_permit() -> None:
    expansion = expanded({"Fn": on_api(Path="/y"), "Api": api(DefinitionBody=BODY)})
    resource = expansion.document["Resources"]["Api"]
    assert resource["Properties"]["Body"] is BODY
    assert resource["Metadata"] == {"stackproof:expanded": True}
    assert methods(expansion) == {
        "ApiXGet": {
            "RestApiId": API,
            "ResourceId": {"Ref": "ApiXResource"},
            "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "Integration": {"Type": "HTTP_PROXY", "Uri": "https://e"},
        }
    }
    assert expansion.origins["ApiXGet"] == "/Resources/Api/Properties/DefinitionBody/paths/~1x/get"
    assert list(of_type(expansion, "AWS::Lambda::Permission")) == ["FnOnPermissionv1"]


def test_merged_definitions() -> None:
    body = {**BODY, "paths": {**BODY["paths"], "/y": {"get": {"security": [{"AWS_IAM": []}]}}}}
    expansion = expanded({"Fn": on_api(Path="/y"), "Api": api(DefinitionBody=body, MergeDefinitions=True)})
    got = methods(expansion)
    assert sorted(got) == ["ApiXGet", "ApiYGet"]
    assert (got["ApiYGet"]["AuthorizationType"], got["ApiYGet"]["Integration"]) == ("AWS_IAM", PROXY)


@pytest.mark.parametrize(
    ("own", "extra", "metadata"),
    [
        ({"DefinitionUri": "s3://b/k"}, {"BodyS3Location": {"Bucket": "b", "Key": "k"}}, None),
        (
            {"DefinitionUri": "api.yaml"},
            {},
            {"aws:asset:path": "api.yaml", "aws:asset:property": "BodyS3Location"},
        ),
    ],
)
def test_definition_elsewhere_is_unknown(own: Any, extra: Any, metadata: Any) -> None:
    expansion = expanded({"Fn": on_api(), "Api": api(**own)})
    resource = expansion.document["Resources"]["Api"]
    assert (resource["Properties"], resource.get("Metadata")) == (extra, metadata)
    assert methods(expansion) == {}
    assert expansion.notes == ("/Resources/Api/Properties/DefinitionUri: this OpenAPI document is not in the template",)


@pytest.mark.parametrize(
    ("own", "at"),
    [
        ({"DefinitionUri": "api.yaml"}, "DefinitionUri"),
        (
            {"DefinitionBody": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "api.yaml"}}}},
            "DefinitionBody",
        ),
    ],
)
def test_definition_in_a_local_file_can_be_read(own: Any, at: str) -> None:
    asked: list[str] = []

    def read(path: str) -> Any:
        asked.append(path)
        return BODY

    expansion = expand(sam({"Api": api(**own)}), read=read)
    assert asked == ["api.yaml"]
    assert list(methods(expansion)) == ["ApiXGet"]
    assert expansion.origins["ApiXGet"] == f"/Resources/Api/Properties/{at}/paths/~1x/get"
    assert expansion.notes == ()


def test_included_definition_without_a_reader_is_unknown() -> None:
    body = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}
    expansion = expanded({"Api": api(DefinitionBody=body)})
    assert properties(expansion, "Api")["Body"] is body
    assert expansion.notes == (
        "/Resources/Api/Properties/DefinitionBody: this OpenAPI document is not in the template",
    )
