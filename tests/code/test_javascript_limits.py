"""Hostile and faulty code: the analysis ends, says what it could not follow, and never raises."""

from __future__ import annotations

import sys
from time import process_time

import pytest

from analyzer.code.javascript import analyze
from analyzer.code.js_syntax import UnparsableError, parse
from analyzer.code.program import Program
from analyzer.sources.folder_tree import MemoryTree
from tests.code.javascript_programs import field, lit, program, record, returned

PATIENCE = 20.0
"""Seconds of processor time; every case needs less than two on an idle machine."""


def handler(body: str) -> str:
    return f"exports.handler = async (event) => {{ {body} }};"


ENDLESS = {
    "parentheses": handler(f"return {'(' * 5000}1{')' * 5000};"),
    "brackets": "x = " + "[" * 20_000,
    "sum": handler(f"return {'+'.join(['event.a'] * 5000)};"),
    "branches": handler("".join(f"if (event.a{n}) x{n} = 1; else x{n} = 2;" for n in range(1000))),
    "nested branches": handler("if (event.a) {" * 400 + "}" * 400),
    "nested loops": handler("for (const a of event.l) {" * 30 + "x = a;" + "}" * 30),
    "counted loops": handler("let x = 1;" + "for (let i = 0; i < 8; i++) {" * 9 + "x += i;" + "}" * 9),
    "doubling lists": handler("let x = event.a;" + "x = [x, x];" * 60 + "return x;"),
    "doubling text": handler("let x = 'ab';" + "x = x + x;" * 60 + "return x;"),
    "doubling sources": handler("let x = event.a;" + "x = { a: f(x), b: g(x), c: h(x, x) };" * 60 + "return x;"),
    "squares": handler("let x = 10;" + "x = x * x;" * 90 + "return x;"),
    "recursion": "const f = (n) => f(n - 1) + f(n - 2);" + handler("return f(40) + f(event.n);"),
    "mutual recursion": (
        "const f = async (e) => { await g(e); await g(e); }; const g = async (e) => { await f(e); await f(e); };"
        + handler("await f(event);")
    ),
    "table of functions": (
        f"const t = {{ {', '.join(f'k{n}: (e) => t[e.k](e)' for n in range(12))} }};"
        + handler("return t[event.x](event);")
    ),
    "long chain": handler(f"return event{'.a' * 10_000};"),
    "chain of calls": handler(f"return event{'.a()' * 3000};"),
    "ternaries": handler(f"return {'event.a ? 1 : ' * 2000}2;"),
    "templates": handler(f"return {'`${' * 500}1{'}`' * 500};"),
    "callbacks": handler("f(() => {" * 300 + "g();" + "});" * 300),
    "inheritance": "class A0 {}" + "".join(f"class A{n} extends A{n - 1} {{}}" for n in range(1, 200)) + "new A199();",
    "class of itself": "class A extends A {} new A();",
    "getter of itself": "const o = { get a() { return this.a; } };" + handler("return o.a;"),
    "prototype of itself": ("function F() {} F.prototype = new F(); F.prototype.p = F.prototype;")
    + handler("return new F().q;"),
    "large table": f"const t = {{ {','.join(f'k{n}: {{ a: {n} }}' for n in range(8000))} }};"
    + handler("return t[event.k];"),
    "long number": handler("return 1" + "0" * 50_000 + ";"),
    "many calls": handler("".join(f"f(event.a{n});" for n in range(3000))),
    "endless parser": "if (event.headsdk-${e}/`;x({VERSION:ers &yield & s.a) use(ent.hnew eaders.a);",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_it_comes_to_an_end(case: str) -> None:
    limit, before = sys.getrecursionlimit(), process_time()
    found = program(ENDLESS[case], name="index.tsx" if case == "endless parser" else "index.js")
    assert process_time() - before < PATIENCE
    assert sys.getrecursionlimit() == limit
    assert len(repr(found)) < 2_000_000
    assert found.complete is (found.problems == ())
    hash(found)


PROBLEMS = {
    "index.js:1: the syntax there is not understood": "exports.handler = async (event) => { return ; ; ) };",
    "index.js: code nested too deeply was not followed": ENDLESS["nested branches"],
    "the code is too large to follow to its end": ENDLESS["nested loops"],
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_was_not_followed_is_said(problem: str) -> None:
    found = program(PROBLEMS[problem])
    assert (found.complete, problem in found.problems) == (False, True)


def test_a_parser_that_does_not_end_is_stopped() -> None:
    text = ENDLESS["endless parser"].encode()
    with pytest.raises(UnparsableError):
        parse("index.tsx", text)
    found = analyze(MemoryTree({"index.tsx": text}, "asset"), "index.tsx", "handler")
    assert found.problems[0] == "index.tsx: the syntax is not understood"
    assert found.handler_found is None


def test_what_was_seen_before_the_budget_ran_out_stays() -> None:
    found = program(
        "const { S3 } = require('@aws-sdk/client-s3'); const s3 = new S3();"
        "exports.handler = async (event) => { await s3.putObject({ Key: event.id }); "
        + "for (const a of event.l) {" * 30
        + "x = a;"
        + "}" * 30
        + "};"
    )
    assert [(c.operation, c.arguments, c.reached) for c in found.calls] == [
        (("PutObject"), record(Key=field("id")), True)
    ]
    assert (found.handler_found, found.complete) == (True, False)


BYTES = {
    "byte order mark": b"\xef\xbb\xbfexports.handler = async (event) => event.id;",
    "shebang": b"#!/usr/bin/env node\nexports.handler = async (event) => event.id;",
    "carriage returns": b"exports.handler =\r\n  async (event) =>\r\n    event.id;\r\n",
    "not UTF-8 in a comment": b"// caf\xe9 \xff\nexports.handler = async (event) => event.id;",
    "html comment": b"<!-- old -->\nexports.handler = async (event) => event.id;",
}


@pytest.mark.parametrize("case", BYTES)
def test_unusual_bytes(case: str) -> None:
    found = analyze(MemoryTree({"index.js": BYTES[case]}, "asset"), "index.js", "handler")
    assert (returned(found), found.handler_found) == ([field("id")], True)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0exports\0.handler = 1", b"\xff\xfe", b"{", b"require('')", b"`${"])
def test_bytes_that_are_no_program(data: bytes) -> None:
    found = analyze(MemoryTree({"index.js": data}, "asset"), "index.js", "handler")
    assert (found.entry, found.returns, found.calls) == ("index.js", (), ())
    assert found.handler_found is not True


def test_a_missing_entry() -> None:
    found = analyze(MemoryTree({"app.js": b""}, "asset"), "index.js", "handler")
    assert found == Program(
        "javascript",
        None,
        "handler",
        handler_found=False,
        complete=False,
        problems=("index.js: there is no such file",),
    )


def test_nothing_of_the_input_runs_and_nothing_outside_the_tree_is_read() -> None:
    found = program("""
        require('../../../../etc/hosts'); eval('x'); new Function('y')();
        require('child_process').execSync('id');
        exports.handler = async () => 1;
    """)
    assert (found.files, returned(found)) == (("index.js",), [lit(1)])
    assert [i.target for i in found.invocations] == ["child_process.execSync"]
    assert found.problems == (
        "index.js: the file of '../../../../etc/hosts' is not there",
        "index.js:2: code made from text is not followed",
    )


def test_the_same_input_gives_the_same_program() -> None:
    source = {
        "index.js": ENDLESS["doubling sources"].replace("exports", ("const a = require('./b'); exports")),
        "b.js": "x();",
    }
    assert program(source) == program(source)


@pytest.mark.parametrize("rubble", [b"{", b"function(", b"`${", b"class A{"])
def test_what_the_parser_gives_up_on_is_not_searched(rubble: bytes) -> None:
    """Searching the thousands of tokens that it leaves side by side took seconds, four times as many for twice as much."""
    with pytest.raises(UnparsableError):
        parse("index.js", rubble * 20_000)


def test_a_faulty_statement_is_no_rubble() -> None:
    assert parse("index.js", b"const a = ;\n" * 500 + b"{" * 100).root.has_error
