"""Globs over paths: of files, of constructs, of stacks (``Prod/Documents``).

``*``, ``?`` and ``[…]`` stay within one name, ``**`` stands for any number of names. Letter case counts. Time is
bounded by the product of the two lengths, whatever the pattern: it may come from the repository under test.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

ANY = "**"
_MAGIC = re.compile(r"[*?\[]")


def matches(pattern: str, path: str) -> bool:
    """Whether ``pattern`` matches all of ``path``."""
    return _match(_names(pattern), _names(path))


def covers(pattern: str, path: str) -> bool:
    """Whether ``pattern`` matches ``path`` or something that it lies beneath."""
    return _match([*_names(pattern), ANY], _names(path))


def exclusion(glob: str) -> str:
    """The pattern that an exclude means: without a slash it is a name at any depth."""
    return glob if "/" in glob.rstrip("/") else f"{ANY}/{glob}"


def literal(text: str) -> str:
    """The pattern that matches ``text`` only."""
    return _MAGIC.sub(lambda magic: f"[{magic[0]}]", text)


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def _match(pattern: list[str], names: list[str]) -> bool:
    """Greedy, and back to the last ``**`` only: an earlier one need never take more than it has."""
    at = name = 0
    resume: tuple[int, int] | None = None
    while name < len(names):
        if at < len(pattern) and pattern[at] == ANY:
            resume = at, name
            at += 1
        elif at < len(pattern) and fnmatchcase(names[name], pattern[at]):
            at, name = at + 1, name + 1
        elif resume is not None:
            resume = resume[0], resume[1] + 1
            at, name = resume[0] + 1, resume[1]
        else:
            return False
    return all(rest == ANY for rest in pattern[at:])
