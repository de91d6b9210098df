"""The event flow as a picture: all of it, one stack, what a function takes part in, or a loop with what is around."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analyzer.facts.flow_model import Certainty
from analyzer.facts.picture_nodes import OUTSIDE, kind_of, node_of
from analyzer.picture import graph
from analyzer.picture.graph import Line, Picture, excerpt, joined, told_apart
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.facts import flow_model
    from analyzer.facts.event_flow import EventFlow
    from analyzer.facts.flow_model import FlowNode
    from analyzer.model.template import Resource

_HOW = "Solid arrows are triggers and writes; dashed ones run on failure, lead back, or are only allowed by IAM."


def event_picture(flow: EventFlow, title: str = "Event flow") -> Picture:
    """Every node and edge of an application."""
    return _picture(flow.nodes(), flow.edges(), title, f"{title}: who triggers whom and who writes where.", ())


def loop_picture(flow: EventFlow, edges: Sequence[flow_model.Edge], path: str) -> Picture:
    """The edges of a loop, marked, and what is one step from it; not what IAM would merely allow."""
    on_it = {id(edge) for edge in edges}
    told = [edge for edge in flow.edges() if edge.certainty is not Certainty.GRANTED or id(edge) in on_it]
    whole = _picture(flow.nodes(), told, f"Event loop: {path}", f"The loop, marked: {path}.", edges)
    core = [edge.source.key for edge in _from_the_trigger(edges)]
    return excerpt(whole, core)


def _from_the_trigger(edges: Sequence[flow_model.Edge]) -> Sequence[flow_model.Edge]:
    """The edges of a loop, beginning after the write back: so the write is drawn as what leads back."""
    return [*edges[1:], *edges[:1]]


def _picture(
    known: Sequence[FlowNode],
    edges: Sequence[flow_model.Edge],
    title: str,
    description: str,
    marked: Sequence[flow_model.Edge],
) -> Picture:
    on_it = {id(edge) for edge in marked}
    touched = {node for edge in marked for node in (edge.source, edge.target)}
    first = [edge.source for edge in _from_the_trigger(marked)]
    nodes = [_node(node, marked=node in touched) for node in dict.fromkeys([*first, *known])]
    caption = f"Thick and red: the loop. {_HOW}" if marked else _HOW
    drawn = joined(_edge(edge, id(edge) in on_it) for edge in edges)
    return Picture(title, description, told_apart(nodes), drawn, caption)


def _node(node: FlowNode, *, marked: bool) -> graph.Node:
    if node.resource is not None:
        drawn = node_of(node.resource, marked=marked)
        return graph.Node(node.key, drawn.label, drawn.kind, drawn.lane, drawn.family, marked, drawn.name)
    kind, family = kind_of(node.type)
    return graph.Node(node.key, node.name, kind, OUTSIDE, family, marked, node.name)


def _edge(edge: flow_model.Edge, marked: bool) -> graph.Edge:
    doubtful = edge.on_failure or edge.certainty is Certainty.GRANTED
    label = f"may {edge.label}" if edge.certainty is Certainty.GRANTED else edge.label
    return graph.Edge(edge.source.key, edge.target.key, label, Line.DASHED if doubtful else Line.PLAIN, marked)


def around(flow: EventFlow, resources: Iterable[Resource]) -> Picture:
    """What these resources take part in: they, what leads to them and what they lead to."""
    whole, wanted = event_picture(flow), set(resources)
    core = [node.key for node in flow.nodes() if node.resource in wanted]
    if not core:
        return replace(whole, nodes=(), edges=())
    return excerpt(whole, core, most=len(whole.nodes) + 1)
