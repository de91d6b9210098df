"""The same characters as the standard library writes, whatever is to be written."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.indented import Repeated, indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner), max_leaves=20
)


class Word(StrEnum):
    HIGH = "high"
    LOW = "gering, é"


class Grade(IntEnum):
    HIGH = 3


@given(VALUES, st.integers(min_value=0, max_value=4), st.booleans())
def test_writes_what_the_standard_library_writes(value: Any, indent: int, ascii_only: bool) -> None:
    standard = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert indented(value, indent=indent, ascii_only=ascii_only) == standard


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        (),
        [[], {}, [{}]],
        {"a": ()},
        Word.HIGH,
        Word.LOW,
        Grade.HIGH,
        {"a": Word.HIGH, "b": [Grade.HIGH]},
        "\ud800\x7f\n é",
    ],
)
def test_corner_cases_too(value: Any) -> None:
    for ascii_only in (False, True):
        assert indented(value, indent=2, ascii_only=ascii_only) == json.dumps(value, indent=2, ensure_ascii=ascii_only)


@pytest.mark.parametrize("value", [{1: "a"}, [object()], {"a": {1, 2}}])
def test_what_json_has_no_word_for_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        indented(value, indent=2)


@pytest.mark.parametrize("ascii_only", [False, True])
def test_what_is_repeated_is_written_at_every_depth_as_what_is_not(ascii_only: bool) -> None:
    names = Repeated(["é", {"a": [1]}])
    other = Repeated(["é"])
    value = {"a": names, "b": [names, names, other], "c": {"d": {"e": other}, "f": Repeated(), "g": names}}
    assert indented(value, indent=2, ascii_only=ascii_only) == json.dumps(value, indent=2, ensure_ascii=ascii_only)
