"""Calls and constructions: which of local code, SDK, platform or package they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import settle
from analyzer.code.js_chains import MEMBERS, chain, is_chain, starts_with_await
from analyzer.code.js_classes import construct, initialise
from analyzer.code.js_collections import DATA_METHODS, WITH_CALLBACK, data_method
from analyzer.code.js_external import call_external, construct_external, foreign_method, run_generator
from analyzer.code.js_generators import is_stepper, run_steps
from analyzer.code.js_globals import FUNCTIONS
from analyzer.code.js_invoke import invoke, is_awaiter
from analyzer.code.js_logging import is_log_call, note_log
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import find_slot, get_member, note_read, resolve
from analyzer.code.js_patterns import member_key
from analyzer.code.js_promises import promise_method
from analyzer.code.js_reflect import derived
from analyzer.code.js_sdk_calls import client_method, request_method, send, send_command
from analyzer.code.js_syntax import children
from analyzer.code.js_values import (
    UNDEFINED,
    Arr,
    Class,
    Command,
    External,
    Foreign,
    Func,
    Method,
    Native,
    Obj,
    OneOf,
    Option,
    Pending,
    Rejected,
    Request,
    SdkClient,
    Value,
    join,
)
from analyzer.code.program import EventField, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[Value, ...]


def call_expression(machine: Machine, node: Node, frame: Frame) -> Value:
    """A call."""
    value = _call(machine, node, frame)
    return settle(machine, value, frame, node) if starts_with_await(node, frame) else value


def _call(machine: Machine, node: Node, frame: Frame) -> Value:
    """The object of a method is evaluated before the arguments."""
    callee = node.child_by_field_name("function")
    if callee is None:
        return UNDEFINED
    callee = _bare(callee)
    if callee.type == "import":
        return _dynamic_import(machine, node, frame)
    if callee.type == "super":
        return _super_call(machine, node, frame)
    if callee.type == "identifier" and frame.text(callee) == "await":
        return (arguments_of(machine, node, frame) or (UNDEFINED,))[-1]
    if callee.type not in MEMBERS:
        function = resolve(machine.evaluate(callee, frame))
        return call_value(machine, function, arguments_of(machine, node, frame), UNDEFINED, node, frame)
    owner_node = callee.child_by_field_name("object")
    if owner_node is None:
        return UNDEFINED
    owner, optional = chain(machine, owner_node, frame)
    name = member_key(machine, callee, frame)
    if isinstance(owner, EventField | OneOf) and is_chain(owner_node):
        note_read(machine, owner, frame, owner_node, optional=optional or _has_optional(callee))
    args = arguments_of(machine, node, frame)
    if name in ("log", "info", "warn", "error", "debug", "trace") and is_log_call(owner, name, frame.text(owner_node)):
        note_log(machine, args, node, frame)
        return UNDEFINED
    return call_method(machine, owner, name, args, node, frame, super_call=owner_node.type == "super")


def _bare(callee: Node) -> Node:
    """``(0, module.f)(…)`` as compilers write it, and TypeScript's ``f!(…)``, without the dress."""
    while callee.type in ("parenthesized_expression", "non_null_expression", "instantiation_expression"):
        inner = children(callee)
        if not inner:
            return callee
        callee = inner[0]
        if callee.type == "sequence_expression":
            parts = children(callee)
            if len(parts) != 2 or parts[0].type != "number":
                return callee
            callee = parts[1]
    return callee


def _has_optional(callee: Node) -> bool:
    return callee.child_by_field_name("optional_chain") is not None


def arguments_of(machine: Machine, node: Node, frame: Frame) -> Arguments:
    """The values passed; those of a spread array one by one."""
    written = node.child_by_field_name("arguments")
    if written is None:
        return ()
    if written.type == "template_string":
        return (machine.evaluate(written, frame),)
    args: list[Value] = []
    for argument in children(written):
        if argument.type != "spread_element":
            args.append(resolve(machine.evaluate(argument, frame)))
            continue
        for inner in children(argument)[:1]:
            spread = resolve(machine.evaluate(inner, frame))
            args.extend(spread.items if isinstance(spread, Arr) else (spread,))
    return tuple(args)


def _dynamic_import(machine: Machine, node: Node, frame: Frame) -> Value:
    args = arguments_of(machine, node, frame)
    return Pending(require(machine, args, node, frame))


def require(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
    """What ``require`` and ``import()`` give."""
    wanted = args[0] if args else UNDEFINED
    if not isinstance(wanted, Literal) or not isinstance(wanted.value, str):
        machine.problem(f"{frame.module.name}:{node.start_point[0] + 1}: loads a module whose name is computed")
        return Opaque("module of a computed name")
    return machine.import_module(machine, wanted.value, frame.module, node)


def _super_call(machine: Machine, node: Node, frame: Frame) -> Value:
    home = frame.function.home if frame.function is not None else None
    args = arguments_of(machine, node, frame)
    if home is not None and isinstance(frame.this, Obj):
        initialise(machine, frame.this, home.superclass, args, node, frame)
    return UNDEFINED


def call_value(machine: Machine, function: Value, args: Arguments, this: Value, node: Node, frame: Frame) -> Value:
    """Calls a value that is not taken from an object on the spot."""
    function = resolve(function)
    match function:
        case OneOf():
            return _each(machine, function, args, this, node, frame)
        case Func() if is_stepper(function):
            return run_steps(machine, args, node, frame)
        case External(module="" | "tslib", path=("__generator",)):
            return run_steps(machine, args, node, frame)
        case Func() if is_awaiter(function, args):
            return run_generator(machine, args, node, frame)
        case Func():
            return invoke(machine, function, args, this, node, frame)
        case Native():
            return function.run(machine, args, node, frame)
        case Method():
            return call_method(machine, function.owner, function.name, args, node, frame)
        case External(module="", path=("require" | "__require" | "__non_webpack_require__",)):
            return require(machine, args, node, frame)
        case External():
            return call_external(machine, function, args, node, frame)
        case Foreign():
            return foreign_method(machine, function, "", args, node, frame)
        case _:
            return _unknown_call(machine, function, args, node, frame)


def _each(machine: Machine, function: OneOf, args: Arguments, this: Value, node: Node, frame: Frame) -> Value:
    callable_ones = [option for option in function.options if not isinstance(option.value, Literal)]
    return join(
        Option(call_value(machine, option.value, args, this, node, frame), option.tests, option.in_catch)
        for option in callable_ones
    )


def _unknown_call(machine: Machine, function: Value, args: Arguments, node: Node, frame: Frame) -> Value:
    """A call of a value of which nothing is known: what it is passed may be called and sent there."""
    for argument in args:
        if isinstance(argument, Func):
            machine.call(machine, argument, (Opaque("argument"),), UNDEFINED, node, frame)
    commands = [argument for argument in args if isinstance(argument, Command)]
    if commands:
        return join(Option(send_command(machine, Opaque(), command, node, frame)) for command in commands)
    how = frame.text(node.child_by_field_name("function") or node)[:40]
    return derived(how, function, *(argument for argument in args if not isinstance(argument, Func)))


def call_method(
    machine: Machine,
    owner: Value,
    name: str | None,
    args: Arguments,
    node: Node,
    frame: Frame,
    *,
    super_call: bool = False,
) -> Value:
    """Calls a method of a value."""
    owner = resolve(owner)
    match owner:
        case OneOf():
            present = [option for option in owner.options if option.value != UNDEFINED]
            return join(
                Option(call_method(machine, o.value, name, args, node, frame), o.tests, o.in_catch) for o in present
            )
        case Obj() | Class() | Func():
            return _object_method(machine, owner, name, args, node, frame, super_call=super_call)
        case External() if name in ("bind", "apply") or (name == "call" and f"{owner.target}.call" not in FUNCTIONS):
            return _function_method(machine, owner, name, args, node, frame)
        case External():
            external = External(owner.module, (*owner.path, name or "*"))
            return call_value(machine, external, args, owner, node, frame)
        case SdkClient():
            return client_method(machine, owner, name or "*", args, node, frame)
        case Request():
            return request_method(machine, owner, name or "", args, node, frame)
        case Pending() | Rejected():
            return promise_method(machine, owner, name or "", args, node, frame)
        case Command():
            return _command_method(machine, owner, name, node, frame)
        case Method() | Native():
            return _function_method(machine, owner, name, args, node, frame)
        case Foreign() if name not in DATA_METHODS or (name not in WITH_CALLBACK and _takes_function(args)):
            return foreign_method(machine, owner, name or "*", args, node, frame)
        case _:
            return _data_method(machine, owner, name, args, node, frame)


def _takes_function(args: Arguments) -> bool:
    return any(isinstance(argument, Func) for argument in args)


def _command_method(machine: Machine, owner: Command, name: str | None, node: Node, frame: Frame) -> Value:
    """``Upload.done()``; a command itself has no method that matters."""
    return send_command(machine, Opaque(), owner, node, frame) if name == "done" else owner


def _data_method(machine: Machine, owner: Value, name: str | None, args: Arguments, node: Node, frame: Frame) -> Value:
    if name == "send" and args and isinstance(args[0], Command | Pending):
        return send(machine, owner, args[0], node, frame)
    if name in ("then", "catch", "finally") and not isinstance(owner, Arr):
        return promise_method(machine, Pending(owner), name, args, node, frame)
    if name not in DATA_METHODS and isinstance(owner, Opaque):
        return _unknown_call(machine, owner, args, node, frame)
    return data_method(machine, owner, name or "*", args, node, frame)


def _object_method(
    machine: Machine,
    owner: Obj | Class | Func,
    name: str | None,
    args: Arguments,
    node: Node,
    frame: Frame,
    *,
    super_call: bool,
) -> Value:
    if name in ("call", "apply", "bind") and not isinstance(owner, Obj):
        return _function_method(machine, owner, name, args, node, frame)
    home: Obj | Class | Func = owner.prototype if super_call and isinstance(owner, Class) else owner
    slot = find_slot(home, name) if name is not None else None
    if slot is None and isinstance(owner, Obj) and name is not None:
        replaced = _inherited_method(machine, owner, name, args, node, frame)
        if replaced is not None:
            return replaced
    function = get_member(machine, home, name, frame, node)
    this = frame.this if super_call else owner
    return call_value(machine, function, args, this, node, frame)


def _inherited_method(
    machine: Machine, owner: Obj, name: str, args: Arguments, node: Node, frame: Frame
) -> Value | None:
    """A method that the object does not hold itself: a map's, a spread object's, or every object's."""
    if owner.label == "Map" and name in ("get", "set", "has"):
        from analyzer.code.js_members import key_of, set_member

        if name == "set" and len(args) > 1:
            set_member(machine, owner, key_of(args[0]), args[1])
            return owner
        return get_member(machine, owner, key_of(args[0]) if args else None, frame, node)
    for spread in owner.spreads:
        if isinstance(spread, Foreign | SdkClient):
            return call_method(machine, spread, name, args, node, frame)
    if name == "then":
        return promise_method(machine, Pending(owner), name, args, node, frame)
    return derived(name, owner, *args) if name in DATA_METHODS else None


def _function_method(
    machine: Machine, function: Value, name: str | None, args: Arguments, node: Node, frame: Frame
) -> Value:
    this, rest = (args[0], args[1:]) if args else (UNDEFINED, ())
    if name == "call":
        return call_value(machine, function, rest, this, node, frame)
    if name == "apply":
        passed = resolve(rest[0]) if rest else UNDEFINED
        items = passed.items if isinstance(passed, Arr) else (passed,)
        return call_value(machine, function, items, this, node, frame)
    if name == "bind" and isinstance(function, Func):
        bound = function.this if function.this is not None else this
        copy = Func(machine.serial(), function.slots, function.node, function.module, function.scope, bound)
        copy.bound, copy.name, copy.home = (*function.bound, *rest), function.name, function.home
        return copy
    if name == "bind" or name is None:
        return function
    if isinstance(function, Native):
        member = next((value for key, value in function.members if key == name), None)
        return call_value(machine, member, args, function, node, frame) if member is not None else Opaque(name)
    return derived(name, function, *args)


def new_expression(machine: Machine, node: Node, frame: Frame) -> Value:
    """``new X(…)``."""
    written = node.child_by_field_name("constructor")
    if written is None:
        return UNDEFINED
    made = resolve(machine.evaluate(written, frame))
    args = arguments_of(machine, node, frame)
    if isinstance(made, OneOf):
        return join(
            Option(_construct(machine, option.value, args, node, frame), option.tests, option.in_catch)
            for option in made.options
            if option.value != UNDEFINED
        )
    return _construct(machine, made, args, node, frame)


def _construct(machine: Machine, made: Value, args: Arguments, node: Node, frame: Frame) -> Value:
    if isinstance(made, Class | Func):
        return construct(machine, made, args, node, frame)
    if isinstance(made, External):
        return construct_external(machine, made, args, node, frame)
    return _unknown_call(machine, made, args, node, frame)
