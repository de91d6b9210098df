"""Where an installation came from, as pip records it."""

from __future__ import annotations

import json
import shlex
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer import __version__
from analyzer.cli import origin

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def installed(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None) -> None:
    text = None if record is None else json.dumps(record)
    monkeypatch.setattr(origin, "distribution", lambda _: SimpleNamespace(read_text=lambda _: text))


def git(url: str) -> dict[str, Any]:
    return {"url": url, "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT}}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, origin.RELEASE),
        (git("https://git.example.com/s"), f"stackproof @ git+https://git.example.com/s@{COMMIT}"),
        (git("https://ann:token@git.example.com/s"), f"stackproof @ git+https://git.example.com/s@{COMMIT}"),
        (git("https://token@git.example.com/s"), f"stackproof @ git+https://git.example.com/s@{COMMIT}"),
        (git("ssh://git@git.example.com/s.git"), f"stackproof @ git+ssh://git@git.example.com/s.git@{COMMIT}"),
        (git("ssh://git:x@git.example.com:22/s"), f"stackproof @ git+ssh://git@git.example.com:22/s@{COMMIT}"),
        (git("file:///home/ann/stackproof"), None),
        ({"url": "file:///home/ann/s", "dir_info": {"editable": True}}, None),
        ({"url": "file:///home/ann/stackproof-0.1.0.whl", "archive_info": {}}, None),
        (
            {"url": "https://x.example/stackproof-0.1.0-py3-none-any.whl", "archive_info": {}},
            "stackproof @ https://x.example/stackproof-0.1.0-py3-none-any.whl",
        ),
        ({"url": "https://x.example/$(touch pwned).whl", "archive_info": {}}, None),
    ],
)
def test_what_pip_is_to_be_told(
    monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None, expected: str | None
) -> None:
    installed(monkeypatch, record)
    assert origin.requirement() == expected


def test_what_runs_without_being_installed_came_from_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(origin, "distribution", missing)
    assert origin.requirement() is None
    assert origin.how("pdf") == ""


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, f": pip install 'stackproof[pdf]=={__version__}'"),
        (
            git("https://ann:token@git.example.com/s"),
            f": pip install 'stackproof[pdf] @ git+https://git.example.com/s@{COMMIT}'",
        ),
        (git("file:///home/ann/stackproof"), ""),
        ({"url": "file:///no/such/folder", "dir_info": {}}, ""),
        ({"url": "https://x.example/$(touch pwned).whl", "archive_info": {}}, ""),
    ],
)
def test_an_extra_comes_from_where_the_rest_came(
    monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None, expected: str
) -> None:
    installed(monkeypatch, record)
    assert origin.how("pdf") == expected


@pytest.mark.parametrize(("info", "option"), [({"editable": True}, "-e "), ({}, "")])
def test_an_extra_comes_from_the_folder_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, info: dict[str, Any], option: str
) -> None:
    folder = tmp_path / "it's mine"
    folder.mkdir()
    installed(monkeypatch, {"url": folder.as_uri(), "dir_info": info})
    told = origin.how("pdf")
    assert told.startswith(f": pip install {option}'")
    assert shlex.split(told)[-1] == f"{folder}[pdf]"
