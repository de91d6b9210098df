"""Several questions, one judgement: the gravest failure, its proof, its branch."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.checks import LONGEST_SHOWN, ask, first_failure, property_name, written
from analyzer.facts.truth import off, shorter_than
from analyzer.judgement import Confidence, Evidence, Judgement, Severity, TemplatePlace, Verdict
from analyzer.model.template import Resource
from tests.stacks import subject

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Open": {"Type": "String"},
        "Off": {"Type": "String", "Default": "false"},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def holder(**properties: Any) -> Resource:
    return subject(properties, **SECTIONS)


def at(pointer: str) -> TemplatePlace:
    return TemplatePlace("S0", f"/Resources/X/{pointer}")


def judged(found: Resource, *names: str) -> Judgement:
    severities = (Severity.HIGH, Severity.LOW)
    checks = [
        ask(found[name], off, f"{name} is off", severity) for name, severity in zip(names, severities, strict=False)
    ]
    return first_failure(found, checks)


def test_the_first_failure_speaks_even_after_an_unknown() -> None:
    found = holder(A={"Ref": "Open"}, B=False)
    assert judged(found, "A", "B") == Judgement(
        Verdict.FAIL,
        found,
        message="B is off.",
        place=at("Properties/B"),
        evidence=(Evidence("property", "B is false", at("Properties/B")),),
        severity=Severity.LOW,
    )


def test_an_unknown_speaks_where_nothing_fails() -> None:
    found = holder(A=True, B={"Ref": "Open"})
    assert judged(found, "A", "B") == Judgement(
        Verdict.UNKNOWN, found, needs="the value of parameter Open", place=at("Properties/B")
    )


def test_nothing_asked_and_nothing_wrong_are_passes() -> None:
    found = holder(A=True)
    assert judged(found, "A") == Judgement(Verdict.PASS, found)
    assert first_failure(found, []) == Judgement(Verdict.PASS, found)


def test_what_is_not_written_is_shown_at_the_resource() -> None:
    found = holder()
    result = judged(found, "A")
    assert (result.place, result.evidence) == (None, (Evidence("property", "A is not set", None),))


def test_a_branch_is_named_shown_and_only_likely_against_the_defaults() -> None:
    found = holder(A={"Fn::If": ["Prod", False, True]})
    result = judged(found, "A")
    assert (result.message, result.place, result.confidence) == (
        "A is off where condition Prod is true.",
        at("Properties/A/Fn::If/1"),
        Confidence.LIKELY,
    )


def test_a_branch_without_the_property_is_shown_at_the_other() -> None:
    found = holder(A={"Fn::If": ["Prod", True, {"Ref": "AWS::NoValue"}]})
    result = judged(found, "A")
    assert (result.message, result.place) == ("A is off where condition Prod is false.", at("Properties/A"))


def test_a_default_is_named() -> None:
    assert judged(holder(A={"Ref": "Off"}), "A").message == "A is off (by default, parameter Off)."


def test_a_check_never_claims_more_than_its_own_confidence() -> None:
    found = holder(A=False)
    result = first_failure(found, [ask(found["A"], off, "A is off", confidence=Confidence.POSSIBLE)])
    assert result.confidence is Confidence.POSSIBLE


def test_evidence_and_related_resources_are_added_to_the_proof() -> None:
    found, more = holder(A=False), Evidence("fact", "seen elsewhere")
    result = first_failure(found, [ask(found["A"], off, "A is off")], related=[found], evidence=(more,))
    assert (result.evidence[1:], result.related) == ((more,), (found,))


@pytest.mark.parametrize(
    ("pointer", "name"),
    [
        ("/Resources/X/DeletionPolicy", "DeletionPolicy"),
        ("/Resources/X/Properties/A/0/B", "A.0.B"),
        ("/Resources/X/Properties/A/Fn::If/2/B", "A.B"),
        ("/Resources/X/Properties/Fn::If/1/A", "A"),
        ("/Resources/X/Properties/a~1b/c~0d", "a/b.c~d"),
    ],
)
def test_property_names_are_those_that_people_write(pointer: str, name: str) -> None:
    assert property_name(pointer) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "A is true"),
        (7, "A is 7"),
        ({"B": 1}, "A is set"),
        ({"Fn::Sub": "x-${AWS::Region}"}, "A is x-<AWS::Region>"),
        ("y" * 200, f"A is {'y' * (LONGEST_SHOWN - 1)}…"),
    ],
)
def test_values_as_proof(value: Any, text: str) -> None:
    node = holder(A=value)["A"]
    (case,) = node.cases()
    assert written(node, case) == text


def test_numbers_below_a_limit() -> None:
    found = holder(A=7, B="400")
    checks = [ask(found[name], shorter_than(90), f"{name} is short") for name in ("B", "A")]
    assert first_failure(found, checks).message == "A is short."
