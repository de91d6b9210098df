"""The targets of the project, held against one run's results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.tools import OURS

NEAR_LINEAR = 1.2
"""n log n from 100 to 5,000 has the exponent 1.17; with smaller n it is larger."""

QUADRATIC_INPUT = "functions, each allowed to send to as many queues"
"""Where the input itself grows with the square of what is counted."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was aimed at, what was measured, and how far the one is from the other."""

    what: str
    measured: str
    met: bool
    distance: str = ""


def targets(results: dict[str, Any]) -> list[Target]:
    """Every target of which the results tell."""
    cold = {row["tool"]: row for row in results["cold"]}
    found = [
        _at_most("cold, small template: 10 × `python -c pass`", cold[OURS]["ratio"], 10, " ×"),
        _at_most("cold, small template: 40 MiB", cold[OURS]["peak"], 40, " MiB"),
        _at_most("cold, one handler: 20 × `python -c pass`", cold[f"{OURS}, one handler"]["ratio"], 20, " ×"),
    ]
    for batch in results["batches"]:
        found += _of_batch(batch)
    found += _of_growth(results["growth"])
    return found


def _of_batch(batch: dict[str, Any]) -> Iterator[Target]:
    taken = {row["tool"]: row["milliseconds"] for row in batch["tools"]}
    if batch["aim"] is not None:
        per = batch["aim"] * batch["kilobytes"] / batch["of"]
        yield _at_most(
            f"{batch['name']}: {batch['aim']} ms per {batch['of']} KB, so {per:.1f} ms", taken[OURS], per, " ms"
        )
    if "read and json.loads" in taken:
        ratio = taken[OURS] / taken["read and json.loads"]
        yield _at_most(f"{batch['name']}: 15 × reading and parsing", round(ratio, 1), 15, " ×")
    for peer, times in (("cloudformation-validate", 6), ("cfn-lint", 100)):
        if peer in taken:
            yield _at_least(
                f"{batch['name']}: {times} × faster than {peer}", round(taken[peer] / taken[OURS], 1), times
            )


def _of_growth(curves: list[dict[str, Any]]) -> Iterator[Target]:
    for curve in curves:
        allowed = 2 * NEAR_LINEAR if curve["name"] == QUADRATIC_INPUT else NEAR_LINEAR
        if curve["exponent"] is not None:
            yield _at_most(f"growth, {curve['name']}: no worse than n log n", curve["exponent"], allowed, "")
        for point in curve["points"]:
            if curve["name"].startswith("resources") and point["size"] == 5000:
                yield _at_most("5,000 resources: 3 s", round(point["cpu"], 2), 3, " s")


def _at_most(what: str, measured: float, limit: float, unit: str) -> Target:
    met = measured <= limit
    return Target(what, f"{measured:g}{unit}", met, "" if met else f"{measured / limit:.1f} times as much")


def _at_least(what: str, measured: float, limit: float) -> Target:
    met = measured >= limit
    return Target(what, f"{measured:g} ×", met, "" if met else f"{limit / measured:.1f} times too slow")
