"""Builds HTML so that nothing from the input can become markup: plain strings are escaped wherever they are put."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from analyzer.report.sanitize import visible

MOST_NAME = 400

_VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Html(str):
    """Text that is markup already; only this package makes it."""

    __slots__ = ()


Child = str | None | Iterable["Child"]


def element(tag: str, *children: Child, **attributes: str | bool | int | None) -> Html:
    """``<tag>``. Plain strings among the children are escaped; None is left out. ``class_`` and ``data_x`` stand for
    ``class`` and ``data-x``; True is an attribute without a value, None and False are no attribute."""
    opening = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{opening}>")
    return Html(f"<{tag}{opening}>{joined(*children)}</{tag}>")


def joined(*children: Child) -> Html:
    """The children one after another, plain strings escaped."""
    return Html("".join(_flat(children)))


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str):
            yield text(child)
        elif child is not None:
            yield from _flat(child)


def text(value: str) -> Html:
    """A string of the input as text of the page: controls made visible, markup escaped."""
    return Html(escape(visible(value)))


def name(value: str) -> Html:
    """A name from the input, kept apart from the direction of the text around it where it can have another: thousands
    of elements that do nothing make a page slow."""
    shown = visible(value, most=MOST_NAME)
    return Html(escape(shown)) if shown.isascii() else element("bdi", shown)


def code(value: str, **attributes: str) -> Html:
    """A name or a piece of code in a fixed-width font."""
    return element("code", name(value), **attributes)


def link(address: str, label: str | None = None) -> Html:
    """A link to an https page; anything else stays text."""
    if not re.fullmatch(r"https://[^\s\"'<>\\]+", address):
        return text(label or address)
    shown = label or address.removeprefix("https://")
    return element("a", shown, href=address, rel="noreferrer noopener")


def anchor(kind: str, identifier: str) -> str:
    """A fragment name made of letters, digits, ``-`` and ``_`` only."""
    return f"{kind}-{re.sub('[^A-Za-z0-9_-]', '_', identifier)[:80]}"


def _attribute(name: str, value: str | bool | int | None) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(visible(str(value)))}"'
