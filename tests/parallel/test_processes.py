"""A crew of processes: answers, deaths, limits, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from analyzer.parallel.crew import Lost
from analyzer.parallel.processes import ProcessCrew, cores


def obey(parcel: tuple[str, Any]) -> Any:
    """What the processes of these tests do."""
    match parcel:
        case "double", number:
            return 2 * number
        case "raise", text:
            raise ValueError(text)
        case "signal", number:
            os.kill(os.getpid(), number)
        case "leave", status:
            os._exit(status)
        case "sleep", seconds:
            time.sleep(seconds)
        case "pid", _:
            return os.getpid()
    return None


@contextmanager
def crew(size: int = 2, method: str = "fork", limit: float | None = None) -> Iterator[ProcessCrew]:
    made = ProcessCrew(obey, size, limit=limit, method=method)
    try:
        yield made
    finally:
        made.close()


def answers(crew: ProcessCrew, number: int) -> dict[int, Any]:
    found: dict[int, Any] = {}
    while len(found) < number:
        found.update(crew.finished())
    return found


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_parcels_are_answered_under_their_numbers(method: str) -> None:
    with crew(method=method) as workers:
        workers.start(7, ("double", 3))
        workers.start(4, ("double", 5))
        assert not workers.vacant
        assert answers(workers, 2) == {7: 6, 4: 10}
        assert workers.vacant


def test_an_answer_larger_than_a_pipe_arrives() -> None:
    with crew() as workers:
        workers.start(0, ("double", "x" * 5_000_000))
        assert answers(workers, 1) == {0: "x" * 10_000_000}


def test_an_exception_is_an_answer_and_its_process_goes_on() -> None:
    with crew(size=1) as workers:
        workers.start(0, ("pid", None))
        first = answers(workers, 1)[0]
        workers.start(1, ("raise", "no\nsuch thing"))
        assert answers(workers, 1) == {1: Lost("ValueError: no such thing")}
        workers.start(2, ("pid", None))
        assert answers(workers, 1) == {2: first}


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (("signal", signal.SIGKILL), "the process was killed, probably because memory ran out"),
        (("signal", signal.SIGTERM), f"the process died of signal {int(signal.SIGTERM)}"),
        (("leave", 5), "the process ended with status 5"),
    ],
)
def test_a_death_loses_one_parcel_and_the_process_is_replaced(order: tuple[str, Any], reason: str) -> None:
    with crew(size=2) as workers:
        workers.start(0, order)
        workers.start(1, ("double", 1))
        assert answers(workers, 2) == {0: Lost(reason), 1: 2}
        workers.start(2, ("double", 2))
        workers.start(3, ("double", 3))
        assert answers(workers, 2) == {2: 4, 3: 6}


def test_a_process_that_died_while_idle_loses_the_next_parcel_only() -> None:
    with crew(size=1) as workers:
        workers.start(0, ("pid", None))
        os.kill(answers(workers, 1)[0], signal.SIGKILL)
        time.sleep(0.1)
        workers.start(1, ("double", 1))
        assert answers(workers, 1) == {1: Lost("the process was killed, probably because memory ran out")}
        workers.start(2, ("double", 1))
        assert answers(workers, 1) == {2: 2}


def test_what_takes_longer_than_the_limit_is_ended() -> None:
    with crew(limit=0.3) as workers:
        workers.start(0, ("sleep", 60))
        workers.start(1, ("double", 1))
        assert answers(workers, 2) == {0: Lost("it took longer than 0.3 s"), 1: 2}


def test_an_interrupt_does_not_reach_the_processes() -> None:
    with crew(size=1) as workers:
        workers.start(0, ("signal", signal.SIGINT))
        assert answers(workers, 1) == {0: None}


def test_close_ends_what_is_under_way() -> None:
    with crew(size=2) as workers:
        workers.start(0, ("pid", None))
        pid = answers(workers, 1)[0]
        workers.start(1, ("sleep", 60))
        workers.start(2, ("sleep", 60))
        began = time.monotonic()
        workers.close()
        assert time.monotonic() - began < 5
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


ORPHANS = """
import os, signal, sys
from analyzer.parallel.processes import ProcessCrew
from tests.parallel.test_processes import answers, obey

crew = ProcessCrew(obey, 2)
for number in range(2):
    crew.start(number, ("pid", None))
print(*answers(crew, 2).values(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_the_one_that_started_them_however_it_ends() -> None:
    ran = subprocess.run([sys.executable, "-c", ORPHANS], capture_output=True, text=True, timeout=30)
    pids = [int(pid) for pid in ran.stdout.split()]
    assert (ran.returncode, len(pids)) == (-signal.SIGKILL, 2)
    until = time.monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether there is such a process that has not ended; one that nobody has waited for is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_cores_are_those_that_this_process_may_use() -> None:
    assert cores() == len(os.sched_getaffinity(0))
