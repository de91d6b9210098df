"""How wide text is, by a table and not by the fonts of a machine, so that the same picture has the same bytes.

Advance widths of DejaVu Sans in hundredths of an em, measured from its ``hmtx`` table (version 2.37). Other
system fonts are narrower, so that text never outgrows its box.
"""

from __future__ import annotations

import unicodedata

_WIDTHS = (
    (28, "'ijlIJ"),
    (33, " ,./:;\\|"),
    (36, "f-"),
    (39, "()[]t"),
    (41, "!r"),
    (48, '"*_`'),
    (53, "sz?"),
    (56, "cL"),
    (59, "Fkvxy"),
    (62, "PTYaoe"),
    (64, "ESbdghnpqu$0123456789{}"),
    (69, "KAVBRXZC"),
    (75, "UHNDG"),
    (79, "&OQ"),
    (84, "w#+<=>^~→"),
    (98, "M%mW@…"),
)
_WIDTH_OF = {character: width for width, characters in _WIDTHS for character in characters}
_OTHER, _WIDE = 70, 105
_BOLD = 1.13


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of ``text`` at font size ``size``, in the unit of ``size``."""
    hundredths = sum(_width(character) for character in text)
    return hundredths * size / 100 * (_BOLD if bold else 1)


def shortened(text: str, most: float, size: float, *, bold: bool = False) -> str:
    """``text`` with its middle left out where it is wider than ``most``; both ends tell names apart."""
    if text_width(text, size, bold=bold) <= most:
        return text
    keep = len(text) - 1
    while keep > 2:
        head, tail = (keep + 1) // 2, keep // 2
        short = f"{text[:head]}…{text[-tail:]}"
        if text_width(short, size, bold=bold) <= most:
            return short
        keep -= 1
    return "…"


def wrapped(text: str, most: float, size: float) -> str:
    """``text`` in two lines where it is wider than ``most`` and has a space to part it at, so that both are short."""
    words = text.split(" ")
    if len(words) < 2 or text_width(text, size) <= most:
        return text
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return "\n".join(min(halves, key=lambda pair: widest("\n".join(pair), size)))


def widest(text: str, size: float) -> float:
    """The width of the widest line of ``text``."""
    return max(text_width(line, size) for line in text.split("\n"))


def _width(character: str) -> int:
    known = _WIDTH_OF.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _OTHER
