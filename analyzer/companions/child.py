"""Runs a program that is not trusted to end, or to write little."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from typing import IO

from analyzer.records import dataclass

MOST_OUTPUT = 256 * 1024 * 1024
"""Bytes of standard output; of more nothing is read."""

MOST_ERRORS = 64 * 1024
"""Bytes kept of the end of standard error."""


_LOOK_UP = 0.25
"""Seconds after which a wait looks whether it is to stop."""


class ChildError(Exception):
    """The program could not be started, did not end in time or wrote too much. One line for people."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended. ``status`` is negative for a signal."""

    status: int
    output: str
    errors: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], *, seconds: float, stop: Event) -> Done:
    """Run ``command`` in ``folder`` without input. What it started itself is ended with it when its time is up or
    ``stop`` is set.

    Raises:
        ChildError: see there.
    """
    with TemporaryFile() as output, TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            raise ChildError(f"it cannot be started: {error.strerror or error}") from error
        try:
            status = _wait(process, seconds, stop)
        finally:
            _end(process)
        if output.seek(0, os.SEEK_END) > MOST_OUTPUT:
            raise ChildError(f"it wrote more than {MOST_OUTPUT // 1024 // 1024} MB")
        return Done(status, _text(output, 0), _text(errors, max(errors.seek(0, os.SEEK_END) - MOST_ERRORS, 0)))


def _wait(process: subprocess.Popen[bytes], seconds: float, stop: Event) -> int:
    until = time.monotonic() + seconds
    while not stop.is_set():
        left = until - time.monotonic()
        if left <= 0:
            raise ChildError(f"it took longer than {seconds:g} s")
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, _LOOK_UP))
    raise ChildError("it was stopped")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what may be left of the program and of what it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # nothing is left of the group
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def _text(file: IO[bytes], start: int) -> str:
    file.seek(start)
    return file.read().decode("utf-8", "replace")
