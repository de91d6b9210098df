"""SARIF 2.1.0, shaped for what GitHub code scanning shows.

GitHub wants severity as a number on the rule, keeps 5,000 results of a run, shows neither ``suppressions`` nor
``kind``, and takes files of up to 10 MB when they are zipped. So the log is minified (for the reference stack 0.92 MB
against 1.23 MB with indents, 104 KB against 110 KB zipped), and what fails comes first, gravest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from analyzer.judgement import Severity
from analyzer.policy.result import InputProblem, Result, RuleInfo
from analyzer.report.by_tool import Part, by_tool
from analyzer.report.json_format import dumps
from analyzer.report.options import ReportOptions
from analyzer.report.sanitize import sarif_message
from analyzer.report.sarif_places import artifact, location, place_of
from analyzer.report.sarif_results import LEVEL, results

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MOST_FULL_DESCRIPTION = 1_024
"""GitHub cuts a rule's full description after so many characters."""

MOST_TAGS = 20
"""GitHub takes so many tags of a rule; all controls stand beside them."""

MOST_RESULTS = 5_000
"""GitHub keeps so many results of a run."""

_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}


def render(result: Result, *, options: ReportOptions) -> str:  # noqa: ARG001  one signature for all formats
    """The report as one SARIF log, minified as GitHub limits its size: one run, and one more for each companion."""
    runs = [_run(part, result.exit_code) for part in by_tool(result)]
    return dumps({"version": "2.1.0", "$schema": SCHEMA, "runs": runs})


def remarks(result: Result) -> tuple[str, ...]:
    """What somebody who uploads the log should know."""
    numbers = {part.tool: _number(part.result) for part in by_tool(result)}
    return tuple(
        f"{number:,} results of {tool}; GitHub code scanning keeps {MOST_RESULTS:,} of a run (the gravest come first)"
        for tool, number in numbers.items()
        if number > MOST_RESULTS
    )


def _number(result: Result) -> int:
    return sum(map(len, (result.findings, result.waived, result.baselined, result.unknown)))


def _run(part: Part, exit_code: int) -> dict[str, Any]:
    result = part.result
    indices = {rule.id: index for index, rule in enumerate(result.rules)}
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
            {"location": artifact(given.path), "hashes": {"sha-256": given.sha256}} for given in result.inputs
        ],
        "results": list(results(result, indices)),
    }


def _worst(rule: RuleInfo, result: Result) -> Severity:
    """GitHub knows one severity per rule: the gravest that the rule was found with, else the rule's own."""
    found = [finding.severity for finding in result.findings if finding.rule_id == rule.id]
    return max(found, default=rule.severity)


def _rule(rule: RuleInfo, severity: Severity) -> dict[str, Any]:
    _, _, body = rule.help.partition("\n")
    why = " ".join(body.split())[:MOST_FULL_DESCRIPTION] or rule.title
    tags = ["security", *([f"failure-mode-{rule.failure_mode:02d}"] if rule.failure_mode else [])]
    controls = [f"{framework}:{control}" for framework, control in rule.controls]
    described: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": rule.title or rule.slug},
        "fullDescription": {"text": why},
        "help": {"text": rule.help or rule.title, "markdown": rule.help or rule.title},
        "defaultConfiguration": {"level": LEVEL[severity]},
        "properties": {
            "tags": [*tags, *_in_turns(rule.controls)][:MOST_TAGS],
            "controls": controls,
            "precision": "high",
            "security-severity": _SECURITY_SEVERITY[severity],
        },
    }
    if rule.references:
        described["helpUri"] = rule.references[0]
    return described


def _in_turns(controls: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The controls as tags, the first of each framework first, then the second of each: not all may be taken."""
    by_framework: dict[str, list[str]] = {}
    for framework, control in controls:
        by_framework.setdefault(framework, []).append(f"{framework}:{control}")
    for row in zip_longest(*by_framework.values()):
        yield from (tag for tag in row if tag is not None)


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
