"""What CDK source says, in one form for TypeScript, JavaScript and Python.

Only what matters for reading an application is kept: names, members, calls, options, literals. A keyword argument of
Python and an entry of an options object are the same: an :class:`Entry`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from analyzer.code.place import Place
from analyzer.code.program import Import
from analyzer.records import dataclass

THIS = "this"
"""The name of the instance in a method, in Python too."""

SUPER = "super"
DEEPEST = 120
"""Expressions nested deeper are not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name, ``this`` and ``super`` included."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """``object.name``; ``at`` is where the member's own name stands."""

    object: Expression
    name: str
    place: Place
    at: Place


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An option: ``key: value`` or ``key=value``."""

    key: str
    value: Expression
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Options that are written out. ``spreads`` are what is poured in from elsewhere (``...base``, ``**base``);
    ``unchecked``: a cast (``as any``) keeps the compiler from checking the keys."""

    entries: tuple[Entry, ...]
    spreads: tuple[Expression, ...]
    place: Place
    unchecked: bool = False

    def get(self, key: str) -> Entry | None:
        """The last entry with this key."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call, or ``new``. ``keywords`` are Python's; in TypeScript options are the last argument."""

    callee: Expression
    arguments: tuple[Expression, ...]
    keywords: Record | None
    new: bool
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list."""

    items: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A string; ``complete`` is false where it has parts that are computed: they are left out of ``value``; ``written``
    is the string as the source has it."""

    value: str
    place: Place
    complete: bool = True
    parts: tuple[Expression, ...] = ()
    written: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Flag:
    """``true`` or ``false``."""

    value: bool
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several expressions: ``a ? b : c``, ``a ?? b``, ``a or b``. ``tests`` are looked at too."""

    options: tuple[Expression, ...]
    tests: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Lambda:
    """A function that is written as an expression."""

    scope: Scope
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """Anything else, with the expressions in it."""

    parts: tuple[Expression, ...]
    place: Place


Expression = Name | Member | Record | Call | Items | Text | Flag | Choice | Lambda | Other


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import binds. ``name`` is the exported name, ``*`` for the module itself."""

    module: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One way a name gets its value. ``attribute``: the part of ``value`` that is taken (``const {vpc} = network``)."""

    name: str
    scope: Scope
    place: Place
    value: Expression | None = None
    annotation: Expression | None = None
    attribute: str = ""
    imported: Imported | None = None
    parameter: int | None = None
    """The position of a parameter, without the instance."""


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement without those in it; the expressions that it evaluates, and the name or field that it sets."""

    place: Place
    expressions: tuple[Expression, ...]
    target: str = ""


@dataclass(slots=True, eq=False)
class ClassDeclaration:
    """A class, interface or object type that the source declares."""

    name: str
    file: str
    place: Place
    bases: tuple[Expression, ...]
    documented: bool
    is_type: bool
    scope: Scope
    fields: dict[str, list[Binding]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Scope:
    """A module, the body of a class, or a function."""

    kind: str
    name: str
    file: str
    parent: Scope | None = None
    owner: ClassDeclaration | None = None
    """The class whose instance ``this`` is."""
    statements: list[Statement] = field(default_factory=list)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    classes: dict[str, ClassDeclaration] = field(default_factory=dict)
    functions: dict[str, Scope] = field(default_factory=dict)
    inner: list[Scope] = field(default_factory=list)
    returns: Expression | None = None
    """The annotated type of the result."""
    results: list[Expression] = field(default_factory=list)

    def bind(self, binding: Binding) -> None:
        """Add a binding to this scope."""
        self.bindings.setdefault(binding.name, []).append(binding)

    def every(self) -> Iterator[Scope]:
        """This scope and all in it."""
        pending = [self]
        while pending:
            current = pending.pop()
            yield current
            pending.extend(reversed(current.inner))


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One file. ``documented``: it has a docstring (Python). ``remarks`` are the lines that end in or consist of a
    comment that says something, ``comments`` those that hold nothing else than a comment. ``problem`` says why the file
    could not be read, in words."""

    file: str
    language: str
    scope: Scope
    imports: tuple[Import, ...] = ()
    documented: bool = False
    remarks: frozenset[int] = frozenset()
    comments: frozenset[int] = frozenset()
    problem: str = ""

    def classes(self) -> Iterator[ClassDeclaration]:
        """Every class of the file, in the order written."""
        found = [declared for scope in self.scope.every() for declared in scope.classes.values()]
        yield from sorted(found, key=lambda declared: declared.place)
