"""A catch knows the block whose errors it catches, in both languages."""

from __future__ import annotations

from textwrap import dedent

from analyzer.code import javascript, python
from analyzer.code.program import Place
from analyzer.sources.folder_tree import MemoryTree


def test_the_block_of_a_try_in_javascript() -> None:
    source = dedent("""
    exports.handler = async (event) => {
      try {
        check(event);
      } catch (error) {
        console.error(error);
      }
      await send(event).catch(() => null);
    };
    """)
    found = javascript.analyze(MemoryTree({"index.js": source.encode()}, "asset"), "index.js", "handler")
    assert {caught.place.line: caught.tried for caught in found.catches} == {
        5: Place("index.js", 3, 7, 5, 4),
        8: None,
    }


def test_the_block_of_a_try_in_python() -> None:
    source = dedent("""
    def handler(event, context):
        try:
            token = event["a"]
            check(token)
        except KeyError:
            pass
        except Exception as error:
            print(error)
    """)
    found = python.analyze(MemoryTree({"app.py": source.encode()}, "asset"), "app.py", "handler")
    block = Place("app.py", 4, 9, 5, 21)
    assert {caught.place.line: caught.tried for caught in found.catches} == {6: block, 8: block}


def test_what_a_decision_is_computed_from_keeps_its_way() -> None:
    source = """
    exports.handler = async (event) => {
      const claims = JSON.parse(Buffer.from(event.token.trim().split('.')[1], 'base64').toString());
      return claims.exp * 1000 < Date.now() || claims.iss !== process.env.ISSUER;
    };
    """
    found = javascript.analyze(MemoryTree({"index.js": source.encode()}, "asset"), "index.js", "handler")
    text = str(found.returns[0].value)
    assert [
        how for how in ("trim", "split", "Buffer.from", "toString", "JSON.parse", "*", "<") if f"'{how}'" not in text
    ] == []
