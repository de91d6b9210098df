"""What the code of an authorizer answers, how far it lets a caller reach, and what its decision rests on."""

from __future__ import annotations

import pytest

from analyzer.facts.authorizer_answers import Scope, answers, scope
from analyzer.facts.authorizer_checks import Check, check_of
from analyzer.facts.authorizer_logic import Misshapen, Opening, lacks_denial, lookups, misshapen, opening
from analyzer.facts.functions import Function
from analyzer.model.value import Unknown
from tests.facts.authorizer_parts import http, javascript, python, rest

# --- reach --------------------------------------------------------------------------------------------------


def reaches(function: Function) -> list[Scope | None]:
    return [scope(one, function) for answer in answers(function.program) for one in answer.allowed]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("'*'", Scope.EVERYTHING),
        ("'arn:aws:execute-api:*:*:*'", Scope.EVERYTHING),
        ("'arn:aws:execute-api:eu-west-1:123456789012:*/*/*'", Scope.EVERYTHING),
        ("process.env.ALL", Scope.EVERYTHING),
        ("process.env.OWN", Scope.API),
        ("process.env.NOT_SET", None),
        ("event.methodArn", Scope.METHOD),
        ("`${event.methodArn}`", Scope.METHOD),
        ("event.routeArn", Scope.METHOD),
        ("event.methodArn.split('/')[0] + '/*'", Scope.API),
        ("event.methodArn.split('/')[0] + '/*/*/*'", Scope.API),
        ("event.methodArn.split('/').slice(0, 2).join('/') + '/*'", Scope.STAGE),
        ("event.methodArn.split('/').slice(0, 2).join('/') + '/*/*'", Scope.STAGE),
        ("event.methodArn.replace(/\\/.*/, '/*')", Scope.STAGE),
        ("[...event.methodArn.split('/').slice(0, 2), '*'].join('/')", Scope.STAGE),
        ("`arn:aws:execute-api:r:1:${event.requestContext.apiId}/${event.requestContext.stage}/*`", Scope.STAGE),
        ("`arn:aws:execute-api:eu-west-1:1:${event.requestContext.apiId}/*`", Scope.API),
        ("`arn:aws:execute-api:eu-west-1:1:abc/prod/${event.httpMethod}${event.path}`", Scope.METHOD),
        ("`${event.methodArn.split('/')[0]}/prod/GET/orders`", Scope.PART),
        ("`${event.methodArn.split('/')[0]}/*/GET/*`", Scope.PART),
        ("`${event.methodArn.split('/')[0]}/prod/*/orders`", Scope.PART),
        ("require('policies').of(event.methodArn)", None),
        ("event.body", None),
    ],
)  # fmt: skip
def test_how_far_a_resource_reaches(resource: str, expected: Scope | None) -> None:
    own = {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:abcdef/*"}
    function = javascript(f"return answer('Allow', {resource});", ALL="*", OWN=own)
    assert reaches(function) == [expected]


def test_lists_alternatives_and_denials() -> None:
    function = javascript("""
        const wide = event.methodArn.split('/')[0] + '/*';
        if (event.authorizationToken === 'a') return answer('Allow', [event.methodArn, wide]);
        if (event.authorizationToken === 'b') return answer('Deny', '*');
        return answer(event.authorizationToken === 'c' ? 'Allow' : 'Deny', event.methodArn);
    """)
    assert reaches(function) == [Scope.METHOD, Scope.API, Scope.METHOD]
    assert [(answer.allows, answer.denies) for answer in answers(function.program)] == [
        (True, False),
        (False, True),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{ isAuthorized: true }", (True, False)),
        ("{ isAuthorized: false }", (False, True)),
        ("{ isAuthorized: event.authorizationToken === 'x' }", (None, None)),
        ("{ errorMessage: 'Unauthorized' }", (False, True)),
        ("{ statusCode: 401 }", (False, False)),
        ("answer(event.effect, '*')", (None, None)),
        ("require('x')(event)", (None, None)),
        ("'Unauthorized'", (False, False)),
    ],
)
def test_what_an_answer_says(value: str, says: tuple[bool | None, bool | None]) -> None:
    (answer,) = answers(javascript(f"return {value};").program)
    assert (answer.allows, answer.denies) == says


# --- checks -------------------------------------------------------------------------------------------------


def checks(function: Function) -> list[Check]:
    return [check_of(one, function.program) for one in answers(function.program) if one.allows is not False]


TOKEN = "const token = event.authorizationToken;"
JWT = "const jwt = require('jsonwebtoken');"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("true", Check.NOTHING),
        ("event.methodArn.includes('GET')", Check.NOTHING),
        ("process.env.X === 'y'", Check.NOTHING),
        ("token", Check.PRESENCE),
        ("!!token && token !== ''", Check.PRESENCE),
        ("token !== undefined && token !== null", Check.PRESENCE),
        ("typeof token === 'string'", Check.PRESENCE),
        ("token.length > 20", Check.PRESENCE),
        ("token.startsWith('Bearer ')", Check.PRESENCE),
        ("token.split(' ')[0].toLowerCase() === 'bearer'", Check.PRESENCE),
        ("/^[a-z0-9]+$/.test(token)", Check.PRESENCE),
        ("token === event.headers['x-token']", Check.PRESENCE),
        ("JSON.parse(atob(token.split('.')[1])).admin === true", Check.DECODED),
        ("JSON.parse(Buffer.from(token.split('.')[1], 'base64').toString()).exp > 5", Check.DECODED),
        ("require('jsonwebtoken').decode(token).iss === 'me'", Check.DECODED),
        ("require('jwt-decode').jwtDecode(token).sub", Check.DECODED),
        ("require('jose').decodeJwt(token).sub === process.env.SUB", Check.DECODED),
        ("token === process.env.TOKEN", Check.CHECKED),
        ("token === 'allow'", Check.CHECKED),
        ("process.env.TOKENS.split(',').includes(token)", Check.CHECKED),
        ("JSON.parse(process.env.TOKENS)[token]", Check.CHECKED),
        ("require('jsonwebtoken').verify(token, process.env.KEY)", Check.CHECKED),
        ("await check(token)", Check.CHECKED),
        ("Buffer.from(token, 'base64').toString() === process.env.LOGIN", Check.CHECKED),
        ("require('bcryptjs').compareSync(token, process.env.HASH)", Check.CHECKED),
        ("require('crypto').createHash('sha256').update(token).digest('hex') === process.env.HASH", Check.CHECKED),
        ("event.requestContext.identity.sourceIp === '10.0.0.1'", Check.CHECKED),
        ("event.requestContext.identity.clientCert.issuerDN === 'CN=me'", Check.CHECKED),
    ],
)
def test_what_a_condition_checks(condition: str, expected: Check) -> None:
    function = javascript(f"{TOKEN} if ({condition}) return answer('Allow', '*'); return answer('Deny', '*');")
    assert checks(function) == [expected]


@pytest.mark.parametrize(
    ("body", "before", "expected"),
    [
        ("jwt.decode(event['authorizationToken'], KEY, algorithms=['RS256'])", "import jwt", Check.CHECKED),
        ("jwt.decode(event['authorizationToken'], options={'verify_signature': False})", "import jwt", Check.NOTHING),
        ("jwt.decode(event['authorizationToken'], verify=False)", "import jwt", Check.NOTHING),
        ("jwt.get_unverified_claims(event['authorizationToken'])", "from jose import jwt", Check.NOTHING),
        ("jwt.decode(event['authorizationToken'], KEY)", "from jose import jwt", Check.CHECKED),
        ("boto3.client('cognito-idp').get_user(AccessToken=event['authorizationToken'])", "import boto3",
         Check.CHECKED),
        ("boto3.client('dynamodb').get_item(TableName='t', Key={'k': {'S': event['authorizationToken']}})",
         "import boto3", Check.NOTHING),
        ("print(event['authorizationToken'])", "", Check.NOTHING),
    ],
)  # fmt: skip
def test_calls_that_throw_prove_something_and_others_do_not(body: str, before: str, expected: Check) -> None:
    function = python(f"{body}\nreturn answer('Allow', '*')", f"{before}\nKEY = 'k'")
    assert checks(function) == [expected]


def test_a_call_right_behind_a_catch_block_is_not_inside_it() -> None:
    lets_in, goes_on = "return answer('Allow','*')", "jwt.verify(event.authorizationToken,'k')"
    minified = f"try{{await metric()}}catch(e){{{lets_in}}}{goes_on};{lets_in}"
    apart = f"try {{ await metric() }} catch (e) {{ {lets_in} }} {goes_on}; {lets_in}"
    within = f"try{{await metric()}}catch(e){{{goes_on};{lets_in}}}{lets_in}"
    assert checks(javascript(minified, JWT)) == [Check.NOTHING, Check.CHECKED]
    assert checks(javascript(apart, JWT)) == [Check.NOTHING, Check.CHECKED]
    assert checks(javascript(within, JWT)) == [Check.CHECKED, Check.CHECKED]


# --- openings -----------------------------------------------------------------------------------------------


def opened(function: Function) -> str | None:
    found = opening(function)
    return found.text if isinstance(found, Opening) else f"unknown: {found.needs}" if found else None


CATCHES = "lets the caller in when its own check fails with an error"
IGNORES = "goes on and lets the caller in when its own check fails with an error"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("try { jwt.verify(event.authorizationToken, 'k'); } catch (e) { return answer('Allow', '*'); }"
         " return answer('Allow', '*');", CATCHES),
        ("try { jwt.verify(event.authorizationToken, 'k'); } catch (e) { console.error(e); }"
         " return answer('Allow', '*');", IGNORES),
        ("try { jwt.verify(event.authorizationToken, 'k'); return answer('Allow', '*'); } catch (e) { }"
         " return answer('Deny', '*');", None),
        ("let ok = false; try { ok = await check(event.authorizationToken); } catch (e) { console.error(e); }"
         " return answer(ok ? 'Allow' : 'Deny', '*');", None),
        ("jwt.verify(event.authorizationToken, 'k'); try { await metric(); } catch (e) { console.error(e); }"
         " return answer('Allow', '*');", None),
        ("let claims; try { claims = jwt.verify(event.authorizationToken, 'k'); } catch (e) { console.error(e); }"
         " if (!claims) throw new Error('Unauthorized'); return answer('Allow', '*');", None),
        ("let effect = 'Allow'; if (!event.authorizationToken) effect = 'Deny'; return answer(effect, '*');",
         "lets the caller in whatever the credential is, if there is one"),
        ("return answer('Allow', '*');", "lets the caller in without looking at the credential"),
        ("return answer('Deny', '*');", None),
        ("throw new Error('Unauthorized');", None),
    ],
)  # fmt: skip
def test_openings(body: str, expected: str | None) -> None:
    assert opened(javascript(body, JWT)) == expected


BLIND = "lets the caller in without looking at the credential"
DENYLIST = "lets in whoever brings a credential that is not one of those it turns away"
ALLOW, DENY = "return answer('Allow', '*');", "return answer('Deny', '*');"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"if (event.authorizationToken === 'evil') {DENY} {ALLOW}", DENYLIST),
        (f"if (event.authorizationToken !== 'evil') {{ {ALLOW} }} {DENY}", DENYLIST),
        (f"if (!(event.authorizationToken === 'evil')) {{ {ALLOW} }} {DENY}", DENYLIST),
        (f"if (['a', 'b'].includes(event.authorizationToken)) {{ {DENY} }} {ALLOW}", DENYLIST),
        (f"switch (event.authorizationToken) {{ case 'evil': {DENY} default: {ALLOW} }}", BLIND),
        # what lets one named credential in
        (f"if (event.authorizationToken !== 'good') {{ {DENY} }} {ALLOW}", None),
        (f"if (event.authorizationToken === 'good') {{ {ALLOW} }} {DENY}", None),
        (f"if (!['a', 'b'].includes(event.authorizationToken)) {{ {DENY} }} {ALLOW}", None),
        # another check beside it
        (f"jwt.verify(event.authorizationToken, 'k'); if (event.authorizationToken === 'x') {{ {DENY} }} {ALLOW}", None),
        (f"if (event.authorizationToken === 'x') {{ {DENY} }} if (!KEYS[event.authorizationToken]) {DENY} {ALLOW}", None),
        # which way a look-up or a helper goes is not known
        (f"if (await check(event.authorizationToken)) {{ {DENY} }} {ALLOW}", None),
        (f"if ((await table(event.authorizationToken)).status === 'banned') {{ {DENY} }} {ALLOW}", None),
        (f"if (LISTED.has(event.authorizationToken)) {{ {DENY} }} {ALLOW}", None),
        (f"if (event.authorizationToken === process.env.KEY) {{ {DENY} }} {ALLOW}", None),
        ("let effect = 'Allow'; if (event.authorizationToken === 'x') effect = 'Deny'; return answer(effect, '*');", None),
    ],
)  # fmt: skip
def test_who_is_turned_away_by_name(body: str, expected: str | None) -> None:
    before = JWT + "const KEYS = JSON.parse(process.env.KEYS); const LISTED = new Set(process.env.LIST.split(','));"
    assert opened(javascript(body, before)) == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('event["authorizationToken"] == "evil"', DENYLIST),
        ('event["authorizationToken"] in ("evil", "worse")', DENYLIST),
        ('not (event["authorizationToken"] != "evil")', DENYLIST),
        ('"Item" in table.get_item(Key={"token": event["authorizationToken"]})', DENYLIST),
        ('"Item" not in table.get_item(Key={"token": event["authorizationToken"]})', None),
        ('"revoked" in table.get_item(Key={"token": event["authorizationToken"]})["Item"]', None),
        ('event["authorizationToken"] != "good"', None),
        ('event["authorizationToken"] in KEYS', None),
        ('table.get_item(Key={"token": event["authorizationToken"]})["Item"]["status"] == "banned"', None),
        ('table.get_item(Key={"token": event["authorizationToken"]}).get("Item")', None),
    ],
)
def test_who_is_turned_away_by_name_in_python(test: str, expected: str | None) -> None:
    body = f"if {test}:\n    return answer('Deny', '*')\nreturn answer('Allow', '*')"
    before = "import os, boto3\ntable = boto3.resource('dynamodb').Table('t')\nKEYS = os.environ['KEYS'].split(',')"
    assert opened(python(body, before)) == expected


def test_a_check_in_a_helper_that_answers_null_is_no_opening() -> None:
    before = (
        JWT
        + """
    const claimsOf = (token) => { try { return jwt.verify(token, process.env.K); } catch (e) { return null; } };
    """
    )
    body = "const c = claimsOf(event.authorizationToken); return c ? answer('Allow', '*') : answer('Deny', '*');"
    assert opened(javascript(body, before)) is None


def test_in_python_too() -> None:
    swallowed = """
    try:
        claims = jwt.decode(event["authorizationToken"], "k", algorithms=["HS256"])
    except Exception:
        pass
    return answer("Allow", "*")
    """
    refused = swallowed.replace("pass", "raise Exception('Unauthorized')")
    assert [opened(python(body, "import jwt")) for body in (swallowed, refused)] == [IGNORES, None]


# --- denials, look-ups, shapes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "denies"),
    [
        ("throw new Error('Unauthorized');", True),
        ("throw 'Unauthorized';", True),
        ("throw Object.assign(new Error('Unauthorized'), { code: 1 });", True),
        ("throw new Error(`Unauth${'orized'}`);", True),
        ("throw new Error(`no ${event.authorizationToken}`);", True),
        ("throw new Error('Unauthorized.');", False),
        ("throw new Error('unauthorized');", False),
        ("if (event.a) throw new Error('Forbidden'); return answer('Allow', '*');", False),
        ("return { isAuthorized: event.a === 'b' };", True),
        ("return { isAuthorized: true };", False),
    ],
)
def test_who_can_deny(body: str, denies: bool) -> None:
    assert (lacks_denial(javascript(body)) is None) is denies


def test_look_ups_are_calls_that_others_answer() -> None:
    before = "const c = require('crypto'); const jwt = require('jsonwebtoken');"
    function = javascript(
        """
        const digest = c.createHash('sha256').update(event.authorizationToken).digest();
        c.timingSafeEqual(digest, Buffer.from(process.env.D));
        jwt.decode(event.authorizationToken);
        await fetch('https://identity.example.com');
        jwt.verify(event.authorizationToken, 'k');
        """,
        before,
    )
    assert [lookup.text for lookup in lookups(function.program)] == ["fetch", "jsonwebtoken.verify"]


REST = rest(Type="TOKEN").variants[0]
SIMPLE = http(EnableSimpleResponses=True, AuthorizerPayloadFormatVersion="2.0").variants[0]
PLAIN = http(AuthorizerPayloadFormatVersion="2.0").variants[0]


@pytest.mark.parametrize(
    ("body", "rest_api", "simple", "plain"),
    [
        ("return answer('Allow', '*');", None, None, None),
        ("return { isAuthorized: true };", "isAuthorized without simple responses", None,
         "isAuthorized without simple responses"),
        ("const r = answer('Allow', '*'); delete r.principalId; return { policyDocument: r.policyDocument };",
         "a policy without principalId", None, None),
        ("return { principalId: 'a' };", *["an object without policyDocument"] * 3),
        ("return null;", *["nothing"] * 3),
        ("return `Unauthorized: ${event.authorizationToken}`;", *["text, which is no object"] * 3),
        ("return true;", *["True, which is no object"] * 3),
        ("return { ...answer('Allow', '*'), context: {} };", None, None, None),
        ("return { errorMessage: 'Unauthorized' };", "an object without policyDocument", None, None),
        ("return { principalId: 'a', policyDocument: { Version: '2012-10-17' } };",
         *["a policyDocument without Statement"] * 3),
        ("return { principalId: 'a', policyDocument: { Statement: [] } };",
         *["a policyDocument with an empty Statement"] * 3),
        ("return { principalId: 'a', policyDocument: { Statement: { Effect: 'Allow', Action: '*' } } };",
         *["a statement without Resource"] * 3),
        ("return require('policies').of(event);", None, None, None),
    ],
)  # fmt: skip
def test_shapes(body: str, rest_api: str | None, simple: str | None, plain: str | None) -> None:
    found = [misshapen(javascript(body), variant) for variant in (REST, SIMPLE, PLAIN)]
    assert [one.text if isinstance(one, Misshapen) else one for one in found] == [rest_api, simple, plain]


def test_code_that_cannot_be_read_is_unknown() -> None:
    function = javascript("return answer('Allow', '*')")
    broken = javascript("return (")
    assert not isinstance(misshapen(function, REST), Unknown)
    assert isinstance(misshapen(broken, REST), Unknown)
    assert str(opened(broken)).startswith("unknown: the whole code of AuthFn (")
