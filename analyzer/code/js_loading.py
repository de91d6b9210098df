"""Loading of local modules: their top level is run once, what they export is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analyzer.code.bundles import imports_in_bytes, marks_in
from analyzer.code.js_execute import CLASSES, FUNCTIONS, hoist
from analyzer.code.js_imports import export_names, import_names, imports_of
from analyzer.code.js_machine import Execute, Flow, Frame, Machine, Module
from analyzer.code.js_members import find_slot, get_member, resolve
from analyzer.code.js_modules import resolve as resolve_module
from analyzer.code.js_patterns import bind
from analyzer.code.js_syntax import (
    MAX_PARSED_BYTES,
    UnparsableError,
    children,
    first_child,
    first_error,
    has_token,
    parse,
    string_value,
)
from analyzer.code.js_values import UNDEFINED, Arr, Class, External, Func, Getter, Obj, Ref, Value
from analyzer.code.program import Import, Literal, Opaque
from analyzer.code.template_holes import has_holes, stray_in_javascript

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_JSON_BYTES = 512 * 1024
MAX_JSON_DEPTH = 12
MAX_FILES = 400
_ES_SYNTAX = ("import_statement", "export_statement")
_SKIPPED = re.compile(r"\.d\.[cm]?ts$")


def load(machine: Machine, name: str) -> Module | None:
    """The module of a local file, run if it is new; None where it cannot be read."""
    present = machine.modules.get(name)
    if present is not None:
        return present
    data = machine.tree.read(name)
    if data is None or len(machine.modules) >= MAX_FILES:
        machine.problem(f"{name}: not read" if data is None else f"more than {MAX_FILES} files were not followed")
        return None
    module = _new_module(machine, name)
    if name.endswith(".json"):
        module.holder.slots["exports"] = _json_value(machine, data)
        return module
    machine.marks.extend(marks_in(name, data))
    if len(data) > MAX_PARSED_BYTES:
        machine.problem(f"{name}: too large to analyse ({len(data) // 1024} KB); only signs of an SDK were looked for")
        machine.recorder.imports.extend(imports_in_bytes(name, data))
        module.holder.slots["exports"] = Opaque("file too large")
        return module
    try:
        module.source = parse(name, data)
    except UnparsableError:
        machine.problem(f"{name}: the syntax is not understood")
        module.holder.slots["exports"] = Opaque("file that cannot be parsed")
        return module
    _check_syntax(machine, module)
    _note_imports(machine, module)
    run_module(machine, module)
    return module


def _new_module(machine: Machine, name: str) -> Module:
    exports = machine.object()
    holder = machine.object({"exports": exports})
    scope = machine.scope(None)
    scope.module_level = True
    scope.slots.update({"module": holder, "exports": exports})
    module = Module(name, None, scope, holder)
    machine.modules[name] = module
    return module


def _check_syntax(machine: Machine, module: Module) -> None:
    source = module.source
    if source is None:
        return
    holes = not source.is_bundle and has_holes(source.data)
    stray = stray_in_javascript(source.root) if holes else None
    if stray is not None:
        module.open = True
        machine.problem(f"{module.name}, line {stray}: the code that the template puts there")
    if not source.root.has_error:
        return
    error = first_error(source.root)
    line = error.start_point[0] + 1 if error is not None else 1
    machine.problem(f"{module.name}:{line}: the syntax there is not understood")


def _note_imports(machine: Machine, module: Module) -> None:
    if module.source is None:
        return

    def where(wanted: str) -> str | None:
        return resolve_module(machine.tree, module.name, wanted)

    machine.recorder.imports.extend(imports_of(module.source, where))


def run_module(machine: Machine, module: Module) -> None:
    """Runs a module's top level: imports first, as the language has it, then the rest."""
    if module.source is None:
        return
    statements = children(module.source.root)
    module.es = any(statement.type in _ES_SYNTAX for statement in statements)
    frame = Frame(module, module.scope)
    hoist(machine, statements, frame)
    erased = _erased(machine, module)

    def top() -> Flow:
        for statement in statements:
            if statement.type in _ES_SYNTAX and statement.start_byte not in erased:
                _link(machine, statement, frame)
        for statement in statements:
            frame.statement = statement
            if statement.type not in _ES_SYNTAX or statement.child_by_field_name("source") is None:
                machine.execute(statement, frame)
        return Flow.NORMAL

    machine.attempt(top)
    machine.recorder.awaited |= frame.awaited


def _erased(machine: Machine, module: Module) -> set[int]:
    """Start bytes of imports that only bring types."""
    found: set[int] = set()
    if module.source is None or not module.source.typescript:
        return found
    lines = {
        (entry.place.line, entry.place.column)
        for entry in machine.recorder.imports
        if entry.kind == "type" and entry.place.file == module.name
    }
    for statement in children(module.source.root):
        place = module.source.place(statement)
        if (place.line, place.column) in lines:
            found.add(statement.start_byte)
    return found


def _link(machine: Machine, node: Node, frame: Frame) -> None:
    if node.type == "import_statement":
        _import(machine, node, frame)
    elif node.child_by_field_name("source") is not None:
        _reexport(machine, node, frame)


def _import(machine: Machine, node: Node, frame: Frame) -> None:
    required = first_child(node, "import_require_clause")
    written = (required or node).child_by_field_name("source")
    module = string_value(frame.source, written) if written is not None else None
    if module is None:
        return
    value = import_module(machine, module, frame.module, node)
    if required is not None:
        for local in children(required)[:1]:
            frame.scope.slots[frame.text(local)] = value
        return
    for name, local_name, is_type in import_names(frame.source, node):
        if not is_type:
            frame.scope.slots[local_name] = exported(machine, value, name, frame, node)


def _reexport(machine: Machine, node: Node, frame: Frame) -> None:
    written = node.child_by_field_name("source")
    module = string_value(frame.source, written) if written is not None else None
    if module is None or has_token(node, "type"):
        return
    value = import_module(machine, module, frame.module, node)
    exports = frame.module.exports
    if not isinstance(exports, Obj):
        return
    clause, namespace = first_child(node, "export_clause"), first_child(node, "namespace_export")
    if clause is not None:
        for inner, outer, is_type in export_names(frame.source, clause):
            if not is_type:
                exports.slots[outer] = exported(machine, value, inner, frame, node)
    elif namespace is not None:
        for name in children(namespace)[:1]:
            exports.slots[frame.text(name)] = value
    else:
        _export_all(exports, value)


def _export_all(exports: Obj, value: Value) -> None:
    if isinstance(value, Obj):
        for key in value.slots:
            if key != "default":
                exports.slots.setdefault(key, Ref(value, key))
        exports.spreads = (*exports.spreads, *value.spreads)
    elif isinstance(value, External):
        exports.spreads = (*exports.spreads, value)


def exported(machine: Machine, value: Value, name: str, frame: Frame, node: Node) -> Value:
    """What an import takes from a module's exports; a live binding where they are local."""
    if name == "*":
        return value
    if isinstance(value, Obj | Func | Class):
        slot = find_slot(value, name)
        if isinstance(slot, Getter) or (slot is None and (name == "default" or not isinstance(value, Obj))):
            return get_member(machine, value, name, frame, node)
        return get_member(machine, value, name, frame, node) if _from_spread(value, slot) else Ref(value, name)
    return get_member(machine, value, name, frame, node)


def _from_spread(value: Obj | Func | Class, slot: Value | None) -> bool:
    return slot is None and isinstance(value, Obj) and bool(value.spreads)


def import_module(machine: Machine, wanted: str, importer: Module, node: Node) -> Value:
    """The value of a module: exports of a local file, else a part of a package."""
    local = resolve_module(machine.tree, importer.name, wanted)
    if local is None or _SKIPPED.search(local):
        if wanted.startswith(("./", "../")) or wanted in (".", ".."):
            machine.problem(f"{importer.name}: the file of {wanted!r} is not there")
            return Opaque(f"module {wanted}")
        package = wanted.removeprefix("node:")
        return External(package) if package else Opaque("module without a name")
    _note_dynamic(machine, wanted, local, importer, node)
    module = load(machine, local)
    return resolve(module.exports) if module is not None else Opaque(f"module {wanted}")


def _note_dynamic(machine: Machine, wanted: str, local: str, importer: Module, node: Node) -> None:
    """An import whose name was put together from constants is not among those that stand in the text."""
    if importer.source is None:
        return
    place = importer.source.place(node)
    if any(entry.module == wanted and entry.place.file == importer.name for entry in machine.recorder.imports):
        return
    machine.recorder.imports.append(Import(wanted, ("*",), "require", place, local))


def _export(machine: Machine, node: Node, frame: Frame) -> Flow:
    """An export of this module's own names; those of other modules are linked before anything runs."""
    exports = frame.module.exports
    declaration = node.child_by_field_name("declaration")
    if declaration is not None:
        machine.execute(declaration, frame)
        if isinstance(exports, Obj):
            default = has_token(node, "default")
            for name in _declared_names(declaration, frame):
                exports.slots["default" if default else name] = Ref(frame.module.scope, name)
        return Flow.NORMAL
    value = node.child_by_field_name("value")
    clause = first_child(node, "export_clause")
    if value is not None and isinstance(exports, Obj):
        exports.slots["default"] = resolve(machine.evaluate(value, frame))
    elif clause is not None and isinstance(exports, Obj):
        for inner, outer, is_type in export_names(frame.source, clause):
            if not is_type:
                exports.slots[outer] = Ref(frame.module.scope, inner)
    elif has_token(node, "="):
        written = children(node)
        if written:
            frame.module.holder.slots["exports"] = resolve(machine.evaluate(written[-1], frame))
    return Flow.NORMAL


def _declared_names(declaration: Node, frame: Frame) -> Iterator[str]:
    if declaration.type in (*FUNCTIONS, *CLASSES, "enum_declaration", "internal_module"):
        name = declaration.child_by_field_name("name")
        if name is not None:
            yield frame.text(name)
        return
    for declarator in children(declaration):
        name = declarator.child_by_field_name("name")
        if name is not None:
            yield from _pattern_names(name, frame)


def _pattern_names(pattern: Node, frame: Frame) -> Iterator[str]:
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield frame.text(pattern)
        return
    if pattern.type == "pair_pattern":
        value = pattern.child_by_field_name("value")
        if value is not None:
            yield from _pattern_names(value, frame)
        return
    if pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.child_by_field_name("left")
        if left is not None:
            yield from _pattern_names(left, frame)
        return
    if pattern.type in ("object_pattern", "array_pattern", "rest_pattern"):
        for part in children(pattern):
            yield from _pattern_names(part, frame)


def _import_statement(_machine: Machine, _node: Node, _frame: Frame) -> Flow:
    """``import x = require("y")`` has no source of its own; others were linked before."""
    return Flow.NORMAL


def _import_alias(machine: Machine, node: Node, frame: Frame) -> Flow:
    """``import Client = AWS.S3``."""
    parts = children(node)
    if len(parts) > 1:
        bind(machine, parts[0], _dotted(machine, parts[1], frame), frame, frame.scope)
    return Flow.NORMAL


def _dotted(machine: Machine, node: Node, frame: Frame) -> Value:
    if node.type == "identifier":
        return resolve(machine.evaluate(node, frame))
    owner: Value = UNDEFINED
    for index, name in enumerate(frame.text(node).split(".")):
        if index == 0:
            owner = resolve(frame.scope.slots.get(name.strip(), External("", (name.strip(),))))
        else:
            owner = get_member(machine, owner, name.strip(), frame, node)
    return owner


def _json_value(machine: Machine, data: bytes) -> Value:
    if len(data) > MAX_JSON_BYTES:
        return Opaque("JSON file too large")
    try:
        return _from_json(machine, json.loads(data), 0)
    except (ValueError, RecursionError):
        return Opaque("JSON file not understood")


def _from_json(machine: Machine, value: Any, depth: int) -> Value:
    if depth > MAX_JSON_DEPTH:
        return Opaque("nested too deeply")
    if isinstance(value, dict):
        return machine.object({str(key): _from_json(machine, inner, depth + 1) for key, inner in value.items()})
    if isinstance(value, list):
        items: list[Value] = [_from_json(machine, inner, depth + 1) for inner in value]
        created: Arr = machine.array(items)
        return created
    return Literal(value)


LINKING: MappingProxyType[str, Execute] = MappingProxyType(
    {
        "export_statement": _export,
        "import_statement": _import_statement,
        "import_alias": _import_alias,
    }
)
