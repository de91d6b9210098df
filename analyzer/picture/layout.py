"""Puts a picture onto a plane: one lane per stack from top to bottom, columns from left to right.

Forward edges run from the right side of a box to the left side of one further right, past boxes in rows of their own.
What leads back leaves to the right, runs through a channel under the lane, and comes in from the left, so that no edge
crosses a box. Stdlib only, and no sets are walked: the same picture always has the same layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from analyzer.picture.graph import Edge, Family, Node, Picture
from analyzer.picture.labels import Labels
from analyzer.picture.metrics import shortened, text_width, widest, wrapped
from analyzer.picture.ranks import backward, ranks
from analyzer.picture.rows import BOX_HEIGHT, Chain, Rows, Slot, chains
from analyzer.records import dataclass

Point = tuple[float, float]

NAME_SIZE, KIND_SIZE, LABEL_SIZE = 13, 11, 11
MOST_TEXT, MOST_LABEL = 190, 170
_WRAP_LABEL = 98
_PADDING = 14
_LEAST_BOX = 84
_LEAST_GUTTER = 44
_LABEL_MARGIN = 36
_TRACK = 12
_CHANNEL = 24
_MARGIN = 12
_LANE_PADDING, _LANE_HEAD, _LANE_GAP = 16, 28, 12
_PORT = 9
"""How far below the middle of a side the edges that lead back leave and come in."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its upper left corner, its size, and its texts as they fit."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Route:
    """An edge with its corners. ``curved``: between each second pair of points runs a curve, else all are straight.
    ``label`` is its text as it fits, one or two lines, centred on ``label_at`` (the baseline of a single one)."""

    edge: Edge
    points: tuple[Point, ...]
    curved: bool
    label: str = ""
    label_at: Point = (0, 0)


@dataclass(frozen=True, slots=True)
class Lane:
    """The frame of a stack."""

    name: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything with its coordinates, in pixels."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


def lay_out(picture: Picture) -> Layout:
    """The layout of ``picture``. Edges whose ends are not among its nodes are left out."""
    known = {node.id for node in picture.nodes}
    edges = [edge for edge in picture.edges if edge.source in known and edge.target in known]
    return _Drawing(picture, edges).layout()


class _Drawing:
    """One layout on its way."""

    def __init__(self, picture: Picture, edges: Sequence[Edge]) -> None:
        self.picture = picture
        pairs = [(edge.source, edge.target) for edge in edges]
        ids = [node.id for node in picture.nodes]
        back = backward(ids, pairs)
        self.forward = [edge for number, edge in enumerate(edges) if number not in back]
        self.back = [edge for number, edge in enumerate(edges) if number in back]
        ahead = [pair for number, pair in enumerate(pairs) if number not in back]
        self.rank = ranks(ids, ahead)
        places = {name: number for number, name in enumerate(picture.lanes)}
        self.lane = {node.id: places[node.lane] for node in picture.nodes}
        self.slots, self.chains = chains(ahead, self.rank, self.lane)
        self.rows = Rows(list(self.slots.values()), self.chains)
        self.middle = self.rows.heights()
        self.texts = {node.id: _texts(node) for node in picture.nodes}
        self.labels = {id(edge): shortened(edge.label, MOST_LABEL, LABEL_SIZE) for edge in edges}
        for edge in self.forward:  # what leads back has all the room of its channel
            self.labels[id(edge)] = wrapped(self.labels[id(edge)], _WRAP_LABEL, LABEL_SIZE)
        self.left_tracks = _Tracks(self.back, lambda edge: self.rank[edge.target])
        self.right_tracks = _Tracks(self.back, lambda edge: self.rank[edge.source] + 1)
        self._columns()
        self._lanes()

    # --- across ---------------------------------------------------------------------------------------

    def _columns(self) -> None:
        """Where each column begins and how wide it is; gutter ``n`` lies before column ``n``."""
        count = len(self.rows.columns)
        self.column_width = [_LEAST_BOX] * count
        for node in self.picture.nodes:
            rank = self.rank[node.id]
            self.column_width[rank] = max(self.column_width[rank], _box_width(node, self.texts[node.id]))
        gutter = [_MARGIN, *([_LEAST_GUTTER] * (count - 1)), _MARGIN]
        for edge in self.forward:
            number = self.rank[edge.source] + 1
            gutter[number] = max(gutter[number], round(self._label_width(edge)) + _LABEL_MARGIN)
        self.column_x, x = [], 0.0
        self.gutter_x: list[tuple[float, float]] = []
        for number in range(count + 1):
            left, right = _TRACK * self.right_tracks.count(number), _TRACK * self.left_tracks.count(number)
            end = x + left + gutter[number] + right
            self.gutter_x.append((x, end))
            if number < count:
                self.column_x.append(end)
                x = end + self.column_width[number]
        self.width = max(self.gutter_x[-1][1], *(_name_width(name) for name in self.picture.lanes), 0)

    def _label_width(self, edge: Edge) -> float:
        label = self.labels[id(edge)]
        return widest(label, LABEL_SIZE) if label else 0

    # --- down -----------------------------------------------------------------------------------------

    def _lanes(self) -> None:
        """Where each lane begins, with the channels below its boxes."""
        named = [name for name in self.picture.lanes if name]
        head = _LANE_HEAD if named else 0
        channels = [
            [edge for edge in self.back if max(self.lane[edge.source], self.lane[edge.target]) == number]
            for number in range(len(self.picture.lanes))
        ]
        self.frames: list[Lane] = []
        self.lane_top: list[float] = []
        self.channel_y: dict[int, float] = {}
        y = 0.0
        for number, name in enumerate(self.picture.lanes):
            top = y + head + _LANE_PADDING / 2
            bottom = top + max(
                (self.middle[slot] + slot.height / 2 for slot in self.middle if slot.lane == number), default=0
            )
            for track, edge in enumerate(sorted(channels[number], key=self._span)):
                self.channel_y[id(edge)] = bottom + _CHANNEL * (track + 1)
            end = bottom + _CHANNEL * len(channels[number]) + _LANE_PADDING
            self.lane_top.append(top)
            self.frames.append(Lane(name, y, end - y))
            y = end + (_LANE_GAP if named else 0)
        self.height = self.frames[-1].y + self.frames[-1].height if self.frames else 0

    def _span(self, edge: Edge) -> int:
        return self.rank[edge.source] - self.rank[edge.target]

    # --- all ------------------------------------------------------------------------------------------

    def layout(self) -> Layout:
        boxes = {node.id: self._box(node) for node in self.picture.nodes}
        labels = Labels()
        returning = [self._back_route(edge, boxes, labels) for edge in self.back]
        leading = [
            self._forward_route(edge, chain, boxes, labels)
            for edge, chain in zip(self.forward, self.chains, strict=True)
        ]
        frames = tuple(frame for frame in self.frames if frame.name)
        return Layout(round(self.width), round(self.height), frames, tuple(boxes.values()), (*leading, *returning))

    def _y(self, slot: Slot) -> float:
        return round(self.lane_top[slot.lane] + self.middle[slot], 1)

    def _box(self, node: Node) -> Box:
        label, kind = self.texts[node.id]
        slot = self.slots[node.id]
        width = self.column_width[slot.rank]
        if node.family is Family.MORE:
            width = min(width, _LEAST_BOX)
        return Box(node, self.column_x[slot.rank], self._y(slot) - BOX_HEIGHT / 2, width, BOX_HEIGHT, label, kind)

    def _forward_route(self, edge: Edge, chain: Chain, boxes: Mapping[str, Box], labels: Labels) -> Route:
        source = boxes[edge.source]
        points = [(source.x + source.width, self._y(chain[0]))]
        for slot in chain[1:]:
            x = self.column_x[slot.rank]
            leaves = self.gutter_x[slot.rank][0] + _TRACK * self.right_tracks.count(slot.rank) / 2
            if points[-1][0] < leaves:  # a box narrower than its column, or the tracks of edges that lead back
                points[-1:] = [points[-1], (leaves, points[-1][1])]
            points.append((x, self._y(slot)))
            if not slot.node:
                points.append((x + self.column_width[slot.rank], self._y(slot)))
        label = self.labels[id(edge)]
        start, end = _first_curve(points)
        at = labels.place(label, self._label_width(edge), start, end) if label else (0.0, 0.0)
        return Route(edge, tuple(points), True, label, at)

    def _back_route(self, edge: Edge, boxes: Mapping[str, Box], labels: Labels) -> Route:
        source, target = boxes[edge.source], boxes[edge.target]
        out = self.gutter_x[self.rank[edge.source] + 1][0] + _TRACK * (self.right_tracks.of(edge) + 1)
        into = self.gutter_x[self.rank[edge.target]][1] - _TRACK * (self.left_tracks.of(edge) + 1)
        y = self.channel_y[id(edge)]
        leaves, enters = source.y + BOX_HEIGHT / 2 + _PORT, target.y + BOX_HEIGHT / 2 + _PORT
        points = (
            (source.x + source.width, leaves),
            (out, leaves),
            (out, y),
            (into, y),
            (into, enters),
            (target.x, enters),
        )
        label = self.labels[id(edge)]
        at = ((out + into) / 2, y - 4)
        if label:
            labels.take(label, self._label_width(edge), at)
        return Route(edge, points, False, label, at)


class _Tracks:
    """Numbers the edges that run side by side through one gutter."""

    def __init__(self, edges: Iterable[Edge], gutter: Callable[[Edge], int]) -> None:
        self._of: dict[int, int] = {}
        self._count: dict[int, int] = {}
        for edge in edges:
            number = gutter(edge)
            self._of[id(edge)] = self._count.get(number, 0)
            self._count[number] = self._of[id(edge)] + 1

    def count(self, gutter: int) -> int:
        return self._count.get(gutter, 0)

    def of(self, edge: Edge) -> int:
        return self._of[id(edge)]


def _first_curve(points: Sequence[Point]) -> tuple[Point, Point]:
    """The ends of the first piece that does not run level, else of the longest."""
    pieces = list(pairwise(points))
    return next((piece for piece in pieces if piece[0][1] != piece[1][1]), max(pieces, key=lambda p: p[1][0] - p[0][0]))


def _texts(node: Node) -> tuple[str, str]:
    return shortened(node.label, MOST_TEXT, NAME_SIZE, bold=True), shortened(node.told, MOST_TEXT, KIND_SIZE)


def _box_width(node: Node, texts: tuple[str, str]) -> int:
    if node.family is Family.MORE:
        return _LEAST_BOX
    widest = max(text_width(texts[0], NAME_SIZE, bold=True), text_width(texts[1], KIND_SIZE))
    return max(_LEAST_BOX, round(widest) + 2 * _PADDING)


def _name_width(name: str) -> float:
    return text_width(name, NAME_SIZE, bold=True) + 2 * _MARGIN
