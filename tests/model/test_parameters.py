"""What a parameter may be, and the files that give values."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.parameters import parameter_value, read_parameters
from analyzer.model.value import Guard, Known, Listing, OneOf, Option, Unknown, Value

NEEDS = Unknown("the value of parameter P", ("parameter", "S", "P"))


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ({"Type": "String"}, None, NEEDS),
        ({"Type": "String", "Default": "d"}, None, Known("d")),
        ({"Type": "String", "Default": ""}, None, Known("")),
        ({"Type": "String", "Default": "d"}, "g", Known("g")),
        ({"Type": "Number", "Default": "30"}, None, Known(30)),
        ({"Type": "Number", "Default": 1.5}, None, Known(1.5)),
        ({"Type": "Number", "Default": "x"}, None, Known("x")),
        ({"Type": "CommaDelimitedList", "Default": "a, b"}, None, Listing((Known("a"), Known("b")))),
        ({"Type": "List<Number>"}, "1,2", Listing((Known("1"), Known("2")))),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, None, NEEDS),
        ({"Type": "String", "Default": {"not": "a scalar"}}, None, NEEDS),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/ami"}, None, NEEDS),
        ({"Type": ["odd"]}, None, NEEDS),
        ({}, None, NEEDS),
        ({"Type": "String", "AllowedValues": ["only"]}, None, Known("only")),
        (
            {"Type": "String", "AllowedValues": ["a", "b"]},
            None,
            OneOf(
                (
                    Option(Known("a"), (Guard("allowed", "S", "P", "a"),)),
                    Option(Known("b"), (Guard("allowed", "S", "P", "b"),)),
                )
            ),
        ),
    ],
)
def test_values(declared: dict[str, Any], given: str | None, expected: Value) -> None:
    assert parameter_value("S", "P", declared, given) == expected


def test_a_default_is_told_from_a_given_value() -> None:
    default = parameter_value("S", "P", {"Default": "d"}, None)
    chosen = parameter_value("S", "P", {"Default": "d"}, "d")
    assert isinstance(default, Known)
    assert isinstance(chosen, Known)
    assert (default.by_default, chosen.by_default) == (True, False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "ParameterValue": True}],
            {"A": "1", "B": "true"},
        ),
        ([{"ParameterKey": "A", "UsePreviousValue": True}], {}),
        (["A=1", "B=x y"], {"A": "1", "B": "x"}),
        ({"Parameters": {"A": "1", "L": 2}, "Tags": {}}, {"A": "1", "L": "2"}),
        ({"A": "1"}, {"A": "1"}),
        (
            {"default": {"deploy": {"parameters": {"parameter_overrides": 'A="one two" B=2'}}}},
            {"A": "one two", "B": "2"},
        ),
        (
            {"default": {"global": {"parameters": {"parameter_overrides": ["A=1", "B=2"]}}}},
            {"A": "1", "B": "2"},
        ),
        (
            {"default": {"deploy": {"parameters": {"parameter_overrides": "ParameterKey=A,ParameterValue=1"}}}},
            {"A": "1"},
        ),
        ({"A": {"nested": 1}}, None),
        ("text", None),
        ([{"Key": "A"}], None),
    ],
)
def test_files_that_give_values(content: Any, expected: dict[str, str] | None) -> None:
    assert read_parameters(content) == expected
