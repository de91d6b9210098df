"""OpenAPI documents: ids, what is not in the template, and templates as wholes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.openapi import expand_openapi
from analyzer.model.openapi_apis import expand_apis
from analyzer.model.openapi_emit import Emission

NO_VALUE = {"Ref": "AWS::NoValue"}


AT = "/Resources/Api/Properties/Body"


def expanded(body: Any, **options: Any) -> Emission:
    return expand_openapi("Api", body, at=AT, **options)


def test_paths_that_look_alike_get_ids_of_their_own() -> None:
    paths = ("/", "/root", "/a-b", "/ab", "/a/b", "/A/b", "/{id}", "/id", "/{id+}", "/{p}/x", "/p/x")
    emission = expanded({"paths": {path: {"get": {}} for path in paths}})
    methods = {
        resource["Metadata"]["stackproof:path"]: name
        for name, resource in emission.resources.items()
        if resource["Type"] == "AWS::ApiGateway::Method"
    }
    assert sorted(methods) == sorted(paths)
    assert len(set(methods.values())) == len(paths)
    for path, name in methods.items():
        assert walked(emission, name) == path


def walked(emission: Emission, name: str) -> str:
    """The path to which a method's chain of resources leads."""
    parts: list[str] = []
    here = emission.resources[name]["Properties"]["ResourceId"]
    while "Ref" in here:
        properties = emission.resources[here["Ref"]]["Properties"]
        parts.insert(0, properties["PathPart"])
        here = properties["ParentId"]
    assert here == {"Fn::GetAtt": ["Api", "RootResourceId"]}
    return "/" + "/".join(parts)


@pytest.mark.parametrize(
    "body",
    [None, "text", [], {"Fn::Transform": {"Name": "AWS::Include"}}, {"Fn::If": ["C", {}, {}]}, {"Ref": "P"}],
)
def test_a_document_that_is_not_in_the_template(body: Any) -> None:
    emission = expanded(body)
    assert (emission.resources, emission.notes) == ({}, (f"{AT}: this OpenAPI document is not in the template",))


@pytest.mark.parametrize(
    ("paths", "note"),
    [
        ({"Fn::Transform": {"Name": "AWS::Include"}}, "/paths: these paths are not in the template"),
        ([], "/paths: these paths are not in the template"),
        ({"/": {"get": {"Fn::Transform": {}}}}, "/paths/~1/get: this operation is not in the template"),
        ({"/": {"get": None}}, "/paths/~1/get: this operation is not in the template"),
    ],
)
def test_parts_that_are_not_in_the_template(paths: Any, note: str) -> None:
    emission = expanded({"paths": paths})
    assert (emission.resources, emission.notes) == ({}, (AT + note,))


JSON = st.recursive(
    st.sampled_from([None, True, 0, "x", "#/paths", NO_VALUE, {"$ref": "#/paths"}, {"Fn::If": ["C", 1, {}]}]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("paths", "/", "get", "security", "securityDefinitions", "S", "type", "name", "parameters"),
                    *("$ref", "components", "servers", "x-amazon-apigateway-integration"),
                    "x-amazon-apigateway-authorizer",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON, st.booleans())
def test_no_document_makes_it_fail(body: Any, http: bool) -> None:
    emission = expanded(body, http=http)
    assert emission.origins.keys() == emission.resources.keys()


def template(**apis: Any) -> dict[str, Any]:
    return {"Resources": apis, "Conditions": {"C": {"Fn::Equals": [1, 1]}}}


def rest_api(body: Any, **others: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body, **others}}


def test_apis_of_a_template() -> None:
    body = {"paths": {"/": {"get": {}}}, "x-amazon-apigateway-policy": {"Statement": [1]}}
    conditional = {**rest_api({"paths": {"/": {"Fn::If": ["C", NO_VALUE, {"get": {}}]}}}), "Condition": "D"}
    http = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": {"paths": {"/": {"get": {}}}}}}
    other = {"Type": "AWS::S3::Bucket", "Properties": {"Body": {}}}
    document = template(A=rest_api(body, Name="a"), B=conditional, H=http, Other=other)
    expansion = expand_apis(document)
    resources = expansion.document["Resources"]
    assert {name: raw["Type"] for name, raw in resources.items()} == {
        "A": "AWS::ApiGateway::RestApi",
        "B": "AWS::ApiGateway::RestApi",
        "H": "AWS::ApiGatewayV2::Api",
        "Other": "AWS::S3::Bucket",
        "ARootGet": "AWS::ApiGateway::Method",
        "BRootGet": "AWS::ApiGateway::Method",
        "HRootGet": "AWS::ApiGatewayV2::Route",
    }
    assert resources["A"]["Properties"] == {"Policy": {"Statement": [1]}, "Body": body, "Name": "a"}
    assert resources["A"]["Properties"]["Body"] is body
    assert resources["Other"] is other
    assert resources["BRootGet"]["Condition"] == "DANDNOTC"
    assert expansion.document["Conditions"] == {
        "C": {"Fn::Equals": [1, 1]},
        "NOTC": {"Fn::Not": [{"Condition": "C"}]},
        "DANDNOTC": {"Fn::And": [{"Condition": "D"}, {"Condition": "NOTC"}]},
    }
    assert expansion.owners == {"ARootGet": "A", "BRootGet": "B", "HRootGet": "H"}
    assert expansion.origins == {
        "ARootGet": "/Resources/A/Properties/Body/paths/~1/get",
        "BRootGet": "/Resources/B/Properties/Body/paths/~1/Fn::If/2/get",
        "HRootGet": "/Resources/H/Properties/Body/paths/~1/get",
    }
    assert list(document["Resources"]) == ["A", "B", "H", "Other"]


def test_written_properties_win_over_the_body() -> None:
    body = {"paths": {}, "x-amazon-apigateway-policy": {"Statement": [1]}}
    expansion = expand_apis(template(A=rest_api(body, Policy={"Statement": [2]})))
    assert expansion.document["Resources"]["A"]["Properties"]["Policy"] == {"Statement": [2]}


@pytest.mark.parametrize(
    "api",
    [
        {"Type": "AWS::ApiGateway::RestApi"},
        {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "x"}},
        {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": NO_VALUE}},
        {**rest_api({"paths": {"/": {"get": {}}}}), "Metadata": {"stackproof:expanded": True}},
        None,
    ],
)
def test_templates_without_bodies_are_answered_as_they_are(api: Any) -> None:
    document = template(A=api)
    assert expand_apis(document).document is document


def test_resources_of_the_user_are_kept() -> None:
    own = {"Type": "AWS::ApiGateway::Method"}
    expansion = expand_apis(template(A=rest_api({"paths": {"/": {"get": {}}}}), ARootGet=own))
    assert expansion.document["Resources"]["ARootGet"] is own
    assert expansion.notes == (
        "/Resources/A/Properties/Body/paths/~1/get: the template has a resource ARootGet of its own",
    )


def test_a_template_that_nobody_can_walk() -> None:
    loop: dict[str, Any] = {}
    loop["Fn::If"] = ["C", loop, loop]
    document = template(A=rest_api({"paths": {"/": loop}}))
    expansion = expand_apis(document)
    assert expansion.document is document
    assert expansion.notes == ("/: the document contains itself, so no API of it is expanded",)
