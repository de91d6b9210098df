"""Calls of code that is not the user's: SDKs, the platform, packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import pending_calls
from analyzer.code.js_collections import DATA_METHODS
from analyzer.code.js_globals import CONSTRUCTORS, FUNCTIONS, SILENT, error, foreign
from analyzer.code.js_invoke import INTEROP, hook_request, invoke
from analyzer.code.js_logging import LEVELS, is_log_call, is_logger, note_log
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import resolve
from analyzer.code.js_promises import promisified
from analyzer.code.js_recorder import Phase
from analyzer.code.js_reflect import derived, reflect
from analyzer.code.js_sdk import is_capture, is_v2, is_v3
from analyzer.code.js_sdk_calls import call_external as call_sdk
from analyzer.code.js_sdk_calls import construct_external as construct_sdk
from analyzer.code.js_sdk_calls import send_command
from analyzer.code.js_values import (
    UNDEFINED,
    Arr,
    Command,
    External,
    Foreign,
    Func,
    Obj,
    Option,
    Pending,
    SdkClient,
    Value,
    join,
)
from analyzer.code.program import EventField, Invocation, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[Value, ...]

_FACTORIES = frozenset(("create", "getInstance", "build", "init", "instance", "default"))
MAX_HELD_DEPTH = 3
HOOKS = ("before", "after", "onError", "use")
"""Methods of middy whose functions are no handlers."""
MAKES_CODE = ("eval", "Function")
_AWAITERS = ("__awaiter", "tslib.__awaiter")


def call_external(machine: Machine, called: External, args: Arguments, node: Node, frame: Frame) -> Value:
    """A call of a global or of a part of a package."""
    if not called.module:
        return _call_global(machine, called, args, node, frame)
    sdk = call_sdk(machine, called, args, node, frame)
    if sdk is not None:
        return sdk
    target = called.target
    if called.path and is_log_call(External(called.module, called.path[:-1]), called.path[-1], ""):
        note_log(machine, args, node, frame)
        return UNDEFINED
    if target in _AWAITERS:
        return run_generator(machine, args, node, frame)
    if called.module == "tslib" or target == "util.promisify":
        given = args[0] if args else UNDEFINED
        return promisified(given) if target == "util.promisify" else given
    same = _given_back(target, args)
    if same is not None:
        return same
    if is_v2(called.module) or (is_v3(called.module) and not called.module.startswith("@aws-sdk/client-")):
        return derived(target, *args)
    return _package_call(machine, _named(called), args, node, frame)


def _named(called: External) -> str:
    return called.target.removeprefix("node:")


def _given_back(target: str, args: Arguments) -> Value | None:
    """Tracers give the client or the SDK back that they are passed."""
    if not is_capture(target):
        return None
    for argument in args:
        value = resolve(argument)
        if isinstance(value, SdkClient) or (
            isinstance(value, External) and (is_v2(value.module) or is_v3(value.module))
        ):
            return value
    return None


def _call_global(machine: Machine, called: External, args: Arguments, node: Node, frame: Frame) -> Value:
    target = called.target
    root = called.path[0]
    if root in ("globalThis", "global") and len(called.path) > 1:
        return _call_global(machine, External("", called.path[1:]), args, node, frame)
    modelled = FUNCTIONS.get(target)
    if modelled is not None:
        return modelled(machine, args, node, frame)
    if root == "console" or target in ("process.stdout.write", "process.stderr.write"):
        note_log(machine, args, node, frame)
        return UNDEFINED
    if target in _AWAITERS:
        return run_generator(machine, args, node, frame)
    if target in INTEROP:
        return args[0] if args else UNDEFINED
    if target in CONSTRUCTORS:
        return CONSTRUCTORS[target](machine, args, node, frame)
    if target in MAKES_CODE:
        _note_made_code(machine, node, frame)
        return Opaque(target)
    if root in SILENT or called.path[-1] in DATA_METHODS:
        return derived(target, *args)
    return _package_call(machine, target, args, node, frame)


def _note_made_code(machine: Machine, node: Node, frame: Frame) -> None:
    machine.problem(f"{frame.module.name}:{node.start_point[0] + 1}: code made from text is not followed")


def run_generator(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
    """TypeScript's ``__awaiter(this, void 0, void 0, function* () {…})``: an async function in old dress."""
    function = next((argument for argument in args if isinstance(argument, Func)), None)
    if function is None:
        return Opaque("awaiter")
    return invoke(machine, function, (), args[0], node, frame, as_async=True)


def _package_call(machine: Machine, target: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """A call of which only the name is known. Functions that it is passed are run."""
    note_invocation(machine, target, args, node, frame)
    results = give_functions(machine, target, args, node, frame)
    commands = [argument for argument in args if isinstance(argument, Command)]
    if commands:
        return join(Option(send_command(machine, Opaque(), command, node, frame)) for command in commands)
    _note_handed_clients(machine, target, args, frame, node)
    given = foreign(target, args)
    calls = frozenset().union(*(pending_calls(result) for result in results))
    for argument in args:
        machine.recorder.escaped |= pending_calls(argument)
    return Pending(given, calls) if calls else given


def note_invocation(machine: Machine, target: str, args: Arguments, node: Node, frame: Frame) -> None:
    """Notes a call of a package's or an unknown global function."""
    values = tuple(reflect(argument) for argument in args)
    machine.recorder.invoked(Invocation(target, values, frame.place(node)))


def give_functions(
    machine: Machine, target: str, args: Arguments, node: Node, frame: Frame, method: str = "handler"
) -> list[Value]:
    """Runs the local functions that unknown code is passed: at once inside the handler, else after it, since one
    of them may be the handler."""
    data = [argument for argument in args if not isinstance(argument, Func | SdkClient)]
    passed: Value = derived(target, *data) if data else Opaque("argument")
    results: list[Value] = []
    for argument in args:
        for name, function in _functions_in(argument, method):
            if machine.recorder.phase is Phase.HANDLER:
                given = _callback_arguments(function, passed)
                results.append(machine.call(machine, function, given, UNDEFINED, node, frame))
            else:
                machine.given_away.append((function, _hook_arguments(machine, target, name)))
    return results


def _callback_arguments(function: Func, passed: Value) -> Arguments:
    listed = function.node.child_by_field_name("parameters")
    count = len(listed.named_children) if listed is not None else 1
    return tuple(passed for _ in range(count))


def _hook_arguments(machine: Machine, target: str, name: str) -> Arguments:
    """What middy passes: the event to a handler, also to one of a router's, and a request to a middleware."""
    if not target.startswith("@middy/"):
        return ()
    return (EventField(()),) if name in ("handler", "") else (hook_request(machine, EventField(())),)


def _functions_in(argument: Value, name: str, depth: int = 0) -> list[tuple[str, Func]]:
    """The functions in an argument, each with the name under which it is passed."""
    argument = resolve(argument)
    if isinstance(argument, Func):
        return [(name, argument)]
    if not isinstance(argument, Obj | Arr) or depth >= MAX_HELD_DEPTH:
        return []
    found: list[tuple[str, Func]] = []
    for key, value in argument.slots.items():
        found.extend(_functions_in(value, key if isinstance(argument, Obj) else name, depth + 1))
    return found


def _note_handed_clients(machine: Machine, target: str, args: Arguments, frame: Frame, node: Node) -> None:
    for argument in args:
        held = argument.slots.values() if isinstance(argument, Obj) else (argument,)
        for value in map(resolve, held):
            if isinstance(value, SdkClient):
                where = f"{frame.module.name}:{node.start_point[0] + 1}"
                machine.problem(f"{where}: what {target} does with the client of {value.service} is not known")


def foreign_method(machine: Machine, owner: Foreign, name: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """A method of what a package gave; ``""`` calls the thing itself."""
    if is_log_call(owner, name, ""):
        note_log(machine, args, node, frame)
        return UNDEFINED
    for argument in args:
        value = resolve(argument)
        if isinstance(value, SdkClient) and is_capture(name):
            return value
    if name in ("then", "catch", "finally"):
        return machine.call(machine, _method(Pending(owner), name), args, UNDEFINED, node, frame)
    target = _method_target(owner, name)
    if not (is_logger(owner.target) and name not in LEVELS):
        note_invocation(machine, target, args, node, frame)
    results = give_functions(machine, owner.target, args, node, frame, name)
    commands = [argument for argument in args if isinstance(argument, Command)]
    if commands:
        return join(Option(send_command(machine, Opaque(), command, node, frame)) for command in commands)
    _note_handed_clients(machine, target, args, frame, node)
    given = foreign(target, args)
    functions = owner.functions
    if name not in HOOKS:
        functions = (*given.functions, *functions) if name == "handler" else (*functions, *given.functions)
    result = Foreign(owner.target if functions else target, (*owner.sources, *given.sources)[:12], functions, False)
    calls = frozenset().union(*(pending_calls(value) for value in results))
    return Pending(result, calls) if calls else result


def _method(owner: Value, name: str) -> Value:
    from analyzer.code.js_values import Method

    return Method(owner, name)


def _method_target(owner: Foreign, name: str) -> str:
    """``jwks-rsa.getSigningKey``; the name of a factory in between tells nothing and is dropped."""
    base = owner.target
    head, _, last = base.rpartition(".")
    if head and last in _FACTORIES:
        base = head
    return f"{base}.{name}" if name else base


def construct_external(machine: Machine, made: External, args: Arguments, node: Node, frame: Frame) -> Value:
    """``new`` of a global or of a package's class."""
    if not made.module and made.target in MAKES_CODE:
        _note_made_code(machine, node, frame)
        return Opaque(made.target)
    if not made.module:
        constructor = CONSTRUCTORS.get(made.target)
        if constructor is not None:
            return constructor(machine, args, node, frame)
        if made.path[-1].endswith(("Error", "Exception")):
            return error(machine, args, node, frame)
        return foreign(made.target, args)
    sdk = construct_sdk(machine, made, args, node, frame)
    if sdk is not None:
        return sdk
    if made.path and made.path[-1].endswith(("Error", "Exception")):
        return error(machine, args, node, frame)
    give_functions(machine, made.target, args, node, frame)
    if not is_v3(made.module) and not made.module.startswith("@aws-lambda-powertools/"):
        _note_handed_clients(machine, made.target, args, frame, node)
    return foreign(_named(made), args, constructed=True)
