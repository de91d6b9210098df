"""JUnit, GitHub commands, GitLab, CSV and Markdown: each says of every judgement what the result says."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from xml.etree import ElementTree

from analyzer.judgement import Severity
from analyzer.policy.result import InputProblem, Location, NotEvaluated, Passed, Result, Undecided, Waived
from analyzer.report import formats
from analyzer.report.options import ReportOptions
from analyzer.report.sanitize import csv_cell, markdown_comment, workflow_message, workflow_property, xml
from tests.builders import finding, result, rule_info

LOW = "b" * 32
FULL = result(
    rules=(rule_info(controls=(("nist-800-53-r5", "AC-6"),)), rule_info("FM0702")),
    findings=(
        finding(),
        finding(),
        finding(fingerprint=LOW, resource="Low", severity=Severity.LOW, source=None),
    ),
    waived=(
        Waived(finding(fingerprint="c" * 32, resource="Wai"), "by design", "c.yaml:4", "ann", "bob", "2027-01-31"),
    ),
    baselined=(finding(fingerprint="d" * 32, resource="Old"),),
    unknown=(
        Undecided("FM0701", "Documents", "Fn", "T", "the value of X", Location("a.json", 5, 1, 5, 9), None, None),
    ),
    passed=(Passed("FM0701", (("Documents", "A"), ("Documents", "B"))),),
    not_evaluated=(NotEvaluated("FM0702", "cdk.out", "KeyError"),),
    problems=(InputProblem("b.json", 3, 7, "not JSON"),),
)
STATUSES = Counter(
    {
        ("0123456789abcdef0123456789abcdef", "fail"): 2,
        (LOW, "fail"): 1,
        ("c" * 32, "waived"): 1,
        ("d" * 32, "baselined"): 1,
        ("", "unknown"): 1,
        ("", "pass"): 2,
        ("", "not_evaluated"): 2,
    }
)


def written(name: str, given: Result = FULL) -> str:
    return formats.renderer(name)(given, options=ReportOptions())


def cells(given: Result = FULL) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", given))))


def test_csv_and_junit_have_every_judgement_with_its_fingerprint_and_status() -> None:
    assert Counter((row["fingerprint"], row["status"]) for row in cells()) == STATUSES
    held = [
        {each.get("name"): each.get("value") for each in case.iter("property")}
        for case in ElementTree.fromstring(written("junit")).iter("testcase")
    ]
    assert Counter((case.get("fingerprint") or "", case["status"]) for case in held) == STATUSES


def test_a_csv_row_tells_waiver_controls_place_and_input() -> None:
    (row,) = (row for row in cells() if row["status"] == "waived")
    assert list(row.values()) == [
        "FM0701", "A thing loops", "critical", "waived", "Documents", "Wai", "AWS::Lambda::Function",
        "Documents/Compute/Processor", "by design", "ann", "bob", "2027-01-31", "", "app.py", "41", "c" * 32, "0" * 64,
    ]  # fmt: skip
    assert {row["controls"] for row in cells() if row["status"] == "pass"} == {"nist-800-53-r5:AC-6"}


def test_csv_has_its_header_even_alone() -> None:
    assert written("csv", result()).startswith("rule,title,severity,status,")
    assert cells(result()) == []


def test_junit_counts_agree_with_its_cases_and_no_case_has_two_outcomes() -> None:
    root = ElementTree.fromstring(written("junit"))
    assert root.attrib == {"name": "stackproof", "tests": "10", "failures": "3", "errors": "2", "skipped": "3"}
    for suite in root:
        tags = Counter(outcome.tag for case in suite for outcome in case if outcome.tag != "properties")
        assert (tags["failure"], tags["error"], tags["skipped"]) == tuple(
            int(suite.attrib[name]) for name in ("failures", "errors", "skipped")
        )
        assert all(sum(outcome.tag != "properties" for outcome in case) <= 1 for case in suite)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names))
    assert {skipped.get("message") for skipped in root.iter("skipped")} == {
        "Undecided: needs the value of X",
        "Waived: by design (c.yaml:4, ann, bob, until 2027-01-31)",
        "In the baseline: Processor writes to Bucket, which triggers it again.",
    }


def test_gitlab_fingerprints_are_distinct_and_what_is_accepted_is_left_out() -> None:
    issues = json.loads(written("gitlab"))
    same = "0123456789abcdef0123456789abcdef"
    assert [issue["fingerprint"] for issue in issues[:3]] == [same, f"{same}-2", LOW]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 5
    assert [issue["severity"] for issue in issues] == ["blocker", "blocker", "minor", "critical", "critical"]
    assert issues[0]["location"] == {"path": "app.py", "lines": {"begin": 41}}
    assert json.loads(written("gitlab", result())) == []


def test_github_annotates_what_stops_the_gate_as_errors() -> None:
    commands = [line for line in written("github").splitlines() if line.startswith("::")]
    assert [command.partition("::")[2].partition(" ")[0] for command in commands] == ["error"] * 4 + ["notice"]
    assert commands[2] == (
        "::error file=app.py,line=41,title=FM0701 event-loop (critical)::Processor8F3A2B1C: Processor writes to "
        "Bucket, which triggers it again. Fix: Write under another prefix."
    )
    assert commands[4].startswith("::notice file=cdk.out/Documents.template.json,line=3,col=5,endColumn=23,")


def test_markdown_folds_what_does_not_stop_the_gate() -> None:
    text = written("markdown")
    assert text.splitlines()[:2] == [
        "<!-- stackproof -->",
        "## ❌ Stackproof: Failed: 2 findings at or over the gate (medium or worse, likely or surer).",
    ]
    open_part, *folded = text.split("<details>")
    assert "### At or over the gate (2)" in open_part
    assert "### Not evaluated (2)" in open_part
    assert [part.partition("</summary>")[0].removeprefix("<summary>") for part in folded] == [
        "Below the gate (1)",
        "Undecided, and what would decide it (1)",
        "Waived (1)",
        "In the baseline (1)",
    ]


def test_hostile_text_stays_text() -> None:
    assert csv_cell("=1+1") == "'=1+1"
    assert csv_cell("＠x") == "'＠x"
    assert csv_cell("plain") == "plain"
    assert workflow_message("a\n::error::b 5%") == "a ::error::b 5%25"
    assert workflow_property("C:\\x,y") == "C%3A\\x%2Cy"
    assert xml("a\x00b\uffffc") == "a␀b\ufffdc"
    assert markdown_comment("@ann #1 https://x <b> a|b &lt;") == (
        "\\@\u200bann \\#\u200b1 https://\u200bx \\<b\\> a\\|b &amp;lt;"
    )
    evil = result(findings=(finding(message="]]>\x00\n::error::</failure>", resource="=cmd()"),))
    ElementTree.fromstring(written("junit", evil))
    assert sum(line.startswith("::") for line in written("github", evil).splitlines()) == 1
    assert cells(evil)[0]["subject"] == "'=cmd()"
