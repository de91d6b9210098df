"""The archive itself: written so that the same contents are the same bytes, read so that a hostile one does no harm."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping

MOST_BYTES = 1024 * 1024 * 1024
"""Of the archive, and of its files together once unpacked."""

MOST_FILES = 2_000
MOST_RATIO = 1_000
"""Of unpacked to packed bytes of one file; deflate cannot do better than 1,032, and reports reach 30."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can tell; the files' real times say nothing."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST_NAME = 200
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class BundleError(Exception):
    """A file that is no bundle, or one that will not be opened; the reason in one line for people."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of ``files``, in order of their names, without times or owners.

    Raises:
        BundleError: they are more than :func:`unpack` opens.
    """
    size = sum(map(len, files.values()))
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise BundleError(f"{len(files):,} files of {size:,} bytes are more than a bundle may hold")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # as on Unix, wherever it is made
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of the archive ``data``, by name.

    Raises:
        BundleError: it is no archive, is damaged, or holds what a bundle never does: names that leave its folder,
            doubled names, links, encrypted files, or more than is unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse(entries)
            # zipfile reads no further than the declared size, which was checked, and checks the CRC.
            return {entry.filename: archive.read(entry) for entry in entries}
    except BundleError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise BundleError(f"no zip archive that can be read: {error}") from error


def _refuse(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise BundleError(f"{len(entries):,} files; a bundle has {MOST_FILES:,} at most")
    names = [entry.orig_filename for entry in entries]
    doubled = sorted(name for name, count in Counter(names).items() if count > 1)
    if doubled:
        raise BundleError(f"{doubled[0]!r} is in it twice")
    for entry in entries:
        _refuse_one(entry)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BundleError(f"more than {MOST_BYTES:,} bytes once unpacked")


def _refuse_one(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise BundleError(f"{name[:_LONGEST_NAME]!r} is no name of a file of a bundle")
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if mode not in (0, stat.S_IFREG):
        raise BundleError(f"{name!r} is no regular file")
    if entry.flag_bits & _ENCRYPTED:
        raise BundleError(f"{name!r} is encrypted")
    if entry.compress_type not in _METHODS:
        raise BundleError(f"{name!r} is compressed in a way that no bundle is")
    if entry.file_size > max(entry.compress_size, 1) * MOST_RATIO:
        raise BundleError(f"{name!r} unpacks to suspiciously much")
