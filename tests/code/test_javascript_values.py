"""Values that the JavaScript front end gives expressions."""

from __future__ import annotations

import pytest

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Items,
    Opaque,
    Record,
)
from tests.code.javascript_programs import derived, env, field, items, lit, program, record, returned, value

ID = field("id")

CONSTANTS: dict[str, CodeValue] = {
    "'a\\u0041\\x42\\n\\'\\u{1F600}'": lit("aAB\n'\U0001f600"),
    "`plain`": lit("plain"),
    "0x1F": lit(31),
    "1_000": lit(1000),
    "-2.5": lit(-2.5),
    "1e3": lit(1000.0),
    "12n": lit(12),
    "null": lit(None),
    "void 0": lit(None),
    "!0": lit(True),
    "!1": lit(False),
    "'a' + 1 + true": lit("a1true"),
    "1 + 2 + 'a'": lit("3a"),
    "'x'.concat('y', 1)": lit("xy1"),
    "['a', 'b'].join('/')": lit("a/b"),
    "'A-B'.toLowerCase().split('-')": items(lit("a"), lit("b")),
    "('z', 1, 'last')": lit("last"),
    "true ? 'yes' : 'no'": lit("yes"),
    "'' || 'fallback'": lit("fallback"),
    "0 ?? 'kept'": lit(0),
    "null ?? 'taken'": lit("taken"),
    "({ a: { b: [1, { c: 'deep' }] } }).a.b[1].c": lit("deep"),
    "typeof 'x'": lit("string"),
    "[1, 2, 3].includes(2)": lit(True),
    "[...['a'], 'b'].length": lit(2),
    "Object.keys({ a: 1, b: 2 })": items(lit("a"), lit("b")),
    "Object.fromEntries([['a', 1]]).a": lit(1),
    "[1, 2, 3].filter((n) => n > 1).map((n) => n * 2)": items(lit(4), lit(6)),
    "[1, 2, 3].reduce((sum, n) => sum + n, 0)": lit(6),
    "['a', 'b'].map((x, i) => `${x}${i}`)": items(lit("a0"), lit("b1")),
    "(() => { for (var i = 0, s = ''; i < 3; i++) s += i; return s; })()": lit("012"),
    "(function fact(n) { return n < 2 ? 1 : n * fact(n - 1); })(5)": lit(120),
    "String(5)": lit("5"),
    "new Map([['k', 'v']]).get('k')": lit("v"),
}


@pytest.mark.parametrize("expression", CONSTANTS)
def test_constants(expression: str) -> None:
    assert value(expression) == CONSTANTS[expression]


ENVIRONMENT: dict[str, CodeValue] = {
    "process.env.A": env("A"),
    "process.env['A']": env("A"),
    "process['env'].A": env("A"),
    "process.env.A || 'd'": env("A", lit("d")),
    "process.env.A ?? 'd'": env("A", lit("d")),
    "globalThis.process.env.A": env("A"),
    "(({ A }) => A)(process.env)": env("A"),
    "(({ A: x = 'd' }) => x)(process.env)": env("A", lit("d")),
    "(({ env: { A } }) => A)(process)": env("A"),
    "get('A')": env("A"),
    "config.a": env("A", lit("d")),
    "settings().nested.a": env("A"),
    "`${process.env.A}/x`": Composed((env("A"), lit("/x"))),
    "process.env.A + '-' + id": Composed((env("A"), lit("-"), ID)),
    "Number(process.env.A)": derived("Number", env("A")),
    "process.env.A ? process.env.A : 'd'": env("A", lit("d")),
    "process.env[event.name]": Opaque("environment variable of a computed name"),
}


@pytest.mark.parametrize("expression", ENVIRONMENT)
def test_environment_variables(expression: str) -> None:
    before = """
        const get = (name) => process.env[name];
        const config = { a: process.env.A || 'd' };
        const settings = () => ({ nested: { a: get('A') } });
        let id;
    """
    assert value(f"((id) => {expression})(event.id)", before) == ENVIRONMENT[expression]


def test_environment_variables_are_listed_with_their_places() -> None:
    found = program("const { A, B: b = 'x' } = process.env;\nexports.handler = async () => process.env.C;")
    assert [(name, place.line, place.column) for name, place in found.environment] == [
        ("A", 1, 9),
        ("B", 1, 12),
        ("C", 2, 31),
    ]


def test_a_configuration_module_reexports() -> None:
    files = {
        "config.mjs": (
            "export { TABLE as table } from './names.mjs'; export * from './more.mjs'; "
            "export default { region: process.env.AWS_REGION };"
        ),
        "names.mjs": "export const TABLE = process.env.TABLE;",
        "more.mjs": "export const { QUEUE = 'q' } = process.env; export let late; late = process.env.LATE;",
    }
    found = program(
        {
            "index.mjs": """
                import config, { table, QUEUE, late } from './config.mjs';
                import * as all from './config.mjs';
                export const handler = async () => [table, QUEUE, late, config.region, all.table, all.default.region];
            """,
            **files,
        }
    )
    region = env("AWS_REGION")
    assert returned(found) == [items(env("TABLE"), env("QUEUE", lit("q")), env("LATE"), region, env("TABLE"), region)]


EVENTS: dict[str, CodeValue] = {
    "event": field(),
    "event.a.b": field("a", "b"),
    "event['x-y']": field("x-y"),
    "event.list[0].x": field("list", "*", "x"),
    "event.list[event.i]": field("list", "*"),
    "event.Records.map((r) => r.s3.bucket.name)": Items(
        (field("Records", "*", "s3", "bucket", "name"),), complete=False
    ),
    "event.Records.filter((r) => r.ok).map(({ body }) => body)": Items(
        (field("Records", "*", "body"),), complete=False
    ),
    "event.Records.find((r) => r.ok).id": field("Records", "*", "id"),
    "(([first]) => first.id)(event.Records)": field("Records", "*", "id"),
    "(({ a: { b: c = 'd' } }) => c)(event)": Choice((field("a", "b"), lit("d"))),
    "(({ a, ...rest }) => rest.b)(event)": field("b"),
    "JSON.parse(event.body).user.id": derived("JSON.parse", field("body")),
    "decodeURIComponent(event.k.replace(/\\+/g, ' '))": derived(
        "decodeURIComponent", derived("replace", field("k"), lit(" "))
    ),
    "event.a || event.b": Choice((field("a"), field("b"))),
    "event.a && event.a.b": field("a", "b"),
    "event.a?.b?.c": field("a", "b", "c"),
    "event.a === 'x'": derived("===", field("a"), lit("x")),
    "`${event.a}/${event.b}`": Composed((field("a"), lit("/"), field("b"))),
    "'p/' + event.a": Composed((lit("p/"), field("a"))),
    "['p', event.a].join('#')": Composed((lit("p#"), field("a"))),
    "({ ...event, extra: 1 }).name": field("name"),
    "((e) => ((x) => x.deep)(e.a))(event)": field("a", "deep"),
    "event.list.length": derived("length", field("list")),
    "Buffer.from(event.b, 'base64').toString()": derived("toString", derived("Buffer.from", field("b"), lit("base64"))),
    "Object.assign({}, event.a).b": field("a", "b"),
    "[...event.list, 1]": Items((field("list", "*"), lit(1)), complete=False),
    "Object.values(event.m).map((v) => v.n)": Items((field("m", "*", "n"),), complete=False),
    "Object.entries(event.m).map(([k, v]) => v)": Items((field("m", "*"),), complete=False),
    "event.a ? { x: 1 } : { x: 2 }": Choice((record(x=lit(1)), record(x=lit(2)))),
    "(event.a ? { x: 1 } : { x: 2 }).x": Choice((lit(1), lit(2))),
    "({ get: event.g, put: event.p })[event.m]": Choice((field("g"), field("p"))),
    "{ ...(event.a && { a: event.a }), b: 2 }": record(a=Choice((field("a"), lit(None))), b=lit(2)),
    "({ ['k' + 1]: event.a }).k1": field("a"),
    "await Promise.resolve(event.a)": field("a"),
    "(await Promise.all([event.a, Promise.resolve(2)]))[1]": lit(2),
    "await new Promise((done) => setTimeout(() => done(event.a), 5))": field("a"),
    "event.name.split('/').pop()": derived("pop", derived("split", field("name"), lit("/"))),
}


@pytest.mark.parametrize("expression", EVENTS)
def test_parts_of_the_event(expression: str) -> None:
    wrapped = f"({expression})" if expression.startswith("{") else expression
    assert value(wrapped.replace("}.name)", "}).name") if "}.name" in expression else wrapped) == EVENTS[expression]


STATEMENTS: dict[str, CodeValue] = {
    "let x = 1; if (event.a) x = 2; return x;": Choice((lit(2), lit(1))),
    "let x; if (event.a) { x = 1; } else if (event.b) { x = 2; } else { x = 3; } return x;": Choice(
        (lit(1), lit(2), lit(3))
    ),
    "let x = 1; if (event.a) { x = 2; throw new Error('no'); } return x;": lit(1),
    "let x; switch (event.k) { case 'a': x = 1; break; case 'b': x = 2; default: x = 3; } return x;": Choice(
        (lit(1), lit(3))
    ),
    "let x = 1; try { x = JSON.parse(event.body); } catch { x = 2; } return x;": Choice(
        (derived("JSON.parse", field("body")), lit(2))
    ),
    "const o = {}; o.a = 1; const p = o; p.b = event.b; return o;": record(a=lit(1), b=field("b")),
    "const o = { n: {} }; if (event.a) o.n.x = 1; return o;": record(n=record(x=Choice((lit(1), lit(None))))),
    "const l = []; for (const r of event.Records) { l.push(r.id); } return l;": Items(
        (field("Records", "*", "id"),), complete=False
    ),
    "const l = []; l.push(1); l.push(2, 3); l[3] = 4; return l;": items(lit(1), lit(2), lit(3), lit(4)),
    "const s = []; const d = { Statement: [] }; d.Statement[0] = { Effect: 'Allow' }; return d;": record(
        Statement=items(record(Effect=lit("Allow")))
    ),
    "let s = ''; for (const p of ['a', 'b']) s += p; return s;": lit("ab"),
    "let s = 'x'; for (const r of event.Records) s = r.id; return s;": Choice((field("Records", "*", "id"), lit("x"))),
    "let a = event.a, b = event.b; [a, b] = [b, a]; return { a, b };": record(a=field("b"), b=field("a")),
    "const { a: { b } = {}, c = 'd' } = event; return [b, c];": items(
        Choice((field("a", "b"), lit(None))), Choice((field("c"), lit("d")))
    ),
    "const f = (x, y = x.id) => y; return f(event);": field("id"),
    "const f = (...all) => all; return f(1, ...[2, 3]);": items(lit(1), lit(2), lit(3)),
    "function f() { return arguments[0].id; } return f(event);": field("id"),
    "return later(event); function later(e) { return e.id; }": field("id"),
    "const make = (p) => (q) => `${p}/${q}`; return make('a')(event.id);": Composed((lit("a/"), field("id"))),
    "let n = 0; const next = () => ++n; next(); return next();": lit(2),
    "class A { constructor(x) { this.x = x; } get y() { return this.x.y; } } return new A(event).y;": field("y"),
    "class A { static of(x) { return new A(x); } constructor(x) { this.x = x; } } return A.of(event).x.id;": field(
        "id"
    ),
    (
        "class A { go(x) { return x.id; } } class B extends A { go(x) { return super.go(x.inner); "
        "} } return new B().go(event);"
    ): field("inner", "id"),
    "const o = { v: event.v, get() { return this.v; } }; return o.get();": field("v"),
    (
        "function O(v) { this.v = v; } O.prototype.get = function () { return this.v; }; return new O(event.v).get();"
    ): field("v"),
    "const f = function () { return this.id; }; return [f.call(event), f.apply(event), f.bind(event)()];": items(
        ID, ID, ID
    ),
    "let x = event.x; x ||= 'd'; return x;": Choice((field("x"), lit("d"))),
    "const x = (y) => { if (!y) return 'none'; return y.id; }; return x(event.a);": Choice(
        (lit("none"), field("a", "id"))
    ),
    "const [[k, v]] = Object.entries({ a: event.a }); return { k, v };": record(k=lit("a"), v=field("a")),
    "const t = { a: () => event.x, b: () => event.y }; return t[event.k]();": Choice((field("x"), field("y"))),
    "const m = new Map(); m.set('a', event.a); return m.get('a');": field("a"),
    "var x = 1; { let x = 2; var y = x; } return [x, y];": items(lit(1), lit(2)),
    "const x = event.x; delete x.y; return x;": field("x"),
    "return (await import('node:path')).join(event.a, 'b');": derived("path.join", field("a"), lit("b")),
}


@pytest.mark.parametrize("statements", STATEMENTS)
def test_what_statements_do(statements: str) -> None:
    found = program(f"exports.handler = async (event) => {{ {statements} }};")
    assert returned(found)[-1] == STATEMENTS[statements] or Choice(tuple(returned(found))) == STATEMENTS[statements]


def test_state_of_the_module_is_that_of_any_invocation() -> None:
    found = program("""
        let cache; let count = 0;
        exports.handler = async (event) => {
            if (cache) return { cached: cache };
            cache = event.id;
            count += 1;
            return { fresh: cache, count };
        };
    """)
    assert returned(found)[0] == record(cached=Choice((ID, lit(None))))
    assert returned(found)[1].get("fresh") == ID if isinstance(returned(found)[1], Record) else False


def test_shared_objects_are_changed_only_where_they_are_shared() -> None:
    found = program("""
        const defaults = { a: 1 };
        const build = (extra) => ({ ...defaults, ...extra });
        exports.handler = async (event) => { const one = build({ b: event.b }); one.a = 2; return [one, build()]; };
    """)
    assert returned(found) == [items(record(a=lit(2), b=field("b")), record(a=lit(1)))]


def test_typescript_is_erased() -> None:
    found = program(
        """
        enum Kind { A = 'a', B = 'b' }
        namespace N { export const x = 'n'; }
        abstract class Base<T> {
            constructor(protected readonly table: string, private x?: number) {} abstract run(e: T): unknown; }
        class Job extends Base<any> { run(this: Job, e: any) {
            return [this.table, <string>e.id, e.name!, (e.k as string) satisfies string, Kind.B, N.x]; } }
        export const handler = async (event: {
            id: string }): Promise<unknown> => new Job(process.env.TABLE!).run(event);
        """,
        name="index.ts",
    )
    assert returned(found) == [items(env("TABLE"), ID, field("name"), field("k"), lit("b"), lit("n"))]
    assert found.complete


def test_values_do_not_grow_without_bound() -> None:
    lines = "\n".join("x = { a: fetch(x), b: fetch(x), c: [x, x] };" for _ in range(60))
    found = program(f"exports.handler = async (event) => {{ let x = event; {lines} return x; }};")
    assert found.complete
    assert len(repr(returned(found)[0])) < 200_000


def test_what_is_not_known_says_why() -> None:
    assert value("/a+/g") == Opaque("regular expression /a+/g")
    assert value("new Date().getTime()") == derived("getTime", derived("Date"))
    assert value("undefinedThing") == Opaque("undefinedThing")
    endless = "(function forever(n) { return forever(n + event.x); })(1)"
    assert value(endless) == derived("recursion", Composed((lit("1"), field("x"), field("x"))))
