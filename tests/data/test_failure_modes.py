"""The sections of the failure document, and that every rule repeats the grade of its section."""

from __future__ import annotations

import pytest

from analyzer import registry
from analyzer.data.failure_modes import failure_modes


def test_there_are_fourteen_sections_in_order() -> None:
    assert list(failure_modes()) == list(range(1, 15))


@pytest.mark.parametrize("rule_id", sorted(registry.ids()))
def test_a_rule_repeats_the_grade_of_its_section(rule_id: str) -> None:
    (rule,) = registry.select([rule_id])
    assert rule.documented.label == failure_modes()[rule.failure_mode].documented


def test_whoever_contradicts_the_document_says_by_which_source() -> None:
    unsourced = [n for n, mode in failure_modes().items() for o in mode.overstated if o.source is None]
    assert unsourced == [12], "section 12 is a judgement about what can be measured at all"
