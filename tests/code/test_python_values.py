"""What expressions evaluate to, seen through what the handler answers."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Opaque,
    Record,
)
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree

A = EventField(("a",))
B = EventField(("b",))
X = EnvironmentVariable("X")


def answer(lines: str, before: str = "", **modules: str) -> CodeValue:
    """The value that the handler of these lines answers with."""
    found = answers(lines, before, **modules)
    assert len(found) == 1, found
    return found[0]


def answers(lines: str, before: str = "", **modules: str) -> list[CodeValue]:
    text = f"import os\n{dedent(before)}\ndef handler(event, context):\n{indent(dedent(lines).strip(), '    ')}\n"
    files = {"app.py": text, **{f"{name}.py": dedent(module) for name, module in modules.items()}}
    tree = MemoryTree({name: content.encode() for name, content in files.items()}, "asset")
    program = analyze(tree, "app.py", "handler")
    return list(dict.fromkeys(returned.value for returned in program.returns))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a' 'b'", Literal("ab")),
        ("-1", Literal(-1)),
        ("not ''", Literal(True)),
        ("'a' + 'b' * 1", Composed((Literal("a"), Derived((Literal("b"), Literal(1)), "*")))),
        ("1 + 2 * 3", Literal(7)),
        ("7 // 2 - 1", Literal(2)),
        ("2 ** 100000000", Derived((Literal(2), Literal(100000000)), "**")),
        ("1 / 0", Derived((Literal(1), Literal(0)), "/")),
        ("'abc'[1:]", Literal("bc")),
        ("'Bearer x'.split(' ')[1].upper()", Literal("X")),
        ("'a-b'.replace('-', '_')", Literal("a_b")),
        ("len('abc') == 3", Literal(True)),
        ("[1, 2][-1]", Literal(2)),
        ("(1, *(2, 3))[2]", Literal(3)),
        ("{'a': {'b': 1}}['a']['b']", Literal(1)),
        ("{'a': 1}.get('b', 2)", Literal(2)),
        ("{'a': 1}.get('b')", Literal(None)),
        ("'a' in {'a': 1}", Literal(True)),
        ("'x' not in ['y']", Literal(True)),
        ("True if 1 < 2 else False", Literal(True)),
        ("1 and 'x' or 'y'", Literal("x")),
        ("None or 'y'", Literal("y")),
        ("[n for n in (1, 2) if n > 1]", Items((Literal(2),))),
        ("{n: n + 1 for n in (1, 2)}", Record((("1", Literal(2)), ("2", Literal(3))))),
        ("b'x'", Literal("x")),
        ("...", Opaque("constant")),
        ("'%s/%s' % ('a', 1)", Literal("a/1")),
        ("'100%%' % ()", Literal("100%")),
        ("'{1}{0}{name}'.format('a', 'b', name='c')", Literal("bac")),
        ("'{' .format(1)", Derived((Literal("{"), Literal(1)), "format")),
        ("f'{1 + 1}'", Literal("2")),
        ("'/'.join(['a', 'b'])", Literal("a/b")),
        ("os.path.join('a', 'b')", Literal("a/b")),
        ("dict(a=1)", Record((("a", Literal(1)),))),
        ("dict([('a', 1)])", Record((("a", Literal(1)),))),
        ("list(('a',))", Items((Literal("a"),))),
        ("{'a': 1} | {'b': 2}", Record((("a", Literal(1)), ("b", Literal(2))))),
        ("(lambda x, y=2: [x, y])(1)", Items((Literal(1), Literal(2)))),
        ("[*'ab']", Items((Literal("a"), Literal("b")))),
        ("list(zip('ab', [1, 2]))[1]", Items((Literal("b"), Literal(2)))),
        ("[i for i, _ in enumerate(['x'])]", Items((Literal(0),))),
    ],
)
def test_constants(expression: str, expected: CodeValue) -> None:
    assert answer(f"return {expression}") == expected


@pytest.mark.parametrize(
    "expression",
    [
        "os.environ['X']",
        "os.environ.get('X')",
        "os.getenv('X')",
        "os.environ.get('X', None)",
        "environ['X']",
        "getenv(key='X')",
        "dict(os.environ)['X']",
        "config.X",
        "VALUE",
        "config.nested['x']",
        "env('X')",
        "str(os.environ['X'])",
        "globals_of.X",
        "Settings.x",
        "Settings().y",
        "SETTINGS['x']",
    ],
)
def test_environment_variables(expression: str) -> None:
    before = """
    from os import environ, getenv
    import config
    from config import X as VALUE
    import config as globals_of
    def env(name): return os.environ[name]
    class Settings:
        x = os.environ["X"]
        def __init__(self): self.y = env("X")
    SETTINGS = {"x": os.environ["X"]}
    """
    config = 'import os\nX = os.environ["X"]\nnested = {"x": X}\n'
    assert answer(f"return {expression}", before, config=config) == X


def test_defaults_of_environment_variables() -> None:
    lines = "return [os.environ.get('X', 'd'), os.getenv('X', default=event['a']), os.environ.get('X') or 'e']"
    assert answer(lines) == Items(
        (EnvironmentVariable("X", Literal("d")), EnvironmentVariable("X", A), Choice((X, Literal("e"))))
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'p/' + event['a']", Composed((Literal("p/"), A))),
        ("event['a'] + '/' + '.json'", Composed((A, Literal("/.json")))),
        ("f'{event[\"a\"]}-{os.environ[\"X\"]}'", Composed((A, Literal("-"), X))),
        ("f'{event[\"a\"]!s}'", Composed((A,))),
        ("f'{event[\"a\"]:>10}'", Composed((Derived((A,), "format"),))),
        ("'%s.%d' % (event['a'], 3)", Composed((A, Literal(".3")))),
        ("'%(k)s!' % {'k': event['a']}", Composed((A, Literal("!")))),
        ("'{}/{}'.format(event['a'], 'x')", Composed((A, Literal("/x")))),
        ("'{k}/{k}'.format(k=event['a'])", Composed((A, Literal("/"), A))),
        ("'{0[x]}'.format(event['a'])", Composed((Derived((A,), "format"),))),
        ("'-'.join([event['a'], 'b'])", Composed((A, Literal("-b")))),
        ("'-'.join(event['a'])", Derived((Literal("-"), A), "join")),
        ("os.path.join(event['a'], 'x')", Composed((A, Literal("/x")))),
        ("event['a'].split('/')[0]", Derived((A,), "split")),
        ("event['a'][7:]", Derived((A,), "slice")),
        ("event['a'].upper().strip()", Derived((Derived((A,), "upper"),), "strip")),
        ("json.loads(event['a'])", Derived((A,), "json.loads")),
        ("json.loads(event['a'])['x'].get('y', {})['z']", Derived((A,), "json.loads")),
        ("unquote_plus(event['a'])", Derived((A,), "urllib.parse.unquote_plus")),
        ("urllib.parse.unquote_plus(event['a'], encoding='utf-8')",
         Derived((A, Literal("utf-8")), "urllib.parse.unquote_plus")),
        ("base64.b64decode(event['a']).decode('utf-8')",
         Derived((A, Literal("utf-8")), "base64.b64decode.decode")),
        ("int(event['a'])", Derived((A,), "int")),
        ("event['a'] == os.environ['X']", Derived((A, X), "==")),
        ("hmac.compare_digest(event['a'], os.environ['X'])", Derived((A, X), "hmac.compare_digest")),
        ("[event['a'], event['b']]", Items((A, B))),
        ("{**{'x': 1}, 'y': event['a']}", Record((("x", Literal(1)), ("y", A)))),
        ("{**event, 'y': 1}", Record((("y", Literal(1)),), complete=False)),
        ("{**event, 'y': 1}['b']", B),
        ("{event['a']: 1}", Record((), complete=False)),
        ("undefined", Opaque("undefined")),
        ("HTTPStatus.OK", Literal(200)),
        ("http.HTTPStatus.NOT_FOUND.value", Literal(404)),
        ("Colour.RED.value", Literal("red")),
        ("sorted(event['a'])", A),
        ("dict(event)", EventField(())),
        ("copy.deepcopy(event)['a']", A),
    ],
)  # fmt: skip
def test_values_of_the_event_and_the_environment(expression: str, expected: CodeValue) -> None:
    before = """
    import base64, copy, enum, hmac, http, json, urllib.parse
    from http import HTTPStatus
    from urllib.parse import unquote_plus
    class Colour(enum.Enum):
        RED = "red"
    """
    assert answer(f"return {expression}", before) == expected


def test_branches_are_kept_apart_up_to_the_answer() -> None:
    lines = """
    effect = "Deny"
    if event["a"]:
        effect = "Allow"
    return {"effect": effect}
    """
    assert answers(lines) == [Record((("effect", Literal(word)),)) for word in ("Allow", "Deny")]


def test_branches_in_a_helper_are_a_choice() -> None:
    before = """
    def pick(flag):
        word = "no"
        if flag:
            word = "yes"
        return inner(word)
    def inner(word):
        return {"word": word}
    def outer(flag):
        result = pick(flag)
        return [result]
    """
    assert answer("x = outer(event['a'])\nreturn x", before) == Items(
        (Record((("word", Choice((Literal("yes"), Literal("no")))),)),)
    )


def test_an_entry_that_only_one_branch_sets() -> None:
    lines = """
    d = {"x": 1}
    for r in event["Records"]:
        if r["a"]:
            d["y"] = r["a"]
    return d
    """
    value = EventField(("Records", "*", "a"))
    assert answer(lines) == Record(
        (("x", Literal(1)), ("y", Choice((Opaque("not set on every path"), value))))
    ) or answer(lines) == Record((("x", Literal(1)), ("y", Choice((value, Opaque("not set on every path"))))))


def test_a_branch_does_not_leak_into_its_sibling() -> None:
    lines = """
    d = {}
    if event["a"]:
        d["v"] = 1
    else:
        return d.get("v", "none")
    """
    assert answers(lines) == [Literal("none"), Literal(None)]


def test_a_later_pass_of_a_loop_sees_what_an_earlier_one_left() -> None:
    lines = """
    d = {}
    for r in event["Records"]:
        if r["a"]:
            d = {"v": 1}
        else:
            return d.get("v", "none")
    return d
    """
    assert answers(lines)[:2] == [Literal("none"), Literal(1)]


def test_a_counter_in_a_loop_is_not_a_constant() -> None:
    lines = """
    n = 0
    for r in event["Records"]:
        n += 1
    return n == 1
    """
    (value,) = answers(lines)
    assert isinstance(value, Derived)


def test_a_list_filled_in_a_loop_stays_open() -> None:
    lines = """
    out = []
    for r in event["Records"]:
        out.append(r["a"])
    return out
    """
    value = answer(lines)
    assert isinstance(value, Items)
    assert set(value.items) == {EventField(("Records", "*", "a"))}
    assert not value.complete


def test_a_loop_over_known_values_is_exact() -> None:
    lines = """
    out = []
    for name in ("a", "b"):
        if name == "c":
            continue
        out.append(event[name])
    return out
    """
    assert answer(lines) == Items((A, B))


def test_module_state_is_not_what_the_first_call_finds() -> None:
    before = """
    calls = 0
    def count():
        global calls
        calls += 1
        return calls
    """
    later = Derived((Opaque("set by an earlier call"), Literal(1)), "+")
    assert answers("return count()", before) == [Literal(1), later]


def test_a_dictionary_that_contains_itself() -> None:
    value = answer("d = {}\nd['d'] = d\nreturn d")
    depth = 0
    while isinstance(value, Record):
        value, depth = value.entries[0][1], depth + 1
    assert value == Opaque("too large to be written out")
    assert depth == 13


@pytest.mark.parametrize(
    "lines",
    [
        "    a = a + a",
        "    a = f'{a}{a}'",
        "    a = [a, a]",
        "    a = {'x': a, 'y': a}",
        "    a = f(a, a, event)",
        "    a = a if event else [a, a]",
        "    a = '%s%s' % (a, a)",
        "    a = a.join([a, a, a])",
    ],
)
def test_values_cannot_grow_without_bound(lines: str) -> None:
    source = "import os\ndef handler(event, context):\n    a = os.environ['X']\n" + f"{lines}\n" * 80 + "    return a\n"
    program = analyze(MemoryTree({"app.py": source.encode()}, "asset"), "app.py", "handler")
    assert program.returns
    assert all(len(repr(returned)) < 200_000 for returned in program.returns)


def test_settings_of_pydantic_are_opaque() -> None:
    before = """
    from pydantic_settings import BaseSettings
    class Settings(BaseSettings):
        table: str = "t"
    settings = Settings()
    """
    assert answer("return settings.table", before) == Derived((Opaque("settings of Settings"),), "table")


def test_the_aws_sample_of_a_policy() -> None:
    before = """
    def generatePolicy(principalId, effect, resource):
        authResponse = {}
        authResponse['principalId'] = principalId
        if (effect and resource):
            policyDocument = {}
            policyDocument['Version'] = '2012-10-17'
            policyDocument['Statement'] = []
            statementOne = {}
            statementOne['Action'] = 'execute-api:Invoke'
            statementOne['Effect'] = effect
            statementOne['Resource'] = resource
            policyDocument['Statement'] = [statementOne]
            authResponse['policyDocument'] = policyDocument
        authResponse['context'] = {"stringKey": "stringval"}
        return authResponse
    """
    statement = Record(
        (("Action", Literal("execute-api:Invoke")), ("Effect", Literal("Allow")), ("Resource", Literal("*")))
    )
    document = Record((("Version", Literal("2012-10-17")), ("Statement", Items((statement,)))))
    assert answer("return generatePolicy('user', 'Allow', '*')", before) == Record(
        (
            ("principalId", Literal("user")),
            ("policyDocument", document),
            ("context", Record((("stringKey", Literal("stringval")),))),
        )
    )
