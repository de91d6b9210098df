"""Everything that is neither a failure nor hidden: undecided, waived, baselined, not evaluated, passed, and the limits
of the method."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.policy.result import Finding, Location, Result
from analyzer.report.method import LIMITS, MEANINGS
from analyzer.report.pdf.findings import place
from analyzer.report.pdf.pieces import Block, Piece, badge, code, heading, muted, paragraph, row, running, table
from analyzer.report.waiver_words import signed, until

MOST_NAMES = 40
"""Subjects that are named for each rule that passed."""


def undecided(result: Result) -> Iterator[Block]:
    """What each open question needs."""
    yield heading(1, "Could not be decided", page=True)
    if not result.unknown:
        yield paragraph("Every subject that a rule looked at was decided.")
        return
    yield paragraph(badge("unknown", "undecided"), " These are neither passed nor failed; the input does not tell.")
    rows = [
        row(code(each.rule_id), _subject(each.stack, each.resource), each.needs, _place(each.location))
        for each in result.unknown
    ]
    heads = ("Rule", "subject", "needs", "place")
    yield table("Undecided, and what would decide it", heads, ("auto", "2fr", "3fr", "2fr"), rows)


def waived(result: Result) -> Iterator[Block]:
    """Who waived what, why and until when; and waivers that call for attention."""
    yield heading(1, "Waived")
    if not result.waived:
        yield paragraph("No finding is waived.")
    else:
        rows = [
            row(
                code(each.finding.rule_id),
                badge(each.finding.severity.label),
                _hidden(each.finding),
                each.reason,
                f"{signed(each.owner)}; approved by {signed(each.approver)}",
                until(each.expires, result.as_of),
                each.origin,
            )
            for each in result.waived
        ]
        heads = ["Rule", "severity", "finding", "reason", "owner and approver", "until", "written in"]
        yield table("Waived findings", heads, ("auto", "auto", "3fr", "2fr", "1.5fr", "1fr", "1fr"), rows)
    if result.waiver_notes:
        notes = [row(code(each.rule_id), each.state, each.text, each.origin) for each in result.waiver_notes]
        heads = ["Rule", "state", "what", "written in"]
        yield table("Waivers to look at", heads, ("auto", "auto", "3fr", "2fr"), notes)


def baselined(result: Result) -> Iterator[Block]:
    """Findings that a baseline knows."""
    if not result.baselined:
        return
    yield heading(1, "Known to the baseline")
    rows = [row(code(each.rule_id), badge(each.severity.label), _hidden(each)) for each in result.baselined]
    yield table("Accepted by the baseline", ("Rule", "severity", "finding"), ("auto", "auto", "1fr"), rows)


def not_evaluated(result: Result) -> Iterator[Block]:
    """Rules that broke down."""
    yield heading(1, "Not evaluated")
    if not result.not_evaluated:
        yield paragraph("Every rule was evaluated on every application.")
        return
    rows = [row(code(each.rule_id), code(each.application), each.reason) for each in result.not_evaluated]
    heads = ("Rule", "application", "why")
    yield table("Not evaluated: the result is incomplete", heads, ("auto", "1fr", "2fr"), rows)


def passed(result: Result) -> Iterator[Block]:
    """How many subjects each rule examined without a failure, and which."""
    yield heading(1, "Passed", page=True)
    titles = {rule.id: rule.title for rule in result.rules}
    if not result.passed:
        yield paragraph("Nothing passed.")
    else:
        rows = [
            row(code(each.rule_id), titles.get(each.rule_id, ""), f"{len(each.subjects):,}", _names(each.subjects))
            for each in result.passed
        ]
        heads = ["Rule", "fails where", "passed", "subjects"]
        yield table("", heads, ("auto", "2fr", "number", "3fr"), rows)
    if result.attested:
        vouched = [
            row(code(each.rule_id), _subject(each.stack, each.resource), each.statement, each.owner, each.reason)
            for each in result.attested
        ]
        heads = ["Rule", "subject", "statement", "owner", "reason"]
        widths = ("auto", "2fr", "2fr", "1fr", "2fr")
        yield table("Passed because somebody vouches for it", heads, widths, vouched)


def method() -> Iterator[Block]:
    """What the words mean, and what they do not."""
    yield heading(1, "Method and limits")
    yield paragraph(LIMITS)
    yield {"list": [running(badge(kind, word), f" {told}") for kind, word, told in MEANINGS], "ordered": False}
    yield paragraph(
        "This document shows characters that its fonts lack, and characters that would turn text round, as code points "
        "such as ⟨U+202E⟩."
    )


def _place(location: Location | None) -> list[Piece]:
    return [code(place(location))] if location else []


def _subject(stack: str, resource: str) -> list[Piece]:
    return [code(resource), muted(" in "), code(stack)]


def _hidden(found: Finding) -> list[Piece]:
    """A finding that does not count, in one cell."""
    return [*_subject(found.stack, found.resource), f" {found.message} ", code(found.fingerprint)]


def _names(subjects: tuple[tuple[str, str], ...]) -> list[Piece]:
    named = [code(f"{stack}/{resource}") for stack, resource in subjects[:MOST_NAMES]]
    more = len(subjects) - len(named)
    listed = [piece for name in named for piece in (name, ", ")]
    return [*listed, f"and {more:,} more"] if more else listed[:-1]
