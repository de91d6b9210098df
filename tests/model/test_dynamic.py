"""Dynamic references wherever a string comes from."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.value import Known, Text, Unknown, Value, references
from tests.model.test_intrinsics import BUCKET
from tests.stacks import application, resource, subject

SSM = "{{resolve:ssm:/a/b}}"
STORED = Unknown("", ("dynamic", SSM))


def value(raw: Any, **sections: Any) -> Value:
    return subject({"P": raw}, **{"Resources": BUCKET, **sections})["P"].value


@pytest.mark.parametrize(
    "raw",
    [
        SSM,
        {"Fn::Sub": SSM},
        {"Fn::Join": ["", ["{{resolve:ssm", ":/a/b}}"]]},
        {"Fn::Join": [":", ["{{resolve", "ssm", "/a/b}}"]]},
        {"Fn::If": ["Always", SSM, "x"]},
        {"Fn::Select": [0, [SSM]]},
        {"Ref": "Stored"},
        {"Fn::Sub": "${Stored}"},
    ],
)
def test_a_reference_is_the_same_however_it_is_written(raw: Any) -> None:
    found = value(
        raw,
        Conditions={"Always": {"Fn::Equals": ["a", "a"]}},
        Parameters={"Stored": {"Type": "String", "Default": SSM}},
    )
    assert found == STORED
    assert isinstance(found, Unknown)
    assert found.needs == f"the value of {SSM}"


def test_what_stands_around_a_reference_stays() -> None:
    assert value({"Fn::Sub": f"a{SSM}b{SSM}c"}) == Text(("a", STORED, "b", STORED, "c"))


def test_a_reference_with_a_hole_is_one_hole_that_mentions_it() -> None:
    found = value({"Fn::Sub": "x-{{resolve:ssm:/${Bucket}/key}}-y"})
    assert isinstance(found, Text)
    before, hole, after = found.parts
    assert (before, after) == ("x-", "-y")
    assert isinstance(hole, Unknown)
    assert hole.needs == "the value of {{resolve:ssm:/<Bucket>/key}}"
    assert [reference.logical_id for reference in references(hole)] == ["Bucket"]


def test_two_references_with_the_same_hole_are_the_same() -> None:
    assert value({"Fn::Sub": "{{resolve:ssm:/${Bucket}}}"}) == value(
        {"Fn::Join": ["", ["{{resolve:ssm:/", {"Ref": "Bucket"}, "}}"]]}
    )


def test_what_never_closes_is_text() -> None:
    assert value({"Fn::Sub": "{{resolve:ssm:/a"}) == Known("{{resolve:ssm:/a")
    found = value({"Fn::Sub": "{{resolve:ssm:/${Bucket}"})
    assert isinstance(found, Text)
    assert found.parts[0] == "{{resolve:ssm:/"


def test_a_given_value_is_resolved_too() -> None:
    document = {
        "Parameters": {"Stored": {"Type": "String"}},
        "Resources": {"R": {"Type": "T", "Properties": {"P": {"Ref": "Stored"}}}},
    }
    assert resource(application(document, parameters={"Stored": SSM}), "R")["P"].value == STORED
