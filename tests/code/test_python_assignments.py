"""Every way in which Python hands a value on."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from analyzer.code.program import (
    CodeValue,
    EventField,
)
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree

A = EventField(("a",))


def answers(lines: str, before: str = "", **modules: str) -> list[CodeValue]:
    text = f"import os\n{dedent(before)}\ndef handler(event, context):\n{indent(dedent(lines).strip(), '    ')}\n"
    files = {"app.py": text, **{f"{name}.py": dedent(module) for name, module in modules.items()}}
    tree = MemoryTree({name: content.encode() for name, content in files.items()}, "asset")
    program = analyze(tree, "app.py", "handler")
    return list(dict.fromkeys(returned.value for returned in program.returns))


@pytest.mark.parametrize(
    "lines",
    [
        "x = event['a']\nreturn x",
        "x = y = event['a']\nreturn y",
        "x, y = event['a'], 1\nreturn x",
        "(x, (y, z)) = 1, (2, event['a'])\nreturn z",
        "first, *rest = [1, event['a']]\nreturn rest[0]",
        "*_, last = (1, 2, event['a'])\nreturn last",
        "x: str = event['a']\nreturn x",
        "return (x := event['a'])",
        "d = {}\nd['k'] = event['a']\nreturn d['k']",
        "d = {'k': {}}\nd['k']['j'] = event['a']\nreturn d['k']['j']",
        "d = e = {}\ne['k'] = event['a']\nreturn d['k']",
        "l = []\nl.append(event['a'])\nreturn l[0]",
        "l = [1]\nl[0] = event['a']\nreturn l[0]",
        "l = []\nl += [event['a']]\nreturn l[-1]",
        "d = {'x': 1}\nd |= {'x': event['a']}\nreturn d['x']",
        "def inner():\n    return event['a']\nreturn inner()",
        "def outer(v):\n    def inner():\n        return v\n    return inner\nreturn outer(event['a'])()",
        "x = 1\ndef set_x():\n    nonlocal x\n    x = event['a']\nset_x()\nreturn x",
        "def gen():\n    yield event['a']\nfor v in gen():\n    pass\nreturn v",
        "class C: pass\nc = C()\nc.v = event['a']\nreturn c.v",
        "class C:\n    def __init__(self, v): self._v = v\n    @property\n    def v(self): return self._v\n"
        "return C(event['a']).v",
        "class C:\n    def __call__(self, v): return v\nreturn C()(event['a'])",
        "class P:\n    def get(self): return self.v\nclass C(P):\n    def __init__(self, v):\n        self.v = v\n"
        "return C(event['a']).get()",
        "class P:\n    def __init__(self, v): self.v = v\nclass C(P):\n    def __init__(self, v):\n"
        "        super().__init__(v)\nreturn C(v=event['a']).v",
        "class C:\n    @staticmethod\n    def s(v): return v\n    @classmethod\n    def c(cls, v): return cls.s(v)\n"
        "return C.c(event['a'])",
        "def f(*args, **kw): return kw['k']\nreturn f(1, k=event['a'])",
        "def f(*args): return args[1]\nreturn f(*[1, event['a']])",
        "def f(a, /, b, *, c): return c\nreturn f(1, b=2, c=event['a'])",
        "def f(x, y=event['a']): return y\nreturn f(1)",
        "import functools\nreturn functools.partial(lambda a, b: b, 1)(event['a'])",
        "import functools\ndef deco(f):\n    @functools.wraps(f)\n    def w(*a, **k): return f(*a, **k)\n    return w\n"
        "@deco\ndef g(v): return v\nreturn g(event['a'])",
        "if False:\n    x = 1\nelse:\n    x = event['a']\nreturn x",
        "match 'k':\n    case _:\n        x = event['a']\nreturn x",
        "with open('f') as f:\n    x = event['a']\nreturn x",
        "try:\n    x = event['a']\nfinally:\n    pass\nreturn x",
        "x = 0\nfor x in [event['a']]:\n    break\nreturn x",
        "while True:\n    x = event['a']\n    break\nreturn x",
        "g = [v for v in [event['a']]]\nreturn g[0]",
        "from dataclasses import dataclass\n@dataclass\nclass D:\n    x: int\n    v: str = ''\n"
        "return D(1, event['a']).v",
        "from typing import NamedTuple\nclass D(NamedTuple):\n    v: str\nreturn D(v=event['a']).v",
        "from dataclasses import dataclass, field\n@dataclass\nclass D:\n    v: dict = field(default_factory=dict)\n"
        "d = D()\nd.v['k'] = event['a']\nreturn d.v['k']",
        "return {**{}, 'k': event['a']}['k']",
        "return next(iter([event['a']]))",
        "return (await_ for await_ in [event['a']]).__next__() if False else event['a']",
        "import typing\nreturn typing.cast(str, event['a'])",
        "return event.get('a')",
        "return event.get('a', '')",
        "return event['a'] or ''",
        "return event.get('a') or None",
        "return x if (x := event['a']) is not None else event['a']",
    ],
)
def test_every_way_to_hand_a_value_on(lines: str) -> None:
    assert A in answers(lines)
    assert len(answers(lines)) <= 2
