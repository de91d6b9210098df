"""Reading one file safely: regular files only, with a size cap, inside the folders that were given."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from analyzer.sources.errors import InputError
from analyzer.sources.observing import KIND, REAL, observed, observed_bytes, unobservable

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

MAX_DEPTH = 100
"""Containers within containers; real templates stay below 50, and every reader of a document recurses."""

_HEAD_BYTES = 1024 * 1024
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def display_path(path: Path, cwd: Path) -> str:
    """``path`` relative to ``cwd``, with ``/``; absolute only where no relative path exists (another drive)."""
    try:
        return os.path.relpath(path, cwd).replace(os.sep, "/")
    except ValueError:
        return path.as_posix()


def real(path: Path) -> Path:
    """``path`` with every symbolic link followed; a loop of links answers the link itself, and a name that no
    file can have (it has no bytes) the name."""
    try:
        found = Path(os.path.realpath(path))
    except ValueError:
        return path
    observed(REAL, path, str(found))
    return found


def real_in(folder: Path, path: Path) -> Path:
    """As :func:`real`, for a ``path`` directly in a folder whose real path ``folder`` is: asks one question of the disk
    and not one for every folder above."""
    if os.path.islink(path):  # noqa: PTH114  is_symlink raises where it cannot be told
        return real(path)
    found = folder / path.name
    observed(REAL, path, str(found))
    return found


def is_inside(path: Path, folder: Path) -> bool:
    """Whether the real path ``path`` is ``folder`` or below it."""
    inner, outer = os.path.normcase(path), os.path.normcase(folder)
    return inner == outer or inner.startswith(outer if outer.endswith(os.sep) else outer + os.sep)


def confined(name: str, bases: Iterable[Path], roots: Iterable[Path]) -> Path | None:
    """The existing file or folder called ``name``, looked for from each of ``bases``; None where there is
    none or where it lies outside all of ``roots`` (real paths) once symbolic links are followed."""
    if not name or "\0" in name:
        return None
    allowed = tuple(roots)
    for base in bases:
        candidate = real(base / name)
        if any(is_inside(candidate, root) for root in allowed) and exists(candidate):
            return candidate
    return None


def exists(path: Path) -> bool:
    """Whether there is something at ``path``, symbolic links followed; never raises."""
    return kind(path) is not None


def why_absent(path: Path) -> str:
    """Why :func:`exists` finds nothing at ``path``: it is not there, or it cannot be told."""
    try:
        path.stat()
    except OSError as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            return f"cannot be read: {error.strerror or error}"
    except ValueError:
        pass  # a name that no file can have
    return "no such file or folder"


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, symbolic links followed; never raises."""
    return kind(path) == stat.S_IFDIR


def is_regular_file(path: Path) -> bool:
    """Whether ``path`` is a regular file, symbolic links followed; never raises."""
    return kind(path) == stat.S_IFREG


def kind(path: Path) -> int | None:
    """What is at ``path``, symbolic links followed, as the ``S_IF…`` of its mode; None for nothing; never raises."""
    found: int | None = None
    with suppress(OSError, ValueError):
        found = stat.S_IFMT(path.stat().st_mode)
    observed(KIND, path, found)
    return found


def read_document(path: Path, display: str) -> bytes:
    """The bytes of a template or of a file that belongs to one.

    Raises :class:`InputError` for anything that is not a readable regular file of at most
    ``MAX_DOCUMENT_BYTES``. Pipes and devices are never opened: reading one could wait for ever.
    """
    try:
        data = _read_document(path, display)
    except InputError:
        unobservable()
        raise
    observed_bytes(path, data)
    return data


def _read_document(path: Path, display: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(display, _not_a_file(status.st_mode))
        if status.st_size > MAX_DOCUMENT_BYTES:
            raise InputError(display, too_large(status.st_size))
        with path.open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except FileNotFoundError:
        raise InputError(display, "no such file") from None
    except OSError as error:
        raise InputError(display, f"cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_DOCUMENT_BYTES:
        raise InputError(display, too_large(len(data)))
    return data


def size_of(path: Path) -> int:
    """The size of a file in bytes; 0 where it cannot be told, so that reading it says why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_head(path: Path, display: str) -> bytes:
    """The first ``_HEAD_BYTES`` of a regular file. Raises :class:`InputError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(display, f"cannot be read: {error.strerror or error}") from None


def too_large(size: int) -> str:
    """The reason to refuse a document of ``size`` bytes."""
    return f"{size:,} bytes are more than the {MAX_DOCUMENT_BYTES:,} that are read of one file"


def decode(data: bytes, display: str) -> str:
    """``data`` as text: UTF-8 with or without a byte order mark; :class:`InputError` for anything else."""
    if data.startswith(_UTF16_MARKS) or b"\0" in data[:4]:
        raise InputError(display, "not UTF-8 text (it looks like UTF-16 or UTF-32); save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(display, f"not UTF-8 text: byte 0x{data[error.start]:02x}", line) from None


def _not_a_file(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder, not a file"
    kinds = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))
    kind = next((name for test, name in kinds if test(mode)), "a device")
    return f"{kind}, not a regular file"
