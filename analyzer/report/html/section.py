"""One section of the page, and the pieces that several sections are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from analyzer.policy.result import Location, SourceLine
from analyzer.records import dataclass
from analyzer.report.html.markup import Child, Html, code, element, joined, name

SIGNS = {
    "critical": "◆",
    "high": "▲",
    "medium": "●",
    "low": "○",
    "info": "·",
    "failed": "✕",
    "unknown": "?",
    "waived": "⊘",
    "baselined": "⊘",
    "passed": "✓",
    "incomplete": "!",
}
"""Stands beside the word and the style of the border, so that nothing is told by colour alone."""


@dataclass(frozen=True, slots=True)
class Section:
    """``short`` is its name in the navigation, with ``count`` behind it (None: nothing to count)."""

    identifier: str
    title: str
    short: str
    body: Html
    count: int | None = None


def badge(kind: str, label: str | None = None) -> Html:
    """A word with its sign: a severity or an outcome."""
    sign = element("span", SIGNS[kind], aria_hidden="true")
    return element("span", sign, " ", label or kind, class_=f"badge {kind}")


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], numbers: Collection[int] = ()) -> Html:
    """A table that scrolls inside its own box; the first cell of each row names it. ``numbers`` are the columns, from
    0, that hold figures."""
    kinds = ["n" if number in numbers else None for number in range(len(heads))]
    heading = element("tr", [element("th", head, scope="col", class_=k) for head, k in zip(heads, kinds, strict=True)])
    body = [
        element(
            "tr",
            element("th", first, scope="row"),
            [element("td", cell, class_=kind) for cell, kind in zip(rest, kinds[1:], strict=True)],
        )
        for first, *rest in rows
    ]
    inner = element("table", element("caption", caption), element("thead", heading), element("tbody", body))
    return element("div", inner, class_="scroll", tabindex=0, role="group", aria_label=caption)


def figure(count: int) -> Html:
    """A count; 0 is muted."""
    return element("span", f"{count:,}", class_=None if count else "zero")


def no_fit() -> Html:
    """What a section says when the filter hides all its entries."""
    return element("p", "Nothing here fits the filter.", class_="muted nofit", hidden=True)


def rule_label(rule_id: str, slug: str) -> Html:
    """A rule by id and name."""
    return element("span", element("b", rule_id), " ", slug, class_="rule-name")


def where(location: Location | None, **attributes: str) -> Html | None:
    """A place as ``file:line:column``."""
    return None if location is None else code(f"{location.file}:{location.line}:{location.column}", **attributes)


def source_line(line: SourceLine | None) -> Html | None:
    """A line of CDK source."""
    return None if line is None else code(f"{line.file}:{line.line}")


def subject(stack: str, resource: str) -> Html:
    """A resource with the stack it is in."""
    return joined(name(resource), element("span", " in ", name(stack), class_="muted"))
