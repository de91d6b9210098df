"""``--cache``: the same report in every format, whoever judges, whatever lies in the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.cache import remembering
from analyzer.cache.remembering import Memory
from analyzer.parallel import identity, processes
from analyzer.report import formats
from tests.cli.conftest import Run, function, watched

FOLDERS = 5


@pytest.fixture
def stacks(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders with one template each, one with a rule that breaks and one with a file that is no template."""
    monkeypatch.setattr(processes, "_safe_method", lambda: "fork")  # the rules are known in this process only
    for number in range(FOLDERS):
        (here / f"s{number}").mkdir()
        (here / f"s{number}" / "t.yaml").write_text(function("300" if number % 2 else "3", f"Fn{number}"))
    (here / "s2" / "queue.yaml").write_text("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n")
    (here / "s4" / "broken.yaml").write_text("Resources: [")
    (here / "stackproof.yaml").write_text("waivers: [{rule: TT0101, resource: Fn3, reason: slow by nature}]\n")
    return here


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The applications that were judged in this process."""
    return watched(remembering, monkeypatch)


@pytest.mark.parametrize("format_name", [*formats.names(), "jsonl"])
def test_every_format_is_the_same_with_and_without(run: Run, stacks: Path, format_name: str) -> None:
    asked = ("check", "s0", "s1", "s2", "s3", "s4", "--format", format_name)
    plain = run(*asked, "--jobs", "1")
    for jobs in ("1", "2", "1"):
        assert run(*asked, "--jobs", jobs, "--cache", "../cache") == plain


def test_what_is_unchanged_is_not_judged_again(run: Run, stacks: Path, judged: list[str]) -> None:
    run("check", ".", "--cache", "../cache", "--jobs", "1")
    assert judged == ["s0/t.yaml", "s1/t.yaml", "s2", "s3/t.yaml", "s4/t.yaml"]
    (stacks / "s3" / "t.yaml").write_text(function("301", "Fn3"))
    judged.clear()
    run("check", ".", "--cache", "../cache", "--jobs", "1")
    assert judged == ["s2", "s3/t.yaml"]  # what was not evaluated is tried again


def test_the_environment_may_name_it_and_a_baseline_is_compared_anew(
    run: Run, stacks: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACKPROOF_CACHE", "../cache")
    first = json.loads(run("check", "s1", "--format", "json").out)
    assert run("baseline", "create", "s1", "--baseline", "known.json").status == 0
    again = json.loads(run("check", "s1", "--baseline", "known.json", "--format", "json").out)
    assert again["findings"] == []
    assert [found["fingerprint"] for found in again["baselined"]] == [first["findings"][0]["fingerprint"]]
    assert judged == ["s1/t.yaml"]


def test_another_configuration_is_judged_by(run: Run, stacks: Path, judged: list[str]) -> None:
    run("check", "s1", "--cache", "../cache", "-q")
    (stacks / "stackproof.yaml").write_text("ignore: [TT01]\n")
    ran = run("check", "s1", "--cache", "../cache", "-q")
    assert (ran.status, len(judged)) == (0, 2)


def test_another_rule_or_fact_makes_another_tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text("A = 1\n")
    monkeypatch.setattr(identity, "_files", lambda: iter([rule]))
    digests = []
    for text in ("A = 1\n", "A = 2\n", "A = 1\n"):
        rule.write_text(text)
        identity.tool_digest.cache_clear()
        digests.append(identity.tool_digest())
    identity.tool_digest.cache_clear()
    assert digests[0] == digests[2] != digests[1]


def test_an_interrupted_run_keeps_what_it_judged(
    run: Run, stacks: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Memory.judge

    def interrupting(self: Memory, source: Any, *arguments: Any, **options: Any) -> Any:
        if source.path == "s3/t.yaml":
            raise KeyboardInterrupt
        return judge(self, source, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Memory, "judge", interrupting)
        assert run("check", ".", "--cache", "../cache", "--jobs", "1").status == 130
    judged.clear()
    run("check", ".", "--cache", "../cache", "--jobs", "1")
    assert judged == ["s2", "s3/t.yaml", "s4/t.yaml"]


@pytest.mark.parametrize("format_name", ["json", "jsonl"])
def test_a_cluster_has_no_part_in_it(run: Run, stacks: Path, format_name: str) -> None:
    ran = run("check", "s1", "--cache", "../cache", "--executor", "dask://127.0.0.1:1", "--format", format_name)
    assert (ran.status, ran.out) == (2, "")
    assert "--cache is a folder of this machine, which the workers of a cluster cannot see" in ran.err


def test_a_folder_that_others_may_write_to_is_refused(run: Run, stacks: Path) -> None:
    (stacks / "open").mkdir()
    (stacks / "open").chmod(0o777)
    ran = run("check", "s1", "--cache", "open")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("stackproof: --cache ")
    assert "others may write there" in ran.err
