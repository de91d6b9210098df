"""The whole application as a picture: one box for each stack, and what flows between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analyzer.facts.flow_model import FUNCTION, Certainty
from analyzer.facts.picture_nodes import OUTSIDE
from analyzer.model.value import references
from analyzer.picture.graph import MOST_NODES, Edge, Family, Line, Node, Picture, joined
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.facts.event_flow import EventFlow
    from analyzer.facts.flow_model import FlowNode
    from analyzer.model.application import Application
    from analyzer.model.template import Template

MOST_LONE: Final = 3
"""Stacks that nothing flows to or from; more of them are only counted."""

MOST_USERS: Final = 5
"""Arrows that only refer to one stack; more of them are told in its box."""

_TITLE: Final = "Stacks, and what flows between them"
_CAPTION: Final = (
    "Solid arrows are triggers and writes; dashed ones are the same and lead back or run only on failure. A dotted one "
    "only refers to the stack that it points to; where many do, its box says how many. What IAM would merely allow is "
    "not drawn."
)
_MORE: Final = "more"


def stack_picture(application: Application, flow: EventFlow, most: int = MOST_NODES) -> Picture:
    """At most ``most`` boxes: the stacks with most arrows by name, the others as a number. Empty where nothing flows
    between stacks, as where there is one."""
    templates = list(application.templates.values())
    flowing = joined(_flowing(flow))
    pairs = {frozenset((edge.source, edge.target)) for edge in flowing}
    referring = [edge for edge in _referring(application) if frozenset((edge.source, edge.target)) not in pairs]
    users = Counter(edge.target for edge in referring)
    edges = (*flowing, *joined(edge for edge in referring if users[edge.target] <= MOST_USERS))
    if len(templates) < 2 or not (edges or users):
        return Picture(_TITLE, "", (), ())
    outside = [node for node in flow.nodes() if node.resource is None]
    nodes = [*(_box(template, users[template.key]) for template in templates), *_outside(outside, edges)]
    kept = _kept(nodes, edges, most)
    lost = [node for node in nodes if node.id not in kept]
    if lost:
        words = "stack" if len(lost) == 1 else "stacks"
        edges = joined(_folded(edges, kept))
        kept[_MORE] = Node(_MORE, f"+{len(lost)}", words, "", Family.MORE, name=", ".join(node.name for node in lost))
    told = "; ".join(f"{kept[edge.source].name} to {kept[edge.target].name}" for edge in edges)
    return Picture(_TITLE, f"{_TITLE}: {told}.", tuple(kept.values()), edges, _CAPTION)


# --- boxes ------------------------------------------------------------------------------------------------


def _box(template: Template, users: int) -> Node:
    functions = sum(resource.type == FUNCTION for resource in template.resources.values())
    told = _count(len(template.resources), "resource")
    kind = f"{told}, {_count(functions, 'function')}" if functions else told
    hidden = users if users > MOST_USERS else 0
    return Node(template.key, template.name, kind, "", Family.STACK, name=template.name, users=hidden)


def _outside(nodes: list[FlowNode], edges: tuple[Edge, ...]) -> Iterator[Node]:
    """One box for everything that no template declares, where anything flows to or from it."""
    if any(OUTSIDE in (edge.source, edge.target) for edge in edges):
        yield Node(OUTSIDE, OUTSIDE, _count(len(nodes), "resource"), "", Family.OUTSIDE, name=OUTSIDE)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _kept(nodes: list[Node], edges: tuple[Edge, ...], most: int) -> dict[str, Node]:
    """The boxes that have names in the picture, in their order."""
    arrows = Counter(end for edge in edges for end in (edge.source, edge.target))
    lone = [node for node in nodes if not arrows[node.id] and not node.users]
    wanted = [node for node in nodes if node not in lone or len(lone) <= MOST_LONE]
    if len(wanted) == len(nodes) <= most:
        return {node.id: node for node in nodes}
    wanted.sort(key=lambda node: (node.id != OUTSIDE, not node.users, -arrows[node.id]))
    first = {node.id for node in wanted[: most - 1]}
    return {node.id: node for node in nodes if node.id in first}


def _folded(edges: tuple[Edge, ...], kept: Mapping[str, Node]) -> Iterator[Edge]:
    """The edges with the ends that are not kept moved to the one box that stands for them."""
    for edge in edges:
        source, target = (end if end in kept else _MORE for end in (edge.source, edge.target))
        if source != target:
            label = edge.label if _MORE not in (source, target) else ""
            yield replace(edge, source=source, target=target, label=label)


# --- arrows -----------------------------------------------------------------------------------------------


def _flowing(flow: EventFlow) -> Iterator[Edge]:
    """Triggers and writes from one stack to another."""
    for edge in flow.edges():
        source, target = _home(edge.source), _home(edge.target)
        if source != target and edge.certainty is not Certainty.GRANTED:
            yield Edge(source, target, edge.label, Line.DASHED if edge.on_failure else Line.PLAIN)


def _home(node: FlowNode) -> str:
    return OUTSIDE if node.resource is None else node.resource.stack


def _referring(application: Application) -> Iterator[Edge]:
    """From each stack to those whose resources it refers to, and from a stack to those nested in it."""
    for template in application.templates.values():
        used: dict[str, dict[str, None]] = {}
        for raw in _references(template.section("Resources"), _crosses(template)):
            for reference in references(template.resolver.value(raw)):
                if reference.stack not in ("", template.key) and application.resource(reference) is not None:
                    used.setdefault(reference.stack, {})[reference.logical_id] = None
        for stack, resources in used.items():
            yield Edge(template.key, stack, f"uses {_count(len(resources), 'resource')}", Line.DOTTED)
        if template.parent is not None and template.parent.stack not in used:
            yield Edge(template.parent.stack, template.key, "nested stack", Line.DOTTED)


def _crosses(template: Template) -> Callable[[str, Any], bool]:
    """Tells the intrinsic functions, by name and argument, whose value may come from another stack."""

    def crosses(name: str, argument: Any) -> bool:
        match name:
            case "Fn::ImportValue":
                return True
            case "Ref" | "Fn::Sub":
                return template.parent is not None
            case "Fn::GetAtt":
                return "Outputs." in str(argument)
            case _:
                return False

    return crosses


def _references(raw: Any, crosses: Callable[[str, Any], bool]) -> Iterator[dict[str, Any]]:
    """The outermost intrinsic functions inside ``raw`` that cross."""
    pending = [raw]
    while pending:
        here = pending.pop()
        if isinstance(here, list):
            pending += reversed(here)
        elif isinstance(here, Mapping):
            name, argument = next(iter(here.items())) if len(here) == 1 else ("", None)
            if crosses(str(name), argument):
                yield {name: argument}
            else:
                pending += reversed(list(here.values()))
