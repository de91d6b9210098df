"""Text laid out in terminal columns: display width, wrapping, colour."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judgement import Severity

_RESET = "\x1b[0m"
_STYLES = {
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
    "red": "\x1b[31m",
    "green": "\x1b[32m",
    "yellow": "\x1b[33m",
    "blue": "\x1b[34m",
    "magenta": "\x1b[35m",
    "cyan": "\x1b[36m",
}
_SEVERITY_STYLE = {
    Severity.CRITICAL: ("bold", "magenta"),
    Severity.HIGH: ("bold", "red"),
    Severity.MEDIUM: ("bold", "yellow"),
    Severity.LOW: ("bold", "cyan"),
    Severity.INFO: ("bold", "blue"),
}
_SYMBOLS = {
    "critical": ("✖", "!!"),
    "high": ("▲", "!"),
    "medium": ("●", "*"),
    "low": ("○", "o"),
    "info": ("·", "-"),
    "undecided": ("?", "?"),
    "passed": ("✔", "+"),
    "rule": ("─", "-"),
    "bar": ("│", "|"),
    "corner": ("╭─", "+-"),
    "underline": ("━", "^"),
}


class Display:
    """What the terminal can show: colour and symbols, or neither."""

    def __init__(self, *, colour: bool, symbols: bool) -> None:
        self._colour = colour
        self._symbols = symbols

    def paint(self, text: str, *styles: str) -> str:
        """``text`` in the named styles, where there is colour."""
        if not self._colour or not text:
            return text
        return "".join(_STYLES[style] for style in styles) + text + _RESET

    def severity(self, severity: Severity, text: str) -> str:
        """``text`` in the colour of ``severity``; the word itself must be in the text for those who see none."""
        return self.paint(text, *_SEVERITY_STYLE[severity])

    def severity_style(self, severity: Severity) -> tuple[str, ...]:
        """The names of the styles of ``severity``."""
        return _SEVERITY_STYLE[severity]

    def symbol(self, name: str) -> str:
        """A sign by its name, in ASCII where nothing else can be shown."""
        return _SYMBOLS[name][0 if self._symbols else 1]


def width_of(text: str) -> int:
    """How many terminal columns ``text`` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0
        if combining(character) or character in "\u200b\u200c\u200d\ufe0f"
        else 1 + (east_asian_width(character) in "WF")
        for character in text
    )


def wrap(text: str, width: int | None, *, first: str = "", rest: str = "") -> Iterator[str]:
    """The lines of ``text``, the first behind ``first`` and the others behind ``rest``, broken at spaces so that
    they fit ``width`` columns. A word is never broken: paths and ARNs stay whole."""
    if width is None:
        yield first + text
        return
    line, used = first, width_of(first)
    fresh = True
    for word in text.split(" "):
        size = width_of(word)
        if not fresh and used + 1 + size > width:
            yield line
            line, used, fresh = rest, width_of(rest), True
        line, used = (line + word, used + size) if fresh else (f"{line} {word}", used + 1 + size)
        fresh = False
    yield line
