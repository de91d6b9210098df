"""The abstract machine that runs JavaScript: its state, its journal of writes and its budget.

The machine knows neither expressions nor statements; :mod:`analyzer.code.javascript` gives it a table for each.
Branches are run one after the other from the same state: what one writes is taken back before the next, and
afterwards both are joined (:meth:`Machine.run_branches`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from enum import IntEnum
from typing import TYPE_CHECKING

from analyzer.code.js_recorder import Phase, Recorder
from analyzer.code.js_syntax import Source
from analyzer.code.js_values import UNDEFINED, Arr, Cell, Func, Obj, Option, Scope, Value, join
from analyzer.code.program import CodeValue, Condition, Opaque, Place
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from tree_sitter import Node

    from analyzer.code.js_catching import Resort
    from analyzer.code.js_steps import Steps
    from analyzer.sources.files import FileTree

MAX_STEPS = 100_000
"""Nodes evaluated for one program; about half a second."""

MAX_NESTING = 220
"""Expressions and statements inside each other, inlined functions included."""


EVERYTHING = ("*", "*")
"""A guard for the whole event: the code tested which kind of event it is."""


class Flow(IntEnum):
    """How a statement ends: falls through, leaves its loop or block, or leaves the function."""

    NORMAL = 0
    JUMP = 1
    EXIT = 2


class OutOfBudgetError(Exception):
    """The program needs more steps than ``MAX_STEPS``."""


@dataclass(slots=True, eq=False)
class Module:
    """One local file. ``exports`` is what ``module.exports`` holds in the end; ``open``: there is more code in it."""

    name: str
    source: Source | None
    scope: Scope
    holder: Obj
    started: bool = False
    es: bool = False
    open: bool = False
    reexported: list[Value] = field(default_factory=list)

    @property
    def exports(self) -> Value:
        """The value of ``module.exports``."""
        return self.holder.slots.get("exports", UNDEFINED)


@dataclass(slots=True, eq=False)
class Frame:
    """One running function, or a module's top level.

    ``conditions`` are the values tested on the way here, ``path`` those tests of which the outcome is known here, too;
    ``ways_out`` are the paths at its ``return`` statements; ``resorts`` the catch blocks that what comes behind them
    may answer for.
    """

    module: Module
    scope: Scope
    this: Value = UNDEFINED
    function: Func | None = None
    caller: Frame | None = None
    site: Node | None = None
    statement: Node | None = None
    handler: bool = False
    depth: int = 0
    in_catch: bool = False
    conditions: list[CodeValue] = field(default_factory=list)
    inherited: int = 0
    path: tuple[Condition, ...] = ()
    ways_out: list[tuple[Condition, ...]] = field(default_factory=list)
    guards: list[tuple[str, ...]] = field(default_factory=list)
    awaited: set[int] = field(default_factory=set)
    returns: list[Option] = field(default_factory=list)
    steps: Steps | None = None
    yields: list[Value] = field(default_factory=list)
    thrown_on: list[CodeValue] = field(default_factory=list)
    resorts: list[Resort] = field(default_factory=list)

    @property
    def source(self) -> Source:
        """The file whose nodes this frame evaluates."""
        if self.module.source is None:
            raise ValueError(f"{self.module.name} holds no code")
        return self.module.source

    def text(self, node: Node) -> str:
        """Source text of a node of this frame's file."""
        return self.source.text(node)

    def place(self, node: Node) -> Place:
        """Place of a node of this frame's file."""
        return self.source.place(node)


@dataclass(slots=True)
class Outcome:
    """What one branch did: its end, its writes, and what they hang on."""

    flow: Flow
    writes: dict[tuple[int, str], tuple[Cell, str, Value]]
    tests: tuple[CodeValue, ...] = ()
    in_catch: bool = False


@dataclass(slots=True)
class Attempt:
    """A ``try`` that is running; errors thrown inside end up in ``thrown``."""

    thrown: list[Value] = field(default_factory=list)


Evaluate = Callable[["Machine", "Node", Frame], Value]
Execute = Callable[["Machine", "Node", Frame], Flow]


@dataclass(slots=True, eq=False)
class Machine:
    """State of one analysis."""

    tree: FileTree
    entry: str
    expressions: Mapping[str, Evaluate]
    statements: Mapping[str, Execute]
    call: Callable[[Machine, Value, tuple[Value, ...], Value, Node, Frame], Value]
    import_module: Callable[[Machine, str, Module, Node], Value]
    recorder: Recorder = field(default_factory=Recorder)
    modules: dict[str, Module] = field(default_factory=dict)
    marks: list[tuple[str, Place]] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    functions: list[Func] = field(default_factory=list)
    invoked: set[tuple[str, int, int]] = field(default_factory=set)
    given_away: list[tuple[Func, tuple[Value, ...]]] = field(default_factory=list)
    steps: int = MAX_STEPS
    nesting: int = 0
    tolerant: bool = False
    refusals: int = 0
    repeating: int = 0
    promises: set[bool | None] = field(default_factory=set)
    _serial: int = 0
    _journal: list[tuple[Cell, str, Value | None]] = field(default_factory=list)
    _branches: int = 0

    # --- evaluation --------------------------------------------------------------------------------

    def evaluate(self, node: Node, frame: Frame) -> Value:
        """The value of an expression."""
        handler = self.expressions.get(node.type)
        if handler is None:
            return Opaque(node.type)
        self.step()
        if self.nesting >= MAX_NESTING:
            self.problem(f"{frame.module.name}: code nested too deeply was not followed")
            return Opaque("nested too deeply")
        self.nesting += 1
        try:
            return handler(self, node, frame)
        finally:
            self.nesting -= 1

    def execute(self, node: Node, frame: Frame) -> Flow:
        """Runs a statement; what is no statement is an expression."""
        handler = self.statements.get(node.type)
        self.step()
        if self.nesting >= MAX_NESTING:
            self.problem(f"{frame.module.name}: code nested too deeply was not followed")
            return Flow.NORMAL
        self.nesting += 1
        try:
            if handler is not None:
                return handler(self, node, frame)
            if node.type in self.expressions:
                self.evaluate(node, frame)
            return Flow.NORMAL
        finally:
            self.nesting -= 1

    def step(self) -> None:
        """Counts a step; raises :class:`OutOfBudgetError` when none is left."""
        self.steps -= 1
        if self.steps < 0:
            raise OutOfBudgetError

    def problem(self, text: str) -> None:
        """Notes, once, why the program is not known completely."""
        if self.recorder.phase is not Phase.UNREACHED:
            self.problems[text] = None

    # --- cells -------------------------------------------------------------------------------------

    def _born(self) -> int:
        self._serial += 1
        return self._serial

    def scope(self, parent: Scope | None) -> Scope:
        """A new block scope."""
        return Scope(self._born(), {}, parent)

    def object(self, slots: dict[str, Value] | None = None, *, complete: bool = True) -> Obj:
        """A new object."""
        return Obj(self._born(), {} if slots is None else slots, complete)

    def array(self, items: Sequence[Value], *, complete: bool = True) -> Arr:
        """A new array."""
        return Arr(self._born(), {str(index): item for index, item in enumerate(items)}, complete)

    def function(self, node: Node, frame: Frame, this: Value | None = None, name: str = "") -> Func:
        """A new closure."""
        created = Func(self._born(), {}, node, frame.module, frame.scope, this, (), name)
        self.functions.append(created)
        return created

    def serial(self) -> int:
        """A fresh number for a cell that is made elsewhere."""
        return self._born()

    def write(self, cell: Cell, key: str, value: Value) -> None:
        """Assigns a slot; inside a branch the old value is remembered."""
        if self._branches:
            self._journal.append((cell, key, cell.slots.get(key)))
        cell.slots[key] = value

    def moment(self) -> tuple[int, int]:
        """The present, for :meth:`wrote_since`."""
        return len(self._journal), self._serial

    def wrote_since(self, moment: tuple[int, int]) -> bool:
        """Whether, within the running branch, anything was written to what was there at that moment."""
        position, serial = moment
        return any(cell.born <= serial for cell, _, _ in self._journal[position:])

    # --- branches ----------------------------------------------------------------------------------

    @contextmanager
    def _branch(self) -> Iterator[tuple[int, int]]:
        self._branches += 1
        try:
            yield len(self._journal), self._serial
        finally:
            self._branches -= 1
            if not self._branches:
                self._journal.clear()

    def try_branch(
        self, run: Callable[[], Flow], tests: tuple[CodeValue, ...] = (), *, in_catch: bool = False
    ) -> Outcome:
        """Runs a branch and takes its writes to older cells back."""
        with self._branch() as (start, serial):
            flow = run()
            writes: dict[tuple[int, str], tuple[Cell, str, Value]] = {}
            entries = self._journal[start:]
            del self._journal[start:]
            for cell, key, _ in entries:
                if cell.born <= serial and key in cell.slots:
                    writes[id(cell), key] = (cell, key, cell.slots[key])
            for cell, key, old in reversed(entries):
                if cell.born > serial:
                    continue
                if old is None:
                    cell.slots.pop(key, None)
                else:
                    cell.slots[key] = old
        return Outcome(flow, writes, tests, in_catch)

    def merge(self, outcomes: Sequence[Outcome]) -> Flow:
        """Joins the states after branches of which one was taken; those that left the function do not count."""
        live = [outcome for outcome in outcomes if outcome.flow is not Flow.EXIT]
        places = {place: (cell, key) for outcome in live for place, (cell, key, _) in outcome.writes.items()}
        for place, (cell, key) in places.items():
            if isinstance(cell, Arr) and self.repeating and key not in cell.slots:
                self._append_some(place, cell, key, live)
                continue
            before = cell.slots.get(key, UNDEFINED)
            written = [
                Option(outcome.writes[place][2] if place in outcome.writes else before, outcome.tests, outcome.in_catch)
                for outcome in live
            ]
            self.write(cell, key, join(written))
        return min((outcome.flow for outcome in outcomes), default=Flow.NORMAL)

    def _append_some(self, place: tuple[int, str], cell: Arr, key: str, live: Sequence[Outcome]) -> None:
        """An element that only some branches of a round append: how many there are is not known anyway."""
        written = [outcome.writes[place][2] for outcome in live if place in outcome.writes]
        if len(written) < len(live):
            cell.complete = False
        self.write(cell, key, join(Option(value) for value in written))

    def run_repeated(self, run: Callable[[], Flow]) -> Flow:
        """Runs code that may run any number of times.

        If the first round writes to what was there before, it is recorded again in a second one that starts from
        what may have been written.
        """
        mark = self.recorder.mark()
        self.repeating += 1
        try:
            first = self.try_branch(run)
            self._merge_round(first)
            if not first.writes:
                return first.flow
            self.recorder.undo(mark)
            second = self.try_branch(run)
            self._merge_round(second)
        finally:
            self.repeating -= 1
        return second.flow

    def _merge_round(self, outcome: Outcome) -> None:
        flow = Flow.NORMAL if outcome.flow is Flow.EXIT else outcome.flow
        self.merge([replace(outcome, flow=flow), Outcome(Flow.NORMAL, {})])

    # --- errors ------------------------------------------------------------------------------------

    def attempt(self, run: Callable[[], Flow]) -> tuple[Flow, list[Value]]:
        """Runs the body of a ``try``; gives its end and the errors known to be thrown inside."""
        attempt = Attempt()
        self.attempts.append(attempt)
        try:
            return run(), attempt.thrown
        finally:
            self.attempts.pop()
