"""Which column each node stands in: forward edges lead to the right, the rest leads back."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[str, str]


def backward(nodes: Sequence[str], edges: Sequence[Pair]) -> frozenset[int]:
    """The numbers of the edges without which nothing goes round: those that lead back to where a walk, begun at the
    nodes in their order, is still on its way from."""
    leaving: dict[str, list[int]] = {node: [] for node in nodes}
    for index, (source, _) in enumerate(edges):
        leaving[source].append(index)
    found: set[int] = set()
    done: set[str] = set()
    for root in nodes:
        if root in done:
            continue
        on_the_way, walk = {root}, [(root, iter(leaving[root]))]
        while walk:
            node, numbers = walk[-1]
            number = next(numbers, None)
            if number is None:
                walk.pop()
                on_the_way.discard(node)
                done.add(node)
                continue
            target = edges[number][1]
            if target in on_the_way:
                found.add(number)
            elif target not in done:
                on_the_way.add(target)
                walk.append((target, iter(leaving[target])))
    return frozenset(found)


def ranks(nodes: Sequence[str], forward: Sequence[Pair]) -> dict[str, int]:
    """The column of each node: right of all that lead to it. What nothing leads to stands next to what it leads to."""
    left = dict.fromkeys(nodes, 0)
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in forward:
        left[target] += 1
        after[source].append(target)
    rank = dict.fromkeys(nodes, 0)
    sources = [node for node in nodes if not left[node]]
    ready = list(sources)
    for node in ready:  # grows while it is walked
        for target in after[node]:
            rank[target] = max(rank[target], rank[node] + 1)
            left[target] -= 1
            if not left[target]:
                ready.append(target)
    for node in sources:
        if after[node]:
            rank[node] = min(rank[target] for target in after[node]) - 1
    return rank
