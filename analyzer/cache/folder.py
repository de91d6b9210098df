"""The folder of the cache: one file for each entry, replaced as a whole, so that a reader never sees half of one and
several runs may write at the same time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from analyzer.records import dataclass

MOST_BYTES = 1024 * 1024 * 1024
"""What the entries may take together; beyond it the ones go first that were not used for longest."""

_LARGEST_ENTRY = 64 * 1024 * 1024
_LAYOUT = "v1"
_SUFFIX = ".json"
_SHARED = stat.S_IWGRP | stat.S_IWOTH


class CacheError(Exception):
    """The folder cannot be a cache; one line for people."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The cache in the folder ``path``. Nothing that fails to be read or written is more than a miss."""

    path: str

    def prepare(self) -> None:
        """Make the folder.

        Raises:
            CacheError: it cannot be made, or somebody else may write there: whoever can writes the outcome of runs.
        """
        place = Path(self.path)
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            found = place.stat()
        except OSError as error:
            raise CacheError(f"{self.path}: {error.strerror or error}") from error
        if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & _SHARED):
            raise CacheError(
                f"{self.path}: others may write there, and with it what a run reports; chmod go-w, or take another"
            )

    def read(self, key: str) -> bytes | None:
        """The entry under ``key``, as it was written; None where there is none."""
        file = self._file(key)
        try:
            handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with open(handle, "rb") as entry:  # noqa: PTH123  a path would follow a link
                found = os.fstat(handle)
                if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_ENTRY:
                    return None
                data = entry.read(_LARGEST_ENTRY)
            os.utime(file)
        except OSError:
            return None
        head, _, body = data.partition(b"\n")
        return body if head == _seal(key, body) else None

    def write(self, key: str, body: bytes) -> None:
        """Keep ``body`` under ``key``."""
        if len(body) > _LARGEST_ENTRY // 2:
            return
        file = self._file(key)
        part = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}")  # of no other writer
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                part.write_bytes(_seal(key, body) + b"\n" + body)
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)

    def prune(self, most: int = MOST_BYTES) -> None:
        """Remove the entries that were not used for longest until the rest takes at most ``most`` bytes."""
        entries = sorted(self._entries(), reverse=True)
        total = 0
        for _, size, file in entries:
            total += size
            if total > most:
                with suppress(OSError):
                    file.unlink()

    def _file(self, key: str) -> Path:
        return Path(self.path, _LAYOUT, key[:2], f"{key[2:]}{_SUFFIX}")

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """When each entry was used last, its size and file; only what has the shape of an entry is looked at."""
        for file in Path(self.path, _LAYOUT).glob(f"??/*{_SUFFIX}"):
            with suppress(OSError):
                found = file.lstat()
                yield found.st_mtime, found.st_size, file


def _seal(key: str, body: bytes) -> bytes:
    """What shows that an entry is whole and under its own key."""
    return sha256(key.encode() + b"\n" + body).hexdigest().encode()
