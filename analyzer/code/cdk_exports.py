"""Which names a module of CDK source offers to those that import it.

``open`` is: it may offer more than can be read here (it passes on a package, builds its exports at run time, or cannot
be parsed), so that no name can be called missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from analyzer.code.js_imports import export_names
from analyzer.code.js_syntax import (
    MAX_PARSED_BYTES,
    Source,
    UnparsableError,
    children,
    descendants,
    first_child,
    first_error,
    has_token,
    parse,
    string_value,
)
from analyzer.code.python_modules import Library
from analyzer.records import dataclass
from analyzer.sources.folder_tree import MemoryTree

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARATIONS = frozenset(
    "abstract_class_declaration class_declaration enum_declaration function_declaration function_signature "
    "generator_function_declaration interface_declaration internal_module lexical_declaration module "
    "type_alias_declaration variable_declaration".split()
)
_DYNAMIC = (b"Object.assign(exports", b"Object.assign(module.exports", b"__exportStar", b"__export(")
_PYTHON_DYNAMIC = frozenset({"exec", "globals", "setattr", "vars"})


@dataclass(frozen=True, slots=True)
class Exports:
    """The names of one file alone; ``stars`` are the modules all of whose names are passed on."""

    names: frozenset[str]
    stars: tuple[str, ...] = ()
    open: bool = False


def exports_of(file: str, content: bytes) -> Exports:
    """What the file offers by itself; open where it is of no known language."""
    if file.endswith((".py", ".pyi")):
        return _python(file, content)
    if (
        file.endswith((".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"))
        and len(content) <= MAX_PARSED_BYTES
    ):
        with suppress(UnparsableError):
            return _ecmascript(parse(file, content))
    return Exports(frozenset(), open=True)


# --- TypeScript and JavaScript ------------------------------------------------------------------------


def _ecmascript(source: Source) -> Exports:
    if first_error(source.root) is not None or any(mark in source.data for mark in _DYNAMIC):
        return Exports(frozenset(), open=True)
    names: set[str] = set()
    stars: list[str] = []
    exporting = False
    for node in children(source.root):
        if node.type == "export_statement":
            exporting = True
            if has_token(node, "="):
                return Exports(frozenset(), open=True)
            names.update(_exported(source, node))
            stars.extend(_starred(source, node))
    if source.name.endswith((".d.ts", ".d.mts", ".d.cts")):
        return Exports(frozenset(names | set(_ambient(source, exporting))), tuple(stars))
    if not exporting and not source.typescript:
        return _common_js(source)
    return Exports(frozenset(names), tuple(stars))


def _exported(source: Source, node: Node) -> Iterator[str]:
    if has_token(node, "default"):
        yield "default"
        return
    clause = first_child(node, "export_clause")
    if clause is not None:
        yield from (outside for _, outside, _ in export_names(source, clause))
    namespace = first_child(node, "namespace_export")
    if namespace is not None:
        yield from (source.text(child) for child in children(namespace))
    declaration = node.child_by_field_name("declaration")
    for part in [declaration] if declaration is not None else children(node):
        yield from _declared(source, part)


def _declared(source: Source, node: Node) -> Iterator[str]:
    if node.type in ("ambient_declaration", "expression_statement"):
        for inner in children(node):
            yield from _declared(source, inner)
    elif node.type in ("lexical_declaration", "variable_declaration"):
        for declarator in children(node):
            name = declarator.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                yield source.text(name)
            elif name is not None:
                kinds = ("identifier", "shorthand_property_identifier_pattern")
                yield from (source.text(inner) for inner in descendants(name, *kinds))
    elif node.type in _DECLARATIONS:
        name = node.child_by_field_name("name")
        if name is not None:
            yield source.text(name).partition(".")[0]


def _starred(source: Source, node: Node) -> Iterator[str]:
    written = node.child_by_field_name("source")
    named = first_child(node, "export_clause", "namespace_export") is not None
    module = None if written is None or named else string_value(source, written)
    if module is not None:
        yield module


def _ambient(source: Source, exporting: bool) -> Iterator[str]:
    """In a declaration file everything is exported, unless it says itself what is."""
    clauses = (first_child(node, "export_clause") for node in children(source.root) if node.type == "export_statement")
    if exporting and any(clause is not None for clause in clauses):
        return
    for node in children(source.root):
        yield from _declared(source, node)


def _common_js(source: Source) -> Exports:
    """``exports.name = …`` and ``module.exports = {…}``; anything else that is done with them opens the module."""
    names: set[str] = {"default"}
    for node in descendants(source.root, "identifier"):
        if source.text(node) not in ("exports", "module") or node.parent is None:
            continue
        found = _assigned(source, node)
        if found is None:
            return Exports(frozenset(), open=True)
        names.update(found)
    return Exports(frozenset(names))


def _assigned(source: Source, node: Node) -> list[str] | None:
    """The names that a mention of ``exports`` or ``module`` adds; None where that cannot be told."""
    target = node.parent
    if target is None or target.type != "member_expression" or target.child_by_field_name("object") != node:
        return None
    path = source.text(target)
    outer = target.parent
    if path == "module.exports":
        if outer is not None and outer.type == "member_expression":
            target, outer = outer, outer.parent
        elif outer is not None and outer.type == "assignment_expression":
            return _record_keys(source, outer.child_by_field_name("right"))
    if target.type != "member_expression" or outer is None or outer.type != "assignment_expression":
        return None
    name = target.child_by_field_name("property")
    return None if name is None or outer.child_by_field_name("left") != target else [source.text(name)]


def _record_keys(source: Source, node: Node | None) -> list[str] | None:
    if node is None or node.type != "object":
        return None
    found = []
    for child in children(node):
        key = child.child_by_field_name("key") or child.child_by_field_name("name")
        if child.type == "shorthand_property_identifier":
            found.append(source.text(child))
        elif child.type in ("pair", "method_definition") and key is not None and key.type != "computed_property_name":
            found.append(string_value(source, key) or source.text(key))
        else:
            return None
    return found


# --- Python -------------------------------------------------------------------------------------------


def _python(file: str, content: bytes) -> Exports:
    parsed = Library(MemoryTree({file: content}, file)).parse(file)
    if isinstance(parsed, str):
        return Exports(frozenset(), open=True)
    tree = parsed.tree
    names: set[str] = {"__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__all__"}
    stars: list[str] = []
    for node in _module_level(tree):
        names.update(_names(node))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            stars.append("." * node.level + (node.module or ""))
    every = list(ast.walk(tree))
    names.update(name for node in every if isinstance(node, ast.Global) for name in node.names)
    dynamic = any(isinstance(n, ast.Call) and getattr(n.func, "id", "") in _PYTHON_DYNAMIC for n in every)
    return Exports(frozenset(names), tuple(stars), open=dynamic or "__getattr__" in names)


def _module_level(tree: ast.Module) -> Iterator[ast.AST]:
    """Everything that runs in the scope of the module."""
    pending: list[ast.AST] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
