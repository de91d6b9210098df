"""SAM REST APIs: preflights, implicit APIs, references and usage plans."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import (
    allowing,
    execute_arn,
    expanded,
    function,
    inline,
    of_type,
    properties,
    serverless,
    trusting,
    with_event,
)

API = {"Ref": "Api"}


def on_api(**event: Any) -> dict[str, Any]:
    """A function with a method of ``Api``."""
    return with_event("Api", {"Path": "/", "Method": "get", "RestApiId": API, **event})


def api(**own: Any) -> dict[str, Any]:
    return serverless("Api", StageName="v1", **own)


def methods(expansion: Any) -> dict[str, Any]:
    return of_type(expansion, "AWS::ApiGateway::Method")


def test_cors_answers_preflights_where_nothing_else_does() -> None:
    body = {
        "paths": {
            "/a": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}},
            "/a/": {"post": {"x-amazon-apigateway-integration": {"type": "mock"}}},
            "/b": {"options": {"x-amazon-apigateway-integration": {"type": "http"}}},
            "/c": {"Fn::If": ["C", {"get": {}}, {"Ref": "AWS::NoValue"}]},
        }
    }
    expansion = expanded({"Api": api(DefinitionBody=body, Cors="'*'")})
    options = {
        name: (raw.get("Condition"), raw["Properties"].get("Integration"))
        for name, raw in expansion.document["Resources"].items()
        if raw["Type"].endswith("Method") and raw["Properties"]["HttpMethod"] == "OPTIONS"
    }
    assert options == {
        "ApiAOptions": (None, {"Type": "MOCK"}),
        "ApiBOptions": (None, {"Type": "HTTP"}),
        "ApiCOptions": ("C", {"Type": "MOCK"}),
    }
    assert expansion.origins["ApiAOptions"] == "/Resources/Api/Properties/Cors"


def conditional(event: dict[str, Any], condition: str | None) -> dict[str, Any]:
    fn = with_event("Api", event)
    return fn if condition is None else {**fn, "Condition": condition}


@pytest.mark.parametrize(
    ("first", "second", "api_condition", "combined"),
    [
        (None, "B", None, None),
        ("A", "A", "A", None),
        ("A", "B", "ServerlessRestApiCondition", {"Fn::Or": [{"Condition": "A"}, {"Condition": "B"}]}),
    ],
)
def test_implicit_api_exists_while_one_method_does(
    first: str | None, second: str | None, api_condition: str | None, combined: Any
) -> None:
    one = conditional({"Path": "/1", "Method": "get"}, first)
    two = conditional({"Path": "/2", "Method": "get"}, second)
    expansion = expanded({"One": one, "Two": two})
    resources = expansion.document["Resources"]
    assert resources["ServerlessRestApi"].get("Condition") == api_condition
    assert expansion.document.get("Conditions", {}).get("ServerlessRestApiCondition") == combined
    assert (
        resources["ServerlessRestApi2Get"]["Condition"]
        == {
            None: "B",
            "A": "A",
            "ServerlessRestApiCondition": "ServerlessRestApiConditionANDB",
        }[api_condition]
    )


def test_more_conditions_than_an_or_takes() -> None:
    functions = {f"F{i:02}": conditional({"Path": f"/{i}", "Method": "get"}, f"C{i:02}") for i in range(12)}
    combined = expanded(functions).document["Conditions"]["ServerlessRestApiCondition"]
    terms = [{"Condition": f"C{i:02}"} for i in range(12)]
    assert combined == {"Fn::Or": [{"Fn::Or": terms[:10]}, {"Fn::Or": terms[10:]}]}


def test_an_api_of_the_users_own_by_the_implicit_name_gives_way() -> None:
    own = serverless("Api", StageName="dev", Name="own")
    expansion = expanded({"ServerlessRestApi": own, "Fn": with_event("Api", {"Path": "/", "Method": "get"})})
    assert properties(expansion, "ServerlessRestApi") == {"Name": {"Ref": "AWS::StackName"}}
    assert "ServerlessRestApiProdStage" in expansion.document["Resources"]
    assert expansion.notes == ("/Resources/ServerlessRestApi: the API that SAM makes for events takes its place",)


@pytest.mark.parametrize("named", [{"Fn::ImportValue": "api"}, {"Ref": "Plain"}, "abc123"])
def test_api_that_is_not_in_the_template(named: Any) -> None:
    plain = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "x"}}
    expansion = expanded({"Fn": on_api(RestApiId=named), "Plain": plain})
    assert methods(expansion) == {}
    assert properties(expansion, "FnOnPermissionAllStages")["SourceArn"] == execute_arn(named, "GET/")
    assert expansion.notes == (
        "/Resources/Fn/Properties/Events/On: RestApiId names no API of this template, "
        "so the method is not known to any",
    )


def test_state_machine_behind_an_api() -> None:
    event = {"Type": "Api", "Properties": {"Path": "/start", "Method": "post", "RestApiId": API}}
    machine = serverless("StateMachine", Definition={}, Role="arn:r", Events={"On": event}, PermissionsBoundary="arn:b")
    expansion = expanded({"M": machine, "Api": api()})
    assert methods(expansion)["ApiStartPost"]["Integration"] == {
        "Type": "AWS",
        "IntegrationHttpMethod": "POST",
        "Uri": {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"},
        "Credentials": {"Fn::GetAtt": ["MOnRole", "Arn"]},
        "RequestTemplates": {
            "application/json": {
                "Fn::Sub": '{"input": "$util.escapeJavaScript($input.json(\'$\'))", "stateMachineArn": "${M}"}'
            }
        },
    }
    assert properties(expansion, "MOnRole") == {
        "AssumeRolePolicyDocument": trusting("apigateway.amazonaws.com"),
        "Policies": [inline("MOnRoleStartExecutionPolicy", allowing("states:StartExecution", {"Ref": "M"}))],
        "PermissionsBoundary": "arn:b",
    }
    assert of_type(expansion, "AWS::Lambda::Permission") == {}


def test_references_to_stage_and_deployment() -> None:
    outputs = {
        "A": {"Value": {"Ref": "Api.Stage"}},
        "B": {"Value": {"Fn::Sub": "https://${Api}.x/${Api.Stage}/${Other.Stage}"}},
        "C": {"Value": {"Ref": "Api.Deployment"}},
    }
    assert expanded({"Api": api()}, Outputs=outputs).document["Outputs"] == {
        "A": {"Value": {"Ref": "Apiv1Stage"}},
        "B": {"Value": {"Fn::Sub": "https://${Api}.x/${Apiv1Stage}/${Other.Stage}"}},
        "C": {"Value": {"Ref": "ApiDeployment"}},
    }


def plan(kind: Any) -> dict[str, Any]:
    return api(Auth={"UsagePlan": {"CreateUsagePlan": kind, "Quota": {"Limit": 1}}})


def test_usage_plan_for_one_api() -> None:
    expansion = expanded({"Api": plan("PER_API")})
    assert properties(expansion, "ApiUsagePlan") == {
        "ApiStages": [{"ApiId": API, "Stage": {"Ref": "Apiv1Stage"}}],
        "Quota": {"Limit": 1},
    }
    assert properties(expansion, "ApiApiKey") == {
        "Enabled": True,
        "StageKeys": [{"RestApiId": API, "StageName": {"Ref": "Apiv1Stage"}}],
    }
    assert properties(expansion, "ApiUsagePlanKey") == {
        "KeyId": {"Ref": "ApiApiKey"},
        "KeyType": "API_KEY",
        "UsagePlanId": {"Ref": "ApiUsagePlan"},
    }


def test_usage_plan_that_apis_share() -> None:
    expansion = expanded({"A": plan("SHARED"), "B": plan("SHARED"), "C": plan("NONE")})
    stages = [{"ApiId": {"Ref": name}, "Stage": {"Ref": f"{name}v1Stage"}} for name in "AB"]
    assert of_type(expansion, "AWS::ApiGateway::UsagePlan") == {
        "ServerlessUsagePlan": {"ApiStages": stages, "Quota": {"Limit": 1}}
    }
    assert expansion.document["Resources"]["ServerlessUsagePlan"]["DependsOn"] == ["A", "B"]


def test_usage_plan_of_an_unknown_kind() -> None:
    assert expanded({"Api": plan({"Ref": "X"})}).notes == (
        "/Resources/Api/Properties/Auth/UsagePlan: CreateUsagePlan must be SHARED, PER_API or NONE",
    )


def test_functions_beside_the_api_are_left_alone() -> None:
    expansion = expanded({"Fn": function(), "Api": api()})
    assert methods(expansion) == {}
