"""``stackproof check``: what comes out, where, and with which status."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from analyzer.cli.output import MOST_WARNINGS
from tests.cli.conftest import Run, function

SUMMARY = "Examined 1 resource in 1 stack of 1 application with 1 rule.\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


def test_a_finding_is_reported_on_stdout_and_fails_the_run(run: Run, here: Path) -> None:
    write(here, t=function("300"))
    ran = run("check", "--select", "TT01")
    assert ran.status == 1
    assert ran.err == ""
    assert ran.out == (
        "── t t.yaml ──────────────────────────────────────────────────────────────────────────────────────\n"
        "\n"
        "▲ high TT0101 timeout (likely)  Fn (AWS::Lambda::Function)\n"
        "  Fn may run for 300 s.\n"
        "    ╭─ t.yaml:5:7\n"
        "  5 │     Timeout: 300\n"
        "    │     ━━━━━━━━━━━━\n"
        "  proof     1. Timeout is 300 [t.yaml:5:7]\n"
        "  fix       Set `Timeout` lower.\n"
        "  more      stackproof explain TT0101\n"
        "\n" + SUMMARY + "1 judgement: 1 failed, 0 passed, 0 undecided, 0 waived, 0 baselined.\n"
        "  ▲ 1 high\n"
        "Failed: 1 finding at or over the gate (medium or worse, likely or surer).\n"
    )


def test_a_clean_input_is_status_0(run: Run, here: Path) -> None:
    write(here, t=function("3"))
    ran = run("check", "t.yaml", "--ignore", "TT09")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        SUMMARY + "1 judgement: 0 failed, 1 passed, 0 undecided, 0 waived, 0 baselined.\n"
        "Passed: no finding at or over the gate (medium or worse, likely or surer).\n"
    )


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([], 1),
        (["--fail-on", "high"], 1),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "never"], 0),
        (["--fail-on", "info"], 1),
        (["--min-confidence", "certain"], 0),
        (["--min-confidence", "possible"], 1),
        (["--profile", "documented"], 0),
        (["--profile", "documented", "--fail-on", "low"], 1),
    ],
)
def test_the_gate_decides_the_status_and_never_hides_a_finding(
    run: Run, here: Path, options: list[str], status: int
) -> None:
    write(here, t=function("300"))
    ran = run("check", "--format", "json", *options)
    assert ran.status == status
    assert [found["message"] for found in json.loads(ran.out)["findings"]] == ["Fn may run for 300 s."]


def test_an_unknown_is_reported_and_fails_nothing(run: Run, here: Path) -> None:
    write(here, t="Parameters:\n  T: {Type: Number}\n" + function("!Ref T"))
    ran = run("check")
    assert ran.status == 0
    assert "? TT0101 timeout: 1 subject\n    needs the value of parameter T (Fn)\n" in ran.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.json", '[{"ParameterKey": "T", "ParameterValue": "300"}]'),
        ("p.json", '{"Parameters": {"T": "300"}}'),
        ("p.yaml", "T: 300\n"),
        ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "T=300"\n'),
    ],
)
def test_parameter_files_decide(run: Run, here: Path, name: str, content: str) -> None:
    write(here, t="Parameters:\n  T: {Type: Number}\n" + function("!Ref T"))
    (here / name).write_text(content)
    ran = run("check", "t.yaml", "--parameters", name)
    assert ran.status == 1
    assert "Fn may run for 300 s." in ran.out


def test_a_later_parameter_file_wins(run: Run, here: Path) -> None:
    write(here, t="Parameters:\n  T: {Type: Number}\n" + function("!Ref T"), a="T: 300\n", b="T: 3\n")
    assert run("check", "t.yaml", "--parameters", "a.yaml", "--parameters", "b.yaml").status == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "p.json: No such file or directory"),
        ("{", "p.json:1:2: not JSON: "),
        ('"text"', "p.json: no parameter values; known are"),
    ],
)
def test_a_parameter_file_that_cannot_be_used_is_an_error(
    run: Run, here: Path, content: str | None, reason: str
) -> None:
    write(here, t=function("3"))
    if content is not None:
        (here / "p.json").write_text(content)
    ran = run("check", "t.yaml", "--parameters", "p.json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"stackproof: {reason}")
    assert ran.err.count("\n") == 1


def test_a_crashed_rule_makes_the_run_incomplete(run: Run, here: Path) -> None:
    write(here, t=function("300") + "  Queue:\n    Type: AWS::SQS::Queue\n")
    ran = run("check")
    assert ran.status == 3
    assert "Not evaluated: the result is incomplete\n  TT0901 breaks on " in ran.out
    assert "KeyError: 'Queue' (tt0901_breaks.py:11)\n" in ran.out
    assert "Fn may run for 300 s." in ran.out


def test_a_broken_file_does_not_hide_the_findings_of_the_others(run: Run, here: Path) -> None:
    write(here, t=function("300"), broken="Resources: [\n")
    ran = run("check", "--format", "json")
    assert ran.status == 2
    document = json.loads(ran.out)
    assert [found["resource"] for found in document["findings"]] == ["Fn"]
    assert [problem["path"] for problem in document["problems"]] == ["broken.yaml"]
    assert ran.err.startswith("stackproof: broken.yaml:2:1: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("path", ["nope.yaml", "empty", "*.nothing"])
def test_nothing_to_read_is_an_error_in_one_line(run: Run, here: Path, path: str) -> None:
    (here / "empty").mkdir()
    ran = run("check", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("stackproof: ")
    assert ran.err.count("\n") == 1


def test_without_a_path_cdk_out_comes_before_the_folder(run: Run, here: Path) -> None:
    (here / "cdk.out").mkdir()
    write(here / "cdk.out", inner=function("300", "Inner"))
    write(here, outer=function("300", "Outer"))
    assert run("check", "-q").out.startswith("cdk.out/inner.yaml:5:7: high TT0101 Inner may run")


def test_standard_input_is_a_template(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(function("300").encode())))
    ran = run("check", "-", "-q")
    assert ran.status == 1
    assert ran.out.startswith("-:5:7: high TT0101 Fn may run for 300 s. [Fn]\n")


def test_reports_go_to_files_as_well(run: Run, here: Path) -> None:
    write(here, t=function("300"))
    (here / "out").mkdir()
    ran = run("check", "t.yaml", "-q", "-o", "out/r.json", "-o", "out/r.sarif.json", "-o", "text:out/r.log")
    assert ran.out.startswith("t.yaml:5:7: high")
    assert json.loads((here / "out/r.json").read_text())["schema_version"] == 1
    assert json.loads((here / "out/r.sarif.json").read_text())["version"] == "2.1.0"
    assert (here / "out/r.log").read_text() == ran.out
    assert sorted(path.name for path in (here / "out").iterdir()) == ["r.json", "r.log", "r.sarif.json"]


def test_a_report_that_cannot_be_written_is_an_error(run: Run, here: Path) -> None:
    write(here, t=function("3"))
    ran = run("check", "t.yaml", "-o", "no/such/folder/r.json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "stackproof: cannot write no/such/folder/r.json: No such file or directory\n"


def test_a_file_name_that_tells_no_format_is_an_error(run: Run, here: Path) -> None:
    ran = run("check", "-o", "report")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("stackproof: -o report: the format is told by .txt, .json, .sarif, .sarif.json")


WAIVED = function("300").replace(
    "    Properties",
    "    Metadata: {stackproof: {waivers: [{rule: TT01, reason: a batch job, expires: '2027-01-31'}]}}\n    Properties",
)


@pytest.mark.parametrize(
    ("options", "status", "waived"),
    [
        (["--as-of", "2027-01-31"], 0, ["a batch job"]),
        (["--as-of", "2027-02-01"], 1, []),
        (["--as-of", "2027-01-31", "--no-inline-waivers"], 1, []),
    ],
)
def test_inline_waivers_hold_until_they_expire(
    run: Run, here: Path, options: list[str], status: int, waived: list[str]
) -> None:
    write(here, t=WAIVED)
    ran = run("check", "--format", "json", *options)
    assert ran.status == status
    assert [found["waiver"]["reason"] for found in json.loads(ran.out)["waived"]] == waived


def test_an_expired_waiver_is_told(run: Run, here: Path) -> None:
    write(here, t=WAIVED)
    assert "the waiver of TT01 expired on 2027-01-31; 1 finding came back" in run("check", "--as-of", "2027-02-01").out


def test_a_waiver_of_an_unknown_rule_is_an_input_error(run: Run, here: Path) -> None:
    write(here, t=WAIVED.replace("TT01", "TT0110"))
    ran = run("check")
    assert ran.status == 2
    assert "no rule has the id or prefix 'TT0110'; did you mean TT0101?" in ran.out
    assert "Fn may run for 300 s." in ran.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--select", "TT0110"], "no rule has the id or prefix 'TT0110'; did you mean TT0101?"),
        (["--ignore", "XYZ"], "no rule has the id or prefix 'XYZ'; `stackproof rules` lists them all"),
        (["--select", "TT01", "--ignore", "TT"], "--select and --ignore leave no rule"),
        (["--select", ","], "Invalid value for '--select': no rule id is given"),
        (["--as-of", "tomorrow"], "Invalid value for '--as-of': 'tomorrow' is not a date like 2027-01-31"),
        (["--fail-on", "urgent"], "Invalid value for '--fail-on': 'urgent' is not one of"),
        (["--format", "docx"], "Invalid value for '--format'"),
        (["--formt", "json"], "No such option '--formt'"),
    ],
)
def test_wrong_use_is_one_line_on_stderr(run: Run, here: Path, arguments: list[str], reason: str) -> None:
    write(here, t=function("3"))
    ran = run("check", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"stackproof: {reason}")
    assert ran.err.count("\n") == 1


def test_selectors_may_be_repeated_or_separated_by_commas(run: Run, here: Path) -> None:
    write(here, t=function("300") + "  Queue:\n    Type: AWS::SQS::Queue\n")
    for selection in (["--select", "tt01,TT0901"], ["--select", "TT01", "--select", "TT09"]):
        assert run("check", *selection).status == 3


def test_verbose_tells_what_was_passed_over(run: Run, here: Path) -> None:
    write(here, t=function("3"))
    ran = run("check", "-v")
    assert "Passed\n  ✔ TT0101 timeout: Fn\n" in ran.out


def test_plain_when_piped_and_machine_formats_always(run: Run, here: Path) -> None:
    write(here, t=function("300"))
    assert "\x1b" not in run("check").out
    assert "\x1b" not in run("check", "--format", "sarif").out


def test_the_result_does_not_depend_on_the_order_of_paths(run: Run, here: Path) -> None:
    write(here, a=function("300", "A"), b=function("400", "B"))
    one = json.loads(run("check", "a.yaml", "b.yaml", "--format", "json").out)
    other = json.loads(run("check", "b.yaml", "a.yaml", "--format", "json").out)
    assert one["findings"] == other["findings"]


def test_a_missing_extra_is_told_before_anything_is_judged(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, t=function("3"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("analyzer.cli.origin.requirement", lambda extra: f"stackproof[{extra}]==0.1.0")
    ran = run("check", "-o", "report.json", "-o", "report.pdf")
    told = "stackproof: pdf: needs typst; install the extra `pdf`: pip install 'stackproof[pdf]==0.1.0'\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)
    assert not (here / "report.json").exists()


def test_a_cluster_without_its_extra_says_how_to_get_it(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, t=function("3"))
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr("analyzer.cli.origin.requirement", lambda extra: f"stackproof[{extra}]==0.1.0")
    ran = run("check", "t.yaml", "--executor", "dask://scheduler:8786")
    told = "a cluster needs distributed; install the extra `cluster`: pip install 'stackproof[cluster]==0.1.0'"
    assert (ran.status, ran.out, ran.err) == (2, "", f"stackproof: {told}\n")


def test_a_key_written_twice_is_said_whatever_is_asked_for(run: Run, here: Path) -> None:
    (here / "t.yaml").write_text("Resources:\n  B: {Type: AWS::S3::Bucket}\n  B: {Type: AWS::SQS::Queue}\n")
    said = "t.yaml:3:3: key 'B' is written twice; the last counts"
    assert f"Read, but doubtful\n  {said}" in run("check", "t.yaml").out
    for options in (["-q"], ["--format", "json"]):
        assert f"stackproof: warning: {said}\n" in run("check", "t.yaml", *options).err


def test_a_macro_that_is_not_run_is_said_once(run: Run, here: Path) -> None:
    (here / "t.yaml").write_text("Transform: [Mine]\nResources:\n  B: {Type: AWS::S3::Bucket}\n")
    said = "t.yaml:1:1: the macro Mine is not run here, so what it changes is not judged\n"
    assert run("check", "t.yaml", "-q").err.count(said) == 1


def test_many_doubtful_places_are_counted_behind_the_first(run: Run, here: Path) -> None:
    twice = "  B: {Type: AWS::S3::Bucket}\n" * (MOST_WARNINGS + 3)
    (here / "t.yaml").write_text(f"Resources:\n{twice}")
    told = run("check", "t.yaml", "--format", "json").err.splitlines()
    assert told[MOST_WARNINGS - 1].startswith(f"stackproof: warning: t.yaml:{MOST_WARNINGS + 2}:3: ")
    assert told[MOST_WARNINGS:] == ["stackproof: warning: 2 more in t.yaml"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_report_that_shows_pictures_has_them_whoever_judged(here: Path, run: Run, jobs: str) -> None:
    for name in ("a", "b"):
        (here / f"{name}.yaml").write_text(function("900", "Slow"))
    ran = run("check", "a.yaml", "b.yaml", "--jobs", jobs, "-o", "report.html", "-o", "report.json")
    assert ran.status == 1
    assert Path("report.html").read_text().count("How long Slow runs") >= 2
    assert "How long Slow runs" not in Path("report.json").read_text()
