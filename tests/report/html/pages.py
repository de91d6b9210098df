"""The page as a browser reads it: elements with their attributes, and the text."""

from __future__ import annotations

from html.parser import HTMLParser

from analyzer.policy.result import Result
from analyzer.report.html.page import render
from analyzer.report.options import ReportOptions

VOID = {"br", "hr", "input", "link", "meta"}


class Page(HTMLParser):
    """Every element with its attributes and the text inside; fails where tags do not nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = data
        else:
            self.words += data

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]

    def of(self, tag: str, class_: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.elements if t == tag and class_ in (a.get("class") or "").split()]


def page_of(given: Result, options: ReportOptions | None = None) -> Page:
    return Page(render(given, options=options or ReportOptions()))
