"""What a picture shows: nodes in lanes and edges between them, without any coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum

from analyzer.records import dataclass, replace

MOST_NODES = 25
"""More in one picture is unreadable on a page, whatever draws it."""


class Family(StrEnum):
    """What kind of thing a node stands for; decides the colour of its stripe."""

    COMPUTE = "compute"
    STORAGE = "storage"
    MESSAGING = "messaging"
    NETWORK = "network"
    IDENTITY = "identity"
    STACK = "stack"
    OUTSIDE = "outside"
    MORE = "more"


class Line(StrEnum):
    """How an edge is drawn: ``BLOCKED`` is a way that is wanted and not there, along ``DOTTED`` nothing moves."""

    PLAIN = "plain"
    DASHED = "dashed"
    DOTTED = "dotted"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Node:
    """One box. ``name`` is what it is called in full, ``label`` what fits into the box, ``kind`` what it is or holds;
    ``lane`` is the stack, empty for none; ``marked``: it takes part in the failure; ``users`` is how many arrows that
    only refer to it are told in the box and not drawn."""

    id: str
    label: str
    kind: str = ""
    lane: str = ""
    family: Family = Family.OUTSIDE
    marked: bool = False
    name: str = ""
    users: int = 0

    @property
    def told(self) -> str:
        """The words under the label; empty for none."""
        return f"{self.kind}; used by {self.users}" if self.users else self.kind


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow between the nodes with these ids."""

    source: str
    target: str
    label: str = ""
    line: Line = Line.PLAIN
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """``title`` names it, ``description`` says in words what it shows, for those who do not see it; ``caption`` says
    how to read it. Nodes come in the order in which they shall be looked at, lanes in that of their first nodes."""

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    caption: str = ""

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes, each once."""
        return tuple(dict.fromkeys(node.lane for node in self.nodes))


@dataclass(slots=True)
class _Group:
    labels: dict[str, None] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


MOST_LABELS = 2
MOST_LETTERS = 26
"""Of the labels of one edge together; the first stands in any case."""


def joined(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """One edge between two nodes instead of several that point the same way; the first labels stand for all."""
    groups: dict[tuple[str, str, bool], _Group] = {}
    for edge in edges:
        group = groups.setdefault((edge.source, edge.target, edge.line is Line.BLOCKED), _Group())
        group.edges.append(edge)
        if edge.label:
            group.labels[edge.label] = None
    return tuple(_one(group) for group in groups.values())


def _one(group: _Group) -> Edge:
    labels = list(group.labels)
    shown = labels[:MOST_LABELS] if len(", ".join(labels[:MOST_LABELS])) <= MOST_LETTERS else labels[:1]
    more = len(labels) - len(shown)
    told = ", ".join(shown) + (f" +{more}" if more > 0 else "")
    line = group.edges[0].line if len({edge.line for edge in group.edges}) == 1 else Line.PLAIN
    return replace(group.edges[0], label=told, line=line, marked=any(edge.marked for edge in group.edges))


def excerpt(picture: Picture, core: Sequence[str], most: int = MOST_NODES) -> Picture:
    """The nodes ``core`` and those one step from them, at most ``most``; what is left out hangs as ``+7`` on the core
    node that it belongs to."""
    kept_core = list(dict.fromkeys(core))[: most - 1]
    belongs = dict(_neighbours(picture, kept_core))
    for lost in core[len(kept_core) :]:
        belongs.setdefault(lost, kept_core[-1])
    room = most - len(kept_core)
    hop = list(belongs)
    if len(hop) > room:
        hop = hop[: max(room - len({belongs[one] for one in hop}), 0)]
    lost_from: dict[str, list[str]] = {}
    for one, owner in belongs.items():
        if one not in hop:
            lost_from.setdefault(owner, []).append(one)
    shown = {*kept_core, *hop}
    by_id = {node.id: node for node in picture.nodes}
    rest = [_more(by_id[owner], len(lost)) for owner, lost in lost_from.items()][: most - len(shown)]
    place = {one: one for one in shown}
    place |= {one: node.id for node in rest for one in lost_from[node.id.removeprefix("more ")]}
    edges = [
        replace(edge, source=place[edge.source], target=place[edge.target])
        for edge in picture.edges
        if {edge.source, edge.target} & set(kept_core) and edge.source in place and edge.target in place
    ]
    edges = [replace(edge, label="") if _leads_to_more(edge) else edge for edge in edges]
    nodes = [by_id[one] for one in dict.fromkeys([*kept_core, *(n.id for n in picture.nodes if n.id in shown)])]
    return replace(picture, nodes=(*nodes, *rest), edges=joined(edges))


def _neighbours(picture: Picture, core: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each node one step from the core with the core node that it is first met at."""
    inside, met = set(core), set(core)
    for edge in picture.edges:
        for near, far in ((edge.source, edge.target), (edge.target, edge.source)):
            if near in inside and far not in met:
                met.add(far)
                yield far, near


def _more(owner: Node, count: int) -> Node:
    return Node(f"more {owner.id}", f"+{count}", "more", owner.lane, Family.MORE, name=f"{count} more")


def _leads_to_more(edge: Edge) -> bool:
    return edge.source.startswith("more ") or edge.target.startswith("more ")


def told_apart(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes, with the full name as label where two of one lane and kind would be called the same."""
    given = list(nodes)
    seen: dict[tuple[str, str, str], int] = {}
    for node in given:
        key = node.lane, node.label, node.kind
        seen[key] = seen.get(key, 0) + 1
    return tuple(
        replace(node, label=node.name) if node.name and seen[node.lane, node.label, node.kind] > 1 else node
        for node in given
    )
