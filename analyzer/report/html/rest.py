"""Everything that is neither a failure nor a pass: undecided, waived, baselined, not evaluated; what passed; and the
limits of the method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from analyzer import registry
from analyzer.policy.result import Attested, Finding, Result, Undecided, Waived
from analyzer.report.counts import count_of
from analyzer.report.html.contents import Contents
from analyzer.report.html.finding import Fact, entry
from analyzer.report.html.findings import RuleBlock, explained
from analyzer.report.html.markup import Html, element, joined, name
from analyzer.report.html.section import (
    Section,
    badge,
    no_fit,
    rule_label,
    source_line,
    subject,
    table,
    where,
)
from analyzer.report.method import LIMITS, MEANINGS
from analyzer.report.text_summary import idle_rules
from analyzer.report.waiver_words import signed, until

MOST_NAMES = 200
MOST_OPEN = 8


def undecided(contents: Contents) -> Section | None:
    """By rule, what each open question needs."""
    questions = contents.result.unknown
    if not questions:
        return None
    by_rule: dict[str, list[Undecided]] = {}
    for question in questions:
        by_rule.setdefault(question.rule_id, []).append(question)
    note = element(
        "p", badge("unknown", "undecided"), " Neither passed nor failed: the input does not tell. Each says what would."
    )
    blocks = [_asked(rule_id, asked, contents) for rule_id, asked in by_rule.items()]
    body = joined(note, no_fit(), *blocks)
    return Section("undecided", "Could not be decided", "Undecided", body, len(questions))


def _asked(rule_id: str, asked: Sequence[Undecided], contents: Contents) -> Html:
    info = contents.rules.get(rule_id)
    fragment = contents.give_rule(rule_id)
    label = rule_label(rule_id, info.slug if info else "") if fragment else contents.rule(rule_id)
    items = [
        element(
            "li",
            element("span", element("span", "needs ", class_="muted"), question.needs),
            element("span", subject(question.stack, question.resource), " ", _places(question), class_="of"),
            data_s=info.severity.label if info else "",
            data_t="unknown",
            data_k=contents.stacks[question.stack],
        )
        for question in asked
    ]
    return element(
        "article",
        element(
            "header",
            element("h3", label),
            element("p", info.title, ".") if info else None,
            element("p", count_of(len(asked), "open question"), class_="muted"),
        ),
        explained(rule_id, info.references if info else (), contents) if fragment else None,
        _listed(items),
        class_="rule",
        id=fragment,
    )


def _listed(items: Sequence[Html]) -> Html:
    """The open questions of one rule; many are folded, as one missing file can raise hundreds."""
    listed = element("ul", items, class_="asked")
    if len(items) <= MOST_OPEN:
        return listed
    summary = element("summary", f"All {count_of(len(items), 'open question')}")
    return element("details", summary, listed, class_="about fold")


def _places(question: Undecided) -> list[Html | str]:
    told = [each for each in (source_line(question.source), where(question.location)) if each is not None]
    return [part for each in told for part in (each, " ")]


def waived(contents: Contents) -> Section | None:
    """Who waived what, why and until when, with what was waived; and waivers that call for attention."""
    result = contents.result
    if not result.waived and not result.waiver_notes:
        return None
    note = element(
        "p",
        badge("waived"),
        " Failures that somebody accepted. They are still there; until the day named they do not stop the run.",
    )
    by_rule: dict[str, list[Waived]] = {}
    for each in result.waived:
        by_rule.setdefault(each.finding.rule_id, []).append(each)
    blocks = [_waived(found, result.as_of, contents) for found in by_rule.values()]
    notes = [[each.rule_id, each.state, each.text, each.origin] for each in result.waiver_notes]
    body = joined(
        [note, no_fit(), *blocks] if blocks else None,
        table("Waivers to look at", ["Rule", "state", "what", "written in"], notes) if notes else None,
    )
    return Section("waived", "Waived", "Waived", body, len(result.waived))


def _waived(found: Sequence[Waived], as_of: date | None, contents: Contents) -> Html:
    """The waived findings of one rule."""
    block = RuleBlock([each.finding for each in found], f"{len(found):,} waived", contents)
    entries = [entry(each.finding, contents, status="waived", told=_waiver(each, as_of)) for each in found]
    return block.html(entries)


def _waiver(waiver: Waived, as_of: date | None) -> list[Fact]:
    return [
        ("Waived because", element("b", waiver.reason)),
        ("Owner", signed(waiver.owner)),
        ("Approver", signed(waiver.approver)),
        ("Until", until(waiver.expires, as_of)),
        ("Written in", waiver.origin),
    ]


def baselined(contents: Contents) -> Section | None:
    """Findings that a baseline knows."""
    found = contents.result.baselined
    if not found:
        return None
    note = element(
        "p", badge("baselined"), " Failures that were there when the baseline was written. They do not stop the run."
    )
    by_rule: dict[str, list[Finding]] = {}
    for each in found:
        by_rule.setdefault(each.rule_id, []).append(each)
    blocks = []
    for known in by_rule.values():
        block = RuleBlock(known, f"{len(known):,} known to the baseline", contents)
        blocks.append(block.html([entry(each, contents, status="baselined") for each in known]))
    body = joined(note, no_fit(), *blocks)
    return Section("baselined", "Known to the baseline", "Baselined", body, len(found))


def not_evaluated(contents: Contents) -> Section | None:
    """Rules that broke down, and companions that did not do their work."""
    failed = contents.result.not_evaluated
    if not failed:
        return None
    rows = [[contents.rule(each.rule_id), each.application, each.reason] for each in failed]
    body = joined(
        element("p", badge("incomplete", "not evaluated"), " Nothing is known of these: the result is incomplete."),
        table("Not evaluated", ["Rule", "application", "why"], rows),
    )
    return Section("not-evaluated", "Not evaluated", "Not evaluated", body, len(failed))


def passed(contents: Contents) -> Section:
    """How many subjects each rule examined without a failure, and which; what somebody vouches for."""
    result = contents.result
    rows = [
        [
            contents.rule(each.rule_id),
            f"{len(each.subjects):,}",
            _title(each.rule_id, contents),
            _subjects(each.subjects),
        ]
        for each in result.passed
    ]
    body = joined(
        table("Passed, by rule", ["Rule", "passed", "what is ruled out", "subjects"], rows, numbers=(1,))
        if rows
        else element("p", "Nothing passed."),
        _vouched(result.attested, contents),
        _idle(result, contents),
    )
    return Section("passed", "Passed", "Passed", body, sum(len(each.subjects) for each in result.passed))


def _title(rule_id: str, contents: Contents) -> str:
    info = contents.rules.get(rule_id)
    return info.title if info else ""


def _subjects(subjects: tuple[tuple[str, str], ...]) -> Html:
    names = [[name(f"{stack}/{resource}"), ", "] for stack, resource in subjects[:MOST_NAMES]]
    more = len(subjects) - MOST_NAMES
    names[-1] = [*names[-1][:1], f" and {more:,} more" if more > 0 else ""]
    return element("details", element("summary", count_of(len(subjects), "subject")), names, class_="plain")


def _vouched(attested: Sequence[Attested], contents: Contents) -> Html | None:
    if not attested:
        return None
    rows = [
        [contents.rule(each.rule_id), subject(each.stack, each.resource), each.statement, each.owner, each.reason]
        for each in attested
    ]
    heads = ["Rule", "subject", "statement", "owner", "reason"]
    return table("Passed because somebody vouches for it", heads, rows)


def _idle(result: Result, contents: Contents) -> Html | None:
    """Rules without a judgement prove nothing, so they are named."""
    idle = idle_rules(result)
    if not idle:
        return None
    slugs = registry.slugs(result.unneeded) | {each: info.slug for each, info in contents.rules.items()}
    listed = [[element("li", rule_label(each, slugs.get(each, "")))] for each in idle]
    summary = element("summary", f"{count_of(len(idle), 'rule')} found nothing to judge")
    return element("details", summary, element("ul", listed, class_="columns"), class_="plain")


def method() -> Section:
    """What the words mean, and what they do not."""
    words = element("dl", [[element("dt", badge(kind, word)), element("dd", text)] for kind, word, text in MEANINGS])
    limits = element("p", LIMITS)
    return Section("method", "Method and limits", "Method", joined(limits, element("div", words, class_="words")))
