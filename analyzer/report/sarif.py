"""SARIF 2.1.0, shaped for what GitHub code scanning shows.

GitHub reads only the first location of a result, wants severity as a number on the rule, and knows a result again
by ``primaryLocationLineHash``. ``cdk.out`` is rarely committed, so the CDK source line comes first where it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import (
    Finding,
    InputProblem,
    Location,
    Proof,
    Result,
    RuleInfo,
    SourceLine,
    Undecided,
    Waived,
)
from analyzer.report.by_tool import Part, by_tool
from analyzer.report.json_format import dumps
from analyzer.report.options import ReportOptions
from analyzer.report.sanitize import sarif_message, visible
from analyzer.report.sarif_places import artifact_uri, location, place_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

FINGERPRINT_KEY = "stackproof/v1"

MOST_FULL_DESCRIPTION = 1_024
"""GitHub cuts a rule's full description after so many characters."""

_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}
_RANK = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as one SARIF log, minified as GitHub limits its size: one run, and one more for each companion."""
    runs = [_run(part, result.exit_code) for part in by_tool(result)]
    return dumps({"version": "2.1.0", "$schema": SCHEMA, "runs": runs})


def _run(part: Part, exit_code: int) -> dict[str, Any]:
    result = part.result
    indices = {rule.id: index for index, rule in enumerate(result.rules)}
    results = [
        *(_failure(finding, indices) for finding in result.findings),
        *(_waived(waived, indices) for waived in result.waived),
        *({**_failure(finding, indices), "baselineState": "unchanged"} for finding in result.baselined),
        *(_undecided(question, indices) for question in result.unknown),
    ]
    driver = {
        "name": part.tool,
        **({"semanticVersion": part.version} if part.version else {}),
        "rules": [_rule(rule, _worst(rule, result)) for rule in result.rules],
    }
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The working directory of the run."}}},
        "invocations": [_invocation(result, indices, exit_code)],
        "artifacts": [
            {"location": {"uri": artifact_uri(given.path)}, "hashes": {"sha-256": given.sha256}}
            for given in result.inputs
        ],
        "results": results,
    }


def _worst(rule: RuleInfo, result: Result) -> Severity:
    """GitHub knows one severity per rule: the gravest that the rule was found with, else the rule's own."""
    found = [finding.severity for finding in result.findings if finding.rule_id == rule.id]
    return max(found, default=rule.severity)


def _rule(rule: RuleInfo, severity: Severity) -> dict[str, Any]:
    _, _, body = rule.help.partition("\n")
    why = " ".join(body.split())[:MOST_FULL_DESCRIPTION] or rule.title
    tags = ["security", *([f"failure-mode-{rule.failure_mode:02d}"] if rule.failure_mode else [])]
    described: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": rule.title or rule.slug},
        "fullDescription": {"text": why},
        "help": {"text": rule.help or rule.title, "markdown": rule.help or rule.title},
        "defaultConfiguration": {"level": _LEVEL[severity]},
        "properties": {
            "tags": [*tags, *(f"{framework}:{control}" for framework, control in rule.controls)],
            "precision": "high",
            "security-severity": _SECURITY_SEVERITY[severity],
        },
    }
    if rule.references:
        described["helpUri"] = rule.references[0]
    return described


def _failure(finding: Finding, indices: dict[str, int]) -> dict[str, Any]:
    primary, *others = _places(finding)
    # GitHub shows the first sentence alone, so it must be one.
    sentence = sarif_message(finding.message.rstrip(". ") + ".")
    message = f"{sentence} Resource: {sarif_message(finding.resource)}."
    links = " ".join(f"[{_label(number, other)}]({number})" for number, other in enumerate(others, start=1))
    answer: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": indices[finding.rule_id],
        "level": _LEVEL[finding.severity],
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
    flow = list(_flow(finding.evidence))
    if flow:
        answer["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return answer


def _places(finding: Finding) -> list[Location]:
    """Where a finding shows, the first the one that a person can change and a repository holds."""
    source = _line(finding.source)
    found = [source, finding.location, *(link.location for link in finding.evidence)]
    unique = list(dict.fromkeys(place for place in found if place is not None))
    if source is not None and any(place.file == source.file and place.line == source.line for place in unique[1:]):
        unique = unique[1:]
    return unique or [place_of(finding.template or finding.stack)]


def _line(source: SourceLine | None) -> Location | None:
    return None if source is None else place_of(source.file, source.line)


def _label(number: int, place: Location) -> str:
    return sarif_message(f"{number}: {place.file}:{place.line}")


def _logical(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.resource,
        "fullyQualifiedName": finding.construct_path or f"{finding.stack}/{finding.resource}",
        "kind": "resource",
    }


def _flow(evidence: Sequence[Proof]) -> Iterator[dict[str, Any]]:
    """The links of the proof that have a place, in their order."""
    for link in evidence:
        if link.location is not None:
            text = sarif_message(f"{link.kind}: {link.text}")
            yield {"location": {**location(link.location), "message": {"text": text}}}


def _waived(waived: Waived, indices: dict[str, int]) -> dict[str, Any]:
    suppression = {"kind": "inSource", "status": "accepted", "justification": visible(waived.reason)}
    return {**_failure(waived.finding, indices), "suppressions": [suppression]}


def _undecided(question: Undecided, indices: dict[str, int]) -> dict[str, Any]:
    place = _line(question.source) or question.location or place_of(question.stack)
    return {
        "ruleId": question.rule_id,
        "ruleIndex": indices[question.rule_id],
        "level": "none",
        "kind": "open",
        "message": {"text": sarif_message(f"Undecided for {question.resource}: needs {question.needs}.")},
        "locations": [location(place)],
    }


def _invocation(result: Result, indices: dict[str, int], exit_code: int) -> dict[str, Any]:
    crashed = [
        {
            "level": "error",
            **_descriptor(failure.rule_id, indices),
            "message": {"text": sarif_message(f"not evaluated on {failure.application}: {failure.reason}")},
        }
        for failure in result.not_evaluated
    ]
    unread = [_notice(problem) for problem in result.problems]
    return {
        "executionSuccessful": not crashed and not unread,
        "exitCode": exit_code,
        "toolExecutionNotifications": [*crashed, *unread],
    }


def _descriptor(rule_id: str, indices: dict[str, int]) -> dict[str, Any]:
    """The rule that broke down; nothing where it is the whole tool."""
    return {"descriptor": {"id": rule_id, "index": indices[rule_id]}} if rule_id in indices else {}


def _notice(problem: InputProblem) -> dict[str, Any]:
    place = place_of(problem.path, problem.line or 1)
    return {"level": "error", "message": {"text": sarif_message(problem.reason)}, "locations": [location(place)]}
