"""File trees of a folder, of one file and of memory."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from analyzer.records import dataclass
from analyzer.sources.files import MAX_FILE_BYTES
from analyzer.sources.observing import CAPPED, REAL, SIZE, observed, observed_bytes, observed_names, unobservable
from analyzer.sources.reading import is_inside, is_regular_file, real, real_in

MAX_COUNTED = 100_000
"""More files than this are not measured."""


def tree_name(name: str) -> str | None:
    """``name`` without ``.``, ``..`` and doubled slashes; None where it is absolute, empty or climbs out."""
    if not name or "\0" in name or name.startswith("/"):
        return None
    normal = posixpath.normpath(name)
    return None if normal == "." or normal.split("/", 1)[0] == ".." else normal


class FolderTree:
    """The files below a folder. Folders that are not ``searched`` are not listed; they can be read."""

    def __init__(self, folder: Path, display: str, *, searched: Callable[[Path], bool] | None = None) -> None:
        self.folder = real(folder)
        self._display = display
        self._searched = searched
        self._parents: dict[Path, Path] = {self.folder: self.folder}
        self._looks: dict[str, _Look] = {}

    @property
    def display(self) -> str:
        """Path for people, relative to the working directory where possible."""
        return self._display

    def names(self) -> Iterator[str]:
        """Names of all files, sorted. Links to folders are not followed."""
        yield from sorted(filter(self.exists, self._walk()))

    def exists(self, name: str) -> bool:
        """Whether ``name`` is a readable file of the tree."""
        return self._find(name) is not None

    def read(self, name: str) -> bytes | None:
        """Content of ``name``, or None where :meth:`exists` is false."""
        path = self._find(name)
        return None if path is None else read_capped(path)

    def unpacked_bytes(self) -> int:
        """Size of the files below the folder; links out of it do not count, and not more than a package may have."""
        return sum(_size(real(self.folder / name), self.folder) for name in islice(self._walk(), MAX_COUNTED))

    def locate(self, name: str) -> str:
        """Path of ``name`` to show to people."""
        return name if self._display in ("", ".") else f"{self._display}/{name}"

    def _walk(self) -> Iterator[str]:
        for folder, subfolders, files in os.walk(self.folder, onerror=lambda _: unobservable()):
            observed_names(Path(folder), subfolders, files)
            if self._searched is not None:
                subfolders[:] = [name for name in subfolders if self._searched(Path(folder, name))]
            prefix = Path(folder).relative_to(self.folder).as_posix()
            for file in files:
                yield file if prefix == "." else f"{prefix}/{file}"

    def _find(self, name: str) -> Path | None:
        look = self._looks.get(name)
        if look is not None:
            look.note()
            return look.path if look.readable else None
        normal = tree_name(name)
        if normal is None:
            return None
        asked = self.folder / normal
        path = real_in(self._parent(asked.parent), asked)
        readable = is_capped_file(path) if is_inside(path, self.folder) else None
        self._looks[name] = _Look(asked, path, readable)
        return path if readable else None

    def _parent(self, folder: Path) -> Path:
        """The real path of a folder of the tree."""
        if folder not in self._parents:
            self._parents[folder] = real(folder)
        return self._parents[folder]


@dataclass(frozen=True, slots=True)
class _Look:
    """What the disk answered when it was ``asked`` for a file: its real ``path``, and whether it is ``readable`` (None:
    it is not of the tree, so nobody looked)."""

    asked: Path
    path: Path
    readable: bool | None

    def note(self) -> None:
        """Tell whoever watches now what was seen then."""
        observed(REAL, self.asked, str(self.path))
        if self.readable is not None:
            observed(CAPPED, self.path, self.readable)


class SingleFile:
    """A tree of one file, such as ``CodeUri: ./handler.py`` or a state machine's definition."""

    def __init__(self, file: Path, display: str) -> None:
        self.file = real(file)
        self.name = posixpath.basename(display)
        self._display = display

    @property
    def display(self) -> str:
        """Path of the file for people."""
        return self._display

    def names(self) -> Iterator[str]:
        """The file's name."""
        if self.exists(self.name):
            yield self.name

    def exists(self, name: str) -> bool:
        """Whether ``name`` is the file and it can be read."""
        return tree_name(name) == self.name and is_capped_file(self.file)

    def read(self, name: str) -> bytes | None:
        """Content of the file, or None where :meth:`exists` is false."""
        return read_capped(self.file) if self.exists(name) else None

    def unpacked_bytes(self) -> int:
        """Size of the file."""
        return _size(self.file, self.file.parent)

    def locate(self, name: str) -> str:  # noqa: ARG002
        """Path of the file."""
        return self._display


class MemoryTree:
    """Files that are nowhere but in memory; ``locate`` answers ``display``, the file that holds their text."""

    def __init__(self, files: dict[str, bytes], display: str) -> None:
        self._files = dict(sorted(files.items()))
        self._display = display

    @property
    def display(self) -> str:
        """Path of the file that holds the text."""
        return self._display

    def names(self) -> Iterator[str]:
        """Names of all files, sorted."""
        yield from self._files

    def exists(self, name: str) -> bool:
        """Whether ``name`` is a file of the tree."""
        return tree_name(name) in self._files

    def read(self, name: str) -> bytes | None:
        """Content of ``name``, or None where there is none."""
        normal = tree_name(name)
        return None if normal is None else self._files.get(normal)

    def unpacked_bytes(self) -> int:
        """Size of all files together."""
        return sum(map(len, self._files.values()))

    def locate(self, name: str) -> str:  # noqa: ARG002
        """Path of the file that holds the text."""
        return self._display


def inline(text: str, name: str, display: str) -> MemoryTree:
    """The tree of inline code: ``text`` as the file ``name`` (``index.js``), written in the file ``display``."""
    # A lone surrogate is legal in JSON (``"\\ud800"``) and has no UTF-8 form.
    return MemoryTree({name: text.encode("utf-8", "replace")}, display)


def _size(path: Path, folder: Path) -> int:
    return file_size(path) if is_inside(path, folder) else 0


def file_size(path: Path) -> int:
    """The size of a regular file; 0 for anything else."""
    try:
        size = path.stat().st_size if is_regular_file(path) else 0
    except OSError:
        size = 0
    observed(SIZE, path, size)
    return size


def is_capped_file(path: Path) -> bool:
    """Whether ``path`` is a regular, readable file of at most ``MAX_FILE_BYTES``."""
    try:
        status = path.stat()
        capped = S_ISREG(status.st_mode) and status.st_size <= MAX_FILE_BYTES and os.access(path, os.R_OK)
    except (OSError, ValueError):
        capped = False
    observed(CAPPED, path, capped)
    return capped


def read_capped(path: Path) -> bytes | None:
    """The bytes of ``path``; None where it cannot be read or has grown beyond ``MAX_FILE_BYTES``."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        observed_bytes(path, None)
        return None
    if len(data) > MAX_FILE_BYTES:
        unobservable()
        return None
    observed_bytes(path, data)
    return data
