"""AWS SDK for JavaScript v2 in functions: imported, written into a bundle, or only declared.

Source: AWS, "Announcing end-of-support for AWS SDK for JavaScript v2" (2025-09-08).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from analyzer.code.bundles import V2_MARK, marks_in
from analyzer.code.place import Place
from analyzer.facts.node_packages import MANIFEST, SDK_V2, declared_names, declared_version
from analyzer.model.value import Known, Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.facts.packages import Packages, Use
    from analyzer.judgement import CodePlace
    from analyzer.sources.files import FileTree

SCRIPTS: Final = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_FOREIGN: Final = ("node_modules/", ".git/")
_V2_NAMED = re.compile(rb"[\"'`]aws-sdk[\"'`/]")
_MOST_FILES: Final = 2_000
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Declared:
    """``aws-sdk`` among an asset's dependencies: the version asked for, where, in which folder or archive, and whether
    no other package is declared that might want it beside it."""

    version: str
    place: CodePlace
    folder: str
    alone: bool


def node_functions(functions: Functions) -> Iterator[Function]:
    """The user's functions that run, or for all that is known may run, on Node.js."""
    for function in functions.own():
        cases = [case.value for case in function.resource["Runtime"].cases()]
        if function.is_image or any(_may_be_node(value) for value in cases):
            yield function


def _may_be_node(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, Known) and str(value.value).startswith("nodejs"))


def v2_uses(packages: Packages) -> list[Use]:
    """Imports of SDK v2, those first that are loaded as soon as the function starts."""
    found = [use for use in packages.uses if use.package == SDK_V2]
    return sorted(found, key=lambda use: use.entry.deferred)


def hides_v2(function: Function) -> str:
    """Why it cannot be told that the code does without SDK v2; empty where it can, since all of it is known or no
    script of the asset names the package."""
    if function.program.complete:
        return ""
    tree = function.code
    if isinstance(tree, str):
        return tree
    scripts = _own_scripts(tree)
    if scripts is None or any(_V2_NAMED.search(data) or marks_in(name, data) for name, data in scripts):
        return function.needs
    return ""


def _own_scripts(tree: FileTree) -> list[tuple[str, bytes]] | None:
    """The scripts of an asset without packages; None where there are too many to be read."""
    names = [name for name in tree.names() if name.endswith(SCRIPTS) and not any(part in name for part in _FOREIGN)]
    if len(names) > _MOST_FILES:
        return None
    found, size = [], 0
    for name in names:
        data = tree.read(name)
        size += len(data or b"")
        if data is None or size > _MOST_BYTES:
            return None
        found.append((name, data))
    return found


def v2_inlined(function: Function) -> tuple[str, Place] | None:
    """The version of SDK v2 that lies in a file which the handler loads, and the place of its mark."""
    marks = (mark for mark in function.program.marks if mark[0].startswith(V2_MARK))
    return next(((text.removeprefix(V2_MARK).strip(), place) for text, place in marks), None)


def declared_v2(function: Function) -> Declared | None:
    """``aws-sdk`` among the dependencies of the asset's ``package.json``."""
    tree = function.code
    version = None if isinstance(tree, str) else declared_version(tree, SDK_V2)
    if isinstance(tree, str) or version is None or version.startswith("npm:"):
        return None
    others = [name for name in declared_names(tree) if name != SDK_V2 and not name.startswith("@aws-sdk/")]
    return Declared(version, function.place(_line_of(tree, MANIFEST, f'"{SDK_V2}"')), tree.display, not others)


def folder_of(function: Function) -> str:
    """The folder or archive of a function's code, which several functions may share; empty where it is not read."""
    return "" if isinstance(function.code, str) else function.code.display


def _line_of(tree: FileTree, file: str, text: str) -> Place:
    """Where ``text`` first stands in a file; its first line where it does not."""
    data = tree.read(file) or b""
    offset = max(data.find(text.encode()), 0)
    line, column = data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
    return Place(file, line, column, line, column + len(text))
