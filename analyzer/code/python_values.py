"""What the Python interpreter computes with: values richer than those of :mod:`analyzer.code.program`.

Immutable values are compared by content, containers by identity. Containers are written only through
:class:`analyzer.code.python_journal.Journal`, so that a branch can be undone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable
from dataclasses import field
from typing import Any, Final, TypeAlias

from analyzer.code.program import (
    CodeValue,
    Composed,
    Literal,
    Opaque,
    Place,
    Sdk,
)
from analyzer.code.python_weight import unique
from analyzer.records import dataclass

MAX_OPTIONS: Final = 12
MAX_ITEMS: Final = 200


class Internal:
    """A value that only the interpreter knows."""

    __slots__ = ()


Value: TypeAlias = CodeValue | Internal


@dataclass(frozen=True, slots=True)
class Event(Internal):
    """A part of the event. ``fragile``: reading it fails where the event lacks it; ``nullable``: it may be None;
    ``kind``: the Powertools data class that wraps it."""

    path: tuple[str, ...]
    fragile: bool = False
    nullable: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class EventItems(Internal):
    """``event_part.items()``: pairs of an unknown key and its value."""

    event: Event


@dataclass(frozen=True, slots=True)
class Unset(Internal):
    """A module's variable that starts as None and that functions set: None at the first call, later not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a function returned."""

    value: Value
    conditions: tuple[CodeValue, ...] = ()
    in_catch: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Alternatives(Internal):
    """One of several values. ``conditions`` decided which; ``outcomes`` keeps apart the returns of one call."""

    options: tuple[Value, ...]
    conditions: tuple[CodeValue, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class External(Internal):
    """A name of a package that is not the user's: ``jwt.decode``; Python's own are ``builtins.len``."""

    path: str


@dataclass(eq=False, slots=True)
class ExternalObject(Internal):
    """What calling an :class:`External` gave. ``callbacks`` are functions registered by its decorators."""

    path: str
    sources: tuple[CodeValue, ...] = ()
    callbacks: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SdkObject(Internal):
    """A client (``kind`` is ``client``), a session, or a boto3 resource with the names that identify it."""

    service: str
    kind: str
    sdk: Sdk = Sdk.BOTO3
    identifiers: tuple[tuple[str, CodeValue], ...] = ()


@dataclass(frozen=True, slots=True)
class Method(Internal):
    """``receiver.name`` that is yet to be called."""

    receiver: Value
    name: str


class Container(Internal):
    """Storage that changes; ``slots`` is written by the journal only.

    ``born`` is the journal's time at which it was made: a branch's own containers have no other past.
    """

    __slots__ = ("born", "slots")

    def __init__(self, slots: dict[Hashable, Any] | None = None) -> None:
        self.born = 0
        self.slots: dict[Hashable, Any] = {} if slots is None else slots

    def merge(self, key: Hashable, found: list[Any], conditions: tuple[CodeValue, ...]) -> Any:  # noqa: ARG002
        """The value of ``key`` where branches meet that left ``found`` there, or MISSING."""
        return join([value for value in found if value is not MISSING], conditions)


MISSING: Final = object()
COMPLETE: Final = object()
SPREAD: Final = object()
COMPUTED: Final = object()


_MARKERS: Final = frozenset({COMPLETE, SPREAD, COMPUTED})


class Scope(Container):
    """The variables of a module, function or class body."""

    __slots__ = ("parent",)

    def __init__(self, parent: Scope | None = None) -> None:
        super().__init__()
        self.parent = parent


class Dictionary(Container):
    """A dict. Keys are the constants; ``SPREAD`` holds values whose entries it may have as well, ``COMPUTED`` keys
    that are no constants."""

    __slots__ = ()

    @property
    def complete(self) -> bool:
        """Whether it has no other entries than these."""
        return bool(self.slots.get(COMPLETE, True)) and not self.spread

    @property
    def spread(self) -> tuple[Value, ...]:
        """Mappings that were unpacked into it."""
        return tuple(self.slots.get(SPREAD, ()))

    @property
    def computed(self) -> tuple[Value, ...]:
        """Keys that are no constants."""
        return tuple(self.slots.get(COMPUTED, ()))

    def entries(self) -> Iterable[tuple[Hashable, Value]]:
        """Keys and values that are known."""
        return [(key, value) for key, value in self.slots.items() if key not in _MARKERS]

    def merge(self, key: Hashable, found: list[Any], conditions: tuple[CodeValue, ...]) -> Any:
        """As in :class:`Container`; an entry that one branch lacks is unknown there."""
        if key is COMPLETE:
            return all(value is MISSING or value for value in found)
        if key is SPREAD or key is COMPUTED:
            return tuple(dict.fromkeys(item for value in found if value is not MISSING for item in value))
        absent = Opaque("not set on every path")
        return join([absent if value is MISSING else value for value in found], conditions)


class Sequence(Container):
    """A list, tuple or set; its content is one immutable slot."""

    __slots__ = ()

    def __init__(self, items: Iterable[Value] = (), complete: bool = True) -> None:
        super().__init__({"items": tuple(items), COMPLETE: complete})

    @property
    def items(self) -> tuple[Value, ...]:
        """The elements that are known."""
        return tuple(self.slots["items"])

    @property
    def complete(self) -> bool:
        """Whether it has no other elements than these."""
        return bool(self.slots[COMPLETE])

    def merge(self, key: Hashable, found: list[Any], conditions: tuple[CodeValue, ...]) -> Any:
        """As in :class:`Container`; lists of several lengths give the longest."""
        if key is COMPLETE:
            return all(found)
        longest = max(found, key=len)
        return tuple(join([items[i] for items in found if i < len(items)], conditions) for i in range(len(longest)))


class ClassObject(Container):
    """A class of the user's code."""

    __slots__ = ("bases", "module", "node")

    def __init__(self, node: ast.ClassDef, bases: tuple[Value, ...], module: ModuleObject) -> None:
        super().__init__()
        self.node, self.bases, self.module = node, bases, module

    def lineage(self) -> list[ClassObject]:
        """The class and its own bases, depth first."""
        found: list[ClassObject] = []
        pending: list[Value] = [self]
        while pending:
            cls = pending.pop(0)
            if isinstance(cls, ClassObject) and cls not in found:
                found.append(cls)
                pending = [*cls.bases, *pending]
        return found

    def foreign_bases(self) -> list[str]:
        """Dotted names of the bases that are not the user's."""
        return [base.path for cls in self.lineage() for base in cls.bases if isinstance(base, External)]

    def find(self, name: str, after: ClassObject | None = None) -> Any:
        """The attribute ``name`` of the class or of its bases, MISSING if there is none."""
        lineage = self.lineage()
        if after in lineage:
            lineage = lineage[lineage.index(after) + 1 :]
        return next((cls.slots[name] for cls in lineage if name in cls.slots), MISSING)


class Instance(Container):
    """An object of a class of the user's code."""

    __slots__ = ("cls",)

    def __init__(self, cls: ClassObject) -> None:
        super().__init__()
        self.cls = cls


class ModuleObject(Internal):
    """A module of the user's code; ``file`` is empty for a folder without ``__init__``."""

    __slots__ = ("file", "name", "package", "scope", "stars")

    def __init__(self, name: str, file: str, package: str) -> None:
        self.name, self.file, self.package = name, file, package
        self.scope = Scope()
        self.stars: list[str] = []


FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False, slots=True)
class Function(Internal):
    """A function of the user's code with the scope it closes over."""

    node: FunctionNode
    scope: Scope
    module: ModuleObject
    defaults: dict[str, Value]
    owner: ClassObject | None = None
    flavour: str = ""


@dataclass(frozen=True, slots=True)
class Bound(Internal):
    """A callable with its first arguments (a method with ``self``, ``functools.partial``)."""

    function: Value
    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldDefault(Internal):
    """``dataclasses.field(default_factory=...)``."""

    factory: Value


@dataclass(frozen=True, slots=True)
class Parent(Internal):
    """``super()`` in a method of ``owner``."""

    instance: Value
    owner: ClassObject


@dataclass(frozen=True, slots=True)
class Wrapper(Internal):
    """A decorator or decorated function that needs care: ``kind`` and what it wraps."""

    kind: str
    function: Value
    argument: str = ""
    place: Place | None = None


def options(value: Value) -> tuple[Value, ...]:
    """The values that ``value`` may be."""
    return value.options if isinstance(value, Alternatives) else (value,)


def identity(value: Any) -> Hashable:
    """A key that tells ``Literal(1)`` from ``Literal(True)``."""
    return (type(value.value), value) if isinstance(value, Literal) else value


def join(values: Iterable[Value], conditions: tuple[CodeValue, ...] = ()) -> Value:
    """One value for several, flat and without repetition; at most ``MAX_OPTIONS`` are kept apart."""
    found: dict[Hashable, Value] = {}
    known = [conditions]
    for value in values:
        if isinstance(value, Alternatives):
            known.append(value.conditions)
        for option in options(value):
            found.setdefault(identity(option), option)
    if len(found) > 1:
        found.pop(Unset(), None)
    if not found:
        return Opaque("never set")
    if len(found) == 1:
        return next(iter(found.values()))
    kept = list(found.values())
    if len(kept) > MAX_OPTIONS:
        kept = [*kept[:MAX_OPTIONS], Opaque("more alternatives")]
    return Alternatives(tuple(kept), unique(*known))


def decided(*values: Value) -> tuple[CodeValue, ...]:
    """The conditions that decided any of ``values``."""
    return unique(*(value.conditions for value in values if isinstance(value, Alternatives)))


def map_options(value: Value, change: Callable[[Value], Value]) -> Value:
    """``change`` applied to each alternative."""
    if isinstance(value, Alternatives):
        return join([change(option) for option in value.options], value.conditions)
    return change(value)


def truth(value: Value) -> bool | None:
    """Whether ``value`` counts as true; None where that depends on the run."""
    match value:
        case Literal():
            return bool(value.value)
        case Dictionary():
            return True if list(value.entries()) else (False if value.complete else None)
        case Sequence():
            return True if value.items and value.complete else (False if value.complete else None)
        case Function() | ClassObject() | ModuleObject() | SdkObject() | Bound():
            return True
        case Composed():
            filled = any(isinstance(part, Literal) and part.value for part in value.parts)
            return True if filled else None
        case Alternatives():
            found = {truth(option) for option in value.options}
            return found.pop() if len(found) == 1 else None
    return None
