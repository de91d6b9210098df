"""What reports with pages tell of controls, framework by framework: which rules bear on each, and what they judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from analyzer.data.controls import BASES, Control, controls_of, frameworks, frameworks_in_order, in_order
from analyzer.policy.controls import chosen, of_data
from analyzer.policy.result import Result
from analyzer.report.rule_groups import Judged, judged

KINDS = ("contradicts", "supports", "undecided", "waived", "baselined", "not evaluated")
"""What a judgement says of a control, in the order of :class:`analyzer.report.rule_groups.Judged`."""

NOT_MET = "A finding contradicts a control and a pass supports it; neither says by itself whether the control is met."

_ALWAYS = KINDS[:4]
_GRAVEST_FIRST = ("contradicts", "not evaluated", "undecided", "waived", "baselined", "supports")


class Bearing(NamedTuple):
    """A control. ``rules`` are those of the run that bear on it, each with its mapping, None for one of a rule that the
    data do not know; ``counts`` how many judgements of each kind these rules made."""

    id: str
    rules: Mapping[str, Control | None]
    counts: Mapping[str, int]
    contradicted_by: Sequence[str]

    @property
    def title(self) -> str:
        """What the control is about; empty where the data do not know it."""
        return next((control.title for control in self.rules.values() if control), "")

    @property
    def basis(self) -> str:
        """The surest of what the mappings rest on, a key of :data:`BASES`; empty where the data know of none."""
        found = {control.basis for control in self.rules.values() if control}
        return next((basis for basis in BASES if basis in found), "")

    @property
    def outcome(self) -> str:
        """The gravest of the kinds that there is any of; a single finding outweighs every pass."""
        return next((kind for kind in _GRAVEST_FIRST if self.counts[kind]), "nothing judged")


class Framework(NamedTuple):
    """A framework with its controls in their order. ``url`` is empty for one that the data do not know."""

    title: str
    url: str
    controls: Sequence[Bearing]

    @property
    def kinds(self) -> Sequence[str]:
        """The columns of its table: the two rarest kinds have one only where there is any of them."""
        return [kind for kind in KINDS if kind in _ALWAYS or any(each.counts[kind] for each in self.controls)]


def by_control(result: Result) -> Iterator[Framework]:
    """The frameworks of which rules of the run bear on controls; nothing where no rule names a control."""
    rules: dict[str, dict[str, list[str]]] = {}
    loaded = [(rule.id, rule.controls) for rule in result.rules]
    unneeded = [(rule_id, chosen(of_data(rule_id), result)) for rule_id in result.unneeded]
    for rule_id, controls in sorted([*loaded, *unneeded]):
        for framework, control in controls:
            rules.setdefault(framework, {}).setdefault(control, []).append(rule_id)
    counts = judged(result)
    for key in frameworks_in_order(rules):
        known = frameworks().get(key)
        title = ", ".join(filter(None, (known.name, known.version))) if known else key
        bearing = [_bearing(key, control, rules[key][control], counts) for control in sorted(rules[key], key=in_order)]
        yield Framework(title, known.url if known else "", bearing)


def _bearing(framework: str, control: str, rules: Sequence[str], counts: Judged) -> Bearing:
    counted = {kind: sum(count[rule] for rule in rules) for kind, count in zip(KINDS, counts, strict=True)}
    mapped = {rule: _mapping(rule, framework, control) for rule in rules}
    return Bearing(control, mapped, counted, [rule for rule in rules if counts.failed[rule]])


def _mapping(rule: str, framework: str, control: str) -> Control | None:
    return next((each for each in controls_of(rule) if (each.framework, each.id) == (framework, control)), None)
