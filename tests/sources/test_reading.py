from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.sources import reading
from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.reading import confined, display_path, read_document
from tests.sources.folders import write


def said(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_document(path, "shown")
    return str(caught.value)


def test_errors_as_people_read_them() -> None:
    assert str(InputError("a.json", "why", 3, 7)) == "a.json:3:7: why"
    assert str(InputError("a.json", "why", 3)) == "a.json:3: why"
    assert str(InputError("a.json", "why")) == "a.json: why"
    assert str(InputWarning("a.json", 1, 2, "why")) == "a.json:1:2: why"
    assert len({InputError("a", "b", 1), InputError("a", "b", 1), InputError("a", "b", 2)}) == 2


@pytest.mark.parametrize(
    ("path", "cwd", "shown"),
    [("/a/b/c", "/a", "b/c"), ("/a", "/a", "."), ("/x/y", "/a/b", "../../x/y")],
)
def test_display_paths(path: str, cwd: str, shown: str) -> None:
    assert display_path(Path(path), Path(cwd)) == shown


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert said(tmp_path) == "shown: a folder, not a file"
    assert said(tmp_path / "pipe") == "shown: a named pipe, not a regular file"
    assert said(Path(os.devnull)) == "shown: a device, not a regular file"
    assert said(tmp_path / "none") == "shown: no such file"
    assert said(tmp_path / "dangling") == "shown: no such file"
    assert said(tmp_path / "loop") == "shown: cannot be read: Too many levels of symbolic links"


def test_a_file_over_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a": "12345"})
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", 4)
    assert said(tmp_path / "a") == "shown: 5 bytes are more than the 4 that are read of one file"
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", 5)
    assert read_document(tmp_path / "a", "shown") == b"12345"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a": "x"})

    def refuse(self: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert said(tmp_path / "a") == "shown: cannot be read: Permission denied"


def test_names_are_confined_to_the_roots(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"sub/a": "", "b": ""}).resolve()
    write(tmp_path / "rooted", {"secret": ""})
    (root / "out").symlink_to(tmp_path / "rooted" / "secret")
    (root / "in").symlink_to("sub/a")
    base = root / "sub"

    def find(name: str) -> Path | None:
        return confined(name, (base,), (root,))

    assert find("a") == root / "sub" / "a"
    assert find("../b") == root / "b"
    assert find("../in") == root / "sub" / "a"
    assert find(str(root / "b")) == root / "b"
    assert find("..") == root
    refused = ("../out", "../../rooted/secret", "/etc/passwd", "", "a\0b", "nothing", "a" * 5000)
    assert [find(name) for name in refused] == [None] * len(refused)


def test_the_first_base_that_has_the_name_answers(tmp_path: Path) -> None:
    root = write(tmp_path, {"x/a": "", "y/a": "", "y/b": ""}).resolve()
    bases = (root / "x", root / "y")
    assert confined("a", bases, (root,)) == root / "x" / "a"
    assert confined("b", bases, (root,)) == root / "y" / "b"
    assert confined("b", bases, (root / "x",)) is None
