"""The workflows: third-party actions by commit, rights only where needed, nothing untrusted in a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"uses:\s*(\S+)(.*)")


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in load(path)["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_named_by_commit_and_say_their_version(path: Path) -> None:
    """A tag can be moved by whoever takes over the action's repository; a commit can not."""
    named = USES.findall(path.read_text("utf-8"))
    loose = [use for use, rest in named if not re.search(r"@[0-9a-f]{40}$", use) or not re.match(r"\s+# v\d", rest)]
    assert (named != [], loose) == (True, [])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_expression_stands_in_a_shell_script(path: Path) -> None:
    """An expression is pasted into the script before the shell reads it; a value belongs in ``env``."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_named_at_the_top(path: Path) -> None:
    """Without ``permissions`` a workflow has whatever the repository gives by default."""
    assert load(path)["permissions"] in ({}, {"contents": "read"})


def test_only_the_jobs_that_run_none_of_our_code_can_sign_or_publish() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    trusted = {name for name, job in jobs.items() if job["permissions"].get("id-token") == "write"}
    assert trusted == {"attest", "publish"}
    assert [step for name in trusted for step in jobs[name]["steps"] if "run" in step] == []
    assert jobs["publish"]["environment"] == "release"


def test_every_program_of_ci_that_a_workflow_calls_is_there() -> None:
    called = {name for path in WORKFLOWS for name in re.findall(r"\.ci/\w+", path.read_text("utf-8"))}
    assert called == {".ci/run", ".ci/wheel", ".ci/sbom"}
    assert {name for name in called if not (ROOT / name).stat().st_mode & 0o100} == set()
