"""A crew of processes on this machine.

There is no thread on this side, so that a process can be forked at any time: a fork costs a few milliseconds and
inherits the rules that are loaded, a fresh interpreter has to load them again. Where forking is not safe (other threads
run, or macOS) or not possible (Windows) processes are spawned.

A process that dies, or takes longer than ``limit``, loses its own parcel and is replaced; the others go on. Interrupts
are for this side alone. A process ends when this side does, however that ends, as its pipe closes.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from analyzer import collector
from analyzer.parallel.crew import Lost, Work, describe

_KILLED = 9
"""The number of the signal that the kernel ends a process with when memory runs out."""

_PATIENCE = 2.0
"""Seconds that a process has to end before it is killed."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ProcessCrew:
    """``size`` processes that do ``work``, started when they are first needed. ``limit``: seconds for one parcel.
    ``method`` is how they are started: ``fork``, ``spawn``, or None for what is safe here."""

    shares_fate = False

    def __init__(self, work: Work, size: int, *, limit: float | None = None, method: str | None = None) -> None:
        self.size = size
        self._work = work
        self._limit = limit
        self._context = multiprocessing.get_context(method or _safe_method())
        self._idle: list[_Worker] = []
        self._busy: dict[int, _Worker] = {}

    @property
    def vacant(self) -> bool:
        """Whether a process has nothing to do, or could be started."""
        return len(self._busy) < self.size

    def start(self, number: int, parcel: Any) -> None:
        """Give a parcel to an idle process."""
        worker = self._idle.pop() if self._idle else self._hire()
        worker.until = None if self._limit is None else time.monotonic() + self._limit
        self._busy[number] = worker
        with suppress(BrokenPipeError):  # it died while idle: its end shows in `finished`
            worker.pipe.send(parcel)

    def finished(self) -> list[tuple[int, Any]]:
        """The answers that are there, or why there is none; waits for the first."""
        while True:
            ready = set(wait([worker.pipe for worker in self._busy.values()], self._until_next()))
            now = time.monotonic()
            found = []
            for number, worker in [*self._busy.items()]:
                if worker.pipe in ready:
                    found.append((number, self._collect(number, worker)))
                elif worker.until is not None and now >= worker.until:
                    del self._busy[number]
                    worker.end()
                    found.append((number, Lost(f"it took longer than {self._limit:g} s")))
            if found:
                return found

    def close(self) -> None:
        """End all processes."""
        workers = [*self._idle, *self._busy.values()]
        self._idle, self._busy = [], {}
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.end()

    def _until_next(self) -> float | None:
        """Seconds until the first limit."""
        if self._limit is None:
            return None
        return max(0.0, min(worker.until or 0.0 for worker in self._busy.values()) - time.monotonic())

    def _collect(self, number: int, worker: _Worker) -> Any:
        del self._busy[number]
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(_PATIENCE)
            code = worker.process.exitcode
            worker.end()
            return Lost(_death(code))
        self._idle.append(worker)
        return answer

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        inherited = [worker.pipe for worker in (*self._idle, *self._busy.values())] + [ours]
        forked = self._context.get_start_method() == "fork"
        process = self._context.Process(  # type: ignore[attr-defined]  # every context has it; typeshed's base does not
            target=_serve, args=(theirs, self._work, inherited if forked else []), daemon=True
        )
        with _no_interrupts():
            process.start()
        theirs.close()
        return _Worker(process, ours)


class _Worker:
    """A process, this side's end of its pipe, and when its parcel has to be done."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process = process
        self.pipe = pipe
        self.until: float | None = None

    def end(self) -> None:
        """Make sure that it is gone."""
        self.pipe.close()
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.process.close()


def _safe_method() -> str:
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Interrupts wait meanwhile, and until a process that is started here has decided to ignore them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, work: Work, inherited: list[Connection]) -> None:
    """The life of a process: do parcels until the pipe closes. ``inherited`` are the other side's ends of pipes: while
    a copy is open here, theirs would never be seen to close."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for end in inherited:
        end.close()
    gc.freeze()  # what is inherited stays
    collector.early()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            parcel = pipe.recv()
            try:
                answer = work(parcel)
            except Exception as error:  # noqa: BLE001  whatever the work raises is an answer too
                answer = Lost(describe(error))
            pipe.send(answer)


def _death(code: int | None) -> str:
    if code == -_KILLED:
        return "the process was killed, probably because memory ran out"
    if code is not None and code < 0:
        return f"the process died of signal {-code}"
    return f"the process ended with status {code}"
