"""``action.yml``: its steps run in bash as the runner runs them, on the reference application and on broken input."""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reference_stack.synthesis import ASSEMBLIES
from tests.integrations.action_steps import ACTION, ROOT, STEPS, Runner

Job = Callable[..., Runner]

FUNCTION = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job after its installation, with the interpreter of the tests in the place of the installed one."""
    temporary, workspace = tmp_path / "runner", tmp_path / "repository"
    command = temporary / "stackproof" / "bin" / "stackproof"
    command.parent.mkdir(parents=True)
    workspace.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m analyzer.cli.main "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)

    def new(**inputs: str) -> Runner:
        return Runner(temporary, workspace, {name.replace("_", "-"): value for name, value in inputs.items()})

    return new


def report(runner: Runner) -> Any:
    return json.loads(Path(runner.output("json-file")).read_text("utf-8"))


def uploaded(runner: Runner) -> list[str]:
    """The fingerprints in the log that goes to code scanning."""
    log = json.loads(Path(runner.output("sarif-file")).read_text("utf-8"))
    results = [each for run in log["runs"] for each in run["results"]]
    assert {(each["kind"], "suppressions" in each) for each in results} <= {("fail", False)}
    return sorted(each["partialFingerprints"]["stackproof/v1"] for each in results)


def test_the_documented_application_fails_and_its_failures_are_uploaded(job: Job) -> None:
    runner = job()
    shutil.copytree(ASSEMBLIES / "as_documented", runner.workspace / "cdk.out")
    assert runner.run("Check") == 1
    found = report(runner)
    assert uploaded(runner) == sorted(each["fingerprint"] for each in found["findings"])
    assert found["unknown"] != []
    assert [each["path"] for each in found["inputs"]] == ["cdk.out"]
    assert (runner.output("status"), runner.would_upload()) == ("1", True)
    assert re.search(r"^::error file=[^ ]*,title=FM0701 ", runner.log, flags=re.M)
    assert "FM0701" in runner.summary


def test_the_hardened_application_passes_and_its_open_alerts_are_closed(job: Job) -> None:
    runner = job(path="app/cdk.out")
    shutil.copytree(ASSEMBLIES / "hardened", runner.workspace / "app" / "cdk.out")
    assert runner.run("Check") == 0
    assert uploaded(runner) == sorted(each["fingerprint"] for each in report(runner)["findings"])
    assert (runner.output("status"), runner.would_upload()) == ("0", True)


def test_of_broken_input_the_rest_is_reported_and_nothing_uploaded(job: Job) -> None:
    runner = job()
    (runner.workspace / "broken.yaml").write_text("Resources: [\n")
    (runner.workspace / "queue.yaml").write_text(FUNCTION)
    assert runner.run("Check") == 2
    assert [each["stacks"] for each in report(runner)["inputs"]] == [["queue"]]
    assert "::error file=broken.yaml,line=" in runner.log
    assert (runner.output("status"), runner.output("sarif-file"), runner.would_upload()) == ("2", "", False)


def test_wrong_use_says_so_and_uploads_nothing(job: Job) -> None:
    runner = job(args="--fail-onn=high")
    assert runner.run("Check") == 2
    assert "--fail-onn" in runner.log
    assert (runner.output("status"), runner.output("json-file"), runner.would_upload()) == ("2", "", False)


def test_a_report_of_an_earlier_step_is_not_taken_for_this_ones(job: Job) -> None:
    runner = job()
    (runner.workspace / "queue.yaml").write_text(FUNCTION)
    runner.run("Check")
    again = job(config="missing.yaml")
    assert again.run("Check") == 2
    assert (again.output("json-file"), again.would_upload()) == ("", False)


def test_inputs_reach_the_command_as_they_are(job: Job) -> None:
    runner = job(
        path="a b.yaml\n\n-c.yaml\n", fail_on="never", config="my rules.yaml", args=" --select FM10,FM05\n --no-color\t"
    )
    for name in ("a b.yaml", "-c.yaml", "d.yaml"):
        (runner.workspace / name).write_text(FUNCTION)
    (runner.workspace / "my rules.yaml").write_text("gate: {min_confidence: certain}\n")
    assert runner.run("Check") == 0
    found = report(runner)
    assert [each["stacks"] for each in found["inputs"]] == [["-c", "a b"]]
    assert {each["rule_id"][:4] for key in ("findings", "unknown", "passed") for each in found[key]} <= {"FM10", "FM05"}


@pytest.mark.parametrize("name", ["path", "fail_on", "config", "args"])
def test_no_input_is_ever_a_command(job: Job, name: str) -> None:
    runner = job(**{name: "x\"; touch pwned #$(touch pwned)`touch pwned`' && touch pwned\n*"})
    (runner.workspace / "queue.yaml").write_text(FUNCTION)
    assert runner.run("Check") == 2
    assert [path.name for path in runner.workspace.iterdir()] == ["queue.yaml"]


def test_what_the_user_does_not_want_uploaded_is_not(job: Job) -> None:
    runner = job(upload="false")
    (runner.workspace / "queue.yaml").write_text(FUNCTION)
    runner.run("Check")
    assert (runner.output("sarif-file") != "", runner.would_upload()) == (True, False)


def test_scripts_hold_no_expressions_and_actions_of_others_are_pinned_by_commit() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step.get("run", "")] == []
    used = [step["uses"] for step in STEPS.values() if "uses" in step]
    assert [name for name in used if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", name)] == []


def test_every_input_and_output_is_used_and_described() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    named = set(re.findall(r"inputs\.([\w-]+)", text))
    assert named == set(ACTION["inputs"])
    assert [name for name, given in ACTION["inputs"].items() if not given["description"]] == []
    guide = (ROOT / "docs" / "guides" / "ci.md").read_text("utf-8")
    assert [name for name in (*ACTION["inputs"], *ACTION["outputs"]) if f"`{name}`" not in guide] == []
