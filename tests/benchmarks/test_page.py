"""The page, its targets and its picture, from results."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import DOCS, RESULTS, main, write_page
from benchmarks.page import PICTURE, page
from benchmarks.plot import svg
from benchmarks.targets import Target, targets
from benchmarks.tools import OURS


def row(tool: str, **figures: Any) -> dict[str, Any]:
    return {"tool": tool, "cpu": 0.1, "wall": 0.1, "peak": 30.0, **figures}


def results(**changes: Any) -> dict[str, Any]:
    curve = {
        "name": "resources in a template",
        "points": [{"size": n, "cpu": 0.001 * n, "wall": 0.1, "peak": 50.0} for n in (10, 100, 5000)],
        "exponent": 1.0,
    }
    batch = {
        "name": "JSON",
        "what": "generated <templates>",
        "files": 10,
        "kilobytes": 10.0,
        "aim": 2,
        "of": 20,
        "tools": [
            {
                "tool": "read and json.loads",
                "milliseconds": 0.1,
                "ratio": 0.1,
                "peak": 10.0,
                "findings": 0,
                "files": 10,
            },
            {"tool": OURS, "milliseconds": 1.5, "ratio": 1.0, "peak": 30.0, "findings": 9, "files": 10},
            {"tool": "cfn-lint", "milliseconds": 60.0, "ratio": 40.0, "peak": 30.0, "findings": 9, "files": 10},
        ],
    }
    return {
        "taken": "2026-11-24",
        "times": 3,
        "machine": {"cores": 2, "processor": "Some CPU", "system": "Linux x86_64", "python": "3.11.7"},
        "versions": {OURS: "0.1.0"},
        "cold": [row("python -c pass", ratio=1.0), row(OURS, ratio=9.5), row(f"{OURS}, one handler", ratio=21.0)],
        "batches": [batch],
        "shares": {"samples": 9, "stages": [["reading", 60.0]], "functions": [["a.py: f", 3.5]]},
        "growth": [curve],
        **changes,
    }


def test_targets_are_held_against_the_results() -> None:
    assert targets(results()) == [
        Target("cold, small template: 10 × `python -c pass`", "9.5 ×", True),
        Target("cold, small template: 40 MiB", "30 MiB", True),
        Target("cold, one handler: 20 × `python -c pass`", "21 ×", False, "1.1 times as much"),
        Target("JSON: 2 ms per 20 KB, so 1.0 ms", "1.5 ms", False, "1.5 times as much"),
        Target("JSON: 15 × reading and parsing", "15 ×", True),
        Target("JSON: 100 × faster than cfn-lint", "40 ×", False, "2.5 times too slow"),
        Target("growth, resources in a template: no worse than n log n", "1", True),
        Target("5,000 resources: 3 s", "5 s", False, "1.7 times as much"),
    ]


def test_a_curve_without_an_exponent_is_no_target() -> None:
    flat = {"name": "conditions", "points": [{"size": 1, "cpu": 0.1, "peak": 1}], "exponent": None}
    assert not [target for target in targets(results(growth=[flat])) if "conditions" in target.what]


def test_the_page_tells_machine_tables_and_distance() -> None:
    told = page(results())
    assert (
        "Taken 2026-11-24 on 2 cores (Some CPU, Linux x86_64), Python 3.11.7, 3 rounds of each measurement. stackproof 0.1.0."
        in told
    )
    assert "| cold, one handler: 20 × `python -c pass` | 21 × | no: 1.1 times as much |" in told
    assert "| reading | 60.0 |" in told
    assert "| `a.py: f` | 3.5 |" in told
    assert "| stackproof | 1.50 | 1.0 | 9 | 30 |" in told
    assert "| resources in a template | 1.0 | 10: 0.01 s, 100: 0.10 s, 5,000: 5.00 s | 50 |" in told


def test_the_picture_holds_every_curve_and_point() -> None:
    curves = [
        {"name": "a <b> & c", "points": [{"size": n, "cpu": n / 100} for n in (1, 10, 100)], "exponent": 1.0},
        {"name": "one", "points": [{"size": 10, "cpu": 0.1}], "exponent": None},
    ]
    root = ElementTree.fromstring(svg(curves))
    space = "{http://www.w3.org/2000/svg}"
    names = [text.text for text in root.iter(f"{space}text") if text.get("class") == "name"]
    assert names == ["a <b> & c", "one"]
    assert len(list(root.iter(f"{space}circle"))) == 4
    (first, _) = root.findall(f"{space}g")
    dots = [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in first.iter(f"{space}circle")]
    slopes = {(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairwise(dots)}
    assert max(slopes) - min(slopes) < 0.01
    assert max(slopes) < 0


def test_the_committed_page_is_that_of_the_committed_results(tmp_path: Path) -> None:
    write_page(json.loads(RESULTS.read_text(encoding="utf-8")), tmp_path)
    for name in ("performance.md", PICTURE):
        assert (tmp_path / name).read_text(encoding="utf-8") == (DOCS / name).read_text(encoding="utf-8"), (
            "python -m benchmarks --page"
        )


def test_a_figure_that_would_mean_nothing_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--quick", "--checkov", str(tmp_path / "none"), "-o", str(tmp_path / "results.json")]
    assert main(asked) == 2
    assert "none: no such program" in capsys.readouterr().err
    assert not (tmp_path / "results.json").exists()
