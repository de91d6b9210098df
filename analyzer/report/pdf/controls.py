"""What the judgements say of each control that a rule bears on, framework by framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.data.controls import BASES, Control, controls_of, frameworks, frameworks_in_order, in_order
from analyzer.policy.result import Result
from analyzer.report.pdf.pieces import Block, Piece, Row, code, heading, muted, paragraph, row, table
from analyzer.report.rule_groups import Judged, judged

_HEADS = ("Control", "is about", "basis", "rules", "contradict", "support", "undecided", "waived", "contradicted by")
_WIDTHS = ("auto", "3fr", "auto", "number", "number", "number", "number", "number", "3fr")

Rules = Mapping[tuple[str, str], list[str]]
"""The rules of the run that bear on a control (framework, id)."""


def controls(result: Result) -> Iterator[Block]:
    """One table for each framework; nothing where no rule names a control."""
    rules: dict[tuple[str, str], list[str]] = {}
    for rule in result.rules:
        for control in rule.controls:
            rules.setdefault(control, []).append(rule.id)
    if not rules:
        return
    known: dict[tuple[str, str], Control] = {}
    for rule in result.rules:
        for each in controls_of(rule.id):
            surest = known.setdefault((each.framework, each.id), each)
            if _rank(each) < _rank(surest):
                known[each.framework, each.id] = each
    yield heading(1, "By control", page=True)
    yield paragraph(
        "A finding contradicts a control and a pass supports it; neither says by itself whether the control is met, "
        "and the rules look at a part of each control only. The basis says why the rules are taken to bear on it: "
        + "; ".join(f"{key}, {told}" for key, told in BASES.items())
        + "."
    )
    counts = judged(result)
    for key in frameworks_in_order(key for key, _ in rules):
        yield from _framework(key, rules, known, counts)


def _framework(key: str, rules: Rules, known: Mapping[tuple[str, str], Control], counts: Judged) -> Iterator[Block]:
    framework = frameworks().get(key)
    yield heading(2, f"{framework.name} {framework.version}" if framework else key)
    if framework:
        yield paragraph(muted(f"Published at {framework.url}"))
    rows: list[Row] = []
    for control in sorted((each for each in rules if each[0] == key), key=lambda each: in_order(each[1])):
        told, own = known.get(control), sorted(rules[control])
        shown = counts.failed, counts.passed, counts.unknown, counts.waived
        numbers = [_number(sum(count[rule] for rule in own)) for count in shown]
        against = ", ".join(rule for rule in own if counts.failed[rule])
        about, basis = (told.title, told.basis) if told else ("", "")
        rows.append(row(code(control[1]), about, basis, str(len(own)), *numbers, against))
    yield table("", _HEADS, _WIDTHS, rows)


def _rank(control: Control) -> int:
    return tuple(BASES).index(control.basis)


def _number(count: int) -> Piece:
    return f"{count:,}" if count else muted("0")
