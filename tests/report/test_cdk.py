"""The plugin report for CDK: every field, and nothing that CDK would suppress against our will."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import Finding, Gate, InputProblem, Location, NotEvaluated, Proof, Result, Undecided, Waived
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from tests.builders import FINDING, finding, result

PARAMETER = finding(
    resource="Unused", resource_type="Parameter", construct_path="Documents/Unused", pointer="/Parameters/Unused"
)
TEMPLATE = finding(resource="Documents", resource_type="Template", construct_path=None, pointer=None, source=None)
SOURCE = finding(
    resource="aws_cdk.core",
    resource_type="Source",
    template=None,
    construct_path=None,
    pointer=None,
    location=Location("app.py", 1, 1, 1, 9),
    source=None,
)


def report(given: Result) -> dict[str, Any]:
    read = json.loads(formats.renderer("cdk")(given, options=ReportOptions()))
    assert isinstance(read, dict)
    return read


def violation(found: Finding, **changes: Any) -> dict[str, Any]:
    (only,) = report(result(findings=(found,), **changes))["violations"]
    assert isinstance(only, dict)
    return only


def test_a_clean_run_is_a_success_that_counts_what_it_does_not_tell() -> None:
    given = result(
        unknown=(Undecided("FM0701", "Documents", "Fn", "T", "x", None, None, None),),
        waived=(Waived(finding(), "by design", "stackproof.yaml"),),
        baselined=(finding(), finding()),
    )
    assert report(given) == {
        "success": True,
        "pluginVersion": "0.1.0",
        "violations": [],
        "metadata": {"undecided": "1", "waived": "1", "baselined": "2"},
    }


def test_a_finding_is_a_violation_of_its_resource_with_its_proof() -> None:
    proof = (Proof("grant", "s3:PutObject", Location("cdk.out/t.json", 9, 1, 9, 5)), Proof("trigger", "created", None))
    found = finding(evidence=proof, pointer="/Resources/Processor8F3A2B1C/Properties/Environment/Variables/a~1b")
    assert report(result(findings=(found,))) == {
        "success": False,
        "pluginVersion": "0.1.0",
        "violations": [
            {
                "ruleName": "FM0701",
                "description": "Processor writes to Bucket, which triggers it again.",
                "severity": "error",
                "fix": "Write under another prefix.",
                "violatingResources": [
                    {
                        "resourceLogicalId": "Processor8F3A2B1C",
                        "templatePath": "cdk.out/Documents.template.json",
                        "locations": ["Properties.Environment.Variables.a/b"],
                    }
                ],
                "ruleMetadata": {
                    "rule": "FM0701 event-loop",
                    "severity": "critical",
                    "confidence": "certain",
                    "source": "app.py:41",
                    "location": "cdk.out/Documents.template.json:3",
                    "evidence 1": "grant: s3:PutObject (cdk.out/t.json:9)",
                    "evidence 2": "trigger: created",
                    "references": "https://docs.aws.amazon.com/one",
                    "fingerprint": "0123456789abcdef0123456789abcdef",
                },
            }
        ],
        "metadata": {"undecided": "0", "waived": "0", "baselined": "0"},
    }


@pytest.mark.parametrize("pointer", [None, "/Resources/Processor8F3A2B1C", "/Resources/Other/Properties/Code"])
def test_a_pointer_to_something_else_is_no_place_in_the_resource(pointer: str | None) -> None:
    assert violation(finding(pointer=pointer))["violatingResources"][0]["locations"] == []


@pytest.mark.parametrize(
    ("severity", "confidence", "gate", "level"),
    [
        (Severity.MEDIUM, Confidence.LIKELY, Gate(), "error"),
        (Severity.CRITICAL, Confidence.POSSIBLE, Gate(), "warning"),
        (Severity.MEDIUM, Confidence.CERTAIN, Gate(Severity.HIGH), "warning"),
        (Severity.LOW, Confidence.CERTAIN, Gate(), "info"),
        (Severity.LOW, Confidence.CERTAIN, Gate(Severity.LOW), "error"),
        (Severity.CRITICAL, Confidence.CERTAIN, Gate(None), "warning"),
    ],
)
def test_the_gate_decides_what_stops_the_synthesis(
    severity: Severity, confidence: Confidence, gate: Gate, level: str
) -> None:
    given = result(findings=(finding(severity=severity, confidence=confidence),), gate=gate)
    told = report(given)
    assert ([each["severity"] for each in told["violations"]], told["success"]) == ([level], level != "error")


@pytest.mark.parametrize("found", [FINDING, PARAMETER])
def test_what_no_acknowledgement_may_excuse_is_fatal_if_it_stops_the_synthesis(found: Finding) -> None:
    assert violation(found)["severity"] == "error"
    refused = replace(found, acknowledgeable=False)
    assert violation(refused)["severity"] == "fatal"
    assert violation(refused, gate=Gate(None))["severity"] == "warning"


@pytest.mark.parametrize(
    ("found", "path", "told"),
    [
        (PARAMETER, "Documents/Unused", "app.py:41: "),
        (TEMPLATE, "", "cdk.out/Documents.template.json:3: "),
        (SOURCE, "", "app.py:1: "),
    ],
)
def test_what_is_no_resource_is_told_by_its_construct_and_place(found: Finding, path: str, told: str) -> None:
    given = violation(found)
    assert given["violatingResources"] == [{"constructPath": path, "locations": []}]
    assert given["description"] == f"{told}{FINDING.message}"


@pytest.mark.parametrize("found", [TEMPLATE, SOURCE])
def test_what_has_no_construct_is_not_left_to_an_acknowledgement_of_the_app(found: Finding) -> None:
    assert violation(found)["severity"] == "fatal"


@pytest.mark.parametrize("identifier", ["FM0701", "fm07", "FM0701[abc,def]"])
def test_an_acknowledged_finding_goes_under_the_id_that_cdk_recorded(identifier: str) -> None:
    waived = Waived(finding(), "by design", "CDK acknowledgement at Documents", acknowledged=identifier)
    (only,) = report(result(waived=(waived,)))["violations"]
    assert only == {**violation(finding()), "ruleName": identifier}


def test_what_was_not_evaluated_or_not_read_is_fatal_and_has_a_resource_so_that_cdk_prints_it() -> None:
    told = report(
        result(
            not_evaluated=(NotEvaluated("FM0701", "cdk.out", "took too long"),),
            problems=(InputProblem("cdk.out/a.json", 3, 1, "is cut off"), InputProblem("b.json", None, None, "gone")),
        )
    )
    nowhere = [{"constructPath": "", "locations": []}]
    assert told["success"] is False
    assert told["violations"] == [
        {"ruleName": "not-evaluated", "description": text, "severity": "fatal", "violatingResources": nowhere}
        for text in (
            "FM0701 was not evaluated on cdk.out: took too long",
            "cdk.out/a.json:3: is cut off",
            "b.json: gone",
        )
    ]


def test_nothing_of_the_input_reaches_the_terminal_as_a_control() -> None:
    evil = "a\x1b[2J\u202eb"
    found = finding(message=evil, remediation=evil, evidence=(Proof(evil, evil, None),))
    text = json.dumps(violation(found), ensure_ascii=False)
    assert "\\u001b" not in text
    assert "\u202e" not in text
