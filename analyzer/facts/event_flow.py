"""Who triggers whom and who writes where, and the loops that this makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.facts.event_messages import Emission, Message
from analyzer.facts.event_text import Comparison
from analyzer.facts.flow_actors import function_actors
from analyzer.facts.flow_model import (
    ACTORS,
    BUCKET,
    FUNCTION,
    QUEUE,
    TOPIC,
    Certainty,
    Edge,
    FlowNode,
    FlowNodes,
)
from analyzer.facts.flow_outcomes import SUCCESS, outcome_edges
from analyzer.facts.flow_search import RANKS, Component, Cycle, Level, State, Unrolled, by_source, unroll, way
from analyzer.facts.flow_services import service_edges
from analyzer.facts.flow_side_effects import SideEffects
from analyzer.facts.flow_states import state_machine_actors
from analyzer.facts.flow_targets import Targets
from analyzer.facts.flow_wires import Wires
from analyzer.facts.flow_writes import Writes
from analyzer.judgement import Evidence
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.facts.functions import Functions
    from analyzer.facts.iam import Iam
    from analyzer.facts.triggers import Triggers
    from analyzer.model.application import Application
    from analyzer.model.template import Resource
    from analyzer.model.value import Guard
    from analyzer.picture.graph import Picture

DETECTED: Final = (FUNCTION, QUEUE, TOPIC, BUCKET)
"""Services whose loops Lambda's recursive loop detection sees.
Source: AWS Lambda Developer Guide, "Use Lambda recursive loop detection" (read 2026-11-24)."""

MOST_COMPARED: Final = 64
"""Actors of one component whose loops are compared by length."""

MOST_SHOWN: Final = 12
"""Nodes of a loop that its path names; of a longer one the middle is counted."""

MOST_LOOPS: Final = 10
"""Loops shown for one strongly connected component; the functions on further ones are counted."""


@dataclass(frozen=True)
class Loop:
    """One cycle. ``edges`` begin with the write back; ``needs`` are what would decide whether it closes (empty: it
    does); ``more`` counts functions of the same component that lie on loops not shown."""

    cycle: Cycle
    more: int = 0

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges in order."""
        return self.cycle.edges

    @property
    def needs(self) -> tuple[str, ...]:
        """What would decide it."""
        allowed = (f"the value of parameter {g.name}" for g in self.cycle.guards if g.kind == "allowed")
        return tuple(dict.fromkeys([*self.cycle.needs, *allowed]))

    @cached_property
    def nodes(self) -> tuple[FlowNode, ...]:
        """The nodes in order, from the writer on."""
        return tuple(edge.source for edge in self.edges)

    @cached_property
    def subject(self) -> Resource:
        """The function that writes back; without a function the state machine that does."""
        found = [node.resource for node in self.nodes if node.resource is not None]
        return min(found, key=lambda resource: (*ACTORS, resource.type).index(resource.type))

    @property
    def related(self) -> tuple[Resource, ...]:
        """The other resources on it."""
        found = (node.resource for node in self.nodes)
        return tuple(r for r in dict.fromkeys(found) if r is not None and r is not self.subject)

    @property
    def functions(self) -> tuple[FlowNode, ...]:
        """The functions on it."""
        return tuple(node for node in self.nodes if node.type == FUNCTION)

    @property
    def path(self) -> str:
        """``Uploads bucket → Resize → Uploads bucket``, from where the write goes."""
        order = (
            [*self.nodes[1:], self.nodes[0], *self.nodes[1:2]] if len(self.nodes) > 1 else [*self.nodes, *self.nodes]
        )
        if len(order) <= MOST_SHOWN:
            return " → ".join(node.label for node in order)
        half = MOST_SHOWN // 2
        first, last = ([node.label for node in part] for part in (order[:half], order[-half:]))
        return " → ".join([*first, f"… ({len(order) - MOST_SHOWN} more) …", *last])

    def around(self, resource: Resource) -> Loop:
        """The loop itself; of a long one only the edges that lead to a resource and away from it."""
        if len(self.edges) <= MOST_SHOWN:
            return self
        touching = tuple(e for e in self.edges if resource in (e.source.resource, e.target.resource))
        return replace(self, cycle=replace(self.cycle, edges=touching))

    @property
    def undetected(self) -> tuple[FlowNode, ...]:
        """The nodes because of which Lambda's recursive loop detection does not see the loop."""
        return tuple(node for node in dict.fromkeys(self.nodes) if node.type not in DETECTED)

    @property
    def certainty(self) -> Certainty:
        """That of its weakest edge."""
        return min(edge.certainty for edge in self.edges)

    @property
    def likely(self) -> bool:
        """Whether the parameters' defaults do not speak against it."""
        return all(guard.likely is not False for guard in self.cycle.guards)

    @property
    def where(self) -> str:
        """Which conditions select it, for the end of a message."""
        held = [str(guard) for guard in self.cycle.guards if guard.kind != "allowed"]
        return f" where {' and '.join(held)}" if held else ""

    @property
    def on_failure(self) -> bool:
        """Whether it only turns while something on it fails."""
        return any(edge.on_failure for edge in self.edges)

    @property
    def by_destination(self) -> bool:
        """Whether what leads back is a destination or dead-letter queue of its only function."""
        first = self.edges[0]
        return len(self.functions) == 1 and first.source.type == FUNCTION and _is_outcome(first)

    def proof(self) -> tuple[Evidence, ...]:
        """The evidence of each edge, in order."""
        return tuple(dict.fromkeys(evidence for edge in self.edges for evidence in edge.evidence))


def _is_outcome(edge: Edge) -> bool:
    return bool(edge.after)


class EventFlow:
    """The event-flow graph of an application."""

    def __init__(self, application: Application, functions: Functions, iam: Iam, triggers: Triggers) -> None:
        self._application = application
        self._functions = functions
        self._iam = iam
        self._triggers = triggers
        self._nodes = FlowNodes(application)
        self._compare = Comparison(application.names)

    @cached_property
    def _edges(self) -> tuple[Edge, ...]:
        wires = Wires(self._triggers, self._nodes)
        declared = [*wires.edges(), *service_edges(wires)]
        outcomes = list(outcome_edges(wires))
        actors = [
            *function_actors(self._application, self._functions, self._nodes),
            *state_machine_actors(self._application, self._nodes),
        ]
        targets = Targets(self._application, self._functions, self._nodes, declared, actors)
        writes = Writes(self._application, self._iam, self._nodes, targets, self._compare)
        listened = any(edge.source == self._nodes.default_bus for edge in declared)
        groups = tuple(targets.candidates("log_group"))
        beside = SideEffects(self._application, self._nodes, self._compare, groups, listened)
        sent = (edge for actor in actors for part in (writes, beside) for edge in part.edges(actor))
        return (*declared, *outcomes, *sent)

    def edges(self) -> tuple[Edge, ...]:
        """Every edge, wires first, in the order of the templates."""
        return self._edges

    def nodes(self) -> tuple[FlowNode, ...]:
        """Every node that an edge touches, in the order of the edges."""
        return tuple(dict.fromkeys(node for edge in self._edges for node in (edge.source, edge.target)))

    def leaving(self, resource: Resource) -> tuple[Edge, ...]:
        """The edges that start at a resource."""
        node = self._nodes.of(resource)
        return tuple(edge for edge in self._edges if edge.source == node)

    @cached_property
    def _unrolled(self) -> Unrolled:
        return unroll(self._edges, self._compare)

    @property
    def limit(self) -> str:
        """Why not everything could be searched; empty where it was."""
        return "an application with fewer ways for events to take" if self._unrolled.truncated else ""

    @cached_property
    def _loops(self) -> tuple[Loop, ...]:
        covered: set[FlowNode] = set()
        found: list[Loop] = []
        for rank in range(RANKS):
            level = Level(self._unrolled, rank, self._can_hold)
            for component in level.components:
                found += _covering(level, component, covered)
        return tuple(found)

    def _can_hold(self, guards: tuple[Guard, ...]) -> bool:
        """Whether the guards do not exclude each other, in each stack by itself."""
        by_stack: dict[str, list[Guard]] = {}
        for guard in guards:
            by_stack.setdefault(guard.stack, []).append(guard)
        templates = self._application.templates
        return all(templates[stack].conditions.consistent(own) for stack, own in by_stack.items() if stack in templates)

    def loops(self) -> tuple[Loop, ...]:
        """Shortest loops until every function on a loop is on one of them, the surest first.

        Loops without ``needs`` close; the others close if what they need turns out so.
        """
        return self._loops

    def picture(self, edges: Sequence[Edge], path: str) -> Picture:
        """The edges of a loop or of a way back, and what is around them."""
        from analyzer.facts.event_picture import loop_picture

        return loop_picture(self, edges, path)

    def loops_of(self, resource: Resource) -> tuple[Loop, ...]:
        """The loops found that a resource lies on."""
        return tuple(self._loops_by_node.get(self._nodes.of(resource), ()))

    @cached_property
    def _loops_by_node(self) -> dict[FlowNode, list[Loop]]:
        found: dict[FlowNode, list[Loop]] = {}
        for loop in self._loops:
            for node in dict.fromkeys(loop.nodes):
                found.setdefault(node, []).append(loop)
        return found

    def with_outcomes(self) -> tuple[Resource, ...]:
        """The functions whose outcome, or what they fail on, is sent somewhere."""
        redriven = {edge.source for edge in self._edges if edge.on_failure and edge.source.type == QUEUE}
        sending = [edge.source for edge in self._edges if edge.writes and _is_outcome(edge)]
        polling = [edge.target for edge in self._edges if edge.source in redriven and edge.target.type == FUNCTION]
        found = (node.resource for node in dict.fromkeys([*sending, *polling]))
        return tuple(resource for resource in found if resource is not None)

    def comebacks(self) -> tuple[Comeback, ...]:
        """Where what a function failed on, or did, comes back to it: destinations and dead-letter queues."""
        wires = by_source(edge for edge in self._edges if not edge.writes)
        found = [
            Comeback(edge.source.resource, edge.source, (edge, *back.edges), back.needs)
            for edge in self._edges
            if edge.writes and _is_outcome(edge) and edge.source.resource is not None
            for back in way(State(edge, edge.emission), edge.source, wires, self._compare)
        ]
        redrives = (edge for edge in self._edges if not edge.writes and edge.on_failure and edge.source.type == QUEUE)
        for redrive in redrives:
            for polled in (edge for edge in wires[redrive.source] if edge.target.type == FUNCTION):
                back = way(State(redrive, Emission(Message())), polled.target, wires, self._compare)
                function = polled.target.resource
                found += [
                    Comeback(function, polled.target, (polled, redrive, *walk.edges), walk.needs)
                    for walk in back
                    if function
                ]
        return tuple(found)


def _cycles(level: Level, component: Component, covered: set[FlowNode]) -> Iterator[tuple[FlowNode, Cycle]]:
    """A cycle through each function of a component (through each actor where there is none), shortest first; in a
    component of very many as they come, as each asks for a search of its own."""
    sources = [node for node in component.writes if node not in covered]
    nodes = [node for node in sources if node.type == FUNCTION] or sources
    found = (
        (node, cycle) for node in nodes if node not in covered and (cycle := level.cycle(component, node)) is not None
    )
    yield from found if len(nodes) > MOST_COMPARED else sorted(found, key=lambda pair: len(pair[1].edges))


@dataclass(frozen=True, slots=True)
class Comeback:
    """A way from an outcome of the function ``subject`` back to it; ``needs`` are what would decide if it is open."""

    subject: Resource
    function: FlowNode
    edges: tuple[Edge, ...]
    needs: tuple[str, ...]

    @property
    def by(self) -> Edge:
        """The edge that sends the outcome away: the destination or the dead-letter queue."""
        return next(edge for edge in self.edges if edge.on_failure or edge.writes)

    @property
    def endless(self) -> bool:
        """Whether it goes round by itself: a failure fails again; a success only where it starts a run of that kind."""
        return self.by.label != SUCCESS or self.edges[-1].by in ("", self.by.after)

    @property
    def between(self) -> tuple[FlowNode, ...]:
        """The nodes on the way from where the outcome goes, to the function."""
        start = self.edges.index(self.by)
        return tuple(edge.target for edge in self.edges[start:])

    @property
    def related(self) -> tuple[Resource, ...]:
        """The other resources on the way."""
        found = (node.resource for edge in self.edges for node in (edge.source, edge.target))
        return tuple(r for r in dict.fromkeys(found) if r is not None and r is not self.subject)

    def proof(self) -> tuple[Evidence, ...]:
        """The evidence of each edge, in order."""
        return tuple(evidence for edge in self.edges for evidence in edge.evidence)


def _covering(level: Level, component: list[int], covered: set[FlowNode]) -> Iterator[Loop]:
    """Shortest cycles of a component until every function not yet covered is, ten at most; actors without one too."""
    chosen: list[Cycle] = []
    left = 0
    for node, cycle in _cycles(level, level.component(component), covered):
        if node in covered:
            continue
        if len(chosen) >= MOST_LOOPS:
            left += 1
            covered.add(node)
            continue
        chosen.append(cycle)
        covered.update(edge.source for edge in cycle.edges)
    for number, cycle in enumerate(chosen):
        yield Loop(cycle, left if number == len(chosen) - 1 else 0)
