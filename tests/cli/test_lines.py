"""Quoted lines come from the folders that were given, and from nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.cli import lines
from analyzer.cli.lines import LineReader


@pytest.fixture
def read(tmp_path: Path) -> LineReader:
    base = tmp_path / "base"
    (base / "sub").mkdir(parents=True)
    (base / "sub" / "app.py").write_bytes("\ufeffone\r\ntwo\nÜber\n".encode())
    (tmp_path / "secret").write_text("secret\n")
    return LineReader(base, [base])


@pytest.mark.parametrize(
    ("line", "text"), [(1, "one\r"), (2, "two"), (3, "Über"), (4, ""), (5, None), (0, None), (-1, None)]
)
def test_lines_count_from_one(read: LineReader, line: int, text: str | None) -> None:
    assert read("sub/app.py", line) == text


def test_a_line_ends_at_a_line_feed_only(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a\x0cb\rc\xe2\x80\xa8d\ne")
    assert LineReader(tmp_path, [tmp_path])("f", 2) == "e"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "sub/../../secret", "link", "out/secret", "nul\0", ""])
def test_nothing_outside_is_read(read: LineReader, tmp_path: Path, name: str) -> None:
    (tmp_path / "base" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "base" / "out").symlink_to(tmp_path)
    assert read(name, 1) is None


def test_a_folder_that_was_named_may_lie_outside_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "t.yaml").write_text("x\n")
    assert LineReader(tmp_path / "base", [tmp_path / "base", tmp_path / "other"])("../other/t.yaml", 1) == "x"


def test_pipes_binaries_and_large_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\n")
    (tmp_path / "large").write_text("x" * 100)
    monkeypatch.setattr(lines, "MOST_BYTES", 99)
    read = LineReader(tmp_path, [tmp_path])
    assert [read(name, 1) for name in ("pipe", "binary", "large", "missing")] == [None] * 4


def test_a_file_is_read_once(read: LineReader, tmp_path: Path) -> None:
    assert read("sub/app.py", 2) == "two"
    (tmp_path / "base" / "sub" / "app.py").write_text("changed\n")
    assert read("sub/app.py", 2) == "two"
