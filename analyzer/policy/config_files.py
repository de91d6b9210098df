"""Which configuration governs a folder: the nearest one, in the folder itself or above it, up to the repository's root.

Excludes of the configurations further up hold as well. A file named by hand governs everything, and its patterns are
relative to the working directory. Files are read as data; nothing in them can name code.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.policy.config_error import ConfigError
from analyzer.policy.path_patterns import covers, exclusion
from analyzer.sources.errors import InputError
from analyzer.sources.reading import display_path, exists, is_inside, is_regular_file, read_document, real

if TYPE_CHECKING:
    from analyzer.policy.configuration import Central, Configuration, Source
    from analyzer.policy.waiver_entries import Known

NAMES = ("stackproof.yaml", "stackproof.yml")
PROJECT = "pyproject.toml"
TABLE = "stackproof"
_TABLE_MARKS = (b"tool.stackproof", b"[tool]", b"tool=")
"""Without one of these (blanks and quotes left out) there is no such table, and no need for a TOML parser."""


class ConfigFiles:
    """The configurations of one run, each read once. ``named`` is the file that was named by hand; ``excludes`` are
    globs from the command line, relative to the working directory ``cwd``.

    Every method raises :class:`ConfigError` for a configuration that cannot be used.
    """

    def __init__(self, cwd: Path, known: Known, *, named: str | None = None, excludes: tuple[str, ...] = ()) -> None:
        self._cwd = real(cwd)
        self._known = known
        self._excludes = excludes
        self._found: dict[Path, Configuration | None] = {}
        self._above: dict[Path, tuple[Path, ...]] = {}
        self._named = None if named is None else self._read_named(named)

    def governing(self, folder: Path) -> Configuration | None:
        """The configuration that governs ``folder``; None where there is none."""
        return next(self.chain(folder), None)

    def chain(self, folder: Path) -> Iterator[Configuration]:
        """The configurations from ``folder`` upwards: the first one governs, of the others only the excludes hold."""
        if self._named is not None:
            yield self._named
            return
        for above in self._upwards(folder):
            found = self._in(above)
            if found is not None:
                yield found

    def excluded(self, path: Path) -> str | None:
        """Why the file or folder ``path`` is not judged; None where it is."""
        absolute = Path(os.path.normpath(self._cwd / path))
        for glob in self._excludes:
            if _excludes(glob, absolute, self._cwd):
                return f"excluded by --exclude {glob}"
        # From the outermost inwards: what lies in an excluded folder is not even read.
        for found in self._inwards(absolute.parent):
            base = Path(os.path.normpath(self._cwd / found.source.base))
            for glob, place in found.excludes():
                if _excludes(glob, absolute, base):
                    return f"excluded by {place}"
        return None

    def _inwards(self, folder: Path) -> Iterator[Configuration]:
        """As :meth:`chain`, the outermost first, each read only when it is asked for."""
        if self._named is not None:
            yield self._named
            return
        for above in reversed(self._upwards(folder)):
            found = self._in(above)
            if found is not None:
                yield found

    def _upwards(self, folder: Path) -> tuple[Path, ...]:
        if folder not in self._above:
            self._above[folder] = tuple(_upwards(real(folder)))
        return self._above[folder]

    def _in(self, folder: Path) -> Configuration | None:
        if folder not in self._found:
            self._found[folder] = self._read_in(folder)
        return self._found[folder]

    def _read_in(self, folder: Path) -> Configuration | None:
        # Also a link that leads nowhere: somebody means it to be in force.
        files = [folder / name for name in NAMES if os.path.lexists(folder / name)]
        table = _project_table(folder / PROJECT, display_path(folder / PROJECT, self._cwd))
        sources = [display_path(file, self._cwd) for file in files]
        if table is not None:
            sources.append(display_path(folder / PROJECT, self._cwd))
        if len(sources) > 1:
            raise ConfigError([f"{sources[0]}: there is a second configuration beside it, in {sources[1]}"])
        base = display_path(folder, self._cwd)
        if files:
            return self._configuration(self._source(files[0], base, _root(folder)))
        return None if table is None else self._configuration(_source(sources[0], base, table))

    def _read_named(self, named: str) -> Configuration:
        file = self._cwd / named
        if file.name != PROJECT:
            return self._configuration(self._source(file, ".", None))
        table = _project_table(file, named)
        if table is None:
            raise ConfigError([f"{named}: it has no [tool.{TABLE}]"])
        return self._configuration(_source(named, ".", table))

    def _configuration(self, source: Source) -> Configuration:
        from analyzer.policy.configuration import Configuration

        return Configuration(source, self._known)

    def _source(self, file: Path, base: str, root: Path | None) -> Source:
        """The configuration in ``file``, which has to lie below ``root`` once links are followed."""
        display = display_path(file, self._cwd)
        if root is not None and not is_inside(real(file), root):
            raise ConfigError([f"{display}: a symbolic link that leads out of {display_path(root, self._cwd)}"])
        return read_source(file, display, base)


def read_central(file: str, cwd: Path, known: Known) -> Central:
    """The central waiver file ``file``; its globs over templates are relative to the working directory ``cwd``.

    Raises:
        ConfigError: it cannot be read, or is not well-formed.
    """
    from analyzer.policy.configuration import central

    return central(read_source(cwd / file, file, "."), known)


def read_source(file: Path, display: str, base: str) -> Source:
    """A YAML, JSON or TOML file as data.

    Raises:
        ConfigError: it cannot be read.
    """
    from analyzer.sources.document import Document

    try:
        data = read_document(file, display)
        if file.name.endswith(".toml"):
            return _source(display, base, _toml(data, display))
        document = Document(data, display)
    except InputError as error:
        raise ConfigError([str(error)]) from error
    doubled = [str(warning) for warning in document.warnings]
    if doubled:
        raise ConfigError(doubled)

    def line(pointer: str) -> int | None:
        position = document.position(pointer)
        return None if position is None else position.line

    return _source(display, base, document.value, line)


def _source(display: str, base: str, content: Any, line: Callable[[str], int | None] | None = None) -> Source:
    from analyzer.policy.configuration import Source

    return Source(display, base, content, line or _no_line)


def _no_line(pointer: str) -> None:
    """TOML is parsed without positions."""


def _upwards(folder: Path) -> Iterator[Path]:
    """``folder`` and the folders above it, up to the root of the repository, or of the file system."""
    for above in (folder, *folder.parents):
        yield above
        if exists(above / ".git"):
            return


def _root(folder: Path) -> Path:
    """The root of the repository around ``folder``; the folder itself where there is none."""
    top = list(_upwards(folder))[-1]
    return top if exists(top / ".git") else folder


def _excludes(glob: str, path: Path, base: Path) -> bool:
    return path != base and is_inside(path, base) and covers(exclusion(glob), path.relative_to(base).as_posix())


def _project_table(file: Path, display: str) -> Any:
    """``[tool.stackproof]`` of a ``pyproject.toml``; None where there is none."""
    if not is_regular_file(file):
        return None
    try:
        data = read_document(file, display)
    except InputError as error:
        raise ConfigError([str(error)]) from error
    if not any(mark in data.translate(None, b" \t\"'") for mark in _TABLE_MARKS):
        return None
    tool = _toml(data, display).get("tool")
    return tool.get(TABLE) if isinstance(tool, dict) else None


def _toml(data: bytes, display: str) -> dict[str, Any]:
    import tomllib

    try:
        return {key: _plain(value) for key, value in tomllib.loads(data.decode("utf-8-sig")).items()}
    except (ValueError, RecursionError) as error:  # ValueError: not TOML, or not UTF-8
        reason = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise ConfigError([f"{display}: {reason}"]) from error


def _plain(value: Any) -> Any:
    """TOML has dates of its own, where YAML and JSON have text."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case date():
            return value.isoformat()
        case _:
            return value
