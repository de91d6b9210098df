"""The tests on the way to an SDK call, with the outcome that leads there, in both languages."""

from __future__ import annotations

import pytest

from analyzer.code import javascript, python
from analyzer.code.program import CodeValue, Condition, Derived, EventField, Literal, Program, Record
from analyzer.sources.folder_tree import inline

FIELD = EventField(("x",))


def given(how: str, value: object, outcome: bool) -> Condition:
    return Condition(Derived((FIELD, Literal(value)), how), outcome)  # type: ignore[arg-type]


PYTHON = """
import boto3
s3 = boto3.client("s3")

def put(key):
    s3.put_object(Key=key)

def handler(event, context):
    x = event["x"]
"""
JAVASCRIPT = """
const { S3 } = require('@aws-sdk/client-s3');
const s3 = new S3();
const put = (Key) => s3.putObject({ Key });
exports.handler = async (event) => {
const x = event.x;
%s
};
"""


def by_key(program: Program) -> dict[CodeValue | None, tuple[Condition, ...]]:
    return {call.arguments.get("Key"): call.conditions for call in program.calls if isinstance(call.arguments, Record)}


def of_python(body: str) -> dict[CodeValue | None, tuple[Condition, ...]]:
    source = PYTHON + "".join(f"    {line}\n" for line in body.splitlines())
    return by_key(python.analyze(inline(source, "index.py", "t"), "index.py", "handler"))


def of_javascript(body: str) -> dict[CodeValue | None, tuple[Condition, ...]]:
    return by_key(javascript.analyze(inline(JAVASCRIPT % body, "index.js", "t"), "index.js", "handler"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("put('a')", {"a": None}),
        ("if x == 'n':\n    put('a')\nelse:\n    put('b')\nput('c')", {"a": True, "b": False, "c": None}),
        ("if x == 'n':\n    return\nput('a')", {"a": False}),
        ("if x == 'n':\n    pass\nelse:\n    raise ValueError()\nput('a')", {"a": True}),
        ("for i in [1, 2]:\n    if x == 'n':\n        continue\n    put('a')\nput('b')", {"a": False, "b": None}),
        ("try:\n    if x == 'n':\n        raise ValueError()\n    put('a')\nexcept ValueError:\n    pass\nput('b')", {"a": False, "b": None}),
        ("if x == 'n':\n    put('a')\nput('a')", {"a": None}),
    ],
)  # fmt: skip
def test_python(body: str, expected: dict[str, bool | None]) -> None:
    wanted = {
        Literal(key): () if not isinstance(how, bool) else (given("==", "n", how),) for key, how in expected.items()
    }
    assert of_python(body) == wanted


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await put('a');", {"a": None}),
        ("if (x === 'n') { await put('a'); } else { await put('b'); }\nawait put('c');", {"a": True, "b": False, "c": None}),
        ("if (x === 'n') return;\nawait put('a');", {"a": False}),
        ("if (x === 'n') { console.log(1); } else { throw new Error('e'); }\nawait put('a');", {"a": True}),
        ("for (const i of event.l) { if (x === 'n') continue; await put('a'); }\nawait put('b');", {"a": False, "b": None}),
        ("try { if (x === 'n') throw new Error('e'); await put('a'); } catch (e) { }\nawait put('b');", {"a": False, "b": None}),
        ("if (x === 'n') await put('a');\nawait put('a');", {"a": None}),
    ],
)  # fmt: skip
def test_javascript(body: str, expected: dict[str, bool | None]) -> None:
    wanted = {Literal(key): () if how is None else (given("===", "n", how),) for key, how in expected.items()}
    assert of_javascript(body) == wanted
