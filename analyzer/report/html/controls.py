"""What the judgements say of each control: contradicted, supported, or neither. One table a framework."""

from __future__ import annotations

from collections import Counter

from analyzer.data.controls import BASES
from analyzer.report.control_groups import NOT_MET, Bearing, Framework, by_control
from analyzer.report.counts import count_of
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Child, Html, element, joined, link
from analyzer.report.html.section import Section, figure, table

_FARES = {
    "contradicts": "contradicted",
    "not evaluated": "not evaluated",
    "undecided": "undecided",
    "waived": "waived",
    "baselined": "baselined",
    "supports": "only supported",
    "nothing judged": "without a judgement",
}


def controls(contents: Contents) -> Section | None:
    """None where no rule names a control."""
    told = list(by_control(contents.result))
    if not told:
        return None
    note = element("p", f"{NOT_MET} Controls that no rule bears on are not listed.")
    blocks = [_framework(framework, contents) for framework in told]
    total = sum(len(framework.controls) for framework in told)
    return Section("controls", "By control", "Controls", joined(note, blocks, _bases()), total)


def _framework(framework: Framework, contents: Contents) -> Html:
    """One framework, folded; the line that is always seen says how its controls fare."""
    kinds = framework.kinds
    cells = [
        [_named(each), *(figure(each.counts[kind]) for kind in kinds), _bearing(each, contents)]
        for each in framework.controls
    ]
    heads = ["Control", *kinds, "rules and basis"]
    caption = f"Judgements by control of {framework.title}"
    counted = table(caption, heads, cells, numbers=range(1, len(kinds) + 1))
    outcomes = Counter(each.outcome for each in framework.controls)
    fares = ", ".join(f"{outcomes[each]} {word}" for each, word in _FARES.items() if outcomes[each])
    summary = element(
        "summary",
        element("b", framework.title),
        " ",
        element("span", f"{count_of(len(framework.controls), 'control')}: {fares}", class_="muted"),
    )
    published = element("p", "Published at ", link(framework.url), class_="muted") if framework.url else None
    return element("details", summary, published, counted, class_="group")


def _named(control: Bearing) -> list[Child]:
    return [element("b", control.id), " ", element("span", control.title)]


def _bearing(control: Bearing, contents: Contents) -> list[Child]:
    """The rules by the basis of their mapping, each group with the sign of its basis."""
    by_basis: dict[str, list[str]] = {}
    for rule, mapping in control.rules.items():
        by_basis.setdefault(mapping.basis if mapping else "", []).append(rule)
    told: list[Child] = []
    for basis in [*BASES, ""]:
        if basis in by_basis:
            sign = element("span", basis, class_="kind") if basis else "the rule's own"
            told += [contents.rule_ids(by_basis[basis]), " ", sign, " "]
    return told


def _bases() -> Html:
    told = [[element("dt", element("span", key, class_="kind")), element("dd", words)] for key, words in BASES.items()]
    return joined(element("p", "What a mapping rests on:"), element("dl", told, class_="facts"))
