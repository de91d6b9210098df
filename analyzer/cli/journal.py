"""The file that a stream of JSON Lines is written to, so that a run that died can be gone on with.

Lines go to ``FILE.part``, which takes the place of ``FILE`` when the run has come to its end. A run that resumes takes
over what ``FILE``, ``FILE.done`` and ``FILE.part`` hold of inputs that were judged under the same key: first it saves
the lines of ``FILE.part`` into ``FILE.done``, so that dying again loses nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import click

from analyzer.report import jsonl

_LONGEST_LINE = 256 * 1024 * 1024


class Journal:
    """Writes the lines of a run. ``key`` is that of its orders; ``resume``: whether earlier lines count.

    Raises:
        click.ClickException: a file cannot be read or written.
    """

    def __init__(self, file: Path, key: str, *, resume: bool) -> None:
        self._file = file
        self._part = file.with_name(f"{file.name}.part")
        self._done = file.with_name(f"{file.name}.done")
        self._key = key
        self._groups: dict[bytes, tuple[int, int, int]] = {}
        self._sources: list[BinaryIO] = []
        try:
            if resume:
                self._save()
                self._read()
            self._out = self._part.open("wb")
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror or error}") from error

    def earlier(self, name: str) -> tuple[bytes, list[dict[str, Any]]] | None:
        """The lines that earlier runs left of the input ``name``, as bytes and as records."""
        place = self._groups.get(_short(name))
        if place is None:
            return None
        source, offset, length = place
        self._sources[source].seek(offset)
        data = self._sources[source].read(length)
        records = [record for line in data.splitlines(keepends=True) if (record := jsonl.parse(line)) is not None]
        return (data, records) if all(record["input"] == name for record in records) else None

    def write(self, data: bytes) -> None:
        """Add lines; they are with the operating system when this returns."""
        self._out.write(data)
        self._out.flush()

    def finish(self) -> None:
        """Put the file in its place and forget the earlier ones."""
        self.close()
        self._part.replace(self._file)
        self._done.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave things as they are."""
        for file in (self._out, *self._sources):
            file.close()

    @property
    def unfinished(self) -> str:
        """The file that a run that is not finished leaves."""
        return str(self._part)

    def _save(self) -> None:
        if not self._part.exists():
            return
        with self._part.open("rb") as old, self._done.open("ab") as kept:
            if kept.tell() and not _ends_with_newline(self._done):
                kept.write(b"\n")
            for offset, length, _ in _groups(old, None):
                back = old.tell()
                old.seek(offset)
                kept.write(old.read(length))
                old.seek(back)
            kept.flush()
            os.fsync(kept.fileno())

    def _read(self) -> None:
        for file in (self._file, self._done):
            with suppress(FileNotFoundError):
                source = file.open("rb")
                self._sources.append(source)
                for offset, length, name in _groups(source, self._key):
                    self._groups[_short(name)] = len(self._sources) - 1, offset, length


def _groups(file: BinaryIO, key: str | None) -> Iterator[tuple[int, int, str]]:
    """Offset, length and input of every run of lines that is whole and, unless None, of ``key``."""
    file.seek(0)
    start, seen, name = 0, 0, ""
    while True:
        offset = file.tell()
        line = file.readline(_LONGEST_LINE)
        if not line:
            return
        record = jsonl.parse(line)
        if record is None or not _well_formed(record) or (key is not None and record.get("key") != key):
            seen = 0
            continue
        if record["number"] == 1:
            start, seen, name = offset, 0, record["input"]
        if record["number"] != seen + 1 or record["input"] != name:
            seen = 0
            continue
        seen += 1
        if seen == record["of"]:
            yield start, offset + len(line) - start, name
            seen = 0


def _well_formed(record: dict[str, Any]) -> bool:
    """Whether the record has what is counted; it may come from anywhere."""
    probe = jsonl.Tally()
    try:
        probe.add([record])
    except (TypeError, KeyError, AttributeError):
        return False
    numbers = isinstance(record.get("number"), int) and isinstance(record.get("of"), int)
    return numbers and isinstance(record.get("input"), str) and isinstance(record.get("state"), str | None)


def _short(name: str) -> bytes:
    return blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _ends_with_newline(file: Path) -> bool:
    with file.open("rb") as text:
        text.seek(-1, os.SEEK_END)
        return text.read(1) == b"\n"
