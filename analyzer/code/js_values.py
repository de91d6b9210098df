"""What a JavaScript expression can be while the analysis runs.

Leaves are the public values of :mod:`analyzer.code.program`; beside them stand values that only live during the
analysis: objects that assignments change, functions, clients of an SDK. :mod:`analyzer.code.js_reflect` turns any
of them into a public value at the moment at which something is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from analyzer.code.program import (
    CodeValue,
    Literal,
    Opaque,
    Sdk,
)
from analyzer.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Node

    from analyzer.code.js_machine import Module

MAX_OPTIONS = 12
MAX_OPTION_TESTS = 12

UNDEFINED = Literal(None)
ANY_KEY = "*"
"""Slot that joins everything written under keys that are not known."""


@dataclass(slots=True, eq=False)
class Cell:
    """Anything that assignments change. ``born`` is a serial number: a branch that is undone undoes only
    writes to what existed before it."""

    born: int
    slots: dict[str, Value]


@dataclass(slots=True, eq=False)
class Scope(Cell):
    """The variables of one block."""

    parent: Scope | None = None
    module_level: bool = False


@dataclass(slots=True, eq=False)
class Obj(Cell):
    """An object. ``spreads`` are values whose properties were spread in and are not known; ``complete`` is false
    where keys may be missing here; ``label`` is the class's name."""

    complete: bool = True
    proto: Cell | None = None
    spreads: tuple[Value, ...] = ()
    label: str = ""


@dataclass(slots=True, eq=False)
class Arr(Cell):
    """An array; the slots are ``"0"``, ``"1"``, …; ``rest`` stands for elements whose number is not known."""

    complete: bool = True

    @property
    def items(self) -> tuple[Value, ...]:
        """The known elements, in order."""
        return tuple(self.slots.values())


@dataclass(slots=True, eq=False)
class Func(Cell):
    """A function with the scope it closes over. ``this`` is set for arrow functions and after ``bind``."""

    node: Node
    module: Module
    scope: Scope
    this: Value | None = None
    bound: tuple[Value, ...] = ()
    name: str = ""
    home: Class | None = None


@dataclass(slots=True, eq=False)
class Class(Cell):
    """A class; its slots are the static members."""

    node: Node
    module: Module
    scope: Scope
    prototype: Obj
    name: str = ""
    superclass: Value | None = None
    constructor: Func | None = None


@dataclass(frozen=True, slots=True)
class Getter:
    """A property that a function computes."""

    function: Func


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A live binding: an import or an export that follows a variable."""

    cell: Cell
    key: str


@dataclass(frozen=True, slots=True)
class External:
    """A part of a package that is not the user's code, or (module ``""``) a global: ``path`` leads from it."""

    module: str
    path: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """Dotted name for people and rules: ``jsonwebtoken.verify``."""
        return ".".join((self.module, *self.path) if self.module else self.path)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a call or construction of an :class:`External` gave; ``functions`` are local functions it was given."""

    target: str
    sources: tuple[CodeValue, ...] = ()
    functions: tuple[Func, ...] = ()
    constructed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SdkClient:
    """A client of an AWS SDK; ``document`` for DynamoDB's document clients. ``default`` are bound parameters."""

    service: str
    sdk: Sdk
    document: bool = False
    defaults: Value = UNDEFINED


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """An SDK v3 command with its input."""

    service: str
    operation: str
    input: Value
    document: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method taken from its object: ``client.send``, ``promise.then``, ``name.split``."""

    owner: Value
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """An SDK v2 request that was made but not sent yet; ``call`` is its number in the recorder."""

    call: int
    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """A promise of ``value``; ``calls`` are the SDK calls that finish with it."""

    value: Value
    calls: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Rejected:
    """A promise that fails with ``reason``."""

    reason: Value


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function that the analysis itself provides, such as the handler's ``callback``."""

    name: str
    run: Callable[[Any, tuple[Value, ...], Any, Any], Value]
    members: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """``process.env`` (its name) and the value of a call that answers (``"answered"``)."""

    name: str


ENVIRONMENT = Marker("process.env")
ANSWERED = Marker("answered")
NEVER = Marker("never")
"""What an expression gives that always throws."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several values; ``tests`` are the values on which the choice hangs."""

    value: Value
    tests: tuple[CodeValue, ...] = ()
    in_catch: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """Several possible values; always at least two different ones, never nested."""

    options: tuple[Option, ...]


Value = (
    CodeValue
    | Obj
    | Arr
    | Func
    | Class
    | Getter
    | Ref
    | External
    | Foreign
    | SdkClient
    | Command
    | Method
    | Request
    | Pending
    | Rejected
    | Native
    | Marker
    | OneOf
)


def options(value: Value) -> tuple[Option, ...]:
    """The alternatives that a value stands for; a plain value is its own only one."""
    return value.options if isinstance(value, OneOf) else (Option(value),)


def values(value: Value) -> tuple[Value, ...]:
    """As :func:`options`, without what they hang on."""
    return tuple(option.value for option in options(value))


def join(alternatives: Iterable[Option]) -> Value:
    """One value for several alternatives; equal ones count once, and over ``MAX_OPTIONS`` the rest is opaque."""
    merged: list[Option] = []
    never = False
    for alternative in alternatives:
        for option in options(alternative.value):
            if option.value is NEVER:
                never = True
                continue
            if len(merged) > MAX_OPTIONS:
                break
            tests = unique(alternative.tests + option.tests)[:MAX_OPTION_TESTS]
            _add(merged, Option(option.value, tests, alternative.in_catch or option.in_catch))
    if not merged:
        return NEVER if never else UNDEFINED
    if len(merged) == 1:
        return merged[0].value
    if len(merged) > MAX_OPTIONS:
        merged = [*merged[: MAX_OPTIONS - 1], Option(Opaque("more alternatives"))]
    return OneOf(tuple(merged))


def _add(merged: list[Option], option: Option) -> None:
    for index, present in enumerate(merged):
        if present.value is option.value or present.value == option.value:
            merged[index] = Option(
                present.value,
                unique(present.tests + option.tests)[:MAX_OPTION_TESTS],
                present.in_catch and option.in_catch,
            )
            return
    merged.append(option)


def join_values(alternatives: Iterable[Value]) -> Value:
    """As :func:`join` where nothing is known of what the choice hangs on."""
    return join(Option(value) for value in alternatives)


def unique(tests: tuple[CodeValue, ...]) -> tuple[CodeValue, ...]:
    """The values in order, each once."""
    return tests if len(tests) < 2 else tuple(dict.fromkeys(tests))
