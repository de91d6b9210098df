"""SARIF 2.1.0: what GitHub reads, and what the standard demands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import (
    Finding,
    Input,
    InputProblem,
    Location,
    NotEvaluated,
    Proof,
    Result,
    SourceLine,
    Undecided,
    Waived,
)
from analyzer.report.options import ReportOptions
from analyzer.report.sarif import remarks, render
from analyzer.report.sarif_places import artifact
from tests.builders import finding, result, rule_info

TEMPLATE = "cdk.out/Documents.template.json"


def run_of(given: Result) -> dict[str, Any]:
    log = json.loads(render(given, options=ReportOptions()))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def result_of(found: Finding) -> dict[str, Any]:
    (answer,) = run_of(result(findings=(found,)))["results"]
    assert isinstance(answer, dict)
    return answer


def physical(file: str, **region: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": file, "uriBaseId": "%SRCROOT%"}, "region": region}}


def test_the_source_line_comes_first_and_the_template_is_related() -> None:
    answer = result_of(finding())
    assert answer["locations"] == [
        {
            **physical("app.py", startLine=41),
            "logicalLocations": [
                {
                    "name": "Processor8F3A2B1C",
                    "fullyQualifiedName": "Documents/Compute/Processor",
                    "kind": "resource",
                }
            ],
        }
    ]
    assert answer["relatedLocations"] == [
        {
            "id": 1,
            **physical(TEMPLATE, startLine=3, startColumn=5, endColumn=24),
            "message": {"text": f"1: {TEMPLATE}:3"},
        }
    ]
    assert answer["message"]["text"] == (
        f"Processor writes to Bucket, which triggers it again. Resource: Processor8F3A2B1C. See [1: {TEMPLATE}:3](1)."
    )


def test_without_a_source_line_the_template_comes_first() -> None:
    answer = result_of(finding(source=None))
    assert answer["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == TEMPLATE
    assert "relatedLocations" not in answer
    assert answer["message"]["text"].endswith("Resource: Processor8F3A2B1C.")


def test_a_source_file_that_is_not_here_is_no_place() -> None:
    """An assembly that another job synthesized: GitHub would show nothing at a file that the repository lacks."""
    gone = SourceLine(".../lib/app.ts", 41)
    assert result_of(finding(source=gone)) == result_of(finding(source=None))
    asked = Undecided("FM0701", "Documents", "Fn", "T", "X", Location(TEMPLATE, 3, 5, 3, 9), gone, None)
    (answer,) = run_of(result(unknown=(asked,)))["results"]
    assert answer["locations"] == [physical(TEMPLATE, startLine=3, startColumn=5, endColumn=9)]


def test_a_source_finding_keeps_its_exact_span() -> None:
    answer = result_of(finding(location=Location("app.py", 41, 5, 41, 9), source=SourceLine("app.py", 41)))
    assert answer["locations"][0]["physicalLocation"]["region"] == {"startLine": 41, "startColumn": 5, "endColumn": 9}


def test_a_result_is_never_without_a_physical_location() -> None:
    nowhere = finding(location=None, source=None)
    assert result_of(nowhere)["locations"][0]["physicalLocation"] == physical(TEMPLATE, startLine=1)["physicalLocation"]
    placeless = Undecided("FM0701", "Documents", "Fn", "T", "the value of X", None, None, None)
    (open_question,) = run_of(result(unknown=(placeless,)))["results"]
    assert open_question["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "cdk.out"


@pytest.mark.parametrize(
    ("given", "file"),
    [
        (
            Input("cdk.out", "cloud-assembly", "0" * 64, ("A", "B"), files=("cdk.out/A.json", "cdk.out/B.json")),
            "cdk.out/B.json",
        ),
        (Input("app", "template", "0" * 64, ("A", "B"), files=("app/all.yaml",)), "app/all.yaml"),
        (Input("app", "template", "0" * 64, ("A",)), "."),
    ],
)
def test_what_has_no_place_is_shown_in_a_file_of_its_stack(given: Input, file: str) -> None:
    placeless = Undecided("FM0701", "B", "Fn", "T", "the value of X", None, None, None)
    nowhere = finding(stack="B", template=None, location=None, source=None)
    answers = run_of(result(inputs=(given,), findings=(nowhere,), unknown=(placeless,)))["results"]
    shown = [answer["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for answer in answers]
    assert shown == [file, file]


def test_a_region_stays_on_one_line() -> None:
    answer = result_of(finding(source=None, location=Location(TEMPLATE, 3, 5, 90, 2)))
    assert answer["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}


def test_the_fingerprint_is_where_github_looks_and_under_our_own_key() -> None:
    assert result_of(finding())["partialFingerprints"] == {
        "stackproof/v1": "0123456789abcdef0123456789abcdef",
        "primaryLocationLineHash": "0123456789abcdef0123456789abcdef:1",
    }


def test_evidence_with_places_is_a_code_flow_in_its_order() -> None:
    evidence = (
        Proof("trigger", "Bucket calls Fn", Location(TEMPLATE, 9, 7, 9, 12)),
        Proof("fact", "S3 does not stop loops", None),
        Proof("code", "writes [in/]", Location("index.js", 4, 1, 4, 8)),
    )
    answer = result_of(finding(evidence=evidence))
    assert answer["codeFlows"] == [
        {
            "message": {"text": "Processor writes to Bucket, which triggers it again."},
            "threadFlows": [
                {
                    "locations": [
                        {
                            "location": {
                                **physical(TEMPLATE, startLine=9, startColumn=7, endColumn=12),
                                "message": {"text": "trigger: Bucket calls Fn"},
                            }
                        },
                        {
                            "location": {
                                **physical("index.js", startLine=4, startColumn=1, endColumn=8),
                                "message": {"text": r"code: writes \[in/\]"},
                            }
                        },
                    ]
                }
            ],
        }
    ]
    assert [place["id"] for place in answer["relatedLocations"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("severity", "level", "number"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
        (Severity.INFO, "note", "0.1"),
    ],
)
def test_severity_is_a_level_on_the_result_and_a_number_on_the_rule(
    severity: Severity, level: str, number: str
) -> None:
    run = run_of(result(findings=(finding(severity=severity),)))
    assert run["results"][0]["level"] == level
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == number


def test_a_rule_found_with_two_severities_is_shown_with_the_graver() -> None:
    run = run_of(result(findings=(finding(severity=Severity.LOW), finding(severity=Severity.HIGH))))
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "8.0"


def test_a_rule_carries_its_documentation() -> None:
    rule = rule_info(controls=(("nist-800-53-r5", "AC-6"),))
    (described,) = run_of(result(rules=(rule,)))["tool"]["driver"]["rules"]
    assert described == {
        "id": "FM0701",
        "name": "EventLoop",
        "shortDescription": {"text": "A thing loops"},
        "fullDescription": {"text": described["fullDescription"]["text"]},
        "help": {"text": rule.help, "markdown": rule.help},
        "helpUri": "https://docs.aws.amazon.com/one",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "failure-mode-07", "nist-800-53-r5:AC-6"],
            "controls": ["nist-800-53-r5:AC-6"],
            "precision": "high",
            "security-severity": "9.5",
        },
    }
    assert described["fullDescription"]["text"].startswith("## What it checks Loops.")


def test_a_full_description_is_as_long_as_github_shows() -> None:
    (described,) = run_of(result(rules=(rule_info(help="Title.\n" + "x" * 5_000),)))["tool"]["driver"]["rules"]
    assert len(described["fullDescription"]["text"]) == 1_024


def test_undecided_is_open_and_waived_is_suppressed_with_its_reason() -> None:
    place = Location(TEMPLATE, 5, 1, 5, 9)
    given = result(
        unknown=(Undecided("FM0701", "Documents", "Fn", "T", "the value of X", place, None, None),),
        waived=(Waived(finding(), "by design", "here"),),
    )
    waived, undecided = run_of(given)["results"]
    assert (undecided["kind"], undecided["level"]) == ("open", "none")
    assert undecided["message"]["text"] == "Undecided for Fn: needs the value of X."
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "by design", "properties": {"origin": "here"}}
    ]
    assert "suppressions" not in undecided


def test_a_waiver_in_the_input_is_told_from_one_outside_of_it() -> None:
    inline = Waived(finding(), "by design", "Metadata of Fn", "ann", "bob", "2027-01-31", inline=True)
    (answer,) = run_of(result(waived=(inline,)))["results"]
    told = {"origin": "Metadata of Fn", "owner": "ann", "approver": "bob", "expires": "2027-01-31"}
    assert answer["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "by design", "properties": told}
    ]


def test_a_baselined_finding_is_unchanged_and_accepted_outside_of_the_source() -> None:
    new, old = run_of(result(findings=(finding(),), baselined=(finding(),)))["results"]
    assert (old["baselineState"], new["baselineState"]) == ("unchanged", "new")
    assert old["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "In the baseline."}]
    assert "suppressions" not in new


def test_without_a_baseline_nothing_is_called_new() -> None:
    assert "baselineState" not in result_of(finding())


def test_an_incomplete_run_says_so() -> None:
    given = result(
        not_evaluated=(NotEvaluated("FM0701", "cdk.out", "KeyError: 'x'"),),
        problems=(InputProblem("b.json", 3, 7, "not JSON"),),
    )
    (invocation,) = run_of(given)["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "exitCode": 3,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "descriptor": {"id": "FM0701", "index": 0},
                "message": {"text": "not evaluated on cdk.out: KeyError: 'x'"},
            },
            {"level": "error", "message": {"text": "not JSON"}, "locations": [physical("b.json", startLine=3)]},
        ],
    }


def test_evidence_at_one_place_is_no_code_flow() -> None:
    evidence = (Proof("property", "Timeout is 900", Location(TEMPLATE, 9, 7, 9, 12)), Proof("fact", "long", None))
    assert "codeFlows" not in result_of(finding(evidence=evidence))


def test_more_places_than_github_takes_are_cut() -> None:
    evidence = tuple(Proof("code", f"step {line}", Location("index.js", line, 1, line, 8)) for line in range(1, 1_201))
    answer = result_of(finding(evidence=evidence))
    assert [place["id"] for place in answer["relatedLocations"]] == list(range(1, 21))
    assert answer["message"]["text"].count("](") == 20
    ((flow,),) = ([thread["locations"] for thread in each["threadFlows"]] for each in answer["codeFlows"])
    assert len(flow) == 1_000
    assert flow[-1]["location"]["message"]["text"] == "code: step 1000"


def test_more_tags_than_github_takes_are_cut_fairly_and_no_control_is_lost() -> None:
    controls = (*(("nist", f"AC-{number}") for number in range(1, 31)), ("soc", "CC6.1"), ("soc", "CC6.2"))
    (described,) = run_of(result(rules=(rule_info(controls=controls),)))["tool"]["driver"]["rules"]
    told = described["properties"]
    assert told["tags"][:6] == ["security", "failure-mode-07", "nist:AC-1", "soc:CC6.1", "nist:AC-2", "soc:CC6.2"]
    assert len(told["tags"]) == 20
    assert told["controls"] == [f"{framework}:{control}" for framework, control in controls]


@pytest.mark.parametrize(
    ("number", "told"), [(5_000, ()), (5_001, ("5,001 results of stackproof; GitHub code scanning keeps 5,000",))]
)
def test_too_many_results_are_told(number: int, told: tuple[str, ...]) -> None:
    given = result(findings=(finding(),) * (number - 3), waived=(Waived(finding(), "r", "o"),), baselined=(finding(),))
    given = replace(given, unknown=(Undecided("FM0701", "S", "Fn", "T", "x", None, None, None),))
    assert tuple(line.partition(" of a run")[0] for line in remarks(given)) == told


def test_results_point_at_their_rules() -> None:
    rules = (rule_info("FM0102"), rule_info("FM0701"))
    run = run_of(result(rules=rules, findings=(finding(confidence=Confidence.LIKELY),)))
    (answer,) = run["results"]
    assert run["tool"]["driver"]["rules"][answer["ruleIndex"]]["id"] == answer["ruleId"] == "FM0701"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("../stack.json", "../stack.json"),
        ("./cdk.out/A b.json", "cdk.out/A%20b.json"),
        ("a#b?c.yaml", "a%23b%3Fc.yaml"),
        ("größe.yaml", "gr%C3%B6%C3%9Fe.yaml"),
        ("code.zip!index.js", "code.zip!index.js"),
        ("x\x1by", "x%1By"),
        ("-", "-"),
        ("", "."),
        ("a:b.json", "a%3Ab.json"),
    ],
)
def test_paths_are_relative_uris(path: str, uri: str) -> None:
    assert artifact(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_file_on_another_drive_is_told_by_itself() -> None:
    assert artifact("/d/a b.json") == {"uri": "file:///d/a%20b.json"}


@pytest.mark.parametrize("message", ["It loops", "It loops.", "It loops. "])
def test_the_first_sentence_ends(message: str) -> None:
    found = finding(message=message, source=None)
    assert result_of(found)["message"]["text"] == "It loops. Resource: Processor8F3A2B1C."


def test_links_in_messages_are_ours_only() -> None:
    text = result_of(finding(message="See [docs](https://evil.example)."))["message"]["text"]
    assert re.findall(r"(?<!\\)\[[^\]]*\]\(([^)]*)\)", text) == ["1"]


def test_messages_hold_no_controls() -> None:
    evil = "\x1b[31m\u202e"
    found = replace(finding(message=evil, resource=evil), evidence=(Proof("code", evil, Location("f", 1, 1, 1, 2)),))
    texts = [message["text"] for message in messages(result_of(found))]
    assert texts
    assert not any("\x1b" in text or "\u202e" in text for text in texts)


def messages(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("message"), dict):
            yield value["message"]
        yield from (found for part in value.values() for found in messages(part))
    elif isinstance(value, list):
        yield from (found for part in value for found in messages(part))
