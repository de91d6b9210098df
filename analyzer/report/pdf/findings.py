"""The findings, by rule: why and how to mend once for each rule, subject and proof for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.policy.result import OURS, Finding, Location, Proof, Result, RuleInfo
from analyzer.report.counts import count_of
from analyzer.report.options import ReadLine
from analyzer.report.pdf.figures import Figures
from analyzer.report.pdf.pieces import (
    Block,
    Piece,
    badge,
    code,
    documentation,
    facts,
    heading,
    lead,
    link,
    muted,
    paragraph,
    remedy,
    running,
    strong,
    words,
)
from analyzer.report.prose import sections
from analyzer.report.rule_groups import by_rule
from analyzer.report.sanitize import source_line

MOST_FINDINGS = 1_000
"""In one document, which is some hundred pages; then each rule shows its first ones and how many more there are."""

MOST_COLUMNS = 120
_TOLD = ("What it checks", "Why it fails", "Fix", "Limits")


def findings(result: Result, figures: Figures, read_line: ReadLine) -> Iterator[Block]:
    """One part for each rule, the gravest first, and one for each cause for which CDK adds resources."""
    yield heading(1, "Findings", page=True)
    if not result.findings:
        yield paragraph("No rule found a failure in what it examined. See what is undecided and what passed.")
        return
    rules, added, most = by_rule(result.findings, MOST_FINDINGS)
    if len(result.findings) > MOST_FINDINGS:
        yield paragraph(
            f"There are {len(result.findings):,} findings. This document shows the first {most} of each rule and "
            "counts the others; the CSV, JSON and HTML reports hold all."
        )
    about = {rule.id: rule for rule in result.rules}
    passed = {each.rule_id: len(each.subjects) for each in result.passed}
    for rule_id, found_here in rules:
        examined = f", {passed.get(rule_id, 0):,} passed" if found_here[0].tool == OURS else ""
        yield from _heading(found_here, f"{rule_id} {found_here[0].title}", examined)
        yield from _about(about.get(rule_id), found_here[0])
        told = about[rule_id].help if rule_id in about else ""
        yield from (_finding(each, result, told, figures, read_line) for each in found_here[:most])
        yield from _left_out(len(found_here) - most)
    for group in added:
        yield from _heading(group.findings, group.heading, f" in {group.stack}")
        yield lead("Nobody wrote these resources; they change with what makes CDK add them.")
        yield from (_finding(each, result, "", figures, read_line) for each in group.findings[:most])
        yield from _left_out(len(group.findings) - most)


def _heading(found: Sequence[Finding], title: str, more: str) -> Iterator[Block]:
    yield heading(2, title)
    worst = max(each.severity for each in found)
    yield lead(badge(worst.label), " ", muted(f"{count_of(len(found), 'finding')}{more}"))


def _about(rule: RuleInfo | None, first: Finding) -> Iterator[Block]:
    told = sections(rule.help) if rule is not None else {}
    for title in _TOLD:
        if told.get(title):
            yield {"label": title}
            yield from documentation(told[title])
    if first.references:
        yield {"label": "References"}
        yield {"list": [running(link(address)) for address in first.references], "ordered": False}


def _left_out(more: int) -> Iterator[Block]:
    if more > 0:
        yield paragraph(muted(f"{count_of(more, 'more finding')}: see the CSV, JSON or HTML report."))


def _finding(found: Finding, result: Result, told: str, figures: Figures, read_line: ReadLine) -> Block:
    """One finding; ``told`` is the documentation that stands above it, so that no remedy is told twice."""
    inside = [_facts(found, result.stops(found))]
    picture = figures.of(found.picture)
    if picture is not None:
        inside.append(picture)
    if found.evidence:
        inside += [{"label": "Proof"}, {"proof": [_link(each, read_line) for each in found.evidence]}]
    else:
        inside += _quote(found.location, read_line)
    if found.remediation and " ".join(found.remediation.split()) not in " ".join(told.split()):
        inside.append(paragraph(strong("Fix: "), *remedy(found.remediation)))
    return {"finding": running(badge(found.severity.label), " ", strong(found.message)), "inside": inside}


def _facts(found: Finding, stops: bool) -> Block:
    pairs: tuple[tuple[str, Sequence[Piece]], ...] = (
        ("Resource", (code(found.resource), f" {found.resource_type} in ", code(found.stack))),
        ("Construct", (code(found.construct_path),) if found.construct_path else ()),
        ("Source", (code(f"{found.source.file}:{found.source.line}"),) if found.source else ()),
        ("Place", (code(place(found.location)),) if found.location else ()),
        ("Related", [piece for name in found.related_resources for piece in (code(name), " ")]),
        ("Also found as", [piece for name in found.aliases for piece in (code(name), " ")]),
        ("Grade", (f"{found.confidence.label}; {'stops' if stops else 'does not stop'} the run",)),
        ("Fingerprint", (code(found.fingerprint),)),
    )
    return facts(pairs)


def place(location: Location) -> str:
    """A place as ``file:line:column``."""
    return f"{location.file}:{location.line}:{location.column}"


def _link(proof: Proof, read_line: ReadLine) -> list[Block]:
    where = [muted(f" ({place(proof.location)})")] if proof.location else []
    told, quoted = (muted(f"{proof.kind} "), proof.text, *where), _quote(proof.location, read_line)
    return [lead(*told) if quoted else paragraph(*told), *quoted]


def _quote(location: Location | None, read_line: ReadLine) -> list[Block]:
    """The line at a place, cut around its column where it is long."""
    line = None if location is None else read_line(location.file, location.line)
    if location is None or line is None or not line.strip(" \t{}[],\r"):
        return []
    start = max(location.column - 1 - MOST_COLUMNS // 2, 0) if len(line) > MOST_COLUMNS else 0
    cut = line[start : start + MOST_COLUMNS].strip()
    shown = f"{'…' if start else ''}{cut}{'…' if start + MOST_COLUMNS < len(line) else ''}"
    return [{"quote": words(source_line(shown)), "number": str(location.line)}]
