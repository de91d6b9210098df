"""Every intrinsic function, on what people write and on what would fool a naive resolver."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.value import ABSENT, Known, Listing, OneOf, Reference, Text, Unknown, Value
from tests.stacks import Stack, application, resource, subject

PARTITION, REGION = Reference("", "AWS::Partition"), Reference("", "AWS::Region")
BUCKET = {"Bucket": {"Type": "AWS::S3::Bucket"}}


def value(raw: Any, **sections: Any) -> Value:
    return subject({"P": raw}, **{"Resources": BUCKET, **sections})["P"].value


def texts(found: Value) -> dict[str, Value]:
    """The alternatives by what selects them."""
    assert isinstance(found, OneOf)
    return {" and ".join(map(str, option.guards)): option.value for option in found.options}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain", Known("plain")),
        (7, Known(7)),
        (True, Known(True)),
        ({"Ref": "Bucket"}, Reference("S0", "Bucket")),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, Reference("S0", "Bucket", "Arn")),
        ({"Fn::GetAtt": "Bucket.Arn"}, Reference("S0", "Bucket", "Arn")),
        ({"Fn::GetAtt": ["Bucket", "Endpoint", "Port"]}, Reference("S0", "Bucket", "Endpoint.Port")),
        ({"Ref": "AWS::Region"}, REGION),
        ({"Ref": "AWS::NoValue"}, ABSENT),
        ({"Ref": "AWS::StackName"}, Reference("S0", "AWS::StackName")),
        ({"Fn::Join": ["-", ["a", "b", {"Ref": "AWS::NoValue"}, "c"]]}, Known("a-b-c")),
        ({"Fn::Join": ["", []]}, Known("")),
        ({"Fn::Sub": "no holes ${!Literal}"}, Known("no holes ${Literal}")),
        ({"Fn::Sub": "${Bucket}"}, Reference("S0", "Bucket")),
        ({"Fn::Sub": ["${a}/${a}", {"a": "x"}]}, Known("x/x")),
        ({"Fn::Select": [1, ["a", "b"]]}, Known("b")),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "p/q"]}]}, Known("p")),
        ({"Fn::Split": [",", "a,b"]}, Listing((Known("a"), Known("b")))),
        ({"Fn::Base64": "hi"}, Known("aGk=")),
        ({"Fn::Length": ["a", "b", "c"]}, Known(3)),
        ({"Fn::ToJsonString": {"a": [1, True, None]}}, Known('{"a":[1,true,null]}')),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Bucket", "Arn"]}]}]}, PARTITION),
    ],
)
def test_settled(raw: Any, expected: Value) -> None:
    assert value(raw) == expected


def test_a_join_keeps_its_holes() -> None:
    raw = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Ref": "Bucket"}, "/in/*"]]}
    assert value(raw) == Text(("arn:", PARTITION, ":s3:::", Reference("S0", "Bucket"), "/in/*"))


def test_sub_and_join_of_the_same_text_are_equal() -> None:
    sub = value({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/in/*"})
    join = value({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "s3", "", "", {"Fn::Sub": "${Bucket}/in/*"}]]})
    assert sub == join


def test_json_text_quotes_its_literals_and_keeps_its_holes() -> None:
    raw = {"Fn::ToJsonString": {"k": ['q"', {"Ref": "Bucket"}]}}
    assert value(raw) == Text(('{"k":["q\\"","', Reference("S0", "Bucket"), '"]}'))


@pytest.mark.parametrize(
    ("raw", "needs"),
    [
        ({"Ref": "Nowhere"}, "Nowhere, which the template does not declare"),
        ({"Ref": ["x"]}, "a Ref to a name"),
        ({"Fn::GetAtt": ["Nowhere", "Arn"]}, "Nowhere, which the template does not declare"),
        ({"Fn::GetAtt": "NoDot"}, "a Fn::GetAtt of a resource and an attribute"),
        ({"Fn::Sub": 4}, "a Fn::Sub of a string"),
        ({"Fn::Join": ["a"]}, "a Fn::Join of a delimiter and a list"),
        ({"Fn::Select": [5, ["a"]]}, "an item 5 in the list of Fn::Select"),
        ({"Fn::Select": ["-1", ["a"]]}, "an item -1 in the list of Fn::Select"),
        ({"Fn::If": ["a", "b"]}, "a Fn::If of a condition and two values"),
        ({"Fn::FindInMap": ["M", "a"]}, "a Fn::FindInMap of a map and two keys"),
        ({"Fn::FindInMap": ["M", "a", "b"]}, "the mapping's entry"),
        ({"Fn::GetAZs": ""}, "the Region's availability zones"),
        ({"Fn::Transform": {"Name": "Mine"}}, "what the macro Mine returns"),
        ({"Fn::Brand::New": 1}, "what Fn::Brand::New returns"),
        ({"Fn::ImportValue": "elsewhere"}, "the value that another stack exports as elsewhere"),
        ("{{resolve:ssm:/x:1}}", "the value of {{resolve:ssm:/x:1}}"),
    ],
)
def test_unknown_says_what_it_would_take(raw: Any, needs: str) -> None:
    found = value(raw)
    assert isinstance(found, Unknown)
    assert found.needs == needs


def test_a_dynamic_reference_inside_text_is_a_hole_with_an_identity() -> None:
    first, second = value("a-{{resolve:ssm:/x:1}}"), value("a-{{resolve:ssm:/x:1}}")
    assert isinstance(first, Text)
    assert first == second
    assert value("a-{{resolve:ssm:/y:1}}") != first


def test_alternatives_multiply_only_where_they_can_hold_together() -> None:
    conditions = {
        "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "Dev": {"Fn::Not": [{"Condition": "Prod"}]},
    }
    raw = {"Fn::Join": ["-", [{"Fn::If": ["Prod", "p", "q"]}, {"Fn::If": ["Dev", "d", "e"]}]]}
    found = value(raw, Conditions=conditions, Parameters={"Stage": {"Type": "String"}})
    assert texts(found) == {
        "condition Prod is true and condition Dev is false": Known("p-e"),
        "condition Prod is false and condition Dev is true": Known("q-d"),
    }


def test_a_mapping_keyed_by_region_is_one_of_its_rows() -> None:
    raw = {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "size"]}
    found = value(raw, Mappings={"M": {"us-east-1": {"size": "a"}, "eu-west-1": {"size": "b"}}})
    assert texts(found) == {"AWS::Region is us-east-1": Known("a"), "AWS::Region is eu-west-1": Known("b")}


SIZES = {"M": {"dev": {"size": "a"}, "prod": {"size": "b"}, "test": {"size": "c"}}}
BY_STAGE = {"Fn::FindInMap": ["M", {"Ref": "Stage"}, "size"]}


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (
            {},
            {
                "Stage is dev": (Known("a"), True),
                "Stage is prod": (Known("b"), False),
                "Stage is test": (Known("c"), False),
            },
        ),
        (
            {"AllowedValues": ["dev", "prod"]},
            {"Stage is dev": (Known("a"), True), "Stage is prod": (Known("b"), False)},
        ),
    ],
)
def test_a_mapping_keyed_by_a_parameter_with_a_default_is_one_of_its_rows(
    parameter: dict[str, Any], expected: dict[str, tuple[Value, bool]]
) -> None:
    found = subject(
        {"P": BY_STAGE}, Mappings=SIZES, Parameters={"Stage": {"Type": "String", "Default": "dev", **parameter}}
    )
    cases = {case.where.removeprefix(" where "): (case.value, case.likely) for case in found["P"].cases()}
    assert cases == expected
    assert not any(case.value.by_default for case in found["P"].cases() if isinstance(case.value, Known))


def test_a_row_that_a_condition_rules_out_is_not_taken() -> None:
    found = subject(
        {"P": {"Fn::If": ["Prod", BY_STAGE, "none"]}},
        Mappings=SIZES,
        Conditions={"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        Parameters={"Stage": {"Type": "String", "Default": "dev"}},
    )
    assert [case.value for case in found["P"].cases()] == [Known("b"), Known("none")]


def test_a_given_parameter_chooses_one_row() -> None:
    document = {
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Mappings": SIZES,
        "Resources": {"X": {"Type": "Test::Type", "Properties": {"P": BY_STAGE}}},
    }
    assert resource(application(document, parameters={"Stage": "prod"}), "X")["P"].value == Known("b")


def test_a_missing_mapping_entry_takes_its_default() -> None:
    raw = {"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": "d"}]}
    assert value(raw, Mappings={"M": {}}) == Known("d")


def test_a_default_marks_what_is_built_from_it() -> None:
    found = value({"Fn::Sub": "x-${Stage}"}, Parameters={"Stage": {"Type": "String", "Default": "dev"}})
    assert found == Known("x-dev")
    assert isinstance(found, Known)
    assert found.by_default


def test_forty_conditional_items_in_one_string_give_up_instead_of_multiplying() -> None:
    conditions = {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "y"]} for i in range(40)}
    parameters = {f"P{i}": {"Type": "String"} for i in range(40)}
    raw = {"Fn::Join": ["", [{"Fn::If": [f"C{i}", "a", "b"]} for i in range(40)]]}
    assert isinstance(value(raw, Conditions=conditions, Parameters=parameters), Unknown)


def test_content_nested_a_thousand_deep_is_unknown() -> None:
    raw: Any = "x"
    for _ in range(400):
        raw = {"Fn::Join": ["", [raw]]}
    assert isinstance(value(raw), Unknown)


def test_parameters_that_refer_to_each_other_through_a_nested_stack_end() -> None:
    child = Stack("Child", {"Parameters": {"P": {"Type": "String"}}, "Outputs": {"O": {"Value": {"Ref": "P"}}}})
    parent = {
        "Resources": {
            "N": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"Parameters": {"P": {"Fn::GetAtt": ["N", "Outputs.O"]}}},
            }
        }
    }
    app = application(Stack("S", parent, {"N": child}))
    assert isinstance(resource(app, "N")["Parameters"]["P"].value, Unknown)


@pytest.mark.parametrize(
    ("delimiter", "raw", "expected"),
    [
        (",", {"Fn::Join": [",", [{"Ref": "Bucket"}, "plain"]]}, Listing((Reference("S0", "Bucket"), Known("plain")))),
        (":", {"Fn::Join": [":", [{"Ref": "AWS::Region"}, "x"]]}, Listing((REGION, Known("x")))),
        ("/", {"Fn::Sub": "${AWS::StackName}/x"}, Listing((Reference("S0", "AWS::StackName"), Known("x")))),
    ],
)
def test_split_keeps_what_cannot_hold_the_delimiter(delimiter: str, raw: Any, expected: Value) -> None:
    assert value({"Fn::Split": [delimiter, raw]}) == expected


@pytest.mark.parametrize(
    ("delimiter", "name"), [("-", "AWS::Region"), (".", "AWS::URLSuffix"), (":", "AWS::StackId"), ("/", "AWS::StackId")]
)
def test_split_inside_a_pseudo_parameter_is_unknown_and_remembers_it(delimiter: str, name: str) -> None:
    found = value({"Fn::Join": ["", {"Fn::Split": [delimiter, {"Ref": name}]}]})
    assert isinstance(found, Unknown)
    assert [reference.logical_id for reference in found.mentions] == [name]


def test_json_text_goes_into_lists_that_a_function_yields() -> None:
    raw = {"Fn::If": ["Always", [{"a": 1}, ["b"]], "x"]}
    conditions = {"Always": {"Fn::Equals": ["a", "a"]}}
    assert value({"Fn::ToJsonString": {"l": raw}}, Conditions=conditions) == Known('{"l":[{"a":1},["b"]]}')
