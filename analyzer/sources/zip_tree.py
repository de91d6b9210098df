"""File trees of zip archives, which may be hostile.

Only the central directory is read to open one. What it declares is checked before anything is inflated, and
Python's ``zipfile`` never inflates more of a member than its declared size.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from analyzer.sources.errors import MissingAsset
from analyzer.sources.files import MAX_FILE_BYTES
from analyzer.sources.folder_tree import tree_name
from analyzer.sources.observing import observed_archive

MAX_UNPACKED_BYTES = 250 * 1024 * 1024
"""Lambda's limit for the unzipped code of a function with its layers."""

MAX_MEMBERS = 100_000
MAX_RATIO = 200
"""Of unpacked to packed bytes, for members over ``_RATIO_FROM``; source text reaches 20."""

_RATIO_FROM = 1024 * 1024
_ENCRYPTED = 0x1


class ZipTree:
    """The files of a zip archive, by their normalised names. Use :func:`open_zip`."""

    def __init__(self, archive: Path, display: str, members: dict[str, str], unpacked_bytes: int) -> None:
        self._archive = archive
        self._display = display
        self._members = members
        self._unpacked_bytes = unpacked_bytes

    @property
    def display(self) -> str:
        """Path of the archive for people."""
        return self._display

    def names(self) -> Iterator[str]:
        """Names of all files, sorted."""
        yield from self._members

    def exists(self, name: str) -> bool:
        """Whether ``name`` is a readable file of the archive."""
        return tree_name(name) in self._members

    def read(self, name: str) -> bytes | None:
        """Content of ``name``; None where :meth:`exists` is false or the member is damaged."""
        member = self._members.get(tree_name(name) or "")
        if member is None:
            return None
        try:
            with zipfile.ZipFile(self._archive) as archive:
                return archive.read(member)
        except (OSError, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError):
            return None
        except (zipfile.BadZipFile, zlib.error):
            return None

    def unpacked_bytes(self) -> int:
        """What the central directory declares for all members together."""
        return self._unpacked_bytes

    def locate(self, name: str) -> str:
        """``code.zip!index.js``."""
        return f"{self._display}!{name}"


def open_zip(archive: Path, display: str) -> ZipTree | MissingAsset:
    """The tree of the zip file ``archive``, or why it is not opened."""
    observed_archive(archive)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        return MissingAsset(f"not a zip archive that can be read: {error}", display)
    if len(members) > MAX_MEMBERS:
        return MissingAsset(f"a zip archive of {len(members):,} members; {MAX_MEMBERS:,} are read", display)
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES:
        return MissingAsset("a zip archive larger than Lambda accepts once unpacked (250 MiB)", display, size)
    names = {
        name: member.filename
        for member in members
        if _is_readable(member) and (name := tree_name(member.filename.replace("\\", "/"))) is not None
    }
    return ZipTree(archive, display, dict(sorted(names.items())), size)


def _is_readable(member: zipfile.ZipInfo) -> bool:
    """False for folders, symbolic links, encrypted members and those that unpack to suspiciously much."""
    if member.is_dir() or member.flag_bits & _ENCRYPTED or stat.S_ISLNK(member.external_attr >> 16):
        return False
    if member.file_size > MAX_FILE_BYTES:
        return False
    return member.file_size <= _RATIO_FROM or member.file_size <= member.compress_size * MAX_RATIO
