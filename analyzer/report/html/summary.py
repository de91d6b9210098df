"""What came out, what was examined, and what that says of controls."""

from __future__ import annotations

from collections import Counter

from analyzer.judgement import Severity
from analyzer.policy.result import Companion, Result
from analyzer.report.html.markup import Html, code, element, joined, name
from analyzer.report.html.section import Section, badge, table

_SEVERITIES = tuple(sorted(Severity, reverse=True))


def summary(result: Result) -> Section:
    """Tiles, one per severity and outcome, and a table by stack."""
    severities = Counter(finding.severity for finding in result.findings)
    tiles = [(s.label, s.label, severities[s], "findings") for s in _SEVERITIES]
    tiles += [
        ("unknown", "undecided", len(result.unknown), "undecided"),
        ("waived", "waived", len(result.waived), "waived"),
        ("baselined", "baselined", len(result.baselined), "baselined"),
        ("failed", "not evaluated", len(result.not_evaluated), "not-evaluated"),
        ("passed", "passed", sum(len(each.subjects) for each in result.passed), "passed"),
    ]
    filled = {"findings": True, "passed": True, "undecided": bool(result.unknown), "waived": bool(result.waived)}
    filled |= {"baselined": bool(result.baselined), "not-evaluated": bool(result.not_evaluated)}
    shown = [_tile(kind, label, count, target if filled[target] else "") for kind, label, count, target in tiles]
    return Section("summary", "Summary", "Summary", joined(element("ul", shown, class_="tiles"), _by_stack(result)))


def _tile(kind: str, label: str, count: int, target: str) -> Html:
    inside = joined(element("span", f"{count:,}", class_="figure"), badge(kind, label))
    held = element("a", inside, href=f"#{target}") if target and count else element("div", inside)
    return element("li", held, class_=f"tile {kind}{'' if count else ' none'}")


def _by_stack(result: Result) -> Html:
    stacks = dict.fromkeys(stack for given in result.inputs for stack in given.stacks)
    found = [*result.findings, *result.baselined, *(each.finding for each in result.waived)]
    stacks |= dict.fromkeys([*(finding.stack for finding in found), *(each.stack for each in result.unknown)])
    failed = Counter((finding.stack, finding.severity) for finding in result.findings)
    unknown = Counter(each.stack for each in result.unknown)
    waived = Counter(each.finding.stack for each in result.waived)
    passed = Counter(stack for each in result.passed for stack, _ in each.subjects)
    rows = [
        [
            name(stack),
            *(_figure(failed[stack, severity]) for severity in _SEVERITIES),
            *(_figure(number[stack]) for number in (unknown, waived, passed)),
        ]
        for stack in stacks
    ]
    heads = ["Stack", *(severity.label for severity in _SEVERITIES), "undecided", "waived", "passed"]
    return table("Judgements by stack", heads, rows)


def _figure(count: int) -> Html:
    return element("span", f"{count:,}", class_="figure-cell" if count else "figure-cell zero")


def examined(result: Result) -> Section:
    """The inputs with their digests, what could not be read, the rules and the dates of their data."""
    inputs = table(
        "Inputs",
        ["Input", "kind", "stacks", "resources", "SHA-256"],
        [
            [code(each.path), each.kind, ", ".join(each.stacks), f"{each.resources:,}", code(each.sha256)]
            for each in result.inputs
        ],
    )
    gate = result.gate
    bar = "off" if gate.severity is None else f"{gate.severity.label} or worse, {gate.confidence.label} or surer"
    facts = [
        ("Tool", f"stackproof {result.version}"),
        ("Rules", f"{len(result.rules) + len(result.unneeded)} selected, {len(result.unneeded)} had nothing to judge"),
        *((each.name, _asked(each)) for each in result.companions),
        ("Gate", bar),
    ]
    listed = element("dl", [[element("dt", term), element("dd", told)] for term, told in facts], class_="facts")
    dates = table("Dates of the data", ["Data", "as of"], [[key, date] for key, date in result.data.items()])
    folded = element("details", element("summary", "Dates of the data that rules judge by"), dates, class_="plain")
    return Section("examined", "What was examined", "Examined", joined(listed, inputs, _not_read(result), folded))


def _asked(companion: Companion) -> str:
    return f"{companion.version}, {companion.templates:,} templates examined" if companion.version else "did not run"


def _not_read(result: Result) -> Html | None:
    if not result.problems:
        return None
    rows = [
        [code(":".join(str(part) for part in (each.path, each.line, each.column) if part is not None)), each.reason]
        for each in result.problems
    ]
    return table("Not read: the result is incomplete", ["File", "why"], rows)


def controls(result: Result) -> Section | None:
    """What the judgements say of each control that a rule names; None where no rule names one."""
    named = sorted({control for rule in result.rules for control in rule.controls})
    if not named:
        return None
    rules = {control: {rule.id for rule in result.rules if control in rule.controls} for control in named}
    rows = []
    for control in named:
        own = rules[control]
        counts = [
            sum(finding.rule_id in own for finding in result.findings),
            sum(len(each.subjects) for each in result.passed if each.rule_id in own),
            sum(each.rule_id in own for each in result.unknown),
            sum(each.finding.rule_id in own for each in result.waived),
        ]
        rows.append([f"{control[0]} {control[1]}", ", ".join(sorted(own)), *(_figure(count) for count in counts)])
    note = element(
        "p",
        "A finding contradicts a control and a pass supports it; neither says by itself whether the control is met.",
    )
    heads = ["Control", "rules", "contradicts", "supports", "undecided", "waived"]
    body = joined(note, table("Judgements by control", heads, rows))
    return Section("controls", "By control", "Controls", body, len(named))
