"""A JSON report is read for what it says, and refused with its place where it says nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.judgement import Confidence
from analyzer.policy.comparison.side import Fate, Known, Side
from analyzer.report.comparison.fields import ShapeError
from analyzer.report.comparison.reader import is_report, side
from analyzer.report.json_format import document
from tests.builders import finding, result
from tests.report.results import EVERYTHING, FULL, HOSTILE, hostile

ROOT = Path(__file__).resolve().parents[3]


def untold(found: Known) -> Known:
    """As a report tells it, which has neither titles nor failure modes by their number."""
    plain = replace(found.finding, title="", failure_mode=0)
    waived = None if found.waived is None else replace(found.waived, finding=plain)
    return replace(found, finding=plain, waived=waived)


def test_a_report_is_read_whole() -> None:
    assert side(json.loads(json.dumps(document(FULL))), "old.json") == Side(
        name="old.json",
        version="0.1.0",
        data={"runtimes": "2026-11-24"},
        as_of="2026-11-24",
        fail_on="medium",
        min_confidence="likely",
        rules=frozenset({"FM0701", "FM0201"}),
        inputs=tuple(replace(given, warnings=()) for given in FULL.inputs),  # nobody compares them
        known=(
            untold(Known(FULL.findings[0], blocking=True)),
            untold(Known(FULL.findings[1])),
            untold(Known(FULL.waived[0].finding, Fate.WAIVED, waived=FULL.waived[0])),
            untold(Known(FULL.baselined[0], Fate.BASELINED)),
        ),
        unknown=FULL.unknown,
        passed=frozenset({("FM0701", "Documents", "A"), ("FM0701", "Documents", "B")}),
        companions=frozenset({"cfn-lint"}),
        not_evaluated=FULL.not_evaluated,
        problems=FULL.problems,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_through(text: str) -> None:
    told = json.loads(json.dumps(document(hostile(text))))
    assert [known.finding.message for known in side(told, "x").known] == [
        found.message
        for found in (
            *hostile(text).findings,
            *(waived.finding for waived in hostile(text).waived),
            *hostile(text).baselined,
        )
    ]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The report with another value at ``path``; ``...`` takes it out."""
    whole: Any = json.loads(json.dumps(document(FULL)))
    *steps, last = path.split(".")
    inner = whole
    for step in steps:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    told: dict[str, Any] = whole
    return told


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("schema_version", 2, "a report of schema version 2; this stackproof reads version 1"),
        ("schema_version", True, "a report of schema version True; this stackproof reads version 1"),
        ("rules", ..., "the report does not say which rules ran; write it again with this stackproof"),
        ("rules", "FM0701", "rules is no list"),
        ("rules", [7], "rules holds no strings"),
        ("findings", ..., "findings is missing"),
        ("findings", {}, "findings is no list"),
        ("findings", [[]], "findings[0] is no object"),
        ("findings.1.severity", "grave", "findings[1].severity is none of info, low, medium, high, critical"),
        ("findings.0.severity", ["high"], "findings[0].severity is no string"),
        ("findings.0.blocking", 1, "findings[0].blocking is neither true nor false"),
        ("findings.0.location.line", 1.5, "findings[0].location.line is no whole number"),
        ("problems.0.line", "3", "problems[0].line is no whole number"),
        ("problems.0.column", ..., "problems[0].column is missing"),
        ("findings.0.location.line", True, "findings[0].location.line is no whole number"),
        ("waived.0.waiver", None, "waived[0].waiver is no object"),
        ("passed.0.names", ..., "passed[0].names is missing"),
        ("passed.0.names.Documents", "A", "passed[0].names.Documents is no list"),
        ("inputs.0.templates.0.outputs", ..., "inputs[0].templates[0].outputs is missing"),
        ("tool", [], "tool is no object"),
    ],
)
def test_what_is_no_report_is_refused_with_its_place(path: str, value: Any, error: str) -> None:
    with pytest.raises(ShapeError) as raised:
        side(changed(path, value), "x")
    assert str(raised.value) == error


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (document(EVERYTHING), True),
        ({"schema_version": 9, "tool": {"name": "stackproof"}}, True),
        ({"schema_version": 1, "tool": {"name": "another"}}, False),
        ({"Resources": {}}, False),
        ({"tool": "stackproof", "schema_version": 1}, False),
        ([], False),
        (None, False),
    ],
)
def test_what_says_that_it_is_a_report(told: Any, expected: bool) -> None:
    assert is_report(told) is expected


def test_confidence_is_read() -> None:
    told = document(result(findings=(finding(confidence=Confidence.POSSIBLE),)))
    assert side(told, "x").known[0].finding.confidence is Confidence.POSSIBLE
