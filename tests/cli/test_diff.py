"""``stackproof diff``: two folders, two reports, one of each; in a pull request; and what it refuses."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, function

ROOT = Path(__file__).resolve().parents[2]
ASSEMBLIES = ROOT / "reference_stack" / "assemblies"
GUIDE = ROOT / "docs" / "guides" / "diff.md"

GATE = "at or over the gate (medium or worse, likely or surer)."
BASE = (
    function("500", "Slow") + function("500", "Excused").partition("\n")[2] + function("5", "Quick").partition("\n")[2]
)
HEAD = (
    function("200", "Slow") + function("500", "Fresh").partition("\n")[2] + function("900", "Quick").partition("\n")[2]
)


@pytest.fixture
def both(here: Path) -> Path:
    """The folders ``base`` and ``head`` with a template each."""
    for name, text in (("base", BASE), ("head", HEAD)):
        (here / name).mkdir()
        (here / name / "t.yaml").write_text(text)
    return here


def told(out: str) -> dict[str, list[tuple[str, str, str]]]:
    """Of each kind of change the resources with what was and what is."""
    document: dict[str, Any] = json.loads(out)
    kinds = ("added", "worsened", "no_longer_judged", "eased", "mended", "gone")
    return {
        kind: [(each["resource"], each["before"], each["after"]) for each in document[kind]]
        for kind in kinds
        if document[kind]
    }


DIFFERENCE = {
    "added": [("Fresh", "absent", "failing"), ("Quick", "passed", "failing")],
    "worsened": [("Slow", "failing", "failing")],
    "gone": [("Excused", "failing", "absent")],
}


def test_two_folders_in_a_line_each(run: Run, both: Path) -> None:
    ran = run("diff", "base", "head", "-q", "--as-of", "2026-11-24", "--select", "TT0101")
    assert (ran.status, ran.err) == (1, "")
    assert (
        ran.out
        == f"""\
Old: base: 3 resources in 1 stack of 1 application, 1 rule as of 2026-11-24
New: head: 3 resources in 1 stack of 1 application, 1 rule as of 2026-11-24

Added (2)
  high TT0101 timeout Fresh in t: what it is about is new
  high TT0101 timeout Quick in t: passed before

Worsened (1)
  high TT0101 timeout Slow in t: new evidence: Timeout is 200; evidence gone: Timeout is 500

Gone with what it was about (1)
  high TT0101 timeout Excused in t

2 added, 1 worsened, 0 no longer judged, 0 eased, 0 mended, 1 gone; 0 unchanged, 0 still undecided.
Failed: 3 added or worsened findings {GATE}
"""
    )


@pytest.mark.parametrize(
    ("old", "new"), [("base", "head"), ("old.json", "new.json"), ("old.json", "head"), ("base", "new.json")]
)
def test_reports_and_what_they_were_made_of_are_the_same(run: Run, both: Path, old: str, new: str) -> None:
    run("check", "base", "-o", "old.json")
    run("check", "head", "-o", "new.json")
    ran = run("diff", old, new, "--format", "json")
    assert (ran.status, told(ran.out)) == (1, DIFFERENCE)


def test_a_report_from_standard_input(run: Run, both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", "base", "-o", "old.json")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path("old.json").read_bytes())))
    assert told(run("diff", "-", "head", "--format", "json").out) == DIFFERENCE


def test_nothing_differs_from_itself(run: Run, both: Path) -> None:
    ran = run("diff", "base", "base", "-q")
    assert (ran.status, ran.out.splitlines()[-2:]) == (
        0,
        [
            "0 added, 0 worsened, 0 no longer judged, 0 eased, 0 mended, 0 gone; 2 unchanged, 0 still undecided.",
            f"Passed: nothing added or worsened {GATE}",
        ],
    )


def test_a_template_that_was_moved_and_renamed_is_the_same(run: Run, both: Path) -> None:
    (both / "moved" / "deep").mkdir(parents=True)
    (both / "base" / "t.yaml").rename(both / "moved" / "deep" / "other.yaml")
    (both / "base" / "t.yaml").write_text(BASE)
    assert told(run("diff", "base", "moved", "--format", "json").out) == {}


def assembly(folder: Path, stack: str, timeout: int) -> None:
    """A cloud assembly with one stack, whose function has a construct path below the stack's name."""
    path = {"aws:cdk:path": f"{stack}/Api/Fn/Resource"}
    slow = {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": timeout}, "Metadata": path}
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": f"{stack}.template.json"},
    }
    folder.mkdir()
    (folder / f"{stack}.template.json").write_text(json.dumps({"Resources": {"ApiFn8F3A2B1C": slow}}))
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {stack: artifact}}))


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        (500, {}),
        (400, {"worsened": [("ApiFn8F3A2B1C", "failing", "failing")]}),
        (5, {"mended": [("ApiFn8F3A2B1C", "failing", "passed")]}),
    ],
)
def test_a_stack_of_a_cdk_app_that_was_renamed_is_the_same(
    run: Run, here: Path, timeout: int, expected: dict[str, list[tuple[str, str, str]]]
) -> None:
    assembly(here / "old", "Docs", 500)
    assembly(here / "new", "Documents", timeout)
    assert told(run("diff", "old", "new", "--format", "json").out) == expected


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 1),
        (("--fail-on", "high"), 1),
        (("--fail-on", "critical"), 0),
        (("--fail-on", "never"), 0),
        (("--min-confidence", "certain"), 0),
        (("--ignore", "TT01"), 0),
    ],
)
def test_the_gate_is_for_what_is_added_or_worsened(run: Run, both: Path, options: tuple[str, ...], status: int) -> None:
    run("check", "base", "-o", "old.json")
    run("check", "head", "-o", "new.json")
    assert run("diff", "base", "head", "-q", *options).status == status
    assert run("diff", "old.json", "new.json", "-q", *options).status == status
    assert run("diff", "base", "base", "-q", *options).status == 0


def test_without_options_the_gate_is_that_of_the_new_run(run: Run, both: Path) -> None:
    run("check", "head", "-o", "lenient.json", "--fail-on", "never")
    ran = run("diff", "base", "lenient.json", "-q")
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "No verdict: the gate is off (--fail-on never).")
    (both / "head" / "stackproof.yaml").write_text("gate: {fail_on: critical}\n")
    assert run("diff", "base", "head", "-q").status == 0


def test_a_rule_that_is_ignored_now_mended_nothing(run: Run, both: Path) -> None:
    (both / "head" / "stackproof.yaml").write_text("ignore: [TT0101]\n")
    ran = run("diff", "base", "head", "--format", "json")
    document = json.loads(ran.out)
    assert told(ran.out) == {
        "no_longer_judged": [("Slow", "failing", "not_judged")],
        "gone": [("Excused", "failing", "absent")],
    }
    assert document["lapsed"] == [{"rule_id": "TT0101", "why": "the rule did not run", "subjects": 1}]


def test_a_finding_that_is_waived_with_the_change_is_eased(run: Run, both: Path) -> None:
    waiver = "Metadata:\n  stackproof:\n    waivers:\n      - {rule: TT0101, resource: Slow, reason: a batch job}\n"
    (both / "base" / "t.yaml").write_text(HEAD)
    (both / "head" / "t.yaml").write_text(waiver + HEAD)
    ran = run("diff", "base", "head", "-q")
    assert (
        "  high TT0101 timeout Slow in t: is waived now: a batch job (Metadata of the template in head/t.yaml)\n"
        in ran.out
    )
    assert told(run("diff", "head", "base", "--format", "json").out) == {"worsened": [("Slow", "waived", "failing")]}


def test_what_is_written_to_files_is_what_is_printed(run: Run, both: Path) -> None:
    printed = {name: run("diff", "base", "head", "--format", name).out for name in ("text", "json", "markdown")}
    run("diff", "base", "head", "-o", "d.txt", "-o", "d.json", "-o", "d.md")
    for name, file in (("json", "d.json"), ("markdown", "d.md")):
        assert Path(file).read_text("utf-8") == printed[name]
    assert Path("d.txt").read_text("utf-8").splitlines()[-2:] == printed["text"].splitlines()[-2:]


def test_a_side_that_is_not_read_whole(run: Run, both: Path) -> None:
    (both / "base" / "broken.json").write_text('{"Resources": ')
    old, new = run("diff", "base", "head", "--format", "json"), run("diff", "head", "base", "--format", "json")
    assert (old.status, new.status) == (1, 2)
    assert old.err.startswith("stackproof: not read on the old side: base/broken.json:1:15: not JSON: ")
    assert json.loads(new.out)["summary"]["exit_status"] == 2
    assert (
        "  the old side was not read or evaluated whole, so what looks added may have been there before\n"
        in run("diff", "base", "head", "-q").out
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("base",), "Missing argument 'NEW'."),
        (("base", "nowhere"), "nowhere: "),
        (("empty", "head"), "empty: no cloud assembly, template or CDK source is here"),
        (("base", "lines.jsonl"), "lines.jsonl: JSON Lines cannot be compared; write a report with -o FILE.json"),
        (("future.json", "head"), "future.json: a report of schema version 2; this stackproof reads version 1"),
        (("base", "early.json"), "early.json: the report does not say which rules ran; write it again with this"),
        (("base", "half.json"), "half.json: tool.version is missing"),
        (("base", "head", "-o", "x.pdf"), "-o x.pdf: the format is told by .txt, .json, .md, .markdown"),
        (("base", "head", "--framework", "xyzzy"), "no framework is called 'xyzzy'"),
        (("base", "other.json"), "other.json: "),
        (
            ("base", "notes.md"),
            "notes.md:1:11: not a CloudFormation template: no Resources, and not YAML: mapping values are not allowed in this context",
        ),
    ],
)
def test_what_cannot_be_compared_is_an_error_of_one_line(
    run: Run, both: Path, arguments: tuple[str, ...], error: str
) -> None:
    Path("empty").mkdir()
    Path("notes.md").write_text("Note: this: is no template\n")
    tool = {"name": "stackproof", "data": {}}
    Path("lines.jsonl").write_text("{}\n")
    Path("future.json").write_text(json.dumps({"schema_version": 2, "tool": tool}))
    Path("early.json").write_text(json.dumps({"schema_version": 1, "tool": tool}))
    Path("half.json").write_text(json.dumps({"schema_version": 1, "tool": tool, "rules": [], "summary": {}}))
    Path("other.json").write_text(json.dumps({"schema_version": 1, "tool": {"name": "another"}}))
    ran = run("diff", *arguments)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert error in ran.err


@pytest.mark.parametrize("nothing", ["", "[" * 100_000, "Resources: {", '{"a": '])
def test_standard_input_that_is_no_report(run: Run, both: Path, monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(nothing.encode())))
    ran = run("diff", "-", "head")
    assert (ran.status, ran.err) == (
        2,
        "stackproof: standard input is no JSON report of stackproof (see `stackproof diff --help`)\n",
    )


def test_the_guides_example_for_pull_requests(tmp_path: Path) -> None:
    """The commands of the guide, as they stand there, in a repository whose branch adds a function that fails."""
    (commands,) = re.findall(r"```sh\n(git worktree.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    mine = tmp_path / "mine"
    (mine / "infra").mkdir(parents=True)
    identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {"PATH": path, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", **identity}

    def shell(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-ec", script], cwd=mine, env=environment, capture_output=True, text=True)

    bucket = "Resources:\n  Data:\n    Type: AWS::S3::Bucket\n"
    (mine / "infra" / "t.yaml").write_text(bucket)
    assert shell("git init -qb main && git add . && git commit -qm base && git branch origin/main").returncode == 0
    (mine / "infra" / "t.yaml").write_text(
        f"{bucket}  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{}}\n"
        "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n"
    )
    ran = shell(commands)
    assert (ran.returncode, ran.stderr) == (1, "Preparing worktree (detached HEAD " + ran.stderr[34:])
    comment = (mine / "comment.md").read_text("utf-8")
    assert re.findall(r"^\| (\w+) \| (FM\d+) [\w-]+ \| (\w+) \|", comment, re.MULTILINE)[0] == (
        "critical",
        "FM0601",
        "Role",
    )
    assert "| Data |" not in comment


def test_the_reference_application_and_back(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Everything that is wrong with the one is mended or gone in the other, and the same comes back."""
    from analyzer.cli.main import main

    documented, hardened = (str(tmp_path / f"{name}.json") for name in ("as_documented", "hardened"))
    for report in (documented, hardened):
        main(["check", str(ASSEMBLIES / Path(report).stem), "-q", "-o", report])
    capfdbinary.readouterr()

    def summary(*sides: str) -> tuple[int, dict[str, Any]]:
        status = main(["diff", *sides, "--format", "json"])
        found: dict[str, Any] = json.loads(capfdbinary.readouterr().out)
        return status, found

    wrong = json.loads(Path(documented).read_text("utf-8"))
    every = sorted([each["rule_id"], each["resource"]] for each in (*wrong["findings"], *wrong["unknown"]))
    status, better = summary(documented, hardened)
    assert sorted([each["rule_id"], each["resource"]] for each in (*better["mended"], *better["gone"])) == every
    assert (status, better["added"] + better["worsened"] + better["no_longer_judged"] + better["eased"]) == (0, [])
    status, worse = summary(hardened, documented)
    assert sorted([each["rule_id"], each["resource"]] for each in (*worse["added"], *worse["worsened"])) == every
    assert (status, worse["summary"]["blocking"]) == (1, sum(each["blocking"] for each in wrong["findings"]))
