"""What a process cost, and the order in which commands run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.measure import BenchmarkError, Command, Cost, alternated, environment, middle, run


def python(folder: Path, code: str, *statuses: int) -> Command:
    return Command((sys.executable, "-c", code), folder, frozenset(statuses or {0}))


def test_the_cost_of_a_process_is_its_own_and_its_childrens(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass\nprint('done')"
    alone = run(python(tmp_path, burn))
    started = run(python(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"))
    assert (alone.output, started.output) == ("done\n", "done\n")
    assert 0.2 <= alone.cost.cpu < 2
    assert started.cost.cpu >= 0.2


def test_memory_is_not_that_of_who_measures(tmp_path: Path) -> None:
    ballast = bytearray(300 * 1024 * 1024)
    small = run(python(tmp_path, "pass"))
    large = run(python(tmp_path, "x = bytearray(100 * 1024 * 1024)"))
    assert small.cost.peak < 40
    assert 100 < large.cost.peak < 140
    assert len(ballast) == 300 * 1024 * 1024


def test_what_starts_python_differently_is_kept_from_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("STACKPROOF_CACHE", "x")
    assert not {"PYTHONDONTWRITEBYTECODE", "STACKPROOF_CACHE"} & environment().keys()
    shown = run(python(tmp_path, "import sys; print(sys.dont_write_bytecode)")).output
    assert shown == "False\n"


def test_another_status_than_expected_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"ended with status 3: for this reason$"):
        run(python(tmp_path, "import sys; print('for this reason', file=sys.stderr); sys.exit(3)"))
    assert run(python(tmp_path, "import sys; sys.exit(3)", 3)).output == ""


def test_a_program_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"no-such-program cannot be started"):
        run(Command(("no-such-program",), tmp_path))


def test_commands_run_in_turn(tmp_path: Path) -> None:
    note = "import pathlib; file = pathlib.Path('order'); file.open('a').write({!r})"
    commands = {name: python(tmp_path, note.format(name)) for name in "ab"}
    assert list(alternated(commands, 3)) == ["a", "b"]
    assert (tmp_path / "order").read_text() == "ababab"


def test_each_figure_has_its_own_median() -> None:
    assert middle([Cost(1, 9, 5), Cost(2, 7, 6), Cost(3, 8, 1)]) == Cost(2, 8, 5)
