"""Turns judgements into findings: graded, placed and identified."""

from __future__ import annotations

from analyzer.judgement import CodePlace, Judgement, Severity, TemplatePlace
from analyzer.policy.fingerprint import evidence_digest, fingerprint, stable, within
from analyzer.policy.places import SOURCE, Places
from analyzer.policy.result import Finding, Proof, RuleInfo, Undecided
from analyzer.policy.settings import Profile
from analyzer.rule import Rule


def describe(rule: Rule) -> RuleInfo:
    """What reports say of ``rule`` itself."""
    return RuleInfo(
        id=rule.id,
        slug=rule.slug,
        title=rule.title,
        failure_mode=rule.failure_mode,
        severity=rule.severity,
        documented=rule.documented,
        help=rule.documentation.strip(),
        references=rule.references,
        controls=controls(rule),
        source=rule.source,
    )


def controls(rule: Rule) -> tuple[tuple[str, str], ...]:
    """The controls a rule names, as (framework, id)."""
    if not rule.controls:
        return ()
    return tuple((framework, control) for framework, _, control in (name.partition(":") for name in rule.controls))


def severity(rule: Rule, judgement: Judgement, profile: Profile) -> Severity:
    """The severity in force: refinements of a judgement speak of real impact, so the document's grade ignores them."""
    if profile is Profile.DOCUMENTED:
        return rule.documented
    return rule.severity if judgement.severity is None else judgement.severity


def finding(rule: Rule, judgement: Judgement, places: Places, profile: Profile, *, picture: bool = True) -> Finding:
    """The finding that a failing ``judgement`` of ``rule`` amounts to, with its ``picture`` if wanted."""
    subject = judgement.subject
    about = places.whereabouts(subject)
    inside = within(about.stack, about.construct_path, subject.logical_id)
    links = [stable(link) for link in judgement.evidence]
    identity = fingerprint(rule.id, "", inside, judgement.key, ())
    return Finding(
        rule_id=rule.id,
        slug=rule.slug,
        title=rule.title,
        failure_mode=rule.failure_mode,
        severity=severity(rule, judgement, profile),
        confidence=judgement.confidence,
        documented_severity=rule.documented,
        stack=about.stack,
        template=about.template,
        resource=subject.logical_id,
        resource_type=subject.type,
        related_resources=tuple(dict.fromkeys([related.logical_id for related in judgement.related])),
        construct_path=about.construct_path,
        pointer=_pointer(judgement),
        location=places.location(judgement.place) or places.location(subject.place),
        source=about.source,
        message=judgement.message,
        evidence=tuple(
            [
                Proof(link.kind, link.text, places.location(link.place), evidence_digest(text))
                for link, text in zip(judgement.evidence, links, strict=True)
            ]
        ),
        remediation=judgement.remediation or rule.remedy,
        references=rule.references,
        controls=controls(rule),
        fingerprint=fingerprint(rule.id, about.stack, about.construct_path or subject.logical_id, judgement.key, links),
        kin=fingerprint(rule.id, "", inside, judgement.key, links) if links else identity,
        identity=identity,
        framework=about.framework,
        picture=judgement.picture if picture else None,
    )


def undecided(rule: Rule, judgement: Judgement, places: Places) -> Undecided:
    """What an ``unknown`` judgement of ``rule`` leaves open."""
    subject = judgement.subject
    about = places.whereabouts(subject)
    return Undecided(
        rule_id=rule.id,
        stack=about.stack,
        resource=subject.logical_id,
        resource_type=subject.type,
        needs=judgement.needs,
        location=places.location(judgement.place) or places.location(subject.place),
        source=about.source,
        construct_path=about.construct_path,
        framework=about.framework,
    )


def _pointer(judgement: Judgement) -> str | None:
    """The pointer into the subject's own template: of the place to look at if it lies there, else of the subject."""
    subject = judgement.subject
    if subject.type == SOURCE:
        return None
    for place in (judgement.place, subject.place):
        if isinstance(place, CodePlace):
            place = place.inline
        if isinstance(place, TemplatePlace) and place.stack == subject.stack:
            return place.pointer
    return None
