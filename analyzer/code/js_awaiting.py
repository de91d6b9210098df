"""Promises: what ``await`` gives, and which SDK calls are finished by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_branches import add_conditions
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import get_member, resolve
from analyzer.code.js_reflect import reflect
from analyzer.code.js_values import (
    NEVER,
    Arr,
    External,
    Foreign,
    Obj,
    OneOf,
    Option,
    Pending,
    Rejected,
    Request,
    Value,
    join,
    values,
)
from analyzer.code.program import CodeValue, Opaque, Raised

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 4


def pending_calls(value: Value, depth: int = 0) -> frozenset[int]:
    """The SDK calls that promises in a value, or in a list of them, wait for."""
    value = resolve(value)
    match value:
        case Pending():
            return value.calls | pending_calls(value.value, depth + 1) if depth < MAX_DEPTH else value.calls
        case OneOf():
            return frozenset().union(*(pending_calls(o.value, depth + 1) for o in value.options))
        case Arr() if depth < MAX_DEPTH:
            return frozenset().union(*(pending_calls(item, depth + 1) for item in value.items))
        case Obj() if depth < MAX_DEPTH:
            return frozenset().union(*(pending_calls(item, depth + 1) for item in value.slots.values()))
        case _:
            return frozenset()


def settle(machine: Machine, value: Value, frame: Frame, node: Node) -> Value:
    """``await value``: the calls behind a promise count as awaited here, a rejected one is thrown."""
    value = resolve(value)
    if isinstance(value, OneOf):
        settled = [(o, settle(machine, o.value, frame, node)) for o in value.options]
        return join(Option(got, o.tests, o.in_catch) for o, got in settled if not isinstance(o.value, Rejected))
    if isinstance(value, Pending):
        frame.awaited |= value.calls
        return settle(machine, value.value, frame, node)
    if isinstance(value, Rejected):
        throw(machine, value.reason, frame, node)
        return NEVER
    return value.value if isinstance(value, Request) else value


def is_promise(value: Value) -> bool | None:
    """Whether a value is a promise; None where it cannot be told, or where alternatives differ."""
    value = resolve(value)
    if isinstance(value, OneOf):
        found = {is_promise(option.value) for option in value.options}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, Pending | Rejected):
        return True
    return None if isinstance(value, Opaque | External | Foreign) else False


def unwrap(value: Value) -> Value:
    """The value behind a promise."""
    value = resolve(value)
    if isinstance(value, OneOf):
        return join(Option(unwrap(o.value), o.tests, o.in_catch) for o in value.options)
    return unwrap(value.value) if isinstance(value, Pending | Request) else value


def throw(machine: Machine, reason: Value, frame: Frame, node: Node) -> None:
    """An error: into the ``try`` that runs, else out of the handler."""
    if frame.caller is not None:
        frame.thrown_on.extend(frame.conditions[frame.inherited :])
    if machine.attempts:
        machine.attempts[-1].thrown.append(reason)
        return
    raise_out(machine, reason, frame, node)


def raise_out(machine: Machine, reason: Value, frame: Frame, node: Node) -> None:
    """Notes errors that leave the handler, one for each possible message."""
    for option in values(reason):
        for message in values(message_of(machine, option, frame, node)):
            machine.recorder.raised(Raised(reflect(message), frame.place(node), frame.in_catch))


def message_of(machine: Machine, reason: Value, frame: Frame, node: Node) -> Value:
    """The text of an error: its message, or the thrown string itself."""
    reason = resolve(reason)
    if isinstance(reason, Obj):
        return get_member(machine, reason, "message", frame, node)
    return Opaque(reason.target) if isinstance(reason, Foreign) and not reason.sources else reason


def spread_conditions(callee: Frame, caller: Frame) -> None:
    """After a call: what decided whether the callee threw decides whether the caller goes on."""
    conditions: list[CodeValue] = callee.thrown_on
    add_conditions(caller, conditions)
    caller.thrown_on.extend(value for value in conditions if value not in caller.thrown_on)
