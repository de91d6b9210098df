"""Loaded into each worker of the tests (``dask worker --preload``): tells which application is judged in which process, and
kills or holds a process at those whose paths ask for it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.cli import single
from analyzer.parallel import examination
from analyzer.policy.assess import Outcome
from analyzer.sources.assembly import Application

JOURNAL = "WORKER_WATCH_JOURNAL"
"""The environment variable that names the file to which every process writes ``pid path`` lines."""

DEADLY = "deadly.yaml"
"""No process survives an application whose path ends so."""

HELD = "held.yaml"
"""One whose path ends so is judged when the file :data:`RELEASE` is beside the journal."""

RELEASE = "release"

_PAUSE = 0.02


def dask_setup(worker: Any) -> None:
    """Called by Dask when a worker starts; puts the watch before the judging of an application."""
    for module in (single, examination):
        module.attempt = _watched(module.attempt)  # type: ignore[attr-defined]


def _watched(attempt: Callable[..., Outcome]) -> Callable[..., Outcome]:
    def watched(application: Application, *arguments: Any, **options: Any) -> Outcome:
        _watch(application.path)
        return attempt(application, *arguments, **options)

    return watched


def _watch(path: str) -> None:
    journal = Path(os.environ[JOURNAL])
    with journal.open("a") as file:
        file.write(f"{os.getpid()} {path}\n")
    if path.endswith(DEADLY):
        os.kill(os.getpid(), signal.SIGKILL)
    while path.endswith(HELD) and not (journal.parent / RELEASE).exists():
        time.sleep(_PAUSE)
