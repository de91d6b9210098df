"""Everything that is neither a failure nor hidden: undecided, waived, baselined, not evaluated, passed, and the limits
of the method."""

from __future__ import annotations

from analyzer.policy.result import Result
from analyzer.report.html.markup import Html, anchor, element, joined, name
from analyzer.report.html.section import Section, badge, count_of, rule_label, subject, table, where

MOST_NAMES = 200


def _slugs(result: Result) -> dict[str, str]:
    return {rule.id: rule.slug for rule in result.rules}


def undecided(result: Result) -> Section | None:
    """What each open question needs."""
    if not result.unknown:
        return None
    slugs = _slugs(result)
    rows = [
        [rule_label(u.rule_id, slugs.get(u.rule_id, "")), subject(u.stack, u.resource), u.needs, where(u.location)]
        for u in result.unknown
    ]
    note = element("p", badge("unknown", "undecided"), " These are neither passed nor failed; the input does not tell.")
    body = joined(note, table("Undecided, and what would decide it", ["Rule", "subject", "needs", "place"], rows))
    return Section("undecided", "Could not be decided", "Undecided", body, len(result.unknown))


def waived(result: Result) -> Section | None:
    """Who waived what, why and until when; and waivers that call for attention."""
    if not result.waived and not result.waiver_notes:
        return None
    rows = [
        [
            rule_label(each.finding.rule_id, each.finding.slug),
            [badge(each.finding.severity.label), " ", subject(each.finding.stack, each.finding.resource)],
            element("span", each.finding.message, id=anchor("f", each.finding.fingerprint)),
            each.reason,
            each.owner or "not named",
            each.approver or "not named",
            each.expires or "never",
            each.origin,
        ]
        for each in result.waived
    ]
    heads = ["Rule", "subject", "finding", "reason", "owner", "approver", "expires", "written in"]
    notes = [[each.rule_id, each.state, each.text, each.origin] for each in result.waiver_notes]
    body = joined(
        table("Waived findings", heads, rows) if rows else None,
        table("Waivers to look at", ["Rule", "state", "what", "written in"], notes) if notes else None,
    )
    return Section("waived", "Waived", "Waived", body, len(result.waived))


def baselined(result: Result) -> Section | None:
    """Findings that a baseline knows."""
    if not result.baselined:
        return None
    rows = [
        [
            rule_label(each.rule_id, each.slug),
            [badge(each.severity.label), " ", subject(each.stack, each.resource)],
            element("span", each.message, id=anchor("f", each.fingerprint)),
        ]
        for each in result.baselined
    ]
    body = table("Accepted by the baseline", ["Rule", "subject", "finding"], rows)
    return Section("baselined", "Known to the baseline", "Baselined", body, len(result.baselined))


def not_evaluated(result: Result) -> Section | None:
    """Rules that broke down."""
    if not result.not_evaluated:
        return None
    slugs = _slugs(result)
    rows = [
        [rule_label(each.rule_id, slugs.get(each.rule_id, "")), each.application, each.reason]
        for each in result.not_evaluated
    ]
    body = table("Not evaluated: the result is incomplete", ["Rule", "application", "why"], rows)
    return Section("not-evaluated", "Not evaluated", "Not evaluated", body, len(result.not_evaluated))


def passed(result: Result) -> Section:
    """How many subjects each rule examined without a failure, and which."""
    slugs = _slugs(result)
    rows = [
        [rule_label(each.rule_id, slugs.get(each.rule_id, "")), f"{len(each.subjects):,}", _subjects(each.subjects)]
        for each in result.passed
    ]
    vouched = [
        [rule_label(each.rule_id, slugs.get(each.rule_id, "")), each.resource, each.statement, each.owner, each.reason]
        for each in result.attested
    ]
    heads = ["Rule", "subject", "statement", "owner", "reason"]
    body = joined(
        table("Passed", ["Rule", "passed", "subjects"], rows) if rows else element("p", "Nothing passed."),
        table("Passed because somebody vouches for it", heads, vouched) if vouched else None,
    )
    return Section("passed", "Passed", "Passed", body, sum(len(each.subjects) for each in result.passed))


def _subjects(subjects: tuple[tuple[str, str], ...]) -> Html:
    names = [[element("span", name(f"{stack}/{resource}")), ", "] for stack, resource in subjects[:MOST_NAMES]]
    more = len(subjects) - MOST_NAMES
    rest = f"and {more:,} more" if more > 0 else None
    return element("details", element("summary", count_of(len(subjects), "subject")), names, rest, class_="plain")


def method() -> Section:
    """What the words mean, and what they do not."""
    told = [
        ("failed", "failed", "The rule proved the failure; the proof stands beside it."),
        ("passed", "passed", "The rule examined the subject and its failure is ruled out, within the rule's limits."),
        ("unknown", "undecided", "The input does not say; the section names what would decide it."),
        ("waived", "waived", "A failure that somebody accepted, with a reason. It is still there."),
        ("baselined", "baselined", "A failure that was there when the baseline was written."),
        ("incomplete", "not evaluated", "The rule broke down or ran out of time: nothing is known."),
    ]
    words = element("dl", [[element("dt", badge(kind, word)), element("dd", text)] for kind, word, text in told])
    limits = element(
        "p",
        "Judged from templates, handler code and CDK source alone: nothing was deployed and no account was read. What "
        "is made or changed outside these inputs is not seen. Confidence says how much inference lies in between.",
    )
    return Section("method", "Method and limits", "Method", joined(limits, element("div", words, class_="words")))
