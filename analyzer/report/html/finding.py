"""One finding: what fails in a line, and behind it the facts, the picture, the proof and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.policy.result import OURS, Finding, Proof
from analyzer.report.html.contents import Contents
from analyzer.report.html.markup import Child, Html, anchor, code, element, joined, name, text
from analyzer.report.html.prose import inline
from analyzer.report.html.quote import quote
from analyzer.report.html.section import badge, source_line, subject, where

Fact = tuple[str, Child]


def entry(finding: Finding, contents: Contents, *, status: str = "failed", told: Sequence[Fact] = ()) -> Html:
    """A finding that can be opened, filtered and linked to. ``told`` is what else is to say of it, before all else."""
    identifier = contents.give(finding)
    stops = contents.result.stops(finding) and status == "failed"
    heading = element(
        "summary",
        badge(finding.severity.label),
        element("span", text(finding.message), class_="message"),
        element("span", subject(finding.stack, finding.resource), class_="of"),
        _excused(told),
    )
    inside = element(
        "div",
        _facts(finding, stops, status),
        contents.figures.of(finding.picture),
        _proof(finding, contents),
        _remedy(finding, identifier, contents),
        class_="inside",
    )
    return element(
        "details",
        heading,
        inside,
        class_="finding",
        id=identifier,
        data_s=finding.severity.label,
        data_t=status,
        data_k=contents.stacks[finding.stack],
        data_g=stops,
    )


def _excused(told: Sequence[Fact]) -> Html | None:
    """What is seen without opening it, as in: *Waived because … · Owner ann · Until 2027-01-01*."""
    if not told:
        return None
    parts = [[element("span", term, class_="muted"), " ", words] for term, words in told]
    return element("span", [[part, " · "] for part in parts[:-1]], parts[-1], class_="of")


def _facts(finding: Finding, stops: bool, status: str) -> Html:
    related = [[code(each), " "] for each in finding.related_resources]
    graded = [finding.confidence.label]
    if finding.tool == OURS:
        graded.append(f"documented as {finding.documented_severity.label}")
    if status == "failed":
        graded.append("stops the run" if stops else "does not stop the run")
    facts: tuple[tuple[str, Child], ...] = (
        ("Resource", [code(finding.resource), " ", finding.resource_type]),
        ("Construct", name(finding.construct_path) if finding.construct_path else None),
        ("Source", source_line(finding.source)),
        ("Place", where(finding.location)),
        ("Related", related or None),
        ("Found by", finding.tool if finding.tool != OURS else None),
        ("Also found as", [[code(each), " "] for each in finding.aliases] or None),
        ("Judged", ", ".join(graded)),
    )
    rows = [[element("dt", term), element("dd", told)] for term, told in facts if told is not None]
    return element("dl", rows, class_="facts")


def _proof(finding: Finding, contents: Contents) -> Html | None:
    if not finding.evidence:
        return quote(finding.location, contents.read_line)
    links = [_link(each, contents) for each in finding.evidence]
    return joined(element("h4", "Proof"), element("ol", links, class_="proof"))


def _link(proof: Proof, contents: Contents) -> Html:
    return element(
        "li",
        element("span", proof.kind, class_="kind"),
        " ",
        proof.text,
        where(proof.location, class_="at"),
        quote(proof.location, contents.read_line),
    )


def _remedy(finding: Finding, identifier: str, contents: Contents) -> Html:
    how = None
    if finding.rule_id in contents.explained:
        how = element("a", "How, and why it fails", href=f"#{anchor('r', finding.rule_id)}-about", class_="screen")
    fix = element("p", element("b", "Fix: "), inline(finding.remediation), " ", how) if finding.remediation else None
    permanent = element("a", "Link to this finding", href=f"#{identifier}", class_="screen")
    return joined(fix, element("p", permanent, " ", code(finding.fingerprint), class_="muted"))
