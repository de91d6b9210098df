"""What reports with pages tell rule by rule: the findings, then what CDK adds by itself, and how many judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from analyzer.policy.result import Finding, Result
from analyzer.report.framework_groups import Group, apart


class ByRule(NamedTuple):
    """``rules`` are pairs of a rule id and its findings on what somebody wrote, the gravest first; ``most`` is how many
    findings of each rule, and of each group of ``added``, are shown."""

    rules: Sequence[tuple[str, Sequence[Finding]]]
    added: Sequence[Group]
    most: int


def by_rule(findings: Sequence[Finding], limit: int) -> ByRule:
    """The groups of ``findings``. All are shown, or of more than ``limit`` the same number in each group."""
    own, added = apart(findings)
    rules: dict[str, list[Finding]] = {}
    for finding in own:
        rules.setdefault(finding.rule_id, []).append(finding)
    most = len(findings)
    if most > limit:
        most = max(limit // (len(rules) + len(added)), 1)
    return ByRule(sorted(rules.items(), key=_gravest_first), added, most)


def _gravest_first(rule: tuple[str, Sequence[Finding]]) -> tuple[int, str]:
    rule_id, found = rule
    return -max(finding.severity for finding in found), rule_id


class Judged(NamedTuple):
    """How many judgements of each kind a rule made, by its id."""

    failed: Counter[str]
    passed: Counter[str]
    unknown: Counter[str]
    waived: Counter[str]
    baselined: Counter[str]
    not_evaluated: Counter[str]


def judged(result: Result) -> Judged:
    """The judgements of every rule."""
    return Judged(
        Counter(each.rule_id for each in result.findings),
        Counter({each.rule_id: len(each.subjects) for each in result.passed}),
        Counter(each.rule_id for each in result.unknown),
        Counter(each.finding.rule_id for each in result.waived),
        Counter(each.rule_id for each in result.baselined),
        Counter(each.rule_id for each in result.not_evaluated),
    )
