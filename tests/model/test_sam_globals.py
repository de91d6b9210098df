"""``Globals``: maps merged, lists concatenated, everything else overridden."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam_globals import merge
from tests.model.sam_cases import expanded, function, of_type, properties, serverless


@pytest.mark.parametrize(
    ("common", "own", "merged"),
    [
        (1, 2, 2),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1, "y": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ([1, 2], [2, 3], [1, 2, 2, 3]),
        ([1], "x", "x"),
        ({"a": 1}, [1], [1]),
        ({"Ref": "P"}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"Ref": "P"}, {"Ref": "P"}),
        ({"a": 1}, {"Fn::If": ["C", {}, {}]}, {"Fn::If": ["C", {}, {}]}),
        ({"a": {"Ref": "P"}}, {"a": {"Fn::Sub": "x"}}, {"a": {"Fn::Sub": "x"}}),
        ({"a": 1}, {"a": None}, {"a": None}),
    ],
)
def test_merge(common: Any, own: Any, merged: Any) -> None:
    assert merge(common, own) == merged


def test_merge_reuses_parts_that_one_side_has() -> None:
    ours, theirs = {"x": 1}, {"y": 1}
    merged = merge({"a": ours, "c": 1}, {"b": theirs})
    assert merged["a"] is ours
    assert merged["b"] is theirs
    assert merge({}, ours) is ours
    assert merge([], own := [1]) is own


def test_functions_take_code_runtime_environment_layers_and_tags_from_globals() -> None:
    common = {
        "CodeUri": "src/",
        "Handler": "app.handler",
        "Runtime": "nodejs20.x",
        "Timeout": 30,
        "Environment": {"Variables": {"A": "1", "B": "1"}},
        "Layers": ["arn:layer:1"],
        "Tags": {"team": "a"},
    }
    own = serverless(
        "Function",
        Role="arn:role",
        Timeout=5,
        Environment={"Variables": {"B": {"Ref": "Table"}}},
        Layers=["arn:layer:2"],
        Tags={"cost": None},
    )
    expansion = expanded({"Fn": own}, Globals={"Function": common})
    assert expansion.document["Resources"]["Fn"] == {
        "Type": "AWS::Lambda::Function",
        "Metadata": {"aws:asset:path": "src/", "aws:asset:property": "Code"},
        "Properties": {
            "Handler": "app.handler",
            "Runtime": "nodejs20.x",
            "Timeout": 5,
            "Environment": {"Variables": {"A": "1", "B": {"Ref": "Table"}}},
            "Layers": ["arn:layer:1", "arn:layer:2"],
            "Role": "arn:role",
            "Tags": [
                {"Key": "lambda:createdBy", "Value": "SAM"},
                {"Key": "team", "Value": "a"},
                {"Key": "cost", "Value": ""},
            ],
        },
    }


@pytest.mark.parametrize(
    ("ignored", "timeout", "memory"), [("*", None, None), (["Timeout"], None, 512), (None, 9, 512), (3, 9, 512)]
)
def test_ignore_globals(ignored: Any, timeout: Any, memory: Any) -> None:
    fn = {**function(), "IgnoreGlobals": ignored}
    got = properties(expanded({"Fn": fn}, Globals={"Function": {"Timeout": 9, "MemorySize": 512}}), "Fn")
    assert (got.get("Timeout"), got.get("MemorySize")) == (timeout, memory)
    assert "IgnoreGlobals" not in got


def test_every_section_reaches_its_kind_and_no_other() -> None:
    expansion = expanded(
        {
            "Rest": serverless("Api", StageName="v1"),
            "Http": serverless("HttpApi"),
            "Table": serverless("SimpleTable"),
            "Layer": serverless("LayerVersion", ContentUri="layer/"),
            "Machine": serverless("StateMachine", Role="arn"),
            "Fn": function(),
        },
        Globals={
            "Api": {"TracingEnabled": True},
            "HttpApi": {"CorsConfiguration": True},
            "SimpleTable": {"SSESpecification": {"SSEEnabled": True}},
            "StateMachine": {"PropagateTags": True},
            "LayerVersion": {"PublishLambdaVersion": True},
            "Function": {"MemorySize": 512},
        },
    )
    assert properties(expansion, "Restv1Stage")["TracingEnabled"] is True
    assert properties(expansion, "Http")["CorsConfiguration"] == {"AllowOrigins": ["*"]}
    assert properties(expansion, "Table")["SSESpecification"] == {"SSEEnabled": True}
    assert properties(expansion, "Layer") == {"LayerName": "Layer"}
    assert [got.get("MemorySize") for got in of_type(expansion, "AWS::Lambda::Function").values()] == [512]
    assert expansion.notes == ()


def test_implicit_apis_take_globals_too() -> None:
    fn = function(
        Events={
            "R": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}},
            "H": {"Type": "HttpApi"},
        }
    )
    globals_ = {"Api": {"Name": "rest"}, "HttpApi": {"StageVariables": {"a": "b"}}}
    expansion = expanded({"Fn": fn}, Globals=globals_)
    assert properties(expansion, "ServerlessRestApi") == {"Name": "rest"}
    assert properties(expansion, "ServerlessHttpApiApiGatewayDefaultStage")["StageVariables"] == {"a": "b"}


@pytest.mark.parametrize(
    ("globals_", "note"),
    [
        ([], "/Globals: this is not a map"),
        ({"Table": {}}, "/Globals/Table: SAM has no such section"),
        ({"Function": "x"}, "/Globals/Function: this is not a map"),
    ],
)
def test_malformed_globals_are_noted_and_the_rest_expands(globals_: Any, note: str) -> None:
    expansion = expanded({"Fn": function()}, Globals=globals_)
    assert expansion.notes == (note,)
    assert properties(expansion, "Fn")["Handler"] == "app.handler"
