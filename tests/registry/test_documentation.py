"""Every rule documents itself: the docstring is the page, the SARIF help and what ``explain`` shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.rule import Rule

IDS = sorted(path.name.partition("_")[0].upper() for path in (Path(__file__).parents[2] / "rules").glob("fm*.py"))
SECTIONS = ["What it checks", "Why it fails", "Fix", "Limits", "References"]


@pytest.fixture(params=IDS)
def rule(request: pytest.FixtureRequest) -> Rule:
    (found,) = registry.select([request.param])
    return found


def test_the_title_is_one_line_that_says_what_is_wrong(rule: Rule) -> None:
    assert 10 <= len(rule.title) <= 110
    assert rule.documentation.strip().split("\n")[0].endswith(".")
    assert rule.title[0].isupper() or not rule.title[0].isalpha()


def test_the_sections_are_there_in_order_and_none_is_empty(rule: Rule) -> None:
    assert re.findall(r"^## (.+)$", rule.documentation, flags=re.M) == SECTIONS
    assert all(rule.section(name) for name in SECTIONS)
    assert "TODO" not in rule.documentation


def test_the_way_out_begins_with_prose_for_reports(rule: Rule) -> None:
    assert rule.remedy


def test_references_are_links(rule: Rule) -> None:
    assert rule.references
    assert all(re.fullmatch(r"https://\S+", link) for link in rule.references)


def test_the_id_tells_the_failure_mode_and_the_slug_reads_like_one(rule: Rule) -> None:
    assert int(rule.id[2:4]) == rule.failure_mode
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)


def test_slugs_are_unique() -> None:
    slugs = [rule.slug for rule in registry.rules()]
    assert sorted(slugs) == sorted(set(slugs))
