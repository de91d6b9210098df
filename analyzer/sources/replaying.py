"""Asking again what was asked before: whether everything on disk that an outcome rests on is as it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from analyzer.sources.folder_tree import file_size, is_capped_file
from analyzer.sources.observing import (
    ASSEMBLY,
    BYTES,
    CAPPED,
    KIND,
    LINK,
    LISTING,
    REAL,
    SIZE,
    Answer,
    digest_of_file,
    digest_of_names,
)
from analyzer.sources.reading import is_regular_file, kind, real
from analyzer.sources.walking import is_assembly


def same(answers: Iterable[tuple[str, str, Answer]]) -> bool:
    """Whether every question (of what, of which path) has the same answer as then; a question of no known kind has
    none."""
    return all(name in _QUESTIONS and _asked(name, path) == (type(was), was) for name, path, was in answers)


def _asked(name: str, path: str) -> tuple[type, Answer]:
    try:
        answer = _QUESTIONS[name](Path(path))
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return type(NotImplemented), None
    return type(answer), answer


def _bytes(path: Path) -> str | None:
    return digest_of_file(path) if is_regular_file(path) else None  # a pipe would be waited for


def _listing(folder: Path) -> str:
    _, folders, files = next(os.walk(folder), ("", [], []))
    return digest_of_names(folders, files)


_QUESTIONS: Mapping[str, Callable[[Path], Answer]] = {
    REAL: lambda path: str(real(path)),
    KIND: kind,
    CAPPED: is_capped_file,
    SIZE: file_size,
    BYTES: _bytes,
    LISTING: _listing,
    LINK: Path.is_symlink,
    ASSEMBLY: is_assembly,
}
