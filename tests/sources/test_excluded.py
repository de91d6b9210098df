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


def test_named_files_that_are_no_input_are_passed_over_by_a_lenient_search(here: Path) -> None:
    (here / "package.json").write_text('{"name": "app"}')
    (here / "app.py").write_text("import aws_cdk\n")
    (here / "tool.py").write_text("import json\n")
    named = ("package.json", "app.py", "tool.py", "a/t.json")
    lenient = discover(named, cwd=here, lenient=True)
    assert sorted((each.path, each.kind) for each in lenient.applications) == [
        ("a/t.json", "template"),
        ("app.py", "cdk-source"),
    ]
    assert lenient.errors == ()
    assert sorted(error.path for error in discover(named, cwd=here).errors) == ["package.json", "tool.py"]


def test_a_lenient_search_still_refuses_broken_templates_and_what_is_not_there(here: Path) -> None:
    (here / "broken.json").write_text('{"Resources": ')
    errors = discover(["broken.json", "gone.json"], cwd=here, lenient=True).errors
    assert sorted(error.path for error in errors) == ["broken.json", "gone.json"]
