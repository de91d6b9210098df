"""Inputs by URL: what is read, what is refused, and what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from analyzer.sources import remote
from analyzer.sources.assembly import MissingAsset
from analyzer.sources.discovery import discover
from analyzer.sources.errors import InputError

TEMPLATE = b'{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'


@pytest.fixture
def store() -> Iterator[Any]:
    """An empty store at ``memory://``."""
    held = fsspec.filesystem("memory")
    held.rm("/", recursive=True) if held.ls("/") else None
    yield held
    held.rm("/", recursive=True) if held.ls("/") else None


def found(tmp_path: Path, *urls: str) -> tuple[list[tuple[str, list[str]]], list[str], list[tuple[str, str]]]:
    """Applications with their stacks' paths, errors, and what was passed over."""
    done = discover(urls, cwd=tmp_path)
    applications = [(each.path, [stack.path for stack in each.stacks]) for each in done.applications]
    return applications, [str(error) for error in done.errors], [(p.path, p.reason) for p in done.passed_over]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://b/t.json", True),
        ("memory://t", True),
        ("zip::https://h/a.zip", True),
        ("C:/t.json", False),
        ("C://t.json", False),
        ("t.json", False),
        ("a:b/t.json", False),
        ("./s3://b", False),
    ],
)
def test_what_is_meant_as_a_url(text: str, expected: bool) -> None:
    assert remote.is_url(text) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:secret@h/a/t.json?X-Amz-Signature=abc#x", "https://h/a/t.json"),
        ("s3://b/what?/t#1.json", "s3://b/what?/t#1.json"),
        ("https://h", "https://h"),
    ],
)
def test_secrets_of_a_url_are_not_shown(url: str, expected: str) -> None:
    assert remote.shown(url) == expected


def test_templates_of_one_place_are_one_application(tmp_path: Path, store: Any) -> None:
    for name in ("a/one.json", "a/two.json", "b/three.json"):
        store.pipe(f"/{name}", TEMPLATE)
    assert found(tmp_path, "memory://a/one.json", "memory://b/three.json", "memory://a/two.json") == (
        [
            ("memory://a", ["memory://a/one.json", "memory://a/two.json"]),
            ("memory://b/three.json", ["memory://b/three.json"]),
        ],
        [],
        [],
    )


def test_a_url_that_is_named_twice_is_one_input(tmp_path: Path, store: Any) -> None:
    store.pipe("/one.json", TEMPLATE)
    assert found(tmp_path, "memory://one.json", "memory://one.json")[0] == [
        ("memory://one.json", ["memory://one.json"])
    ]


def test_below_a_url_templates_are_searched_for(tmp_path: Path, store: Any) -> None:
    store.pipe("/p/t.json", TEMPLATE)
    store.pipe("/p/q/u.yaml", b"Resources:\n  Q:\n    Type: AWS::SQS::Queue\n")
    store.pipe("/p/package.json", b'{"name": "x"}')
    store.pipe("/p/readme.md", b"Resources:")
    store.pipe("/other/t.json", TEMPLATE)
    applications, errors, passed_over = found(tmp_path, "memory://p/")
    assert [stacks for _, stacks in applications] == [["memory://p/t.json"], ["memory://p/q/u.yaml"]]
    assert errors == []
    assert passed_over == [("memory://p/package.json", "no word of a template in it")]


def test_a_web_server_is_not_crawled(tmp_path: Path) -> None:
    assert found(tmp_path, "https://h/templates/") == (
        [],
        ["https://h/templates/: a web server does not list what it has; name the templates"],
        [],
    )


def test_what_cannot_be_read_is_an_error_and_does_not_hide_the_rest(tmp_path: Path, store: Any) -> None:
    store.pipe("/t.json", TEMPLATE)
    store.pipe("/none.json", b"[]")
    applications, errors, _ = found(
        tmp_path, "memory://missing.json", "memory://none.json", "gopher://h/t.json", "memory://t.json"
    )
    assert [path for path, _ in applications] == ["memory://t.json"]
    assert errors == [
        "memory://missing.json: cannot be read: FileNotFoundError: /missing.json",
        "memory://none.json: not a CloudFormation template: no Resources",
        "gopher://h/t.json: not a URL that is read: it must begin with s3, gs, az, abfs, https, http, memory",
    ]


@pytest.mark.parametrize("url", ["zip://t.json::memory://a.zip", "simplecache::memory://t.json", "memory::memory://t"])
def test_chains_of_protocols_are_refused(tmp_path: Path, url: str) -> None:
    applications, errors, _ = found(tmp_path, url)
    assert applications == []
    assert [error.rpartition(": ")[2] for error in errors] == [
        "it must begin with s3, gs, az, abfs, https, http, memory"
    ]


def test_an_object_that_is_too_large_is_not_read_to_its_end(
    tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "MAX_DOCUMENT_BYTES", 10)
    store.pipe("/t.json", TEMPLATE)
    with pytest.raises(InputError, match=r"11 bytes are more than"):
        remote.read_url("memory://t.json")


def test_a_template_from_afar_reads_nothing_here_and_fetches_nothing(
    tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "index.py").write_text("secret")
    store.pipe("/nested.json", TEMPLATE)
    store.pipe(
        "/t.yaml",
        b"""Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src}}
  Here: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s/t.json}}
  There: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "memory://nested.json"}}
"""
        % str(tmp_path).encode(),
    )
    (tmp_path / "t.json").write_bytes(TEMPLATE)
    opened: list[str] = []
    read = remote.read_url
    monkeypatch.setattr(remote, "read_url", lambda url: (opened.append(url), read(url))[1])
    (application,) = discover(["memory://t.yaml"], cwd=tmp_path).applications
    (stack,) = application.stacks
    assert dict(stack.nested) == {}
    assert sorted(stack.nested_missing) == ["Here", "There"]
    assert isinstance(stack.asset(stack.document["Resources"]["Fn"], "CodeUri"), MissingAsset)
    assert isinstance(stack.local_file("src/index.py"), MissingAsset)
    assert opened == ["memory://t.yaml"]


def test_a_file_url_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a b.json").write_bytes(TEMPLATE)
    url = (tmp_path / "a b.json").as_uri()
    assert found(tmp_path, url)[0] == [("a b.json", ["a b.json"])]
    assert remote.local_path("file://server/share/t.json") is None


def test_the_stamp_is_the_word_of_the_store(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store.pipe("/t.json", TEMPLATE)
    assert remote.stamp("memory://t.json") is None
    assert remote.stamp("memory://missing.json") is None
    info = {"ETag": '"9f"', "size": 48}
    monkeypatch.setattr(type(store), "info", lambda self, path: info)
    assert remote.stamp("memory://t.json") == 'etag:"9f":48'
