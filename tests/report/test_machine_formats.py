"""JUnit, GitHub, GitLab, CSV and Markdown say the same of one run: no finding is lost, none is made up."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import cache
from xml.etree import ElementTree

from analyzer import registry
from analyzer.policy.assess import Inputs
from analyzer.policy.result import Result
from analyzer.policy.settings import Settings
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from analyzer.sources.discovery import discover
from reference_stack.synthesis import ASSEMBLIES, PACKAGE
from tests.judging import judge


@cache
def result() -> Result:
    found = discover([str(ASSEMBLIES.relative_to(PACKAGE.parent) / "as_documented")], cwd=PACKAGE.parent)
    rules = registry.select(["FM01", "FM07", "FM12"])
    return judge(Inputs(found.applications), rules, Settings(as_of=date(2026, 11, 24)))


def rendered(name: str) -> str:
    return formats.renderer(name)(result(), options=ReportOptions())


def test_csv_has_a_row_for_every_finding_with_its_fingerprint() -> None:
    rows = list(csv.DictReader(io.StringIO(rendered("csv"))))
    failed = sorted(row["fingerprint"] for row in rows if row["status"] == "fail")
    assert failed == sorted(finding.fingerprint for finding in result().findings)
    passes = sum(len(passed.subjects) for passed in result().passed)
    assert sum(row["status"] == "pass" for row in rows) == passes


def test_no_cell_of_the_csv_is_a_formula() -> None:
    cells = [cell for row in csv.reader(io.StringIO(rendered("csv"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_junit_fails_a_case_for_every_finding() -> None:
    root = ElementTree.fromstring(rendered("junit"))
    failures = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert sorted(case.get("classname", "").split()[0] for case in failures) == sorted(
        f.rule_id for f in result().findings
    )
    assert [case for case in failures if case.find("skipped") is not None] == []


def test_gitlab_has_every_finding_once_and_by_a_relative_path() -> None:
    issues = json.loads(rendered("gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(result().findings)
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert [i for i in issues if i["location"]["path"].startswith(("/", "./"))] == []


def test_github_has_a_command_for_every_finding() -> None:
    lines = [line for line in rendered("github").splitlines() if line.startswith("::")]
    named = [f.rule_id for f in result().findings if any(f.rule_id in line for line in lines)]
    assert len(named) == len(result().findings)
    assert [line for line in lines if not line.startswith(("::error ", "::warning ", "::notice "))] == []


def test_markdown_names_every_rule_that_found_something() -> None:
    text = rendered("markdown")
    assert [f.rule_id for f in result().findings if f.rule_id not in text] == []


def test_html_holds_every_finding_and_loads_nothing() -> None:
    text = rendered("html")
    assert [f.fingerprint for f in result().findings if f"f-{f.fingerprint}" not in text] == []
    assert "Content-Security-Policy" in text
    assert [tag for tag in ("<link ", "<img ", "src=", "@import", "url(") if tag in text] == []
