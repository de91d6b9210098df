"""The handler: found among the exports, unwrapped, and run with an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_answers import callback_native, context_native
from analyzer.code.js_awaiting import pending_calls
from analyzer.code.js_classes import construct
from analyzer.code.js_invoke import function_key, invoke
from analyzer.code.js_machine import Flow, Frame, Machine, Module
from analyzer.code.js_members import get_member, resolve
from analyzer.code.js_patterns import unknown_arguments
from analyzer.code.js_recorder import Phase
from analyzer.code.js_values import UNDEFINED, Class, External, Foreign, Func, Obj, Value, values
from analyzer.code.program import EventField, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node


def find_export(machine: Machine, module: Module, export: str) -> tuple[Value, bool | None]:
    """The exported value, and whether it is there: None where the exports cannot be told."""
    frame = Frame(module, module.scope)
    value = resolve(module.exports)
    node = module.source.root if module.source is not None else None
    for key in export.split("."):
        if node is None or isinstance(value, Opaque | External):
            return Opaque("handler"), None
        value = resolve(get_member(machine, value, key, frame, node))
    if value == UNDEFINED:
        exports = resolve(module.exports)
        sure = isinstance(exports, Obj | Func | Class) and not (isinstance(exports, Obj) and not exports.complete)
        read = module.source is not None and not module.source.root.has_error and not module.open
        return value, False if sure and read else None
    if isinstance(value, Literal):
        return value, False
    return value, None if isinstance(value, Opaque | External) else True


def handler_functions(value: Value) -> list[Func]:
    """The local functions behind an exported handler; of a wrapper's arguments the first function."""
    found: list[Func] = []
    for option in values(value):
        inner = resolve(option)
        if isinstance(inner, Func):
            found.append(inner)
        elif isinstance(inner, Foreign) and inner.functions:
            found.append(inner.functions[0])
    return found


def run_handler(machine: Machine, function: Func) -> None:
    """Runs the handler as something that is called any number of times in the same module state."""
    frame = Frame(function.module, function.module.scope)
    arguments: tuple[Value, ...] = (EventField(()), context_native(), callback_native())

    def once() -> Flow:
        frame.awaited.clear()
        result = invoke(machine, function, arguments, UNDEFINED, None, frame, handler=True)
        machine.recorder.awaited |= frame.awaited | pending_calls(result)
        return Flow.NORMAL

    machine.run_repeated(once)


def run_given_away(machine: Machine) -> None:
    """Functions that packages were passed at the top level, such as middlewares and listeners."""
    position = 0
    while position < len(machine.given_away):
        function, arguments = machine.given_away[position]
        position += 1
        if function_key(function) not in machine.invoked:
            _run_alone(machine, function, arguments or unknown_arguments(function.node))


def run_unreached(machine: Machine) -> None:
    """Functions that nothing calls: their SDK calls are noted as such."""
    machine.recorder.phase = Phase.UNREACHED
    instances: dict[int, Value] = {}
    position = 0
    while position < len(machine.functions):
        function = machine.functions[position]
        position += 1
        if function_key(function) not in machine.invoked and not _is_bundled(function):
            _run_alone(machine, function, unknown_arguments(function.node), _instance(machine, function, instances))


def _is_bundled(function: Func) -> bool:
    """Whether a function most likely belongs to a package inside a bundle."""
    return function.module.source is not None and function.module.source.is_bundle


def _instance(machine: Machine, function: Func, instances: dict[int, Value]) -> Value:
    """An object of a method's class, made with a constructor's arguments that are not known."""
    home = function.home
    if home is None or function is home.constructor:
        return machine.object(complete=False)
    if home.born not in instances:
        frame = Frame(home.module, home.module.scope)
        passed = unknown_arguments(home.constructor.node) if home.constructor is not None else ()
        instances[home.born] = construct(machine, home, passed, _root(home.module), frame)
    return instances[home.born]


def _root(module: Module) -> Node | None:
    return module.source.root if module.source is not None else None


def _run_alone(machine: Machine, function: Func, arguments: tuple[Value, ...], this: Value = UNDEFINED) -> None:
    frame = Frame(function.module, function.module.scope)

    def once() -> Flow:
        result = invoke(machine, function, arguments, this, None, frame)
        machine.recorder.awaited |= frame.awaited | pending_calls(result)
        return Flow.NORMAL

    machine.attempt(lambda: machine.try_branch(once).flow)
