"""Running code that only some runs reach, with its conditions and the event fields that it may rely on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Flow, Frame, Machine, Outcome
from analyzer.code.js_members import resolve
from analyzer.code.js_values import UNDEFINED, Option, Value, join
from analyzer.code.program import CodeValue

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CONDITIONS = 24

Paths = Sequence[tuple[str, ...]]


def under(
    frame: Frame, tests: tuple[CodeValue, ...], paths: Paths, run: Callable[[], Flow]
) -> tuple[Flow, list[CodeValue]]:
    """Runs a branch under ``tests``.

    Gives its end, and the conditions that hold on afterwards because the branch, or one inside it, may have left
    the function.
    """
    mark, guards = len(frame.conditions), len(frame.guards)
    add_conditions(frame, tests)
    own = len(frame.conditions)
    frame.guards.extend(paths)
    flow = run()
    inner = frame.conditions[own:]
    lasting = [*frame.conditions[mark:own], *inner] if inner or flow is Flow.EXIT else []
    del frame.conditions[mark:], frame.guards[guards:]
    return flow, lasting


def add_conditions(frame: Frame, tests: Sequence[CodeValue]) -> None:
    """Adds what the rest of the function hangs on, each value once."""
    for value in tests:
        if len(frame.conditions) - frame.inherited >= MAX_CONDITIONS:
            return
        if value not in frame.conditions:
            frame.conditions.append(value)


def branch_value(
    machine: Machine, node: Node, frame: Frame, tests: tuple[CodeValue, ...], paths: Paths
) -> tuple[Value, Outcome]:
    """The value of an expression that only some runs evaluate; its writes are in the outcome."""
    found: list[Value] = []

    def run() -> Flow:
        found.append(resolve(machine.evaluate(node, frame)))
        return Flow.NORMAL

    def guarded() -> Flow:
        flow, lasting = under(frame, tests, paths, run)
        add_conditions(frame, lasting)
        return flow

    outcome = machine.try_branch(guarded, tests)
    return (found[0] if found else UNDEFINED), outcome


def either_value(
    machine: Machine, branches: Sequence[Node], frame: Frame, tests: tuple[CodeValue, ...], paths: Paths
) -> Value:
    """The value of a ternary expression: one of its branches."""
    results = [branch_value(machine, branch, frame, tests, paths) for branch in branches]
    machine.merge([outcome for _, outcome in results])
    return join(Option(value, tests) for value, _ in results)


def maybe_value(machine: Machine, node: Node, frame: Frame, tests: tuple[CodeValue, ...], paths: Paths) -> Value:
    """The value of an expression that some runs skip, such as the right side of ``&&``."""
    value, outcome = branch_value(machine, node, frame, tests, paths)
    machine.merge([outcome, Outcome(Flow.NORMAL, {}, tests)])
    return value
