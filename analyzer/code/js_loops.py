"""Loops: over known elements one by one, over unknown ones once for all."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import settle
from analyzer.code.js_branches import contained
from analyzer.code.js_collections import MAX_CONCRETE
from analyzer.code.js_machine import Execute, Flow, Frame, Machine
from analyzer.code.js_members import element_of, resolve
from analyzer.code.js_operators import test
from analyzer.code.js_patterns import bind
from analyzer.code.js_reflect import derived
from analyzer.code.js_syntax import has_token
from analyzer.code.js_values import Arr, Obj, Value
from analyzer.code.program import Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_KEYS = 64


def _for_in(machine: Machine, node: Node, frame: Frame) -> Flow:
    """``for … of``, ``for await … of`` and ``for … in``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    body, operator = node.child_by_field_name("body"), node.child_by_field_name("operator")
    if left is None or right is None or body is None or operator is None:
        return Flow.NORMAL
    collection = resolve(machine.evaluate(right, frame))
    if has_token(node, "await"):
        collection = settle(machine, collection, frame, node)
    declared = node.child_by_field_name("kind") is not None

    def round_(value: Value) -> Flow:
        outer, frame.scope = frame.scope, machine.scope(frame.scope)
        try:
            bind(machine, left, resolve(value), frame, frame.scope if declared else None)
            return machine.execute(body, frame)
        finally:
            frame.scope = outer

    concrete, unknown = _of(collection) if operator.type == "of" else _in(collection)
    if concrete is not None:
        return Flow.EXIT if any(round_(value) is Flow.EXIT for value in concrete) else Flow.NORMAL
    machine.run_repeated(lambda: round_(unknown))
    return Flow.NORMAL


def _of(collection: Value) -> tuple[list[Value] | None, Value]:
    if isinstance(collection, Arr) and collection.complete and len(collection.slots) <= MAX_CONCRETE:
        return list(collection.items), Opaque()
    return None, element_of(collection)


def _in(collection: Value) -> tuple[list[Value] | None, Value]:
    if isinstance(collection, Obj | Arr) and collection.complete and len(collection.slots) <= MAX_KEYS:
        return [Literal(key) for key in collection.slots], Opaque()
    return None, derived("key", collection)


def _for(machine: Machine, node: Node, frame: Frame) -> Flow:
    outer, frame.scope = frame.scope, machine.scope(frame.scope)
    try:
        initializer = node.child_by_field_name("initializer")
        if initializer is not None:
            machine.execute(initializer, frame)
        return _counted(machine, node, frame)
    finally:
        frame.scope = outer


def _counted(machine: Machine, node: Node, frame: Frame) -> Flow:
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    increment = node.child_by_field_name("increment")
    if body is None:
        return Flow.NORMAL
    for _ in range(MAX_CONCRETE):
        tested = _expression(condition)
        decision = test(machine, tested, frame) if tested is not None else None
        if decision is None or decision.known is None:
            break
        if not decision.known:
            return Flow.NORMAL
        if machine.execute(body, frame) is Flow.EXIT:
            return Flow.EXIT
        if increment is not None:
            machine.evaluate(increment, frame)

    def round_() -> Flow:
        _forget_counter(machine, increment, frame)
        flow = machine.execute(body, frame)
        if increment is not None:
            machine.evaluate(increment, frame)
        return flow

    machine.run_repeated(round_)
    return Flow.NORMAL


def _forget_counter(machine: Machine, increment: Node | None, frame: Frame) -> None:
    """In a round of unknown number the counter stands for any."""
    argument = increment.child_by_field_name("argument") if increment is not None else None
    if argument is not None and argument.type == "identifier":
        bind(machine, argument, Opaque("index"), frame, None)


def _expression(condition: Node | None) -> Node | None:
    if condition is not None and condition.type == "expression_statement":
        return condition.named_children[0] if condition.named_children else None
    return None if condition is not None and condition.type == "empty_statement" else condition


def _while(machine: Machine, node: Node, frame: Frame) -> Flow:
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if condition is None or body is None:
        return Flow.NORMAL
    decision = test(machine, condition, frame)
    if decision.known is False:
        return Flow.NORMAL

    def round_() -> Flow:
        flow = machine.execute(body, frame)
        test(machine, condition, frame)
        return flow

    flow = machine.run_repeated(round_)
    return Flow.EXIT if decision.known and flow is Flow.EXIT else Flow.NORMAL


def _do(machine: Machine, node: Node, frame: Frame) -> Flow:
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if condition is None or body is None:
        return Flow.NORMAL

    def round_() -> Flow:
        flow = machine.execute(body, frame)
        test(machine, condition, frame)
        return flow

    flow = machine.run_repeated(round_)
    return Flow.EXIT if flow is Flow.EXIT else Flow.NORMAL


def _contained(loop: Execute) -> Execute:
    return lambda machine, node, frame: contained(frame, lambda: loop(machine, node, frame))


LOOPS: MappingProxyType[str, Execute] = MappingProxyType(
    {
        "for_in_statement": _contained(_for_in),
        "for_statement": _contained(_for),
        "while_statement": _contained(_while),
        "do_statement": _contained(_do),
    }
)
