"""Looks for loops: the event-flow graph unrolled by what is sent along it.

A state is an edge together with what travels on it, so that a filter is asked about what was really written further
up. What a function or state machine receives is remembered only as far as its own writes depend on it (the key of an
S3 object), which keeps the states few.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from analyzer.facts.event_messages import WRITER, Emission, trimmed
from analyzer.facts.event_text import Comparison
from analyzer.facts.flow_model import Edge, FlowNode, together
from analyzer.facts.flow_tests import Guard, guard
from analyzer.facts.graph import cyclic
from analyzer.model.value import Guard as Selection

MOST_STATES: Final = 20_000
"""States beyond this are not followed; the search says so in ``truncated``."""
MOST_RETRIES: Final = 12


@dataclass(frozen=True, slots=True)
class State:
    """An edge and what travels on it; ``arrived`` for a wire is what comes out at its end."""

    edge: Edge
    emission: Emission

    def __repr__(self) -> str:
        return f"<{self.edge!r}>"


@dataclass(frozen=True, slots=True)
class Step:
    """One transition. ``needs`` is empty where it is certain that what is sent passes; ``guarded``: a test in the code
    may hold the write back."""

    state: State
    needs: str = ""
    guarded: bool = False


@dataclass(slots=True)
class Unrolled:
    """The states that can be reached, each with its successors."""

    successors: dict[State, list[Step]] = field(default_factory=dict)
    truncated: bool = False


def unroll(edges: Iterable[Edge], compare: Comparison) -> Unrolled:
    """Follow what every actor writes until it meets another actor, and on from there."""
    leaving: dict[FlowNode, list[Edge]] = {}
    for edge in edges:
        leaving.setdefault(edge.source, []).append(edge)
    unrolled = Unrolled()
    pending = deque(State(edge, edge.emission.filled(None)) for out in leaving.values() for edge in out if edge.writes)
    seen = set(pending)
    while pending:
        state = pending.popleft()
        unrolled.successors[state] = steps = list(_steps(state, leaving, compare))
        for step in steps:
            if step.state in seen:
                continue
            if len(seen) >= MOST_STATES:
                unrolled.truncated = True
                continue
            seen.add(step.state)
            pending.append(step.state)
    return unrolled


def _steps(state: State, leaving: dict[FlowNode, list[Edge]], compare: Comparison) -> Iterator[Step]:
    node = state.edge.target
    for edge in leaving.get(node, ()):
        if edge.writes:
            if edge.after and state.edge.by and edge.after != state.edge.by:
                continue
            held = guard(edge.tests, state.emission, state.edge.source.type, compare)
            if held is not Guard.STOPS:
                sent = edge.emission.filled(state.emission.key)
                yield Step(State(edge, sent), edge.needs, held is Guard.SEEN)
            continue
        admission = edge.passage.admit(state.emission, compare)
        if admission.passes is False:
            continue
        needs = "" if admission.passes else (admission.needs or f"what {WRITER} sends")
        yield Step(State(edge, trimmed(admission.emission)), needs or edge.needs)


@dataclass(frozen=True, slots=True)
class Way:
    """Wires one after another, and what would decide whether what is sent passes them."""

    edges: tuple[Edge, ...]
    needs: tuple[str, ...]


def way(start: State, goal: FlowNode, wires: Iterable[Edge], compare: Comparison) -> list[Way]:
    """A shortest way over wires alone from the end of ``start`` to ``goal``; none or one."""
    leaving: dict[FlowNode, list[Edge]] = {}
    for edge in wires:
        leaving.setdefault(edge.source, []).append(edge)
    before: dict[State, tuple[State, Step]] = {}
    queue = deque([start])
    while queue and len(before) < MOST_STATES:
        state = queue.popleft()
        if state.edge.target == goal and state is not start:
            path = trace(before, start, state)
            return [Way(tuple(step.state.edge for step in path), tuple(_needs(start, path)))]
        if state.edge.target.is_actor:
            continue
        for step in _steps(state, leaving, compare):
            if step.state not in before and step.state != start:
                before[step.state] = (state, step)
                queue.append(step.state)
    return []


def trace(before: dict[State, tuple[State, Step]], start: State, end: State) -> list[Step]:
    """The steps that led from ``start`` to ``end``."""
    path: list[Step] = []
    while end != start:
        end, step = before[end]
        path.append(step)
    return path[::-1]


# --- cycles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cycle:
    """A closed walk of edges, with what would decide each step (empty where nothing is open).

    ``guards`` select the alternatives in which it closes; ``guarded``: a test in the code may stop it.
    """

    states: tuple[State, ...]
    needs: tuple[str, ...]
    guards: tuple[Selection, ...]
    guarded: bool = False

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges in order, beginning with a write."""
        return tuple(state.edge for state in self.states)


Holds = Callable[[tuple[Selection, ...]], bool]
"""Whether what selects alternatives can all hold at once."""


class Search:
    """Shortest cycles in an unrolled graph, under ever weaker demands on its edges."""

    def __init__(self, unrolled: Unrolled, holds: Holds) -> None:
        self._all = unrolled.successors
        self._holds = holds

    def within(self, level: int) -> Level:
        """The graph of the steps that meet the demands of ``level``."""
        kept = {state: [s for s in steps if rank(state, s) <= level] for state, steps in self._all.items()}
        return Level(kept, self._holds)


def _needs(start: State, path: list[Step]) -> Iterator[str]:
    """What would decide the steps of a path, each with the writer whose message is in question."""
    writer = start.edge.source
    for step in path:
        if step.needs:
            yield step.needs.replace(WRITER, writer.label)
        if step.state.edge.writes:
            writer = step.state.edge.source


RANKS: Final = 4


def rank(state: State, step: Step) -> int:
    """How weak a step is: 0 proved, 1 behind a guard in the code or only on failure, 2 rights alone, 3 undecided."""
    edges = (state.edge, step.state.edge)
    if step.needs or state.edge.needs or any(g.kind == "allowed" for edge in edges for g in edge.guards):
        return 3
    if any(edge.certainty == 0 for edge in edges):
        return 2
    return 1 if step.guarded or any(edge.on_failure for edge in edges) else 0


class Level:
    """One graph to search."""

    def __init__(self, steps: dict[State, list[Step]], holds: Holds) -> None:
        self._steps = steps
        self._holds = holds
        plain = {state: [step.state for step in out] for state, out in steps.items()}
        self.components = cyclic(plain)

    def cycle(self, component: list[State], node: FlowNode) -> Cycle | None:
        """A shortest cycle of the component through a write of ``node`` whose guards can hold together."""
        starts = [state for state in component if state.edge.source == node and state.edge.writes]
        best: Cycle | None = None
        for start in starts:
            found = self._through(start, frozenset(component))
            if found is not None and (best is None or len(found.states) < len(best.states)):
                best = found
        return best

    def _through(self, start: State, members: frozenset[State]) -> Cycle | None:
        banned: set[State] = set()
        for _ in range(MOST_RETRIES):
            path = self._shortest(start, members, banned)
            if path is None:
                return None
            guards = together(*(step.state.edge.guards for step in path))
            if guards is not None and self._holds(guards):
                states = (start, *(step.state for step in path[:-1]))
                return Cycle(states, tuple(_needs(start, path)), guards, any(step.guarded for step in path))
            guarded = [step.state for step in path if step.state.edge.guards and step.state != start]
            if not guarded:
                return None
            banned.add(guarded[-1])
        return None

    def _shortest(self, start: State, members: frozenset[State], banned: set[State]) -> list[Step] | None:
        before: dict[State, tuple[State, Step]] = {}
        queue = deque([start])
        while queue:
            state = queue.popleft()
            for step in self._steps.get(state, ()):
                if step.state == start:
                    return [*trace(before, start, state), step]
                if step.state in members and step.state not in before and step.state not in banned:
                    before[step.state] = (state, step)
                    queue.append(step.state)
        return None
