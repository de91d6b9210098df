"""Rules of this house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted(path for folder in ("analyzer", "rules", "scripts") for path in (ROOT / folder).rglob("*.py"))
RULES = sorted((ROOT / "rules").glob("fm*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_RULE = 60
"""The median of the rule files, in lines without the docstring."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), relative(path))


def lines_of(node: ast.AST) -> int:
    assert isinstance(node, ast.stmt)
    return (node.end_lineno or node.lineno) - node.lineno + 1


def tracked() -> list[str]:
    """The files that would be committed: tracked, or new and not ignored."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
    return sorted(name for name in output.decode().split("\0") if name and (ROOT / name).is_file())


@pytest.mark.parametrize("path", [*CODE, *sorted((ROOT / "tests").rglob("*.py"))], ids=relative)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


def test_no_function_is_long() -> None:
    long = {
        f"{relative(path)}:{node.lineno} {node.name}": lines_of(node)
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > LONGEST_FUNCTION
    }
    assert long == {}


def length_without_docstring(path: Path) -> int:
    parsed = tree(path)
    docstring = lines_of(parsed.body[0]) if ast.get_docstring(parsed) else 0
    return len(path.read_text("utf-8").splitlines()) - docstring


def test_rules_are_short() -> None:
    assert median(map(length_without_docstring, RULES)) <= LONGEST_RULE


@pytest.mark.parametrize("path", [path for path in CODE if "scripts" not in path.parts], ids=relative)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    if path.is_relative_to(ROOT / "analyzer" / "cli"):
        return
    called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert called & {"print", "sys.exit", "exit", "quit", "os._exit", "sys.stdout.write", "sys.stderr.write"} == set()


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_no_error_is_swallowed(path: Path) -> None:
    """``except: pass`` and ``except Exception: pass`` hide what nobody thought of; a named exception may be passed."""
    swallowed = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
    ]
    assert swallowed == []


def test_nothing_is_called_utils_or_helpers() -> None:
    assert [relative(path) for path in CODE if re.search(r"(utils?|helpers?|common|misc)\.py$", path.name)] == []


def mutable_globals(module: ast.Module) -> Iterator[str]:
    """Names bound at module level to an empty list, dict or set: something that will be filled."""
    for node in module.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        empty_display = isinstance(value, ast.List | ast.Dict) and not ast.unparse(value).strip("[]{}")
        empty_call = isinstance(value, ast.Call) and ast.unparse(value) in ("list()", "dict()", "set()")
        if value is not None and (empty_display or empty_call):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_no_module_keeps_state(path: Path) -> None:
    assert list(mutable_globals(tree(path))) == []
    assert [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Global)] == []


def without_docstrings(module: ast.Module) -> Iterator[ast.AST]:
    documented = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    # A string that stands alone after an assignment documents it.
    documented |= {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    return (node for node in ast.walk(module) if id(node) not in documented)


@pytest.mark.parametrize("path", sorted((ROOT / "analyzer").rglob("*.py")), ids=relative)
def test_the_analyzer_never_names_a_rule(path: Path) -> None:
    named = [
        node.value
        for node in without_docstrings(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\bFM\d\d", node.value)
    ]
    assert named == []
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not any(name and (name == "rules" or name.startswith("analyzer.rules")) for name in imported)


@pytest.mark.parametrize("path", RULES, ids=relative)
def test_rules_import_siblings_relatively_and_the_analyzer_absolutely(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"line {node.lineno} climbs out of the package"
            assert not (node.module or "").startswith(("rules", "analyzer.rules")), f"line {node.lineno}"


MACHINE_PATH = re.compile(rb"(?<![\w./$<{-])/(?:work|root|home/\w+|Users/\w+)/(?=[\w.-])")
"""Paths of the machine that something was made on. (``/opt`` and ``/tmp`` mean something in Lambda.)"""

REGISTRY_HOST = re.compile(rb"files\.pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org")


def test_nothing_of_the_machine_is_committed() -> None:
    found = {
        name: match[0].decode()
        for name in tracked()
        if not name.startswith("tests/")  # which invent such paths to see what becomes of them
        and (match := MACHINE_PATH.search((ROOT / name).read_bytes()))
    }
    assert found == {}


def test_no_registry_host_is_committed() -> None:
    assert [name for name in tracked() if REGISTRY_HOST.search((ROOT / name).read_bytes())] == []


def test_no_junk_is_committed() -> None:
    junk = re.compile(r"(^|/)(__pycache__|\.DS_Store|node_modules)(/|$)|\.(pyc|orig|rej|log|tmp|swp)$")
    assert [name for name in tracked() if junk.search(name) and not name.startswith("fixtures/")] == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """A ``conftest.py`` may skip what lacks a program such as Node.js; continuous integration has them all and counts
    a skip as a failure."""
    marks = re.compile(r"pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail)")
    tests = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if path.name != "test_house.py"]
    assert [relative(path) for path in tests if marks.search(path.read_text("utf-8"))] == []
