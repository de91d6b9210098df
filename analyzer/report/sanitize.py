"""Makes strings of the input harmless: one function per place they are written to.

Templates and code come from anybody. A logical id may hold escape sequences that repaint a terminal, bidirectional
controls that reorder a line, or Markdown that becomes a link.
"""

from __future__ import annotations

import re

MOST_CHARACTERS = 2_000

_CONTROL_PICTURES = 0x2400
_DELETE_PICTURE = "\u2421"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|@~!])")
_LINKED = re.compile(r"(?<=[@#])(?=\w)|(?<=://)|(?<=www\.)|(?<=\bGH-)", re.IGNORECASE)
_NOT_XML = re.compile("[\ufffe\uffff]")
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def visible(text: str, *, most: int = MOST_CHARACTERS) -> str:
    """``text`` on one line, every control shown as a picture or a code point, cut after ``most`` characters."""
    if len(text) > most:
        text = f"{text[:most]}… ({len(text) - most} more)"
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_picture, " ".join(text.splitlines()) if "\n" in text else text)


def terminal(text: str) -> str:
    """Text for a terminal: :func:`visible`."""
    return visible(text)


def source_line(text: str, *, tab: int = 4) -> str:
    """A quoted line of source for a terminal: tabs to stops every ``tab`` columns, other controls visible."""
    return visible(text.expandtabs(tab))


def markdown(text: str) -> str:
    """Text for running Markdown: nothing in it is markup, a mention or a link."""
    return _MARKDOWN.sub(r"\\\1", visible(text))


def markdown_code(text: str) -> str:
    """Text as a Markdown code span, fenced by more backticks than it holds in a row."""
    shown = visible(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[:1] in ("`", " ") or shown[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_comment(text: str) -> str:
    """Text for a comment on GitHub or GitLab: as :func:`markdown`, and no mention, reference or bare address becomes
    a link. These are looked for after Markdown is rendered, so only a character in between (here one of no width)
    keeps them apart."""
    return _MARKDOWN.sub(r"\\\1", _LINKED.sub("\u200b", visible(text))).replace("&", "&amp;")


def xml(text: str) -> str:
    """Text that XML 1.0 can hold. The writer of the document escapes what is markup."""
    return _NOT_XML.sub("\ufffd", visible(text))


def csv_cell(text: str) -> str:
    """Text for one cell, which a spreadsheet shall not take for a formula."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(text) else shown


def workflow_message(text: str) -> str:
    """The message of a GitHub workflow command."""
    return visible(text).replace("%", "%25")


def workflow_property(text: str) -> str:
    """The value of a property of a GitHub workflow command."""
    return workflow_message(text).replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: str) -> str:
    """Text for a SARIF message, where square brackets would make a link."""
    return re.sub(r"([\\\[\]])", r"\\\1", visible(text))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return _DELETE_PICTURE
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"⟨U+{code:04X}⟩"
