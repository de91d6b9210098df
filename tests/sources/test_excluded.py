"""What a search passes over because somebody asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.sources.assembly import Discovery
from analyzer.sources.discovery import discover
from analyzer.sources.errors import PassedOver

TEMPLATE = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name in ("a/t.json", "old/t.json", "old/deep/t.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEMPLATE)
    return tmp_path


def found(here: Path, *paths: str) -> Discovery:
    def excluded(path: Path) -> str | None:
        return "not wanted" if "old" in path.relative_to(here).parts else None

    return discover(paths, cwd=here, excluded=excluded)


@pytest.mark.parametrize("path", [".", "**/*.json", "a"])
def test_a_search_does_not_enter_what_is_excluded(here: Path, path: str) -> None:
    assert [application.path for application in found(here, path).applications] == ["a/t.json"]


@pytest.mark.parametrize("path", ["old/t.json", "old", "old/deep/t.json", "old/*.json", "old/d*"])
def test_what_is_named_is_excluded_all_the_same(here: Path, path: str) -> None:
    result = found(here, path)
    assert (result.applications, result.errors) == ((), ())
    assert {passed.reason for passed in result.passed_over} == {"not wanted"}


def test_it_is_told_once(here: Path) -> None:
    assert found(here, ".", "old").passed_over == (PassedOver("old", "not wanted"),)


def test_a_broken_file_that_is_excluded_is_no_error(here: Path) -> None:
    (here / "old/t.json").write_text('{"Resources": ')
    assert found(here, ".", "old/t.json").errors == ()


def test_an_assembly_that_is_excluded_is_not_read(here: Path) -> None:
    (here / "old/cdk.out").mkdir()
    (here / "old/cdk.out/manifest.json").write_text('{"artifacts": ')
    assert found(here, "old/cdk.out", ".").errors == ()
