"""The Markdown that rule documentation is written in, as HTML: headings, paragraphs, lists, tables, code. Whatever
else it holds stays text, so documentation of rules from elsewhere is harmless too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from analyzer.report.html.markup import Html, element, joined, link, text

_INLINE = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\[(?P<label>[^\]]+)\]\((?P<target>https://[^)\s]+)\)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) +")


def sections(documentation: str) -> dict[str, str]:
    """The text under each ``## heading``, by heading; what stands before the first is left out."""
    parts = re.split(r"^## +(.+)$", documentation, flags=re.MULTILINE)
    return {heading.strip(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def prose(markdown: str) -> Html:
    """Blocks of Markdown."""
    return joined(*_blocks(markdown.splitlines()))


def inline(markdown: str) -> Html:
    """Running text with code spans and https links."""
    pieces: list[Html] = []
    end = 0
    for match in _INLINE.finditer(markdown):
        pieces.append(text(markdown[end : match.start()]))
        if match["code"] is not None:
            pieces.append(element("code", match["code"].strip() or match["code"]))
        else:
            pieces.append(link(match["target"], match["label"]))
        end = match.end()
    return joined(*pieces, text(markdown[end:]))


def _blocks(lines: list[str]) -> Iterator[Html]:
    position = 0
    while position < len(lines):
        line = lines[position]
        if not line.strip():
            position += 1
            continue
        block = list(_block(lines[position:]))
        position += len(block)
        yield _rendered(line, block)
        if line.startswith("```"):
            position += 1  # the closing fence


def _block(lines: list[str]) -> Iterable[str]:
    """The lines of the block that begins with the first."""
    first, rest = lines[0], lines[1:]
    if first.startswith("```"):
        return [first, *takewhile(lambda line: not line.startswith("```"), rest)]
    return [first, *takewhile(lambda line: bool(line.strip()) and not line.startswith("```"), rest)]


def _rendered(first: str, block: list[str]) -> Html:
    if first.startswith("```"):
        return element("pre", element("code", _lines(block[1:])), tabindex=0)
    if first.startswith("|"):
        return _table(block)
    if _ITEM.match(first):
        return element("ol" if first[0].isdigit() else "ul", [element("li", inline(item)) for item in _items(block)])
    if first.startswith("#"):
        return element("p", element("strong", inline(first.lstrip("# "))), inline(" ".join(block[1:])))
    return element("p", inline(" ".join(line.strip() for line in block)))


def _lines(lines: Iterable[str]) -> Html:
    return Html("\n".join(text(line) for line in lines))


def _items(block: list[str]) -> list[str]:
    items: list[str] = []
    for line in block:
        match = _ITEM.match(line)
        if match:
            items.append(line[match.end() :])
        else:
            items[-1] += f" {line.strip()}"
    return items


def _table(block: list[str]) -> Html:
    head, *rows = (_cells(line) for line in block if not re.fullmatch(r"[|\s:-]+", line))
    heading = element("tr", [element("th", inline(cell), scope="col") for cell in head])
    body = [element("tr", [element("td", inline(cell)) for cell in row]) for row in rows]
    table = element("table", element("thead", heading), element("tbody", body))
    return element("div", table, class_="scroll", tabindex=0)


def _cells(line: str) -> list[str]:
    """The cells of a row; a ``|`` inside a code span or behind a backslash does not end one."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    cells = re.findall(r"((?:`[^`]*`|\\\||[^|])*)(?:\||$)", inner)
    return [cell.strip().replace("\\|", "|") for cell in (cells[:-1] if len(cells) > 1 and not cells[-1] else cells)]
