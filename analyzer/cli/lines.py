"""Lines of source that reports quote."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from analyzer.sources.reading import is_folder

MOST_BYTES = 16 * 1024 * 1024


class LineReader:
    """Reads single lines of files, named relative to ``base``; a file is read once.

    Names come from the input (a cloud assembly says which source line made a resource), so only files that really
    lie in one of the folders ``within`` are quoted. Calling it answers None for a line that cannot be had: outside,
    no such file or line, no regular file, too large, not UTF-8.
    """

    def __init__(self, base: Path, within: Iterable[Path]) -> None:
        self._base = base
        self._within = tuple(Path(os.path.realpath(folder)) for folder in within)
        self._files: dict[str, list[str]] = {}

    def __call__(self, file: str, line: int) -> str | None:
        """The line (from 1) without its end."""
        if file not in self._files:
            self._files[file] = self._read(file)
        lines = self._files[file]
        return lines[line - 1] if 1 <= line <= len(lines) else None

    def _read(self, file: str) -> list[str]:
        try:
            path = Path(os.path.realpath(self._base / file))
            if not any(path.is_relative_to(folder) for folder in self._within):
                return []
            found = path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
                return []
            return path.read_bytes().decode("utf-8-sig").split("\n")
        except (OSError, ValueError):  # ValueError: a NUL in the name, or text that is not UTF-8
            return []


def reader(paths: Iterable[str]) -> LineReader:
    """Reads lines of files in the working directory and in the folders of the inputs ``paths``."""
    folders = (Path(path) if is_folder(Path(path)) else Path(path).parent for path in paths)
    return LineReader(Path.cwd(), [Path.cwd(), *folders])
