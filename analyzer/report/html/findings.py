"""The findings, grouped by rule: why and how to mend once for each rule, subject and proof for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.policy.result import OURS, Finding, RuleInfo
from analyzer.report.counts import count_of
from analyzer.report.framework_groups import Group
from analyzer.report.html.contents import Contents
from analyzer.report.html.finding import entry
from analyzer.report.html.markup import Html, anchor, element, joined, link
from analyzer.report.html.prose import prose, sections
from analyzer.report.html.section import Section, badge, no_fit, rule_label
from analyzer.report.rule_groups import by_rule

MOST_FINDINGS = 5_000
"""Browsers grow slow beyond this; then each rule shows its first findings and says how many more there are."""

_EXPLAINED = ("What it checks", "Why it fails", "Fix", "Limits")


def findings_section(contents: Contents) -> Section:
    """One block a rule, the gravest first; then what CDK adds by itself."""
    result = contents.result
    if not result.findings:
        nothing = element("p", "No rule found a failure in what it examined. See what is undecided and what passed.")
        return Section("findings", "Findings", "Findings", nothing, 0)
    rules, added, most = by_rule(result.findings, MOST_FINDINGS)
    passed = {each.rule_id: len(each.subjects) for each in result.passed}
    blocks = [_rule(found, most, passed.get(rule_id, 0), contents) for rule_id, found in rules]
    blocks += [_added(group, most, contents) for group in added]
    return Section("findings", "Findings", "Findings", joined(no_fit(), *blocks), len(result.findings))


def _rule(found: Sequence[Finding], most: int, passed: int, contents: Contents) -> Html:
    first = found[0]
    examined = f", {passed:,} passed" if first.tool == OURS else f" of {first.tool}"  # others tell no passes
    counts = f"{count_of(len(found), 'finding')}{examined}"
    block = RuleBlock(found, counts, contents)
    return block.html([entry(each, contents) for each in found[:most]], _left(len(found) - most, "of this rule"))


class RuleBlock:
    """What ``found`` of one rule have in common: its name, title, counts, and why and how to mend where that is not on
    the page already."""

    def __init__(self, found: Sequence[Finding], counts: str, contents: Contents) -> None:
        first = found[0]
        self._fragment = contents.give_rule(first.rule_id)
        label = rule_label(first.rule_id, first.slug) if self._fragment else contents.rule(first.rule_id, first.slug)
        self._header = element(
            "header",
            element("h3", badge(max(each.severity for each in found).label), " ", label),
            element("p", first.title, "."),
            element("p", counts, class_="muted"),
        )
        self._about = explained(first.rule_id, first.references, contents) if self._fragment else None

    def html(self, entries: Sequence[Html], rest: Html | None = None) -> Html:
        """The block with its entries."""
        return element("article", self._header, self._about, entries, rest, class_="rule", id=self._fragment)


def _added(group: Group, most: int, contents: Contents) -> Html:
    """What CDK adds by itself, folded: a reader can only change what makes it do so."""
    worst = badge(max(each.severity for each in group.findings).label)
    counts = element("span", f"{count_of(len(group.findings), 'finding')} in {group.stack}", class_="muted")
    explanations = []
    for first in {each.rule_id: each for each in group.findings}.values():
        name = contents.give_rule(first.rule_id)
        if name is not None:
            heading = element(
                "p", rule_label(first.rule_id, first.slug), ": ", first.title, ".", id=name, class_="named"
            )
            explanations += [heading, explained(first.rule_id, first.references, contents)]
    return element(
        "details",
        element("summary", worst, " ", element("b", group.heading), " ", counts),
        element("p", "Nobody wrote these resources; they change with what makes CDK add them.", class_="muted"),
        explanations,
        [entry(each, contents) for each in group.findings[:most]],
        _left(len(group.findings) - most, "with this cause"),
        class_="rule",
    )


def _left(count: int, words: str) -> Html | None:
    if count <= 0:
        return None
    told = f"{count_of(count, 'more finding')} {words}: see the CSV, JSON or SARIF report."
    return element("p", told, class_="cut")


def explained(rule_id: str, references: Sequence[str], contents: Contents) -> Html | None:
    """What a rule checks, why that fails, how to mend it, its limits, controls and references; None where nothing is
    known of it."""
    info = contents.rules.get(rule_id)
    told = sections(info.help) if info is not None else {}
    wanted = [heading for heading in _EXPLAINED if told.get(heading)]
    body = [[element("h4", heading), prose(told[heading])] for heading in wanted]
    links = [element("li", link(address)) for address in references]
    named = _controls(info) if info is not None else []
    if not body and not links and not named:
        return None
    contents.explained.add(rule_id)
    return element(
        "details",
        element("summary", "Why this fails, how to mend it, limits" if body else "Controls and references"),
        body,
        [element("h4", "Controls"), element("ul", named)] if named else None,
        [element("h4", "References"), element("ul", links)] if links else None,
        class_="about",
        id=f"{anchor('r', rule_id)}-about",
    )


def _controls(info: RuleInfo) -> list[Html]:
    from analyzer.data.controls import frameworks

    named: dict[str, list[str]] = {}
    for framework, control in info.controls:
        named.setdefault(framework, []).append(control)
    known = frameworks()
    return [
        element("li", f"{known[key].name if key in known else key}: {', '.join(controls)}")
        for key, controls in named.items()
    ]
