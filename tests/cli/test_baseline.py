"""``stackproof baseline``: what is accepted no longer fails, what is new does, what is gone is pruned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.cli.main import cli

OFF = "  {name}:\n    Type: AWS::Lambda::Function\n    Properties: {{ReservedConcurrentExecutions: 0}}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--select", "FM1303"], standalone_mode=False)


def found(*arguments: str) -> list[str]:
    report = json.loads(run("check", "t.yaml", "--format", "json", *arguments).stdout)
    return [finding["resource"] for finding in report["findings"]]


def test_a_baseline_hides_what_was_there_and_nothing_else(here: Path) -> None:
    assert run("baseline", "create", "t.yaml").return_value == 0
    given = ("--baseline", "stackproof-baseline.json")
    assert (found(), found(*given)) == (["Old"], [])
    with (here / "t.yaml").open("a") as template:
        template.write(OFF.format(name="New"))
    assert found(*given) == ["New"]
    run("baseline", "update", "t.yaml")
    assert found(*given) == []


def test_a_baseline_is_not_overwritten_unasked(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    before = (here / "stackproof-baseline.json").read_text()
    assert run("baseline", "create", "t.yaml").exception is not None
    assert (here / "stackproof-baseline.json").read_text() == before


def test_what_is_mended_is_pruned(here: Path) -> None:
    run("baseline", "create", "t.yaml")
    (here / "t.yaml").write_text("Resources:\n  Old: {Type: AWS::Lambda::Function}\n")
    run("baseline", "prune", "t.yaml")
    (here / "t.yaml").write_text("Resources:\n" + OFF.format(name="Old"))
    assert found("--baseline", "stackproof-baseline.json") == ["Old"]
