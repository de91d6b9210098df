"""Cycles in a directed graph, by its strongly connected components.

Iterative and deterministic: nodes and edges are followed in the order given, however the hash seed falls.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Successors = Mapping[Node, Sequence[Node]]


def components(successors: Successors[Node]) -> list[list[Node]]:
    """Strongly connected components (Tarjan), each in the order its nodes were reached."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    waiting: set[Node] = set()
    found: list[list[Node]] = []
    for root in successors:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        work = [(root, iter(successors.get(root, ())))]
        while work:
            node, children = work[-1]
            child = next((c for c in children if c not in index or c in waiting), None)
            if child is not None and child not in index:
                index[child] = low[child] = len(index)
                stack.append(child)
                waiting.add(child)
                work.append((child, iter(successors.get(child, ()))))
            elif child is not None:
                low[node] = min(low[node], index[child])
            else:
                _close(work, node, index, low, stack, waiting, found)
    return found


def _close(
    work: list[tuple[Node, Iterator[Node]]],
    node: Node,
    index: dict[Node, int],
    low: dict[Node, int],
    stack: list[Node],
    waiting: set[Node],
    found: list[list[Node]],
) -> None:
    """All children of ``node`` are done: pass its low mark on, and take its component off the stack if it leads."""
    work.pop()
    if work:
        parent = work[-1][0]
        low[parent] = min(low[parent], low[node])
    if low[node] != index[node]:
        return
    component = [stack.pop()]
    while component[-1] != node:
        component.append(stack.pop())
    component.reverse()
    waiting.difference_update(component)
    found.append(component)


def cyclic(successors: Successors[Node]) -> list[list[Node]]:
    """The components that hold a cycle: more than one node, or a node that leads to itself."""
    return [c for c in components(successors) if len(c) > 1 or c[0] in successors.get(c[0], ())]
