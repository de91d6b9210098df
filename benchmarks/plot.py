"""Growth curves as one SVG: a small picture for each, both axes in logarithms, a dashed line where growth is linear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT, COLUMNS = 300, 220, 2
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 30, 34
_STYLE = (
    "text{font:11px sans-serif;fill:#333}.name{font-weight:bold}.axis,.grid{stroke:#bbb;stroke-width:1;fill:none}"
    ".grid{stroke:#eee}.curve{stroke:#1565c0;stroke-width:2;fill:none}.dot{fill:#1565c0}"
    ".linear{stroke:#888;stroke-dasharray:4 3;fill:none}.side{text-anchor:end}.under{text-anchor:middle}"
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Powers of ten from ``low`` to ``high`` on a stretch of pixels."""

    low: int
    high: int
    start: float
    length: float

    def at(self, value: float) -> float:
        """Where ``value`` lies."""
        return round(self.start + (log10(value) - self.low) / (self.high - self.low) * self.length, 1)

    @property
    def powers(self) -> Sequence[int]:
        """The powers to mark."""
        return range(self.low, self.high + 1)


def svg(curves: Sequence[dict[str, Any]]) -> str:
    """The picture of ``growth`` in the results."""
    rows = ceil(len(curves) / COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT
    panels = (
        f'<g transform="translate({index % COLUMNS * WIDTH} {index // COLUMNS * HEIGHT})">{_panel(curve)}</g>'
        for index, curve in enumerate(curves)
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    title = "<title>CPU seconds by the size of the input, both in logarithms</title>"
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return "\n".join([head, title, f"<style>{_STYLE}</style>", ground, *panels, "</svg>", ""])


def _panel(curve: dict[str, Any]) -> str:
    points = [(point["size"], point["cpu"]) for point in curve["points"]]
    across = _scale([size for size, _ in points], LEFT, WIDTH - LEFT - RIGHT)
    up = _scale([cpu for _, cpu in points], HEIGHT - BOTTOM, -(HEIGHT - TOP - BOTTOM))
    line = " ".join(f"{across.at(size)},{up.at(cpu)}" for size, cpu in points)
    dots = "".join(f'<circle class="dot" cx="{across.at(size)}" cy="{up.at(cpu)}" r="3"/>' for size, cpu in points)
    name = f'<text class="name" x="{LEFT}" y="18">{escape(curve["name"])}</text>'
    return f'{name}{_axes(across, up)}{_linear(points, across, up)}<polyline class="curve" points="{line}"/>{dots}'


def _scale(values: Sequence[float], start: float, length: float) -> _Scale:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return _Scale(low, max(high, low + 1), start, length)


def _axes(across: _Scale, up: _Scale) -> str:
    parts = []
    for power in across.powers:
        x = across.at(10**power)
        parts.append(f'<path class="grid" d="M{x} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text class="under" x="{x}" y="{HEIGHT - BOTTOM + 15}">{10**power:,}</text>')
    for power in up.powers:
        y = up.at(10.0**power)
        parts.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text class="side" x="{LEFT - 5}" y="{y + 4}">{10.0**power:g} s</text>')
    parts.append(f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>')
    return "".join(parts)


def _linear(points: Sequence[tuple[float, float]], across: _Scale, up: _Scale) -> str:
    """From the last point down as far as the picture reaches, in proportion."""
    size, cpu = points[-1]
    smallest = max(points[0][0], size * 10.0**up.low / cpu)
    return (
        f'<path class="linear" d="M{across.at(size)} {up.at(cpu)}'
        f'L{across.at(smallest)} {up.at(cpu * smallest / size)}"/>'
    )
