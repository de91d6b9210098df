"""Which folders are never searched, and what a folder search finds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from analyzer.sources.observing import ASSEMBLY, LINK, observed
from analyzer.sources.reading import is_regular_file

_TOOL_FOLDERS = frozenset(
    (
        ".aws-sam",
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".serverless",
        ".svn",
        ".terraform",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "site-packages",
    )
)
MANIFEST = "manifest.json"
_ASSEMBLY_WORD = b'"artifacts"'
_MANIFEST_HEAD = 1024 * 1024


def is_assembly(folder: Path) -> bool:
    """Whether ``folder`` is a cloud assembly: it has a ``manifest.json`` that speaks of artifacts, or one
    beside the ``cdk.out`` marker file, so that a broken manifest is noticed and not passed over."""
    answer = _is_assembly(folder)
    observed(ASSEMBLY, folder, answer)
    return answer


def _is_assembly(folder: Path) -> bool:
    manifest = folder / MANIFEST
    try:
        if not is_regular_file(manifest):
            return False
        if is_regular_file(folder / "cdk.out"):
            return True
        with manifest.open("rb") as file:
            return _ASSEMBLY_WORD in file.read(_MANIFEST_HEAD)
    except OSError:
        return False


def skip_reason(folder: Path) -> str | None:
    """Why ``folder`` is not searched for inputs; None where it is."""
    if folder.name in _TOOL_FOLDERS:
        return "packages, caches and the like are not searched"
    link = folder.is_symlink()
    observed(LINK, folder, link)
    if link:
        return "symbolic links to folders are not followed"
    if is_regular_file(folder / "pyvenv.cfg"):
        return "a virtual environment is not searched"
    return None


def is_searched(folder: Path) -> bool:
    """Whether the source of the application around ``folder`` is looked for in it: not in an assembly, nor in
    another application of a monorepo."""
    return skip_reason(folder) is None and not is_assembly(folder) and not is_regular_file(folder / "cdk.json")


def entries(folder: Path) -> Iterator[Path]:
    """What is in ``folder``, sorted by name. Raises ``OSError`` where it cannot be listed."""
    with os.scandir(folder) as found:
        names = sorted(entry.name for entry in found)
    yield from (folder / name for name in names)
