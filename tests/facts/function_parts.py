"""Functions with code, layers and builds made in memory, for tests of facts about code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.code.place import Place
from analyzer.code.program import Import
from analyzer.facts.functions import Function, Functions
from analyzer.sources.files import FileTree
from analyzer.sources.folder_tree import MemoryTree
from tests.stacks import Stack, application


class Source:
    """A folder that several names lead to, with a path of its own."""

    def __init__(self, files: dict[str, str], display: str = "src") -> None:
        self._tree = MemoryTree({name: text.encode() for name, text in files.items()}, display)
        self.display = display

    def names(self) -> Iterator[str]:
        yield from self._tree.names()

    def exists(self, name: str) -> bool:
        return self._tree.exists(name)

    def read(self, name: str) -> bytes | None:
        return self._tree.read(name)

    def locate(self, name: str) -> str:
        return f"{self.display}/{name}"


def tree(**files: str) -> FileTree:
    return Source(files)


def imported(module: str, *, kind: str = "require", file: str = "index.js", resolved: str | None = None) -> Import:
    return Import(module, ("*",), kind, Place(file, 1, 1, 1, 2), resolved)


def function(
    files: dict[str, str],
    *,
    runtime: Any = "nodejs22.x",
    handler: str = "index.handler",
    layers: dict[str, dict[str, str]] | None = None,
    references: list[Any] | None = None,
    sam: bool = False,
    metadata: dict[str, Any] | None = None,
    layer_metadata: dict[str, Any] | None = None,
    display: str = "src",
    **sections: Any,
) -> Function:
    """A function with code in ``files`` and layers by their logical ids; ``references`` replaces what names them."""
    layers = layers or {}
    prefix = "AWS::Serverless" if sam else "AWS::Lambda"
    named = [{"Ref": name} for name in layers] if references is None else references
    code = {"CodeUri": "src"} if sam else {"Code": {"S3Bucket": "b", "S3Key": "k"}}
    resources: dict[str, Any] = {
        "Fn": {
            "Type": f"{prefix}::Function",
            "Properties": {"Runtime": runtime, "Handler": handler, "Layers": named, **code},
            "Metadata": {**(metadata or {}), **({} if sam else {"aws:asset:path": "src"})},
        }
    }
    for name in layers:
        content = {"ContentUri": name} if sam else {"Content": {"S3Bucket": "b", "S3Key": name}}
        resources[name] = {
            "Type": f"{prefix}::LayerVersion",
            "Properties": content,
            "Metadata": {**(layer_metadata or {}), **({} if sam else {"aws:asset:path": name})},
        }
    document: dict[str, Any] = {"Resources": resources, **sections}
    if sam:
        document["Transform"] = "AWS::Serverless-2016-10-31"
    trees: dict[str, FileTree] = {name: Source(content, name) for name, content in layers.items()}
    stack = Stack("S", document, files={"src": Source(files, display), **trees})
    (found,) = Functions(application(stack))
    return found
