"""Forms of a Python handler, the errors that leave it and those that it catches."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.program import (
    CodeValue,
    Composed,
    Derived,
    EventField,
    Literal,
    Opaque,
    Program,
    Record,
)
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree


def program(source: str, function: str = "handler", **modules: str) -> Program:
    files = {"app.py": source, **{f"{name}.py": text for name, text in modules.items()}}
    tree = MemoryTree({name: dedent(text).encode() for name, text in files.items()}, "asset")
    return analyze(tree, "app.py", function)


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
