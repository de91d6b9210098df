"""The Markdown that rule documentation is written in, taken apart: headings, paragraphs, lists, tables, code. Whatever
else it holds stays text, so documentation of rules from elsewhere is harmless too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

_INLINE = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\[(?P<label>[^\]]+)\]\((?P<target>https://[^)\s]+)\)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) +")

_LANGUAGES = {
    "js": "JavaScript",
    "javascript": "JavaScript",
    "json": "JSON",
    "python": "Python",
    "ts": "TypeScript",
    "typescript": "TypeScript",
    "yaml": "YAML",
}


class Words(NamedTuple):
    """Running text."""

    text: str


class Code(NamedTuple):
    """A code span."""

    text: str


class Link(NamedTuple):
    """A link to an https address."""

    text: str
    address: str


Inline = tuple[Words | Code | Link, ...]


class Paragraph(NamedTuple):
    """``heading`` stands before it, empty for none."""

    heading: Inline
    words: Inline


class Listing(NamedTuple):
    """A list."""

    ordered: bool
    items: tuple[Inline, ...]


class Fenced(NamedTuple):
    """A block of code, line by line. ``language``: as people call what the fence names; empty where it names none."""

    lines: tuple[str, ...]
    language: str = ""


class Table(NamedTuple):
    """A table with a row of headings."""

    heads: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]


Block = Paragraph | Listing | Fenced | Table


def sections(documentation: str) -> dict[str, str]:
    """The text under each ``## heading``, by heading; what stands before the first is left out."""
    parts = re.split(r"^## +(.+)$", documentation, flags=re.MULTILINE)
    return {heading.strip(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a section, in order."""
    lines = markdown.splitlines()
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            position += 1
            continue
        block = list(_lines_of(lines[position:]))
        position += len(block)
        yield _block(line, block)
        if line.startswith("```"):
            position += 1  # the closing fence


def inline(markdown: str) -> Inline:
    """Running text with code spans and https links."""
    pieces: list[Words | Code | Link] = []
    end = 0
    for match in _INLINE.finditer(markdown):
        pieces.append(Words(markdown[end : match.start()]))
        if match["code"] is not None:
            pieces.append(Code(match["code"].strip() or match["code"]))
        else:
            pieces.append(Link(match["label"], match["target"]))
        end = match.end()
    pieces.append(Words(markdown[end:]))
    return tuple(piece for piece in pieces if piece.text)


def _lines_of(lines: list[str]) -> Iterable[str]:
    """The lines of the block that begins with the first."""
    first, rest = lines[0], lines[1:]
    if first.startswith("```"):
        return [first, *takewhile(lambda line: not line.startswith("```"), rest)]
    return [first, *takewhile(lambda line: bool(line.strip()) and not line.startswith("```"), rest)]


def _block(first: str, lines: list[str]) -> Block:
    if first.startswith("```"):
        return Fenced(tuple(lines[1:]), _LANGUAGES.get(first.strip("` "), ""))
    if first.startswith("|"):
        return _table(lines)
    if _ITEM.match(first):
        return Listing(first[0].isdigit(), tuple(inline(item) for item in _items(lines)))
    if first.startswith("#"):
        return Paragraph(inline(first.lstrip("# ")), inline(" ".join(lines[1:])))
    return Paragraph((), inline(" ".join(line.strip() for line in lines)))


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        match = _ITEM.match(line)
        if match:
            items.append(line[match.end() :])
        else:
            items[-1] += f" {line.strip()}"
    return items


def _table(lines: list[str]) -> Table:
    rows = [_cells(line) for line in lines if not re.fullmatch(r"[|\s:-]+", line)]
    return Table(rows[0] if rows else (), tuple(rows[1:]))


def _cells(line: str) -> tuple[Inline, ...]:
    """The cells of a row; a ``|`` inside a code span or behind a backslash does not end one."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    cells = re.findall(r"((?:`[^`]*`|\\\||[^|])*)(?:\||$)", inner)
    kept = cells[:-1] if len(cells) > 1 and not cells[-1] else cells
    return tuple(inline(cell.strip().replace("\\|", "|")) for cell in kept)
