"""Whatever an input is made of, the command ends soon, with a clear line, and without having left the folder."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from analyzer.cli.main import main
from tests.hostile.inputs import INPUTS

MOST_SECONDS = 20.0
"""CPU time for one input; the slowest take some seconds, and what takes quadratic time takes minutes."""
MOST_GROWTH = 1024 * 1024
"""KiB that the process may grow by; a bomb that goes off would take all there is."""


@pytest.mark.parametrize("name", INPUTS)
def test_a_hostile_input_ends_with_a_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = INPUTS[name]
    hostile.build(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    monkeypatch.chdir(tmp_path)
    begun, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    status = main(["check", ".", "--fail-on", "never"])

    said = capsys.readouterr()
    everything = said.out + said.err
    assert (status, "Traceback" in everything, "root:x:" in everything) == (hostile.status, False, False), everything
    lines = everything.splitlines()
    assert [phrase for phrase in hostile.said if not any(phrase in line for line in lines)] == [], everything
    assert {path.name for path in tmp_path.iterdir()} == before
    assert time.process_time() - begun < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MOST_GROWTH
