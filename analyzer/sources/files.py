"""A handler's or application's files behind one interface: folder, zip archive or memory.

Names are relative, with ``/``, and never leave the tree: an absolute name, a ``..`` that climbs out, a
symbolic link that leads out and a file over ``MAX_FILE_BYTES`` are all answered as if there were no file.
"""

from collections.abc import Iterator
from typing import Protocol

MAX_FILE_BYTES = 32 * 1024 * 1024


class FileTree(Protocol):
    """Read-only files of one asset, source folder or inline handler."""

    @property
    def display(self) -> str:
        """Path for people, relative to the working directory where possible; never resolved further."""

    def names(self) -> Iterator[str]:
        """Names of all files, sorted."""

    def exists(self, name: str) -> bool:
        """Whether ``name`` is a readable file of the tree."""

    def read(self, name: str) -> bytes | None:
        """Content of ``name``, or None where :meth:`exists` is false."""

    def unpacked_bytes(self) -> int:
        """Size of all files together, also of those too large to be read."""

    def locate(self, name: str) -> str:
        """Path of ``name`` to show to people: ``asset.1f2e/index.js``, ``code.zip!index.js``, or the template's."""
