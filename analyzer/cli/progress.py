"""A progress bar on a terminal, for work that takes long enough to wonder."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

PATIENCE = 1.0
"""Seconds of silence before anything is shown."""

_CELLS = 24
_ERASE = "\r\x1b[K"


class Progress:
    """A context manager that is called once per step; shows nothing unless ``stream`` is a terminal."""

    def __init__(self, steps: int, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._steps = max(steps, 1)
        self._stream = stream if stream.isatty() else None
        self._clock = clock
        self._done = 0
        self._shown = False

    def __enter__(self) -> Progress:
        self._started = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and self._stream:
            self._stream.write(_ERASE)
            self._stream.flush()

    def step(self, label: str) -> None:
        """Begin the next step, called ``label``."""
        if self._stream and self._clock() - self._started >= PATIENCE:
            filled = _CELLS * min(self._done, self._steps) // self._steps
            bar = "#" * filled + "." * (_CELLS - filled)
            self._stream.write(f"{_ERASE}[{bar}] {label}")
            self._stream.flush()
            self._shown = True
        self._done += 1
