"""How the cost grows with the input, one dimension at a time, and the exponent of that growth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

from benchmarks import generate
from benchmarks.beside import figures
from benchmarks.measure import Cost, alternated
from benchmarks.tools import stackproof

Make = Callable[[Path, int], Path]
SHARE = 0.25
"""Points at which less than this part of the whole cost is due to the input say nothing of growth."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One dimension: what is counted, how many there are at each point, and what makes the input."""

    name: str
    sizes: tuple[int, ...]
    make: Make


def _template(make: Callable[[int], dict[str, Any]]) -> Make:
    return lambda folder, size: generate.write(folder / "template.json", make(size))


def _bundle(folder: Path, size: int) -> Path:
    return generate.with_handler(folder, size * 1000)


CURVES = (
    Curve("resources in a template", (10, 30, 100, 300, 1000, 5000), _template(generate.template)),
    Curve("stacks of 30 resources", (1, 3, 10, 30, 100, 300, 1000), lambda at, n: generate.assembly(at / "cdk.out", n)),
    Curve("conditions", (1, 10, 25, 50, 100, 200), _template(generate.conditional)),
    Curve("functions in one long loop", (10, 30, 100, 300, 1000), _template(generate.chain)),
    Curve(
        "functions, each allowed to send to as many queues",
        (10, 20, 40, 80, 160),
        _template(lambda size: generate.event_graph(size, size)),
    ),
    Curve("KB of handler code", (1, 10, 100, 1000, 5000, 20_000), _bundle),
)


def grow(folder: Path, curve: Curve, times: int, *, most: int | None = None) -> dict[str, Any]:
    """The cost at each size (up to ``most``), and the exponent."""
    points = []
    sizes = [size for size in curve.sizes if most is None or size <= most]
    least = _least(folder, times)
    for size in sizes:
        inside = folder / f"n{size}"
        inside.mkdir(parents=True)
        made = curve.make(inside, size)
        command = stackproof().over([made], inside)
        cost = alternated({"": command}, times if size < sizes[-1] else 1)[""]
        points.append((size, cost))
    return {
        "name": curve.name,
        "points": [{"size": size, **figures(cost)} for size, cost in points],
        "exponent": exponent([(size, cost.cpu) for size, cost in points], least.cpu),
    }


def _least(folder: Path, times: int) -> Cost:
    """What a run costs that has next to nothing to judge."""
    folder.mkdir(parents=True, exist_ok=True)
    file = generate.write(folder / "least.json", generate.template(10))
    return alternated({"": stackproof().over([file], folder)}, times)[""]


def exponent(points: Sequence[tuple[int, float]], least: float) -> float | None:
    """The slope of the line through the points in logarithms, once ``least`` is taken off: 1 is linear, 2 quadratic.

    None where fewer than two points stand out from ``least``. Points beyond the costliest do not count: there the input
    is no longer read in the same way (a bundle too large to be parsed).
    """
    costliest = max((cpu for _, cpu in points), default=0.0)
    growing = points[: 1 + next((at for at, (_, cpu) in enumerate(points) if cpu == costliest), 0)]
    above = [(log(size), log(cpu - least)) for size, cpu in growing if cpu - least > SHARE * cpu]
    if len(above) < 2:
        return None
    mean_x, mean_y = (sum(values) / len(above) for values in zip(*above, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in above)
    slope: float = sum((x - mean_x) * (y - mean_y) for x, y in above) / spread
    return round(slope, 2)
