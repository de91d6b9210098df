"""Calling the user's own functions: their bodies are run for each call, with what is passed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.code.js_answers import answer
from analyzer.code.js_awaiting import is_promise, pending_calls, settle, spread_conditions, unwrap
from analyzer.code.js_machine import Flow, Frame, Machine
from analyzer.code.js_patterns import bind_parameters
from analyzer.code.js_reflect import derived
from analyzer.code.js_syntax import has_token
from analyzer.code.js_values import NEVER, UNDEFINED, Func, Obj, Option, Pending, Value, join
from analyzer.code.program import Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CALL_DEPTH = 14
MAX_RECURSION = 2
MAX_LITERAL_RECURSION = 8
MAX_INTEROP_BYTES = 700
MAX_AWAITER_BYTES = 1500
MAX_PATH = 24

INTEROP = frozenset(
    (
        "__toESM",
        "__toCommonJS",
        "__importDefault",
        "__importStar",
        "_interopRequireDefault",
        "_interopRequireWildcard",
        "_interop_require_default",
        "_interop_require_wildcard",
        "_interopDefault",
        "_interopNamespace",
    )
)
_INTEROP_GETTER = re.compile(rb"__esModule\s*\?\s*(?:\(\)|function)")


def function_key(function: Func) -> tuple[str, int, int]:
    """Identity of a function's text, the same for all closures made of it."""
    return function.module.name, function.node.start_byte, function.node.end_byte


def is_async(node: Node) -> bool:
    """Whether a function gives a promise."""
    return has_token(node, "async")


def is_generator(node: Node) -> bool:
    """Whether a function hands out values with ``yield``."""
    return node.type.startswith("generator_function") or has_token(node, "*")


def invoke(
    machine: Machine,
    function: Func,
    arguments: tuple[Value, ...],
    this: Value,
    site: Node | None,
    caller: Frame,
    *,
    handler: bool = False,
    as_async: bool = False,
) -> Value:
    """The value of a call of a local function."""
    machine.step()
    if is_interop(function):
        return arguments[0] if arguments else UNDEFINED
    if not _may_call(function, arguments, caller):
        return derived("recursion", *arguments)
    machine.invoked.add(function_key(function))
    frame = new_frame(machine, function, this, site, caller, handler=handler)
    bind_parameters(machine, function.node, (*function.bound, *arguments), frame)
    flow = _run_body(machine, function.node, frame, as_async=as_async)
    spread_conditions(frame, caller)
    _carry_path(frame, flow, caller)
    return result_of(machine, function.node, frame, flow, caller, as_async=as_async)


def _may_call(function: Func, arguments: tuple[Value, ...], caller: Frame) -> bool:
    if caller.depth >= MAX_CALL_DEPTH:
        return False
    limit = MAX_RECURSION
    if arguments and all(isinstance(argument, Literal) for argument in arguments):
        limit = MAX_LITERAL_RECURSION
    running, frame = 0, caller
    while frame.caller is not None:
        if frame.function is not None and frame.function.node.id == function.node.id:
            running += frame.function.module is function.module
        frame = frame.caller
    return running < limit


def new_frame(
    machine: Machine, function: Func, this: Value, site: Node | None, caller: Frame, *, handler: bool = False
) -> Frame:
    """The frame in which a call of a local function runs."""
    conditions = list(caller.conditions)
    return Frame(
        function.module,
        machine.scope(function.scope),
        this if function.this is None else function.this,
        function,
        caller,
        site,
        handler=handler,
        depth=caller.depth + 1,
        in_catch=caller.in_catch,
        conditions=conditions,
        inherited=len(conditions),
        path=caller.path,
        guards=list(caller.guards),
    )


def _carry_path(frame: Frame, flow: Flow, caller: Frame) -> None:
    """A function that goes on in one way only has passed its tests, or it would have thrown."""
    ways = frame.ways_out if flow is Flow.EXIT else [*frame.ways_out, frame.path]
    if len(ways) == 1 and len(ways[0]) <= MAX_PATH:
        caller.path = ways[0]


def _run_body(machine: Machine, node: Node, frame: Frame, *, as_async: bool) -> Flow:
    body = node.child_by_field_name("body")
    if body is None:
        return Flow.NORMAL
    if body.type == "statement_block":
        return machine.execute(body, frame)
    frame.statement = body
    value = machine.evaluate(body, frame)
    give_back(machine, value, frame, body, settled=as_async or is_async(node))
    return Flow.EXIT


def give_back(machine: Machine, value: Value, frame: Frame, node: Node, *, settled: bool) -> None:
    """``return value``."""
    if frame.handler and not settled:
        machine.promises.add(is_promise(value))
    if settled or frame.handler:
        value = settle(machine, value, frame, node)
    if value is NEVER:
        return
    frame.ways_out.append(frame.path)
    frame.returns.append(Option(value, tuple(frame.conditions[frame.inherited :]), frame.in_catch))
    if frame.handler:
        answer(machine, value, frame, node)


def result_of(
    machine: Machine, node: Node, frame: Frame, flow: Flow, caller: Frame, *, as_async: bool = False
) -> Value:
    """What a call gives after its body has run."""
    if is_generator(node) and not as_async:
        caller.awaited |= frame.awaited
        return machine.array(frame.yields, complete=False)
    returned = [*frame.returns, *(() if flow is Flow.EXIT else (Option(UNDEFINED),))]
    value = join(returned) if returned else NEVER
    settled = as_async or is_async(node)
    if frame.handler and (settled or flow is not Flow.EXIT):
        machine.promises.add(settled)
    if settled:
        calls = frozenset(frame.awaited) | pending_calls(value)
        return Pending(unwrap(value), calls)
    caller.awaited |= frame.awaited
    return value


def is_interop(function: Func) -> bool:
    """Whether a function only dresses a module up, as those that bundlers and compilers add."""
    if function.name in INTEROP:
        return True
    node = function.node
    if node.end_byte - node.start_byte > MAX_INTEROP_BYTES or function.module.source is None:
        return False
    text = function.module.source.data[node.start_byte : node.end_byte]
    return b"__esModule" in text and not _INTEROP_GETTER.search(text) and b"exports" not in text


def is_awaiter(function: Func, arguments: tuple[Value, ...]) -> bool:
    """Whether a function is the one by which compilers run ``async`` functions as generators."""
    if not any(isinstance(argument, Func) for argument in arguments):
        return False
    node = function.node
    if node.end_byte - node.start_byte > MAX_AWAITER_BYTES or function.module.source is None:
        return False
    text = function.module.source.data[node.start_byte : node.end_byte]
    return all(mark in text for mark in (b".next(", b"throw", b".done", b"Promise", b".apply("))


def hook_request(machine: Machine, event: Value) -> Obj:
    """What a middy middleware is given: the event beside the context and the answer."""
    unknown: dict[str, Value] = {name: Opaque(name) for name in ("context", "response", "error", "internal")}
    return machine.object({"event": event, **unknown})
