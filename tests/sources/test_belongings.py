"""Every file of an application with its digest."""

from __future__ import annotations

import json
import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from analyzer.sources import belongings as module
from analyzer.sources.belongings import NotListed, belongings
from analyzer.sources.discovery import discover
from reference_stack.synthesis import ASSEMBLIES, PACKAGE


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def listed(folder: Path, *paths: str) -> dict[str, str]:
    (application,) = discover(list(paths), cwd=folder).applications
    return belongings(application, folder)


def test_of_a_cloud_assembly_all_that_lies_in_its_folder() -> None:
    folder = ASSEMBLIES / "as_documented"
    found = listed(PACKAGE.parent, str(folder.relative_to(PACKAGE.parent)))
    there = [path for path in folder.rglob("*") if path.is_file()]
    expected = {path.relative_to(PACKAGE.parent).as_posix(): digest(path.read_bytes()) for path in there}
    assert {path: found[path] for path in expected} == expected
    assert any(path.endswith("index.js") for path in expected)
    assert [path for path in found if path not in expected and not path.endswith(".py")] == []
    assert list(found) == sorted(found)


def test_of_a_template_itself_and_the_code_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "src" / "lib").mkdir(parents=True)
    (tmp_path / "src" / "app.py").write_bytes(b"1")
    (tmp_path / "src" / "lib" / "more.py").write_bytes(b"2")
    (tmp_path / "shared.py").write_bytes(b"3")
    (tmp_path / "unrelated.py").write_bytes(b"4")
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("index.js", "5")
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Globals": {"Function": {"CodeUri": "shared.py"}},
        "Resources": {
            "A": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "src"}},
            "B": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "code.zip"}},
            "C": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "../outside"}},
            "D": 7,
        },
    }
    (tmp_path / "t.json").write_text(json.dumps(template))
    assert listed(tmp_path, "t.json") == {
        "code.zip": digest((tmp_path / "code.zip").read_bytes()),
        "shared.py": digest(b"3"),
        "src/app.py": digest(b"1"),
        "src/lib/more.py": digest(b"2"),
        "t.json": digest((tmp_path / "t.json").read_bytes()),
    }


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "src" / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "src" / "pipe")
    template = {"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "src"}}}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    assert list(listed(tmp_path, "t.json")) == ["t.json"]


def test_more_files_than_are_listed_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 2)
    (tmp_path / "src").mkdir()
    for number in range(3):
        (tmp_path / "src" / f"{number}.js").touch()
    template = {"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "src"}}}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    with pytest.raises(NotListed, match=r"^t\.json: more than 2 files$"):
        listed(tmp_path, "t.json")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving it out would say that the rest is everything."""
    template = {"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Code": "a.js"}}}}
    (tmp_path / "t.json").write_text(json.dumps(template))
    (tmp_path / "a.js").touch()
    opened = Path.open

    def refused(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "a.js":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(NotListed, match=r"^a\.js: Permission denied$"):
        listed(tmp_path, "t.json")
