"""Components against networkx, and on graphs too dense to enumerate."""

from __future__ import annotations

import time

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from analyzer.facts.graph import components, cyclic

GRAPHS = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), max_size=10)


def whole(graph: dict[int, list[int]]) -> dict[int, list[int]]:
    nodes = {*graph, *(child for children in graph.values() for child in children)}
    return {node: graph.get(node, []) for node in sorted(nodes)}


def oracle(graph: dict[int, list[int]]) -> nx.DiGraph:
    built = nx.DiGraph()
    built.add_nodes_from(graph)
    built.add_edges_from((node, child) for node, children in graph.items() for child in children)
    return built


@given(GRAPHS)
def test_components_are_those_of_the_oracle(graph: dict[int, list[int]]) -> None:
    full = whole(graph)
    mine = {frozenset(component) for component in components(full)}
    assert mine == {frozenset(component) for component in nx.strongly_connected_components(oracle(full))}


def test_a_dense_graph_and_a_long_ring_end_quickly() -> None:
    dense = {i: [j for j in range(300) if j != i] for i in range(300)}
    ring = {i: [(i + 1) % 20_000] for i in range(20_000)}
    chain = {i: [i + 1] for i in range(20_000)}
    started = time.process_time()
    assert cyclic(chain) == []
    assert [len(c) for c in cyclic(dense)] == [300]
    assert [len(c) for c in cyclic(ring)] == [20_000]
    assert time.process_time() - started < 5
