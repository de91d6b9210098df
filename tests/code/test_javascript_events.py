"""Which parts of the event a handler reads, and whether it tolerates their absence."""

from __future__ import annotations

import pytest

from analyzer.code.program import EventRead, Place
from tests.code.javascript_programs import program

Reads = list[tuple[str, bool]]


def reads(body: str, parameters: str = "event", before: str = "") -> Reads:
    found = program(f"{before}\nexports.handler = async ({parameters}) => {{ {body} }};")
    assert found.complete, found.problems
    return [(".".join(read.path), read.guarded) for read in found.reads]


CASES: dict[str, Reads] = {
    # the longest path that is read, once
    "use(event.headers.authorization);": [("headers.authorization", False)],
    "const h = event.headers; use(h.authorization);": [("headers", False), ("headers.authorization", False)],
    "use(event['headers']['x-api-key']);": [("headers.x-api-key", False)],
    "const { headers: { authorization: a } } = event; use(a, a, a);": [("headers.authorization", False)],
    "const token = event.token; use(token.split(' ')[1], token.length);": [("token", False)],
    "use(event.headers.authorization.split(' ')[1].trim());": [("headers.authorization", False)],
    "use(event.Records.length);": [("Records", False)],
    "for (const { body } of event.Records) use(body);": [("Records", False), ("Records.*.body", False)],
    "await Promise.all(event.Records.map(async (r) => use(r.s3.object.key)));": [
        ("Records", False),
        ("Records.*.s3.object.key", False),
    ],
    "const [first] = event.Records; use(first.eventName);": [("Records", False), ("Records.*.eventName", False)],
    "inner(event); function inner({ methodArn }) { use(methodArn); }": [("methodArn", False)],
    "const o = { e: event }; use(o.e.path);": [("path", False)],
    "class A { constructor(e) { this.e = e; } go() { return this.e.path; } } new A(event).go();": [("path", False)],
    "const copy = { ...event }; use(copy.path);": [("path", False)],
    "use(JSON.parse(event.body).user.name);": [("body", False)],
    "event.context = 1; use(1);": [],
    # tolerance
    "use(event.headers?.authorization);": [("headers.authorization", True)],
    "use(event.headers.authorization || '');": [("headers.authorization", False)],
    "use(event.token || '');": [("token", True)],
    "use(event.token ?? event.headers?.token);": [("token", True), ("headers.token", True)],
    "const { headers = {} } = event; use(headers.a);": [("headers", True), ("headers.a", True)],
    "const { a } = event.headers || {}; use(a);": [("headers", True), ("headers.a", True)],
    "if (event.headers) use(event.headers.a);": [("headers", True), ("headers.a", True)],
    "if (!event.headers) return; use(event.headers.a);": [("headers", True), ("headers.a", True)],
    "if (event.headers && event.headers.a) use(event.headers.a);": [
        ("headers", True),
        ("headers.a", True),
        ("headers.a", True),
    ],
    "use(event.headers && event.headers.a);": [("headers", True), ("headers.a", True)],
    "use('headers' in event ? event.headers.a : 0);": [("headers.a", True)],
    "if ('token' in event) use(event.token);": [("token", True)],
    "if (typeof event.token === 'string') use(event.token);": [("token", True), ("token", True)],
    "if (event.token !== undefined) use(event.token);": [("token", True), ("token", True)],
    "if (event.token == null) throw new Error('Unauthorized'); use(event.token);": [("token", True), ("token", True)],
    "if (event.token === 'secret') use(1);": [("token", False)],
    "if (event.type === 'TOKEN') use(event.authorizationToken); else use(event.headers.a);": [
        ("type", False),
        ("authorizationToken", True),
        ("headers.a", True),
    ],
    "switch (event.version) { case '2.0': use(event.routeArn); break; default: use(event.methodArn); }": [
        ("version", False),
        ("routeArn", True),
        ("methodArn", True),
    ],
    "const t = event.a ? event.a.b : null; use(t);": [("a", True), ("a.b", True)],
    "const h = event.headers; if (h) use(h.a);": [("headers", False), ("headers.a", True)],
    "while (event.more) use(event.more.x);": [("more", True), ("more.x", False)],
}


@pytest.mark.parametrize("body", CASES)
def test_reads(body: str) -> None:
    found = reads(body, before="const use = () => 1;")
    assert list(dict.fromkeys(found)) == list(dict.fromkeys(CASES[body]))


PARAMETERS: dict[str, Reads] = {
    "{ headers, methodArn }": [("headers", False), ("methodArn", False)],
    "{ headers: { Authorization, authorization = Authorization } }": [
        ("headers.Authorization", False),
        ("headers.authorization", True),
    ],
    "{ requestContext: { identity: { sourceIp } } }": [("requestContext.identity.sourceIp", False)],
    "{ Records: [{ body }] }": [("Records", False), ("Records.*.body", False)],
    "{ type, ...rest }": [("type", False)],
    "{ a = 'x', b: { c } = {} }": [("a", True), ("b.c", True)],
}


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_destructured_parameters(parameters: str) -> None:
    found = reads("return 1;", parameters)
    assert [read for read in found if read[0] != "Records"] == [
        read for read in PARAMETERS[parameters] if read[0] != "Records"
    ]


def test_reads_in_another_file() -> None:
    found = program(
        {
            "index.js": (
                "const { token } = require('./token');\nexports.handler = async (event) => ({ "
                "isAuthorized: token(event) });"
            ),
            "token.js": (
                "exports.token = (request) => {\n  const { headers } = request;\n  return headers['x-api-key'];\n};"
            ),
        }
    )
    assert found.reads == (
        EventRead(("headers",), Place("token.js", 2, 11, 2, 18)),
        EventRead(("headers", "x-api-key"), Place("token.js", 3, 10, 3, 30)),
    )


def test_unread_parameters_and_strangers_are_no_reads() -> None:
    assert reads("const headers = { a: 1 }; use(headers.a, other.event.x);", "event, context") == []


def test_reads_happen_in_wrapped_handlers_once() -> None:
    found = program("""
        const wrap = (inner) => async (event, context) => { const { requestContext } = event; return inner(event); };
        exports.handler = wrap(async (event) => event.body);
    """)
    assert [(read.path, read.guarded) for read in found.reads] == [(("requestContext",), False), (("body",), False)]
