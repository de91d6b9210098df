"""Every rule against its fixtures: ``fixtures/<RULE>/{bad,good,unknown}-<what>/``, compared as a whole with
``expect.json``.

A fixture is a small application: templates, handlers, a cloud assembly or CDK source, whatever the rule needs, and
``parameters.json`` where values are given. Only its rule runs on it. ``pytest tests/test_fixtures.py --accept``
rewrites what differs; whoever accepts reads the diff and judges whether it is right.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analyzer import registry
from analyzer.cli.parameters import read_files
from analyzer.policy.assess import Inputs
from analyzer.policy.result import Finding, Result
from analyzer.policy.settings import Settings
from analyzer.rule import Rule
from analyzer.sources.discovery import discover
from tests import judging

FIXTURES = Path(__file__).parents[1] / "fixtures"
EXPECTED = "expect.json"
PARAMETERS = "parameters.json"
KINDS = ("bad", "good", "unknown")
AS_OF = date(2026, 11, 24)
"""The day on which dated facts are judged; fixtures do not change their verdict while the calendar turns."""

FOLDERS = sorted(path for path in FIXTURES.glob("*/*-*") if path.is_dir())
RULES = sorted(path.name.partition("_")[0].upper() for path in (FIXTURES.parent / "rules").glob("fm*.py"))
"""Ids by file name, so that one broken rule does not stop the tests of the others; the registry checks the names."""


def judge(rule: Rule, folder: Path) -> Result:
    """The result of ``rule`` alone on the fixture in ``folder``, which is the working directory."""
    found = discover(["."], cwd=folder)
    assert found.errors == (), f"{folder.name}: an input cannot be read"
    given = read_files([PARAMETERS]) if (folder / PARAMETERS).exists() else {}
    settings = Settings(as_of=AS_OF)
    return judging.judge(Inputs(found.applications), [rule], settings, parameters=given)


def summary(result: Result) -> dict[str, Any]:
    """What ``expect.json`` holds of a result."""
    return {
        "findings": [_finding(found) for found in result.findings],
        "unknown": [{"resource": question.resource, "needs": question.needs} for question in result.unknown],
        "passed": [logical_id for passed in result.passed for _, logical_id in passed.subjects],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "resource": found.resource,
        "severity": found.severity.label,
        "confidence": found.confidence.label,
        "pointer": found.pointer,
        "file": found.location.file if found.location else None,
        "line": found.location.line if found.location else None,
        "message": found.message,
        "evidence": [f"{link.kind}: {link.text}" for link in found.evidence],
        "related": list(found.related_resources),
    }


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_fixture(folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    (rule,) = registry.select([folder.parent.name])
    monkeypatch.chdir(folder)
    result = judge(rule, folder)
    assert result.not_evaluated == ()
    assert result.problems == ()
    actual = summary(result)
    expected_file = folder / EXPECTED
    if request.config.getoption("--accept"):
        expected_file.write_text(json.dumps(actual, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert expected_file.exists(), f"{name(folder)} has no {EXPECTED}; write it with --accept and read it"
    assert actual == json.loads(expected_file.read_text("utf-8"))
    _is_what_its_name_says(folder, actual)


def _is_what_its_name_says(folder: Path, actual: dict[str, Any]) -> None:
    kind = folder.name.partition("-")[0]
    if kind == "bad":
        assert actual["findings"], f"{name(folder)} has no finding"
    elif kind == "good":
        assert not actual["findings"], f"{name(folder)} has findings"
        assert actual["passed"], f"{name(folder)}: nothing was examined, so it proves nothing"
    else:
        assert kind == "unknown", f"{name(folder)} is called neither bad-, good- nor unknown-"
        assert actual["unknown"], f"{name(folder)} leaves nothing undecided"


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_has_fixtures_of_all_kinds_or_says_why_not(rule_id: str) -> None:
    folder = FIXTURES / rule_id
    there = {path.name.partition("-")[0] for path in folder.glob("*-*") if path.is_dir()}
    readme = folder / "README.md"
    reasons = readme.read_text("utf-8") if readme.exists() else ""
    unexplained = [kind for kind in KINDS if kind not in there and f"{kind}-" not in reasons]
    assert not unexplained, f"{rule_id} lacks fixtures and fixtures/{rule_id}/README.md does not say why: {unexplained}"


def test_every_fixture_is_of_a_rule() -> None:
    assert {folder.name for folder in FIXTURES.iterdir() if folder.is_dir()} <= set(RULES)


def test_no_fixture_depends_on_where_it_lies() -> None:
    for folder in FOLDERS:
        text = (folder / EXPECTED).read_text("utf-8") if (folder / EXPECTED).exists() else ""
        assert str(FIXTURES.parent) + os.sep not in text
