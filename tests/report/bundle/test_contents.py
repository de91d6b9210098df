"""What is in a bundle, and that every lie about it is noticed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import pytest

from analyzer.policy.effective import Origin
from analyzer.policy.result import Companion, Finding, Gate, Input, NotEvaluated, Result
from analyzer.policy.run import Governed, Run
from analyzer.report import formats
from analyzer.report.bundle.archive import BundleError, pack, unpack
from analyzer.report.bundle.checking import problems, told
from analyzer.report.bundle.contents import LINK, REPORTS, RUN, TEST_RESULT, files
from analyzer.report.bundle.judgements import differences
from analyzer.report.bundle.statements import judged
from analyzer.report.options import ReportOptions
from tests.builders import finding, result
from tests.report.results import EVERYTHING, HOSTILE, NOTHING, hostile

CONFIGURATION = b"profile: documented\n"
RUN_OF_TESTS = Run(
    asked={"paths": ["cdk.out"], "fail_on": "high"},
    governed=(Governed("cdk.out", ("stackproof.yaml",), (Origin("profile", "documented", "stackproof.yaml:1"),)),),
    read=(("stackproof.yaml", sha256(CONFIGURATION).hexdigest()), ("values.json", "8" * 64)),
    paths=("cdk.out",),
    examined=(("cdk.out/D.json", "b" * 64), ("cdk.out/asset.1/index.js", "7" * 64)),
    copies=(("stackproof.yaml", CONFIGURATION),),
)
OPTIONS = ReportOptions(
    generated=datetime(2026, 11, 24, 12, tzinfo=UTC), run=RUN_OF_TESTS, read_line=lambda file, line: f"{file} quoted"
)


@cache
def made() -> dict[str, bytes]:
    return files(EVERYTHING, OPTIONS)


def parsed(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(made()[name])
    return value


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def changed(name: str, change: Callable[[dict[str, Any]], object]) -> dict[str, bytes]:
    """The bundle with the JSON file ``name`` changed, and nothing else."""
    value = parsed(name)
    change(value)
    return {**made(), name: json.dumps(value).encode()}


def relisted(given: dict[str, bytes]) -> dict[str, bytes]:
    """``given`` with the list of digests made to fit: what somebody does who wants to go unnoticed."""
    statement = json.loads(given[LINK])
    statement["subject"] = [
        {"name": name, "digest": {"sha256": digest(data)}} for name, data in sorted(given.items()) if name != LINK
    ]
    return {**given, LINK: json.dumps(statement).encode()}


def test_it_holds_every_report_what_governed_the_run_and_statements() -> None:
    assert sorted(made()) == [
        "README.md",
        "configuration/1-stackproof.yaml",
        "reports/report.csv",
        "reports/report.html",
        "reports/report.json",
        "reports/report.md",
        "reports/report.oscal.json",
        "reports/report.pdf",
        "reports/report.sarif",
        "run.json",
        "statements/bundle.intoto.json",
        "statements/test-result.intoto.json",
    ]
    assert made()["configuration/1-stackproof.yaml"] == CONFIGURATION
    assert made()["reports/report.csv"] == formats.renderer("csv")(EVERYTHING, options=OPTIONS).encode()  # type: ignore[union-attr]


def test_cdk_source_is_named_by_its_path_where_that_is_known() -> None:
    known = Input("infra", "cdk-source", "a" * 64, (), files=("infra/lib/app.py",), digests=(("lib/app.py", "b" * 64),))
    unread = Input("more", "cdk-source", "c" * 64, (), digests=(("other.py", "d" * 64),))
    assert judged(result(inputs=(known, unread))) == [("infra/lib/app.py", "b" * 64), ("other.py", "d" * 64)]


def test_same_run_same_bytes() -> None:
    assert formats.renderer("bundle")(EVERYTHING, options=OPTIONS) == pack(made())
    assert unpack(pack(made())) == made()


def test_what_could_not_be_verified_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.bundle.archive.MOST_FILES", 3)
    with pytest.raises(formats.ReportError, match=r"^12 files of [\d,]+ bytes are more than a bundle may hold$"):
        formats.renderer("bundle")(EVERYTHING, options=OPTIONS)


def test_it_is_whole_and_says_so() -> None:
    assert problems(made()) == []
    assert problems(files(NOTHING, ReportOptions())) == []


def test_without_inputs_there_is_nothing_to_state_of_them() -> None:
    given = files(replace(NOTHING, inputs=(), problems=EVERYTHING.problems), OPTIONS)
    assert TEST_RESULT not in given
    assert problems(given) == []


def test_what_is_said_of_the_run() -> None:
    run = told(made())
    assert run["tool"] == {
        "name": "stackproof",
        "version": "0.1.0",
        "data": {"runtimes": "2026-11-24"},
        "typst": run["tool"]["typst"],
    }
    assert (run["generated"], run["as_of"]) == ("2026-11-24T12:00:00+00:00", "2026-11-24")
    assert (run["verdict"], run["exit_status"]) == ("failed", 3)
    assert run["options"] == {"paths": ["cdk.out"], "fail_on": "high"}
    assert run["judged"] == [
        {"path": "cdk.out/D.json", "sha256": "b" * 64},
        {"path": "other.yaml", "sha256": "c" * 64},
    ]
    assert run["examined"] == [{"path": path, "sha256": told_} for path, told_ in RUN_OF_TESTS.examined]
    assert run["governed_by"] == [
        {"path": "stackproof.yaml", "sha256": digest(CONFIGURATION), "copy": "configuration/1-stackproof.yaml"},
        {"path": "values.json", "sha256": "8" * 64, "copy": None},
    ]
    assert [rule["id"] for rule in run["rules"]] == ["FM0601", "FM1101"]
    assert run["problems"] == [{"path": "b.json", "reason": "not JSON"}]
    assert run["rules_with_nothing_to_judge"] == []
    assert run["not_made"] == {}


def test_rules_that_ran_and_those_that_were_not_needed_have_nothing_to_judge_alike() -> None:
    run = told(files(replace(NOTHING, unneeded=("FM0901",)), OPTIONS))
    assert run["rules_with_nothing_to_judge"] == ["FM0601", "FM0901", "FM1101"]


def test_the_statement_on_the_inputs_calls_no_rule_passed_that_left_anything_open() -> None:
    statement = parsed(TEST_RESULT)
    assert statement["subject"] == [
        {"name": "cdk.out/D.json", "digest": {"sha256": "b" * 64}},
        {"name": "other.yaml", "digest": {"sha256": "c" * 64}},
    ]
    assert statement["predicate"] == {
        "result": "FAILED",
        "configuration": [
            {"name": "run.json", "digest": {"sha256": digest(made()[RUN])}},
            {"name": "stackproof.yaml", "digest": {"sha256": digest(CONFIGURATION)}},
            {"name": "values.json", "digest": {"sha256": "8" * 64}},
        ],
        "passedTests": [],
        "warnedTests": ["FM1101"],
        "failedTests": ["FM0601"],
    }


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (result(), "PASSED"),
        (result(findings=(finding(),), gate=Gate(None)), "WARNED"),
        (result(findings=(finding(),)), "FAILED"),
        (result(problems=EVERYTHING.problems), "FAILED"),
        (result(not_evaluated=EVERYTHING.not_evaluated), "FAILED"),
        (replace(EVERYTHING, findings=(), problems=(), not_evaluated=()), "WARNED"),
        (replace(NOTHING, unknown=EVERYTHING.unknown), "WARNED"),
        (replace(NOTHING, waived=EVERYTHING.waived), "WARNED"),
    ],
)
def test_a_statement_says_passed_only_of_what_passed(given: Result, answer: str) -> None:
    assert json.loads(files(given, OPTIONS)[TEST_RESULT])["predicate"]["result"] == answer


def test_the_statement_on_the_bundle_names_every_other_file_and_what_they_were_made_of() -> None:
    statement = parsed(LINK)
    assert statement["subject"] == [
        {"name": name, "digest": {"sha256": digest(data)}} for name, data in sorted(made().items()) if name != LINK
    ]
    predicate = statement["predicate"]
    assert predicate["command"] == ["stackproof", "check", "cdk.out"]
    assert [each["name"] for each in predicate["materials"]] == [
        "cdk.out/D.json",
        "cdk.out/asset.1/index.js",
        "other.yaml",
        "stackproof.yaml",
        "values.json",
    ]
    assert predicate["byproducts"] == {"exit-status": 3}


def test_reports_quote_only_files_whose_digests_are_there() -> None:
    def words(given: dict[str, bytes]) -> str:
        return re.sub(r"<[^>]*>", "", given["reports/report.html"].decode())

    assert "lambda/index.js quoted" not in words(made())
    known = replace(RUN_OF_TESTS, examined=(("lambda/index.js", "6" * 64),))
    assert "lambda/index.js quoted" in words(files(EVERYTHING, replace(OPTIONS, run=known)))


def test_a_report_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    given = files(NOTHING, OPTIONS)
    assert "reports/report.pdf" not in given
    assert told(given)["not_made"] == {"pdf": "needs typst; install the extra `pdf`"}
    assert problems(given) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_an_input_acts_on_who_looks_into_it(text: str) -> None:
    given = files(hostile(text), replace(OPTIONS, read_line=lambda file, line: text))
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in given)
    for name in (RUN, LINK, TEST_RESULT, "README.md"):
        given[name].decode("ascii")
    assert problems(given) == []


@pytest.mark.parametrize("name", sorted(set(files(NOTHING, ReportOptions())) - {LINK}))
def test_a_file_that_was_changed_added_or_removed_is_noticed(name: str) -> None:
    longer = {**made(), name: made()[name] + b" "}
    assert f"{name} was changed: its digest is not the one in {LINK}" in problems(longer)
    without = {key: data for key, data in made().items() if key != name}
    if name in (RUN, TEST_RESULT):
        with pytest.raises(BundleError, match=f"no evidence bundle: {name} is missing"):
            problems(without)
    else:
        assert f"{name} is missing: {LINK} names it" in problems(without)


def test_a_file_that_was_added_is_noticed() -> None:
    assert problems({**made(), "reports/more.html": b"x"}) == [f"reports/more.html was added: {LINK} does not name it"]


def drop_finding(report: dict[str, Any]) -> None:
    report["findings"].pop()


def pass_gate(report: dict[str, Any]) -> None:
    report["summary"]["gate"] = "passed"


def other_tool(value: dict[str, Any]) -> None:
    value["tool"]["version"] = "9.9.9"


def other_input(value: dict[str, Any]) -> None:
    value["inputs"][0]["sha256"] = "1" * 64


def other_subject(statement: dict[str, Any]) -> None:
    statement["subject"][0]["digest"]["sha256"] = "1" * 64


def other_result(statement: dict[str, Any]) -> None:
    statement["predicate"]["result"] = "PASSED"


def other_material(run: dict[str, Any]) -> None:
    run["examined"][1]["sha256"] = "1" * 64


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        (REPORTS["json"], drop_finding, "reports/report.csv and reports/report.json tell different findings"),
        (REPORTS["json"], pass_gate, "run.json and reports/report.json give different verdicts"),
        (REPORTS["json"], other_tool, "run.json and reports/report.json name different tools or data"),
        (REPORTS["json"], other_input, "run.json and reports/report.json name different inputs"),
        (RUN, other_tool, "run.json and reports/report.json name different tools or data"),
        (RUN, other_material, f"{LINK} and run.json name different materials"),
        (TEST_RESULT, other_subject, f"{TEST_RESULT} and run.json name different inputs"),
        (TEST_RESULT, other_result, f"{TEST_RESULT} and run.json give different verdicts"),
    ],
)
def test_a_lie_is_noticed_even_where_the_list_of_digests_was_made_to_fit(
    name: str, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    assert f"{name} was changed: its digest is not the one in {LINK}" in problems(changed(name, change))
    assert reason in problems(relisted(changed(name, change)))


def test_another_run_or_configuration_is_noticed_where_the_list_was_made_to_fit() -> None:
    respaced = relisted({**made(), RUN: json.dumps(parsed(RUN)).encode()})
    assert problems(respaced) == [f"{TEST_RESULT} is not about this run.json"]
    configured = relisted({**made(), "configuration/1-stackproof.yaml": b"profile: default\n"})
    assert problems(configured) == [
        "configuration/1-stackproof.yaml is not the file that governed the run, by run.json"
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (RUN, b"[]", "run.json is no JSON object"),
        (RUN, b"{", "run.json is no JSON"),
        (RUN, b"[" * 100_000, "run.json is no JSON"),
        (RUN, b"\xff", "run.json is no JSON"),
        (RUN, b'{"bundle_version": 2}', "run.json: bundle_version is not 1"),
        (RUN, b'{"bundle_version": 1}', "run.json: tool is missing or malformed"),
        (LINK, b"{}", "is no in-toto statement"),
        (TEST_RESULT, b'{"_type": "https://in-toto.io/Statement/v1"}', "is no in-toto statement"),
    ],
)
def test_what_is_malformed_is_one_line(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(BundleError, match=re.escape(reason)):
        problems({**made(), name: content})


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [{"path": 1}], [{"path": "a", "sha256": "short"}]])
@pytest.mark.parametrize("key", ["judged", "examined", "governed_by", "inputs", "tool", "options", "verdict"])
def test_whatever_stands_in_run_json_no_error_escapes(key: str, value: Any) -> None:
    given = relisted(changed(RUN, lambda run: run.update({key: value})))
    try:
        found = problems(given)
    except BundleError:
        return
    assert found


def test_judgements_are_compared_one_by_one() -> None:
    def report(*found: Finding, **more: Any) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(formats.renderer("json")(result(findings=found, **more), options=OPTIONS))
        return value

    one, other = finding(fingerprint="1" * 32), finding(fingerprint="2" * 32, resource="Other")
    companion = finding(tool="cfn-lint", fingerprint="3" * 32)
    assert differences(report(one, one, companion), report(one, one)) == []
    assert differences(report(one, other), report(one, one)) == [
        f"only in the bundle: findings FM0701 Other in Documents ({'2' * 32})",
        f"only now: findings FM0701 Processor8F3A2B1C in Documents ({'1' * 32})",
    ]
    assert differences(report(unknown=EVERYTHING.unknown), report()) == [
        "only in the bundle: unknown FM1101 Bucket in other (the value of X)"
    ]
    asked = Companion("cfn-lint", "", 0, ())
    missing = NotEvaluated("cfn-lint", "every application", "it is not installed here")
    assert differences(report(companions=(asked,), not_evaluated=(missing,)), report()) == []
    crashed = NotEvaluated("FM0701", "cdk.out", "KeyError")
    assert differences(report(companions=(asked,), not_evaluated=(crashed,)), report()) == [
        "only in the bundle: not_evaluated FM0701 cdk.out (cdk.out)"
    ]
    many = tuple(finding(fingerprint=f"{n:032}") for n in range(13))
    assert differences(report(), report(*many))[-1] == "only now: 3 more"
    assert len(differences(report(), report(*many))) == 11
