"""What a handler answers, throws, catches and logs."""

from __future__ import annotations

import pytest

from analyzer.code.program import (
    Caught,
    Choice,
    CodeValue,
    Composed,
    Invocation,
    Items,
    Logged,
    Opaque,
    Place,
    Program,
    Raised,
    Record,
    Returned,
)
from tests.code.javascript_programs import derived, env, field, items, lit, program, record, returned

TOKEN = field("authorizationToken")
ARN = field("methodArn")


def policy(effect: CodeValue) -> Record:
    statement = record(Action=lit("execute-api:Invoke"), Effect=effect, Resource=ARN)
    return record(principalId=lit("user"), policyDocument=record(Version=lit("2012-10-17"), Statement=items(statement)))


HELPERS = {
    "literal": """
        const policy = (effect, arn) => ({ principalId: 'user', policyDocument: { Version: '2012-10-17',
            Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: arn }] } });
    """,
    "assignments": """
        function policy(effect, resource) {
            const response = {}; response.principalId = 'user';
            if (effect && resource) {
                const document = {}; document.Version = '2012-10-17'; document.Statement = [];
                const one = {}; one.Action = 'execute-api:Invoke'; one.Effect = effect; one.Resource = resource;
                document.Statement[0] = one; response.policyDocument = document;
            }
            return response;
        }
    """,
    "pushes": """
        class Builder {
            constructor() { this.statements = []; }
            add(Effect, Resource) { this.statements.push({ Action: 'execute-api:Invoke', Effect, Resource });
                return this; }
            build(principalId) { return { principalId, policyDocument: {
                Version: '2012-10-17', Statement: this.statements } }; }
        }
        const policy = (effect, arn) => new Builder().add(effect, arn).build('user');
    """,
    "spread": """
        const base = { principalId: 'user' };
        const policy = (effect, arn) => ({ ...base, policyDocument: Object.assign({}, {
            Version: '2012-10-17' }, { Statement: [statement(effect, arn)] }) });
        const statement = (Effect, Resource) => ({ Action: 'execute-api:Invoke', Effect, Resource });
    """,
    "by two functions": """
        const policy = (effect, arn) => wrap(document(effect, arn));
        const wrap = (policyDocument) => { const r = { principalId: 'user' };
            r['policyDocument'] = policyDocument; return r; };
        const document = (Effect, Resource) => { const d = { Version: '2012-10-17' }; d.Statement = [{
            Action: 'execute-api:Invoke', Effect }]; d.Statement[0].Resource = Resource; return d; };
    """,
}


@pytest.mark.parametrize("helper", HELPERS)
def test_policies_built_by_helpers(helper: str) -> None:
    found = program(f"""
        {HELPERS[helper]}
        exports.handler = async (event) => {{
            if (event.authorizationToken === process.env.TOKEN) return policy('Allow', event.methodArn);
            return policy('Deny', event.methodArn);
        }};
    """)
    test = derived("===", TOKEN, env("TOKEN"))
    assert [(answer.value, answer.conditions) for answer in found.returns] == [
        (policy(lit("Allow")), (test,)),
        (policy(lit("Deny")), (test,)),
    ]
    assert [answer.in_catch for answer in found.returns] == [False, False]


def test_the_effect_chosen_before_the_policy_is_built() -> None:
    found = program(f"""
        {HELPERS["literal"]}
        exports.handler = async (event) => {{
            let effect = 'Deny';
            if (event.authorizationToken === 'secret') effect = 'Allow';
            return policy(effect, event.methodArn);
        }};
    """)
    test = derived("===", TOKEN, lit("secret"))
    assert [(a.value, a.conditions) for a in found.returns] == [(policy(Choice((lit("Allow"), lit("Deny")))), (test,))]


def test_a_ternary_is_two_answers() -> None:
    found = program(f"""
        {HELPERS["literal"]}
        const valid = (token) => token && token === process.env.SECRET;
        exports.handler = async (event) => valid(event.authorizationToken)
            ? policy('Allow', event.methodArn) : policy('Deny', event.methodArn);
    """)
    test = derived("&&", TOKEN, derived("===", TOKEN, env("SECRET")))
    assert [(a.value, a.conditions) for a in found.returns] == [
        (policy(lit("Allow")), (test,)),
        (policy(lit("Deny")), (test,)),
    ]


def test_a_check_that_throws_elsewhere_is_a_condition_of_what_follows() -> None:
    found = program(
        {
            "index.js": """
                const { check } = require('./check');
                exports.handler = async (event) => {
                    check(event.authorizationToken);
                    return { isAuthorized: true };
                };
            """,
            "check.js": (
                "exports.check = (token) => { if (token !== process.env.SECRET) throw new Error('Unauthorized'); };"
            ),
        }
    )
    test = derived("!==", TOKEN, env("SECRET"))
    assert [(a.value, a.conditions) for a in found.returns] == [(record(isAuthorized=lit(True)), (test,))]
    assert found.raises == (Raised(lit("Unauthorized"), Place("check.js", 1, 64, 1, 96)),)


def test_answers_of_an_inner_try_catch_keep_where_they_come_from() -> None:
    found = program("""
        const jwt = require('jsonwebtoken');
        const decide = async (event) => {
            try {
                const user = jwt.verify(event.authorizationToken, process.env.KEY);
                if (user.blocked) return 'blocked';
                return 'fine';
            } catch (error) {
                console.warn('rejected', error.message);
                return 'failed';
            }
        };
        exports.handler = async (event) => {
            return decide(event);
        };
    """)
    user = derived("jsonwebtoken.verify", TOKEN, env("KEY"))
    place = Place("index.js", 14, 5, 14, 26)
    assert found.returns == (
        Returned(lit("blocked"), place, False, (user,)),
        Returned(lit("fine"), place, False, (user,)),
        Returned(lit("failed"), place, True, ()),
    )
    assert found.catches == (Caught(Place("index.js", 8, 7, 11, 6), "returns", True),)
    assert found.logs == (Logged((lit("rejected"), Opaque("error")), Place("index.js", 9, 9, 9, 48), True),)
    assert found.invocations == (
        Invocation("jsonwebtoken.verify", (TOKEN, env("KEY")), Place("index.js", 5, 22, 5, 75)),
    )
    assert found.raises == ()


CALLBACKS: dict[str, tuple[list[CodeValue], list[CodeValue]]] = {
    "callback(null, 'ok');": ([lit("ok")], []),
    "callback('Unauthorized');": ([], [lit("Unauthorized")]),
    "callback(new Error('Unauthorized'));": ([], [lit("Unauthorized")]),
    "return callback(null, 'ok');": ([lit("ok")], []),
    "callback(undefined, event.id);": ([field("id")], []),
    "context.succeed('ok');": ([lit("ok")], []),
    "context.fail('Unauthorized');": ([], [lit("Unauthorized")]),
    "context.done(null, 'ok');": ([lit("ok")], []),
    "context.done('bad');": ([], [lit("bad")]),
    "done(callback); function done(cb) { cb(null, 'ok'); }": ([lit("ok")], []),
    "setTimeout(() => callback(null, 'ok'), 10);": ([lit("ok")], []),
    "setTimeout(callback, 10, null, 'ok');": ([lit("ok")], []),
    "Promise.resolve('ok').then((x) => callback(null, x)).catch(callback);": ([lit("ok")], [Opaque("error")]),
    "event.ok ? callback(null, 'ok') : callback('bad');": ([lit("ok")], [lit("bad")]),
    "event.ok || callback('bad');": ([], [lit("bad")]),
    "if (event.ok) { callback(null, 'ok'); return; } callback('bad');": ([lit("ok")], [lit("bad")]),
    "return Promise.reject(new Error('bad'));": ([], [lit("bad")]),
    "throw new Error(`no ${event.id}`);": ([], [Composed((lit("no "), field("id")))]),
    "throw 'text';": ([], [lit("text")]),
    "class Denied extends Error { constructor() { super('Unauthorized'); } } throw new Denied();": (
        [],
        [lit("Unauthorized")],
    ),
    "try { throw new Error('inner'); } catch (e) { throw new Error('outer'); }": ([], [lit("outer")]),
    "try { throw new Error('inner'); } catch (e) { callback(e.message); }": (
        [],
        [lit("inner"), Opaque("error")],
    ),
    "try { risky(); } finally { callback(null, 'ok'); }": ([lit("ok")], []),
}


@pytest.mark.parametrize("body", CALLBACKS)
def test_answers_without_return(body: str) -> None:
    found = program(f"exports.handler = function (event, context, callback) {{ {body} }};")
    answers, errors = CALLBACKS[body]
    assert (returned(found), [raised.message for raised in found.raises]) == (answers, errors)


def catch_of(body: str, parameters: str = "event") -> Program:
    return program(f"""
        const {{ SNS }} = require('@aws-sdk/client-sns'); const sns = new SNS();
        exports.handler = async ({parameters}) => {{ {body} }};
    """)


CATCHES: dict[str, list[tuple[str, bool, bool]]] = {
    "try { await sns.publish({}); } catch (e) { throw e; }": [("rethrows", False, True)],
    "try { await sns.publish({}); } catch (e) { console.error(e); throw new Error('x'); }": [("rethrows", True, True)],
    "try { await sns.publish({}); } catch (e) { console.error(e); }": [("continues", True, True)],
    "try { await sns.publish({}); } catch {}": [("empty", False, True)],
    "try { await sns.publish({}); } catch (e) { /* never mind */ }": [("empty", False, True)],
    "try { JSON.parse(event.body); } catch (e) { return 'bad'; }": [("returns", False, False)],
    "try { await sns.publish({}); } catch (e) { if (e.code === 'x') throw e; return 'ok'; }": [
        ("returns", False, True)
    ],
    "try { await sns.publish({}); } catch (e) { if (e.code === 'x') throw e; }": [("continues", False, True)],
    "await sns.publish({}).catch(() => {});": [("empty", False, True)],
    "await sns.publish({}).catch((e) => console.error(e));": [("continues", True, True)],
    "const r = await sns.publish({}).catch((e) => 'none');": [("returns", False, True)],
    "await sns.publish({}).catch((e) => { throw e; });": [("rethrows", False, True)],
    (
        "const safe = async (f) => { try { return await f(); } catch (e) { log(e); } }; "
        "const log = (e) => console.log(e); await safe(() => sns.publish({}));"
    ): [("continues", True, True)],
    "try { return 1; } catch (e) { callback(e); }": [("rethrows", False, False)],
    "try { return 1; } catch (e) { callback(null, 'ok'); }": [("returns", False, False)],
    "try { one(); } catch (e) { try { two(); } catch (f) { throw f; } }": [
        ("rethrows", False, False),
        ("continues", False, False),
    ],
}


@pytest.mark.parametrize("body", CATCHES)
def test_catches(body: str) -> None:
    found = catch_of(body, "event, context, callback" if "callback" in body else "event")
    assert [(c.outcome, c.logs, c.around_calls) for c in found.catches] == CATCHES[body]


LOGS: dict[str, list[tuple[CodeValue, ...]]] = {
    "console.log('in', event);": [(lit("in"), field())],
    "console.error(JSON.stringify(event));": [(derived("JSON.stringify", field()),)],
    "const { log } = console; log(event.a);": [(field("a"),)],
    "const say = console.info.bind(console); say(event.a);": [(field("a"),)],
    "logger.info('x', { token: event.token });": [(lit("x"), record(token=field("token")))],
    "pino.warn(event.a);": [(field("a"),)],
    "const child = logger.createChild(); child.error(event.a);": [(field("a"),)],
    "context.log(event.a);": [],
    "process.stdout.write(event.a);": [(field("a"),)],
    "[1].forEach(console.log);": [(lit(1),)],
    "const write = (m) => console.log(`> ${m}`); write(event.a);": [(Composed((lit("> "), field("a"))),)],
    "if (process.env.DEBUG) console.debug(event);": [(field(),)],
    "catalog.info(event.a); dialog.error('x');": [],
}


@pytest.mark.parametrize("body", LOGS)
def test_logs(body: str) -> None:
    found = program(f"""
        const {{ Logger }} = require('@aws-lambda-powertools/logger');
        const logger = new Logger({{ serviceName: 'x' }}), pino = require('pino')();
        const catalog = require('catalog'), dialog = require('./dialog.json');
        exports.handler = async (event, context) => {{ {body} }};
    """)
    assert [log.values for log in found.logs] == LOGS[body]


INVOCATIONS: dict[str, list[tuple[str, tuple[CodeValue, ...]]]] = {
    "jwt.verify(event.t, 'k');": [("jsonwebtoken.verify", (field("t"), lit("k")))],
    "verify(event.t);": [("jsonwebtoken.verify", (field("t"),))],
    "await jose.jwtVerify(event.t);": [("jose.jwtVerify", (field("t"),))],
    "await fetch(`https://x/${event.id}`);": [("fetch", (Composed((lit("https://x/"), field("id"))),))],
    "await axios.post(event.url, { a: 1 });": [("axios.post", (field("url"), record(a=lit(1))))],
    "await (await fetch('u')).json();": [("fetch", (lit("u"),))],
    "verifier.verify(event.t);": [("aws-jwt-verify.CognitoJwtVerifier.verify", (field("t"),))],
    "crypto.timingSafeEqual(event.a, event.b);": [("crypto.timingSafeEqual", (field("a"), field("b")))],
    "jwks.getSigningKey(event.kid, (e, k) => k);": [("jwks-rsa.getSigningKey", (field("kid"), Opaque("function")))],
    "local(event.t); parseInt('1'); event.list.map(String); [].push(1); new Date().toISOString();": [],
}


@pytest.mark.parametrize("body", INVOCATIONS)
def test_invocations(body: str) -> None:
    found = program(f"""
        import jwt, {{ verify }} from 'jsonwebtoken';
        import * as jose from 'jose';
        import axios from 'axios';
        import crypto from 'node:crypto';
        import {{ CognitoJwtVerifier }} from 'aws-jwt-verify';
        import jwksClient from 'jwks-rsa';
        const verifier = CognitoJwtVerifier.create({{ userPoolId: 'p' }});
        const jwks = jwksClient({{}});
        const local = (x) => x;
        export const handler = async (event) => {{ {body} }};
    """)
    setup = [i.target for i in found.invocations if i.place.line in (8, 9)]
    assert setup == ["aws-jwt-verify.CognitoJwtVerifier.create", "jwks-rsa"]
    assert [(i.target, i.arguments) for i in found.invocations if i.place.line > 9] == INVOCATIONS[body]


def test_results_of_packages_carry_what_flowed_in() -> None:
    found = program("""
        const { verify, decode } = require('jsonwebtoken');
        const key = process.env.KEY;
        exports.handler = async (event) => {
            const claims = await verify(event.headers.authorization, key);
            return { sub: claims.sub, role: decode(event.headers.authorization).role, all: { ...claims } };
        };
    """)
    verified = derived("jsonwebtoken.verify", field("headers", "authorization"), env("KEY"))
    assert returned(found) == [
        record(
            sub=verified,
            role=derived("jsonwebtoken.decode", field("headers", "authorization")),
            all=Record((), complete=False),
        )
    ]


def test_conditions_of_early_exits_and_loops() -> None:
    found = program("""
        exports.handler = async (event) => {
            if (!event.a) return 1;
            for (const r of event.Records) { if (r.bad) return 2; }
            switch (event.kind) { case 'x': return 3; }
            while (event.more) { if (event.stop) { break; } }
            return 4;
        };
    """)
    absent, bad = derived("!", field("a")), field("Records", "*", "bad")
    kind = derived("===", field("kind"), lit("x"))
    assert [(a.value, a.conditions) for a in found.returns] == [
        (lit(1), (absent,)),
        (lit(2), (absent, bad)),
        (lit(3), (absent, bad, kind)),
        (lit(4), (absent, bad, kind)),
    ]


def test_batch_failures_are_items() -> None:
    found = program("""
        exports.handler = async (event) => {
            const batchItemFailures = [];
            for (const record of event.Records) {
                try { await work(record); } catch (e) { batchItemFailures.push({ itemIdentifier: record.messageId }); }
            }
            return { batchItemFailures };
        };
    """)
    failure = record(itemIdentifier=field("Records", "*", "messageId"))
    assert returned(found) == [record(batchItemFailures=Items((failure,), complete=False))]
    assert [c.outcome for c in found.catches] == ["continues"]


def test_a_handler_without_an_answer_has_none() -> None:
    found = program("exports.handler = async (event) => { if (event.a) return; work(event); };")
    assert [(answer.value, answer.conditions) for answer in found.returns] == [(lit(None), (field("a"),))]
