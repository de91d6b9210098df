"""``async`` functions that TypeScript compiled for ES5: a generator as a ``switch`` over numbered steps.

``return __generator(this, function (_a) { switch (_a.label) { case 0: return [4, p]; case 1: x = _a.sent(); } })``.
``_a.trys.push([first, handler, finally, after])`` opens a ``try``. The steps are run in order, each once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import spread_conditions
from analyzer.code.js_catching import acted, ending_of, note_catch, reaches_out, throws, watch
from analyzer.code.js_execute import run
from analyzer.code.js_invoke import function_key, new_frame, result_of
from analyzer.code.js_machine import Attempt, Flow, Frame, Machine
from analyzer.code.js_patterns import bind_parameters
from analyzer.code.js_steps import Steps, Try
from analyzer.code.js_syntax import children, descendants
from analyzer.code.js_values import UNDEFINED, Arr, Func, Native, Value, join_values
from analyzer.code.program import Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_HELPER_BYTES = 4000


def is_stepper(function: Func) -> bool:
    """Whether a function is TypeScript's ``__generator``, whatever its name."""
    node = function.node
    if function.module.source is None or node.end_byte - node.start_byte > MAX_HELPER_BYTES:
        return False
    text = function.module.source.data[node.start_byte : node.end_byte]
    return all(mark in text for mark in (b"trys", b"ops", b"label", b"sent"))


def run_steps(machine: Machine, args: tuple[Value, ...], node: Node, caller: Frame) -> Value:
    """What ``__generator(this, body)`` gives: the value that the original function returns."""
    function = args[1] if len(args) > 1 else UNDEFINED
    body = function.node.child_by_field_name("body") if isinstance(function, Func) else None
    if not isinstance(function, Func) or body is None:
        return Opaque("generator")
    machine.invoked.add(function_key(function))
    frame = new_frame(machine, function, args[0], node, caller)
    frame.steps = steps = Steps()
    bind_parameters(machine, function.node, (_state(machine, steps),), frame)
    switch = next(descendants(body, "switch_body"), None)
    flow = machine.execute(body, frame) if switch is None else _run_cases(machine, children(switch), frame, steps)
    spread_conditions(frame, caller)
    return result_of(machine, function.node, frame, flow, caller)


def _run_cases(machine: Machine, cases: list[Node], frame: Frame, steps: Steps) -> Flow:
    flow = Flow.NORMAL
    for number, case in enumerate(cases):
        flow = _step(machine, number, case, frame, steps)
    for opened in steps.tries:
        if opened.seen is None:
            machine.attempts.pop()
    return Flow.EXIT if frame.returns and flow is not Flow.NORMAL else flow


def _state(machine: Machine, steps: Steps) -> Value:
    """``_a``, in which the steps find what they waited for; its label decides nothing, since every step is run."""

    def sent(_machine: Machine, _args: tuple[Value, ...], _node: Node, _frame: Frame) -> Value:
        return steps.sent

    def push(machine: Machine, args: tuple[Value, ...], _node: Node, _frame: Frame) -> Value:
        numbers = args[0].items if args and isinstance(args[0], Arr) else ()
        handler = numbers[1].value if len(numbers) == 4 and isinstance(numbers[1], Literal) else None
        if isinstance(handler, int):
            steps.tries.append(Try(handler, len(machine.recorder.calls), len(machine.recorder.invocations)))
            machine.attempts.append(Attempt())
        return UNDEFINED

    state = machine.object({"sent": Native("sent", sent), "label": Opaque("step")}, complete=False)
    state.slots["trys"] = Native("trys", push, (("push", Native("push", push)),))
    return state


def _step(machine: Machine, number: int, case: Node, frame: Frame, steps: Steps) -> Flow:
    handling = next((opened for opened in reversed(steps.tries) if opened.handler == number), None)
    if handling is not None:
        thrown = machine.attempts.pop().thrown
        steps.sent = join_values((*thrown, Opaque("error")))
        frame.in_catch, handling.seen, handling.returns = True, watch(machine), len(frame.returns)
    threw = throws(machine)
    value = case.child_by_field_name("value")
    flow = run(machine, [child for child in children(case) if child != value], frame)
    if handling is not None:
        steps.tries.remove(handling)
        frame.in_catch = False
        _note(machine, handling, case, frame, flow, threw=throws(machine) > threw)
    return flow


def _note(machine: Machine, handling: Try, case: Node, frame: Frame, flow: Flow, *, threw: bool) -> None:
    if handling.seen is None:
        return
    ending = ending_of(flow, empty=False, returned=len(frame.returns) > handling.returns, threw=threw)
    around = reaches_out(machine, handling.calls, handling.invocations)
    acts = acted(machine, handling.seen)
    note_catch(machine, handling.seen, frame.module, case, ending, around_calls=around, acts=acts)
