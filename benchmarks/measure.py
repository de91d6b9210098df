"""Measures commands in turn, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CHILD = Path(__file__).with_name("child.py")


class BenchmarkError(Exception):
    """A figure would mean nothing. One line for people."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: CPU and wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True, slots=True)
class Command:
    """What to run in ``folder``; any other exit status than one of ``statuses`` ends the run."""

    arguments: tuple[str, ...]
    folder: Path
    statuses: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its cost and what it wrote to standard output."""

    cost: Cost
    output: str


def environment() -> dict[str, str]:
    """That of the runner, but bytecode is written and nothing else reaches into Python's start."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STACKPROOF"))}


def run(command: Command) -> Ran:
    """Run a command once."""
    output, errors = command.folder / ".stdout", command.folder / ".stderr"
    launcher = [sys.executable, "-I", "-S", str(CHILD), str(output), str(errors), *command.arguments]
    told = subprocess.run(launcher, cwd=command.folder, env=environment(), capture_output=True, text=True, check=False)
    if told.returncode:
        raise BenchmarkError(f"{command.arguments[0]} cannot be started: {told.stderr.strip().splitlines()[-1:]}")
    cpu, wall, peak, status = told.stdout.split()
    written = output.read_text(encoding="utf-8", errors="replace")
    if int(status) not in command.statuses:
        last = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise BenchmarkError(f"{' '.join(command.arguments)[:200]} ended with status {status}: {' '.join(last)}")
    output.unlink()
    errors.unlink()
    return Ran(Cost(float(cpu), float(wall), int(peak) / 1024), written)


def alternated(commands: Mapping[str, Command], times: int) -> dict[str, Cost]:
    """The medians of ``times`` runs of each command, all of them once in each round."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            costs[name].append(run(command).cost)
    return {name: middle(found) for name, found in costs.items()}


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure by itself."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(cost.peak for cost in costs),
    )
