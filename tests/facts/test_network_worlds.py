"""Alternatives are seen where they matter, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.network_worlds import MOST_WORLDS, Answer, World, explore, presence, settle_worlds
from analyzer.judgement import Confidence, Verdict
from analyzer.model.application import Application
from analyzer.model.value import Known
from tests.stacks import Stack, application, resource

PRODUCTION = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {
        "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
        "NotProduction": {"Fn::Not": [{"Condition": "IsProduction"}]},
    },
}


def stack(properties: dict[str, Any], condition: str | None = None, **sections: Any) -> Application:
    thing: dict[str, Any] = {"Type": "Test::Type", "Properties": properties}
    if condition is not None:
        thing["Condition"] = condition
    return application({**PRODUCTION, **sections, "Resources": {"X": thing}})


def seen(app: Application, *names: str) -> Answer[tuple[Any, ...]]:
    """What the properties are together, judged as failing where one of them is ``bad``, unknown where ``?``."""
    x = resource(app, "X")

    def evaluate(world: World) -> tuple[Any, ...]:
        found = []
        for name in names:
            cases = [case.value for case in x[name].cases() if world.admits(case.guards)]
            found.append(cases[0].value if cases and isinstance(cases[0], Known) else None)
        return tuple(found)

    outcomes = explore(app, presence(x), evaluate)
    assert outcomes is not None
    return settle_worlds(outcomes, lambda result: True if "bad" in result else (None if "?" in result else False))


def choice(condition: str, yes: Any, no: Any) -> dict[str, Any]:
    return {"Fn::If": [condition, yes, no]}


def test_a_branch_against_the_defaults_fails_and_is_likely_only() -> None:
    answer = seen(stack({"A": choice("IsProduction", "fine", "bad")}), "A")
    assert (answer.verdict, answer.confidence) == (Verdict.FAIL, Confidence.LIKELY)
    assert answer.where == " where condition IsProduction is false"


def test_a_branch_by_the_defaults_is_certain() -> None:
    answer = seen(stack({"A": choice("IsProduction", "bad", "fine")}), "A")
    assert (answer.verdict, answer.confidence) == (Verdict.FAIL, Confidence.CERTAIN)
    assert answer.where == " where condition IsProduction is true"


def test_what_fails_everywhere_names_no_condition() -> None:
    answer = seen(stack({"A": choice("IsProduction", "fine", "other"), "B": "bad"}), "A", "B")
    assert (answer.verdict, answer.where) == (Verdict.FAIL, "")


def test_only_what_matters_is_named() -> None:
    properties = {"A": choice("IsProduction", "fine", "other"), "B": choice("IsTest", "bad", "fine")}
    assert seen(stack(properties), "A", "B").where == " where condition IsTest is true"


def test_two_conditions_together() -> None:
    conditions = {name: {"Fn::Equals": [{"Ref": name}, "yes"]} for name in ("One", "Two")}
    parameters = {name: {"Type": "String"} for name in ("One", "Two")}
    properties = {"A": choice("One", "fine", choice("Two", "fine", "bad"))}
    answer = seen(stack(properties, Conditions=conditions, Parameters=parameters), "A")
    assert answer.where == " where condition One is false and condition Two is false"


def test_a_contradiction_is_never_followed() -> None:
    properties = {"A": choice("IsProduction", choice("NotProduction", "bad", "fine"), "fine")}
    assert seen(stack(properties), "A").verdict is Verdict.PASS


def test_contradicting_values_of_one_parameter() -> None:
    properties = {"A": choice("IsProduction", "fine", "other"), "B": choice("IsTest", "fine", "other")}
    app = stack(properties)
    results = explore(app, (), lambda world: _both(app, world))
    assert results is not None
    assert {outcome.result for outcome in results} == {("fine", "other"), ("other", "fine"), ("other", "other")}


def _both(app: Application, world: World) -> tuple[str, ...]:
    x = resource(app, "X")
    return tuple(
        str(case.value.value)
        for name in ("A", "B")
        for case in x[name].cases()
        if world.admits(case.guards) and isinstance(case.value, Known)
    )


def test_the_condition_of_the_resource_itself_holds() -> None:
    answer = seen(stack({"A": choice("IsProduction", "bad", "fine")}, condition="NotProduction"), "A")
    assert answer.verdict is Verdict.PASS


def test_allowed_values_alone_do_not_fail() -> None:
    parameters = {"Kind": {"Type": "String", "AllowedValues": ["bad", "fine"]}}
    answer = seen(stack({"A": {"Ref": "Kind"}}, Parameters=parameters, Conditions={}), "A")
    assert answer.verdict is Verdict.UNKNOWN
    assert [guard.name for guard in answer.guards if guard.kind == "allowed"] == ["Kind"]


def test_allowed_values_that_all_fail_do() -> None:
    parameters = {"Kind": {"Type": "String", "AllowedValues": ["one", "two"]}}
    app = stack({"A": {"Ref": "Kind"}, "B": "bad"}, Parameters=parameters, Conditions={})
    assert seen(app, "A", "B").verdict is Verdict.FAIL


def test_rows_of_a_mapping() -> None:
    mappings = {"Regions": {"eu-west-1": {"Kind": "fine"}, "us-east-1": {"Kind": "bad"}}}
    found = {"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "Kind"]}
    answer = seen(stack({"A": found}, Mappings=mappings), "A")
    assert (answer.verdict, answer.where) == (Verdict.FAIL, " where AWS::Region is us-east-1")


def test_failing_comes_before_unknown() -> None:
    assert seen(stack({"A": choice("IsProduction", "?", "bad")}), "A").verdict is Verdict.FAIL


def test_unknown_in_one_world_is_unknown() -> None:
    assert seen(stack({"A": choice("IsProduction", "fine", "?")}), "A").verdict is Verdict.UNKNOWN


def test_a_hundred_conditions_are_too_many_and_take_no_time() -> None:
    names = [f"C{number}" for number in range(100)]
    parameters = {name: {"Type": "String"} for name in names}
    conditions = {name: {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names}
    properties = {name: choice(name, "fine", "bad") for name in names}
    app = stack(properties, Parameters=parameters, Conditions=conditions)
    x = resource(app, "X")
    calls = []

    def evaluate(world: World) -> int:
        calls.append(world)
        return sum(world.admits(case.guards) for name in names for case in x[name].cases())

    assert explore(app, (), evaluate) is None
    assert len(calls) == MOST_WORLDS


def test_unasked_conditions_are_not_explored() -> None:
    app = stack({"A": "fine", "B": choice("IsProduction", "fine", "bad")})
    outcomes = explore(app, (), lambda world: "same")
    assert outcomes is not None
    assert [(outcome.result, outcome.guards, outcome.likely) for outcome in outcomes] == [("same", (), True)]


@pytest.mark.parametrize(("stage", "expected"), [("prod", Verdict.PASS), ("test", Verdict.FAIL)])
def test_given_parameters_leave_one_world(stage: str, expected: Verdict) -> None:
    thing = {"Type": "Test::Type", "Properties": {"A": choice("IsProduction", "fine", "bad")}}
    app = application({**PRODUCTION, "Resources": {"X": thing}}, parameters={"Stage": stage})
    answer = seen(app, "A")
    assert (answer.verdict, answer.where) == (expected, "")


def test_the_condition_of_the_nesting_stack_counts() -> None:
    child = Stack("child", {"Resources": {"X": {"Type": "Test::Type", "Properties": {"A": "bad"}}}})
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Condition": "NotProduction",
        "Properties": {"TemplateURL": "child"},
    }
    app = application(Stack("top", {**PRODUCTION, "Resources": {"Nested": nested}}, {"Nested": child}))
    assert [str(guard) for guard in presence(resource(app, "X"))] == ["condition NotProduction is true"]
    assert World(app).has(resource(app, "X")) is False
