"""The exponent of a growth curve."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from benchmarks.growth import CURVES, Curve, exponent, grow
from benchmarks.inputs import small

SIZES = (10, 30, 100, 300, 1000)


@pytest.mark.parametrize(("power", "base"), [(1.0, 0.0), (1.0, 0.2), (2.0, 0.2), (1.5, 0.1)])
def test_the_power_is_found_whatever_a_run_costs_at_least(power: float, base: float) -> None:
    points = [(size, base + 0.001 * size**power) for size in SIZES]
    assert exponent(points, base) == pytest.approx(power, abs=0.01)


def test_n_log_n_stays_under_what_counts_as_near_linear() -> None:
    from benchmarks.targets import NEAR_LINEAR

    found = exponent([(size, size * log(size)) for size in (100, 300, 1000, 5000)], 0)
    assert found is not None
    assert 1.1 < found <= NEAR_LINEAR


def test_points_that_do_not_stand_out_say_nothing() -> None:
    assert exponent([(10, 0.201), (100, 0.202), (1000, 0.9)], 0.2) is None
    assert exponent([], 0.2) is None


def test_what_comes_after_the_costliest_point_is_no_growth() -> None:
    assert exponent([(10, 1.0), (100, 10.0), (1000, 0.5)], 0) == 1


def test_a_curve_is_measured_up_to_a_size(tmp_path: Path) -> None:
    made = []

    def make(folder: Path, size: int) -> Path:
        made.append(size)
        return small(folder / "in")

    found = grow(tmp_path / "x", Curve("things", (1, 2, 50), make), 1, most=2)
    assert made == [1, 2]
    assert [point["size"] for point in found["points"]] == [1, 2]
    assert all(point["cpu"] > 0 and point["peak"] > 10 for point in found["points"])


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_curve_makes_its_input_the_same_each_time(curve: Curve, tmp_path: Path) -> None:
    def content(folder: Path) -> dict[str, bytes]:
        folder.mkdir()
        curve.make(folder, curve.sizes[0])
        return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}

    one, other = content(tmp_path / "one"), content(tmp_path / "other")
    assert one == other
    assert one
