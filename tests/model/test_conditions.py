"""Conditions in three values, and which guards can hold together."""

from __future__ import annotations

import time
from typing import Any

import pytest

from analyzer.model.template import Template
from tests.stacks import application

PARAMETERS = {
    "Stage": {"Type": "String", "Default": "dev"},
    "Open": {"Type": "String"},
}


def template(conditions: dict[str, Any], given: dict[str, str] | None = None) -> Template:
    app = application({"Parameters": PARAMETERS, "Conditions": conditions, "Resources": {}}, parameters=given)
    return app.templates["S0"]


def equals(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


PROD = equals({"Ref": "Stage"}, "prod")


@pytest.mark.parametrize(
    ("condition", "decided", "by_default"),
    [
        (equals("a", "a"), True, True),
        (equals(1, "1"), True, True),
        (equals(True, "true"), True, True),
        (equals("a", "b"), False, False),
        (PROD, None, False),
        ({"Fn::Not": [PROD]}, None, True),
        (equals({"Ref": "Open"}, "x"), None, None),
        (equals({"Ref": "Open"}, {"Ref": "Open"}), True, True),
        (equals({"Ref": "AWS::Region"}, "us-east-1"), None, None),
        ({"Fn::Or": [equals("a", "a"), equals({"Ref": "Open"}, "x")]}, True, True),
        ({"Fn::And": [equals("a", "b"), equals({"Ref": "Open"}, "x")]}, False, False),
        ({"Fn::And": [equals("a", "a"), PROD]}, None, False),
        ({"Condition": "Itself"}, None, None),
        ("nonsense", None, None),
        ({"Fn::Equals": ["a"]}, None, None),
    ],
)
def test_decided_by_literals_and_by_defaults(condition: Any, decided: bool | None, by_default: bool | None) -> None:
    found = template({"C": condition, "Itself": {"Condition": "Itself"}}).conditions
    assert (found.decide("C"), found.by_default("C")) == (decided, by_default)


def test_a_given_parameter_decides() -> None:
    assert template({"C": PROD}, {"Stage": "prod"}).conditions.decide("C") is True


@pytest.mark.parametrize(
    ("conditions", "guards", "holds"),
    [
        ({"A": PROD, "B": {"Fn::Not": [{"Condition": "A"}]}}, {"A": True, "B": True}, False),
        ({"A": PROD, "B": {"Fn::Not": [{"Condition": "A"}]}}, {"A": True, "B": False}, True),
        ({"A": PROD, "B": equals({"Ref": "Stage"}, "dev")}, {"A": True, "B": True}, False),
        ({"A": PROD, "B": equals("dev", {"Ref": "Stage"})}, {"A": True, "B": True}, False),
        ({"A": PROD, "B": equals({"Ref": "Stage"}, "dev")}, {"A": False, "B": False}, True),
        ({"A": PROD, "B": {"Fn::And": [{"Condition": "A"}, PROD]}}, {"A": False, "B": True}, False),
        ({"A": PROD, "B": {"Fn::Or": [{"Condition": "A"}, PROD]}}, {"A": True, "B": False}, False),
        ({"A": PROD, "B": {"Fn::Or": [{"Condition": "A"}, PROD]}}, {"A": False, "B": True}, True),
        ({"A": PROD, "B": PROD}, {"A": True, "B": False}, False),
        ({"A": {"Condition": "B"}, "B": {"Condition": "A"}}, {"A": True, "B": True}, True),
    ],
)
def test_contradictions(conditions: dict[str, Any], guards: dict[str, bool], holds: bool) -> None:
    found = template(conditions).conditions
    assert found.consistent(found.guard(name, value) for name, value in guards.items()) is holds


def test_a_chain_of_two_hundred_conditions_is_decided_at_once() -> None:
    chain = {f"C{i}": {"Fn::And": [{"Condition": f"C{i - 1}"}, {"Condition": f"C{i - 1}"}]} for i in range(1, 200)}
    found = template({"C0": PROD, **chain}).conditions
    started = time.process_time()
    assert found.decide("C199") is None
    assert found.by_default("C199") is False
    assert found.consistent([found.guard("C199", True), found.guard("C0", False)]) is False
    assert time.process_time() - started < 1


def test_a_resource_whose_condition_cannot_hold_is_not_there() -> None:
    document = {
        "Parameters": PARAMETERS,
        "Conditions": {"Prod": PROD},
        "Resources": {"X": {"Type": "T", "Condition": "Prod"}},
    }
    assert list(application(document).templates["S0"].resources) == ["X"]
    assert list(application(document, parameters={"Stage": "qa"}).templates["S0"].resources) == []
