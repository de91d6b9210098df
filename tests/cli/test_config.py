"""``stackproof config show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def repository(here: Path) -> None:
    (here / ".git").mkdir()
    (here / "stackproof.yaml").write_text("ignore: [TT09]\nexclude:\n  - old\n")
    (here / "app").mkdir()
    (here / "app" / "stackproof.yaml").write_text("gate:\n  fail_on: high\nstacks:\n  Prod: {ignore: [TT01]}\n")


def origins(run: Run, *arguments: str) -> dict[str, tuple[object, str]]:
    told = json.loads(run("config", "show", "--format", "json", *arguments).out)
    return {each["name"]: (each["value"], each["origin"]) for each in told["settings"]}


def test_every_value_comes_with_its_origin(run: Run) -> None:
    told = origins(run, "app")
    assert told["gate.fail_on"] == ("high", "app/stackproof.yaml:2")
    assert told["gate.min_confidence"] == ("likely", "default")
    assert told["ignore"] == ("none", "default"), "the file further up does not govern"
    assert told["exclude"] == ("old", "stackproof.yaml:3")
    assert told["stacks.Prod"] == ({"ignore": ["TT01"]}, "app/stackproof.yaml:4")


def test_for_people_it_is_a_table(run: Run) -> None:
    ran = run("config", "show")
    lines = ran.out.splitlines()
    assert lines[0] == ". is governed by stackproof.yaml"
    assert [line.split() for line in lines if line.startswith(("ignore", "exclude", "profile"))] == [
        ["ignore", "TT09", "stackproof.yaml:1"],
        ["profile", "default", "default"],
        ["exclude", "old", "stackproof.yaml:3"],
    ]
    assert (ran.status, ran.err) == (0, "")


def test_a_file_is_governed_by_what_is_near_it_and_said_to_be_excluded(run: Run, here: Path) -> None:
    (here / "old").mkdir()
    (here / "old" / "t.yaml").touch()
    told = run("config", "show", "old/t.yaml").out
    assert told.startswith("old/t.yaml is governed by stackproof.yaml\n")
    assert told.endswith("old/t.yaml is excluded by stackproof.yaml:3\n")


def test_a_named_file_is_shown_instead(run: Run, here: Path) -> None:
    (here / "c.yaml").write_text("gate: {fail_on: never}\n")
    told = origins(run, "app", "--config", "c.yaml")
    assert told["gate.fail_on"] == ("never", "c.yaml:1")
    assert "exclude" not in told


def test_without_any_everything_is_a_default(run: Run, here: Path) -> None:
    (here / "stackproof.yaml").unlink()
    told = run("config", "show").out.splitlines()
    assert told[0] == ". is governed by no configuration"
    assert {line.split()[-1] for line in told[1:]} == {"default"}


def test_what_cannot_be_shown_is_an_error(run: Run, here: Path) -> None:
    assert run("config", "show", "nope").err == "stackproof: nope: no such file or folder\n"
    (here / "stackproof.yaml").write_text("selct: []\n")
    ran = run("config", "show")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "stackproof: stackproof.yaml:1: unknown key 'selct'; did you mean select?\n"
