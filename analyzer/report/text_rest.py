"""What a report for people says beside the findings: undecided, waived, passed, not evaluated, not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.policy.result import Result, Undecided
from analyzer.report.counts import counted
from analyzer.report.display import Display, wrap
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.sanitize import terminal

MOST_NAMES = 4
MOST_NEEDS = 3


class Rest:
    """The sections after the findings, each with a heading, none where there is nothing to say."""

    def __init__(self, result: Result, display: Display, options: ReportOptions) -> None:
        self._result = result
        self._display = display
        self._options = options
        self._verbose = options.verbosity is Verbosity.VERBOSE
        self._slugs = {rule.id: rule.slug for rule in result.rules}

    def lines(self) -> Iterator[str]:
        """All sections, each behind an empty line."""
        yield from self._section("Undecided: these need a value that is not in the input", self._undecided())
        yield from self._section("Waived", self._waived())
        yield from self._section("Waivers to look at", self._waiver_notes())
        yield from self._section("Passed by attestation", self._attested())
        yield from self._section("Not evaluated: the result is incomplete", self._not_evaluated())
        yield from self._section("Not read", self._problems())
        yield from self._section("Read, but doubtful", self._warnings())
        if self._verbose:
            yield from self._section("Passed", self._passed())
            yield from self._section("Not taken as input", self._passed_over())

    def _section(self, heading: str, entries: Iterable[str]) -> Iterator[str]:
        first = True
        for entry in entries:
            if first:
                yield ""
                yield self._display.paint(heading, "bold")
                first = False
            indent = "  " + " " * (len(entry) - len(entry.lstrip()))
            yield from wrap(terminal(entry.lstrip()), self._options.width, first=indent, rest=indent + "  ")

    def _undecided(self) -> Iterator[str]:
        by_rule: dict[str, dict[str, list[Undecided]]] = {}
        for open_question in self._result.unknown:
            by_rule.setdefault(open_question.rule_id, {}).setdefault(open_question.needs, []).append(open_question)
        for rule_id, by_need in by_rule.items():
            subjects = sum(map(len, by_need.values()))
            yield f"{self._display.symbol('undecided')} {self._rule(rule_id)}: {counted(subjects, 'subject')}"
            most = len(by_need) if self._verbose else MOST_NEEDS
            for needs, questions in list(by_need.items())[:most]:
                yield f"  needs {needs} ({self._names([question.resource for question in questions])})"
            if len(by_need) > most:
                yield f"  and {len(by_need) - most} more (-v shows all)"

    def _waived(self) -> Iterator[str]:
        for waived in self._result.waived:
            until = f", until {waived.expires}" if waived.expires else ""
            owner = f", {waived.owner}" if waived.owner else ""
            finding = waived.finding
            yield f"{finding.rule_id} {finding.resource}: {waived.reason} ({waived.origin}{owner}{until})"

    def _waiver_notes(self) -> Iterator[str]:
        for note in self._result.waiver_notes:
            yield f"{note.text} ({note.origin})"

    def _attested(self) -> Iterator[str]:
        for attested in self._result.attested:
            vouched = f"{attested.owner}: {attested.reason} ({attested.origin})"
            yield f"{self._rule(attested.rule_id)} on {attested.resource}: {attested.statement} {vouched}"

    def _not_evaluated(self) -> Iterator[str]:
        for failure in self._result.not_evaluated:
            yield f"{self._rule(failure.rule_id)} on {failure.application}: {failure.reason}"

    def _problems(self) -> Iterator[str]:
        for problem in self._result.problems:
            yield f"{problem.place}: {problem.reason}"

    def _warnings(self) -> Iterator[str]:
        for given in self._result.inputs:
            most = len(given.warnings) if self._verbose else MOST_NEEDS
            yield from (f"{warning.place}: {warning.reason}" for warning in given.warnings[:most])
            if len(given.warnings) > most:
                yield f"and {len(given.warnings) - most} more in {given.path} (-v shows all)"

    def _passed(self) -> Iterator[str]:
        for passed in self._result.passed:
            names = self._names([logical_id for _, logical_id in passed.subjects])
            yield f"{self._display.symbol('passed')} {self._rule(passed.rule_id)}: {names}"

    def _passed_over(self) -> Iterator[str]:
        for skipped in self._result.passed_over:
            yield f"{skipped.path}: {skipped.reason}"

    def _rule(self, rule_id: str) -> str:
        return f"{rule_id} {self._slugs.get(rule_id, '')}".rstrip()

    def _names(self, names: list[str]) -> str:
        unique = list(dict.fromkeys(names))
        most = len(unique) if self._verbose else MOST_NAMES
        more = f" and {len(unique) - most} more" if len(unique) > most else ""
        return ", ".join(unique[:most]) + more
