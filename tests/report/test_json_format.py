"""The report for programs: the contract's fields, valid against the schema that ships."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import (
    Gate,
    InputProblem,
    NotEvaluated,
    Result,
)
from analyzer.report.json_format import render
from analyzer.report.options import ReportOptions
from tests.builders import finding, result
from tests.report.results import FULL

PLACE_JSON = {"file": "lambda/index.js", "line": 12, "column": 3, "end_line": 12, "end_column": 9}
FINDING_JSON = {
    "rule_id": "FM0701",
    "slug": "event-loop",
    "failure_mode": 7,
    "severity": "critical",
    "confidence": "certain",
    "documented_severity": "high",
    "stack": "Documents",
    "template": "cdk.out/Documents.template.json",
    "resource": "Processor8F3A2B1C",
    "resource_type": "AWS::Lambda::Function",
    "related_resources": ["Bucket83908E77"],
    "construct_path": "Documents/Compute/Processor",
    "framework_owned": None,
    "pointer": "/Resources/Processor8F3A2B1C",
    "location": {
        "file": "cdk.out/Documents.template.json",
        "line": 3,
        "column": 5,
        "end_line": 3,
        "end_column": 24,
    },
    "source": {"file": "app.py", "line": 41},
    "message": "Processor writes to Bucket, which triggers it again.",
    "evidence": [],
    "remediation": "Write under another prefix.",
    "references": ["https://docs.aws.amazon.com/one"],
    "controls": [],
    "fingerprint": "0123456789abcdef0123456789abcdef",
    "kin": "",
    "identity": "f" * 32,
    "tool": "stackproof",
    "aliases": [],
}


def written(given: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(given, options=ReportOptions()))
    return document


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(files("analyzer.report").joinpath("result.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_whole_document_is_the_contracts() -> None:
    assert written(FULL) == {
        "schema_version": 1,
        "tool": {"name": "stackproof", "version": "0.1.0", "data": {"runtimes": "2026-11-24"}},
        "as_of": "2026-11-24",
        "rules": ["FM0201", "FM0701"],
        "inputs": [
            {
                "path": "cdk.out",
                "kind": "cloud-assembly",
                "sha256": "0" * 64,
                "stacks": ["Documents"],
                "resources": 12,
                "templates": [
                    {
                        "path": "cdk.out/D.json",
                        "stack": "Documents",
                        "resources": ["A", "B"],
                        "parameters": ["P"],
                        "outputs": ["O"],
                    }
                ],
                "files": ["cdk.out/D.json", "app.py"],
                "not_run": ["FM0702"],
                "ignored": [{"rule_id": "FM0703", "stack": "Documents"}],
                "warnings": [
                    {
                        "path": "cdk.out/D.json",
                        "line": 2,
                        "column": 5,
                        "reason": "key 'A' is written twice; the last counts",
                    }
                ],
            }
        ],
        "findings": [
            {
                **FINDING_JSON,
                "evidence": [
                    {"kind": "code", "text": "writes", "location": PLACE_JSON, "digest": "0a1b2c3d4e5f"},
                    {"kind": "grant", "text": "may write", "location": None, "digest": ""},
                ],
                "controls": [{"framework": "nist-800-53-r5", "id": "AC-6"}],
                "blocking": True,
            },
            {
                **FINDING_JSON,
                "severity": "low",
                **dict.fromkeys(("location", "source", "template", "pointer", "construct_path")),
                "blocking": False,
            },
        ],
        "unknown": [
            {
                "rule_id": "FM0701",
                "stack": "Documents",
                "resource": "Fn",
                "resource_type": "AWS::Lambda::Function",
                "construct_path": "D/Fn",
                "framework_owned": None,
                "needs": "the value of X",
                "location": PLACE_JSON,
                "source": None,
            }
        ],
        "passed": [{"rule_id": "FM0701", "subjects": 3, "names": {"Documents": ["A", "B"]}}],
        "waived": [
            {
                **FINDING_JSON,
                "waiver": {
                    "reason": "by design",
                    "origin": "here",
                    "owner": "ann",
                    "approver": "bob",
                    "expires": "2027-01-31",
                },
            }
        ],
        "baselined": [{**FINDING_JSON, "resource": "Old", "kin": "e" * 32}],
        "not_evaluated": [{"rule_id": "FM0702", "application": "cdk.out", "reason": "KeyError"}],
        "problems": [{"path": "b.json", "line": 3, "column": 7, "reason": "not JSON"}],
        "companions": [
            {"name": "cfn-lint", "version": "1.58.0", "templates": 2},
            {"name": "checkov", "version": "", "templates": 0},
        ],
        "attested": [
            {
                "rule_id": "FM1101",
                "stack": "Documents",
                "resource": "B",
                "resource_type": "T",
                "construct_path": None,
                "statement": "By attestation: so it is.",
                "owner": "ann",
                "reason": "a trail",
                "origin": "c:3",
            }
        ],
        "waiver_notes": [
            {
                "rule_id": "FM0703",
                "origin": "c.yaml:4",
                "state": "unused",
                "text": "the waiver of FM0703 hides nothing",
            }
        ],
        "summary": {
            "findings": {"critical": 1, "high": 0, "medium": 0, "low": 1, "info": 0},
            "unknown": 1,
            "passed": 3,
            "attested": 1,
            "waived": 1,
            "baselined": 1,
            "not_evaluated": 1,
            "gate": "failed",
            "fail_on": "medium",
            "min_confidence": "likely",
        },
    }


@pytest.mark.parametrize("given", [result(), FULL, result(gate=Gate(None, Confidence.CERTAIN))])
def test_it_is_valid_against_the_schema_that_ships(validator: Draft202012Validator, given: Result) -> None:
    validator.validate(written(given))


@pytest.mark.parametrize(
    "damage",
    [
        {"schema_version": 2},
        {"surprise": 1},
        {"findings": [{**FINDING_JSON, "severity": "grave"}]},
        {"findings": [{**FINDING_JSON, "fingerprint": "short"}]},
        {"findings": [{key: value for key, value in FINDING_JSON.items() if key != "location"}]},
        {"passed": [{"rule_id": "FM0701", "subjects": 0}]},
        {"unknown": [{"rule_id": "FM0701"}]},
    ],
)
def test_the_schema_is_strict(validator: Draft202012Validator, damage: dict[str, Any]) -> None:
    assert not validator.is_valid({**written(FULL), **damage})


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({}, "passed"),
        ({"findings": (finding(severity=Severity.LOW),)}, "passed"),
        ({"findings": (finding(),)}, "failed"),
        ({"findings": (finding(),), "gate": Gate(None)}, "passed"),
        ({"problems": (InputProblem("x", None, None, "y"),)}, "incomplete"),
        ({"not_evaluated": (NotEvaluated("FM0701", "x", "y"),)}, "incomplete"),
        ({"not_evaluated": (NotEvaluated("FM0701", "x", "y"),), "findings": (finding(),)}, "failed"),
    ],
)
def test_a_run_that_is_no_proof_has_not_passed(changes: dict[str, Any], gate: str) -> None:
    assert written(result(**changes))["summary"]["gate"] == gate


def test_text_is_utf_8_and_lone_surrogates_do_not_break_it() -> None:
    assert "Größe 日本" in render(result(findings=(finding(message="Größe 日本"),)), options=ReportOptions())
    hostile = render(result(findings=(finding(message="\ud800 日本"),)), options=ReportOptions())
    assert json.loads(hostile.encode())["findings"][0]["message"] == "\ud800 日本"


def test_the_same_result_is_the_same_bytes() -> None:
    assert render(FULL, options=ReportOptions()) == render(FULL, options=ReportOptions(colour=True, width=3))
