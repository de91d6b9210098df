"""What the mutation script copies: everything of the repository that the unit tests it runs import."""

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.mutation import COPIED, ROOT


def imported(file: Path) -> Iterator[str]:
    """The top-level packages that a module names in its imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_the_copy_holds_every_package_that_the_unit_tests_import() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    files = [file for name in ("facts", "registry") for file in (ROOT / "tests" / name).glob("*.py")]
    files += (ROOT / "tests").glob("*.py")
    needed = {name for file in files for name in imported(file)} & folders
    assert needed - set(COPIED) == set()
