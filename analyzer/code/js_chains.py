"""Chains of property reads: ``event.headers?.authorization``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import settle
from analyzer.code.js_machine import MAX_NESTING, Frame, Machine
from analyzer.code.js_members import note_read, resolve
from analyzer.code.js_patterns import member_of
from analyzer.code.js_syntax import children
from analyzer.code.js_values import UNDEFINED, Obj, OneOf, Value
from analyzer.code.program import EventField, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

MEMBERS = ("member_expression", "subscript_expression")
_WRAPPERS = ("parenthesized_expression", "non_null_expression")


def member(machine: Machine, node: Node, frame: Frame) -> Value:
    """A property read. Only the outermost member of a chain is noted as a read of the event."""
    owner_node = node.child_by_field_name("object")
    if owner_node is None:
        return UNDEFINED
    owner, optional = chain(machine, owner_node, frame)
    optional = optional or node.child_by_field_name("optional_chain") is not None
    value = member_of(machine, owner, node, frame)
    note_chain(machine, owner, value, frame, node, optional=optional)
    return settle(machine, value, frame, node) if starts_with_await(node, frame) else value


def starts_with_await(node: Node, frame: Frame) -> bool:
    """Whether a chain is ``await (x).y…``, which the grammar takes for a call of a function named ``await``."""
    data, start = frame.source.data, node.start_byte
    return data.startswith(b"await", start) and data[start + 5 : start + 6] in (b"(", b" ", b"\n", b"\t", b"\r")


def is_chain(node: Node) -> bool:
    """Whether an expression reads a property; a plain name's value was read where it was given."""
    return _unwrapped(node).type in MEMBERS


def chain(machine: Machine, node: Node, frame: Frame) -> tuple[Value, bool]:
    """The value of a chain's inner part, its own read not noted; and whether ``?.`` stands in it."""
    node = _unwrapped(node)
    owner_node = node.child_by_field_name("object")
    if node.type not in MEMBERS or owner_node is None:
        return resolve(machine.evaluate(node, frame)), False
    if machine.nesting >= MAX_NESTING:
        return Opaque("long chain"), False
    machine.nesting += 1
    owner, optional = chain(machine, owner_node, frame)
    machine.nesting -= 1
    optional = optional or node.child_by_field_name("optional_chain") is not None
    value = member_of(machine, owner, node, frame)
    if not isinstance(value, EventField | OneOf):
        note_chain(machine, owner, value, frame, node, optional=optional)
    return value, optional


def _unwrapped(node: Node) -> Node:
    while node.type in _WRAPPERS:
        inner = children(node)
        if not inner or inner[0].type == "sequence_expression":
            return node
        node = inner[0]
    return node


def note_chain(machine: Machine, owner: Value, value: Value, frame: Frame, node: Node, *, optional: bool) -> None:
    """Notes a read: the field itself, or the one whose ``length`` is taken."""
    owner_node = node.child_by_field_name("object")
    if isinstance(owner, EventField) and not isinstance(value, EventField):
        if owner_node is not None and is_chain(owner_node):
            note_read(machine, owner, frame, node, optional=optional)
    elif isinstance(owner, EventField | OneOf):
        note_read(machine, value, frame, node, optional=optional or isinstance(owner, OneOf))
    elif isinstance(owner, Obj) and owner.spreads:
        note_read(machine, value, frame, node, optional=optional)
