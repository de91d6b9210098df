"""One answer from alternatives: conditions fail, allowed values only all together, the unknown stays so."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.settle import settle
from analyzer.judgement import Confidence, Judgement, Verdict
from analyzer.model.value import Absent, Known, Value
from tests.stacks import subject

SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Open": {"Type": "Number"},
        "Any": {"Type": "Number", "AllowedValues": [0, 5]},
        "Bad": {"Type": "Number", "AllowedValues": [0, -1]},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def too_small(value: Value) -> bool | None:
    if isinstance(value, Absent):
        return False
    return value.value < 1 if isinstance(value, Known) and isinstance(value.value, int) else None


@pytest.mark.parametrize(
    ("raw", "verdict", "confidence", "rest"),
    [
        (5, Verdict.PASS, Confidence.CERTAIN, ""),
        (0, Verdict.FAIL, Confidence.CERTAIN, ""),
        ({"Ref": "AWS::NoValue"}, Verdict.PASS, Confidence.CERTAIN, ""),
        ({"Fn::If": ["Prod", 0, 5]}, Verdict.FAIL, Confidence.LIKELY, " where condition Prod is true"),
        ({"Fn::If": ["Prod", 5, 0]}, Verdict.FAIL, Confidence.CERTAIN, " where condition Prod is false"),
        ({"Fn::If": ["Prod", {"Ref": "Open"}, 5]}, Verdict.UNKNOWN, Confidence.CERTAIN, "the value of parameter Open"),
        ({"Fn::If": ["Prod", {"Ref": "Open"}, 0]}, Verdict.FAIL, Confidence.CERTAIN, " where condition Prod is false"),
        ({"Ref": "Open"}, Verdict.UNKNOWN, Confidence.CERTAIN, "the value of parameter Open"),
        ({"Ref": "Any"}, Verdict.UNKNOWN, Confidence.CERTAIN, "the value of parameter Any"),
        ({"Ref": "Bad"}, Verdict.FAIL, Confidence.CERTAIN, " where Bad is -1"),
    ],
)
def test_settled(raw: Any, verdict: Verdict, confidence: Confidence, rest: str) -> None:
    found = settle(subject({"P": raw}, **SECTIONS)["P"], too_small)
    assert (found.verdict, found.confidence, found.where or found.needs) == (verdict, confidence, rest)


def test_a_judgement_names_the_branch_and_never_overstates() -> None:
    holder = subject({"P": {"Fn::If": ["Prod", 0, 5]}}, **SECTIONS)
    settled = settle(holder["P"], too_small)
    assert settled.judgement(holder, "X has too little") == Judgement(
        Verdict.FAIL,
        holder,
        message="X has too little where condition Prod is true.",
        confidence=Confidence.LIKELY,
    )
    assert settled.judgement(holder, "X", confidence=Confidence.POSSIBLE).confidence is Confidence.POSSIBLE


def test_a_judgement_without_a_failure_says_what_it_needs() -> None:
    holder = subject({"P": {"Ref": "Open"}, "Q": 5}, **SECTIONS)
    asked = settle(holder["P"], too_small).judgement(holder, "unsaid")
    assert asked == Judgement(Verdict.UNKNOWN, holder, needs="the value of parameter Open")
    assert settle(holder["Q"], too_small).judgement(holder, "unsaid") == Judgement(Verdict.PASS, holder)
