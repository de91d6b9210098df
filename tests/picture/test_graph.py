"""Pictures as data: what is joined, left out and told apart, and that a sketch draws once."""

from __future__ import annotations

import pickle
from dataclasses import replace

from analyzer.picture.graph import Edge, Family, Line, Node, Picture, excerpt, joined, told_apart
from analyzer.picture.sketch import Sketch, drawn
from tests.picture.pictures import picture


def test_edges_between_two_nodes_are_joined_and_their_labels_cut() -> None:
    edges = [Edge("a", "b", "Put"), Edge("a", "b", "Get", marked=True), Edge("b", "a", "x"), Edge("a", "b", "Put")]
    edges += [Edge("a", "b", "Delete"), Edge("a", "b", "no", Line.BLOCKED), Edge("b", "a", "", Line.DASHED)]
    assert joined(edges) == (
        Edge("a", "b", "Put, Get +1", marked=True),
        Edge("b", "a", "x"),
        Edge("a", "b", "no", Line.BLOCKED),
    )


def test_edges_that_are_all_dashed_stay_dashed() -> None:
    assert joined([Edge("a", "b", "x", Line.DASHED), Edge("a", "b", "y", Line.DASHED)]) == (
        Edge("a", "b", "x, y", Line.DASHED),
    )


def test_an_excerpt_is_the_core_and_one_step_from_it() -> None:
    whole = picture("a>b:1 b>a:2 x>a y>x b>z z>w x>z", "a@S b@T")
    found = excerpt(whole, ["b", "a"])
    assert [node.id for node in found.nodes] == ["b", "a", "x", "z"]
    assert found.edges == (Edge("a", "b", "1"), Edge("b", "a", "2"), Edge("x", "a"), Edge("b", "z"))
    assert (found.title, found.description) == ("Title", "Description")


def test_what_has_no_room_hangs_on_its_owner_as_a_number() -> None:
    whole = picture(
        "a>b b>a " + " ".join(f"n{i}>a:put" for i in range(9)) + " " + " ".join(f"b>m{i}" for i in range(4))
    )
    found = excerpt(whole, ["a", "b"], most=8)
    assert [node.id for node in found.nodes] == ["a", "b", "n0", "n1", "n2", "n3", "more a", "more b"]
    assert [node.label for node in found.nodes[-2:]] == ["+5", "+4"]
    assert {node.family for node in found.nodes[-2:]} == {Family.MORE}
    assert Edge("more a", "a", "") in found.edges
    assert Edge("b", "more b", "") in found.edges
    assert Edge("n0", "a", "put") in found.edges


def test_no_excerpt_is_larger_than_asked_for() -> None:
    ring = " ".join(f"r{i}>r{(i + 1) % 40}" for i in range(40))
    spokes = " ".join(f"s{i}>r{i}" for i in range(40))
    whole = picture(f"{ring} {spokes}")
    found = excerpt(whole, [f"r{i}" for i in range(40)], most=25)
    assert len(found.nodes) <= 25
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= {node.id for node in found.nodes}


def test_an_excerpt_with_room_for_all_leaves_nothing_out() -> None:
    whole = picture("a>b b>c")
    assert excerpt(whole, ["a", "b", "c"], most=4).nodes == whole.nodes


def test_nodes_called_the_same_get_their_full_names() -> None:
    one = Node("1", "Fn", "function", "S", name="S/Fn")
    twin = replace(one, id="2", name="S/Other/Fn")
    elsewhere = replace(one, id="3", lane="T", name="T/Fn")
    assert [node.label for node in told_apart([one, twin, elsewhere])] == ["S/Fn", "S/Other/Fn", "Fn"]


def test_a_sketch_is_drawn_once_and_only_when_looked_at() -> None:
    calls: list[int] = []

    def draw() -> Picture:
        calls.append(1)
        return picture("a>b")

    sketch = Sketch(draw)
    assert calls == []
    assert sketch() is sketch()
    assert calls == [1]


def test_a_sketch_travels_between_processes_as_what_it_shows() -> None:
    unpicklable = object.__new__(type("Local", (), {}))

    def draw() -> Picture:
        assert unpicklable is not None
        return picture("a>b")

    assert pickle.loads(pickle.dumps(Sketch(draw)))() == picture("a>b")
    assert pickle.loads(pickle.dumps(drawn(picture("b>a"))))() == picture("b>a")
