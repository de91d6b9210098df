"""Running code that only some runs reach, with its conditions and the event fields that it may rely on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Flow, Frame, Machine, Outcome
from analyzer.code.js_members import resolve
from analyzer.code.js_values import UNDEFINED, Option, Value, join
from analyzer.code.program import CodeValue, Condition

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CONDITIONS = 24

Paths = Sequence[tuple[str, ...]]


def under(
    frame: Frame, tests: tuple[CodeValue, ...], paths: Paths, outcome: bool, run: Callable[[], Flow]
) -> tuple[Flow, list[CodeValue]]:
    """Runs a branch under ``tests``, of which the last had the ``outcome``.

    Gives its end, and the conditions that hold on afterwards because the branch, or one inside it, may have left
    the function or its loop. ``frame.path`` is left as it is at the branch's end.
    """
    mark, guards = len(frame.conditions), len(frame.guards)
    add_conditions(frame, tests)
    own = len(frame.conditions)
    frame.guards.extend(paths)
    if tests and len(frame.path) < MAX_CONDITIONS:
        frame.path = (*frame.path, Condition(tests[-1], outcome))
    flow = run()
    inner = frame.conditions[own:]
    lasting = [*frame.conditions[mark:own], *inner] if inner or flow is not Flow.NORMAL else []
    del frame.conditions[mark:], frame.guards[guards:]
    return flow, lasting


class Fork:
    """Branches that start from one state, and the state behind them."""

    def __init__(self, machine: Machine, frame: Frame) -> None:
        self._machine, self._frame, self._before = machine, frame, frame.path
        self._outcomes: list[Outcome] = []
        self._onward: list[tuple[Condition, ...]] = []
        self.lasting: list[CodeValue] = []

    def run(
        self,
        tests: tuple[CodeValue, ...],
        paths: Paths,
        outcome: bool,
        body: Callable[[], Flow],
        hangs_on: tuple[CodeValue, ...] = (),
    ) -> None:
        """Runs one branch; ``hangs_on`` is what its writes depend on, by default the tests."""

        def one() -> Flow:
            flow, kept = under(self._frame, tests, paths, outcome, body)
            self.lasting.extend(kept)
            return flow

        ended = self._machine.try_branch(one, hangs_on or tests)
        self._outcomes.append(ended)
        if ended.flow is Flow.NORMAL:
            self._onward.append(self._frame.path)
        self._frame.path = self._before

    def join(self) -> Flow:
        """Joins what the branches wrote. Where only one of them goes on, its tests are known behind it."""
        add_conditions(self._frame, self.lasting)
        if len(self._onward) == 1:
            self._frame.path = self._onward[0]
        return self._machine.merge(self._outcomes)


def contained(frame: Frame, run: Callable[[], Flow]) -> Flow:
    """Runs a loop: what decided whether a round went on does not matter behind it, unless it left the function."""
    path, conditions, guards = frame.path, len(frame.conditions), len(frame.guards)
    exits = len(frame.returns) + len(frame.thrown_on)
    flow = run()
    frame.path = path
    if len(frame.returns) + len(frame.thrown_on) == exits:
        del frame.conditions[conditions:], frame.guards[guards:]
    return flow


def add_conditions(frame: Frame, tests: Sequence[CodeValue]) -> None:
    """Adds what the rest of the function hangs on, each value once."""
    for value in tests:
        if len(frame.conditions) - frame.inherited >= MAX_CONDITIONS:
            return
        if value not in frame.conditions:
            frame.conditions.append(value)


def branch_value(
    machine: Machine, node: Node, frame: Frame, tests: tuple[CodeValue, ...], paths: Paths, outcome: bool
) -> tuple[Value, Outcome]:
    """The value of an expression that only some runs evaluate; its writes are in the outcome."""
    found: list[Value] = []
    before = frame.path

    def run() -> Flow:
        found.append(resolve(machine.evaluate(node, frame)))
        return Flow.NORMAL

    def guarded() -> Flow:
        flow, lasting = under(frame, tests, paths, outcome, run)
        add_conditions(frame, lasting)
        return flow

    ended = machine.try_branch(guarded, tests)
    frame.path = before
    return (found[0] if found else UNDEFINED), ended


def either_value(
    machine: Machine, branches: tuple[Node, Node], frame: Frame, tests: tuple[CodeValue, ...], paths: Paths
) -> Value:
    """The value of a ternary expression: one of its branches."""
    yes = branch_value(machine, branches[0], frame, tests, paths, True)
    no = branch_value(machine, branches[1], frame, tests, paths, False)
    machine.merge([yes[1], no[1]])
    return join((Option(yes[0], tests), Option(no[0], tests)))


def maybe_value(
    machine: Machine, node: Node, frame: Frame, tests: tuple[CodeValue, ...], paths: Paths, outcome: bool
) -> Value:
    """The value of an expression that some runs skip, such as the right side of ``&&``."""
    value, ended = branch_value(machine, node, frame, tests, paths, outcome)
    machine.merge([ended, Outcome(Flow.NORMAL, {}, tests)])
    return value
