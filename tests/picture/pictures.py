"""Pictures for tests, written short: ``a>b`` is an arrow, ``a@Lane`` a node in a lane."""

from __future__ import annotations

from analyzer.picture.graph import Edge, Family, Line, Node, Picture


def picture(edges: str, lanes: str = "", marked: str = "") -> Picture:
    """``edges`` like ``a>b b>c:label``; ``lanes`` like ``a@Left b@Right``; ``marked`` the ids of marked nodes."""
    drawn = [_edge(word) for word in edges.split()]
    lane_of = dict(word.split("@") for word in lanes.split())
    ids = dict.fromkeys([*lane_of, *(end for edge in drawn for end in (edge.source, edge.target))])
    nodes = [Node(i, i.upper(), "thing", lane_of.get(i, ""), Family.COMPUTE, i in marked.split(), i) for i in ids]
    return Picture("Title", "Description", tuple(nodes), tuple(drawn))


def _edge(word: str) -> Edge:
    ends, _, label = word.partition(":")
    source, target = ends.split(">")
    return Edge(source, target, label, Line.PLAIN)
