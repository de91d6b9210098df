"""Hostile and hopeless programs: the analysis ends soon, keeps what it saw and says what it did not."""

from __future__ import annotations

import time

import pytest

from analyzer.code.program import Program
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree


def program(source: str) -> Program:
    return analyze(MemoryTree({"app.py": source.encode()}, "asset"), "app.py", "handler")


CALLS = "\n".join(f"def f{n}(x):\n    f{n + 1}(x); f{n + 1}(x); f{n + 1}(x)" for n in range(13))
METHODS = "\n".join(f"    def m{n}(self, x): return self.m{n + 1}([x, x])" for n in range(60))
TRIES = (
    "\n".join(f"{' ' * 4 * n}try:\n{' ' * 4 * (n + 1)}x = g(e)" for n in range(1, 18))
    + "\n"
    + "\n".join(f"{' ' * 4 * n}except Exception as q:\n{' ' * 4 * (n + 1)}h(q)" for n in range(17, 0, -1))
)


@pytest.mark.parametrize(
    "source",
    [
        f"{CALLS}\ndef f13(x): pass\ndef handler(e, c): f0(e)",
        f"class A:\n{METHODS}\n    def m60(self, x): return x\ndef handler(e, c): return A().m0(e)",
        f"def handler(e, c):\n{TRIES}\n",
        "def handler(e, c):\n    x = 0\n"
        + "".join(f"    if e['{n}']: x = [x, {n}]\n" for n in range(300)) + "    return x",
        "def handler(e, c):\n    d = {}\n"
        + "".join(f"    if e['{n}']:\n        d['{n}'] = e\n    else:\n        return d\n" for n in range(150)),
        "def handler(e, c):\n    x = 0\n"
        + "".join(f"{' ' * (n + 4)}for r{n} in e['r']:\n{' ' * (n + 5)}x = [x, r{n}]\n" for n in range(15)),
        "def handler(e, c):\n    f = lambda x: x\n"
        + "    f = (lambda g: lambda x: [g(x), g(x)])(f)\n" * 40 + "    return f(e)",
        "def handler(e, c):\n    x = e['a']\n" + "    x = x.foo(x).bar(x)\n" * 500 + "    return x",
        "def handler(e, c):\n    a = e['a']; b = 1\n" + "    a = ext(a, b); b = ext(b, a)\n" * 300 + "    return a",
        "import boto3\ns = boto3.client('s3')\ndef handler(e, c):\n"
        + "".join(f"    s.put_object(Bucket='b{n}', Key=e['k'])\n" for n in range(5000)),
        "def handler(e, c):\n    d = {}\n    for i in e['x']:\n"
        + "        d = {**d, **d, i: d}\n" * 60 + "    return d",
        "def f(*a, **k): return f2(*a, *a, **k)\ndef f2(*a, **k): return [a, k]\ndef handler(e, c):\n    x = [e]\n"
        + "    x = f(*x, **{'a': x})\n" * 300 + "    return x",
        "class A(A, A): pass\nclass B(A): pass\ndef handler(e, c): return B()",
        "def handler(e, c):\n    return handler(handler(e, c), handler(e, c))",
        "def handler(e, c):\n    yield from handler(e, c)\n    yield handler",
        "import app\nfrom app import *\ndef handler(e, c): return app.handler(e, c)",
        "x = 'a' * 10 ** 9\ny = [0] * 10 ** 9\nz = 10 ** 10 ** 10\nw = '%1000000000d' % 1\n"
        "v = '{:>999999999}'.format(1)\ndef handler(e, c): return x",
        "def handler(e, c):\n    while True:\n        pass",
        "def handler(e, c):\n    while e:\n        while True:\n            continue",
        "l = []\nl.append(l)\nd = {'d': l}\nl.append(d)\ndef handler(e, c):\n"
        "    for x in l:\n        for y in x: print(y)\n    return [*l, *l]",
    ],
)  # fmt: skip
def test_the_analysis_always_ends_soon(source: str) -> None:
    begin = time.process_time()
    found = program(source)
    assert time.process_time() - begin < 5
    assert found.handler_found is True
    assert found.complete is not bool(found.problems)


def test_what_was_seen_before_the_budget_ran_out_is_kept() -> None:
    source = f"import boto3\nboto3.client('s3').list_buckets()\n{CALLS}\ndef f13(x): pass\n" + (
        "def handler(e, c):\n    e['seen']\n    f0(e)\n    boto3.client('s3').put_object(Bucket='late')\n"
    )
    found = program(source)
    assert found.problems[-1] == "the code is too large or too entangled to be followed to its end"
    assert [read.path for read in found.reads] == [("seen",)]
    assert [(call.operation, call.reached) for call in found.calls] == [("ListBuckets", True)]


def test_recursion_is_cut_and_the_rest_is_seen() -> None:
    source = """
import boto3
s3 = boto3.client("s3")
def walk(node):
    s3.get_object(Bucket="b", Key=node["key"])
    for child in node["children"]:
        walk(child)
def handler(event, context):
    walk(event["root"])
    return "done"
"""
    found = program(source)
    assert [call.operation for call in found.calls] == ["GetObject"]
    assert [read.path for read in found.reads] == [("root",), ("root", "key"), ("root", "children")]
    assert found.returns[0].place.line == 10


def test_deep_expressions_are_named_as_a_problem() -> None:
    expression = "x" + "".join(f"[{n}]" for n in range(600))
    found = program(f"def handler(e, c):\n    x = e\n    return {expression}\n")
    assert found.handler_found is True
    assert found.problems == ("some code is nested too deeply to be followed",)


def test_nothing_of_the_code_is_run(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STACKPROOF_RAN", raising=False)
    source = (
        "import os\nos.environ['STACKPROOF_RAN'] = '1'\nopen('ran', 'w')\nraise SystemExit\ndef handler(e, c): pass"
    )
    found = program(source)
    import os

    assert "STACKPROOF_RAN" not in os.environ
    assert found.returns == ()


def test_a_typical_handler_takes_milliseconds() -> None:
    helper = """
def save{n}(item, bucket=os.environ["BUCKET"]):
    try:
        key = f"items/{{item['id']}}/{n}.json"
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(item))
        logger.info("saved %s", key)
    except ClientError as error:
        logger.exception("failed")
        raise
    return {{"key": key, "n": {n}}}
"""
    source = "import json, os, boto3, logging\nfrom botocore.exceptions import ClientError\n"
    source += "s3 = boto3.client('s3')\nlogger = logging.getLogger()\n"
    source += "".join(helper.format(n=n) for n in range(11))
    source += "def handler(event, context):\n    out = []\n"
    source += "    for r in event['Records']:\n        body = json.loads(r['body'])\n"
    source += "".join(f"        out.append(save{n}(body))\n" for n in range(11)) + "    return out\n"
    assert 4000 < len(source) < 6000
    program(source)
    best = min(_seconds(source) for _ in range(5))
    assert best < 0.1  # about 5 ms on an idle core; the bound only catches a change of kind


def _seconds(source: str) -> float:
    begin = time.process_time()
    program(source)
    return time.process_time() - begin


def test_the_same_program_gives_the_same_answer() -> None:
    source = "import os\ndef handler(e, c):\n    x = {e['a'], e['b'], os.environ['X']}\n    return list(x)\n"
    assert program(source) == program(source)
