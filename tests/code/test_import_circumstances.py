"""Whether code can go on without an import, whether it waits in a function, and signs of SDK v2 in bundles."""

from __future__ import annotations

import pytest

from analyzer.code import javascript, python
from analyzer.code.bundles import marks_in
from analyzer.sources.folder_tree import MemoryTree


def circumstances(name: str, code: str) -> list[tuple[str, str, bool]]:
    tree = MemoryTree({name: code.encode()}, name)
    front = python if name.endswith(".py") else javascript
    return [(found.module, found.kind, found.deferred) for found in front.analyze(tree, name, "handler").imports]


@pytest.mark.parametrize(
    ("code", "kind", "deferred"),
    [
        ("const a = require('x');", "require", False),
        ("try { a = require('x'); } catch (e) { a = 1; }", "optional", False),
        ("try { a = require('x'); } catch (e) { console.log(e); throw e; }", "require", False),
        ("try { a = require('x'); } finally { b(); }", "require", False),
        ("try { a(); } catch (e) { require('x').report(e); }", "require", False),
        ("try { { if (b) { a = require('x'); } } } catch {}", "optional", False),
        ("try { a = () => require('x'); } catch {}", "require", True),
        ("import('x').catch(() => null);", "optional", False),
        ("import('x').then(a);", "dynamic", False),
        ("exports.handler = async () => { try { await import('x'); } catch {} };", "optional", True),
        ("class A { run() { return require('x'); } }", "require", True),
        ("function* a() { yield require('x'); }", "require", True),
        ("(() => require('x'))();", "require", True),
    ],
)
def test_an_import_of_node(code: str, kind: str, deferred: bool) -> None:
    assert circumstances("index.js", code) == [("x", kind, deferred)]


def test_a_substitute_for_what_was_tried_first_is_optional_too() -> None:
    code = "let a; try { a = require('fast'); } catch { a = require('slow'); }"
    assert circumstances("index.js", code) == [("fast", "optional", False), ("slow", "optional", False)]


@pytest.mark.parametrize(
    "code",
    [
        "export const f = (): import('x').S3 => 1 as never;",
        "let a: Promise<import('x').S3>;",
        "type T = typeof import('x');",
        "const a = b as import('x').S3;",
        "const a = b satisfies import('x').S3;",
        "interface I { a: import('x').S3 }",
    ],
)
def test_an_import_in_a_type_is_erased(code: str) -> None:
    assert [(module, kind) for module, kind, _ in circumstances("index.ts", code)] == [("x", "type")]


def test_an_import_in_a_value_beside_types_is_not_erased() -> None:
    code = "const a: number = (await import('x')).b as number;"
    assert circumstances("index.ts", code) == [("x", "dynamic", False)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import x\n", [("x", "import", False)]),
        ("def f():\n    import x\n", [("x", "import", True)]),
        ("class A:\n    import x\n", [("x", "import", False)]),
        ("async def f():\n    if 1:\n        from x import y\n", [("x", "import", True)]),
        (
            "try:\n    import fast\nexcept ImportError:\n    import slow\n",
            [("fast", "optional", False), ("slow", "optional", False)],
        ),
        ("try:\n    run()\nexcept ImportError:\n    import x\n", [("x", "import", False)]),
        ("try:\n    import x\nexcept ValueError:\n    pass\n", [("x", "import", False)]),
    ],
)
def test_an_import_of_python(code: str, expected: list[tuple[str, str, bool]]) -> None:
    assert circumstances("app.py", code) == expected


AGENT = b'const a = (e) => "aws-sdk-" + e;\n'
OBJECT = b'const c = { VERSION: "2.1600.0", Signers: {}, Protocol: {} };\n'
ASSIGNED = b'c.VERSION="2.1691.0";c.Signers={};'
SILENCED = b"if(!process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE)w();"


@pytest.mark.parametrize(
    ("data", "marks"),
    [
        (AGENT + OBJECT, ["aws-sdk-js-v2 2.1600.0"]),
        (AGENT + SILENCED + ASSIGNED, ["aws-sdk-js-v2 2.1691.0"]),
        (AGENT + ASSIGNED, []),
        (OBJECT, []),
        (AGENT + b"// " + OBJECT, []),
        (b"// " + AGENT + OBJECT, []),
        (AGENT + b"const t = '" + OBJECT.strip() + b"';\n", []),
        (AGENT + b"/* " + OBJECT + b" */", []),
        (AGENT + b'// AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE\nc.VERSION="2.1.0";c.Signers={};', []),
        (AGENT + OBJECT.replace(b"2.1600.0", b"3.600.0"), []),
    ],
)
def test_marks_of_sdk_v2(data: bytes, marks: list[str]) -> None:
    assert [text for text, _ in marks_in("index.js", data)] == marks
