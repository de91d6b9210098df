"""What settings choose, silence and grade, and for which part of an application."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.judgement import Severity
from analyzer.policy.settings import EVERY_RULE, Override, Settings


def settings(**changes: Any) -> Settings:
    return Settings(as_of=date(2026, 11, 24), **changes)


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        ((), (), True),
        (("FM07",), (), True),
        (("FM08",), (), False),
        (("FM08", "FM0701"), (), True),
        ((), ("FM07",), False),
        (("FM07",), ("FM0701",), False),
        (("FM07",), ("FM0702",), True),
    ],
)
def test_which_rules_are_chosen(select: tuple[str, ...], ignore: tuple[str, ...], chosen: bool) -> None:
    assert settings(select=select, ignore=ignore).chosen("FM0701") is chosen


@pytest.mark.parametrize(
    ("override", "stack", "file", "ignored"),
    [
        (Override(stack="Prod*", ignore=("FM07",)), "Prod", "t.json", True),
        (Override(stack="Prod*", ignore=("FM07",)), "Test", "t.json", False),
        (Override(stack="Prod*", ignore=("FM08",)), "Prod", "t.json", False),
        (Override(path="old/**", ignore=("FM07",)), "S", "old/a/t.json", True),
        (Override(path="old", base="app", ignore=("FM07",)), "S", "app/old/t.json", True),
        (Override(path="old", base="app", ignore=("FM07",)), "S", "old/t.json", False),
        (Override(path="old", ignore=("FM07",)), "S", None, False),
        (Override(path="old", ignore=(EVERY_RULE,)), "S", "old/t.json", True),
        (Override(stack="S", path="old", ignore=("FM07",)), "S", "new/t.json", False),
        (Override(stack="S"), "S", "t.json", False),
    ],
)
def test_where_a_rule_is_silent(override: Override, stack: str, file: str | None, ignored: bool) -> None:
    assert settings(overrides=(override,)).ignored("FM0701", stack, file) is ignored


def test_the_longest_prefix_gives_the_severity_and_the_last_override_wins() -> None:
    given = settings(
        severities={"FM07": Severity.LOW, "FM0701": Severity.HIGH},
        overrides=(
            Override(path="old", severities={"FM0701": Severity.INFO}),
            Override(stack="Prod", severities={"FM07": Severity.CRITICAL}),
        ),
    )
    assert given.severity("FM0702", "S", "t.json") is Severity.LOW
    assert given.severity("FM0701", "S", "t.json") is Severity.HIGH
    assert given.severity("FM0701", "S", "old/t.json") is Severity.INFO
    assert given.severity("FM0701", "Prod", "old/t.json") is Severity.CRITICAL
    assert given.severity("FM0801", "Prod", "old/t.json") is None


def test_parameters_of_a_stack_win_over_those_of_all() -> None:
    given = settings(
        parameters={"Stage": "test", "Size": "1"},
        overrides=(
            Override(stack="Prod*", parameters={"Stage": "prod"}),
            Override(stack="Prod2", parameters={"Size": "2"}),
        ),
    )
    assert given.stack_parameters(["Dev", "Prod", "Prod2"]) == {
        "Dev": {"Stage": "test", "Size": "1"},
        "Prod": {"Stage": "prod", "Size": "1"},
        "Prod2": {"Stage": "prod", "Size": "2"},
    }
