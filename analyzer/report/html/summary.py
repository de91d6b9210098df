"""What came out: tiles, the stacks as a picture, and a table by stack; and what each stack has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import field

from analyzer.picture.graph import Family, Picture
from analyzer.picture.sketch import Sketch
from analyzer.policy.result import Finding
from analyzer.records import dataclass, replace
from analyzer.report import outcomes
from analyzer.report.counts import count_of
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Child, Html, element, joined, name
from analyzer.report.html.section import Section, badge, figure, table

MOST_OVERVIEWS = 6
"""Applications whose stacks are drawn in one page."""
MOST_SUBJECTS = 12
"""Resources of one rule that a stack names; the findings name all."""


_SECTIONS = {
    "unknown": "undecided",
    "waived": "waived",
    "baselined": "baselined",
    "incomplete": "not-evaluated",
    "passed": "passed",
}
"""The section that a tile leads to, by its kind; those of severities lead to the findings."""


def summary(contents: Contents) -> Section:
    """Tiles, one per severity and outcome, the overview, and a table by stack."""
    shown = [_tile(*tile) for tile in outcomes.tiles(contents.result)]
    body = joined(element("ul", shown, class_="tiles"), _overviews(contents), _by_stack(contents))
    return Section("summary", "Summary", "Summary", body)


def _tile(kind: str, label: str, count: int) -> Html:
    inside = joined(element("span", f"{count:,}", class_="figure"), badge(kind, label))
    held = element("a", inside, href=f"#{_SECTIONS.get(kind, 'findings')}") if count else element("div", inside)
    return element("li", held, class_=f"tile {kind}{'' if count else ' none'}")


# --- the stacks as a picture ------------------------------------------------------------------------------


def _overviews(contents: Contents) -> Html | None:
    drawn = [(given.path, given.picture) for given in contents.result.inputs if given.picture is not None]
    shown = [_overview(path, sketch, contents) for path, sketch in drawn[:MOST_OVERVIEWS]]
    more = len(drawn) - MOST_OVERVIEWS
    rest = f"{count_of(more, 'more application')} of several stacks: stackproof graph --kind stacks draws them."
    return joined(*shown, element("p", rest, class_="muted") if more > 0 else None) if shown else None


def _overview(path: str, sketch: Sketch, contents: Contents) -> Html | None:
    """The picture of one application, with what was found written into its boxes."""
    picture = sketch()
    if not picture.nodes and picture.description:
        return element("p", f"The picture of {path} {picture.description}", class_="muted")
    return contents.figures.of(lambda: _graded(picture, contents), heading=f"{picture.title}: {path}")


def _graded(picture: Picture, contents: Contents) -> Picture:
    """The boxes of stacks with how many findings each has, red where one stops the run."""
    result = contents.result
    by_stack: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_stack.setdefault(finding.stack, []).append(finding)
    nodes = []
    for node in picture.nodes:
        found = by_stack.get(node.name, []) if node.family is Family.STACK else []
        box = replace(node, kind=_told(found)) if found else node
        nodes.append(replace(box, marked=any(map(result.stops, found))))
    stopped = any(node.marked for node in nodes)
    caption = f"Thick and red: something stops the run. {picture.caption}" if stopped else picture.caption
    return replace(picture, nodes=tuple(nodes), caption=caption)


def _told(found: Sequence[Finding]) -> str:
    """``2 critical, 13 lower``."""
    worst = max(finding.severity for finding in found)
    count = sum(finding.severity is worst for finding in found)
    more = len(found) - count
    return f"{count} {worst.label}, {more} lower" if more else f"{count} {worst.label}"


# --- by stack ---------------------------------------------------------------------------------------------


def _by_stack(contents: Contents) -> Html:
    heads, counted = outcomes.by_stack(contents.result)
    several = len(contents.stacks) > 1
    rows = [
        [
            element("a", name(stack), href=f"#s-{contents.stacks[stack]}") if several else name(stack),
            *map(figure, counts),
        ]
        for stack, counts in counted
    ]
    return table("Judgements by stack", ["Stack", *heads], rows, numbers=range(1, len(heads) + 1))


@dataclass(slots=True)
class _Held:
    """What one stack has: findings with their status by rule, and how many subjects are undecided or passed."""

    found: dict[str, list[tuple[str, Finding]]] = field(default_factory=dict)
    undecided: int = 0
    passed: int = 0


def stacks(contents: Contents) -> Section | None:
    """What each stack has, rule by rule; None where there is one."""
    if len(contents.stacks) < 2:
        return None
    result = contents.result
    held = {stack: _Held() for stack in contents.stacks}
    listed = [("failed", each) for each in result.findings]
    listed += [("waived", each.finding) for each in result.waived] + [("baselined", each) for each in result.baselined]
    for status, finding in listed:
        held[finding.stack].found.setdefault(finding.rule_id, []).append((status, finding))
    for question in result.unknown:
        held[question.stack].undecided += 1
    for each in result.passed:
        for stack, _ in each.subjects:
            held.setdefault(stack, _Held()).passed += 1
    blocks = [_stack(stack, number, held[stack], contents) for stack, number in contents.stacks.items()]
    return Section("stacks", "By stack", "Stacks", joined(*blocks), len(contents.stacks))


def _stack(stack: str, number: int, held: _Held, contents: Contents) -> Html:
    failed = [finding for entries in held.found.values() for status, finding in entries if status == "failed"]
    graded = Counter(finding.severity for finding in failed)
    badges = [[badge(s.label, f"{graded[s]} {s.label}"), " "] for s in outcomes.SEVERITIES if graded[s]]
    ranked = sorted(held.found.items(), key=lambda pair: (-max(each.severity for _, each in pair[1]), pair[0]))
    rows = [_by_rule(rule_id, entries, contents) for rule_id, entries in ranked]
    rest = f"{count_of(held.undecided, 'open question')}, {count_of(held.passed, 'judgement')} passed."
    narrow = _narrowing(number) if failed else None
    return element(
        "details",
        element("summary", element("b", name(stack)), " ", badges or element("span", "no finding", class_="muted")),
        element("p", rest, " ", narrow),
        table(f"What {stack} has", ["Rule", "gravest", "resources"], rows) if rows else None,
        class_="group",
        id=f"s-{number}",
    )


def _narrowing(number: int) -> Html:
    """For the script; without it the link leads to all findings."""
    return element("a", "Show only this stack below", href="#findings", class_="screen", data_only=str(number))


def _by_rule(rule_id: str, entries: list[tuple[str, Finding]], contents: Contents) -> list[Child]:
    shown: list[Child] = [_linked(status, finding, contents) for status, finding in entries[:MOST_SUBJECTS]]
    more = len(entries) - MOST_SUBJECTS
    if more > 0:
        shown.append(element("span", f"and {more:,} more", class_="muted"))
    worst = max((finding for _, finding in entries), key=lambda finding: finding.severity)
    return [contents.rule(rule_id, worst.slug), badge(worst.severity.label), shown]


def _linked(status: str, finding: Finding, contents: Contents) -> Html:
    """A resource with the link to its finding, and what excuses it."""
    place, resource = contents.place_of(finding), name(finding.resource)
    word = [" ", badge(status)] if status != "failed" else None
    if place and word is None:
        return joined(element("a", resource, href=f"#{place}", class_="item"), " ")
    return element("span", element("a", resource, href=f"#{place}") if place else resource, word, " ", class_="item")
