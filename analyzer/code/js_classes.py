"""Classes, instances and constructors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_invoke import invoke
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import prototype_of, resolve, set_member
from analyzer.code.js_patterns import property_key
from analyzer.code.js_reflect import reflect
from analyzer.code.js_syntax import children, first_child, has_token
from analyzer.code.js_values import UNDEFINED, Arr, Class, External, Foreign, Func, Getter, Obj, Value

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_INHERITANCE = 8
_FIELDS = ("field_definition", "public_field_definition")


def class_value(machine: Machine, node: Node, frame: Frame) -> Class:
    """The value of a class expression or declaration; static members are initialised."""
    name = node.child_by_field_name("name")
    created = Class(
        machine.serial(), {}, node, frame.module, frame.scope, machine.object(), frame.text(name) if name else ""
    )
    created.superclass = _superclass(machine, node, frame)
    if isinstance(created.superclass, Class):
        created.prototype.proto = created.superclass.prototype
    created.prototype.slots["constructor"] = created
    body = node.child_by_field_name("body")
    inner = Frame(frame.module, frame.scope, created, caller=frame, depth=frame.depth, conditions=frame.conditions)
    for member in children(body) if body is not None else ():
        _add_member(machine, created, member, inner)
    return created


def _superclass(machine: Machine, node: Node, frame: Frame) -> Value | None:
    heritage = first_child(node, "class_heritage")
    if heritage is None:
        return None
    clause = first_child(heritage, "extends_clause")
    if clause is not None:
        value = clause.child_by_field_name("value")
        return resolve(machine.evaluate(value, frame)) if value is not None else None
    written = [child for child in children(heritage) if child.type != "implements_clause"]
    return resolve(machine.evaluate(written[0], frame)) if written else None


def _add_member(machine: Machine, created: Class, member: Node, frame: Frame) -> None:
    static = has_token(member, "static")
    if member.type == "method_definition":
        _add_method(machine, created, member, frame, static=static)
    elif member.type in _FIELDS and static:
        _initialise(machine, created, member, frame)
    elif member.type == "class_static_block":
        body = member.child_by_field_name("body")
        if body is not None:
            machine.execute(body, frame)


def _add_method(machine: Machine, created: Class, member: Node, frame: Frame, *, static: bool) -> None:
    name = member.child_by_field_name("name")
    key = property_key(machine, name, frame) if name is not None else None
    if key is None:
        return
    method = machine.function(member, frame, name=key)
    method.home = created
    if key == "constructor" and not static:
        created.constructor = method
        return
    home = created if static else created.prototype
    home.slots[key] = Getter(method) if has_token(member, "get") else method


def _initialise(machine: Machine, owner: Value, member: Node, frame: Frame) -> None:
    name = member.child_by_field_name("name") or member.child_by_field_name("property")
    value = member.child_by_field_name("value")
    if name is not None:
        initial = resolve(machine.evaluate(value, frame)) if value is not None else UNDEFINED
        set_member(machine, owner, property_key(machine, name, frame), initial)


def construct(
    machine: Machine, made: Class | Func, arguments: tuple[Value, ...], node: Node | None, frame: Frame
) -> Value:
    """``new`` of a local class or of a plain function."""
    instance = machine.object()
    if isinstance(made, Class):
        instance.proto, instance.label = made.prototype, made.name or "class"
        initialise(machine, instance, made, arguments, node, frame)
        return instance
    instance.proto, instance.label = prototype_of(machine, made), made.name
    returned = invoke(machine, made, arguments, instance, node, frame)
    return returned if isinstance(returned, Obj | Arr | Func) else instance


def initialise(
    machine: Machine,
    instance: Obj,
    made: Value | None,
    arguments: tuple[Value, ...],
    node: Node | None,
    frame: Frame,
    depth: int = 0,
) -> None:
    """Runs a class's constructor and field initialisers on an instance; also what ``super(…)`` does."""
    if depth > MAX_INHERITANCE or made is None:
        return
    if isinstance(made, Class):
        if made.constructor is None:
            initialise(machine, instance, made.superclass, arguments, node, frame, depth + 1)
        _initialise_fields(machine, instance, made, frame)
        if made.constructor is not None:
            invoke(machine, made.constructor, arguments, instance, node, frame)
    elif isinstance(made, External):
        _inherit_external(machine, instance, made, arguments)
    elif isinstance(made, Func):
        invoke(machine, made, arguments, instance, node, frame)
    else:
        instance.complete = False


def _inherit_external(machine: Machine, instance: Obj, made: External, arguments: tuple[Value, ...]) -> None:
    if not made.module and made.path[-1].endswith("Error"):
        machine.write(instance, "message", arguments[0] if arguments else UNDEFINED)
        return
    sources = tuple(reflect(argument) for argument in arguments)
    instance.spreads = (*instance.spreads, Foreign(made.target, sources, (), True))
    instance.complete = False


def _initialise_fields(machine: Machine, instance: Obj, made: Class, frame: Frame) -> None:
    body = made.node.child_by_field_name("body")
    fields = [child for child in children(body) if child.type in _FIELDS] if body is not None else []
    inner = Frame(made.module, made.scope, instance, caller=frame, depth=frame.depth, conditions=frame.conditions)
    for member in fields:
        if not has_token(member, "static"):
            _initialise(machine, instance, member, inner)
