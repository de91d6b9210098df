"""What an update expression leaves in an item."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.code.program import Literal, Record
from analyzer.facts.event_values import ANYTHING, MISSING, Fields, Json, Words, from_code
from analyzer.facts.flow_updates import assigned

KEYS = Fields((("id", Fields((("S", Words("1")),))),))


def update(expression: str, values: dict[str, str], names: dict[str, str]) -> dict[str, Json]:
    given: list[tuple[str, Any]] = [("UpdateExpression", Literal(expression))]
    for key, content in (("ExpressionAttributeValues", values), ("ExpressionAttributeNames", names)):
        given.append((key, Record(tuple((name, Literal(value)) for name, value in content.items()))))
    found = assigned(Record(tuple(given)), KEYS, lambda value: from_code(value, lambda _: None))
    assert isinstance(found, Fields) and not found.complete
    return {name: value for name, value in found.entries if name != "id"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SET a = :v", {"a": Words("x")}),
        ("SET #n = :v, b = :w", {"state": Words("x"), "b": ANYTHING}),
        ("SET a = if_not_exists(a, :v), b = :v", {"a": ANYTHING, "b": Words("x")}),
        ("SET a = a + :v", {"a": ANYTHING}),
        ("SET a = :v REMOVE b, c", {"a": Words("x"), "b": MISSING, "c": MISSING}),
        ("ADD n :v SET a = :v", {"a": Words("x")}),
        ("SET a.b = :v", {}),
        ("SET #m = :v", {}),
        ("", {}),
        ("nonsense", {}),
    ],
)
def test_clauses(expression: str, expected: dict[str, Json]) -> None:
    assert update(expression, {":v": "x"}, {"#n": "state"}) == expected


def test_an_expression_that_is_not_known_leaves_all_but_the_key_open() -> None:
    found = assigned(Record(()), KEYS, lambda _: ANYTHING)
    assert found == Fields(KEYS.entries, complete=False)
