"""The report for programs: one JSON object, described by ``result.schema.json`` beside this module."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import Any

from analyzer.judgement import Severity
from analyzer.policy.result import (
    Attested,
    Finding,
    FrameworkCause,
    Input,
    Location,
    Passed,
    Result,
    SourceLine,
    Undecided,
    Waived,
)
from analyzer.report.indented import Repeated, indented
from analyzer.report.options import ReportOptions

SCHEMA_VERSION = 1


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as indented JSON. Keys keep the order of the schema."""
    return dumps(document(result), indent=2)


def dumps(value: Any, *, indent: int | None = None) -> str:
    """``value`` as JSON with a newline. Lone surrogates, which a hostile JSON input may hold, have no UTF-8:
    where there is one, everything beyond ASCII is written as escapes."""
    text = _written(value, indent, ascii_only=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _written(value, indent, ascii_only=True)
    return f"{text}\n"


def _written(value: Any, indent: int | None, *, ascii_only: bool) -> str:
    if indent is None:
        return json.dumps(value, ensure_ascii=ascii_only)
    return indented(value, indent=indent, ascii_only=ascii_only)


def document(result: Result) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "stackproof", "version": result.version, "data": dict(result.data)},
        "as_of": None if result.as_of is None else result.as_of.isoformat(),
        "rules": sorted({*(rule.id for rule in result.rules), *result.unneeded}),
        "inputs": [_input(given) for given in result.inputs],
        "findings": [_judged(found, result) for found in result.findings],
        "unknown": [_undecided(question) for question in result.unknown],
        "passed": [_passed(passed) for passed in result.passed],
        "waived": [_waived(waived) for waived in result.waived],
        "baselined": [finding(found) for found in result.baselined],
        "not_evaluated": [
            {"rule_id": failure.rule_id, "application": failure.application, "reason": failure.reason}
            for failure in result.not_evaluated
        ],
        "problems": [
            {"path": problem.path, "line": problem.line, "column": problem.column, "reason": problem.reason}
            for problem in result.problems
        ],
        "attested": [_attested(attested) for attested in result.attested],
        "companions": [
            {"name": asked.name, "version": asked.version, "templates": asked.templates} for asked in result.companions
        ],
        "waiver_notes": [
            {"rule_id": note.rule_id, "origin": note.origin, "state": note.state, "text": note.text}
            for note in result.waiver_notes
        ],
        "summary": _summary(result),
    }


def finding(found: Finding) -> dict[str, Any]:
    """One finding as plain data."""
    return {
        "rule_id": found.rule_id,
        "slug": found.slug,
        "failure_mode": found.failure_mode or None,
        "severity": found.severity.label,
        "confidence": found.confidence.label,
        "documented_severity": found.documented_severity.label,
        "stack": found.stack,
        "template": found.template,
        "resource": found.resource,
        "resource_type": found.resource_type,
        "related_resources": list(found.related_resources),
        "construct_path": found.construct_path,
        "framework_owned": _framework_owned(found.framework),
        "pointer": found.pointer,
        "location": location(found.location),
        "source": _source(found.source),
        "message": found.message,
        "evidence": [
            {"kind": link.kind, "text": link.text, "location": location(link.location), "digest": link.digest}
            for link in found.evidence
        ],
        "remediation": found.remediation,
        "references": _references(found.references),
        "controls": _controls(found.controls),
        "fingerprint": found.fingerprint,
        "kin": found.kin,
        "identity": found.identity,
        "tool": found.tool,
        "aliases": list(found.aliases),
    }


@lru_cache(maxsize=1024)
def _references(references: tuple[str, ...]) -> list[str]:
    return Repeated(references)


@lru_cache(maxsize=1024)
def _controls(controls: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return Repeated({"framework": framework, "id": control} for framework, control in controls)


def _judged(found: Finding, result: Result) -> dict[str, Any]:
    return {**finding(found), "blocking": result.stops(found)}


def location(place: Location | None) -> dict[str, Any] | None:
    """A place as plain data."""
    if place is None:
        return None
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _source(line: SourceLine | None) -> dict[str, Any] | None:
    return None if line is None else {"file": line.file, "line": line.line}


def _framework_owned(cause: FrameworkCause | None) -> dict[str, Any] | None:
    return None if cause is None else {"name": cause.name, "causes": list(cause.causes), "on": list(cause.on)}


def _input(given: Input) -> dict[str, Any]:
    return {
        "path": given.path,
        "kind": given.kind,
        "sha256": given.sha256,
        "stacks": list(given.stacks),
        "resources": given.resources,
        "templates": [
            {name: value if isinstance(value, str) else list(value) for name, value in each._asdict().items()}
            for each in given.templates
        ],
        "files": list(given.files),
        "not_run": list(given.not_run),
        "ignored": [{"rule_id": rule_id, "stack": stack} for rule_id, stack in given.ignored],
        "warnings": [
            {"path": each.path, "line": each.line, "column": each.column, "reason": each.reason}
            for each in given.warnings
        ],
    }


def _passed(passed: Passed) -> dict[str, Any]:
    """How many subjects passed, and by stack which; one that was judged more than once is named once."""
    names: dict[str, list[str]] = {}
    for stack, logical_id in dict.fromkeys(passed.subjects):
        names.setdefault(stack, []).append(logical_id)
    return {"rule_id": passed.rule_id, "subjects": len(passed.subjects), "names": names}


def _undecided(question: Undecided) -> dict[str, Any]:
    return {
        "rule_id": question.rule_id,
        "stack": question.stack,
        "resource": question.resource,
        "resource_type": question.resource_type,
        "construct_path": question.construct_path,
        "framework_owned": _framework_owned(question.framework),
        "needs": question.needs,
        "location": location(question.location),
        "source": _source(question.source),
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {**finding(waived.finding), "waiver": waiver(waived)}


def waiver(waived: Waived) -> dict[str, Any]:
    """What excuses a finding, and who answers for it, as plain data."""
    return {
        "reason": waived.reason,
        "origin": waived.origin,
        "owner": waived.owner,
        "approver": waived.approver,
        "expires": waived.expires,
    }


def _attested(attested: Attested) -> dict[str, Any]:
    return {
        "rule_id": attested.rule_id,
        "stack": attested.stack,
        "resource": attested.resource,
        "resource_type": attested.resource_type,
        "construct_path": attested.construct_path,
        "statement": attested.statement,
        "owner": attested.owner,
        "reason": attested.reason,
        "origin": attested.origin,
    }


def _summary(result: Result) -> dict[str, Any]:
    counts = Counter(found.severity for found in result.findings)
    return {
        "findings": {severity.label: counts[severity] for severity in sorted(Severity, reverse=True)},
        "unknown": len(result.unknown),
        "passed": sum(len(passed.subjects) for passed in result.passed),
        "attested": len(result.attested),
        "waived": len(result.waived),
        "baselined": len(result.baselined),
        "not_evaluated": len(result.not_evaluated),
        "gate": result.verdict,
        "fail_on": None if result.gate.severity is None else result.gate.severity.label,
        "min_confidence": result.gate.confidence.label,
    }
