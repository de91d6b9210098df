"""Records to JSON and back, and nothing else back."""

from __future__ import annotations

import json
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from analyzer.cache.codec import Decoders, encode
from analyzer.judgement import Severity
from analyzer.picture.graph import Edge, Line, Node, Picture
from analyzer.picture.sketch import Sketch, drawn
from analyzer.records import dataclass


class Colour(StrEnum):
    RED = "red"


class Pair(NamedTuple):
    left: str
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    colour: Colour
    severity: Severity | None
    day: date | None
    pairs: tuple[Pair, ...]
    place: tuple[str, int]
    whole: bool
    share: float
    picture: Sketch | None = field(default=None, compare=False, repr=False)
    inner: tuple[Record, ...] = ()


PICTURE = Picture("t", "d", (Node("a", "A"), Node("b", "B", marked=True)), (Edge("a", "b", line=Line.BLOCKED),), "c")
LEAF = Record("\ud800 <b>\x1b", Colour.RED, None, None, (), ("x", -1), False, 0.5)
TREE = Record(
    "r",
    Colour.RED,
    Severity.HIGH,
    date(2026, 11, 24),
    (Pair("l", (1, 2)), Pair("m")),
    ("y", 2),
    True,
    1.0,
    drawn(PICTURE),
    (LEAF, LEAF),
)
DECODERS = Decoders({"Record": Record})


def plain(value: Any) -> Any:
    return json.loads(json.dumps(encode(value)))


@pytest.mark.parametrize("record", [LEAF, TREE])
def test_what_comes_back_is_what_went_in(record: Record) -> None:
    made = DECODERS.of(Record)(plain(record))
    assert made == record
    assert type(made.severity) is type(record.severity)


def test_a_picture_comes_back_drawn() -> None:
    sketch = DECODERS.of(Record)(plain(TREE)).picture
    assert sketch is not None and sketch() == PICTURE


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 1),
        (0, None),
        (1, "blue"),
        (1, None),
        (2, 99),
        (2, "high"),
        (3, "2026-13-01"),
        (3, 5),
        (4, {"left": "l"}),
        (4, [["l"]]),
        (4, [["l", [1], 2]]),
        (4, [["l", [True]]]),
        (5, ["x"]),
        (5, ["x", 1, 2]),
        (6, 1),
        (7, 1),
        (7, "0.5"),
        (8, [[]]),
        (9, None),
        (9, [[1]]),
    ],
)
def test_what_does_not_fit_is_refused(place: int, value: Any) -> None:
    fields = plain(TREE)
    fields[place] = value
    with pytest.raises((TypeError, ValueError)):
        DECODERS.of(Record)(fields)


@pytest.mark.parametrize("fields", [None, "r", {}, [], plain(LEAF)[:-1], [*plain(LEAF), 1]])
def test_what_is_no_record_is_refused(fields: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        DECODERS.of(Record)(fields)


@pytest.mark.parametrize("value", [object(), {"a": 1}, [1], {1}, b"x", lambda: 1])
def test_what_has_no_form_is_not_kept(value: Any) -> None:
    with pytest.raises(TypeError):
        encode((value,))
