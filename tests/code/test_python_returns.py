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
    Opaque,
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


@pytest.mark.parametrize(
    ("source", "function", "value"),
    [
        ("handler = lambda event, context: {'a': 1}", "handler", Record((("a", Literal(1)),))),
        ("async def handler(event, context):\n    return 1", "handler", Literal(1)),
        ("def handler(*args):\n    return args[0]['a']", "handler", EventField(("a",))),
        ("def handler(event, context=None, *, x=1):\n    return x", "handler", Literal(1)),
        ("class H:\n    def __call__(self, e, c): return e['a']\nhandler = H()", "handler", EventField(("a",))),
        ("class H:\n    def run(self, e, c): return e['a']\nh = H()", "h.run", EventField(("a",))),
        ("class H:\n    def run(self, e, c): return e['a']\nhandler = H().run", "handler", EventField(("a",))),
        ("class H:\n    @classmethod\n    def run(cls, e, c): return 1\nhandler = H.run", "handler", Literal(1)),
        ("def make(x):\n    def inner(e, c): return x\n    return inner\nhandler = make(1)", "handler", Literal(1)),
        ("import functools\ndef f(x, e, c): return e['a']\nhandler = functools.partial(f, 1)", "handler",
         EventField(("a",))),
        ("from other import handler", "handler", Literal("other")),
        ("from other import handler as mine\nhandler = mine", "handler", Literal("other")),
        ("from other import *", "handler", Literal("other")),
        ("import other\nhandler = other.handler", "handler", Literal("other")),
        ("import sys\nif sys.version_info >= (3, 8):\n    def handler(e, c): return 1\n", "handler", Literal(1)),
        ("from mangum import Mangum\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef r(): return 1\n"
         "handler = Mangum(app)", "handler", Literal(1)),
        ("import sentry\ndef inner(event, context): return event['a']\nhandler = sentry.wrap(inner)", "handler",
         EventField(("a",))),
        ("from aws_lambda_powertools.middleware_factory import lambda_handler_decorator\n@lambda_handler_decorator\n"
         "def mw(handler, event, context): return handler(event, context)\n@mw\ndef handler(e, c): return e['a']",
         "handler", EventField(("a",))),
        ("from aws_lambda_powertools.middleware_factory import lambda_handler_decorator\n"
         "@lambda_handler_decorator(trace_execution=True)\n"
         "def mw(handler, event, context, x=None): return handler(event, context)\n@mw(x=1)\n"
         "def handler(e, c): return e['a']", "handler", EventField(("a",))),
    ],
)  # fmt: skip
def test_forms_of_a_handler(source: str, function: str, value: CodeValue) -> None:
    found = program(source, function, other="def handler(event, context):\n    return 'other'\n")
    assert found.handler_found is True
    assert [returned.value for returned in found.returns] == [value]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def other(event, context): pass", False),
        ("from package import *", None),
        ("handler = 1\ndel handler", False),
        ("", False),
        ("def broken(:", None),
    ],
)
def test_a_handler_that_is_not_there(source: str, expected: bool | None) -> None:
    found = program(source)
    assert (found.handler_found, found.returns, found.reads) == (expected, (), ())


def test_a_handler_made_by_a_package_is_said_to_be() -> None:
    found = program("from package import make\nhandler = make('x')\n")
    assert (found.handler_found, found.complete) == (True, False)
    assert "the handler is made by package.make, which cannot be followed" in found.problems


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("raise Exception('Unauthorized')", Literal("Unauthorized")),
        ("raise Exception", Literal("")),
        ("raise ValueError(f'no {event[\"a\"]}')", Composed((Literal("no "), EventField(("a",))))),
        ("raise Denied('Unauthorized')", Literal("Unauthorized")),
        ("raise Custom(401)", Literal("Unauthorized")),
        ("raise Fixed()", Literal("Unauthorized")),
        ("error = Exception('Unauthorized')\n    raise error", Literal("Unauthorized")),
        ("fail('Unauthorized')", Literal("Unauthorized")),
        ("raise make('Unauthorized') from None", Literal("Unauthorized")),
        ("try:\n        fail('Unauthorized')\n    except ValueError:\n        pass", Literal("Unauthorized")),
        ("try:\n        fail('Unauthorized')\n    finally:\n        pass", Literal("Unauthorized")),
        ("with thing:\n        fail('Unauthorized')", Literal("Unauthorized")),
        ("raise package.HttpError(401, 'x')", Literal(401)),
        ("raise event['a']", Derived((EventField(("a",)),), "raise")),
    ],
)
def test_errors_that_leave_the_handler(statement: str, message: CodeValue) -> None:
    source = f"""
import package
class Denied(Exception): pass
class Custom(Exception):
    def __init__(self, code):
        super().__init__("Unauthorized")
        self.code = code
class Fixed(Denied):
    def __init__(self): Denied.__init__(self, "Unauthorized"); self.args = ("Unauthorized",)
def fail(text): raise RuntimeError(text)
def make(text): return Exception(text)
def handler(event, context):
    {statement}
    return 1
"""
    assert [raised.message for raised in program(source).raises] == [message]


@pytest.mark.parametrize(
    "statement",
    [
        "try:\n        fail()\n    except Exception:\n        return 1",
        "try:\n        fail()\n    except:\n        return 1",
        "try:\n        fail()\n    except (OSError, RuntimeError):\n        return 1",
        "try:\n        raise Mine()\n    except Base:\n        return 1",
        "try:\n        raise KeyError('x')\n    except LookupError:\n        return 1",
        "import contextlib\n    with contextlib.suppress(RuntimeError):\n        fail()\n    return 1",
    ],
)
def test_errors_that_are_caught(statement: str) -> None:
    source = f"""
class Base(Exception): pass
class Mine(Base): pass
def fail(): raise RuntimeError("x")
def handler(event, context):
    {statement}
"""
    found = program(source)
    assert found.raises == ()
    assert [returned.value for returned in found.returns] == [Literal(1)]


def test_an_error_that_is_raised_again() -> None:
    source = """
    import jwt
    def handler(event, context):
        try:
            verify(event)
        except jwt.ExpiredSignatureError:
            raise Exception("Unauthorized")
        except ValueError:
            raise
    def verify(event):
        if not event.get("a"):
            raise ValueError("no a")
        jwt.decode(event["a"])
    """
    found = program(source)
    assert [(raised.message, raised.in_catch) for raised in found.raises] == [
        (Literal("Unauthorized"), True),
        (Literal("no a"), True),
        (Opaque("the error that was caught"), True),
    ]


@pytest.mark.parametrize(
    ("body", "outcome", "logs"),
    [
        ("pass", "empty", False),
        ("'ignored'", "empty", False),
        ("...", "empty", False),
        ("continue", "continues", False),
        ("x = 1", "continues", False),
        ("print('x')", "continues", True),
        ("logger.exception('x')", "continues", True),
        ("report(error)", "continues", True),
        ("failures.append(record['id'])", "continues", False),
        ("return None", "returns", False),
        ("logger.error('x')\n            return {'statusCode': 500}", "returns", True),
        ("raise", "rethrows", False),
        ("raise ValueError('x') from error", "rethrows", False),
        ("logger.error('x')\n            raise", "rethrows", True),
        ("if record['a']:\n                return None\n            raise", "rethrows", False),
        ("if record['a']:\n                raise", "continues", False),
        ("sys.exit(1)", "rethrows", False),
        ("give_up(error)", "rethrows", False),
        ("break", "continues", False),
    ],
)
def test_outcomes_of_a_catch(body: str, outcome: str, logs: bool) -> None:
    source = f"""
import logging, sys, requests
logger = logging.getLogger()
def report(error): logger.warning(error)
def give_up(error): raise RuntimeError("gave up")
def handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            requests.get(record["url"])
        except Exception as error:
            {body}
"""
    (caught,) = program(source).catches
    assert (caught.outcome, caught.logs, caught.around_calls, caught.place.line) == (outcome, logs, True, 11)


def test_catches_that_are_not_on_a_path_from_the_handler() -> None:
    source = """
    try:
        import orjson
    except ImportError:
        orjson = None
    def unused():
        try: x()
        except Exception: pass
    def handler(event, context):
        try:
            n = 1
        except ValueError:
            n = 2
        return n
    """
    assert [(caught.place.line, caught.around_calls) for caught in program(source).catches] == [(12, False)]


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
