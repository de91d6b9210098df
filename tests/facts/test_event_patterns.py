"""Event patterns against events, as EventBridge, Lambda and SNS match them."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.event_patterns import Matching, Undecided
from analyzer.facts.event_text import RUN, Comparison
from analyzer.facts.event_values import ANYTHING, MISSING, Either, Elements, Fields, Json, JsonText, Words, from_json
from analyzer.model.value import Unknown, text
from tests.stacks import application

NAMES = application({"Resources": {}}).names
PARAMETER = NAMES.canonical(text([Unknown("the value of parameter P", ("parameter", "S0", "P"))])) or ""


def match(pattern: Any, event: Any) -> bool | None:
    value = event if not isinstance(event, dict) else from_json(event)
    return Matching(Comparison(NAMES)).event(pattern, value)


DETAIL = {"state": "new", "n": 3, "tags": ["a", "b"], "gift": None, "ok": True, "o": {"x": 1}}
ORDER = {"source": "shop", "detail": DETAIL}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["shop"]}, True),
        ({"source": ["Shop"]}, False),
        ({"source": ["x", "shop"]}, True),
        ({"source": ["shop"], "detail": {"state": ["old"]}}, False),
        ({"absent": ["x"]}, False),
        ({"detail": {"absent": [{"exists": False}]}}, True),
        ({"detail": {"absent": {"deep": [{"exists": False}]}}}, True),
        ({"detail": {"state": [{"exists": True}]}}, True),
        ({"detail": {"o": [{"exists": False}]}}, True),
        ({"detail": {"o": [{"exists": True}]}}, False),
        ({"detail": {"absent": [{"anything-but": "x"}]}}, False),
        ({"detail": {"state": [{"anything-but": ["old", "new"]}]}}, False),
        ({"detail": {"state": [{"anything-but": {"prefix": "o"}}]}}, True),
        ({"detail": {"state": [{"anything-but": {"suffix": ["w", "x"]}}]}}, False),
        ({"detail": {"n": [3]}}, True),
        ({"detail": {"n": ["3"]}}, False),
        ({"detail": {"n": [3.0]}}, False),
        ({"detail": {"n": [{"numeric": ["=", 3.0]}]}}, True),
        ({"detail": {"n": [{"numeric": [">", 0, "<", 3]}]}}, False),
        ({"detail": {"n": [{"anything-but": 4}]}}, True),
        ({"detail": {"state": [{"numeric": [">", 0]}]}}, False),
        ({"detail": {"tags": ["b"]}}, True),
        ({"detail": {"tags": ["c"]}}, False),
        ({"detail": {"gift": [None]}}, True),
        ({"detail": {"gift": [""]}}, False),
        ({"detail": {"ok": [True]}}, True),
        ({"detail": {"ok": [False]}}, False),
        ({"detail": {"ok": [1]}}, False),
        ({"detail": {"state": [{"prefix": "ne"}]}}, True),
        ({"detail": {"state": [{"suffix": {"equals-ignore-case": "EW"}}]}}, True),
        ({"detail": {"state": [{"equals-ignore-case": "NEW"}]}}, True),
        ({"detail": {"state": [{"wildcard": "n*w"}]}}, True),
        ({"detail": {"state": {"deeper": ["x"]}}}, False),
        ({"detail": ["x"]}, False),
        ({"$or": [{"source": ["x"]}, {"detail": {"n": [3]}}]}, True),
        ({"$or": [{"source": ["x"]}, {"detail": {"n": [4]}}]}, False),
        ({"detail": {"$or": [{"n": [9]}, {"ok": [True]}]}}, True),
        ({}, True),
    ],
)
def test_a_settled_event(pattern: Any, expected: bool) -> None:
    assert match(pattern, ORDER) is expected


def test_two_fields_of_an_array_must_match_in_one_element() -> None:
    event = {"items": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]}
    assert match({"items": {"a": [1], "b": [2]}}, event) is True
    assert match({"items": {"a": [1], "b": [4]}}, event) is False


@pytest.mark.parametrize(
    ("value", "matchers", "expected"),
    [
        (ANYTHING, ["x"], None),
        (ANYTHING, [{"exists": True}], None),
        (MISSING, [{"exists": False}], True),
        (Words(f"a{RUN}"), ["ab"], None),
        (Words(f"a{RUN}"), ["b"], False),
        (Words(f"a{RUN}"), [{"prefix": "a"}], True),
        (Words(f"a{RUN}"), [{"anything-but": "b"}], True),
        (Words(f"a{RUN}"), [{"anything-but": "ab"}], None),
        (Words(f"a{RUN}"), [{"exists": True}], True),
        (Either((Words("a"), Words("b"))), ["a", "b"], True),
        (Either((Words("a"), Words("b"))), ["a"], None),
        (Either((Words("a"), Words("b"))), ["c"], False),
        (Elements((Words("a"),), complete=False), ["a"], True),
        (Elements((Words("a"),), complete=False), ["b"], None),
        (Elements(), ["b"], False),
        (JsonText(Fields()), ["x"], None),
        (JsonText(Fields()), [{"exists": True}], True),
    ],
)
def test_what_the_run_decides_is_left_open(value: Json, matchers: Any, expected: bool | None) -> None:
    matching = Matching(Comparison(NAMES))
    opened = ["f"] if expected is None and not isinstance(value, Either) else []
    assert matching.event({"f": matchers}, Fields((("f", value),))) is expected
    assert expected is not None or list(matching.open_fields) == opened


def test_a_field_that_may_be_there_is_open_and_one_that_cannot_is_not() -> None:
    incomplete = Fields((("a", Words("x")),), complete=False)
    assert match({"a": ["x"], "b": ["y"]}, incomplete) is None
    assert match({"a": ["z"], "b": ["y"]}, incomplete) is False


def test_what_a_template_does_not_tell_is_named() -> None:
    matching = Matching(Comparison(NAMES))
    assert matching.event({"source": [PARAMETER]}, from_json({"source": "shop"})) is None
    assert list(matching.needs) == ["the value of parameter P"]
    undecided = Matching(Comparison(NAMES))
    assert undecided.event({"source": Undecided("the value of parameter Q")}, from_json({"source": "shop"})) is None
    assert undecided.event({"source": [Undecided("whether x"), "shop"]}, from_json({"source": "shop"})) is True
    assert list(undecided.needs) == ["the value of parameter Q", "whether x"]


def test_strings_that_a_filter_reads_as_json() -> None:
    body = Fields((("body", JsonText(from_json({"kind": "a"}))),))
    assert match({"body": {"kind": ["a"]}}, body) is True
    assert match({"body": {"kind": ["b"]}}, body) is False
    plain = Fields((("body", Words("text")),))
    assert match({"body": {"kind": ["a"]}}, plain) is False


def test_a_pattern_nested_without_end_is_left_open() -> None:
    pattern: Any = ["x"]
    event: Any = "x"
    for _ in range(60):
        pattern, event = {"a": pattern}, {"a": event}
    assert match(pattern, event) is None


@pytest.mark.parametrize("matchers", [[{"numeric": ["<"]}], [{"numeric": "x"}], [{}], [], [{"cidr": 5}], {"a": 5}])
def test_malformed_patterns_match_nothing_that_is_settled(matchers: Any) -> None:
    assert match({"a": matchers}, {"a": 5}) is False
