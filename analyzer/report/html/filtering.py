"""The form that narrows what the page lists. Hidden until the script, without which it could do nothing, shows it."""

from __future__ import annotations

from collections import Counter

from analyzer.judgement import Severity
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Html, element
from analyzer.report.html.section import badge
from analyzer.report.sanitize import visible

MOST_NAME = 60


def filter_form(contents: Contents) -> Html | None:
    """None where nothing is listed."""
    result = contents.result
    found = [*result.findings, *result.baselined, *(each.finding for each in result.waived)]
    graded = Counter(finding.severity.label for finding in found)
    graded.update(contents.rules[u.rule_id].severity.label for u in result.unknown if u.rule_id in contents.rules)
    statuses = (
        ("failed", "failed", len(result.findings)),
        ("unknown", "undecided", len(result.unknown)),
        ("waived", "waived", len(result.waived)),
        ("baselined", "baselined", len(result.baselined)),
    )
    shown = [(kind, label) for kind, label, count in statuses if count]
    if not shown:
        return None
    severities = [(s.label, s.label) for s in sorted(Severity, reverse=True) if graded[s.label]]
    gate = element("label", element("input", type="checkbox", id="gate"), " only what stops the run")
    return element(
        "form",
        _search(),
        _stack(contents),
        _boxes("Severity", "s", severities),
        _boxes("Status", "t", shown) if len(shown) > 1 else None,
        element("div", gate if result.findings else None, class_="last"),
        element("p", element("span", role="status", id="shown"), " ", element("button", "Show all", type="reset")),
        role="search",
        aria_label="Filter findings",
        hidden=True,
        id="filter",
    )


def _search() -> Html:
    field = element("input", type="search", id="q", autocomplete="off", placeholder="rule, resource, stack, file, text")
    return element("label", element("span", "Search"), field, for_="q", class_="search")


def _stack(contents: Contents) -> Html | None:
    if len(contents.stacks) < 2:
        return None
    options = [
        element("option", visible(stack, most=MOST_NAME), value=str(number))
        for stack, number in contents.stacks.items()
    ]
    chosen = element("select", element("option", "all", value=""), options, id="stack")
    return element("label", element("span", "Stack"), chosen, for_="stack", class_="choice")


def _boxes(legend: str, name: str, kinds: list[tuple[str, str]]) -> Html:
    boxes = [
        element(
            "label",
            element("input", type="checkbox", name=name, value=kind, checked=True),
            " ",
            badge(kind, label),
        )
        for kind, label in kinds
    ]
    return element("fieldset", element("legend", legend), boxes)
