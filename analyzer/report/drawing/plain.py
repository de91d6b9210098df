"""A picture as languages of text write it: lane by lane, then arrow by arrow, every node by a short name of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.picture.graph import Edge, Node, Picture


class Lane(NamedTuple):
    """The nodes of one lane, each behind its short name. ``number`` begins at 1; ``name`` is empty for no lane."""

    number: int
    name: str
    nodes: tuple[tuple[str, Node], ...]


class Arrow(NamedTuple):
    """An edge between the nodes with these short names."""

    source: str
    target: str
    edge: Edge


class Plain:
    """``picture`` with short names (``n1``, ``n2``, …), in which nothing of an input is left."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._names = {node.id: f"n{number}" for number, node in enumerate(picture.nodes, 1)}

    @property
    def lanes(self) -> Iterator[Lane]:
        """The lanes, in that of their first nodes."""
        for number, name in enumerate(self._picture.lanes, 1):
            inside = ((self._names[node.id], node) for node in self._picture.nodes if node.lane == name)
            yield Lane(number, name, tuple(inside))

    @property
    def arrows(self) -> list[Arrow]:
        """The edges whose ends are both in the picture."""
        names = self._names
        known = (edge for edge in self._picture.edges if edge.source in names and edge.target in names)
        return [Arrow(names[edge.source], names[edge.target], edge) for edge in known]

    @property
    def marked(self) -> list[str]:
        """The short names of the nodes that take part in the failure."""
        return [self._names[node.id] for node in self._picture.nodes if node.marked]
