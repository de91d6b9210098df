"""The results of a SARIF run: what failed, the gravest first, then what is waived, baselined or undecided.

GitHub reads only the first location of a result, refuses a log with one that has no file, shows related locations only
where the message links them, and knows a result again by ``primaryLocationLineHash``. ``cdk.out`` is rarely committed,
so the CDK source line comes first where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import Finding, Location, Proof, Result, SourceLine, Undecided, Waived
from analyzer.report.sanitize import sarif_message, visible
from analyzer.report.sarif_places import file_of, location, place_of

FINGERPRINT_KEY = "stackproof/v1"

MOST_RELATED = 20
"""Related locations of a result; GitHub takes 1,000 and shows 100, but each is a link in the message."""

MOST_STEPS = 1_000
"""Steps of a code flow that GitHub shows; it takes 10,000."""

LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_RANK = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}


def results(result: Result, indices: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """All results; ``indices`` are the places of rules in the list of the driver."""
    known = {"baselineState": "new"} if result.baselined else {}
    yield from ({**_failure(finding, result, indices), **known} for finding in result.findings)
    for waived in result.waived:
        yield {**_failure(waived.finding, result, indices), "suppressions": [_suppression(waived)]}
    accepted = {"kind": "external", "status": "accepted", "justification": "In the baseline."}
    for finding in result.baselined:
        answer = _failure(finding, result, indices)
        yield {**answer, "baselineState": "unchanged", "suppressions": [accepted]}
    yield from (_undecided(question, result, indices) for question in result.unknown)


def _suppression(waived: Waived) -> dict[str, Any]:
    """A waiver as SARIF knows it: written in the input, or outside of it by those who decide."""
    told = {"origin": waived.origin, "owner": waived.owner, "approver": waived.approver, "expires": waived.expires}
    return {
        "kind": "inSource" if waived.inline else "external",
        "status": "accepted",
        "justification": visible(waived.reason),
        "properties": {name: visible(value) for name, value in told.items() if value is not None},
    }


def _failure(finding: Finding, result: Result, indices: Mapping[str, int]) -> dict[str, Any]:
    primary, *others = _places(finding, result)
    # GitHub shows the first sentence alone, so it must be one.
    sentence = sarif_message(finding.message.rstrip(". ") + ".")
    message = f"{sentence} Resource: {sarif_message(finding.resource)}."
    links = " ".join(f"[{_label(number, other)}]({number})" for number, other in enumerate(others, start=1))
    answer: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": indices[finding.rule_id],
        "level": LEVEL[finding.severity],
        "kind": "fail",
        "message": {"text": f"{message} See {links}." if links else message},
        "locations": [{**location(primary), "logicalLocations": [_logical(finding)]}],
        "partialFingerprints": {
            FINGERPRINT_KEY: finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "properties": {
            "severity": finding.severity.label,
            "confidence": finding.confidence.label,
            "precision": _RANK[finding.confidence],
            "stack": finding.stack,
            "pointer": finding.pointer,
            "remediation": finding.remediation,
            **({"aliases": list(finding.aliases)} if finding.aliases else {}),
        },
    }
    if others:
        answer["relatedLocations"] = [
            {"id": number, **location(other), "message": {"text": _label(number, other)}}
            for number, other in enumerate(others, start=1)
        ]
    steps = list(_steps(finding.evidence))[:MOST_STEPS]
    if len(steps) > 1:
        answer["codeFlows"] = [{"message": {"text": sentence}, "threadFlows": [{"locations": steps}]}]
    return answer


def _places(finding: Finding, result: Result) -> list[Location]:
    """Where a finding shows, the first the one that a person can change and a repository holds."""
    source = _line(finding.source)
    found = [source, finding.location, *(link.location for link in finding.evidence)]
    unique = list(dict.fromkeys(place for place in found if place is not None))
    if source is not None and any(place.file == source.file and place.line == source.line for place in unique[1:]):
        unique = unique[1:]
    return unique[: MOST_RELATED + 1] or [place_of(finding.template or file_of(finding.stack, result.inputs))]


def _line(source: SourceLine | None) -> Location | None:
    """The line of source, where it is in a file that is here."""
    return place_of(source.file, source.line) if source is not None and source.is_here else None


def _label(number: int, place: Location) -> str:
    return sarif_message(f"{number}: {place.file}:{place.line}")


def _logical(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.resource,
        "fullyQualifiedName": finding.construct_path or f"{finding.stack}/{finding.resource}",
        "kind": "resource",
    }


def _steps(evidence: Sequence[Proof]) -> Iterator[dict[str, Any]]:
    """The links of the proof that have a place, in their order: of a loop, its way round."""
    for link in evidence:
        if link.location is not None:
            text = sarif_message(f"{link.kind}: {link.text}")
            yield {"location": {**location(link.location), "message": {"text": text}}}


def _undecided(question: Undecided, result: Result, indices: Mapping[str, int]) -> dict[str, Any]:
    place = _line(question.source) or question.location or place_of(file_of(question.stack, result.inputs))
    return {
        "ruleId": question.rule_id,
        "ruleIndex": indices[question.rule_id],
        "level": "none",
        "kind": "open",
        "message": {"text": sarif_message(f"Undecided for {question.resource}: needs {question.needs}.")},
        "locations": [location(place)],
        "properties": {"stack": question.stack, "needs": question.needs},
    }
