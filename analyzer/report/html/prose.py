"""The documentation of rules as HTML."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.report import prose as told
from analyzer.report.html.markup import Html, element, joined, link, text
from analyzer.report.prose import sections as sections


def prose(markdown: str) -> Html:
    """Blocks of Markdown."""
    return joined(*map(_block, told.blocks(markdown)))


def inline(markdown: str) -> Html:
    """Running text with code spans and https links."""
    return _inline(told.inline(markdown))


def _block(block: told.Block) -> Html:
    match block:
        case told.Fenced(lines, language):
            code = element("pre", element("code", _lines(lines)), tabindex=0)
            label = element("figcaption", language)
            return element("figure", label, code, class_="listing") if language else code
        case told.Table(heads, rows):
            return _table(heads, rows)
        case told.Listing(ordered, items):
            return element("ol" if ordered else "ul", [element("li", _inline(item)) for item in items])
        case told.Paragraph(heading, words):
            return element("p", element("strong", _inline(heading)) if heading else None, _inline(words))


def _inline(pieces: told.Inline) -> Html:
    return joined(*map(_piece, pieces))


def _piece(piece: told.Words | told.Code | told.Link) -> Html:
    match piece:
        case told.Code(code):
            return element("code", code)
        case told.Link(label, address):
            return link(address, label)
        case told.Words(words):
            return text(words)


def _lines(lines: Iterable[str]) -> Html:
    return Html("\n".join(text(line) for line in lines))


def _table(heads: Iterable[told.Inline], rows: Iterable[Iterable[told.Inline]]) -> Html:
    heading = element("tr", [element("th", _inline(cell), scope="col") for cell in heads])
    body = [element("tr", [element("td", _inline(cell)) for cell in row]) for row in rows]
    table = element("table", element("thead", heading), element("tbody", body))
    return element("div", table, class_="scroll", tabindex=0)
