"""The report for people at a terminal: findings by stack, what is undecided, and a summary with its denominator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from analyzer.judgement import Severity
from analyzer.policy.result import Finding, Result
from analyzer.report.display import Display, width_of
from analyzer.report.framework_groups import apart
from analyzer.report.options import ReportOptions, Verbosity
from analyzer.report.sanitize import terminal
from analyzer.report.text_finding import FindingBlock
from analyzer.report.text_rest import Rest
from analyzer.report.text_summary import summary

FOLD_FROM = 3
"""So many findings of one rule in one stack are folded into one block where the rule only informs."""

DEFAULT_RULE_WIDTH = 100


def render(result: Result, *, options: ReportOptions) -> str:
    """The report as text, coloured and wrapped as ``options`` say."""
    display = Display(colour=options.colour, symbols=options.symbols)
    lines: list[str] = []
    if options.verbosity is Verbosity.QUIET:
        lines.extend(_one_liners(result, display))
    else:
        lines.extend(_stacks(result, display, options))
        lines.extend(Rest(result, display, options).lines())
    lines.extend(summary(result, display, options))
    return "\n".join(lines).lstrip("\n") + "\n"


def _one_liners(result: Result, display: Display) -> Iterator[str]:
    """``file:line:column: severity RULE message``, the form that editors and grep know."""
    for finding in result.findings:
        where = _where(finding)
        word = display.severity(finding.severity, finding.severity.label)
        yield f"{terminal(where)}: {word} {terminal(f'{finding.rule_id} {finding.message} [{finding.resource}]')}"


def _where(finding: Finding) -> str:
    """The place that a person would edit: the line of CDK source, which has no column, else template or handler."""
    if finding.source:
        return f"{finding.source.file}:{finding.source.line}"
    found = finding.location
    return f"{found.file}:{found.line}:{found.column}" if found else finding.template or finding.stack


def _stacks(result: Result, display: Display, options: ReportOptions) -> Iterator[str]:
    def stack(finding: Finding) -> tuple[str, str]:
        return finding.stack, finding.template or ""

    block = FindingBlock(display, options)
    ordered = sorted(result.findings, key=lambda found: (*stack(found), -found.severity))
    for (name, template), findings in groupby(ordered, key=stack):
        yield ""
        yield _heading(name, template, display, options.width or DEFAULT_RULE_WIDTH)
        own, added = apart(findings)
        for group in _fold(own, options.verbosity):
            yield ""
            yield from block.lines(group[0]) if len(group) == 1 else block.folded(group)
        for made in added:
            yield ""
            yield from block.added(made)


def _heading(stack: str, template: str, display: Display, width: int) -> str:
    name, path = terminal(stack), terminal(template)
    line = display.symbol("rule")
    used = width_of(name) + width_of(path) + 6 + bool(path)
    tail = line * max(width - used, 2)
    title = f"{line * 2} {display.paint(name, 'bold')} "
    return f"{title}{display.paint(f'{path} ' if path else '', 'dim')}{display.paint(tail, 'dim')}"


def _fold(findings: Sequence[Finding], verbosity: Verbosity) -> Iterator[list[Finding]]:
    """The findings of one stack one by one, but those of a rule that only informs together, in the order given."""
    informing: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.INFO:
            informing.setdefault(finding.rule_id, []).append(finding)
    folded = {
        rule for rule, group in informing.items() if len(group) >= FOLD_FROM and verbosity is not Verbosity.VERBOSE
    }
    for finding in findings:
        group = informing.get(finding.rule_id, []) if finding.severity is Severity.INFO else []
        if finding.rule_id not in folded or finding.severity is not Severity.INFO:
            yield [finding]
        elif group[0] is finding:
            yield group
