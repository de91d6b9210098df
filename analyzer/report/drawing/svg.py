"""A picture as SVG: with classes for a page that brings a style sheet, or with literal colours for everything else
(``var(--x)`` is black in what makes PDF). No script, no style element, no link, nothing that is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from analyzer.picture.graph import Family, Line, Picture
from analyzer.picture.labels import lines as label_lines
from analyzer.picture.layout import KIND_SIZE, LABEL_SIZE, NAME_SIZE, Box, Lane, Layout, Point, Route, lay_out
from analyzer.report.sanitize import xml

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_RADIUS, _CORNER, _STRIPE = 7, 8, 4
_HEAD, _HALF_HEAD = 8, 4.5
_CROSS = 5
_LEAST_SCALE = 0.75
_DASHES: Mapping[Line, str] = {Line.PLAIN: "6 4", Line.DASHED: "6 4", Line.BLOCKED: "6 4", Line.DOTTED: "2 4"}

_TEXT, _MUTED, _RULE, _CARD, _PAGE, _MARK, _MARK_FILL = (
    "#1b1f24",
    "#57606a",
    "#d0d7de",
    "#f6f8fa",
    "#ffffff",
    "#a4161a",
    "#fdecec",
)
STRIPES: Mapping[Family, str] = {
    Family.COMPUTE: "#4f46e5",
    Family.STORAGE: "#0f766e",
    Family.MESSAGING: "#b45309",
    Family.NETWORK: "#0369a1",
    Family.IDENTITY: "#9333ea",
    Family.STACK: "#475569",
    Family.OUTSIDE: "#6e7781",
    Family.MORE: "#6e7781",
}
_PAINT: Mapping[str, str] = {
    "p-lane": f'fill="{_CARD}" stroke="{_RULE}"',
    "p-lane-name": f'fill="{_MUTED}"',
    "p-box": f'fill="{_PAGE}" stroke="#8c959f"',
    "p-box p-marked": f'fill="{_MARK_FILL}" stroke="{_MARK}" stroke-width="2"',
    "p-box p-more": f'fill="none" stroke="{_MUTED}" stroke-dasharray="2 3"',
    "p-name": f'fill="{_TEXT}"',
    "p-kind": f'fill="{_MUTED}"',
    "p-edge": f'fill="none" stroke="{_MUTED}" stroke-width="1.25"',
    "p-edge p-marked": f'fill="none" stroke="{_MARK}" stroke-width="2.25"',
    "p-head": f'fill="{_MUTED}"',
    "p-head p-marked": f'fill="{_MARK}"',
    "p-label": f'fill="{_TEXT}" stroke="{_CARD}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"',
    "p-label p-marked": f'fill="{_MARK}" stroke="{_CARD}" stroke-width="4" stroke-linejoin="round"'
    ' paint-order="stroke"',
    **{f"p-stripe p-{family.value}": f'fill="{colour}"' for family, colour in STRIPES.items()},
}
"""What the classes mean without a style sheet, on a light page; each stands in ``style.css`` of the HTML report too."""


def svg(picture: Picture, *, prefix: str = "p", classes: bool = False) -> str:
    """The picture as one ``svg`` element without a declaration. ``prefix`` makes its ids unique on a page; ``classes``
    leaves the colours to the page's style sheet."""
    return _Writer(lay_out(picture), picture, prefix, classes).document()


class _Writer:
    """Writes one layout."""

    def __init__(self, layout: Layout, picture: Picture, prefix: str, classes: bool) -> None:
        self._layout = layout
        self._picture = picture
        self._prefix = prefix
        self._classes = classes

    def document(self) -> str:
        width, height = _number(self._layout.width + 2), _number(self._layout.height + 2)
        ids = f"{self._prefix}-t", f"{self._prefix}-d"
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' viewBox="-1 -1 {width} {height}" role="img" aria-labelledby="{ids[0]} {ids[1]}"'
            f' font-family="{FONT}"{self._class(f"p p-w{self._least_width()}")}>',
            f'<title id="{ids[0]}">{_text(self._picture.title)}</title>',
            f'<desc id="{ids[1]}">{_text(self._picture.description)}</desc>',
        ]
        if not self._classes:
            lines.append(f'<rect x="-1" y="-1" width="{width}" height="{height}" fill="{_PAGE}"/>')
        lines += [self._lane(lane) for lane in self._layout.lanes]
        order = sorted(self._layout.routes, key=lambda route: route.edge.marked)
        lines += [self._route(route) for route in order]
        lines += [self._box(box) for box in self._layout.boxes]
        lines += [self._label(route) for route in order if route.label]
        return "\n".join([*lines, "</svg>"])

    def _least_width(self) -> int:
        """How narrow a page may make the picture before it scrolls, in steps of 200 pixels: text stays legible."""
        return min(max(round(self._layout.width * _LEAST_SCALE / 200), 2), 8)

    def _paint(self, name: str) -> str:
        return self._class(name) or f" {_PAINT[name]}"

    def _class(self, name: str) -> str:
        return f' class="{name}"' if self._classes else ""

    def _lane(self, lane: Lane) -> str:
        width = _number(self._layout.width)
        frame = (
            f'<rect x="0" y="{_number(lane.y)}" width="{width}" height="{_number(lane.height)}" rx="{_RADIUS}"'
            f"{self._paint('p-lane')}/>"
        )
        return frame + self._words(lane.name, 12, lane.y + 19, NAME_SIZE - 1, "p-lane-name", bold=True)

    def _words(
        self, words: str, x: float, y: float, size: int, name: str, *, bold: bool = False, centred: bool = False
    ) -> str:
        weight = ' font-weight="600"' if bold else ""
        anchor = ' text-anchor="middle"' if centred else ""
        place = f'x="{_number(x)}" y="{_number(y)}" font-size="{size}"'
        return f"<text {place}{weight}{anchor}{self._paint(name)}>{_text(words)}</text>"

    def _box(self, box: Box) -> str:
        node, more = box.node, box.node.family is Family.MORE
        x, y, middle = box.x, box.y, box.y + box.height / 2
        frame = f'x="{_number(x)}" y="{_number(y)}" width="{_number(box.width)}" height="{_number(box.height)}"'
        look = "p-box p-marked" if node.marked else "p-box p-more" if more else "p-box"
        parts = [
            f"<title>{_text(node.name or node.label)}</title>",
            f'<rect {frame} rx="{_RADIUS}"{self._paint(look)}/>',
        ]
        if not more:
            stripe = f'x="{_number(x + 6)}" y="{_number(y + 9)}" width="{_STRIPE}" height="{_number(box.height - 18)}"'
            parts.append(f'<rect {stripe} rx="2"{self._paint(f"p-stripe p-{node.family.value}")}/>')
        left = x + 18
        if box.kind:
            parts.append(self._words(box.label, left, middle - 3, NAME_SIZE, "p-name", bold=True))
            parts.append(self._words(box.kind, left, middle + 13, KIND_SIZE, "p-kind"))
        else:
            parts.append(self._words(box.label, left, middle + 4.5, NAME_SIZE, "p-name", bold=True))
        return f"<g>{''.join(parts)}</g>"

    def _route(self, route: Route) -> str:
        edge = route.edge
        suffix = " p-marked" if edge.marked else ""
        dash = "" if edge.line is Line.PLAIN and route.curved else f' stroke-dasharray="{_DASHES[edge.line]}"'
        path = _curve(route.points) if route.curved else _rounded(route.points)
        line = f'<path d="{path}"{self._paint(f"p-edge{suffix}")}{dash}/>'
        end = route.points[-1]
        if edge.line is Line.BLOCKED:
            return line + self._cross(end[0] - _HEAD, end[1], f"p-edge{suffix}")
        x, y = end
        head = f"M{_pair((x, y))} L{_pair((x - _HEAD, y - _HALF_HEAD))} L{_pair((x - _HEAD, y + _HALF_HEAD))} Z"
        return line + f'<path d="{head}"{self._paint(f"p-head{suffix}")}/>'

    def _cross(self, x: float, y: float, name: str) -> str:
        arms = (
            f"M{_pair((x - _CROSS, y - _CROSS))} L{_pair((x + _CROSS, y + _CROSS))}"
            f" M{_pair((x - _CROSS, y + _CROSS))} L{_pair((x + _CROSS, y - _CROSS))}"
        )
        return f'<path d="{arms}"{self._paint(name)}/>'

    def _label(self, route: Route) -> str:
        name = "p-label p-marked" if route.edge.marked else "p-label"
        placed = label_lines(route.label, route.label_at)
        return "".join(self._words(line, *at, LABEL_SIZE, name, centred=True) for line, at in placed)


def _curve(points: Sequence[Point]) -> str:
    """Level pieces straight, the others as curves that leave and arrive level."""
    parts = [f"M{_pair(points[0])}"]
    for start, end in pairwise(points):
        if start[1] == end[1]:
            parts.append(f"L{_pair(end)}")
        else:
            half = (start[0] + end[0]) / 2
            parts.append(f"C{_pair((half, start[1]))} {_pair((half, end[1]))} {_pair(end)}")
    return " ".join(parts)


def _rounded(points: Sequence[Point]) -> str:
    """Straight pieces with rounded corners."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        parts.append(f"L{_pair(_towards(corner, before))} Q{_pair(corner)} {_pair(_towards(corner, after))}")
    return " ".join([*parts, f"L{_pair(points[-1])}"])


def _towards(corner: Point, other: Point) -> Point:
    """The point one radius from the corner, half way where the other is nearer."""
    across, down = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(across), abs(down)) or 1
    part = min(_CORNER, length / 2) / length
    return corner[0] + across * part, corner[1] + down * part


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{round(value, 1):g}"


def _text(words: str) -> str:
    return escape(xml(words))
