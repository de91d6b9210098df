"""Binding of values to names: declarations, parameters, assignments, all with destructuring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import element_of, find_variable, get_member, key_of, note_read, resolve, set_member
from analyzer.code.js_reflect import derived, reflect
from analyzer.code.js_syntax import children, string_value
from analyzer.code.js_values import UNDEFINED, Arr, Obj, OneOf, Option, Ref, Scope, Value, join, options
from analyzer.code.program import Derived, EnvironmentVariable, EventField, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

_TRANSPARENT = (
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "type_assertion",
)


def bind(machine: Machine, target: Node, value: Value, frame: Frame, scope: Scope | None) -> None:
    """Binds ``value`` to a pattern. ``scope`` is where new names are declared; None assigns to what is there."""
    match target.type:
        case "identifier" | "shorthand_property_identifier_pattern" | "undefined":
            _bind_name(machine, frame.text(target), value, frame, scope)
        case "object_pattern":
            _bind_object(machine, target, value, frame, scope)
        case "array_pattern":
            _bind_array(machine, target, value, frame, scope)
        case "assignment_pattern" | "object_assignment_pattern":
            _bind_default(machine, target, value, frame, scope)
        case "rest_pattern":
            for inner in children(target)[:1]:
                bind(machine, inner, value, frame, scope)
        case "member_expression" | "subscript_expression":
            _bind_member(machine, target, value, frame)
        case kind if kind in _TRANSPARENT:
            for inner in children(target)[:1]:
                bind(machine, inner, value, frame, scope)


def _bind_name(machine: Machine, name: str, value: Value, frame: Frame, scope: Scope | None) -> None:
    if scope is not None:
        machine.write(scope, name, value)
        return
    owner = find_variable(frame.scope, name)
    if owner is None:
        machine.write(frame.module.scope, name, value)
    elif not isinstance(owner.slots[name], Ref):
        machine.write(owner, name, value)


def _bind_member(machine: Machine, target: Node, value: Value, frame: Frame) -> None:
    owner_node = target.child_by_field_name("object")
    if owner_node is None:
        return
    owner = machine.evaluate(owner_node, frame)
    set_member(machine, owner, member_key(machine, target, frame), value)


def member_key(machine: Machine, node: Node, frame: Frame) -> str | None:
    """The key of a member or subscript expression; None where it depends on the run."""
    name = node.child_by_field_name("property")
    if name is not None:
        return frame.text(name)
    index = node.child_by_field_name("index")
    return key_of(machine.evaluate(index, frame)) if index is not None else None


def member_of(machine: Machine, owner: Value, node: Node, frame: Frame) -> Value:
    """The member of ``owner`` that an expression reads; where a key of the run chooses it, it depends on that key."""
    index = node.child_by_field_name("index")
    if index is None:
        return get_member(machine, owner, member_key(machine, node, frame), frame, node)
    key = machine.evaluate(index, frame)
    value = get_member(machine, owner, key_of(key), frame, node)
    chosen_by = reflect(key)
    if isinstance(chosen_by, Literal | Opaque):
        return value
    if isinstance(value, Derived) and isinstance(resolve(owner), Derived | EnvironmentVariable):
        return derived("[]", value, chosen_by)
    if isinstance(value, OneOf) and isinstance(resolve(owner), Obj):
        return join(Option(one.value, (*one.tests, chosen_by), one.in_catch) for one in value.options)
    return value


def property_key(machine: Machine, node: Node, frame: Frame) -> str | None:
    """The key written in an object, a class or a pattern; None for a computed key that is not constant."""
    if node.type == "computed_property_name":
        inner = children(node)
        return key_of(machine.evaluate(inner[0], frame)) if inner else None
    if node.type in ("string", "number"):
        return string_value(frame.source, node) if node.type == "string" else key_of(machine.evaluate(node, frame))
    return frame.text(node)


def _bind_default(machine: Machine, target: Node, value: Value, frame: Frame, scope: Scope | None) -> None:
    left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
    if left is not None and right is not None:
        bind(machine, left, with_default(machine, value, right, frame), frame, scope)


def with_default(machine: Machine, value: Value, default: Node, frame: Frame) -> Value:
    """``value``, or the default where it may be undefined."""
    if value == UNDEFINED:
        return machine.evaluate(default, frame)
    if isinstance(value, EnvironmentVariable) and value.default is None:
        fallback = machine.evaluate(default, frame)
        return (
            EnvironmentVariable(value.name, fallback)
            if isinstance(fallback, Literal)
            else join((Option(value), Option(fallback)))
        )
    if isinstance(value, EventField) or (isinstance(value, OneOf) and any(o.value == UNDEFINED for o in value.options)):
        present = [option for option in options(value) if option.value != UNDEFINED]
        return join((*present, Option(machine.evaluate(default, frame))))
    return value


def _bind_object(machine: Machine, target: Node, value: Value, frame: Frame, scope: Scope | None) -> None:
    taken: set[str] = set()
    for part in children(target):
        if part.type == "rest_pattern":
            _bind_rest(machine, part, value, taken, frame, scope)
            continue
        key, inner = _pattern_part(machine, part, frame)
        part_value = get_member(machine, value, key, frame, part)
        defaulted = inner.type in ("object_assignment_pattern", "assignment_pattern")
        if not _takes_apart(inner) and (isinstance(value, EventField | OneOf) or _has_spreads(value)):
            note_read(machine, part_value, frame, part, optional=defaulted or isinstance(value, OneOf))
        taken.add(key or "")
        bind(machine, inner, part_value, frame, scope)


def _has_spreads(value: Value) -> bool:
    return isinstance(value, Obj) and bool(value.spreads)


def _takes_apart(inner: Node) -> bool:
    """Whether a pattern reads parts of the value, which are longer reads than the value's own."""
    if inner.type in ("assignment_pattern", "object_assignment_pattern"):
        left = inner.child_by_field_name("left")
        return left is not None and _takes_apart(left)
    return inner.type in ("object_pattern", "array_pattern") and bool(children(inner))


def _pattern_part(machine: Machine, part: Node, frame: Frame) -> tuple[str | None, Node]:
    if part.type == "pair_pattern":
        key, inner = part.child_by_field_name("key"), part.child_by_field_name("value")
        if key is not None and inner is not None:
            return property_key(machine, key, frame), inner
    if part.type == "object_assignment_pattern":
        left = part.child_by_field_name("left")
        if left is not None:
            return frame.text(left), part
    return frame.text(part), part


def _bind_rest(machine: Machine, part: Node, value: Value, taken: set[str], frame: Frame, scope: Scope | None) -> None:
    rest: Value
    if isinstance(value, Obj):
        left = {key: slot for key, slot in value.slots.items() if key not in taken}
        rest = machine.object(left, complete=value.complete)
        rest.spreads = value.spreads
    else:
        rest = machine.object(complete=False)
        rest.spreads = (value,)
    bind(machine, part, rest, frame, scope)


def _bind_array(machine: Machine, target: Node, value: Value, frame: Frame, scope: Scope | None) -> None:
    for position, part in _array_parts(target):
        if part.type == "rest_pattern":
            known = isinstance(value, Arr)
            rest = machine.array(value.items[position:], complete=value.complete) if isinstance(value, Arr) else None
            element = machine.array((element_of(value),), complete=False)
            bind(machine, part, rest if known and rest is not None else element, frame, scope)
        else:
            bind(machine, part, item_at(machine, value, position, frame, part), frame, scope)


def _array_parts(target: Node) -> Iterator[tuple[int, Node]]:
    position = 0
    for child in target.children:
        if child.type == ",":
            position += 1
        elif child.is_named and child.type != "comment":
            yield position, child


def item_at(machine: Machine, value: Value, position: int, frame: Frame, node: Node) -> Value:
    """The element at a position; of an event's list or an unknown collection any element."""
    if isinstance(value, Arr | OneOf):
        return get_member(machine, value, str(position), frame, node)
    if isinstance(value, EventField):
        note_read(machine, value, frame, node, optional=False)
    return element_of(value)


def bind_parameters(machine: Machine, function: Node, arguments: tuple[Value, ...], frame: Frame) -> None:
    """Binds a call's arguments. What was not passed is undefined."""
    single = function.child_by_field_name("parameter")
    listed = function.child_by_field_name("parameters")
    parameters = [single] if single is not None else children(listed) if listed is not None else []
    passed = machine.array(arguments)
    frame.scope.slots.setdefault("arguments", passed)
    for position, parameter in enumerate(p for p in parameters if not _is_this(p, frame)):
        pattern, default = _parameter(parameter)
        if pattern.type == "rest_pattern":
            bind(machine, pattern, machine.array(arguments[position:]), frame, frame.scope)
            return
        value = arguments[position] if position < len(arguments) else UNDEFINED
        if default is not None:
            value = with_default(machine, value, default, frame)
        bind(machine, pattern, value, frame, frame.scope)
        if parameter is not pattern and any(c.type == "accessibility_modifier" for c in parameter.children):
            set_member(machine, frame.this, frame.text(pattern), value)


def _is_this(parameter: Node, frame: Frame) -> bool:
    return parameter.type == "required_parameter" and frame.text(parameter).startswith(("this:", "this "))


def _parameter(parameter: Node) -> tuple[Node, Node | None]:
    """Pattern and default of a parameter; TypeScript wraps both in a node of their own."""
    if parameter.type in ("required_parameter", "optional_parameter"):
        pattern = parameter.child_by_field_name("pattern")
        return pattern or parameter, parameter.child_by_field_name("value")
    return parameter, None


def unknown_arguments(function: Node) -> tuple[Value, ...]:
    """Arguments for a function of whose callers nothing is known."""
    listed = function.child_by_field_name("parameters")
    count = len(children(listed)) if listed is not None else 1
    return tuple(Opaque("parameter") for _ in range(count))


def unread(value: Value) -> Value:
    """A value that somebody outside the analysis hands back."""
    return derived("callback", value)
