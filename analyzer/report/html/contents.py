"""What the sections of one page share: names of fragments, numbers of stacks, rules, pictures, lines of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from analyzer.policy.result import Finding, Result, RuleInfo
from analyzer.report.html.figures import Figures
from analyzer.report.html.markup import Html, anchor, element
from analyzer.report.html.section import rule_label
from analyzer.report.options import ReadLine
from analyzer.report.rows import stacks_of


class Contents:
    """One page on its way. Fragment names are given once each: a second finding with a fingerprint gets an ordinal."""

    def __init__(self, result: Result, read_line: ReadLine) -> None:
        self.result = result
        self.read_line = read_line
        self.figures = Figures()
        asked = (rule for companion in result.companions for rule in companion.rules)
        self.rules: dict[str, RuleInfo] = {rule.id: rule for rule in (*result.rules, *asked)}
        self.stacks = {name: number for number, name in enumerate(stacks_of(result))}
        self._given: Counter[str] = Counter()
        self._findings: dict[int, str] = {}
        self._rules: set[str] = set()
        self.explained: set[str] = set()
        """The rules whose reasons and remedy are on the page."""

    def give(self, finding: Finding) -> str:
        """The fragment name of a finding that is put onto the page."""
        base = anchor("f", finding.fingerprint)
        self._given[base] += 1
        name = base if self._given[base] == 1 else f"{base}-{self._given[base]}"
        self._findings[id(finding)] = name
        return name

    def place_of(self, finding: Finding) -> str | None:
        """The fragment name of a finding; None where it is not on the page."""
        return self._findings.get(id(finding))

    def give_rule(self, rule_id: str) -> str | None:
        """The fragment name of a rule that is explained on the page; None where it was given before."""
        if rule_id in self._rules:
            return None
        self._rules.add(rule_id)
        return anchor("r", rule_id)

    def rule(self, rule_id: str, slug: str = "") -> Html:
        """A rule by id and name, linked to where it is explained on the page."""
        info = self.rules.get(rule_id)
        label = rule_label(rule_id, slug or (info.slug if info else ""))
        return element("a", label, href=f"#{anchor('r', rule_id)}") if rule_id in self._rules else label

    def rule_ids(self, rule_ids: Iterable[str]) -> list[Html | str]:
        """Rules by id only, each linked, with commas between."""
        listed: list[Html | str] = []
        for rule_id in rule_ids:
            linked = rule_id in self._rules
            listed += [element("a", rule_id, href=f"#{anchor('r', rule_id)}") if linked else rule_id, ", "]
        return listed[:-1]
