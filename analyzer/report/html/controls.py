"""What the judgements say of each control: contradicted, supported, or neither. One table a framework."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from analyzer.data.controls import BASES, Control, controls_of, frameworks, frameworks_in_order, in_order
from analyzer.policy.result import Result
from analyzer.records import dataclass
from analyzer.report.counts import count_of
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Child, Html, element, joined, link
from analyzer.report.html.section import Section, figure, table
from analyzer.report.rule_groups import judged

_KINDS = ("contradicts", "supports", "undecided", "waived", "baselined", "not evaluated")


@dataclass(frozen=True, slots=True)
class _Row:
    """A control, the rules that bear on it, and how many judgements of theirs there are of each kind."""

    id: str
    rules: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def outcome(self) -> str:
        """The first of the kinds that there is any of; a single finding outweighs every pass."""
        order = ("contradicts", "not evaluated", "undecided", "waived", "baselined", "supports")
        counted = dict(zip(_KINDS, self.counts, strict=True))
        return next((kind for kind in order if counted[kind]), "nothing judged")


def controls(contents: Contents) -> Section | None:
    """None where no rule names a control."""
    result = contents.result
    bearing: dict[str, dict[str, list[str]]] = {}
    for rule in result.rules:
        for framework, control in rule.controls:
            bearing.setdefault(framework, {}).setdefault(control, []).append(rule.id)
    if not bearing:
        return None
    order = frameworks_in_order(bearing)
    count = _counter(result)
    blocks = [_framework(key, _rows(bearing[key], count), contents) for key in order]
    total = sum(len(bearing[key]) for key in order)
    note = element(
        "p",
        "A finding contradicts a control and a pass supports it; neither says by itself whether the control is met. "
        "Controls that no rule bears on are not listed.",
    )
    return Section("controls", "By control", "Controls", joined(note, blocks, _bases()), total)


def _counter(result: Result) -> Callable[[Iterable[str]], tuple[int, ...]]:
    """Counts the judgements of rules, one number for each of :data:`_KINDS`."""
    by_kind = judged(result)
    return lambda rules: tuple(sum(kind[rule] for rule in rules) for kind in by_kind)


def _rows(bearing: Mapping[str, list[str]], count: Callable[[Iterable[str]], tuple[int, ...]]) -> list[_Row]:
    return [_Row(control, tuple(rules), count(rules)) for control, rules in bearing.items()]


def _framework(key: str, rows: list[_Row], contents: Contents) -> Html:
    """One framework, folded; the line that is always seen says how its controls fare."""
    known = frameworks().get(key)
    about: dict[str, dict[str, Control]] = {}
    for rule in {rule for row in rows for rule in row.rules}:
        for control in controls_of(rule):
            if control.framework == key:
                about.setdefault(control.id, {})[rule] = control
    rows = sorted(rows, key=lambda row: in_order(row.id))
    shown = [number for number in range(len(_KINDS)) if number < 4 or any(row.counts[number] for row in rows)]
    cells = [
        [
            _named(row.id, about.get(row.id, {})),
            *(figure(row.counts[number]) for number in shown),
            _bearing(row, about.get(row.id, {}), contents),
        ]
        for row in rows
    ]
    title = f"{known.name}, {known.version}" if known and known.version else known.name if known else key
    heads = ["Control", *(_KINDS[number] for number in shown), "rules and basis"]
    counted = table(f"Judgements by control of {title}", heads, cells, numbers=range(1, len(shown) + 1))
    outcomes = Counter(row.outcome for row in rows)
    fares = ", ".join(f"{outcomes[each]} {word}" for each, word in _WORDS.items() if outcomes[each])
    summary = element(
        "summary",
        element("b", title),
        " ",
        element("span", f"{count_of(len(rows), 'control')}: {fares}", class_="muted"),
    )
    published = element("p", "Published at ", link(known.url), class_="muted") if known else None
    return element("details", summary, published, counted, class_="group")


_WORDS = {
    "contradicts": "contradicted",
    "not evaluated": "not evaluated",
    "undecided": "undecided",
    "waived": "waived",
    "baselined": "baselined",
    "supports": "only supported",
    "nothing judged": "without a judgement",
}


def _named(identifier: str, about: Mapping[str, Control]) -> list[Child]:
    title = next((control.title for control in about.values()), "")
    return [element("b", identifier), " ", element("span", title)]


def _bearing(row: _Row, about: Mapping[str, Control], contents: Contents) -> list[Child]:
    """The rules by the basis of their mapping, each group with the sign of its basis."""
    by_basis: dict[str, list[str]] = {}
    for rule in row.rules:
        by_basis.setdefault(about[rule].basis if rule in about else "", []).append(rule)
    told: list[Child] = []
    for basis in [*BASES, ""]:
        if basis in by_basis:
            sign = element("span", basis, class_="kind") if basis else "the rule's own"
            told += [contents.rule_ids(by_basis[basis]), " ", sign, " "]
    return told


def _bases() -> Html:
    told = [[element("dt", element("span", key, class_="kind")), element("dd", words)] for key, words in BASES.items()]
    return joined(element("p", "What a mapping rests on:"), element("dl", told, class_="facts"))
