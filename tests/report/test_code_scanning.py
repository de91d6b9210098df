"""SARIF for GitHub: what a reader without waivers may see, and not a result more or less."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from analyzer.judgement import Severity
from analyzer.policy.result import InputProblem, NotEvaluated, Result
from analyzer.report import formats
from analyzer.report.code_scanning import remarks, render
from analyzer.report.options import ReportOptions
from analyzer.report.sarif import MOST_RESULTS
from tests.builders import finding, result
from tests.report.results import EVERYTHING, NOTHING

MIXED = replace(EVERYTHING, baselined=(finding(rule_id="FM0601", fingerprint="d" * 32),))


def log_of(given: Result, name: str = "code-scanning") -> dict[str, Any]:
    log = json.loads(formats.renderer(name)(given, options=ReportOptions()))
    assert isinstance(log, dict)
    return log


def test_it_is_the_sarif_log_without_what_is_waived_known_or_undecided() -> None:
    expected = log_of(MIXED, "sarif")
    (run,) = expected["runs"]
    run["results"] = [each for each in run["results"] if each["kind"] == "fail" and "suppressions" not in each]
    for each in run["results"]:
        assert each.pop("baselineState") == "new"
    assert len(run["results"]) == len(MIXED.findings)
    assert log_of(MIXED) == expected


def test_where_nothing_is_hidden_both_are_the_same() -> None:
    given = result(findings=(finding(), finding(severity=Severity.LOW, resource="Other")))
    assert log_of(given) == log_of(given, "sarif")
    assert log_of(NOTHING) == log_of(NOTHING, "sarif")


def test_a_waived_finding_does_not_raise_the_severity_of_an_open_one() -> None:
    """GitHub knows one severity per rule."""
    grave = replace(EVERYTHING.waived[0], finding=finding(severity=Severity.CRITICAL))
    given = result(findings=(finding(severity=Severity.LOW),), waived=(grave,))
    assert log_of(given) == log_of(replace(given, waived=()), "sarif")


def test_hidden_results_do_not_count_against_the_limit() -> None:
    many = (finding(),) * (MOST_RESULTS + 1)
    (remark,) = remarks(result(findings=many))
    assert remark.startswith("5,001 results of stackproof; GitHub code scanning keeps 5,000")
    assert remarks(result(findings=many[1:], baselined=many)) == ()


@pytest.mark.parametrize(
    "broken",
    [
        result(problems=(InputProblem("a.json", 1, 1, "not JSON"),)),
        result(not_evaluated=(NotEvaluated("FM0701", "cdk.out", "KeyError"),)),
    ],
    ids=["not read", "not evaluated"],
)
def test_an_incomplete_run_says_so_to_github_and_to_the_user(broken: Result) -> None:
    (invocation,) = json.loads(render(broken, options=ReportOptions()))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert remarks(broken) == ("the run is incomplete; GitHub refuses such a log, so no alert is closed by mistake",)
