"""Which comments of a file say something: not those that only switch a tool off."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable

from analyzer.records import dataclass

_DIRECTIVE = re.compile(
    r"^(?:eslint|tslint|@ts-|prettier-|cspell|istanbul|c8 |v8 |jscpd|biome-|sonar|nosonar|webpack|noqa\b|nosec\b|type:|"
    r"pylint:|pyright:|mypy:|ruff:|isort:|fmt:|flake8|pragma:|checkov:|cfn_nag|semgrep|nosemgrep|region\b|endregion\b|"
    r"-\*-|!/|<reference)",
    re.I,
)
_REASON = re.compile(r"\s(?:--\s|#)(.+)", re.S)
_MARKS = " \t\r\n/*#!<>-="
_HEAD = 300
"""How much of a comment is looked at for a tool's directive."""

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment: its lines, its text with marks, and whether nothing else stands on its lines."""

    first: int
    last: int
    text: str
    alone: bool


def says_something(text: str) -> bool:
    """Whether a comment explains, rather than draw a line or switch a tool off without a word."""
    words = text.strip(_MARKS)
    if _DIRECTIVE.match(words):
        reason = _REASON.search(words[:_HEAD])
        return reason is not None and _WORD.search(reason[1]) is not None
    return _WORD.search(words) is not None


def lines_of(remarks: Iterable[Remark]) -> tuple[frozenset[int], frozenset[int]]:
    """The lines with a comment that says something, and those of them that hold nothing else."""
    telling = [remark for remark in remarks if says_something(remark.text)]
    every = {line for remark in telling for line in range(remark.first, remark.last + 1)}
    alone = {line for remark in telling if remark.alone for line in range(remark.first, remark.last + 1)}
    return frozenset(every), frozenset(alone)


def python_remarks(text: str) -> list[Remark]:
    """The comments of a Python file that was parsed without an error."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                alone = not token.line[: token.start[1]].strip()
                found.append(Remark(token.start[0], token.start[0], token.string, alone))
    except (tokenize.TokenError, SyntaxError):
        return found
    return found
