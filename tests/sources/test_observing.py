"""Nothing on disk is looked at unobserved: the cache rests on it."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.sources.folder_tree import FolderTree, SingleFile
from analyzer.sources.observing import MOST, Observations, observed, observing
from analyzer.sources.reading import confined, read_document
from analyzer.sources.replaying import same

ROOT = Path(__file__).parents[2]
JUDGING = [ROOT / "rules", *(ROOT / "analyzer" / name for name in ("code", "facts", "model"))]

OBSERVED = {
    "folder_tree.py": ["FolderTree._walk", "file_size", "is_capped_file", "read_capped"],
    "reading.py": ["_read_document", "kind", "real", "real_in"],
    "walking.py": ["_is_assembly", "skip_reason"],
    "zip_tree.py": ["ZipTree.read", "open_zip"],
}
"""The functions that ask the disk, and note (themselves or by their one caller) what it answers."""

BEFORE = {
    "cdk_source.py": ["assembly_source", "own_files"],
    "reading.py": ["read_head", "size_of", "why_absent"],
    "walking.py": ["entries"],
}
"""Those that only a search for applications uses. What they find is there before an application is judged."""

_QUESTIONS = frozenset(
    "open stat lstat read_bytes read_text walk scandir listdir iterdir glob rglob realpath resolve samefile "
    "is_file is_symlink islink readlink access getsize ZipFile".split()
)


def asking(file: Path) -> Iterator[str]:
    """The functions in ``file`` with a call that asks the disk."""
    tree = ast.parse(file.read_text("utf-8"))
    named = [(node.name, node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    for owner in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        named += [(f"{owner.name}.{node.name}", node) for node in owner.body if isinstance(node, ast.FunctionDef)]
    for name, node in named:
        calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
        if any(_name(call) in _QUESTIONS for call in calls):
            yield name


def _name(call: ast.expr) -> str:
    return call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""


def test_every_function_that_asks_the_disk_is_known() -> None:
    found = {file.name: sorted(asking(file)) for file in (ROOT / "analyzer" / "sources").glob("*.py")}
    remote = {"remote.py": ["read_url"]}  # what a URL gave is a part of the application
    apart = {"belongings.py": ["_below", "_digest"]}  # for the evidence bundle; no part of judging
    own = {"observing.py": ["digest_of_file"], "replaying.py": ["_listing"]}
    known = (
        {name: sorted([*OBSERVED.get(name, ()), *BEFORE.get(name, ())]) for name in {**OBSERVED, **BEFORE}}
        | remote
        | apart
        | own
    )
    assert {name: functions for name, functions in found.items() if functions} == known


def test_who_judges_has_no_way_to_the_disk_but_the_sources() -> None:
    forbidden = {"os", "pathlib", "zipfile", "shutil", "glob", "tempfile", "subprocess", "importlib"}
    found = {
        f"{file.relative_to(ROOT)}: {name}"
        for folder in JUDGING
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in _imported(node)
        if name.partition(".")[0] in forbidden
    }
    assert found == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def listed(seen: Observations) -> list[tuple[str, str, object]]:
    return [(question, Path(path).name, answer) for (question, path), answer in seen.answers.items()]


def test_what_is_asked_is_noted_with_its_answer(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    with observing() as seen:
        assert confined("b.js", (tmp_path,), (tmp_path,)) is None
        assert read_document(tmp_path / "a.js", "a.js") == b"1"
    assert listed(seen) == [
        ("real", "b.js", str(tmp_path / "b.js")),
        ("kind", "b.js", None),
        ("bytes", "a.js", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"),
    ]
    assert seen.usable


def test_nobody_watches_unless_asked(tmp_path: Path) -> None:
    with observing() as seen:
        pass
    read = FolderTree(tmp_path, "").names()
    assert (list(read), seen.answers) == ([], {})


@pytest.mark.parametrize("tree", ["folder", "file"])
def test_a_tree_is_the_same_until_something_in_it_is_not(tmp_path: Path, tree: str) -> None:
    file = tmp_path / "t" / "a.js"
    file.parent.mkdir()
    file.write_text("1")
    made = FolderTree(file.parent, "t") if tree == "folder" else SingleFile(file, "t/a.js")
    with observing() as seen:
        read = [(name, made.read(name)) for name in made.names()] + [("b.js", made.read("b.js"))]
    assert read == [("a.js", b"1"), ("b.js", None)]
    answers = [(question, path, answer) for (question, path), answer in seen.answers.items()]
    assert same(answers)
    os.utime(file, (1, 1))
    assert same(answers)
    (file.parent / "b.js").write_text("2")
    assert same(answers) is (tree == "file")
    (file.parent / "b.js").unlink()
    file.write_text("3")
    assert not same(answers)


def test_two_answers_to_one_question_are_of_no_use() -> None:
    with observing() as seen:
        observed("size", Path("a"), 1)
        observed("size", Path("a"), 1)
        assert seen.usable
        observed("size", Path("a"), 2)
    assert not seen.usable


def test_too_many_questions_are_of_no_use() -> None:
    with observing() as seen:
        for number in range(MOST + 1):
            observed("size", Path(f"{number}"), 1)
    assert not seen.usable


@pytest.mark.parametrize(
    "answer",
    [
        ("run", "/", True),
        ("kind", "/", None),
        ("kind", "/", True),
        ("link", "/", 0),
        ("kind", "a\0b", 1),
        ("size", "/", False),
    ],
)
def test_a_question_that_nobody_would_ask_has_no_answer(answer: tuple[str, str, object]) -> None:
    assert not same([answer])  # type: ignore[list-item]
