from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.sources.errors import InputError, InputWarning
from analyzer.sources.json_document import JsonLocator, parse_json
from analyzer.sources.positions import Position
from analyzer.sources.reading import MAX_DEPTH

TEMPLATE = """{
  "Resources": {
    "Fn": {"Type": "AWS::Lambda::Function",
           "Properties": {
             "Timeout" :  30,
             "Layers": ["one", {"Ref": "L"},
                        [1,
                         2]],
             "a/b~c": "x"
           }}
  }
}"""


def error_of(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_json(text, "t.json")
    return caught.value


def test_a_document_without_doubts() -> None:
    assert parse_json('{"a": [1, 2.5, true, null, "x"]}', "t.json") == (
        {"a": [1, 2.5, True, None, "x"]},
        (),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "b" 2}', "t.json:2:6: not JSON: Expecting ':' delimiter"),
        ('{"a": 1', "t.json:1:8: not JSON: Expecting ',' delimiter"),
        ("", "t.json:1:1: not JSON: Expecting value"),
        ('{"a": 1} {}', "t.json:1:10: not JSON: Extra data"),
        ('{"a": NaN}', "t.json: not JSON: NaN is not a JSON value"),
        ('{"a": -Infinity}', "t.json: not JSON: -Infinity is not a JSON value"),
        ('{"a": 1e999}', "t.json: not JSON: 1e999 is beyond the range of a number"),
    ],
)
def test_what_is_not_json(text: str, said: str) -> None:
    assert str(error_of(text)) == said


def test_a_number_too_long_for_python_is_an_error_not_a_crash() -> None:
    assert error_of("9" * 5000).reason.startswith("not JSON: Exceeds the limit")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_an_error(depth: int, opening: str, closing: str) -> None:
    text = opening * depth + "1" + closing * depth
    assert error_of(text) == InputError("t.json", f"nested more than {MAX_DEPTH} deep")


def test_the_deepest_nesting_that_is_read() -> None:
    value, _ = parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH, "t.json")
    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


def test_keys_written_twice_are_told_with_their_place_and_the_last_counts() -> None:
    text = '{"a": 1,\n "b": {"c": 1, "c": 2},\n "a": [{"d": 0, "d": 3, "d": 4}]}'
    document, warnings = parse_json(text, "t.json")
    assert document == {"a": [{"d": 4}], "b": {"c": 2}}
    assert warnings == (
        InputWarning("t.json", 2, 16, "key 'c' is written twice; the last counts"),
        InputWarning("t.json", 3, 2, "key 'a' is written twice; the last counts"),
        InputWarning("t.json", 3, 17, "key 'd' is written twice; the last counts"),
        InputWarning("t.json", 3, 25, "key 'd' is written twice; the last counts"),
    )


@pytest.mark.parametrize(
    ("pointer", "position"),
    [
        ("", Position(1, 1, 1, 2)),
        ("/Resources", Position(2, 3, 2, 14)),
        ("/Resources/Fn", Position(3, 5, 3, 9)),
        ("/Resources/Fn/Type", Position(3, 12, 3, 43)),
        ("/Resources/Fn/Properties/Timeout", Position(5, 14, 5, 29)),
        ("/Resources/Fn/Properties/Layers/0", Position(6, 25, 6, 30)),
        ("/Resources/Fn/Properties/Layers/1", Position(6, 32, 6, 44)),
        ("/Resources/Fn/Properties/Layers/1/Ref", Position(6, 33, 6, 43)),
        ("/Resources/Fn/Properties/Layers/2", Position(7, 25, 7, 28)),
        ("/Resources/Fn/Properties/Layers/2/1", Position(8, 26, 8, 27)),
        ("/Resources/Fn/Properties/a~1b~0c", Position(9, 14, 9, 26)),
        # The deepest ancestor there is.
        ("/Resources/Fn/Properties/Layers/9", Position(6, 14, 6, 22)),
        ("/Resources/Fn/Properties/Timeout/x/y", Position(5, 14, 5, 29)),
        ("/Resources/Other/Properties", Position(2, 3, 2, 14)),
        ("/Nothing", Position(1, 1, 1, 2)),
    ],
)
def test_positions(pointer: str, position: Position) -> None:
    assert JsonLocator(TEMPLATE).position(pointer) == position


def test_no_position_for_what_is_no_pointer() -> None:
    assert JsonLocator(TEMPLATE).position("Resources") is None


def test_the_last_of_two_equal_keys_is_located_as_it_is_the_one_that_counts() -> None:
    text = '{"a": {"x": 1},\n "a": {"y": 2}}'
    locator = JsonLocator(text)
    assert locator.position("/a") == Position(2, 2, 2, 5)
    assert locator.position("/a/y") == Position(2, 8, 2, 14)
    assert locator.position("/a/x") == Position(2, 2, 2, 5)


def test_a_key_with_escapes_is_found_by_its_value() -> None:
    assert JsonLocator('{"\\u0041\\n": 1}').position("/A\n") == Position(1, 2, 1, 15)


def test_an_array_or_a_scalar_at_the_top() -> None:
    assert JsonLocator(" [1,\n2]").position("/1") == Position(2, 1, 2, 2)
    assert JsonLocator("  7").position("/a") == Position(1, 3, 1, 4)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def pointers(value: Any, prefix: str = "") -> list[tuple[str, Any]]:
    found = [(prefix, value)]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in entries:
        found += pointers(child, f"{prefix}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


@given(JSON, st.sampled_from([None, 1]))
def test_every_value_is_where_its_position_says(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    lines = text.split("\n")
    locator = JsonLocator(text)
    for pointer, child in pointers(value)[1:]:
        place = locator.position(pointer)
        assert place is not None
        assert place.line == place.end_line
        written = lines[place.line - 1][place.column - 1 : place.end_column - 1]
        key, _, scalar = written.partition(": ") if written.startswith('"') else ("", "", written)
        if not isinstance(child, dict | list) and '": ' not in json.dumps(child):
            assert written.endswith(json.dumps(child, ensure_ascii=False)), (written, key, scalar)
