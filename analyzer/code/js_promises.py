"""``then``, ``catch`` and ``finally``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import pending_calls, unwrap
from analyzer.code.js_catching import acted, note_catch, watch
from analyzer.code.js_machine import Flow, Frame, Machine, Outcome
from analyzer.code.js_members import resolve
from analyzer.code.js_syntax import children
from analyzer.code.js_values import NEVER, UNDEFINED, Func, Native, Option, Pending, Rejected, Value, join, join_values
from analyzer.code.program import Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[Value, ...]


def promise_method(
    machine: Machine, owner: Pending | Rejected, name: str, args: Arguments, node: Node, frame: Frame
) -> Value:
    """A method of a promise; SDK calls inside callbacks finish with the promise that is given back."""
    calls = owner.calls if isinstance(owner, Pending) else frozenset()
    if name == "then":
        return _then(machine, owner, args, calls, node, frame)
    if name == "catch" and args:
        failed = owner.reason if isinstance(owner, Rejected) else Opaque("error")
        return _catch(machine, owner, args[0], failed, calls, node, frame)
    if name == "finally" and args:
        machine.call(machine, args[0], (), UNDEFINED, node, frame)
        return owner
    return owner if name == "promise" else Opaque(name)


def promisified(function: Value) -> Native:
    """``util.promisify(f)``: the callback that ``f`` waits for settles the promise."""

    def run(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
        found: list[Value] = []

        def settle_with(_machine: Machine, given: Arguments, _node: Node, _frame: Frame) -> Value:
            found.append(given[1] if len(given) > 1 else UNDEFINED)
            return UNDEFINED

        before = frozenset(frame.awaited)
        callback = Native("callback", settle_with)
        result = machine.call(machine, function, (*args, callback), UNDEFINED, node, frame)
        calls = frozenset(frame.awaited) - before
        frame.awaited -= calls
        return Pending(join_values(found) if found else unwrap(result), calls | pending_calls(result))

    return Native("promisified", run)


def _then(
    machine: Machine,
    owner: Pending | Rejected,
    args: Arguments,
    calls: frozenset[int],
    node: Node,
    frame: Frame,
) -> Value:
    if isinstance(owner, Rejected):
        return _catch(machine, owner, args[1], owner.reason, calls, node, frame) if len(args) > 1 else owner
    if not args:
        return owner
    before = frozenset(frame.awaited)
    value = machine.call(machine, args[0], (unwrap(owner.value),), UNDEFINED, node, frame)
    inner = frozenset(frame.awaited) - before
    result: Value = value
    if not isinstance(resolve(value), Rejected):
        result = Pending(unwrap(value), calls | inner | pending_calls(value))
    if len(args) > 1:
        return _catch(machine, result, args[1], Opaque("error"), calls | pending_calls(result), node, frame)
    return result


def _catch(
    machine: Machine,
    owner: Value,
    callback: Value,
    failed: Value,
    calls: frozenset[int],
    node: Node,
    frame: Frame,
) -> Value:
    """A handler of failures: it runs on some runs only, and what it gives is one of two values."""
    callback = resolve(callback)
    found: list[Value] = []
    before = frame.in_catch

    def run() -> Flow:
        frame.in_catch = True
        found.append(machine.call(machine, callback, (failed,), UNDEFINED, node, frame))
        return Flow.NORMAL

    seen = watch(machine)
    outcome = machine.try_branch(run, in_catch=True)
    acts = acted(machine, seen) or bool(outcome.writes)
    frame.in_catch = before
    machine.merge([outcome, Outcome(Flow.NORMAL, {})])
    if isinstance(callback, Func):
        ending = _ending(callback, found)
        note_catch(machine, seen, callback.module, callback.node, ending, around_calls=bool(calls), acts=acts)
    value = found[0] if found else UNDEFINED
    if isinstance(resolve(value), Rejected):
        return value if isinstance(owner, Rejected) else Pending(unwrap(owner), calls)
    alternatives = [Option(unwrap(value), (), True)]
    if not isinstance(owner, Rejected):
        alternatives.insert(0, Option(unwrap(owner)))
    return Pending(join(alternatives), calls | pending_calls(value))


def _ending(callback: Func, found: list[Value]) -> str:
    if found and unwrap(found[0]) is NEVER:
        return "rethrows"
    body = callback.node.child_by_field_name("body")
    if body is not None and body.type == "statement_block" and not children(body):
        return "empty"
    return "continues" if not found or unwrap(found[0]) == UNDEFINED else "returns"
