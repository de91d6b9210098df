"""What reports with pages count first: judgements of each kind, of the whole run and by stack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from analyzer.judgement import Severity
from analyzer.policy.result import Result
from analyzer.report.rows import stacks_of

SEVERITIES = tuple(sorted(Severity, reverse=True))
"""The gravest first."""


class Tile(NamedTuple):
    """How many findings of a severity, or judgements of another outcome, there are. ``kind`` is that of the badge."""

    kind: str
    label: str
    number: int


def tiles(result: Result) -> list[Tile]:
    """One for each severity and outcome, also where there is nothing of it."""
    severities = Counter(finding.severity for finding in result.findings)
    return [
        *(Tile(each.label, each.label, severities[each]) for each in SEVERITIES),
        Tile("unknown", "undecided", len(result.unknown)),
        Tile("waived", "waived", len(result.waived)),
        Tile("baselined", "baselined", len(result.baselined)),
        Tile("incomplete", "not evaluated", len(result.not_evaluated)),
        Tile("passed", "passed", sum(len(each.subjects) for each in result.passed)),
    ]


class ByStack(NamedTuple):
    """A table: ``heads`` of the columns with numbers, and for each stack its name and numbers."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


def by_stack(result: Result) -> ByStack:
    """The judgements of every stack. What the baseline knows has a column only where there is a baseline."""
    failed = Counter((each.stack, each.severity) for each in result.findings)
    others = {
        "undecided": Counter(each.stack for each in result.unknown),
        "waived": Counter(each.finding.stack for each in result.waived),
        "baselined": Counter(each.stack for each in result.baselined),
        "passed": Counter(stack for each in result.passed for stack, _ in each.subjects),
    }
    if not others["baselined"]:
        del others["baselined"]
    heads = [*(each.label for each in SEVERITIES), *others]
    return ByStack(
        heads,
        [
            (stack, [*(failed[stack, each] for each in SEVERITIES), *(counts[stack] for counts in others.values())])
            for stack in stacks_of(result)
        ],
    )
