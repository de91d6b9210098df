"""How many judgements of each kind there are."""

from __future__ import annotations

from dataclasses import replace

from analyzer.report.outcomes import by_stack, tiles
from tests.report.results import EVERYTHING, NOTHING

SEVERITIES = ["critical", "high", "medium", "low", "info"]


def test_every_kind_has_a_tile_and_its_number() -> None:
    assert [tuple(tile) for tile in tiles(EVERYTHING)] == [
        ("critical", "critical", 1),
        ("high", "high", 0),
        ("medium", "medium", 0),
        ("low", "low", 1),
        ("info", "info", 0),
        ("unknown", "undecided", 1),
        ("waived", "waived", 2),
        ("baselined", "baselined", 1),
        ("incomplete", "not evaluated", 1),
        ("passed", "passed", 3),
    ]
    assert {tile.number for tile in tiles(NOTHING)} == {0}


def test_every_stack_has_its_numbers() -> None:
    assert by_stack(EVERYTHING) == (
        [*SEVERITIES, "undecided", "waived", "baselined", "passed"],
        [("Documents", [1, 0, 0, 1, 0, 0, 2, 1, 1]), ("other", [0, 0, 0, 0, 0, 1, 0, 0, 2])],
    )


def test_without_a_baseline_there_is_no_column_for_it() -> None:
    assert by_stack(replace(EVERYTHING, baselined=())) == (
        [*SEVERITIES, "undecided", "waived", "passed"],
        [("Documents", [1, 0, 0, 1, 0, 0, 2, 1]), ("other", [0, 0, 0, 0, 0, 1, 0, 2])],
    )
