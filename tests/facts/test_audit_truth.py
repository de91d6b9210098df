"""Switches, numbers and presence, as people write them and as nobody can know them."""

from __future__ import annotations

import pytest

from analyzer.facts.numbers import whole_number
from analyzer.facts.truth import off, shorter_than, switched_off, truth, unset
from analyzer.model.value import ABSENT, Known, Listing, Reference, Unknown, Value

NOT_KNOWN = Unknown("the value of parameter P")
BUCKET = Reference("S", "Bucket")


@pytest.mark.parametrize(
    ("value", "on"),
    [
        (Known(True), True),
        (Known("true"), True),
        (Known("True"), True),
        (Known(False), False),
        (Known("false"), False),
        (ABSENT, False),
        (Known("yes"), None),
        (Known(1), None),
        (Known(None), None),
        (NOT_KNOWN, None),
        (BUCKET, None),
        (Listing((Known(True),)), None),
    ],
)
def test_a_switch_is_on_off_or_not_known(value: Value, on: bool | None) -> None:
    assert truth(value) is on
    assert off(value) is (None if on is None else not on)


def test_a_switch_that_is_on_by_default_is_off_only_where_it_is_written() -> None:
    written = {value: switched_off(value) for value in (ABSENT, Known("false"), Known(True), NOT_KNOWN)}
    assert written == {ABSENT: False, Known("false"): True, Known(True): False, NOT_KNOWN: None}


@pytest.mark.parametrize(
    ("value", "missing"), [(ABSENT, True), (Known(""), True), (Known("x"), False), (NOT_KNOWN, False), (BUCKET, False)]
)
def test_a_value_that_nobody_can_know_yet_is_a_value(value: Value, missing: bool) -> None:
    assert unset(value) is missing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Known(7), 7),
        (Known("7"), 7),
        (Known(-1), -1),
        (Known(True), None),
        (Known("seven"), None),
        (Known("7.5"), None),
        (Known(None), None),
        (ABSENT, None),
        (NOT_KNOWN, None),
    ],
)
def test_whole_numbers(value: Value, expected: int | None) -> None:
    assert whole_number(value) == expected


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (Known(89), True),
        (Known("90"), False),
        (ABSENT, False),
        (Known(""), False),
        (NOT_KNOWN, None),
        (Known("x"), None),
    ],
)
def test_what_is_not_written_never_ends(value: Value, short: bool | None) -> None:
    assert shorter_than(90)(value) is short
