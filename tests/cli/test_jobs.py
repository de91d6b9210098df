"""``--jobs``: the same report whoever judges, and one bad input, or a Ctrl-C, does not take the rest with it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.parallel import examination, processes
from analyzer.policy.assess import Outcome
from analyzer.report import formats
from tests.cli.conftest import Run, function

FOLDERS = 9


@pytest.fixture
def stacks(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders with one template each, and one file that is none. The rules are known in this process only, so that
    others have to be forked."""
    monkeypatch.setattr(processes, "_safe_method", lambda: "fork")
    for number in range(FOLDERS):
        (here / f"s{number}").mkdir()
        (here / f"s{number}" / "t.yaml").write_text(function("300" if number % 2 else "3", f"Fn{number}"))
    (here / "s4" / "broken.yaml").write_text("Resources: [")
    (here / "s5" / "queue.yaml").write_text("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n")
    return here


def change(monkeypatch: pytest.MonkeyPatch, path: str, act: Callable[[], Any]) -> None:
    """Before the application at ``path`` is judged, ``act`` is called in the process that is to do it."""
    judge = examination.attempt

    def acting(source: Any, *arguments: Any, **options: Any) -> Outcome:
        if source.path == path:
            act()
        return judge(source, *arguments, **options)

    monkeypatch.setattr(examination, "attempt", acting)


@pytest.mark.parametrize("format_name", formats.names())
def test_every_format_is_the_same_whoever_judges(run: Run, stacks: Path, format_name: str) -> None:
    alone = run("check", ".", "--format", format_name, "--jobs", "1")
    assert alone.status == 3
    for jobs in ("2", "4", "auto"):
        assert run("check", ".", "--format", format_name, "--jobs", jobs) == alone


def test_a_baseline_and_waivers_count_for_all_applications_together(run: Run, stacks: Path) -> None:
    (stacks / "stackproof.yaml").write_text(
        "waivers: [{rule: TT0101, resource: Fn7, reason: slow by nature}]\nbaseline: known.json\nignore: [TT09]\n"
    )
    (stacks / "s4" / "broken.yaml").unlink()
    assert run("baseline", "create", "s1", "s3", "--jobs", "2", "-b", "known.json").status == 0
    alone = run("check", ".", "--format", "json", "--jobs", "1")
    report = json.loads(alone.out)
    assert [found["resource"] for found in report["findings"]] == ["Fn5"]
    assert [found["resource"] for found in report["baselined"]] == ["Fn1", "Fn3"]
    assert [found["resource"] for found in report["waived"]] == ["Fn7"]
    assert run("check", ".", "--format", "json", "--jobs", "3") == alone


def test_a_process_that_dies_costs_its_own_input_only(run: Run, stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = json.loads(run("check", ".", "--format", "json", "--jobs", "1").out)
    change(monkeypatch, "s7/t.yaml", lambda: os.kill(os.getpid(), signal.SIGKILL))
    ran = run("check", ".", "--format", "json", "--jobs", "2")
    report = json.loads(ran.out)
    reason = "could not be judged: the process was killed, probably because memory ran out"
    assert [p for p in report["problems"] if p not in alone["problems"]] == [
        {"path": "s7/t.yaml", "line": None, "column": None, "reason": reason}
    ]
    assert report["findings"] == [found for found in alone["findings"] if found["resource"] != "Fn7"]
    assert f"stackproof: s7/t.yaml: {reason}\n" in ran.err
    assert ran.status == 3


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_input_that_the_analyzer_fails_on_is_a_problem_of_its_own(
    run: Run, stacks: Path, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.setattr("analyzer.model.application.load", fails_on("s7/t.yaml"))
    report = json.loads(run("check", ".", "--format", "json", "--jobs", jobs).out)
    told = [p["reason"] for p in report["problems"] if p["path"] == "s7/t.yaml"]
    assert told == [f"could not be judged: RecursionError: too deep (test_jobs.py:{FAILING_LINE})"]
    assert [found["resource"] for found in report["findings"]] == ["Fn1", "Fn3", "Fn5"]


def fails_on(path: str) -> Callable[..., Any]:
    from analyzer.model.application import load

    def loads(source: Any, **options: Any) -> Any:
        if source.path == path:
            raise RecursionError("too deep")
        return load(source, **options)

    return loads


FAILING_LINE = fails_on.__code__.co_firstlineno + 5


def test_ctrl_c_ends_the_run_with_a_report_of_what_was_judged(
    run: Run, stacks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    change(monkeypatch, "s5", lambda: interrupt_and_wait())
    hire = processes.ProcessCrew._hire

    def watched(crew: Any) -> Any:
        worker = hire(crew)
        started.append(worker.process.pid)
        return worker

    monkeypatch.setattr(processes.ProcessCrew, "_hire", watched)
    ran = run("check", ".", "--format", "json", "--jobs", "2")
    report = json.loads(ran.out)
    assert ran.status == 130
    told = [p["reason"] for p in report["problems"] if p["path"] == "(this run)"]
    assert told == [f"interrupted: 5 of {FOLDERS} applications were judged"]
    assert [found["resource"] for found in report["findings"]] == ["Fn1", "Fn3"]
    assert report["summary"]["gate"] == "failed"
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def interrupt_and_wait() -> None:
    time.sleep(0.5)  # the other process is done with everything else by then
    os.kill(os.getppid(), signal.SIGINT)
    signal.pause()


def test_nothing_is_accepted_into_a_baseline_by_a_run_that_was_interrupted(
    run: Run, stacks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, "s3/t.yaml", interrupt_and_wait)
    ran = run("baseline", "create", ".", "--jobs", "2", "-b", "known.json")
    assert (ran.status, ran.out, ran.err) == (130, "", "\nstackproof: interrupted\n")
    assert not (stacks / "known.json").exists()


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "513", "²"])
def test_a_number_of_jobs_that_is_none_is_refused(run: Run, stacks: Path, jobs: str) -> None:
    ran = run("check", ".", "--jobs", jobs)
    assert (ran.status, ran.out) == (2, "")
    assert f"{jobs!r} is neither `auto` nor a number from 1 to 512" in ran.err
