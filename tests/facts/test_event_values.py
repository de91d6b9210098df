"""From expressions of code to JSON with open places."""

from __future__ import annotations

import pytest

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Opaque,
    Record,
)
from analyzer.facts.event_text import EXTENSION, KEY, RUN, STEM, TAIL, replaced_in_key
from analyzer.facts.event_values import (
    ANYTHING,
    MISSING,
    Either,
    Elements,
    Fields,
    Json,
    JsonText,
    Plain,
    Words,
    from_code,
    from_json,
    parsed,
    text_of,
)

OBJECT = EventField(("Records", "*", "s3", "object", "key"))
DECODED = Derived((Derived((OBJECT, Literal(" ")), "replace"),), "decodeURIComponent")
PARTS = Derived((DECODED, Literal("/")), "split")


def item(parts: CodeValue, index: int) -> Derived:
    return Derived((parts, Literal(index)), "item")


def texts(value: CodeValue) -> str | None:
    return {"FOLDER": "out"}.get(value.name) if isinstance(value, EnvironmentVariable) else None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Literal("a"), "a"),
        (Literal(5), "5"),
        (Literal(True), RUN),
        (EnvironmentVariable("FOLDER"), "out"),
        (EnvironmentVariable("OTHER"), RUN),
        (Composed((EnvironmentVariable("FOLDER"), Literal("/"), OBJECT)), f"out/{KEY}"),
        (OBJECT, KEY),
        (EventField(("detail", "object", "key")), KEY),
        (EventField(("detail", "object", "size")), RUN),
        (DECODED, KEY),
        (Derived((OBJECT,), "urllib.parse.unquote_plus"), KEY),
        (Derived((OBJECT, Literal("in/"), Literal("out/")), "unquote_plus.replace"), replaced_in_key("in/", "out/")),
        (Derived((DECODED, Literal("in/"), Literal("out/")), "replace"), replaced_in_key("in/", "out/")),
        (Derived((DECODED, Literal(".json")), "replace"), RUN),
        (Derived((Literal("a-b"), Literal("-"), Literal("+")), "replace"), "a+b"),
        (Derived((DECODED,), "path.basename"), TAIL),
        (Derived((PARTS,), "pop"), TAIL),
        (Derived((PARTS, Literal(-1)), "at"), TAIL),
        (Derived((PARTS, Literal(1)), "at"), RUN),
        (Derived((Derived((DECODED, Literal("-")), "split"),), "pop"), RUN),
        (Derived((Derived((PARTS, Literal(1)), "slice"), Literal("/")), "join"), TAIL),
        (Derived((Derived((PARTS, Literal(0), Literal(2)), "slice"), Literal("/")), "join"), RUN),
        (Derived((Literal("out/"), DECODED), "path.join"), f"out/{KEY}"),
        (Derived((DECODED, Derived((Derived((DECODED, Literal("/")), "lastIndexOf"), Literal(1)), "+")), "slice"), TAIL),
        (Derived((DECODED, Derived((Derived((DECODED, Literal(".")), "lastIndexOf"), Literal(1)), "+")), "slice"), RUN),
        (Derived((DECODED, Literal(7)), "slice"), RUN),
        (Derived((DECODED,), "path.parse.base"), TAIL),
        (Derived((DECODED,), "path.parse.ext"), EXTENSION),
        (Derived((DECODED,), "path.extname"), EXTENSION),
        (item(Derived((OBJECT,), "os.path.splitext"), 0), STEM),
        (item(Derived((OBJECT,), "os.path.splitext"), 1), EXTENSION),
        (item(Derived((OBJECT, Literal("."), Literal(1)), "unquote_plus.rsplit"), 0), STEM),
        (item(Derived((OBJECT, Literal("/")), "unquote_plus.split"), -1), TAIL),
        (item(Derived((OBJECT, Literal("/")), "unquote_plus.lower.split"), -1), RUN),
        (Derived((Derived((OBJECT,), "pathlib.Path"),), "name"), TAIL),
        (Derived((Derived((OBJECT,), "pathlib.Path"),), "suffix"), EXTENSION),
        (Derived((Derived((OBJECT,), "unquote"),), "name"), RUN),
        (Derived((Literal("x/"), DECODED), "path.join"), f"x/{KEY}"),
        (Derived((OBJECT,), "upper"), RUN),
        (Derived((), "uuid.v4"), RUN),
        (Opaque(), RUN),
        (Choice((Literal("a"), Literal("b"))), RUN),
    ],
)  # fmt: skip
def test_text(expression: CodeValue, expected: str) -> None:
    assert text_of(expression, texts) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Literal("a"), Words("a")),
        (Literal(None), Plain(None)),
        (Literal(1.5), Plain(1.5)),
        (Record((("a", Literal(1)),), complete=False), Fields((("a", Plain(1)),), complete=False)),
        (Items((Literal("x"), Opaque())), Elements((Words("x"), ANYTHING))),
        (Choice((Literal("a"), Literal("b"), Literal("a"))), Either((Words("a"), Words("b")))),
        (Derived((Record((("a", Literal("x")),)),), "JSON.stringify"), JsonText(Fields((("a", Words("x")),)))),
        (Derived((Literal("x"),), "json.dumps"), JsonText(Words("x"))),
        (Composed((Literal("a"), Opaque())), Words(f"a{RUN}")),
        (EventField(("detail",)), ANYTHING),
        (Derived((EventField(("body",)),), "JSON.parse"), ANYTHING),
        (Opaque(), ANYTHING),
    ],
)
def test_json(expression: CodeValue, expected: Json) -> None:
    assert from_code(expression, texts) == expected


def test_nesting_without_end_is_anything() -> None:
    expression: CodeValue = Literal("x")
    for _ in range(100):
        expression = Record((("a", expression),))
    found: Json = from_code(expression, texts)
    depth = 0
    while isinstance(found, Fields):
        found, depth = found.get("a"), depth + 1
    assert (found, depth) == (ANYTHING, 13)


def test_fields_know_what_is_not_there() -> None:
    assert Fields((("a", Words("x")),)).get("b") == MISSING
    assert Fields((("a", Words("x")),), complete=False).get("b") == ANYTHING
    assert Fields((("a", MISSING),), complete=False).get("a") == MISSING


def test_content_of_a_template_and_strings_of_json() -> None:
    written = from_json({"a": ["x", 1, None, True], "b": {}})
    values = (Words("x"), Plain(1), Plain(None), Plain(True))
    assert written == Fields((("a", Elements(values)), ("b", Fields())))
    assert from_json(object()) == ANYTHING
    assert parsed(JsonText(Plain(1))) == Plain(1)
    assert parsed(Words("1")) == Words("1")
