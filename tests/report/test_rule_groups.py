"""Findings rule by rule, and how many of each are shown."""

from __future__ import annotations

from analyzer.data.controls import frameworks, frameworks_in_order
from analyzer.judgement import Severity
from analyzer.policy.result import FrameworkCause, Passed
from analyzer.report.rule_groups import by_rule, judged
from tests.builders import finding, result

LOW = [finding(rule_id="FM0101", severity=Severity.LOW) for _ in range(3)]
MIXED = [finding(rule_id="FM0202", severity=severity) for severity in (Severity.LOW, Severity.HIGH)]
OTHER = [finding(rule_id="FM0102", severity=Severity.LOW)]
MADE = [finding(rule_id="FM0101", framework=FrameworkCause("log-retention", ("LogRetention",), ()))]


def test_the_gravest_rule_comes_first_and_what_cdk_adds_stands_apart() -> None:
    groups = by_rule([*LOW, *MADE, *MIXED, *OTHER], 100)
    assert groups.rules == [("FM0202", MIXED), ("FM0101", LOW), ("FM0102", OTHER)]
    assert [group.findings for group in groups.added] == [MADE]
    assert groups.most == 7


def test_beyond_the_limit_every_group_shows_as_many() -> None:
    assert by_rule([*LOW, *MADE, *MIXED], 6).most == 6
    assert by_rule([*LOW, *MADE, *MIXED], 5).most == 1
    assert by_rule(LOW * 10, 5).most == 5
    assert by_rule([*LOW, *MADE, *MIXED], 1).most == 1


def test_judgements_are_counted_by_rule() -> None:
    counts = judged(result(findings=LOW, baselined=MIXED, passed=(Passed("FM0101", (("S", "A"), ("S", "B"))),)))
    assert (counts.failed, counts.passed, counts.baselined) == ({"FM0101": 3}, {"FM0101": 2}, {"FM0202": 2})
    assert (counts.unknown, counts.waived, counts.not_evaluated) == ({}, {}, {})


def test_frameworks_of_the_data_come_first_in_its_order() -> None:
    known = list(frameworks())
    assert frameworks_in_order(["zz", known[1], "aa", known[0], known[1]]) == [known[0], known[1], "aa", "zz"]
