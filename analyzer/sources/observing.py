"""What was looked at on disk while something was worked out, so that the outcome can be kept for as long as all of it
is the same. Nothing is noted unless somebody is :func:`observing`.

Every question that reading files comes down to is noted with its answer: also that there is no such file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

REAL, KIND, CAPPED, SIZE, BYTES, LISTING, LINK, ASSEMBLY = (
    "real",
    "kind",
    "capped",
    "size",
    "bytes",
    "listing",
    "link",
    "assembly",
)
"""The questions; :mod:`analyzer.sources.replaying` asks them again."""

Answer = str | int | bool | None

MOST = 50_000
"""More questions are not worth asking again."""


class Observations:
    """Questions about paths, and their answers. ``usable``: whether they tell everything that was seen."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.usable = True

    def note(self, question: str, path: Path, answer: Answer) -> None:
        """Take down an answer; two that differ say that the disk changes meanwhile."""
        known = self.answers.setdefault((question, str(path)), answer)
        if known != answer or len(self.answers) > MOST:
            self.usable = False


_CURRENT: ContextVar[Observations | None] = ContextVar("observations", default=None)


@contextmanager
def observing() -> Iterator[Observations]:
    """Notes what is looked at in this context, until it is left."""
    found = Observations()
    token = _CURRENT.set(found)
    try:
        yield found
    finally:
        _CURRENT.reset(token)


def observed(question: str, path: Path, answer: Answer) -> None:
    """Somebody asked ``question`` of ``path``."""
    current = _CURRENT.get()
    if current is not None:
        current.note(question, path, answer)


def observed_bytes(path: Path, data: bytes | None) -> None:
    """The file at ``path`` was read; None: it could not be."""
    current = _CURRENT.get()
    if current is not None:
        current.note(BYTES, path, None if data is None else digest(data))


def observed_archive(path: Path) -> None:
    """The archive at ``path`` is going to be read in parts."""
    current = _CURRENT.get()
    if current is not None:
        current.note(BYTES, path, digest_of_file(path))


def observed_names(folder: Path, folders: list[str], files: list[str]) -> None:
    """``folder`` was listed."""
    current = _CURRENT.get()
    if current is not None:
        current.note(LISTING, folder, digest_of_names(folders, files))


def unobservable() -> None:
    """Something was seen that cannot be asked again."""
    current = _CURRENT.get()
    if current is not None:
        current.usable = False


def digest(data: bytes) -> str:
    """What stands for the content of a file."""
    from hashlib import sha256

    return sha256(data).hexdigest()


def digest_of_file(path: Path) -> str | None:
    """As :func:`digest`, of any size; None where it cannot be read."""
    from hashlib import file_digest

    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def digest_of_names(folders: list[str], files: list[str]) -> str:
    """What stands for the listing of a folder, in whatever order."""
    listing = "\0".join((*sorted(folders), "", *sorted(files)))
    return digest(listing.encode("utf-8", "surrogateescape"))
