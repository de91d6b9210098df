"""The cursor: alternatives followed through containers, guards kept, unknown lists said."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.node import Node
from analyzer.model.value import ABSENT, Known, Reference, Unknown
from tests.stacks import application, resource, subject

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
    },
    "Conditions": {
        "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "NotProd": {"Fn::Not": [{"Condition": "Prod"}]},
    },
}


def node(raw: Any) -> Node:
    return subject({"P": raw}, **SECTIONS)["P"]


def seen(found: Node) -> list[tuple[Any, str, str]]:
    """Each case: value, what selects it, where it is written below the property."""
    base = "/Resources/X/Properties/P"
    return [
        (case.value.value if isinstance(case.value, Known) else case.value, case.where, case.node.pointer[len(base) :])
        for case in found.cases()
    ]


def test_a_property_under_a_conditional_mapping() -> None:
    found = node({"Fn::If": ["Prod", {"k": 1}, {"k": 2}]})["k"]
    assert seen(found) == [
        (1, " where condition Prod is true", "/Fn::If/1/k"),
        (2, " where condition Prod is false", "/Fn::If/2/k"),
    ]


def test_a_branch_that_contradicts_the_one_around_it_is_not_seen() -> None:
    found = node({"Fn::If": ["Prod", {"k": {"Fn::If": ["NotProd", 1, 2]}}, {"k": 3}]})["k"]
    assert seen(found) == [
        (2, " where condition Prod is true and condition NotProd is false", "/Fn::If/1/k/Fn::If/2"),
        (3, " where condition Prod is false", "/Fn::If/2/k"),
    ]


def test_a_branch_without_the_key_is_absent_there() -> None:
    found = node({"Fn::If": ["Prod", {"k": 1}, {"Ref": "AWS::NoValue"}]})["k"]
    assert [case.value for case in found.cases()] == [Known(1), ABSENT]
    assert found
    assert found.known is None


def test_no_value_is_not_written() -> None:
    assert not node({"Ref": "AWS::NoValue"})
    assert not node({"a": 1})["b"]["c"]


def test_items_follow_conditions_inside_and_around_the_list() -> None:
    found = node({"Fn::If": ["Prod", ["a", {"Fn::If": ["NotProd", "never", "b"]}], ["c", {"Ref": "AWS::NoValue"}]]})
    assert [(item.text, item.pointer.rsplit("/P", 1)[1]) for item in found.items()] == [
        ("a", "/Fn::If/1/0"),
        ("b", "/Fn::If/1/1/Fn::If/2"),
        ("c", "/Fn::If/2/0"),
    ]


def test_a_lone_item_needs_no_list() -> None:
    assert [item["Effect"].known for item in node({"Effect": "Allow"}).items()] == ["Allow"]


def test_a_list_parameter_is_its_items_or_one_unknown() -> None:
    assert [item.value for item in node({"Ref": "Zones"}).items()] == [Known("a"), Known("b")]
    assert [item.value for item in node({"Ref": "Subnets"}).items()] == [
        Unknown("the value of parameter Subnets", ("parameter", "S0", "Subnets"))
    ]
    assert node({"Ref": "Subnets"}).undecided == "the value of parameter Subnets"


def test_a_split_list_is_its_items() -> None:
    assert [item.value for item in node({"Fn::Split": [",", "x,y"]}).items()] == [Known("x"), Known("y")]


def test_a_key_of_something_unknown_is_unknown_not_absent() -> None:
    found = node({"Fn::Transform": {"Name": "M"}})["k"]
    assert found
    assert found.undecided == "what the macro M returns"


def test_too_many_alternatives_are_unknown() -> None:
    raw: Any = {"k": "end"}
    conditions = {f"C{i}": {"Fn::Equals": [{"Ref": "AWS::Region"}, f"r{i}"]} for i in range(40)}
    for i in range(40):
        raw = {"Fn::If": [f"C{i}", {"k": i}, raw]}
    found = subject({"P": raw}, Conditions=conditions)["P"]["k"]
    assert found.undecided == "which of 41 alternatives holds"


def test_defaults_tell_which_case_is_likely() -> None:
    cases = list(node({"Fn::If": ["Prod", 1, 2]}).cases())
    assert [(case.value, case.likely) for case in cases] == [(Known(1), False), (Known(2), True)]


def test_keys_with_slashes_are_escaped_in_pointers() -> None:
    assert node({"a/b": {"c~d": 1}})["a/b"]["c~d"].pointer == "/Resources/X/Properties/P/a~1b/c~0d"


def test_entries_of_every_branch() -> None:
    found = node({"Fn::If": ["Prod", {"a": 1}, {"b": {"Ref": "Bucket"}}]})
    assert [(key, entry.guards[0].value) for key, entry in found.entries()] == [("a", True), ("b", False)]


def test_a_resource_without_properties() -> None:
    app = application({"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "Odd": "text", "Odder": {"Type": {"a": 1}}}})
    assert list(app.resources()) == [resource(app, "B")]
    assert not resource(app, "B")["BucketName"]
    assert resource(app, "B").reference == Reference("S0", "B")


@pytest.mark.parametrize(
    ("raw", "written_out"),
    [
        ({"S3Key": {"Fn::Sub": "a.zip"}}, {"S3Key": "a.zip"}),
        ({"S3Key": {"Fn::Join": ["/", ["a", "b.zip"]]}}, {"S3Key": "a/b.zip"}),
        ({"Fn::If": ["Always", {"S3Key": "a.zip"}, {"S3Key": "b.zip"}]}, {"S3Key": "a.zip"}),
        ({"S3Key": {"Fn::Sub": "${AWS::Region}.zip"}}, {"S3Key": {"Fn::Sub": "${AWS::Region}.zip"}}),
        ({"S3Key": {"Ref": "Key"}}, {"S3Key": {"Ref": "Key"}}),
        ({"Fn::If": ["Never", {"S3Key": "a.zip"}, {"Ref": "AWS::NoValue"}]}, None),
        ({"Fn::If": ["Any", "a", "b"]}, {"Fn::If": ["Any", "a", "b"]}),
    ],
)
def test_raw_content_with_settled_functions_written_out(raw: Any, written_out: Any) -> None:
    conditions = {"Always": {"Fn::Equals": ["a", "a"]}, "Never": {"Fn::Equals": ["a", "b"]}}
    conditions["Any"] = {"Fn::Equals": [{"Ref": "Open"}, "a"]}
    parameters = {"Key": {"Type": "String", "Default": "p.zip"}, "Open": {"Type": "String"}}
    node = subject({"Code": raw}, Conditions=conditions, Parameters=parameters)["Code"]
    assert node.written_out == written_out


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"Fn::If": ["Any", "a", {"Ref": "AWS::NoValue"}]}, "a or nothing"),
        (["a", {"Ref": "X"}], "a, <X>"),
        ({"key": 1}, "a mapping"),
        ({"Fn::If": ["Any", ["a", "b"], "c"]}, "a, b or c"),
    ],
)
def test_no_value_shows_python(raw: Any, text: str) -> None:
    conditions = {"Any": {"Fn::Equals": [{"Ref": "Open"}, "a"]}}
    found = subject({"P": raw}, Conditions=conditions, Parameters={"Open": {"Type": "String"}})
    assert found["P"].text == text


def test_the_order_written_shows_nowhere() -> None:
    some = {"Type": "T", "Properties": {"P": {"b": 1, "a": 2}}}
    forwards = application({"Resources": {"B": some, "A": some}})
    assert [one.id for one in forwards.resources()] == ["A", "B"]
    assert [key for key, _ in resource(forwards, "A")["P"].entries()] == ["a", "b"]
