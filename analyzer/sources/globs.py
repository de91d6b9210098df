"""Glob patterns that never follow a link to a folder, so that they end, and never enter folders of packages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer.sources.reading import exists, is_folder
from analyzer.sources.walking import entries, is_assembly, skip_reason

_MAGIC = re.compile(r"[*?\[]")


def is_glob(pattern: str) -> bool:
    """Whether ``pattern`` has wildcards."""
    return _MAGIC.search(pattern) is not None


def expand(pattern: str, cwd: Path) -> Iterator[Path]:
    """What ``pattern`` matches, sorted by folder; ``**`` stands for any number of folders. Names with a
    leading dot are matched only by patterns that begin with one."""
    path = Path(pattern)
    start = Path(path.anchor) if path.anchor else cwd
    parts = path.parts[1:] if path.anchor else path.parts
    # A second ** in a row matches nothing more and would walk every folder again.
    once = tuple(part for part, before in zip(parts, ("", *parts), strict=False) if (part, before) != ("**", "**"))
    yield from dict.fromkeys(_expand(start, once))


def _expand(folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    if not parts:
        yield folder
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _expand(folder, rest)
        for child in _children(folder):
            if is_folder(child) and _enters(folder, child):
                yield from _expand(child, parts)
    elif not is_glob(first):
        if exists(folder / first):
            yield from _expand(folder / first, rest)
    else:
        for child in _children(folder):
            if _matches(child.name, first) and (not rest or is_folder(child)):
                yield from _expand(child, rest)


def _enters(folder: Path, child: Path) -> bool:
    """Whether ``**`` looks into ``child``: assets, the other folders of an assembly, are no inputs."""
    if child.name.startswith(".") or skip_reason(child) is not None:
        return False
    return is_assembly(child) or not is_assembly(folder)


def _matches(name: str, pattern: str) -> bool:
    return (not name.startswith(".") or pattern.startswith(".")) and fnmatchcase(name, pattern)


def _children(folder: Path) -> Iterator[Path]:
    try:
        yield from entries(folder)
    except OSError:
        return
