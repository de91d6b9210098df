"""A part that a key of the run chooses depends on that key, in both languages."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code import javascript, python
from analyzer.code.program import CodeValue, Derived, EnvironmentVariable, EventField, Literal, Program
from analyzer.sources.folder_tree import MemoryTree

KEYS, TOKEN = EnvironmentVariable("KEYS"), EventField(("token",))


def in_javascript(lines: str) -> Program:
    source = f"""
    const keys = JSON.parse(process.env.KEYS);
    const fixed = {{ a: 'x', b: 'y' }};
    exports.handler = async (event) => {{ {lines} }};
    """
    return javascript.analyze(MemoryTree({"index.js": source.encode()}, "asset"), "index.js", "handler")


def in_python(lines: str) -> Program:
    source = dedent("""
    import json, os
    keys = json.loads(os.environ["KEYS"])
    fixed = {"a": "x", "b": "y"}
    def handler(event, context):
    """) + "\n".join(f"    {line}" for line in lines.splitlines())
    return python.analyze(MemoryTree({"app.py": source.encode()}, "asset"), "app.py", "handler")


def looked_up(how: str) -> Derived:
    return Derived((Derived((KEYS,), how), TOKEN), "[]")


@pytest.mark.parametrize("expression", ["keys[event.token]", "keys?.[event.token]", "keys[event.token].id"])
def test_a_parsed_object_in_javascript(expression: str) -> None:
    assert [found.value for found in in_javascript(f"return {expression};").returns] == [looked_up("JSON.parse")]


@pytest.mark.parametrize("expression", ["keys[event['token']]", "keys.get(event['token'])"])
def test_a_parsed_object_in_python(expression: str) -> None:
    values: list[CodeValue] = [found.value for found in in_python(f"return {expression}").returns]
    assert values == [looked_up("json.loads")]


def test_a_key_that_is_written_out_is_no_choice() -> None:
    assert in_javascript("return keys['a'];").returns[0].value == Derived((KEYS,), "JSON.parse")
    assert in_python("return keys['a']").returns[0].value == Derived((KEYS,), "json.loads")


def test_what_is_looked_up_in_a_literal_depends_on_the_key() -> None:
    found = in_javascript("if (fixed[event.token] === 'x') return 1; return 2;").returns
    assert [one.value for one in found] == [Literal(1), Literal(2)]
    assert all(TOKEN in one.conditions for one in in_javascript("return fixed[event.token];").returns)
    assert all(TOKEN in one.conditions for one in in_python("return fixed[event['token']]").returns)
