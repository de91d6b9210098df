"""What a Python handler answers, raises, catches and calls, and on which conditions."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.program import (
    Caught,
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Invocation,
    Items,
    Literal,
    Place,
    Program,
    Raised,
    Record,
    Returned,
)
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree

TOKEN = EventField(("authorizationToken",))
ARN = EventField(("methodArn",))
KEY = EnvironmentVariable("KEY")
POLICY = """
def policy(principal, effect, resource):
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": principal, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def program(source: str, function: str = "handler", **modules: str) -> Program:
    files = {"app.py": source, **{f"{name}.py": text for name, text in modules.items()}}
    tree = MemoryTree({name: dedent(text).encode() for name, text in files.items()}, "asset")
    return analyze(tree, "app.py", function)


USER = Literal("user")


def policy(effect: str, resource: CodeValue = ARN, principal: CodeValue = USER) -> Record:
    statement = Record((("Action", Literal("execute-api:Invoke")), ("Effect", Literal(effect)), ("Resource", resource)))
    document = Record((("Version", Literal("2012-10-17")), ("Statement", Items((statement,)))))
    return Record((("principalId", principal), ("policyDocument", document)))


def outline(source: str, **modules: str) -> list[tuple[CodeValue, int, bool, tuple[CodeValue, ...]]]:
    """Value, line, ``in_catch`` and conditions of each answer."""
    found = program(source, **modules).returns
    return [(item.value, item.place.line, item.in_catch, item.conditions) for item in found]


def test_each_return_has_the_conditions_before_it() -> None:
    source = """
    from policies import policy
    import os
    def handler(event, context):
        token = event["authorizationToken"]
        if not token:
            raise Exception("Unauthorized")
        if token == os.environ["KEY"]:
            return policy("user", "Allow", event["methodArn"])
        return policy("user", "Deny", event["methodArn"])
    """
    no_token, matches = Derived((TOKEN,), "not"), Derived((TOKEN, KEY), "==")
    found = program(source, policies=POLICY)
    assert found.returns == (
        Returned(policy("Allow"), Place("app.py", 9, 9, 9, 59), False, (no_token, matches)),
        Returned(policy("Deny"), Place("app.py", 10, 5, 10, 54), False, (no_token, matches)),
    )
    assert found.raises == (Raised(Literal("Unauthorized"), Place("app.py", 7, 9, 7, 40), False),)


@pytest.mark.parametrize(
    "lines",
    [
        "effect = 'Allow' if token == KEY else 'Deny'",
        "effect = 'Deny'\n    if token == KEY:\n        effect = 'Allow'",
        "effect = {True: 'Allow', False: 'Deny'}[token == KEY]",
        "effect = 'Deny'\n    effect = 'Allow' if valid(token) else effect",
        "ok = valid(token)\n    effect = 'Allow' if ok else 'Deny'",
        "ok = False\n    if token == KEY: ok = True\n    effect = 'Allow' if ok else 'Deny'",
        "effect = decide(token)",
        "effect = ('Deny', 'Allow')[token == KEY]",
        "effect = token == KEY and 'Allow' or 'Deny'",
        "match token == KEY:\n        case True: effect = 'Allow'\n        case _: effect = 'Deny'",
    ],
)
def test_whatever_decides_the_effect_is_a_condition(lines: str) -> None:
    source = f"""
import os
{POLICY}
KEY = os.environ["KEY"]
def valid(token):
    if token == KEY:
        return True
    return False
def decide(token):
    effects = {{"yes": "Allow", "no": "Deny"}}
    word = "no"
    for candidate in KEY.split(","):
        if token == candidate:
            word = "yes"
            break
    return effects[word]
def handler(event, context):
    token = event["authorizationToken"]
    {lines}
    return policy("user", effect, event["methodArn"])
"""
    effects: set[object] = set()
    for value, _, in_catch, conditions in outline(source):
        assert isinstance(value, Record)
        effects |= {leaf.value for leaf in leaves(value) if isinstance(leaf, Literal)} & {"Allow", "Deny"}
        origins = {leaf for condition in [*conditions, value] for leaf in leaves(condition)}
        assert TOKEN in origins, lines
        assert not in_catch
    assert effects == {"Allow", "Deny"}, lines


def leaves(value: CodeValue) -> list[CodeValue]:
    match value:
        case Record():
            inner: tuple[CodeValue, ...] = tuple(entry for _, entry in value.entries)
        case Items():
            inner = value.items
        case Choice():
            inner = value.options
        case Derived():
            inner = value.sources
        case Composed():
            inner = value.parts
        case _:
            return [value]
    return [leaf for part in inner for leaf in leaves(part)]


def test_a_condition_that_says_nothing_about_the_token() -> None:
    source = (
        POLICY
        + """
def handler(event, context):
    if event["methodArn"]:
        return policy("user", "Allow", "*")
    return policy("user", "Deny", "*")
"""
    )
    star = Literal("*")
    assert outline(source) == [
        (policy("Allow", star), 8, False, (ARN,)),
        (policy("Deny", star), 9, False, (ARN,)),
    ]


def test_an_allow_in_a_catch() -> None:
    source = (
        POLICY
        + """
import jwt, os
def handler(event, context):
    try:
        claims = jwt.decode(event["authorizationToken"], os.environ["KEY"], algorithms=["HS256"])
    except jwt.PyJWTError as error:
        return policy("user", "Allow", event["methodArn"])
    return policy(claims["sub"], "Allow", event["methodArn"])
"""
    )
    decoded = Derived((TOKEN, KEY, Items((Literal("HS256"),))), "jwt.decode")
    tested = Derived((TOKEN, KEY, Record((("algorithms", Items((Literal("HS256"),))),))), "jwt.decode")
    found = program(source)
    assert [(r.value, r.place.line, r.in_catch, r.conditions) for r in found.returns] == [
        (policy("Allow"), 11, True, ()),
        (policy("Allow", principal=decoded), 12, False, (tested,)),
    ]
    assert found.invocations == (Invocation("jwt.decode", tested.sources, Place("app.py", 9, 18, 9, 98)),)
    assert found.catches == (Caught(Place("app.py", 10, 5, 11, 59), "returns", False, True),)


def test_a_flag_set_in_a_catch() -> None:
    source = (
        POLICY
        + """
import jwt
def handler(event, context):
    effect = "Allow"
    try:
        jwt.decode(event["authorizationToken"], "k")
    except Exception:
        effect = "Deny"
    return policy("user", effect, event["methodArn"])
"""
    )
    tested = Derived((TOKEN, Literal("k")), "jwt.decode")
    assert outline(source) == [(policy("Allow"), 13, False, (tested,)), (policy("Deny"), 13, False, (tested,))]


def test_answers_of_a_helper_keep_their_catch_and_conditions() -> None:
    source = """
    from inner import decide
    def handler(event, context):
        return decide(event)
    """
    inner = """
    def decide(event):
        try:
            if event["a"]:
                return {"ok": True}
            raise ValueError(event["a"])
        except ValueError as error:
            return {"ok": False, "why": str(error)}
    """
    a = EventField(("a",))
    assert outline(source, inner=inner) == [
        (Record((("ok", Literal(True)),)), 4, False, (a,)),
        (Record((("ok", Literal(False)), ("why", a))), 4, True, ()),
    ]


def test_a_local_decorator_around_the_handler() -> None:
    source = """
    import functools
    def guarded(function):
        @functools.wraps(function)
        def wrapper(event, context):
            try:
                return function(event, context)
            except Exception:
                return {"statusCode": 500}
        return wrapper
    @guarded
    def handler(event, context):
        return {"statusCode": 200}
    """
    assert outline(source) == [
        (Record((("statusCode", Literal(200)),)), 7, False, ()),
        (Record((("statusCode", Literal(500)),)), 9, True, ()),
    ]


def test_calls_of_packages_carry_their_module() -> None:
    source = """
    import jwt as j, requests
    from jose import jwt as jose_jwt
    from requests import Session as S
    session = S()
    def handler(event, context):
        j.decode(event["authorizationToken"], options={"verify_signature": False})
        jose_jwt.get_unverified_claims(event["authorizationToken"])
        session.get("https://x").raise_for_status()
        requests.post(url="https://y", json=event)
        validator.check(event["authorizationToken"])
        len("x"); {}.get("y")
    """
    unsigned = Record((("options", Record((("verify_signature", Literal(False)),))),))
    posted = Record((("url", Literal("https://y")), ("json", EventField(()))))
    assert [(call.target, call.arguments) for call in program(source).invocations] == [
        ("requests.Session", ()),
        ("jwt.decode", (TOKEN, unsigned)),
        ("jose.jwt.get_unverified_claims", (TOKEN,)),
        ("requests.Session.get", (Literal("https://x"),)),
        ("requests.Session.get.raise_for_status", ()),
        ("requests.post", (posted,)),
        ("validator.check", (TOKEN,)),
    ]


BLUEPRINT = """
import re
class HttpVerb:
    GET = 'GET'
    ALL = '*'
class AuthPolicy(object):
    awsAccountId = ''
    principalId = ''
    version = '2012-10-17'
    pathRegex = r'^[/.a-zA-Z0-9-\\*]+$'
    allowMethods = []
    denyMethods = []
    restApiId = '*'
    region = '*'
    stage = '*'
    def __init__(self, principal, awsAccountId):
        self.awsAccountId = awsAccountId
        self.principalId = principal
        self.allowMethods = []
        self.denyMethods = []
    def _addMethod(self, effect, verb, resource, conditions):
        if verb != '*' and not hasattr(HttpVerb, verb):
            raise NameError('Invalid HTTP verb ' + verb)
        if not re.compile(self.pathRegex).match(resource):
            raise NameError('Invalid resource path: ' + resource)
        if resource[:1] == '/':
            resource = resource[1:]
        arn = 'arn:aws:execute-api:{}:{}:{}/{}/{}/{}'.format(
            self.region, self.awsAccountId, self.restApiId, self.stage, verb, resource)
        if effect.lower() == 'allow':
            self.allowMethods.append({'resourceArn': arn, 'conditions': conditions})
        elif effect.lower() == 'deny':
            self.denyMethods.append({'resourceArn': arn, 'conditions': conditions})
    def _getEmptyStatement(self, effect):
        return {'Action': 'execute-api:Invoke', 'Effect': effect[:1].upper() + effect[1:].lower(), 'Resource': []}
    def _getStatementForEffect(self, effect, methods):
        statements = []
        if len(methods) > 0:
            statement = self._getEmptyStatement(effect)
            for method in methods:
                if method['conditions'] is None or len(method['conditions']) == 0:
                    statement['Resource'].append(method['resourceArn'])
                else:
                    conditional = self._getEmptyStatement(effect)
                    conditional['Resource'].append(method['resourceArn'])
                    conditional['Condition'] = method['conditions']
                    statements.append(conditional)
            if statement['Resource']:
                statements.append(statement)
        return statements
    def allowAllMethods(self): self._addMethod('Allow', HttpVerb.ALL, '*', [])
    def denyAllMethods(self): self._addMethod('Deny', HttpVerb.ALL, '*', [])
    def allowMethod(self, verb, resource): self._addMethod('Allow', verb, resource, [])
    def build(self):
        if not self.allowMethods and not self.denyMethods:
            raise NameError('No statements defined for the policy')
        policy = {'principalId': self.principalId, 'policyDocument': {'Version': self.version, 'Statement': []}}
        policy['policyDocument']['Statement'].extend(self._getStatementForEffect('Allow', self.allowMethods))
        policy['policyDocument']['Statement'].extend(self._getStatementForEffect('Deny', self.denyMethods))
        return policy
"""


def test_the_policy_class_of_the_aws_blueprint() -> None:
    source = (
        BLUEPRINT
        + """
def handler(event, context):
    tmp = event['methodArn'].split(':')
    parts = tmp[5].split('/')
    policy = AuthPolicy('user', tmp[4])
    policy.restApiId = parts[0]
    if event['authorizationToken'] == 'allow':
        policy.allowMethod(HttpVerb.GET, '/pets/*')
        policy.allowMethod('GET', 'dogs')
    else:
        policy.denyAllMethods()
    response = policy.build()
    response['context'] = {'key': 'value'}
    return response
"""
    )
    split = Derived((ARN,), "split")

    def resource(end: str) -> Composed:
        return Composed(
            (Literal("arn:aws:execute-api:*:"), split, Literal(":"), Derived((split,), "split"), Literal(f"/*/{end}"))
        )

    def answer(effect: str, *ends: str) -> Record:
        resources = Items(tuple(resource(end) for end in ends))
        statement = Record(
            (("Action", Literal("execute-api:Invoke")), ("Effect", Literal(effect)), ("Resource", resources))
        )
        document = Record((("Version", Literal("2012-10-17")), ("Statement", Items((statement,)))))
        context = Record((("key", Literal("value")),))
        return Record((("principalId", Literal("user")), ("policyDocument", document), ("context", context)))

    found = program(source)
    assert [returned.value for returned in found.returns] == [
        answer("Allow", "GET/pets/*", "GET/dogs"),
        answer("Deny", "*/*"),
    ]
    for returned in found.returns:
        assert returned.conditions[0] == Derived((TOKEN, Literal("allow")), "==")
    assert found.complete
