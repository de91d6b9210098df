"""How a handler answers: ``return``, ``callback`` and ``context.succeed``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import raise_out
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_reflect import reflect, tests_of, truth
from analyzer.code.js_values import ANSWERED, UNDEFINED, Native, Value, options, unique
from analyzer.code.program import Opaque, Place, Returned

if TYPE_CHECKING:
    from tree_sitter import Node


def answer(machine: Machine, value: Value, frame: Frame, node: Node) -> None:
    """Notes what the handler can answer with, one entry for each alternative."""
    for option in options(value):
        if option.value is ANSWERED:
            continue
        conditions = unique((*frame.conditions, *option.tests, *tests_of(option.value)))
        in_catch = frame.in_catch or option.in_catch
        value, place = reflect(option.value), answer_place(frame, node)
        machine.recorder.returned(Returned(value, place, in_catch, conditions, frame.path))


def answer_place(frame: Frame, node: Node) -> Place:
    """The statement of the handler, in its own file, behind which the answer is given."""
    root: Frame | None = frame
    while root is not None and not root.handler:
        root = root.caller
    current: Frame | None = frame
    while root is not None and current is not None:
        if _stands_in(current, root) and current.statement is not None:
            return current.place(current.statement)
        current = current.caller
    return frame.place(node)


def _stands_in(frame: Frame, root: Frame) -> bool:
    if frame.module is not root.module or root.function is None or frame.statement is None:
        return False
    body = root.function.node
    return body.start_byte <= frame.statement.start_byte and frame.statement.end_byte <= body.end_byte


def callback_native() -> Native:
    """The handler's third parameter."""
    return Native("callback", _callback)


def _callback(machine: Machine, arguments: tuple[Value, ...], node: Node, frame: Frame) -> Value:
    error = arguments[0] if arguments else UNDEFINED
    result = arguments[1] if len(arguments) > 1 else UNDEFINED
    failing = truth(error)
    if failing is not False:
        machine.refusals += 1
        raise_out(machine, error, frame, node)
    if failing is False or (failing is None and len(arguments) > 1):
        answer(machine, result, frame, node)
    return ANSWERED


def context_native() -> Native:
    """The handler's second parameter, with the answers of the oldest runtimes."""
    members: tuple[tuple[str, Value], ...] = (
        ("succeed", Native("succeed", _succeed)),
        ("fail", Native("fail", _fail)),
        ("done", Native("done", _callback)),
    )
    names = ("functionName", "functionVersion", "invokedFunctionArn", "awsRequestId", "logGroupName", "logStreamName")
    known: tuple[tuple[str, Value], ...] = tuple((name, Opaque(f"context.{name}")) for name in names)
    return Native("context", _not_a_function, (*members, *known))


def _succeed(machine: Machine, arguments: tuple[Value, ...], node: Node, frame: Frame) -> Value:
    answer(machine, arguments[0] if arguments else UNDEFINED, frame, node)
    return ANSWERED


def _fail(machine: Machine, arguments: tuple[Value, ...], node: Node, frame: Frame) -> Value:
    machine.refusals += 1
    raise_out(machine, arguments[0] if arguments else Opaque("error"), frame, node)
    return ANSWERED


def _not_a_function(_machine: Machine, _arguments: tuple[Value, ...], _node: Node, _frame: Frame) -> Value:
    return Opaque("context")
