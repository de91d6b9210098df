"""That the table of companions names checks and rules that exist."""

from __future__ import annotations

from importlib import import_module

from analyzer import registry
from analyzer.data import companions as data
from analyzer.judgement import Confidence, Severity


def real_checks() -> set[str]:
    """The ids of cfn-lint's own rules."""
    config = import_module("cfnlint.config")
    collection = import_module("cfnlint.rules").Rules
    return {f"cfn-lint:{identifier}" for identifier in collection.create_from_directory(config._DEFAULT_RULESDIR)}


def test_checks_and_rules_exist() -> None:
    checks = {*data.same(), *(check for meant in data.hides().values() for check in meant), *data.severities()}
    ours = {rule for meant in data.same().values() for rule in meant}

    assert {check for check in checks if check.startswith("cfn-lint:")} - real_checks() == set()
    assert {check for check in checks if registry.tool_of(check) is None} == set()
    assert ours - registry.ids() == set()


def test_every_grade_is_one_of_ours() -> None:
    severities = {severity.label for severity in Severity}
    tools = [data.tool(name) for name in registry.COMPANIONS]

    assert {grade for tool in tools for grade in tool.grades.values()} | {*data.severities().values()} <= severities
    assert all("" in tool.grades for tool in tools)
    assert {tool.confidence for tool in tools} <= {confidence.label for confidence in Confidence}
    assert [tool.twin for tool in tools] == [None, None, "cfn-lint"]
