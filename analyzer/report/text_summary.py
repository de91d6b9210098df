"""The last lines of the report for people: what was examined, what came of it, and what the gate says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzer.judgement import Confidence, Severity
from analyzer.policy.result import Companion, Result
from analyzer.report.counts import counted
from analyzer.report.display import Display, wrap
from analyzer.report.options import ReportOptions
from analyzer.report.sanitize import terminal

GATE_OFF = "No verdict: the gate is off (--fail-on never)."


def summary(result: Result, display: Display, options: ReportOptions) -> Iterator[str]:
    """The summary, behind an empty line."""
    yield ""
    yield from wrap(terminal(examined(result)), options.width)
    yield from wrap(outcome(result), options.width)
    counts = _severities(result, display)
    if counts:
        yield f"  {counts}"
    colour, text = verdict(result)
    yield from (display.paint(line, "bold", colour) for line in wrap(text, options.width))


def examined(result: Result) -> str:
    """How much was looked at: the denominator of everything after it."""
    stacks = sum(len(given.stacks) for given in result.inputs)
    resources = sum(given.resources for given in result.inputs)
    source_only = [given.path for given in result.inputs if given.kind == "cdk-source"]
    text = (
        f"Examined {counted(resources, 'resource')} in {counted(stacks, 'stack')} of "
        f"{counted(len(result.inputs), 'application')} with {counted(len(result.rules) + len(result.unneeded), 'rule')}"
        f"{_narrowed(result)}{_idle(result)}."
    )
    if source_only:
        idle = sum(not rule.source for rule in result.rules)
        text += f" {counted(idle, 'rule')} did not run on CDK source without a template ({', '.join(source_only)})."
    return text + "".join(f" {_asked(companion)}." for companion in result.companions)


def _asked(companion: Companion) -> str:
    if not companion.version:
        return f"{companion.name} did not run"
    return f"{companion.name} {companion.version} examined {counted(companion.templates, 'template')}"


def _narrowed(result: Result) -> str:
    return f" that bear on {' or '.join(result.narrowed_to)}" if result.narrowed_to else ""


def _idle(result: Result) -> str:
    count = len(idle_rules(result))
    return f", {count} of which found nothing to judge" if count else ""


def idle_rules(result: Result) -> tuple[str, ...]:
    """The selected rules without any judgement; they are no proof of anything, so they are told."""
    judged = {
        *(finding.rule_id for finding in (*result.findings, *result.baselined)),
        *(waived.finding.rule_id for waived in result.waived),
        *(question.rule_id for question in result.unknown),
        *(passed.rule_id for passed in result.passed),
        *(failure.rule_id for failure in result.not_evaluated),
    }
    return tuple(sorted([*(rule.id for rule in result.rules if rule.id not in judged), *result.unneeded]))


def outcome(result: Result) -> str:
    """What came of every judgement, each kind with its own word; nothing is counted as something else."""
    passed = sum(len(each.subjects) for each in result.passed)
    parts = [
        (len(result.findings), "failed"),
        (passed, "passed"),
        (len(result.unknown), "undecided"),
        (len(result.waived), "waived"),
        (len(result.baselined), "baselined"),
    ]
    total = sum(number for number, _ in parts)
    vouched = f" ({len(result.attested)} by attestation)" if result.attested else ""
    told = ", ".join(f"{number} {word}{vouched if word == 'passed' else ''}" for number, word in parts)
    asked = {companion.name for companion in result.companions}
    failed = dict.fromkeys(failure.rule_id for failure in result.not_evaluated if failure.rule_id in asked)
    rules = sum(failure.rule_id not in asked for failure in result.not_evaluated)
    crashed = [
        *([f"{counted(rules, 'rule')} not evaluated"] if rules else []),
        *(f"{tool} incomplete" for tool in failed),
    ]
    return "; ".join([f"{counted(total, 'judgement')}: {told}", *crashed]) + "."


def look(result: Result) -> str:
    """``passed``, ``failed`` or ``incomplete``: as what the verdict is shown. A run whose gate is off ends as one that
    passed, but must not look like one: it may hold findings of any severity."""
    return "incomplete" if result.verdict == "passed" and _ungated(result) else result.verdict


def _ungated(result: Result) -> bool:
    return result.gate.severity is None and not any(given.gate for given in result.inputs)


def verdict(result: Result) -> tuple[str, str]:
    """The gate's verdict in one sentence, and the colour to say it in."""
    gate = result.gate
    own = any(given.gate for given in result.inputs)
    stopped = "each application's own" if own else bar(gate.severity, gate.confidence)
    match result.verdict:
        case "failed":
            return "red", f"Failed: {counted(len(result.blocking), 'finding')} at or over the gate ({stopped})."
        case "incomplete":
            missing = _missing(result)
            return "yellow", f"Incomplete: not every {missing}, so this is no proof."
        case _ if _ungated(result):
            return "yellow", GATE_OFF
        case _:
            return "green", f"Passed: no finding at or over the gate ({stopped})."


def bar(severity: Severity | None, confidence: Confidence) -> str:
    """What a gate stops, in words; ``off`` for one that stops nothing."""
    return "off" if severity is None else f"{severity.label} or worse, {confidence.label} or surer"


def examined_by(companion: Companion) -> str:
    """The version of a companion and how much it looked at, for a line that names it."""
    return f"{companion.version}, {companion.templates:,} templates examined" if companion.version else "did not run"


def _missing(result: Result) -> str:
    asked = {companion.name for companion in result.companions}
    if any(failure.rule_id not in asked for failure in result.not_evaluated):
        return "rule was evaluated"
    return "companion was done" if result.not_evaluated else "input was read"


def _severities(result: Result, display: Display) -> str:
    counts = Counter(finding.severity for finding in result.findings)
    return "  ".join(
        display.severity(severity, f"{display.symbol(severity.label)} {counts[severity]} {severity.label}")
        for severity in sorted(Severity, reverse=True)
        if counts[severity]
    )
