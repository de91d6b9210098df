"""What an event holds, what the code reads of it, what belongs to the cache's key, and what goes to the log."""

from __future__ import annotations

import pytest

from analyzer.facts.authorizer_events import is_keyed, keyed_by_method, mismatch, reads_more_than
from analyzer.facts.authorizer_logs import logged_credential, unlogged
from analyzer.facts.authorizer_variants import IdentitySource, Shape
from tests.facts.authorizer_parts import javascript, python

USE = "if (token !== process.env.TOKEN) throw new Error('Unauthorized'); return answer('Allow', event.methodArn);"


def wrong(body: str, shape: Shape) -> str | None:
    found = mismatch(javascript(body).program, shape)
    return found.text if found else None


# --- shapes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "shape", "expected"),
    [
        ("event.authorizationToken", Shape.TOKEN, None),
        ("event.headers.Authorization", Shape.TOKEN, "event.headers.Authorization"),
        ("event.headers?.Authorization", Shape.TOKEN, "event.headers.Authorization"),
        ("event.queryStringParameters.token", Shape.TOKEN, "event.queryStringParameters.token"),
        ("event.authorizationToken ?? event.headers?.Authorization", Shape.TOKEN, None),
        ("event.headers?.Authorization || event.authorizationToken", Shape.TOKEN, None),
        ("event.authorizationToken || event.headers.Authorization", Shape.TOKEN, None),
        ("event.authorizationToken ? event.authorizationToken : event.headers.Authorization", Shape.TOKEN, None),
        ("event.authorizationToken + event.requestContext.identity.sourceIp", Shape.TOKEN,
         "event.requestContext.identity.sourceIp"),
        ("event.headers.Authorization", Shape.REQUEST, None),
        ("event.authorizationToken", Shape.REQUEST, "event.authorizationToken"),
        ("event.authorizationToken || event.headers.Authorization", Shape.REQUEST, None),
        ("event.headers.tenant + event.authorizationToken", Shape.REQUEST, "event.authorizationToken"),
        ("event.authorizationToken", Shape.HTTP_1, None),
        ("event.identitySource", Shape.HTTP_1, None),
        ("event.authorizationToken", Shape.HTTP_2, "event.authorizationToken"),
        ("event.headers.Authorization", Shape.HTTP_2, "event.headers.Authorization"),
        ("event.headers.Authorization ?? event.headers.authorization", Shape.HTTP_2, None),
        ("event.headers.authorization + event.headers.Tenant", Shape.HTTP_2, "event.headers.Tenant"),
        ("event.headers[process.env.NAME]", Shape.HTTP_2, None),
        ("event.authorizationToken", Shape.WEBSOCKET, "event.authorizationToken"),
        ("event.queryStringParameters.token", Shape.WEBSOCKET, None),
    ],
)  # fmt: skip
def test_where_the_credential_is_looked_for(token: str, shape: Shape, expected: str | None) -> None:
    body = f"const token = {token}; {USE.replace('methodArn', 'routeArn' if shape is Shape.HTTP_2 else 'methodArn')}"
    assert wrong(body, shape) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (USE, "event.methodArn"),
        (USE.replace("event.methodArn", "event.methodArn ?? event.routeArn"), None),
        ("console.log(event.methodArn); return { isAuthorized: token === process.env.TOKEN };", None),
        ("return { isAuthorized: token === process.env.TOKEN && event.methodArn.endsWith('GET') };", "event.methodArn"),
    ],
)
def test_method_arn_in_format_two(body: str, expected: str | None) -> None:
    assert wrong(f"const token = event.identitySource[0]; {body}", Shape.HTTP_2) == expected


def test_python_raises_where_javascript_goes_on() -> None:
    body = "return {'isAuthorized': event['identitySource'][0] == KEY and bool(print(event['methodArn'])) is False}"
    found = mismatch(python(body, "KEY = 'k'").program, Shape.HTTP_2)
    assert found is not None
    assert found.text == "event.methodArn"


@pytest.mark.parametrize("field", ["type", "version"])
def test_code_that_asks_for_the_shape_serves_several(field: str) -> None:
    body = f"const token = event.{field} === 'x' ? event.authorizationToken : event.headers.Authorization; {USE}"
    assert [wrong(body, shape) for shape in Shape if shape is not Shape.HTTP_2] == [None] * 4


def test_reads_in_helpers_and_parameters() -> None:
    before = """
    const of = ({ headers: { 'x-api-key': key } }) => key;
    const get = (thing, name) => thing[name];
    """
    for token in ("of(event)", "get(event.headers, 'x-api-key')", "get(event, 'headers')['x-api-key']"):
        program = javascript(f"const token = {token}; {USE}", before).program
        found = mismatch(program, Shape.TOKEN)
        assert found is not None, token
        assert found.text == "event.headers.x-api-key", token


# --- one header ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("const token = event.headers['X-Api-Key'];" + USE, False),
        ("const token = event.headers['x-api-key'] ?? event.multiValueHeaders['X-Api-Key'][0];" + USE, False),
        ("const { headers, methodArn } = event; const token = headers['X-Api-Key'];" + USE, False),
        ("console.log(JSON.stringify(event)); const token = event.headers['X-Api-Key'];" + USE, False),
        ("const token = event.headers['X-Api-Key'] + event.headers['X-Tenant'];" + USE, True),
        ("const token = event.headers['X-Api-Key'] + event.path;" + USE, True),
        ("const token = event.headers['X-Api-Key']; console.log(event.requestContext.identity.sourceIp);" + USE, True),
        ("const token = require('x').from(event);" + USE, None),
    ],
)
def test_what_is_read_beside_one_header(body: str, more: bool | None) -> None:
    assert reads_more_than(javascript(body).program, "X-Api-Key") is more


# --- the key of the cache -----------------------------------------------------------------------------------


def sources(*texts: str) -> list[IdentitySource]:
    return [IdentitySource(text.partition(".")[0], text.partition(".")[2], text) for text in texts]


@pytest.mark.parametrize(
    ("path", "written", "keyed"),
    [
        ("headers.authorization", ("header.Authorization",), True),
        ("multiValueHeaders.AUTHORIZATION.*", ("header.Authorization",), True),
        ("headers.X-Tenant", ("header.Authorization",), False),
        ("headers.*", ("header.Authorization",), True),
        ("headers.*", ("querystring.key",), False),
        ("headers", (), True),
        ("cookies.*", ("header.Cookie",), True),
        ("queryStringParameters.key", ("querystring.key",), True),
        ("queryStringParameters.Key", ("querystring.key",), False),
        ("rawQueryString", ("querystring.key",), False),
        ("path", ("context.path",), True),
        ("path", ("context.resourcePath",), False),
        ("pathParameters.id", ("context.path",), True),
        ("pathParameters.id", ("header.Authorization", "context.httpMethod"), False),
        ("httpMethod", ("context.httpMethod",), True),
        ("requestContext.http.method", ("context.routeKey",), True),
        ("requestContext.http.path", ("context.routeKey",), False),
        ("routeKey", ("context.routeKey",), True),
        ("methodArn", ("context.path", "context.httpMethod"), True),
        ("methodArn", ("context.path",), False),
        ("routeArn", ("context.routeKey",), True),
        ("requestContext.identity.sourceIp", ("context.identity.sourceIp",), True),
        ("requestContext.identity.sourceIp", ("header.Authorization",), False),
        ("requestContext.stage", (), True),
        ("stageVariables.tenant", (), True),
        ("authorizationToken", ("header.Authorization",), True),
        ("identitySource.*", ("header.Authorization",), True),
        ("type", (), True),
    ],
)
def test_what_belongs_to_the_key(path: str, written: tuple[str, ...], keyed: bool) -> None:
    assert is_keyed(tuple(path.split(".")), sources(*written)) is keyed


def test_a_header_whose_name_is_not_known_may_be_the_one() -> None:
    assert is_keyed(("headers", "x-tenant"), [IdentitySource("header", None, "method.request.header.<…>")])


def test_keyed_by_method() -> None:
    assert keyed_by_method(sources("header.A", "context.httpMethod", "context.path"))
    assert keyed_by_method(sources("context.routeKey"))
    assert not keyed_by_method(sources("context.httpMethod"))
    assert not keyed_by_method(sources("header.path", "querystring.httpMethod"))


# --- logs ---------------------------------------------------------------------------------------------------


def leaked(statement: str, *written: str) -> str | None:
    program = javascript(f"{statement} return answer('Deny', '*');").program
    found = logged_credential(program, sources(*written))
    return found.text if found else None


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("console.log(event);", "the whole event, credential included"),
        ("console.log('event', JSON.stringify(event, null, 2));", "the whole event, credential included"),
        ("console.log(`got ${JSON.stringify({ input: [event] })}`);", "the whole event, credential included"),
        ("console.log(event.headers);", "event.headers"),
        ("console.info({ token: event.authorizationToken });", "event.authorizationToken"),
        ("console.warn('bad ' + event.authorizationToken.split(' ')[1]);", "event.authorizationToken"),
        ("console.log(event.headers['X-Api-Key']);", "event.headers.X-Api-Key"),
        ("console.log(event.headers.Cookie);", "event.headers.Cookie"),
        ("console.log(event.queryStringParameters.access_token);", "event.queryStringParameters.access_token"),
        ("console.log(event.requestContext.identity.apiKey);", "event.requestContext.identity.apiKey"),
        ("const { authorizationToken, ...rest } = event; console.log(rest);", None),
        ("console.log({ ...event, headers: undefined });", None),
        ("console.log(event.authorizationToken.slice(-4));", None),
        ("console.log(event.authorizationToken.length, typeof event.headers);", None),
        ("console.log(require('crypto').createHash('md5').update(event.authorizationToken).digest('hex'));", None),
        ("console.log(event.headers['User-Agent'], event.methodArn, event.path);", None),
        ("console.log(event.requestContext.identity.sourceIp, event.requestContext.requestId);", None),
        ("console.log(await lookUp(event.authorizationToken));", None),
    ],
)
def test_credentials_in_the_log(statement: str, expected: str | None) -> None:
    assert leaked(statement) == expected


def test_an_identity_source_is_a_credential_by_any_name() -> None:
    assert leaked("console.log(event.headers.partner);", "header.Partner") == "event.headers.partner"
    assert leaked("console.log(event.headers.partner);", "querystring.partner") is None


@pytest.mark.parametrize(
    ("body", "silent"),
    [
        ("if (event.a) return answer('Allow', '*'); return answer('Deny', '*');", "a denying answer"),
        ("console.log('called'); if (event.a) return answer('Allow', '*');\n\n\n\n return answer('Deny', '*');",
         "a denying answer"),
        ("throw new Error('Unauthorized');", 'the error "Unauthorized"'),
        ("console.log('denied'); throw new Error('Unauthorized');", None),
        ("console.log(JSON.stringify({ decision: event.a }));\n\n\n\n throw new Error('Unauthorized');", None),
        ("const effect = event.a ? 'Allow' : 'Deny'; console.log(effect);\n\n\n\n return answer(effect, '*');", None),
        ("const isAuthorized = event.a === process.env.K; console.log(isAuthorized);\n\n\n\n return { isAuthorized };",
         None),
        ("return { isAuthorized: event.a === process.env.K };", "a denying answer"),
        ("return answer('Allow', '*');", None),
        ("try { await check(event.a); } catch (e) { console.error(e); throw new Error('Unauthorized'); }"
         " return answer('Allow', '*');", None),
        ("try { if (!(await check(event.a))) return answer('Deny', '*');\n\n\n\n } catch (e) { console.error(e);"
         " throw new Error('Unauthorized'); } return answer('Allow', '*');", "a denying answer"),
    ],
)  # fmt: skip
def test_rejections_of_which_the_log_says_nothing(body: str, silent: str | None) -> None:
    found = unlogged(javascript(body).program)
    assert (found.text if found else None) == silent
