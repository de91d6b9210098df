"""What a sample counts for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import CodeType

import pytest

from benchmarks import inputs
from benchmarks.__main__ import SAMPLER
from benchmarks.measure import Command, run
from benchmarks.shares import REST, stage


def code(file: str, name: str) -> CodeType:
    return compile(f"def {name}(): pass", file, "exec").co_consts[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("stack", "counted"),
    [
        ([("/x/rules/fm0601_administrator.py", "check"), ("/x/analyzer/engine.py", "run")], "rules of failure mode 6"),
        ([("/x/analyzer/facts/iam.py", "statements"), ("/x/rules/fm1204_a.py", "check")], "rules of failure mode 12"),
        (
            [("/x/analyzer/sources/reading.py", "decode"), ("/x/analyzer/sources/discovery.py", "discover")],
            "reading and parsing",
        ),
        ([("/x/json/decoder.py", "loads"), ("/x/analyzer/cli/check.py", "_report")], "the report"),
        ([("/x/analyzer/cli/main.py", "main")], REST),
        ([], REST),
    ],
)
def test_a_stack_belongs_to_the_innermost_stage(stack: list[tuple[str, str]], counted: str) -> None:
    assert stage([code(file, name) for file, name in stack]) == counted


def test_the_shares_of_a_batch_add_up(tmp_path: Path) -> None:
    inputs.batch(tmp_path, 6)
    found = json.loads(run(Command((sys.executable, str(SAMPLER), "."), tmp_path)).output)
    assert 98 <= sum(share for _, share in found["stages"]) <= 102
    assert {"reading and parsing", "rules of failure mode 6", "rules of failure mode 10"} & {
        n for n, _ in found["stages"]
    }
    assert found["samples"] > 20
