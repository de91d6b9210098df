"""Reading and writing properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_machine import EVERYTHING, Frame, Machine
from analyzer.code.js_reflect import derived, literal_text, reflect
from analyzer.code.js_values import (
    ANY_KEY,
    ENVIRONMENT,
    UNDEFINED,
    Arr,
    Cell,
    Class,
    Command,
    External,
    Foreign,
    Func,
    Getter,
    Method,
    Native,
    Obj,
    OneOf,
    Option,
    Pending,
    Ref,
    Request,
    Scope,
    SdkClient,
    Value,
    join,
    join_values,
    options,
)
from analyzer.code.program import Choice, Derived, EnvironmentVariable, EventField, EventRead, Literal, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTION_METHODS = ("call", "apply", "bind")
MAX_CHAIN = 20


def resolve(value: Value) -> Value:
    """Follows live bindings to the value they show now."""
    for _ in range(MAX_CHAIN):
        if not isinstance(value, Ref):
            return value
        value = value.cell.slots.get(value.key, UNDEFINED)
    return Opaque("circular import")


def find_variable(scope: Scope, name: str) -> Scope | None:
    """The scope that declares ``name``; None for a global."""
    current: Scope | None = scope
    while current is not None:
        if name in current.slots:
            return current
        current = current.parent
    return None


def key_of(value: Value) -> str | None:
    """A property key; None where it depends on the run."""
    value = resolve(value)
    return literal_text(value.value) if isinstance(value, Literal) else None


def get_member(machine: Machine, owner: Value, key: str | None, frame: Frame, node: Node) -> Value:
    """Property ``key`` (None: any) of ``owner``. A read of the event is not noted here, see :func:`note_read`."""
    owner = resolve(owner)
    if isinstance(owner, OneOf):
        present = [option for option in owner.options if option.value != UNDEFINED]
        return join(
            Option(get_member(machine, option.value, key, frame, node), option.tests, option.in_catch)
            for option in present
        )
    if isinstance(owner, Obj | Class | Func):
        return _cell_member(machine, owner, key, frame, node)
    if owner is ENVIRONMENT:
        return _environment(machine, key, frame, node)
    return _plain_member(owner, key)


def _plain_member(owner: Value, key: str | None) -> Value:
    match owner:
        case EventField():
            return derived("length", owner) if key == "length" else EventField((*owner.path, _part(key)))
        case Arr():
            return _element(owner, key)
        case External():
            return _external_member(owner, key)
        case Foreign():
            named = owner.constructed or owner.target.endswith("path.parse")
            return Foreign(f"{owner.target}.{key}", owner.sources, (), owner.constructed) if named else owner
        case SdkClient():
            return Method(owner, key or ANY_KEY)
        case Pending() | Request():
            return Method(owner, key or ANY_KEY) if key in ("then", "catch", "finally", "promise") else Opaque()
        case Command():
            return owner.input if key == "input" else Opaque(f"{owner.operation}Command")
        case Native():
            return next((value for name, value in owner.members if name == key), Method(owner, key or ANY_KEY))
        case Method():
            return Method(owner, key) if key in _FUNCTION_METHODS else UNDEFINED
        case Derived() if key != "length":
            return owner
        case Opaque():
            return owner
        case Literal(value=str() as text) if key and key.isdigit():
            return Literal(text[int(key)]) if int(key) < len(text) else UNDEFINED
        case Literal(value=str() as text) if key == "length":
            return Literal(len(text))
        case Literal(value=None):
            return Opaque("property of undefined")
        case _:
            return derived(key or ANY_KEY, owner)


def _part(key: str | None) -> str:
    """A key of the event; one element of a list is like any other."""
    return ANY_KEY if key is None or key.isdigit() else key


def _external_member(owner: External, key: str | None) -> Value:
    if key is None or key == "default":
        return owner
    path = (*owner.path, key)
    if owner.module in ("", "process") and (owner.module, *path)[-2:] == ("process", "env"):
        return ENVIRONMENT
    return (
        External("", path[1:])
        if not owner.module and path[0] in ("globalThis", "global")
        else External(owner.module, path)
    )


def _element(owner: Arr, key: str | None) -> Value:
    if key == "length":
        return Literal(len(owner.slots)) if owner.complete else derived("length", owner)
    if key is None or not owner.complete:
        found = owner.slots.get(key or "")
        return found if found is not None else element_of(owner)
    return owner.slots.get(key, UNDEFINED)


def element_of(owner: Value) -> Value:
    """Any one element of a collection."""
    owner = resolve(owner)
    match owner:
        case OneOf():
            return join(Option(element_of(o.value), o.tests, o.in_catch) for o in owner.options if o.value != UNDEFINED)
        case Arr():
            return join_values(owner.items) if owner.slots else Opaque("element")
        case EventField():
            return EventField((*owner.path, ANY_KEY))
        case Obj():
            return join_values(owner.slots.values()) if owner.slots else Opaque("element")
        case Pending():
            return element_of(owner.value)
        case Derived() | Foreign() | Choice():
            return owner
        case EnvironmentVariable():
            return derived("element", owner)
        case _:
            return Opaque("element")


def _environment(machine: Machine, key: str | None, frame: Frame, node: Node) -> Value:
    if key is None:
        return Opaque("environment variable of a computed name")
    machine.recorder.variable(key, frame.place(node))
    return EnvironmentVariable(key)


def _cell_member(machine: Machine, owner: Obj | Class | Func, key: str | None, frame: Frame, node: Node) -> Value:
    if key is None:
        found = [resolve(value) for value in owner.slots.values() if not isinstance(value, Getter)]
        unknown = () if isinstance(owner, Obj) and owner.complete and found else (Opaque("property"),)
        return join_values((*found, *unknown))
    slot = find_slot(owner, key)
    if isinstance(slot, Getter):
        return run_getter(machine, slot, owner, frame, node)
    if slot is not None:
        return resolve(slot)
    if key == "default":
        return owner
    if key == "prototype" and not isinstance(owner, Obj):
        return prototype_of(machine, owner)
    if not isinstance(owner, Obj):
        return Method(owner, key) if key in _FUNCTION_METHODS else UNDEFINED
    return _absent_member(machine, owner, key, frame, node)


def prototype_of(machine: Machine, owner: Class | Func) -> Obj:
    """What instances inherit from; a plain function gets its own at first use."""
    if isinstance(owner, Class):
        return owner.prototype
    present = owner.slots.get("prototype")
    if not isinstance(present, Obj):
        present = machine.object()
        machine.write(owner, "prototype", present)
    return present


def _absent_member(machine: Machine, owner: Obj, key: str, frame: Frame, node: Node) -> Value:
    guesses = [get_member(machine, spread, key, frame, node) for spread in owner.spreads]
    if ANY_KEY in owner.slots:
        guesses.append(owner.slots[ANY_KEY])
    if guesses:
        return join_values(guesses)
    return UNDEFINED if owner.complete else Opaque(f"property {key}")


def run_getter(machine: Machine, getter: Getter, owner: Value, frame: Frame, node: Node) -> Value:
    """What a getter gives."""
    return machine.call(machine, getter.function, (), owner, node, frame)


def find_slot(owner: Cell, key: str) -> Value | None:
    """The slot of an object or of what it inherits from; None where there is none."""
    current: Cell | None = owner
    for _ in range(MAX_CHAIN):
        if current is None:
            return None
        if key in current.slots:
            return current.slots[key]
        if isinstance(current, Obj):
            current = current.proto
        elif isinstance(current, Class) and isinstance(current.superclass, Class):
            current = current.superclass
        else:
            return None
    return None


def set_member(machine: Machine, owner: Value, key: str | None, value: Value) -> None:
    """Assigns a property. An owner of several possible objects keeps its old values beside the new one."""
    owner = resolve(owner)
    targets = [option.value for option in options(owner)]
    sure = len(targets) == 1
    for target in targets:
        if not isinstance(target, Obj | Arr | Func | Class):
            continue
        if key is None:
            _set_unknown(machine, target, value)
        elif isinstance(target, Arr) and not key.isdigit():
            continue
        elif sure:
            machine.write(target, key, value)
        else:
            machine.write(target, key, join_values((target.slots.get(key, UNDEFINED), value)))


def _set_unknown(machine: Machine, target: Cell, value: Value) -> None:
    if isinstance(target, Arr):
        push(machine, target, value)
        target.complete = False
        return
    present = target.slots.get(ANY_KEY)
    machine.write(target, ANY_KEY, value if present is None else join_values((present, value)))
    if isinstance(target, Obj):
        target.complete = False


def push(machine: Machine, target: Arr, value: Value) -> None:
    """Appends an element; in a loop the same element is appended once, since its number is not known anyway."""
    if machine.repeating:
        public = reflect(value)
        for index, present in target.slots.items():
            if reflect(present) == public:
                machine.write(target, index, value)
                target.complete = False
                return
    index = str(len(target.slots))
    machine.write(target, index, value)


def note_read(machine: Machine, value: Value, frame: Frame, node: Node, *, optional: bool) -> None:
    """Notes the read of the event that an expression makes, if it makes one."""
    for option in options(value):
        field = option.value
        if isinstance(field, EventField) and field.path:
            guarded = _guarded(machine, field.path, frame, optional or isinstance(value, OneOf))
            machine.recorder.read(EventRead(field.path, frame.place(node), guarded))


def _guarded(machine: Machine, path: tuple[str, ...], frame: Frame, optional: bool) -> bool:
    """Whether a read survives the absence of the field, and of every field on the way to it."""
    if optional or is_guarded(frame, path):
        return True
    return machine.tolerant and (len(path) == 1 or is_guarded(frame, path[:-1]))


def is_guarded(frame: Frame, path: tuple[str, ...]) -> bool:
    """Whether the code only gets here if ``path``, or what it is part of, is there."""
    return any(guard == EVERYTHING or path[: len(guard)] == guard for guard in frame.guards)
