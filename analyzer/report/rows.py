"""A result as rows, one per rule and subject: what tables and test reports are made of.

Formats that list every judgement read this, so that none of them can count differently from another.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from analyzer.policy.result import (
    OURS,
    Attested,
    Finding,
    InputProblem,
    Location,
    NotEvaluated,
    Passed,
    Result,
    RuleInfo,
    SourceLine,
    Undecided,
    Waived,
)
from analyzer.records import dataclass


class Status(StrEnum):
    """What came of a rule on a subject."""

    FAIL = "fail"
    BASELINED = "baselined"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    NOT_EVALUATED = "not_evaluated"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Row:
    """One judgement. ``group`` is the stack; for what was not evaluated the application, for what was not read the
    path. ``text`` is the message, what is needed, or why it failed to run; ``file`` and ``line`` are where a person
    would change it. ``rule_id`` is empty for an input that was not read."""

    status: Status
    rule_id: str
    slug: str
    title: str
    severity: str
    group: str
    subject: str
    subject_type: str
    construct_path: str
    text: str
    controls: tuple[tuple[str, str], ...] = ()
    file: str = ""
    line: int | None = None
    template: str = ""
    finding: Finding | None = None
    waived: Waived | None = None

    @property
    def fingerprint(self) -> str:
        """That of the finding; empty where there is none."""
        return "" if self.finding is None else self.finding.fingerprint


def rows(result: Result) -> Iterator[Row]:
    """All rows, those that call for attention first, each kind in the order of the result."""
    about = {rule.id: rule for rule in result.rules}
    vouched = {(each.rule_id, each.stack, each.resource): each for each in result.attested}
    yield from (_failed(found, Status.FAIL, found.message) for found in result.findings)
    yield from (_not_evaluated(failure, about.get(failure.rule_id)) for failure in result.not_evaluated)
    yield from (_unread(problem) for problem in result.problems)
    yield from (_undecided(question, about.get(question.rule_id)) for question in result.unknown)
    yield from (_failed(each.finding, Status.WAIVED, each.reason, each) for each in result.waived)
    yield from (_failed(found, Status.BASELINED, found.message) for found in result.baselined)
    for passed in result.passed:
        yield from _passed(passed, about.get(passed.rule_id), vouched)


def place(finding: Finding) -> tuple[str, int | None]:
    """The file and line of a finding that a person would open: the CDK source if it is here, else the template or
    handler."""
    return _place(finding.source, finding.location, finding.template or "")


def read_more(finding: Finding) -> str:
    """Where its rule is explained: by our own command, for a companion's at an address; empty where nowhere."""
    if finding.tool == OURS:
        return f"stackproof explain {finding.rule_id}"
    return finding.references[0] if finding.references else ""


def _place(source: SourceLine | None, location: Location | None, otherwise: str = "") -> tuple[str, int | None]:
    if source is not None and (source.is_here or not (location or otherwise)):
        return source.file, source.line
    if location is not None:
        return location.file, location.line
    return otherwise, None


def _failed(found: Finding, status: Status, text: str, waived: Waived | None = None) -> Row:
    file, line = place(found)
    return Row(
        status=status,
        rule_id=found.rule_id,
        slug=found.slug,
        title=found.title,
        severity=found.severity.label,
        group=found.stack,
        subject=found.resource,
        subject_type=found.resource_type,
        construct_path=found.construct_path or "",
        text=text,
        controls=found.controls,
        file=file,
        line=line,
        template=found.template or "",
        finding=found,
        waived=waived,
    )


def _undecided(question: Undecided, rule: RuleInfo | None) -> Row:
    file, line = _place(question.source, question.location)
    return Row(
        Status.UNKNOWN,
        question.rule_id,
        *_about(rule),
        group=question.stack,
        subject=question.resource,
        subject_type=question.resource_type,
        construct_path=question.construct_path or "",
        text=question.needs,
        controls=rule.controls if rule else (),
        file=file,
        line=line,
    )


def _passed(passed: Passed, rule: RuleInfo | None, vouched: dict[tuple[str, str, str], Attested]) -> Iterator[Row]:
    for stack, logical_id in passed.subjects:
        word = vouched.get((passed.rule_id, stack, logical_id))
        yield Row(
            Status.PASS,
            passed.rule_id,
            *_about(rule),
            group=stack,
            subject=logical_id,
            subject_type=word.resource_type if word else "",
            construct_path=(word.construct_path or "") if word else "",
            text=f"{word.statement} {word.owner}: {word.reason} ({word.origin})" if word else "",
            controls=rule.controls if rule else (),
        )


def _not_evaluated(failure: NotEvaluated, rule: RuleInfo | None) -> Row:
    return Row(
        Status.NOT_EVALUATED,
        failure.rule_id,
        *_about(rule),
        group=failure.application,
        subject=failure.application,
        subject_type="",
        construct_path="",
        text=failure.reason,
        controls=rule.controls if rule else (),
    )


def _unread(problem: InputProblem) -> Row:
    return Row(
        Status.NOT_EVALUATED,
        rule_id="",
        slug="",
        title="The input was not read, or only in part",
        severity="",
        group=problem.path,
        subject=problem.path,
        subject_type="",
        construct_path="",
        text=problem.reason,
        file=problem.path,
        line=problem.line,
    )


def _about(rule: RuleInfo | None) -> tuple[str, str, str]:
    """Slug, title and the rule's own severity; empty for a rule that the result does not describe."""
    return ("", "", "") if rule is None else (rule.slug, rule.title, rule.severity.label)


def stacks_of(result: Result) -> tuple[str, ...]:
    """The name of every stack that anything is told of, once, those of the inputs first."""
    found = [*result.findings, *result.baselined, *(each.finding for each in result.waived)]
    named = [stack for given in result.inputs for stack in given.stacks]
    return tuple(dict.fromkeys([*named, *(each.stack for each in found), *(each.stack for each in result.unknown)]))
