"""The imports that stand in a file, whether or not they are ever run."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from analyzer.code.js_syntax import Source, captured, children, descendants, first_child, has_token, string_value
from analyzer.code.program import Import

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

FUNCTIONS = (
    "function_declaration", "function_expression", "generator_function_declaration", "generator_function",
    "arrow_function", "method_definition",
)  # fmt: skip

_STATEMENTS = "(import_statement) @import (export_statement source: (string)) @export"
_CALLS = """
(call_expression function: (identifier) @name arguments: (arguments)
  (#any-of? @name "require" "__require" "__non_webpack_require__")) @require
(call_expression function: (member_expression object: (identifier) @owner property: (property_identifier) @member)
  (#eq? @owner "module") (#eq? @member "require")) @require
(call_expression function: (import)) @dynamic
"""
_VALUES = "(identifier) @used (shorthand_property_identifier) @used"
_TYPES = ("type_annotation", "type_alias_declaration", "type_arguments", "type_query", "interface_declaration")
_TAKES_REQUIRE = re.compile(r"[(,\s]require\s*[,)]")


def imports_of(source: Source, resolve: Callable[[str], str | None]) -> list[Import]:
    """All imports of a file in source order; ``resolve`` gives the local file that a module's name leads to."""
    nodes = [*captured(source, _STATEMENTS, "import", "export")]
    if b"require" in source.data or b"import" in source.data:
        nodes.extend(captured(source, _CALLS, "require", "dynamic"))
    nodes.sort(key=lambda node: node.start_byte)
    used = _used_names(source, nodes) if source.typescript else None
    found: list[Import] = []
    for node in nodes:
        entry = _entry(source, node, used)
        if entry is not None:
            module, names, kind = entry
            deferred, guarded = _circumstances(node)
            kind = "optional" if guarded and kind in ("require", "dynamic") else kind
            found.append(Import(module, names, kind, source.place(node), resolve(module), deferred))
    return found


def _circumstances(node: Node) -> tuple[bool, bool]:
    """Whether an import stands in a function, and whether the code can go on without it: a ``catch`` that does not
    throw, ``import("x").catch(…)``, or a substitute for a module that was tried first."""
    guarded = _has_own_catch(node)
    inner, outer = node, node.parent
    while outer is not None:
        if outer.type in FUNCTIONS:
            return True, guarded
        if outer.type == "try_statement" and outer.child_by_field_name("body") == inner:
            handler = outer.child_by_field_name("handler")
            guarded = guarded or (handler is not None and next(descendants(handler, "throw_statement"), None) is None)
        guarded = guarded or (outer.type == "catch_clause" and _tries_a_module(outer.parent))
        inner, outer = outer, outer.parent
    return False, guarded


def _tries_a_module(statement: Node | None) -> bool:
    body = statement.child_by_field_name("body") if statement is not None else None
    text = body.text or b"" if body is not None else b""
    return b"require(" in text or b"import(" in text


def _has_own_catch(node: Node) -> bool:
    member = node.parent
    name = member.child_by_field_name("property") if member is not None else None
    return name is not None and name.text == b"catch"


def _entry(source: Source, node: Node, used: frozenset[str] | None) -> tuple[str, tuple[str, ...], str] | None:
    if node.type == "import_statement":
        return _import_statement(source, node, used)
    if node.type == "export_statement":
        written = node.child_by_field_name("source")
        module = string_value(source, written) if written is not None else None
        kind = "type" if has_token(node, "type") else "reexport"
        return (module, _exported_names(source, node), kind) if module is not None else None
    return _call(source, node)


def _import_statement(
    source: Source, node: Node, used: frozenset[str] | None
) -> tuple[str, tuple[str, ...], str] | None:
    required = first_child(node, "import_require_clause")
    written = (required or node).child_by_field_name("source")
    module = string_value(source, written) if written is not None else None
    if module is None:
        return None
    if required is not None:
        local = first_child(required, "identifier")
        erased = used is not None and local is not None and source.text(local) not in used
        return module, ("*",), "type" if erased else "require"
    names = import_names(source, node)
    if has_token(node, "type") or has_token(node, "typeof"):
        return module, tuple(name for name, _, _ in names), "type"
    kept = [(name, local) for name, local, is_type in names if not is_type and (used is None or local in used)]
    if names and not kept:
        return module, tuple(name for name, _, _ in names), "type"
    return module, tuple(name for name, _ in kept), "import"


def import_names(source: Source, node: Node) -> list[tuple[str, str, bool]]:
    """Of an import statement: exported name (``default``, ``*``), local name, whether it is only a type."""
    clause = first_child(node, "import_clause")
    found: list[tuple[str, str, bool]] = []
    for part in children(clause) if clause is not None else ():
        if part.type == "identifier":
            found.append(("default", source.text(part), False))
        elif part.type == "namespace_import":
            found.extend(("*", source.text(local), False) for local in children(part)[:1])
        elif part.type == "named_imports":
            found.extend(_specifier(source, specifier) for specifier in children(part))
    return found


def _specifier(source: Source, specifier: Node) -> tuple[str, str, bool]:
    name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
    written = _name(source, name) if name is not None else source.text(specifier)
    return written, _name(source, alias) if alias is not None else written, has_token(specifier, "type")


def _name(source: Source, node: Node) -> str:
    return string_value(source, node) or source.text(node)


def _exported_names(source: Source, node: Node) -> tuple[str, ...]:
    clause = first_child(node, "export_clause")
    return tuple(name for name, _, _ in export_names(source, clause)) if clause is not None else ("*",)


def export_names(source: Source, clause: Node) -> list[tuple[str, str, bool]]:
    """Of an export clause: name inside, name outside, whether it is only a type."""
    return [_specifier(source, specifier) for specifier in children(clause) if specifier.type == "export_specifier"]


def _call(source: Source, node: Node) -> tuple[str, tuple[str, ...], str] | None:
    arguments = node.child_by_field_name("arguments")
    first = children(arguments)[:1] if arguments is not None else []
    module = string_value(source, first[0]) if first else None
    callee = node.child_by_field_name("function")
    if module is None or callee is None:
        return None
    if callee.type == "import":
        return module, _taken_names(source, node), "type" if _in_type(node) else "dynamic"
    if _is_parameter(source, node):
        return None
    return module, _taken_names(source, node), "require"


def _in_type(node: Node) -> bool:
    """Whether an import stands where a type does: ``let s3: import("aws-sdk").S3``."""
    inner, outer = node, node.parent
    while outer is not None:
        cast = outer.type in ("as_expression", "satisfies_expression") and outer.named_children[0] != inner
        if cast or outer.type in _TYPES:
            return True
        inner, outer = outer, outer.parent
    return False


def _is_parameter(source: Source, node: Node) -> bool:
    """Whether ``require`` is a parameter here, as in modules that browserify wraps."""
    current = node.parent
    while current is not None:
        parameters = current.child_by_field_name("parameters")
        if parameters is not None and _TAKES_REQUIRE.search(source.text(parameters)):
            return True
        current = current.parent
    return False


def _taken_names(source: Source, node: Node) -> tuple[str, ...]:
    """The names that are taken from a required module on the spot."""
    outer = node.parent
    while outer is not None and outer.type in ("await_expression", "parenthesized_expression"):
        outer = outer.parent
    if outer is None:
        return ("*",)
    if outer.type == "member_expression":
        member = outer.child_by_field_name("property")
        return (source.text(member),) if member is not None else ("*",)
    pattern = outer.child_by_field_name("name") if outer.type == "variable_declarator" else None
    if pattern is not None and pattern.type == "object_pattern":
        return tuple(_pattern_name(source, part) for part in children(pattern))
    return () if outer.type == "expression_statement" else ("*",)


def _pattern_name(source: Source, part: Node) -> str:
    key = part.child_by_field_name("key") or part.child_by_field_name("left")
    if part.type == "rest_pattern":
        return "*"
    return source.text(key) if key is not None else source.text(part)


def _is_type(node: Node) -> bool:
    """Whether a name stands in a type: ``AWS`` in ``let s3: AWS.S3``."""
    parent = node.parent
    while parent is not None and parent.type == "nested_identifier":
        parent = parent.parent
    return parent is not None and parent.type in ("nested_type_identifier", "type_query")


def _used_names(source: Source, imports: list[Node]) -> frozenset[str]:
    """Names that a TypeScript file uses as values; an import of others vanishes when it is compiled."""
    statements = [node for node in imports if node.type == "import_statement"]
    if not statements:
        return frozenset()
    starts = [statement.start_byte for statement in statements]  # in the order of the source, and never in each other
    found: set[str] = set()
    for node in captured(source, _VALUES, "used"):
        before = bisect_right(starts, node.start_byte)
        imported = before > 0 and node.start_byte < statements[before - 1].end_byte
        if not imported and not _is_type(node):
            found.add(source.text(node))
    return frozenset(found)
