"""The report of a CDK policy validation plugin: what ``cdk synth`` prints, stops at and writes into the assembly.

The shape is ``PolicyValidationPluginReport`` of aws-cdk-lib, names as in TypeScript, so that the plugins of every
language only hand it on. What CDK does with it (tried with 2.275 and 2.276) decides the rest:

- It suppresses a violation whose id is acknowledged at its construct or the nearest one around it, unless its severity
  is ``fatal``, and writes the reason into ``validation-report.json``. So a finding that an acknowledgement waives is
  sent with the id under which it is acknowledged; and one that no acknowledgement may excuse is ``fatal``.
- It finds the construct by logical id and template; a construct path may be given instead, never beside it.
- It prints nothing of a violation without a resource.
- Where it suppresses anything it judges anew: ``error`` and ``fatal`` fail, the others do not.

What another waiver hides or the baseline knows is left out and counted in the metadata: there is no place for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.judgement import Severity
from analyzer.model.pointers import escape, unescape
from analyzer.policy.result import Finding, Location, Result, Waived
from analyzer.report.json_format import dumps
from analyzer.report.options import ReportOptions
from analyzer.report.rows import Row, Status, place, rows
from analyzer.report.sanitize import visible

INCOMPLETE = "not-evaluated"
"""The rule name of what is no finding: an input that was not read, or a rule that did not run to its end."""

_FAILING = ("fatal", "error")


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as a JSON object."""
    return dumps(_report(result), indent=2)


def _report(result: Result) -> dict[str, Any]:
    violations = [*_violations(result)]
    return {
        "success": not any(violation["severity"] in _FAILING for violation in violations),
        "pluginVersion": result.version,
        "violations": violations,
        "metadata": {
            "undecided": str(len(result.unknown)),
            "waived": str(len(result.waived)),
            "baselined": str(len(result.baselined)),
        },
    }


def _violations(result: Result) -> Iterator[dict[str, Any]]:
    yield from (_incomplete(row) for row in rows(result) if row.status is Status.NOT_EVALUATED)
    yield from (_violation(found, _severity(found, result)) for found in result.findings)
    yield from (_acknowledged(waived, result) for waived in result.waived if waived.acknowledged is not None)


def _severity(finding: Finding, result: Result) -> str:
    level = _level(finding, result)
    # CDK would let an acknowledgement excuse it that Stackproof did not let.
    excusable = finding.acknowledgeable and (_is_resource(finding) or finding.construct_path is not None)
    return "fatal" if level == "error" and not excusable else level


def _level(finding: Finding, result: Result) -> str:
    if result.stops(finding):
        return "error"
    return "warning" if finding.severity >= Severity.MEDIUM else "info"


def _acknowledged(waived: Waived, result: Result) -> dict[str, Any]:
    violation = _violation(waived.finding, _level(waived.finding, result))
    return {**violation, "ruleName": waived.acknowledged}


def _violation(finding: Finding, severity: str) -> dict[str, Any]:
    return {
        "ruleName": finding.rule_id,
        "description": visible(_description(finding)),
        "severity": severity,
        "fix": visible(finding.remediation),
        "violatingResources": [_resource(finding)],
        "ruleMetadata": {name: visible(text) for name, text in _metadata(finding) if text},
    }


def _description(finding: Finding) -> str:
    """The message; with its place where CDK has no construct to tell it by."""
    if _is_resource(finding):
        return finding.message
    file, line = place(finding)
    where = f"{file}:{line}" if line else file
    return f"{where}: {finding.message}" if where else finding.message


def _metadata(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "rule", f"{finding.rule_id} {finding.slug}"
    yield "severity", finding.severity.label
    yield "confidence", finding.confidence.label
    yield "source", "" if finding.source is None else f"{finding.source.file}:{finding.source.line}"
    yield "location", _place(finding.location)
    for number, link in enumerate(finding.evidence, start=1):
        where = _place(link.location)
        yield f"evidence {number}", f"{link.kind}: {link.text}" + (f" ({where})" if where else "")
    yield "references", " ".join(finding.references)
    yield "fingerprint", finding.fingerprint


def _place(location: Location | None) -> str:
    return "" if location is None else f"{location.file}:{location.line}"


def _is_resource(finding: Finding) -> bool:
    return finding.template is not None and "::" in finding.resource_type


def _resource(finding: Finding) -> dict[str, Any]:
    if not _is_resource(finding):
        return {"constructPath": finding.construct_path or "", "locations": []}
    return {
        "resourceLogicalId": finding.resource,
        "templatePath": finding.template,
        "locations": [*_within(finding)],
    }


def _within(finding: Finding) -> Iterator[str]:
    """Where in its own resource a finding points to, as CDK writes it: ``Properties.Environment.Variables``."""
    own = f"/Resources/{escape(finding.resource)}/"
    if finding.pointer is not None and finding.pointer.startswith(own):
        yield ".".join(unescape(step) for step in finding.pointer.removeprefix(own).split("/"))


def _incomplete(row: Row) -> dict[str, Any]:
    where = row.group if row.line is None else f"{row.group}:{row.line}"
    what = f"{row.rule_id} was not evaluated on {where}" if row.rule_id else where
    return {
        "ruleName": INCOMPLETE,
        "description": visible(f"{what}: {row.text}"),
        "severity": "fatal",
        "violatingResources": [{"constructPath": "", "locations": []}],
    }
