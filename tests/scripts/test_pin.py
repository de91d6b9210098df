"""What is pinned: one version in both files, a digest for everything, and every extra that CI installs."""

from __future__ import annotations

import re

import pytest

from scripts.pin import CONSTRAINTS, DATA, OTHERS, OURS, ROOT, Part, pins


def test_the_constraints_are_what_the_environment_of_the_readme_is_pinned_to() -> None:
    written = [line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert written == pins(OURS.file.read_text("utf-8"))


@pytest.mark.parametrize("part", [OURS, OTHERS, DATA], ids=lambda part: part.file.name)
def test_everything_has_a_digest(part: Part) -> None:
    entries = re.split(r"\n(?=\S)", part.file.read_text("utf-8").split("\n", 1)[1].strip())
    assert [
        entry for entry in entries if not re.fullmatch(r"\S+==\S+( \\\n    --hash=sha256:[0-9a-f]{64})+", entry)
    ] == []


def test_every_extra_that_ci_installs_is_pinned_with_its_part() -> None:
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    asked = re.findall(r"from (\w+) \S*pip\"? install .*?\[([a-z,-]+)\]", run)
    extras = {part: set(",".join(named for other, named in asked if other == part).split(",")) for part, _ in asked}
    assert extras == {"requirements": set(OURS.extras), "others": set(OTHERS.extras)}


def test_no_step_of_ci_installs_what_is_not_pinned() -> None:
    lines = [
        line.strip()
        for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
        if 'pip" install' in line or "pip install" in line
    ]
    assert [line for line in lines if not line.startswith("from ") and "--require-hashes" not in line] == []
