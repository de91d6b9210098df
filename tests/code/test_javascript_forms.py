"""The ways in which a handler can be written and exported."""

from __future__ import annotations

import pytest

from analyzer.code.program import Choice, Items, Opaque, Program
from tests.code.javascript_programs import derived, field, lit, program, record, returned

COMMONJS = {
    "exports": "exports.handler = async (event) => event.id;",
    "module.exports member": "module.exports.handler = async (event) => event.id;",
    "module.exports object": "const handler = async (event) => event.id; module.exports = { handler };",
    "object with method": "module.exports = { async handler(event) { return event.id; } };",
    "exports chain": "exports.other = exports.handler = async (event) => event.id;",
    "function declaration after": "module.exports.handler = run; async function run(event) { return event.id; }",
    "exports variable": "var e = module.exports = {}; e.handler = async (event) => event.id;",
    "define property": (
        "Object.defineProperty(exports, '__esModule', { value: true }); "
        "Object.defineProperty(exports, 'handler', { enumerable: true, get: function () { "
        "return run; } }); const run = async (event) => event.id;"
    ),
    "computed": "exports['hand' + 'ler'] = async (event) => event.id;",
    "bound method": (
        "class H { constructor() { this.k = 'id'; } async handle(event) { return event[this.k]; "
        "} } const h = new H(); exports.handler = h.handle.bind(h);"
    ),
    "arrow method": "class H { handle = async (event) => event.id; } exports.handler = new H().handle;",
    "own wrapper": (
        "const wrap = (f) => async (e, c) => { try { return await f(e, c); } catch (x) { throw x; "
        "} }; exports.handler = wrap(async (event) => event.id);"
    ),
    "two wrappers": (
        "const a = (f) => (e) => f(e); const b = (f) => async (e) => f({ ...e }); "
        "exports.handler = a(b((event) => event.id));"
    ),
    "middy": (
        "const middy = require('@middy/core'); "
        "exports.handler = middy(async (event) => event.id).use(cors()).use(other());"
    ),
    "middy 3": (
        "const middy = require('@middy/core'); exports.handler = middy().use({ "
        "before: async (r) => {} }).handler(async (event) => event.id);"
    ),
    "sentry": (
        "const Sentry = require('@sentry/serverless'); "
        "exports.handler = Sentry.AWSLambda.wrapHandler(async (event) => event.id);"
    ),
    "datadog": (
        "const { datadog } = require('datadog-lambda-js'); module.exports.handler = datadog(run); "
        "async function run(event) { return event.id; }"
    ),
    "conditional wrapper": (
        "const w = process.env.TRACE ? require('tracer').wrap : (f) => f; "
        "exports.handler = w(async (event) => event.id);"
    ),
    "callback": "exports.handler = (event, context, callback) => { callback(null, event.id); };",
    "compiled async": """
        var run = function (self, args, generator) {
            return new Promise(function (resolve, reject) {
                var g = generator.apply(self, args || []);
                function go(method, value) {
                    var r; try { r = method === 'throw' ? g["throw"](value) : g.next(value); } catch (e) {
                        return reject(e); }
                    r.done ? resolve(r.value) : Promise.resolve(r.value).then(go.bind(null, 'next'), go.bind(null, 'throw'));
                }
                go('next');
            });
        };
        exports.handler = (event) => run(void 0, void 0, function* () {
            const id = yield Promise.resolve(event.id); return id;
        });
    """,
    "immediately invoked": "(function () { exports.handler = async (event) => event.id; })();",
    "condition at module level": (
        "const run = async (event) => event.id; if (process.env.X) { exports.handler = run; } else { "
        "exports.handler = run; }"
    ),
}

MODULES = {
    "const": "export const handler = async (event) => event.id;",
    "function": "export async function handler(event) { return event.id; }",
    "default object": "export default { handler: async (event) => event.id };",
    "list": "const run = async (event) => event.id; export { run as handler };",
    "list before": "export { run as handler }; const run = async (event) => event.id;",
    "let": "export let handler; handler = async (event) => event.id;",
    "destructured": "export const { handler } = { handler: async (event) => event.id };",
    "string name": "const run = async (event) => event.id; export { run as 'handler' };",
    "middy": (
        "import middy from '@middy/core'; "
        "export const handler = middy<any>(async (event: any) => event.id).use(cors());"
    ),
    "typed": (
        "import type { Handler } from 'aws-lambda'; export const handler: Handler<{ "
        "id: string }> = async ({ id }) => id;"
    ),
    "as": "export const handler = (async (event) => event.id) as Handler;",
    "export equals": "const handler = async (event) => event.id; export = { handler };",
}


def check(found: Program) -> None:
    assert (returned(found), found.handler_found, found.complete, found.problems) == ([field("id")], True, True, ())


@pytest.mark.parametrize("form", COMMONJS)
def test_commonjs(form: str) -> None:
    check(program(COMMONJS[form]))


@pytest.mark.parametrize("form", MODULES)
def test_es_modules(form: str) -> None:
    typed = form in ("middy", "typed", "as", "export equals")
    export = "default.handler" if form == "default object" else "handler"
    check(program(MODULES[form], export, "index.ts" if typed else "index.mjs"))


def test_default_and_dotted_exports() -> None:
    check(program("export default async (event) => event.id;", "default"))
    check(program("export default async function run(event) { return event.id; }", "default"))
    check(program("exports.api = { v1: { get: async (event) => event.id } };", "api.v1.get"))


@pytest.mark.parametrize(
    "reexport",
    [
        "export { handler } from './real.js';",
        "export * from './real.js';",
        "export { default as handler } from './real.js';",
        "import { handler } from './real.js'; export { handler };",
        "import * as real from './real.js'; export const handler = real.handler;",
        "exports.handler = require('./real').handler;",
        "module.exports = require('./real');",
        "module.exports = { ...require('./real') };",
        "Object.assign(exports, require('./real'));",
        (
            "__exportStar(require('./real'), exports); function __exportStar(m, e) { "
            "for (var p in m) if (p !== 'default' && !Object.prototype.hasOwnProperty.call(e, "
            "p)) e[p] = m[p]; }"
        ),
    ],
)
def test_handlers_of_another_file(reexport: str) -> None:
    real = "export const handler = async (event) => event.id; export default handler;"
    found = program({"index.js": reexport, "real.js": real})
    check(found)
    assert found.returns[0].place.file == "real.js"


def test_a_circular_import() -> None:
    found = program(
        {
            "a.mjs": (
                "import { wrap } from './b.mjs'; export const key = 'id'; "
                "export const handler = wrap(async (event) => event[key]);"
            ),
            "b.mjs": "import { key } from './a.mjs'; export const wrap = (f) => async (e) => f({ id: e[key] });",
        }
    )
    check(found)


@pytest.mark.parametrize(
    ("source", "found_it"),
    [
        ("exports.main = async () => 1;", False),
        ("exports.handler = undefined;", False),
        ("exports.handler = 'text';", False),
        ("", False),
        ("module.exports = require('elsewhere');", None),
        ("exports.handler = require('elsewhere').handler;", None),
        ("export * from 'elsewhere';", None),
        ("module.exports = { ...require('elsewhere') };", None),
        ("exports.handler = make(", None),
    ],
)
def test_whether_the_handler_is_there(source: str, found_it: bool | None) -> None:
    found = program(source)
    assert found.handler_found is found_it
    assert (found.returns, found.complete) == ((), found_it is False)


def test_a_handler_that_a_package_makes_is_not_followed() -> None:
    found = program("exports.handler = require('serverless-http')(require('./app'));\n")
    assert found.handler_found is True
    assert "the function behind the export 'handler' is made by code that is not followed" in found.problems[-1]


def test_routes_of_a_wrapped_application_are_reached() -> None:
    found = program("""
        const express = require('express'), serverless = require('serverless-http');
        const { S3 } = require('@aws-sdk/client-s3'); const s3 = new S3();
        const app = express();
        app.get('/x', async (req, res) => { await s3.getObject({ Bucket: 'b', Key: req.query.k }); res.send('ok'); });
        module.exports.handler = serverless(app);
    """)
    assert [(c.operation, c.reached, c.awaited) for c in found.calls] == [("GetObject", True, True)]
    assert not found.complete


def test_middlewares_read_the_event_too() -> None:
    found = program("""
        import middy from '@middy/core';
        const check = { before: async (request) => {
            if (!request.event.headers.token) throw new Error('Unauthorized'); } };
        export const handler = middy(async (event) => ({ ok: event.id })).use(check);
    """)
    assert returned(found) == [record(ok=field("id"))]
    assert [read.path for read in found.reads] == [("id",), ("headers", "token")]


def test_routes_of_middy_read_the_event() -> None:
    found = program("""
        import middy from '@middy/core';
        import httpRouterHandler from '@middy/http-router';
        const get = middy().use(tracing()).handler(async (event) => event.pathParameters.id);
        const routes = [{ method: 'GET', path: '/', handler: get }, { method: 'POST', handler: async (e) => e.body }];
        export const handler = middy().before((r) => r.event.headers).handler(httpRouterHandler(routes));
    """)
    assert {read.path for read in found.reads} == {("pathParameters", "id"), ("body",), ("headers",)}
    assert (found.handler_found, found.complete) == (True, False)


def test_other_exports_do_not_answer() -> None:
    found = program("exports.handler = async () => 1; exports.other = async (event) => event.secret;")
    assert (returned(found), found.reads) == ([lit(1)], ())


# The helpers are not the compiler's own text, only of its kind: they are known by the names that they must use.
STEPPED = """
    var __awaiter = function (self, args, P, body) {
        return new Promise(function (resolve) {
            var g = body.apply(self, args || []), r = g.next(); if (r.done) resolve(r.value); else g["throw"](r.value);
        });
    };
    var __generator = function (self, body) {
        var state = { label: 0, sent: function () { return state.last; }, trys: [], ops: [] };
        return { next: function () { return body.call(self, state); } };
    };
    var s3 = new (require("@aws-sdk/client-s3").S3)({});
    exports.handler = function (event) { return __awaiter(void 0, void 0, void 0, function () {
        var _i, _a, r, other, e_1;
        return __generator(this, function (_b) {
            switch (_b.label) {
                case 0:
                    if (!event.id) throw new Error("no id");
                    _b.label = 1;
                case 1:
                    _b.trys.push([1, 7, , 8]);
                    _i = 0, _a = event.Records;
                    _b.label = 2;
                case 2:
                    if (!(_i < _a.length)) return [3, 5];
                    r = _a[_i];
                    return [4, s3.putObject({ Key: r.key })];
                case 3:
                    _b.sent();
                    _b.label = 4;
                case 4: _i++; return [3, 2];
                case 5: return [4, s3.getObject({ Key: event.id })];
                case 6:
                    other = _b.sent();
                    if (!other.Body) return [2, "empty"];
                    return [2, other.Body];
                case 7:
                    e_1 = _b.sent();
                    console.error(e_1);
                    return [2, "failed"];
                case 8: return [2];
            }
        });
    }); };
"""


def test_async_functions_compiled_into_steps() -> None:
    found = program(STEPPED)
    got = derived("await GetObject", record(Key=field("id")))
    assert [(c.operation, c.arguments, c.awaited) for c in found.calls] == [
        ("PutObject", record(Key=field("Records", "*", "key")), True),
        ("GetObject", record(Key=field("id")), True),
    ]
    assert [(a.value, a.in_catch) for a in found.returns] == [
        (lit("empty"), False),
        (got, False),
        (lit("failed"), True),
    ]
    assert [raised.message for raised in found.raises] == [lit("no id")]
    assert [(c.outcome, c.logs, c.around_calls) for c in found.catches] == [("returns", True, True)]
    assert [(log.values, log.in_catch) for log in found.logs] == [((Opaque("error"),), True)]
    assert found.complete


def test_what_a_local_generator_hands_out() -> None:
    found = program("""
        async function* pages(event) { for (const id of event.ids) yield { id }; yield { id: 'last' }; }
        exports.handler = async (event) => { const out = [];
            for await (const page of pages(event)) out.push(page.id); return out; };
    """)
    assert returned(found) == [Items((Choice((field("ids", "*"), lit("last"))),), complete=False)]
