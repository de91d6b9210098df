"""What reads the bytes of strangers, each as one function of bytes: it may refuse them as an input error, never raise."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from analyzer.code.cdk_python import read_python
from analyzer.code.cdk_typescript import read_typescript
from analyzer.code.handler import analyze_text
from analyzer.model.application import Application
from analyzer.model.node import Node
from analyzer.sources.document import Document
from analyzer.sources.errors import InputError
from tests.fuzz.mutations import places
from tests.stacks import Stack, application

Target = Callable[[bytes], object]
_MOST_PLACES = 200


def read_json(data: bytes) -> None:
    """A template called ``.json``, and the position of everything in it."""
    _read(data, "x.template.json")


def read_yaml(data: bytes) -> None:
    """A template called ``.yaml``, and the position of everything in it."""
    _read(data, "x.yaml")


def _read(data: bytes, name: str) -> None:
    with contextlib.suppress(InputError):
        document = Document(data, name)
        for count, path in enumerate(places(document.value)):
            if count == _MOST_PLACES:
                break
            pointer = "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)
            assert document.position(pointer) is not None, pointer


def resolve(data: bytes) -> None:
    """A template as JSON: the value, the alternatives and the text of everything in every resource of it."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    resources = {"X": {"Type": "Test::Type", "Properties": content}}
    document = content if isinstance(content, dict) and "Resources" in content else {"Resources": resources}
    with contextlib.suppress(InputError):
        for node in _nodes(application(Stack("S", document))):
            assert isinstance(node.text, str)
            assert all(case.node.template is node.template for case in node.cases())
            assert node.undecided is None or node.undecided


def _nodes(app: Application) -> Iterator[Node]:
    waiting = [resource.properties for resource in app.resources()]
    for _ in range(_MOST_PLACES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        waiting.extend(inner for _, inner in node.entries())
        waiting.extend(item for item in node.items() if item is not node and item.raw is not node.raw)


def python_handler(data: bytes) -> None:
    """A handler in Python."""
    analyze_text(_text(data), "index.py", "index.handler", "python3.13")


def javascript_handler(data: bytes) -> None:
    """A handler in JavaScript."""
    analyze_text(_text(data), "index.mjs", "index.handler", "nodejs22.x")


def cdk_python(data: bytes) -> None:
    """A file of a CDK application in Python."""
    read_python("app.py", data)


def cdk_typescript(data: bytes) -> None:
    """A file of a CDK application in TypeScript."""
    read_typescript("app.ts", data)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


TARGETS: dict[str, tuple[Target, frozenset[str]]] = {
    "json": (read_json, frozenset({".json"})),
    "yaml": (read_yaml, frozenset({".yaml", ".yml"})),
    "values": (resolve, frozenset({".json"})),
    "python": (python_handler, frozenset({".py"})),
    "javascript": (javascript_handler, frozenset({".js", ".mjs", ".cjs", ".ts"})),
    "cdk-python": (cdk_python, frozenset({".py"})),
    "cdk-typescript": (cdk_typescript, frozenset({".ts", ".js"})),
}
"""Each target with the suffixes of the fixtures that show it what an ordinary input looks like."""


def seeds_of(suffixes: frozenset[str], folder: Any) -> Iterator[bytes]:
    """The files below ``folder`` with one of these suffixes."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in suffixes and file.is_file() and file.name != "expect.json":
            yield file.read_bytes()
