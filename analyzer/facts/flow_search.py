"""Looks for loops: the event-flow graph unrolled by what is sent along it.

A state is an edge together with what travels on it, so that a filter is asked about what was really written further
up. What a function or state machine receives is remembered only as far as its own writes depend on it (the key of an
S3 object), which keeps the states few. States are numbered in the order in which they are reached.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Final

from analyzer.facts.event_messages import WRITER, Emission, trimmed
from analyzer.facts.event_text import Comparison
from analyzer.facts.flow_model import Certainty, Edge, FlowNode, together
from analyzer.facts.flow_tests import Guard, guard
from analyzer.facts.graph import cyclic
from analyzer.model.value import Guard as Selection
from analyzer.records import dataclass

MOST_STATES: Final = 20_000
MOST_STEPS: Final = 200_000
"""States and steps beyond these are not followed; the search says so in ``truncated``."""
MOST_RETRIES: Final = 12

Holds = Callable[[tuple[Selection, ...]], bool]
"""Whether what selects alternatives can all hold at once."""

Leaving = Mapping[FlowNode, list[Edge]]


@dataclass(frozen=True, slots=True)
class State:
    """An edge and what travels on it: what is written, or what arrives at the end of a wire."""

    edge: Edge
    emission: Emission


@dataclass(frozen=True, slots=True)
class Step:
    """One transition to the state with number ``target``.

    ``needs`` is empty where it is certain that what is sent passes. ``guarded``: a test in the code may hold the write
    back. ``rank`` says how weak the step is: 0 proved, 1 behind a guard in the code or only on failure, 2 by rights
    alone, 3 undecided.
    """

    target: int
    needs: str = ""
    guarded: bool = False
    rank: int = 0


RANKS: Final = 4


@dataclass(slots=True)
class Unrolled:
    """The states that can be reached, and the steps that leave each."""

    states: list[State] = field(default_factory=list)
    steps: list[list[Step]] = field(default_factory=list)
    truncated: bool = False


class _Unrolling:
    """Follows what is written until it meets an actor, and on from there."""

    def __init__(self, leaving: Leaving, compare: Comparison) -> None:
        self._compare = compare
        self._numbers: dict[State, int] = {}
        self._by_source = leaving
        self.found = Unrolled()

    def run(self, starts: Iterable[State], goal: FlowNode | None = None) -> Unrolled:
        """Everything that can be reached from ``starts``; with a ``goal`` only over wires, up to it."""
        for start in starts:
            self._number(start)
        steps = number = 0
        while number < len(self.found.states):
            state = self.found.states[number]
            leaving = [] if goal is not None and (number and state.edge.target.is_actor) else self._leaving(state)
            followed = list(leaving) if steps < MOST_STEPS else []
            self.found.truncated |= steps >= MOST_STEPS
            self.found.steps.append(followed)
            steps += len(followed)
            number += 1
        return self.found

    def _number(self, state: State) -> int | None:
        """The state's number; None where there are too many."""
        if state not in self._numbers:
            if len(self._numbers) >= MOST_STATES:
                self.found.truncated = True
                return None
            self._numbers[state] = len(self.found.states)
            self.found.states.append(state)
        return self._numbers[state]

    def _leaving(self, state: State) -> Iterator[Step]:
        for edge in self._by_source.get(state.edge.target, ()):
            reached = self._write(state, edge) if edge.writes else self._wire(state, edge)
            number = self._number(reached[0]) if reached is not None else None
            if reached is not None and number is not None:
                _, needs, guarded = reached
                yield Step(number, needs, guarded, _rank(state.edge, edge, needs, guarded))

    def _write(self, state: State, edge: Edge) -> tuple[State, str, bool] | None:
        if edge.after and state.edge.by and edge.after != state.edge.by:
            return None
        held = guard(edge.tests, state.emission, state.edge.source.type, self._compare)
        if held is Guard.STOPS:
            return None
        return State(edge, edge.emission.filled(state.emission.key)), edge.needs, held is Guard.SEEN

    def _wire(self, state: State, edge: Edge) -> tuple[State, str, bool] | None:
        admission = edge.passage.admit(state.emission, self._compare)
        if admission.passes is False:
            return None
        needs = "" if admission.passes else (admission.needs or f"what {WRITER} sends")
        return State(edge, trimmed(admission.emission)), needs or edge.needs, False


def by_source(edges: Iterable[Edge]) -> Leaving:
    """The edges that leave each node, in their order."""
    found: dict[FlowNode, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return found


def unroll(edges: Iterable[Edge], compare: Comparison) -> Unrolled:
    """Follow what every actor writes until it meets another actor, and on from there."""
    leaving = by_source(edges)
    written = (edge for out in leaving.values() for edge in out if edge.writes)
    return _Unrolling(leaving, compare).run(State(edge, edge.emission.filled(None)) for edge in written)


def _rank(before: Edge, edge: Edge, needs: str, guarded: bool) -> int:
    edges = (before, edge)
    if needs or before.needs or any(selected.kind == "allowed" for one in edges for selected in one.guards):
        return 3
    if any(one.certainty is Certainty.GRANTED for one in edges):
        return 2
    return 1 if guarded or any(one.on_failure for one in edges) else 0


# --- ways over wires ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """Wires one after another, and what would decide whether what is sent passes them."""

    edges: tuple[Edge, ...]
    needs: tuple[str, ...]


def way(start: State, goal: FlowNode, wires: Leaving, compare: Comparison) -> list[Way]:
    """A shortest way over ``wires`` (by their source) alone from the end of ``start`` to ``goal``; none or one."""
    unrolled = _Unrolling(wires, compare).run([start], goal)
    ends = {n for n, state in enumerate(unrolled.states) if n and state.edge.target == goal}
    path = _shortest(unrolled.steps, 0, ends, set())
    if path is None:
        return []
    edges = tuple(unrolled.states[step.target].edge for step in path)
    return [Way(edges, tuple(_needs(start.edge, unrolled, path)))]


def _shortest(
    steps: list[list[Step]], start: int, goals: set[int], banned: set[int], longest: int | None = None
) -> list[Step] | None:
    """A shortest path of at least one step from ``start`` to one of ``goals``, of at most ``longest`` steps."""
    before: dict[int, tuple[int, Step]] = {}
    queue = deque([(start, 1)])
    while queue:
        number, length = queue.popleft()
        if longest is not None and length > longest:
            return None
        for step in steps[number]:
            if step.target in goals:
                return [*_traced(before, start, number), step]
            if step.target not in before and step.target not in banned and step.target != start:
                before[step.target] = (number, step)
                queue.append((step.target, length + 1))
    return None


def _traced(before: dict[int, tuple[int, Step]], start: int, end: int) -> list[Step]:
    path: list[Step] = []
    while end != start:
        end, step = before[end]
        path.append(step)
    return path[::-1]


def _needs(writer: Edge, unrolled: Unrolled, path: list[Step]) -> Iterator[str]:
    """What would decide the steps of a path, each once, with the writer whose message is in question."""
    told: set[str] = set()
    for step in path:
        needs = step.needs
        if WRITER in needs and writer.certainty is Certainty.GRANTED:
            needs = f"code of {WRITER} that can be read"
        needs = needs.replace(WRITER, writer.source.label)
        if needs and needs not in told:
            told.add(needs)
            yield needs
        edge = unrolled.states[step.target].edge
        writer = edge if edge.writes else writer


# --- cycles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cycle:
    """A closed walk of edges, beginning with a write, with what would decide its steps (empty where nothing is open).

    ``guards`` select the alternatives in which it closes; ``guarded``: a test in the code may stop it.
    """

    edges: tuple[Edge, ...]
    needs: tuple[str, ...]
    guards: tuple[Selection, ...]
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """States that lie on cycles with each other: the ``writes`` of each actor among them, in the order of the states,
    and the states ``outside`` to which a step leads."""

    writes: dict[FlowNode, list[int]]
    outside: frozenset[int]


class Level:
    """The graph of the steps up to one rank. ``components`` are the groups of states that lie on cycles."""

    def __init__(self, unrolled: Unrolled, rank: int, holds: Holds) -> None:
        self._unrolled = unrolled
        self._holds = holds
        self._steps = [[step for step in steps if step.rank <= rank] for steps in unrolled.steps]
        self.components = cyclic({n: [step.target for step in steps] for n, steps in enumerate(self._steps)})

    def component(self, numbers: list[int]) -> Component:
        """The component made of these states."""
        writes: dict[FlowNode, list[int]] = {}
        for number in sorted(numbers):
            edge = self._unrolled.states[number].edge
            if edge.writes:
                writes.setdefault(edge.source, []).append(number)
        reached = {step.target for number in numbers for step in self._steps[number]}
        return Component(writes, frozenset(reached.difference(numbers)))

    def cycle(self, component: Component, node: FlowNode) -> Cycle | None:
        """A shortest cycle of the component through a write of ``node`` whose guards can hold together."""
        best: Cycle | None = None
        for start in component.writes[node]:
            found = self._through(start, component.outside, len(best.edges) - 1 if best is not None else None)
            best = found if found is not None else best
        return best

    def _through(self, start: int, outside: frozenset[int], longest: int | None) -> Cycle | None:
        banned = set(outside)
        for _ in range(MOST_RETRIES):
            path = _shortest(self._steps, start, {start}, banned, longest)
            if path is None:
                return None
            numbers = [start, *(step.target for step in path[:-1])]
            edges = tuple(self._unrolled.states[number].edge for number in numbers)
            guards = together(*(edge.guards for edge in edges))
            if guards is not None and self._holds(guards):
                needs = tuple(_needs(edges[0], self._unrolled, path))
                return Cycle(edges, needs, guards, any(step.guarded for step in path))
            guarded = [number for number, edge in zip(numbers, edges, strict=True) if edge.guards and number != start]
            if not guarded:
                return None
            banned.add(guarded[-1])
        return None
