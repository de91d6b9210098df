from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from analyzer.sources import folder_tree, zip_tree
from analyzer.sources.errors import MissingAsset
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import FolderTree, MemoryTree, SingleFile, inline, tree_name
from analyzer.sources.zip_tree import ZipTree, open_zip
from tests.sources.folders import write


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("a/b", "a/b"),
        ("./a//b/../c", "a/c"),
        ("a/../..", None),
        ("../a", None),
        ("/a", None),
        ("", None),
        (".", None),
        ("a\0b", None),
        ("..a", "..a"),
    ],
)
def test_tree_names(name: str, normal: str | None) -> None:
    assert tree_name(name) == normal


def test_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"code/b.js": "b", "code/a/x.js": "x", "code/a-b.js": "", "outside": "secret"})
    tree: FileTree = FolderTree(tmp_path / "code", "shown/code")
    assert tree.display == "shown/code"
    assert list(tree.names()) == ["a-b.js", "a/x.js", "b.js"]
    assert tree.read("./a/../a/x.js") == b"x"
    assert tree.locate("a/x.js") == "shown/code/a/x.js"
    assert FolderTree(tmp_path, ".").locate("a") == "a"
    for name in ("a", "", "none", "../outside", str(tmp_path / "outside"), "b.js/x"):
        assert (tree.exists(name), tree.read(name)) == (False, None)


def test_links_do_not_lead_out_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"code/real.js": "r", "outside/s.js": "secret"})
    code = tmp_path / "code"
    (code / "in.js").symlink_to("real.js")
    (code / "out.js").symlink_to("../outside/s.js")
    (code / "folder").symlink_to("../outside")
    (code / "round").symlink_to(".")
    (code / "loop.js").symlink_to("loop.js")
    os.mkfifo(code / "pipe.js")
    tree = FolderTree(code, "code")
    assert list(tree.names()) == ["in.js", "real.js"]
    assert tree.read("in.js") == b"r"
    assert [tree.read(name) for name in ("out.js", "folder/s.js", "loop.js", "pipe.js")] == [None] * 4


def test_a_folder_reached_by_a_link_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"code/a.js": "a"})
    (tmp_path / "link").symlink_to("code")
    tree = FolderTree(tmp_path / "link", "link")
    assert (list(tree.names()), tree.read("a.js"), tree.locate("a.js")) == (["a.js"], b"a", "link/a.js")


def test_a_file_over_the_cap_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"big": "12345", "small": "1234"})
    monkeypatch.setattr(folder_tree, "MAX_FILE_BYTES", 4)
    tree = FolderTree(tmp_path, "d")
    assert (list(tree.names()), tree.read("big"), tree.read("small")) == (["small"], None, b"1234")


def test_one_file(tmp_path: Path) -> None:
    write(tmp_path, {"a/handler.py": "x", "a/other.py": "y"})
    tree: FileTree = SingleFile(tmp_path / "a" / "handler.py", "a/handler.py")
    assert (tree.display, list(tree.names()), tree.read("./handler.py")) == ("a/handler.py", ["handler.py"], b"x")
    assert (tree.locate("handler.py"), tree.read("other.py"), tree.exists("../a/handler.py")) == (
        "a/handler.py",
        None,
        False,
    )


def test_memory() -> None:
    tree: FileTree = MemoryTree({"b.js": b"b", "a/x.js": b"x"}, "t.yaml")
    assert (tree.display, list(tree.names())) == ("t.yaml", ["a/x.js", "b.js"])
    assert (tree.read("./a//x.js"), tree.exists("b.js"), tree.locate("b.js")) == (b"x", True, "t.yaml")
    assert (tree.read("../b.js"), tree.exists("c.js"), tree.exists("/b.js")) == (None, False, False)


def test_inline_code() -> None:
    tree = inline("exports.x = 'é\ud800'", "index.js", "t.json")
    assert (list(tree.names()), tree.read("index.js")) == (["index.js"], "exports.x = 'é?'".encode())


def archive(path: Path, members: dict[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data, compress_type=zipfile.ZIP_DEFLATED)
    return path


def opened(path: Path) -> ZipTree:
    tree = open_zip(path, "shown.zip")
    assert isinstance(tree, ZipTree)
    return tree


def test_an_archive(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.js")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(
        tmp_path / "code.zip",
        {"b.js": b"b", "./a/x.js": b"x", "win\\y.js": b"y", "folder/": b"", link: b"/etc/passwd"},
    )
    tree: FileTree = opened(path)
    assert (tree.display, list(tree.names())) == ("shown.zip", ["a/x.js", "b.js", "win/y.js"])
    assert [tree.read(name) for name in ("a/x.js", "./b.js", "win/y.js")] == [b"x", b"b", b"y"]
    assert (tree.read("link.js"), tree.exists("folder"), tree.locate("b.js")) == (None, False, "shown.zip!b.js")


def test_names_that_leave_an_archive_are_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path / "evil.zip", {"../up.js": b"1", "/abs.js": b"2", "a/../../x": b"3", "ok.js": b"4"})
    assert list(opened(path).names()) == ["ok.js"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", {"zeros.js": b"\0" * (2 * 1024 * 1024), "ok.js": b"x" * 100})
    assert list(opened(path).names()) == ["ok.js"]


def test_the_caps_of_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.zip", {"a": b"12345", "b": b"1234"})
    monkeypatch.setattr(zip_tree, "MAX_FILE_BYTES", 4)
    assert list(opened(path).names()) == ["b"]
    monkeypatch.setattr(zip_tree, "MAX_UNPACKED_BYTES", 8)
    too_much = MissingAsset("a zip archive larger than Lambda accepts once unpacked (250 MiB)", "shown.zip", 9)
    assert open_zip(path, "shown.zip") == too_much
    monkeypatch.setattr(zip_tree, "MAX_MEMBERS", 1)
    assert open_zip(path, "shown.zip") == MissingAsset("a zip archive of 2 members; 1 are read", "shown.zip")


def test_sizes_count_what_is_too_large_to_be_read_and_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"code/a.js": "12345", "code/b/c.js": "1234", "outside": "secret"})
    (tmp_path / "code" / "out.js").symlink_to("../outside")
    packed = archive(tmp_path / "a.zip", {"a": b"12345", "b": b"1234"})
    monkeypatch.setattr(folder_tree, "MAX_FILE_BYTES", 4)
    monkeypatch.setattr(zip_tree, "MAX_FILE_BYTES", 4)
    trees: list[FileTree] = [
        FolderTree(tmp_path / "code", "code"),
        SingleFile(tmp_path / "code" / "a.js", "a.js"),
        inline("é", "index.js", "t.yaml"),
        opened(packed),
    ]
    assert [tree.unpacked_bytes() for tree in trees] == [9, 5, 2, 9]


def test_a_damaged_member_has_no_content(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.js": b"exports.handler = 1;" * 20})
    data = bytearray(path.read_bytes())
    data[40:50] = b"\xff" * 10
    path.write_bytes(data)
    assert opened(path).read("a.js") is None


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_archive(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    found = open_zip(tmp_path / "a.zip", "a.zip")
    assert isinstance(found, MissingAsset)
    assert found.reason.startswith("not a zip archive that can be read: ")


def test_an_archive_that_went_away(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.js": b"x"})
    tree = opened(path)
    path.unlink()
    assert tree.read("a.js") is None
