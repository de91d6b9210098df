"""What the judgements say of each control that a rule bears on, framework by framework."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.data.controls import BASES
from analyzer.policy.result import Result
from analyzer.report.control_groups import NOT_MET, Bearing, Framework, by_control
from analyzer.report.pdf.pieces import Block, Row, code, heading, lead, muted, number, paragraph, row, table


def controls(result: Result) -> Iterator[Block]:
    """One table for each framework; nothing where no rule names a control."""
    told = list(by_control(result))
    if not told:
        return
    bases = "; ".join(f"{key}, {words}" for key, words in BASES.items())
    yield heading(1, "By control", page=True)
    yield paragraph(
        f"{NOT_MET} The rules look at a part of each control only; controls that no rule bears on are not listed. The "
        f"basis says why the rules are taken to bear on a control: {bases}."
    )
    for framework in told:
        yield from _framework(framework)


def _framework(framework: Framework) -> Iterator[Block]:
    yield heading(2, framework.title)
    if framework.url:
        yield lead(muted(f"Published at {framework.url}"))
    kinds = framework.kinds
    heads = ("Control", "basis", "rules", *kinds, "contradicted by")
    widths = ("3fr", "auto", "number", *("number" for _ in kinds), "2fr")
    yield table("", heads, widths, [_row(each, kinds) for each in framework.controls])


def _row(control: Bearing, kinds: Sequence[str]) -> Row:
    numbers = [number(control.counts[kind]) for kind in kinds]
    against = ", ".join(control.contradicted_by)
    return row([code(control.id), f" {control.title}"], control.basis, str(len(control.rules)), *numbers, against)
