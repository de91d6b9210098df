"""The state of the Python interpreter: frames, budget, conditions, and reads of the event.

The interpreter is one class in layers, each in its file: machine, expressions, calls, statements. It runs no
code: it walks syntax trees over abstract values and takes both ways at a branch that it cannot decide.
"""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from dataclasses import field
from typing import Any, Final

from analyzer.code.program import Caught, CodeValue, Condition, EnvironmentVariable, Literal, Opaque, Place
from analyzer.code.python_freeze import freeze, implied
from analyzer.code.python_journal import Delta, Journal, Mark
from analyzer.code.python_modules import Library, Source
from analyzer.code.python_record import Recorder
from analyzer.code.python_values import (
    MISSING,
    Alternatives,
    ClassObject,
    Event,
    External,
    Function,
    ModuleObject,
    Outcome,
    Scope,
    Value,
    join,
    options,
)
from analyzer.code.python_weight import light, unique
from analyzer.records import dataclass

MAX_STEPS: Final = 60_000
MAX_NESTING: Final = 150
MAX_CALLS: Final = 14


class Exhausted(Exception):
    """The program needs more steps than the analysis may take."""


@dataclass(slots=True)
class Loop:
    """A loop that runs: the states in which it is left or begun anew, and on which conditions.

    ``exact``: its elements are all known.
    """

    mark: Mark
    leaving: list[Delta] = field(default_factory=list)
    repeating: list[Delta] = field(default_factory=list)
    exact: bool = False
    conditions: tuple[CodeValue, ...] = ()


@dataclass(slots=True)
class Resort:
    """A handler of errors that what stands behind its ``try`` may answer for. ``called`` and ``errors``: how many were
    noted when it ended; ``told``: a variable tells later on how the ``try`` ended."""

    caught: Caught
    called: int
    errors: int
    told: bool


@dataclass(slots=True)
class Frame:
    """One call, class body or module that runs. ``escaped`` are the conditions under which an error left it;
    ``resorts`` the handlers of errors that what comes behind them may answer for."""

    module: ModuleObject
    scope: Scope
    mark: Mark
    function: Function | None = None
    receiver: Value | None = None
    class_body: ClassObject | None = None
    is_handler: bool = False
    rebound: dict[str, Scope] = field(default_factory=dict)
    conditions: tuple[CodeValue, ...] = ()
    path: tuple[Condition, ...] = ()
    escaped: tuple[CodeValue, ...] = ()
    outcomes: list[tuple[Outcome, Delta]] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    exits: int = 0
    returns: int = 0
    splits: int = 0
    resorts: list[Resort] = field(default_factory=list)


@dataclass(slots=True)
class Attempt:
    """A ``try`` whose body runs: what it expects and what reached it. ``depth``: frames below it."""

    expected: list[Value | None]
    mark: Mark
    depth: int
    errors: list[Value] = field(default_factory=list)
    conditions: tuple[CodeValue, ...] = ()
    states: list[Delta] = field(default_factory=list)


class Machine(ABC):
    """State and services that the layers share."""

    def __init__(self, library: Library, recorder: Recorder) -> None:
        self.library = library
        self.record = recorder
        self.journal = Journal()
        self.modules: dict[str, ModuleObject | None] = {}
        self.files: list[str] = []
        self.frames: list[Frame] = []
        self.attempts: list[Attempt] = []
        self.errors: list[Value] = []
        self.executed: set[ast.AST] = set()
        self.steps = 0
        self.budget = MAX_STEPS
        self.nesting = 0
        self.catching = 0
        self.key_guards = 0
        self.present: frozenset[tuple[str, ...]] = frozenset()
        self.tested: list[tuple[str, ...]] | None = None

    @abstractmethod
    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression; its reads of the event are noted."""

    @abstractmethod
    def execute(self, body: list[ast.stmt]) -> bool:
        """Run statements; whether the flow comes out at their end."""

    @abstractmethod
    def import_module(self, name: str) -> Value:
        """The module of that absolute dotted name, run if it is the user's and has not been."""

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]

    def step(self) -> None:
        """Count one step of the budget."""
        self.steps += 1
        if self.steps > self.budget:
            raise Exhausted

    def place(self, node: ast.AST) -> Place:
        """Where ``node`` of the running module is written."""
        source = self.library.parse(self.frame.module.file)
        return source.place(node) if isinstance(source, Source) else Place(self.frame.module.file, 1, 1, 1, 1)

    # --- names ---

    def lookup(self, name: str) -> Value:
        """The value of a variable; a builtin, or an unknown name, is External or Opaque."""
        scope: Scope | None = self.frame.scope
        while scope is not None:
            if name in scope.slots:
                return _value(scope.slots[name])
            scope = scope.parent
        if name in ("__name__", "__file__"):
            module = self.frame.module
            return Literal(module.name if name == "__name__" else f"/var/task/{module.file}")
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        stars = self.frame.module.stars
        return External(f"{stars[0]}.{name}") if len(stars) == 1 else Opaque(name)

    def bind(self, name: str, value: Value) -> None:
        """Assign a variable, where ``global`` or ``nonlocal`` say so in another scope."""
        self.journal.write(self.frame.rebound.get(name, self.frame.scope), name, value)

    # --- conditions ---

    def conditions_of(self, test: Value) -> tuple[CodeValue, ...]:
        """What a test tested: its value and whatever decided that."""
        return unique(implied(test), [light(freeze(test))])

    def under(self, conditions: tuple[CodeValue, ...]) -> tuple[CodeValue, ...]:
        """The present conditions and these."""
        self.steps += len(self.frame.conditions)
        return unique(self.frame.conditions, conditions)

    # --- the event ---

    def part(self, event: Event, key: str, tolerant: bool, nullable: bool = False, kind: str = "") -> Event:
        """The part ``key`` of ``event``, read by a way that tolerates its absence or not."""
        path = (*event.path, key)
        fragile = event.fragile or event.nullable or not tolerant
        if fragile and self._is_present(path):
            fragile = False
        return Event(path, fragile, nullable, kind)

    def _is_present(self, path: tuple[str, ...]) -> bool:
        return any(path[:length] in self.present for length in range(1, len(path) + 1))

    def read(self, value: Value, node: ast.AST) -> None:
        """Note a read of each part of the event that ``value`` may be."""
        for option in options(value):
            if isinstance(option, Event) and option.path:
                guarded = not option.fragile or self.key_guards > 0
                self.record.read(option.path, self.place(node), guarded)
                self.test(option)

    def test(self, value: Value) -> None:
        """Remember, in the test of a branch, that these parts of the event were tested."""
        if self.tested is not None:
            self.tested.extend(option.path for option in options(value) if isinstance(option, Event))

    # --- the environment ---

    def variable(self, name: Value, default: Value | None, node: ast.AST) -> Value:
        """The environment variable ``name``."""
        found: list[Value] = []
        for option in options(name):
            if isinstance(option, Literal) and isinstance(option.value, str):
                self.record.variable(option.value, self.place(node))
                fallback = None if default is None or default == Literal(None) else freeze(default)
                found.append(EnvironmentVariable(option.value, fallback))
            else:
                found.append(Opaque("an environment variable whose name is computed"))
        return join(found)

    # --- errors ---

    def raise_error(self, error: Value, node: ast.AST) -> None:
        """Carry ``error`` to the ``try`` that catches it, or out of the handler."""
        depth = 0
        for attempt in reversed(self.attempts):
            verdict = self.catches(attempt, error)
            if verdict is not False:
                attempt.errors.append(error)
                attempt.states.append(self.journal.capture(attempt.mark))
                inside = [frame.conditions for frame in self.frames[attempt.depth - 1 :]]
                attempt.conditions = unique(attempt.conditions, *inside)
            if verdict is True:
                depth = attempt.depth
                break
        else:
            self.escape(error, node)
        inner: tuple[CodeValue, ...] = ()
        for frame in self.frames[max(depth - 1, 0) :]:
            frame.exits += 1
        for frame in reversed(self.frames[depth:]):
            inner = unique(frame.conditions, inner)
            frame.escaped = unique(frame.escaped, inner)

    @abstractmethod
    def catches(self, attempt: Attempt, error: Value) -> bool | None:
        """Whether a ``try`` catches ``error``; None where that cannot be told."""

    @abstractmethod
    def escape(self, error: Value, node: ast.AST) -> None:
        """Note an error that nothing catches."""


_BUILTINS: Final = frozenset(dir(builtins))


def _value(found: Any) -> Value:
    assert found is not MISSING
    value: Value = found
    return value


def outcomes_of(value: Value) -> tuple[Outcome, ...]:
    """The ways a call returned, kept apart where they are known."""
    if isinstance(value, Alternatives):
        return value.outcomes or tuple(Outcome(option, value.conditions) for option in value.options)
    return (Outcome(value),)
