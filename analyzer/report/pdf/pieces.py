"""The pieces that the document is made of, as plain data for the template ``report.typ``.

Nothing of an input is ever markup: the template gets strings and shows them. Running text is a list of pieces, each
``{kind: text}`` with kind ``text``, ``code``, ``strong``, ``muted``, ``badge`` or ``link``; a block is ``{kind: …}``,
with the kinds that the template lists. Functions take plain strings of the input as well, and make them legible once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from analyzer.report import prose
from analyzer.report.sanitize import MOST_CHARACTERS, visible

Block = dict[str, Any]
Piece = str | dict[str, Any]
Running = list[dict[str, Any]]
Row = list[Running]

MOST_ROWS = 1_000
"""Of one table. Nobody reads more on paper."""

BREAK = "\u200b"
"""Where a line may end inside a word; the template puts a space of no width there, so that copied text has none."""

_LONGEST_WORD = 16
_LONG = re.compile(rf"\S{{{_LONGEST_WORD},}}")
_SEAM = re.compile(r"(?<=[/.\-_,=&?@#)|])(?=\w)|(?<=:)(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])")
_PICTURES = re.compile(r"[\u2400-\u2421]")
_ILLEGIBLE = re.compile(
    r"[^\x20-\x7e\u00a0-\u00ac\u00ae-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff\u0531-\u0556"
    r"\u0561-\u0587\u05d0-\u05ea\u0621-\u063a\u0641-\u0652\u1e00-\u1eff\u1f00-\u1f15\u2010-\u2027\u2030-\u203f"
    r"\u20a0-\u20b5\u2190-\u22ff\u2500-\u25ff\u2713-\u2717\u27e8\u27e9]"
)
"""What the fonts that come with typst may not hold (as of 0.15.2), and what they hold that nobody would see."""


def words(text: str, *, most: int = MOST_CHARACTERS) -> str:
    """``text`` on one line, in characters that the fonts hold: others are code points. Long words may break."""
    shown = _ILLEGIBLE.sub(_code_point, _PICTURES.sub(_control, visible(text, most=most)))
    return _LONG.sub(lambda match: _breakable(match[0]), shown)


def plain(text: str) -> Piece:
    """Running text."""
    return {"text": words(text)}


def code(text: str) -> Piece:
    """A name, or a piece of code."""
    return {"code": words(text)}


def strong(text: str) -> Piece:
    """What stands out."""
    return {"strong": words(text)}


def muted(text: str) -> Piece:
    """What stands back."""
    return {"muted": words(text)}


def number(count: int) -> Piece:
    """A count; 0 stands back."""
    return f"{count:,}" if count else muted("0")


def badge(kind: str, label: str | None = None) -> Piece:
    """A word with its sign and colour; ``kind`` is a severity or an outcome."""
    return {"badge": label or kind, "kind": kind}


def link(address: str, label: str | None = None) -> Piece:
    """A link to an https page; anything else is shown as text."""
    shown = label or address.removeprefix("https://")
    return {"link": words(shown), "to": address} if re.fullmatch(r"https://[\x21-\x7e]+", address) else plain(shown)


def running(*pieces: Piece) -> Running:
    """Running text."""
    return [{"text": words(piece)} if isinstance(piece, str) else piece for piece in pieces if piece]


def heading(level: int, *pieces: Piece, page: bool = False) -> Block:
    """A heading; those of level 1 and 2 stand in the table of contents. ``page``: on a page of its own."""
    return {"heading": running(*pieces), "level": level, "page": page}


def paragraph(*pieces: Piece) -> Block:
    """A paragraph."""
    return {"paragraph": running(*pieces)}


def lead(*pieces: Piece) -> Block:
    """A paragraph that belongs to the heading above it: they stay on one page with the beginning of what follows."""
    return {"lead": running(*pieces)}


def facts(pairs: Iterable[tuple[str, Sequence[Piece]]]) -> Block:
    """Terms and what is to be said of each; those of which nothing is are left out."""
    return {"facts": [[term, running(*told)] for term, told in pairs if told]}


def row(*cells: Piece | Sequence[Piece]) -> Row:
    """A row of a table; a cell is one piece, or running text."""
    return [running(cell) if isinstance(cell, str | dict) else running(*cell) for cell in cells]


def table(caption: str, heads: Sequence[str], widths: Sequence[str], rows: Sequence[Row]) -> Block:
    """A table. ``widths``: ``auto`` (as wide as it needs), ``number`` (the same, on the right) or a share of the rest
    as ``2fr``. At most :data:`MOST_ROWS` rows are shown, and how many more there are."""
    shown = list(rows[:MOST_ROWS])
    more = len(rows) - len(shown)
    note = f"{more:,} more: see the CSV or JSON report." if more else ""
    return {
        "table": caption,
        "heads": [words(head) for head in heads],
        "widths": list(widths),
        "rows": shown,
        "note": note,
    }


def documentation(markdown: str) -> list[Block]:
    """A section of a rule's documentation."""
    return [_documented(block) for block in prose.blocks(markdown)]


def _documented(block: prose.Block) -> Block:
    match block:
        case prose.Fenced(lines):
            return {"listing": [words(line.expandtabs(4)) for line in lines]}
        case prose.Listing(ordered, items):
            return {"list": [_inline(item) for item in items], "ordered": ordered}
        case prose.Table(heads, rows):
            width = max(map(len, (heads, *rows)), default=0)
            filled = [[_inline(cell) for cell in row] + [[]] * (width - len(row)) for row in rows]
            named = ["".join(piece.text for piece in cell) for cell in heads] + [""] * (width - len(heads))
            return table("", named, ["1fr"] * width, filled)
        case prose.Paragraph(title, told):
            heading = [*(strong(piece.text) for piece in title), *([plain(" ")] if title else [])]
            return paragraph(*heading, *_inline(told))


def remedy(markdown: str) -> Running:
    """A sentence of a rule's documentation, without links: somebody else may have written it."""
    return running(
        *(
            code(piece.text) if isinstance(piece, prose.Code) else plain(_address(piece))
            for piece in prose.inline(markdown)
        )
    )


def _address(piece: prose.Words | prose.Code | prose.Link) -> str:
    return f"{piece.text} ({piece.address})" if isinstance(piece, prose.Link) else piece.text


def _inline(pieces: prose.Inline) -> Running:
    return running(*(_piece(piece) for piece in pieces))


def _piece(piece: prose.Words | prose.Code | prose.Link) -> Piece:
    match piece:
        case prose.Code(shown):
            return code(shown)
        case prose.Link(label, address):
            return link(address, label)
        case prose.Words(shown):
            return plain(shown)


def _breakable(word: str) -> str:
    parts = _SEAM.split(word)
    return BREAK.join(piece for part in parts for piece in _slices(part))


def _slices(part: str) -> Iterable[str]:
    return (part[start : start + _LONGEST_WORD] for start in range(0, len(part), _LONGEST_WORD))


def _code_point(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


def _control(match: re.Match[str]) -> str:
    """The control that a picture stands for, as the fonts have no such pictures."""
    shown = ord(match[0]) - 0x2400
    return f"⟨U+{0x7F if shown == 0x21 else shown:04X}⟩"
