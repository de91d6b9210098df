"""Functions and constructors of the language and of Node.js that the analysis models."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import pending_calls, unwrap
from analyzer.code.js_collections import run_callback
from analyzer.code.js_machine import Frame, Machine
from analyzer.code.js_members import element_of, key_of, resolve, set_member
from analyzer.code.js_objects import spread_into
from analyzer.code.js_reflect import compose, derived, reflect, truth
from analyzer.code.js_values import (
    UNDEFINED,
    Arr,
    Class,
    Foreign,
    Func,
    Getter,
    Native,
    Obj,
    OneOf,
    Option,
    Pending,
    Rejected,
    Value,
    join,
    join_values,
)
from analyzer.code.program import EventField, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

Arguments = tuple[Value, ...]
Function = Callable[[Machine, Arguments, "Node", Frame], Value]

ERRORS = frozenset(("Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"))

SILENT = frozenset(
    (
        "Array", "ArrayBuffer", "Atomics", "BigInt", "Boolean", "Buffer", "Date", "Intl", "Iterator", "JSON", "Map",
        "Math", "Number", "Object", "Promise", "Proxy", "Reflect", "RegExp", "Set", "String", "Symbol", "TextDecoder",
        "TextEncoder", "URL", "URLSearchParams", "Uint8Array", "WeakMap", "WeakSet", "WeakRef", "AbortController",
        "AbortSignal", "atob", "btoa", "clearInterval", "clearTimeout", "decodeURI", "decodeURIComponent", "encodeURI",
        "encodeURIComponent", "escape", "isFinite", "isNaN", "parseFloat", "parseInt", "process", "queueMicrotask",
        "setImmediate", "setInterval", "setTimeout", "structuredClone", "unescape", "globalThis", "global", "super",
        "performance", "crypto", "eval", "Function",
    )
)  # fmt: skip
"""Globals whose calls are no calls of a package."""


def _all(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = resolve(args[0]) if args else UNDEFINED
    calls = pending_calls(given)
    if isinstance(given, Arr):
        return Pending(machine.array([unwrap(item) for item in given.items], complete=given.complete), calls)
    return Pending(given, calls)


def _any_of(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = resolve(args[0]) if args else UNDEFINED
    return Pending(unwrap(element_of(given)), pending_calls(given))


def _resolved(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = args[0] if args else UNDEFINED
    return Pending(unwrap(given), pending_calls(given))


def _rejected(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    return Rejected(args[0] if args else UNDEFINED)


def _keys(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    owner = resolve(args[0]) if args else UNDEFINED
    if isinstance(owner, Obj):
        known = [Literal(key) for key in owner.slots if key != "*"]
        return machine.array(known, complete=owner.complete)
    return derived("Object.keys", owner)


def _values(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    owner = resolve(args[0]) if args else UNDEFINED
    if isinstance(owner, Obj):
        return machine.array([resolve(value) for value in owner.slots.values()], complete=owner.complete)
    return owner if isinstance(owner, EventField | Arr) else derived("Object.values", owner)


def _entries(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    owner = resolve(args[0]) if args else UNDEFINED
    if isinstance(owner, Obj):
        pairs = [machine.array((Literal(key), resolve(value))) for key, value in owner.slots.items() if key != "*"]
        return machine.array(pairs, complete=owner.complete)
    pair = machine.array((derived("Object.keys", owner), element_of(owner)))
    return machine.array((pair,), complete=False)


def _from_entries(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    created = machine.object(complete=False)
    pairs = resolve(args[0]) if args else UNDEFINED
    for pair in pairs.items if isinstance(pairs, Arr) else ():
        if isinstance(pair, Arr) and len(pair.slots) > 1:
            set_member(machine, created, key_of(pair.items[0]), pair.items[1])
    return created


def _assign(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    if not args:
        return UNDEFINED
    target = resolve(args[0])
    scratch = machine.object()
    for source in args[1:]:
        spread_into(scratch, resolve(source))
    for key, value in scratch.slots.items():
        set_member(machine, target, key, value)
    if isinstance(target, Obj) and not scratch.complete:
        target.spreads = (*target.spreads, *scratch.spreads)
        target.complete = False
    return target


def _define(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    """``Object.defineProperty``: bundlers and compilers export through it."""
    if len(args) < 3:
        return args[0] if args else UNDEFINED
    target, key, described = resolve(args[0]), key_of(args[1]), resolve(args[2])
    if key is not None and isinstance(described, Obj):
        getter = resolve(described.slots.get("get", UNDEFINED))
        if isinstance(getter, Func) and isinstance(target, Obj | Func | Class):
            machine.write(target, key, Getter(getter))
        elif "value" in described.slots:
            set_member(machine, target, key, described.slots["value"])
    return target


def _own(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    owner, key = (resolve(args[0]), key_of(args[1])) if len(args) > 1 else (UNDEFINED, None)
    if isinstance(owner, Obj) and owner.complete and key is not None:
        return Literal(key in owner.slots)
    return derived("in", *reversed(args))


def _same(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    return args[0] if args else UNDEFINED


def _create(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    created = machine.object()
    parent = resolve(args[0]) if args else UNDEFINED
    if isinstance(parent, Obj):
        created.proto = parent
    return created


def _array_from(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
    given = resolve(args[0]) if args else UNDEFINED
    if len(args) > 1:
        return run_callback(machine, given, "map", args[1:], node, frame)
    return given


def _array_of(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    return machine.array(args)


def _is_array(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = resolve(args[0]) if args else UNDEFINED
    return (
        Literal(isinstance(given, Arr)) if isinstance(given, Arr | Obj | Literal) else derived("Array.isArray", given)
    )


def _text(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = resolve(args[0]) if args else Literal("")
    return compose(given) if isinstance(given, Literal) else derived("String", given)


def _boolean(_machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    given = resolve(args[0]) if args else UNDEFINED
    known = truth(given)
    return derived("!", derived("!", given)) if known is None else Literal(known)


def _later(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
    """``setTimeout`` and its like run their function with what follows the delay."""
    if args and isinstance(resolve(args[0]), Func | Native):
        machine.call(machine, args[0], args[2:], UNDEFINED, node, frame)
    return Opaque("timer")


def error(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    """``new Error(message, {cause})``."""
    created = machine.object({"message": args[0] if args else Literal("")})
    created.label = "Error"
    cause = resolve(args[1]) if len(args) > 1 else UNDEFINED
    if isinstance(cause, Obj) and "cause" in cause.slots:
        created.slots["cause"] = cause.slots["cause"]
    return created


def promise(machine: Machine, args: Arguments, node: Node, frame: Frame) -> Value:
    """``new Promise(executor)``: the executor runs at once, what it resolves with is the value. An ``async`` executor
    resolves after what it awaits."""
    found: list[Option] = []
    failures: list[Value] = []

    def keep(_machine: Machine, given: Arguments, _node: Node, inner: Frame) -> Value:
        tests = tuple(inner.conditions[len(frame.conditions) :])
        found.append(Option(given[0] if given else UNDEFINED, tests, inner.in_catch))
        return UNDEFINED

    def fail(_machine: Machine, given: Arguments, _node: Node, _inner: Frame) -> Value:
        failures.append(given[0] if given else UNDEFINED)
        return UNDEFINED

    before = frozenset(frame.awaited)
    calls: frozenset[int] = frozenset()
    if args:
        outcome = (Native("resolve", keep), Native("reject", fail))
        calls = pending_calls(machine.call(machine, args[0], outcome, UNDEFINED, node, frame))
    calls |= frozenset(frame.awaited) - before
    value = unwrap(join(found)) if found else Opaque("promise")
    for option in found:
        calls |= pending_calls(option.value)
    if failures and machine.attempts:
        machine.attempts[-1].thrown.extend(failures)
    elif failures and not found:
        return Rejected(failures[0])
    elif failures:
        return join_values((Pending(value, calls), *(Rejected(reason) for reason in failures)))
    return Pending(value, calls)


def new_set(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    """``new Set(items)``: kept as its items."""
    given = resolve(args[0]) if args else UNDEFINED
    if isinstance(given, Arr):
        return machine.array(given.items, complete=given.complete)
    return machine.array(()) if given == UNDEFINED else given


def new_map(machine: Machine, args: Arguments, _node: Node, _frame: Frame) -> Value:
    """``new Map(pairs)``: kept as an object whose keys are not all known."""
    created = machine.object(complete=False)
    created.label = "Map"
    pairs = resolve(args[0]) if args else UNDEFINED
    for pair in pairs.items if isinstance(pairs, Arr) else ():
        if isinstance(pair, Arr) and len(pair.slots) > 1:
            set_member(machine, created, key_of(pair.items[0]), pair.items[1])
    return created


def foreign(target: str, args: Arguments, *, constructed: bool = False) -> Foreign:
    """What a call of unknown code gives: the modelled arguments flow into it."""
    functions = tuple(argument for argument in map(resolve, args) if isinstance(argument, Func))
    kept = derived(target, *(argument for argument in args if not isinstance(resolve(argument), Func | OneOf)))
    choices = tuple(reflect(argument) for argument in args if isinstance(resolve(argument), OneOf))
    sources = (*getattr(kept, "sources", ()), *choices)
    return Foreign(target, sources, functions, constructed)


FUNCTIONS: dict[str, Function] = {
    "Promise.all": _all,
    "Promise.allSettled": _all,
    "Promise.race": _any_of,
    "Promise.any": _any_of,
    "Promise.resolve": _resolved,
    "Promise.reject": _rejected,
    "Object.keys": _keys,
    "Object.getOwnPropertyNames": _keys,
    "Object.values": _values,
    "Object.entries": _entries,
    "Object.fromEntries": _from_entries,
    "Object.assign": _assign,
    "Object.defineProperty": _define,
    "Object.freeze": _same,
    "Object.seal": _same,
    "Object.create": _create,
    "Object.hasOwn": _own,
    "Object.prototype.hasOwnProperty.call": _own,
    "structuredClone": _same,
    "Array.from": _array_from,
    "Array.of": _array_of,
    "Array.isArray": _is_array,
    "String": _text,
    "Boolean": _boolean,
    "setTimeout": _later,
    "setImmediate": _later,
    "process.nextTick": _later,
    "queueMicrotask": _later,
}

CONSTRUCTORS: dict[str, Function] = {
    "Promise": promise,
    "Set": new_set,
    "Map": new_map,
    "Array": _array_of,
    **dict.fromkeys(ERRORS, error),
}
