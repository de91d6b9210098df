"""Expressions: one function for each kind of node, in :data:`EXPRESSIONS`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import settle
from analyzer.code.js_branches import either_value
from analyzer.code.js_calls import call_expression, new_expression
from analyzer.code.js_chains import member
from analyzer.code.js_classes import class_value
from analyzer.code.js_machine import Evaluate, Frame, Machine
from analyzer.code.js_members import find_variable, resolve
from analyzer.code.js_objects import spread_into
from analyzer.code.js_operators import add, binary, defaulted, either, negate, test, tolerantly
from analyzer.code.js_patterns import bind, property_key
from analyzer.code.js_reflect import compose, derived
from analyzer.code.js_syntax import children, has_token, string_value, unescape
from analyzer.code.js_values import (
    UNDEFINED,
    Arr,
    Class,
    External,
    Func,
    Getter,
    Method,
    Native,
    Obj,
    Option,
    Value,
    join,
)
from analyzer.code.program import Composed, EventField, Literal, Opaque
from analyzer.code.template_holes import has_holes

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NUMBER_LENGTH = 40


def _identifier(_machine: Machine, node: Node, frame: Frame) -> Value:
    name = frame.text(node)
    scope = find_variable(frame.scope, name)
    if scope is not None:
        return resolve(scope.slots[name])
    if not name.isascii() and has_holes(name.encode()):
        return Opaque("a value that the template puts there")
    return UNDEFINED if name == "undefined" else External("", (name,))


def _this(_machine: Machine, _node: Node, frame: Frame) -> Value:
    return frame.this


def _super(_machine: Machine, _node: Node, frame: Frame) -> Value:
    home = frame.function.home if frame.function is not None else None
    return home.superclass if home is not None and home.superclass is not None else Opaque("super")


def _number(_machine: Machine, node: Node, frame: Frame) -> Value:
    text = frame.text(node).replace("_", "").rstrip("n")
    if len(text) > MAX_NUMBER_LENGTH:
        return Opaque("number")
    try:
        return Literal(int(text, 0)) if not _is_fraction(text) else Literal(float(text))
    except ValueError:
        return Opaque("number")


def _is_fraction(text: str) -> bool:
    return "." in text or (text[:2].lower() != "0x" and "e" in text.lower())


def _string(_machine: Machine, node: Node, frame: Frame) -> Value:
    return Literal(string_value(frame.source, node))


def _template(machine: Machine, node: Node, frame: Frame) -> Value:
    parts: list[Value] = []
    position = node.start_byte + 1
    for substitution in node.named_children:
        if substitution.type != "template_substitution":
            continue
        parts.append(_raw(frame, position, substitution.start_byte))
        position = substitution.end_byte
        inner = children(substitution)
        parts.append(resolve(machine.evaluate(inner[0], frame)) if inner else UNDEFINED)
    parts.append(_raw(frame, position, node.end_byte - 1))
    return compose(*parts)


def _raw(frame: Frame, start: int, end: int) -> Literal:
    return Literal(unescape(frame.source.data[start:end].decode("utf-8", "replace")))


def _constant(value: bool | None) -> Evaluate:
    return lambda _machine, _node, _frame: Literal(value)


def _regular_expression(_machine: Machine, node: Node, frame: Frame) -> Value:
    return Opaque(f"regular expression {frame.text(node)[:60]}")


def _object(machine: Machine, node: Node, frame: Frame) -> Value:
    created = machine.object()
    for part in children(node):
        _add_property(machine, created, part, frame)
    return created


def _add_property(machine: Machine, created: Obj, part: Node, frame: Frame) -> None:
    if part.type == "spread_element":
        for inner in children(part)[:1]:
            spread_into(created, resolve(machine.evaluate(inner, frame)))
        return
    if part.type == "shorthand_property_identifier":
        created.slots[frame.text(part)] = _identifier(machine, part, frame)
        return
    name = part.child_by_field_name("key" if part.type == "pair" else "name")
    key = property_key(machine, name, frame) if name is not None else None
    value = _property_value(machine, part, frame, key or "")
    if key is None:
        created.complete = False
        created.slots["*"] = join((Option(created.slots["*"]), Option(value))) if "*" in created.slots else value
    else:
        created.slots[key] = value


def _property_value(machine: Machine, part: Node, frame: Frame, key: str) -> Value:
    if part.type == "method_definition":
        function = machine.function(part, frame, name=key)
        return Getter(function) if has_token(part, "get") else function
    written = part.child_by_field_name("value")
    return resolve(machine.evaluate(written, frame)) if written is not None else UNDEFINED


def _with_holes(node: Node) -> list[Node | None]:
    """The elements of an array, None where none is written: ``[1, , 3]``."""
    found: list[Node | None] = []
    empty = True
    for child in node.children:
        if child.type == ",":
            found.extend((None,) if empty else ())
            empty = True
        elif child.is_named and child.type != "comment":
            found.append(child)
            empty = False
    return found


def _array(machine: Machine, node: Node, frame: Frame) -> Value:
    items: list[Value] = []
    complete = True
    for child in _with_holes(node):
        if child is None:
            items.append(UNDEFINED)
            continue
        if child.type != "spread_element":
            items.append(resolve(machine.evaluate(child, frame)))
            continue
        for inner in children(child)[:1]:
            spread = resolve(machine.evaluate(inner, frame))
            if isinstance(spread, Arr):
                items.extend(spread.items)
                complete = complete and spread.complete
            else:
                complete = False
                items.extend([EventField((*spread.path, "*"))] if isinstance(spread, EventField) else [])
    return machine.array(items, complete=complete)


def _function(machine: Machine, node: Node, frame: Frame) -> Value:
    name = node.child_by_field_name("name")
    if name is None:
        return machine.function(node, frame)
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    created = machine.function(node, frame, name=frame.text(name))
    frame.scope.slots[created.name] = created
    frame.scope = outer
    return created


def _arrow(machine: Machine, node: Node, frame: Frame) -> Value:
    return machine.function(node, frame, frame.this)


def _assignment(machine: Machine, node: Node, frame: Frame) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return UNDEFINED
    value = resolve(machine.evaluate(right, frame))
    bind(machine, left, value, frame, None)
    return value


def _augmented(machine: Machine, node: Node, frame: Frame) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    token = node.child_by_field_name("operator")
    if left is None or right is None or token is None:
        return UNDEFINED
    before = resolve(tolerantly(machine, left, frame))
    operand = resolve(machine.evaluate(right, frame))
    match token.type:
        case "+=":
            value = add(before, operand)
        case "||=" | "??=":
            value = either(before, operand)
        case "&&=":
            value = join((Option(before), Option(operand)))
        case operator:
            value = derived(operator.rstrip("="), before, operand)
    bind(machine, left, value, frame, None)
    return value


def _unary(machine: Machine, node: Node, frame: Frame) -> Value:
    token, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    if argument is None or token is None:
        return UNDEFINED
    if token.type == "void":
        machine.evaluate(argument, frame)
        return UNDEFINED
    if token.type == "delete":
        return Literal(True)
    tolerant = token.type in ("!", "typeof")
    value = resolve(tolerantly(machine, argument, frame) if tolerant else machine.evaluate(argument, frame))
    match token.type, value:
        case "!", _:
            return negate(value)
        case "-", Literal(value=bool() | int() | float() as number):
            return Literal(-number)
        case "typeof", _ if (kind := _kind(value)) is not None:
            return Literal(kind)
        case "+", Literal(value=int() | float()):
            return value
        case operator, _:
            return derived(operator, value)


def _kind(value: Value) -> str | None:
    """What ``typeof`` gives; None where that depends on the run."""
    match value:
        case Literal(value=str()) | Composed():
            return "string"
        case Obj() | Arr():
            return "object"
        case Func() | Class() | Native() | Method():
            return "function"
        case _:
            return None


def _update(machine: Machine, node: Node, frame: Frame) -> Value:
    argument, token = node.child_by_field_name("argument"), node.child_by_field_name("operator")
    if argument is None or token is None:
        return UNDEFINED
    before = resolve(machine.evaluate(argument, frame))
    after: Value = derived(token.type, before)
    if isinstance(before, Literal) and isinstance(before.value, int):
        after = Literal(before.value + (1 if token.type == "++" else -1))
    bind(machine, argument, after, frame, None)
    return after if token.start_byte == node.start_byte else before


def _ternary(machine: Machine, node: Node, frame: Frame) -> Value:
    condition = node.child_by_field_name("condition")
    yes, no = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if condition is None or yes is None or no is None:
        return UNDEFINED
    decision = test(machine, condition, frame)
    if decision.known is not None:
        return machine.evaluate(yes if decision.known else no, frame)
    return defaulted(either_value(machine, (yes, no), frame, (decision.value,), decision.paths), decision)


def _await(machine: Machine, node: Node, frame: Frame) -> Value:
    inner = children(node)
    return settle(machine, machine.evaluate(inner[0], frame), frame, node) if inner else UNDEFINED


def _yield(machine: Machine, node: Node, frame: Frame) -> Value:
    """What a generator hands out is taken to come back; compiled ``async`` functions work that way."""
    value = _await(machine, node, frame)
    frame.yields.append(value)
    return value


def _inner(machine: Machine, node: Node, frame: Frame) -> Value:
    """Parentheses, and TypeScript's assertions, which vanish when the file is compiled."""
    inner = children(node)
    if not inner:
        return UNDEFINED
    return resolve(machine.evaluate(inner[-1] if node.type == "type_assertion" else inner[0], frame))


def _sequence(machine: Machine, node: Node, frame: Frame) -> Value:
    value: Value = UNDEFINED
    pending = list(reversed(children(node)))
    while pending:
        part = pending.pop()
        if part.type == "sequence_expression":
            pending.extend(reversed(children(part)))
        else:
            value = resolve(machine.evaluate(part, frame))
    return value


def _class(machine: Machine, node: Node, frame: Frame) -> Value:
    return class_value(machine, node, frame)


def _jsx(_machine: Machine, _node: Node, _frame: Frame) -> Value:
    return Opaque("JSX")


EXPRESSIONS: MappingProxyType[str, Evaluate] = MappingProxyType(
    {
        "identifier": _identifier,
        "shorthand_property_identifier": _identifier,
        "this": _this,
        "super": _super,
        "number": _number,
        "string": _string,
        "template_string": _template,
        "true": _constant(True),
        "false": _constant(False),
        "null": _constant(None),
        "undefined": _constant(None),
        "regex": _regular_expression,
        "object": _object,
        "array": _array,
        "function_expression": _function,
        "generator_function": _function,
        "arrow_function": _arrow,
        "class": _class,
        "member_expression": member,
        "subscript_expression": member,
        "call_expression": call_expression,
        "new_expression": new_expression,
        "assignment_expression": _assignment,
        "augmented_assignment_expression": _augmented,
        "unary_expression": _unary,
        "binary_expression": binary,
        "update_expression": _update,
        "ternary_expression": _ternary,
        "await_expression": _await,
        "yield_expression": _yield,
        "parenthesized_expression": _inner,
        "non_null_expression": _inner,
        "as_expression": _inner,
        "satisfies_expression": _inner,
        "type_assertion": _inner,
        "instantiation_expression": _inner,
        "sequence_expression": _sequence,
        "jsx_element": _jsx,
        "jsx_self_closing_element": _jsx,
    }
)
