"""Where things stand: boxes apart, edges past boxes, lanes one under another, and always the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.picture.graph import Edge, Family, Node, Picture
from analyzer.picture.labels import Labels, lines
from analyzer.picture.layout import Box, Layout, Point, Route, lay_out
from analyzer.picture.metrics import shortened, text_width, wrapped
from analyzer.picture.ranks import backward, ranks
from analyzer.picture.rows import Rows, chains
from tests.picture.pictures import picture


@pytest.mark.parametrize(
    ("edges", "back"),
    [("a>b b>c", []), ("a>b b>a", [1]), ("a>a", [0]), ("a>b b>c c>a a>c", [2]), ("b>c c>b a>b", [1])],
)
def test_as_few_edges_lead_back_as_a_walk_needs(edges: str, back: list[int]) -> None:
    given = picture(edges)
    ids, pairs = [node.id for node in given.nodes], [(edge.source, edge.target) for edge in given.edges]
    assert sorted(backward(ids, pairs)) == back


def test_columns_are_right_of_all_that_leads_to_them_and_sources_stand_near() -> None:
    given = [("a", "b"), ("b", "c"), ("a", "c"), ("late", "c"), ("c", "d")]
    assert ranks(["a", "b", "c", "d", "late", "alone"], given) == {
        "a": 0,
        "b": 1,
        "c": 2,
        "d": 3,
        "late": 1,
        "alone": 0,
    }


def test_edges_are_untangled() -> None:
    pairs = [("a", "z"), ("b", "y"), ("c", "x")]
    rank = {"a": 0, "b": 0, "c": 0, "x": 1, "y": 1, "z": 1}
    slots, found = chains(pairs, rank, dict.fromkeys(rank, 0))
    rows = Rows(list(slots.values()), found)
    assert rows.crossings() == 0
    heights = {slot.node: height for slot, height in rows.heights().items()}
    assert heights["a"] == heights["z"]
    assert heights["b"] == heights["y"]


def test_a_long_edge_runs_straight_past_the_boxes_between() -> None:
    layout = lay_out(picture("a>b b>c c>d a>d"))
    (long,) = [route for route in layout.routes if (route.edge.source, route.edge.target) == ("a", "d")]
    levels = [y for _, y in long.points[1:-1]]
    assert max(levels) - min(levels) < 1
    assert crossed(layout) == []


def test_lanes_stand_in_order_and_hold_their_boxes() -> None:
    layout = lay_out(picture("a>b b>a c>b", "a@Upper b@Lower c@Third"))
    assert [lane.name for lane in layout.lanes] == ["Upper", "Lower", "Third"]
    frames = {lane.name: (lane.y, lane.y + lane.height) for lane in layout.lanes}
    for box in layout.boxes:
        top, bottom = frames[box.node.lane]
        assert top < box.y < box.y + box.height < bottom
    ends = [end for _, end in frames.values()]
    assert [start for start, _ in frames.values()][1:] == [end + 12 for end in ends[:-1]]
    assert layout.height == ends[-1]


def test_the_way_back_runs_under_the_lower_lane_and_inside_its_frame() -> None:
    layout = lay_out(picture("a>b:start b>a:PutObject", "a@Upper b@Lower"))
    (back,) = [route for route in layout.routes if not route.curved]
    assert back.edge.label == "PutObject"
    lowest = max(y for _, y in back.points)
    box = next(box for box in layout.boxes if box.node.id == "b")
    assert box.y + box.height < lowest < layout.lanes[1].y + layout.lanes[1].height


def test_without_lanes_there_is_no_frame_and_without_nodes_nothing() -> None:
    assert lay_out(picture("a>b")).lanes == ()
    assert lay_out(Picture("T", "D", (), ())) == Layout(12, 0, (), (), ())


def test_an_edge_to_nowhere_is_left_out() -> None:
    node = Node("a", "A")
    assert lay_out(Picture("T", "D", (node,), (Edge("a", "gone"), Edge("gone", "a")))).routes == ()


def test_boxes_are_wide_enough_for_their_text_and_gutters_for_their_labels() -> None:
    layout = lay_out(picture("a>b:a_label_that_is_rather_long_for_an_arrow"))
    first, second = layout.boxes
    (route,) = layout.routes
    assert second.x - (first.x + first.width) > text_width(route.label, 11)
    for box in layout.boxes:
        assert box.width >= text_width(box.label, 13, bold=True)


def test_text_is_cut_in_the_middle_by_a_table_of_widths() -> None:
    assert shortened("Short", 100, 13) == "Short"
    assert shortened("VpcProcessingSubnet1RouteTableB3A2", 120, 13) == "VpcProc…leB3A2"
    assert shortened("x", 1, 13) == "…"
    assert text_width("WW", 10) > text_width("ii", 10)
    assert text_width("日本", 10) == pytest.approx(21)
    assert text_width("e\u0301", 10) == text_width("e", 10)


def test_a_long_label_stands_in_two_lines_unless_it_leads_back() -> None:
    (route,) = lay_out(_labelled("a>b", "event source mapping")).routes
    assert route.label == "event source\nmapping"
    assert lines(route.label, (10, 20)) == [("event source", (10, 13.5)), ("mapping", (10, 26.5))]
    assert lay_out(_labelled("a>b", "on failure")).routes[0].label == "on failure"
    assert lay_out(_labelled("a>b b>a", "event source mapping")).routes[-1].label == "event source mapping"
    assert wrapped("RevokeSecurityGroupIngress", 90, 11) == "RevokeSecurityGroupIngress"


def _labelled(edges: str, label: str) -> Picture:
    given = picture(edges)
    return replace(given, edges=tuple(replace(edge, label=label) for edge in given.edges))


def test_labels_make_room_for_each_other() -> None:
    labels = Labels()
    first = labels.place("one", 40, (0, 0), (100, 100))
    second = labels.place("two", 40, (0, 0), (100, 100))
    assert first == (50.0, 46.0)
    assert abs(first[1] - second[1]) >= 14


names = st.sampled_from("abcdefgh")


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    pairs = draw(st.lists(st.tuples(names, names), min_size=1, max_size=14))
    lanes = draw(st.sampled_from([("",), ("One", "Two"), ("One", "Two", "Three")]))
    nodes = [
        Node(i, i * draw(st.integers(1, 30)), "kind", draw(st.sampled_from(lanes)), Family.STORAGE)
        for i in dict.fromkeys(end for pair in pairs for end in pair)
    ]
    edges = [Edge(*pair, label="x" * draw(st.integers(0, 30))) for pair in dict.fromkeys(pairs)]
    return Picture("T", "D", tuple(nodes), tuple(edges))


@settings(max_examples=120, deadline=None)
@given(pictures())
def test_no_edge_crosses_a_box_no_boxes_overlap_and_everything_is_inside(drawn: Picture) -> None:
    layout = lay_out(drawn)
    assert len(layout.routes) == len(drawn.edges)
    assert crossed(layout) == []
    for one in layout.boxes:
        assert one.x >= 0
        assert one.x + one.width <= layout.width
        assert one.y >= 0
        assert one.y + one.height <= layout.height
        for other in layout.boxes:
            assert one is other or apart(one, other)
    for route in layout.routes:
        assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in points_of(route))


def apart(one: Box, other: Box) -> bool:
    across = one.x + one.width <= other.x or other.x + other.width <= one.x
    return across or one.y + one.height <= other.y or other.y + other.height <= one.y


def crossed(layout: Layout) -> list[tuple[str, str, str]]:
    """Edges with the boxes that they run through, their own ends included."""
    return [
        (route.edge.source, route.edge.target, box.node.id)
        for route in layout.routes
        for box in layout.boxes
        if any(within(box, point) for point in points_of(route))
    ]


def within(box: Box, point: Point) -> bool:
    return box.x + 0.5 < point[0] < box.x + box.width - 0.5 and box.y + 0.5 < point[1] < box.y + box.height - 0.5


def points_of(route: Route) -> Iterator[Point]:
    """Points all along the line as it is drawn."""
    for start, end in pairwise(route.points):
        for step in range(21):
            part, rest = step / 20, 1 - step / 20
            if route.curved and start[1] != end[1]:
                across, down = 1.5 * rest * part + part**3, part * part * (3 - 2 * part)
            else:
                across = down = part
            yield start[0] + (end[0] - start[0]) * across, start[1] + (end[1] - start[1]) * down


PROGRAM = """
import hashlib
from tests.picture.pictures import picture
from analyzer.report.drawing.svg import svg
edges = "a>b b>c c>a d>c a>e e>f f>b g>a b>g h>c c>h a>h"
print(hashlib.sha256(svg(picture(edges, "a@S b@T c@S h@U")).encode()).hexdigest())
"""


def test_the_same_picture_has_the_same_bytes_whatever_the_hash_seed() -> None:
    root = Path(__file__).resolve().parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
