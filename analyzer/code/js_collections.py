"""Methods of arrays, strings and other data, as far as values and callbacks flow through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Flow, Frame, Machine
from analyzer.code.js_members import element_of, key_of, push, resolve
from analyzer.code.js_reflect import compose, derived
from analyzer.code.js_values import (
    UNDEFINED,
    Arr,
    External,
    Func,
    Method,
    Native,
    Obj,
    OneOf,
    Option,
    Value,
    join,
    join_values,
)
from analyzer.code.program import Composed, EventField, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CONCRETE = 8
"""Elements of a known array that are run one by one."""

MAX_TEXT = 4096

Arguments = tuple[Value, ...]
_CALLABLE = (Func, Native, Method, External)

WITH_CALLBACK = frozenset(
    (
        "map",
        "forEach",
        "filter",
        "find",
        "findLast",
        "some",
        "every",
        "flatMap",
        "reduce",
        "reduceRight",
        "findIndex",
        "sort",
        "toSorted",
    )
)
"""Array methods that call a function for each element."""

DATA_METHODS = WITH_CALLBACK | frozenset(
    (
        "at", "charAt", "charCodeAt", "codePointAt", "concat", "copyWithin", "endsWith", "entries", "exec", "fill",
        "filter", "flat", "get", "has", "hasOwnProperty", "includes", "indexOf", "isArray", "join", "keys", "last",
        "lastIndexOf", "localeCompare", "match", "matchAll", "normalize", "padEnd", "padStart", "pop", "push",
        "repeat", "replace", "replaceAll", "reverse", "search", "shift", "slice", "splice", "split", "startsWith",
        "substr", "substring", "test", "toFixed", "toISOString", "toJSON", "toLowerCase", "toString", "toUpperCase",
        "trim", "trimEnd", "trimStart", "unshift", "valueOf", "values", "getTime", "json", "text", "arrayBuffer",
        "digest", "transformToString", "transformToByteArray", "toLocaleLowerCase", "toLocaleUpperCase", "getHours",
        "getFullYear", "getMonth", "getDate",
    )
)  # fmt: skip
"""Methods of the language's and the platform's own objects: calling one is no call of a package."""


def run_callback(machine: Machine, collection: Value, name: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """An array method that calls a function for each element; also for event fields and derived collections."""
    callback = resolve(args[0])
    reducing = name.startswith("reduce")
    results: list[Value] = []
    carried: list[Value] = [args[1] if len(args) > 1 else element_of(collection)]

    def once(element: Value, index: Value) -> None:
        passed: Arguments = (carried[0], element, index, collection) if reducing else (element, index, collection)
        if isinstance(callback, External):
            passed = (element,)
        result = machine.call(machine, callback, passed, UNDEFINED, node, frame)
        results.append(result)
        if reducing:
            carried[0] = result

    items = _concrete(collection)
    if items is not None:
        for index, item in enumerate(items):
            once(item, Literal(index))
        return _answer(machine, collection, name, results, carried[0], complete=True)

    def round_() -> Flow:
        results.clear()
        once(element_of(collection), Opaque("index"))
        return Flow.NORMAL

    machine.run_repeated(round_)
    if reducing and len(args) > 1:
        carried[0] = join_values((args[1], carried[0]))
    return _answer(machine, collection, name, results, carried[0], complete=False)


def _concrete(collection: Value) -> tuple[Value, ...] | None:
    if isinstance(collection, Arr) and collection.complete and len(collection.slots) <= MAX_CONCRETE:
        return collection.items
    return None


def _answer(
    machine: Machine, collection: Value, name: str, results: list[Value], carried: Value, *, complete: bool
) -> Value:
    match name:
        case "map":
            return machine.array(results, complete=complete)
        case "flatMap":
            flat = [item for result in results for item in (result.items if isinstance(result, Arr) else (result,))]
            return machine.array(
                flat, complete=complete and not any(isinstance(r, Arr) and not r.complete for r in results)
            )
        case "filter":
            return _some_of(machine, collection, results)
        case "sort" | "toSorted":
            return collection
        case "find" | "findLast":
            tests = tuple(derived("find", result) for result in results[:MAX_CONCRETE])
            return join((Option(element_of(collection), tests), Option(UNDEFINED, tests)))
        case "reduce" | "reduceRight":
            return carried
        case "forEach":
            return UNDEFINED
        case _:
            return derived(name, collection, *results)


def _some_of(machine: Machine, collection: Value, results: list[Value]) -> Value:
    """``filter``: of a known array the elements whose test is decided; others may be there."""
    if not isinstance(collection, Arr):
        return collection
    if len(results) == len(collection.slots) and all(isinstance(result, Literal) for result in results):
        kept = [item for item, result in zip(collection.items, results, strict=True) if result.value]  # type: ignore[union-attr]
        return machine.array(kept, complete=collection.complete)
    return machine.array(collection.items, complete=False)


def data_method(machine: Machine, owner: Value, name: str, args: Arguments, node: Node, frame: Frame) -> Value:
    """A method of an array, a string or a value of unknown kind."""
    if name in WITH_CALLBACK and args and _calls(args[0]):
        return run_callback(machine, owner, name, args, node, frame)
    if isinstance(owner, Arr):
        method = _ARRAY_METHODS.get(name)
        if method is not None:
            return method(machine, owner, args)
    if isinstance(owner, Literal | Composed):
        folded = _fold(machine, owner, name, args)
        if folded is not None:
            return folded
    if name == "concat" and isinstance(owner, EventField | OneOf) and args:
        return compose(owner, *args)
    for argument in args:
        if isinstance(argument, Func):
            machine.call(machine, argument, (derived(name, owner),), UNDEFINED, node, frame)
    return derived(name, owner, *(argument for argument in args if not isinstance(argument, Func)))


def _calls(value: Value) -> bool:
    value = resolve(value)
    if isinstance(value, OneOf):
        return any(isinstance(option.value, _CALLABLE) for option in value.options)
    return isinstance(value, _CALLABLE)


def _fold(machine: Machine, owner: Literal | Composed, name: str, args: Arguments) -> Value | None:
    if name == "concat":
        return compose(owner, *args)
    if name == "toString" and not args:
        return compose(owner)
    known = [argument.value for argument in map(resolve, args) if isinstance(argument, Literal)]
    if len(known) != len(args) or not isinstance(owner, Literal) or not isinstance(owner.value, str):
        return None
    return _fold_text(machine, owner.value[:MAX_TEXT], name, known)


def _fold_text(machine: Machine, text: str, name: str, known: Sequence[object]) -> Value | None:
    """A string method whose string and arguments are constants."""
    match name, *known:
        case ["trim"]:
            return Literal(text.strip())
        case ["toLowerCase"]:
            return Literal(text.lower())
        case ["toUpperCase"]:
            return Literal(text.upper())
        case ["substring" | "slice", int() as start] if start >= 0:
            return Literal(text[start:])
        case ["substring" | "slice", int() as start, int() as end] if 0 <= start <= end:
            return Literal(text[start:end])
        case ["substr", int() as start, int() as length] if start >= 0 and length >= 0:
            return Literal(text[start : start + length])
        case ["charAt", int() as index] if index >= 0:
            return Literal(text[index : index + 1])
        case ["startsWith", str() as part]:
            return Literal(text.startswith(part))
        case ["endsWith", str() as part]:
            return Literal(text.endswith(part))
        case ["includes", str() as part]:
            return Literal(part in text)
        case ["replace", str() as old, str() as new] if "$" not in new:
            return Literal(text.replace(old, new, 1))
        case ["split", str() as separator] if separator:
            return machine.array([Literal(part) for part in text.split(separator)[: MAX_CONCRETE * 8]])
        case _:
            return None


def _push(machine: Machine, owner: Arr, args: Arguments) -> Value:
    for argument in args:
        push(machine, owner, argument)
    return derived("length", owner)


def _join(_machine: Machine, owner: Arr, args: Arguments) -> Value:
    separator: Value = args[0] if args else Literal(",")
    if not owner.complete:
        return derived("join", owner, separator)
    parts: list[Value] = []
    for index, item in enumerate(owner.items):
        parts.extend((separator, item) if index else (item,))
    return compose(*parts)


def _concat(machine: Machine, owner: Arr, args: Arguments) -> Value:
    items, complete = list(owner.items), owner.complete
    for argument in map(resolve, args):
        if isinstance(argument, Arr):
            items.extend(argument.items)
            complete = complete and argument.complete
        elif isinstance(argument, Obj | Literal | Composed):
            items.append(argument)
        else:
            items.append(element_of(argument))
            complete = False
    return machine.array(items, complete=complete)


def _part(machine: Machine, owner: Arr, args: Arguments) -> Value:
    start = args[0].value if args and isinstance(args[0], Literal) else None
    if owner.complete and len(args) == 1 and isinstance(start, int) and start >= 0:
        return machine.array(owner.items[start:])
    return machine.array(owner.items, complete=owner.complete and not args)


def _take(_machine: Machine, owner: Arr, _args: Arguments) -> Value:
    return element_of(owner)


def _flat(machine: Machine, owner: Arr, _args: Arguments) -> Value:
    items = [inner for item in owner.items for inner in (item.items if isinstance(item, Arr) else (item,))]
    complete = owner.complete and all(not isinstance(item, Arr) or item.complete for item in owner.items)
    return machine.array(items, complete=complete)


def _at(_machine: Machine, owner: Arr, args: Arguments) -> Value:
    key = key_of(args[0]) if args else None
    items = owner.items
    if not owner.complete or key is None or not key.lstrip("-").isdigit():
        return element_of(owner)
    return items[int(key)] if -len(items) <= int(key) < len(items) else UNDEFINED


def _same(_machine: Machine, owner: Arr, _args: Arguments) -> Value:
    return owner


def _includes(_machine: Machine, owner: Arr, args: Arguments) -> Value:
    wanted = resolve(args[0]) if args else UNDEFINED
    if owner.complete and isinstance(wanted, Literal) and all(isinstance(item, Literal) for item in owner.items):
        return Literal(wanted in owner.items)
    return derived("includes", owner, wanted)


def _entries(machine: Machine, owner: Arr, _args: Arguments) -> Value:
    pairs = [machine.array((Literal(index), item)) for index, item in enumerate(owner.items)]
    return machine.array(pairs, complete=owner.complete)


_ARRAY_METHODS: dict[str, Callable[[Machine, Arr, Arguments], Value]] = {
    "push": _push,
    "unshift": _push,
    "add": _push,
    "join": _join,
    "concat": _concat,
    "slice": _part,
    "splice": _part,
    "pop": _take,
    "shift": _take,
    "flat": _flat,
    "at": _at,
    "values": _same,
    "reverse": _same,
    "toReversed": _same,
    "includes": _includes,
    "has": _includes,
    "entries": _entries,
}
