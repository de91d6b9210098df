"""A progress bar on a terminal, for work that takes long enough to wonder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TextIO

from analyzer.report.sanitize import terminal

PATIENCE = 1.0
"""Seconds of silence before anything is shown, and before a rate is believed."""

PACE = 0.1
"""Seconds between two pictures: a terminal that scrolls slower than we work must not hold us up."""

_CELLS = 24
_LONGEST_LABEL = 40
_ERASE = "\r\x1b[K"


class _Line:
    """A context manager that may have written a line to ``stream``, if that is a terminal, and erases it at the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream = stream if stream.isatty() else None
        self._clock = clock
        self._written = False

    def __enter__(self) -> Self:
        self._started = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._written:
            self._write("")

    def _write(self, line: str) -> None:
        """Show ``line`` instead of what is shown."""
        if self._stream:
            self._stream.write(f"{_ERASE}{line}")
            self._stream.flush()
            self._written = True


class Progress(_Line):
    """A context manager that is called once per step; shows nothing unless ``stream`` is a terminal.

    ``items`` is how many applications the steps are made of (1: neither count nor rate is shown), None: it cannot be
    told, as the list of inputs is still being read; then each step is an application.
    """

    def __init__(
        self, steps: int | None, stream: TextIO, *, items: int | None = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(stream, clock)
        self._steps = None if steps is None else max(steps, 1)
        self._items = items
        self._done = 0
        self._shown: float | None = None

    def step(self, label: str) -> None:
        """Begin the next step, called ``label``."""
        if self._stream:
            now = self._clock()
            late = self._shown is None or now - self._shown >= PACE
            if late and now - self._started >= PATIENCE:
                self._write(f"{self._picture(now - self._started)} {_short(terminal(label))}")
                self._shown = now
        self._done += 1

    def _picture(self, seconds: float) -> str:
        if self._steps is None or self._items is None:
            return f"{self._done}, {self._done / seconds:.0f}/s"
        share = min(self._done / self._steps, 1.0)
        filled = int(_CELLS * share)
        bar = f"[{'#' * filled}{'.' * (_CELLS - filled)}]"
        if not share:
            return bar
        left = f"{duration(seconds / share - seconds)} left"
        if self._items == 1:
            return f"{bar} {left}"
        return f"{bar} {int(self._items * share)} of {self._items}, {self._items * share / seconds:.1f}/s, {left}"


class Waiting(_Line):
    """A context manager for work of others, of which nothing is known but who is still at it."""

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream, clock)
        self._shown = ""

    def on(self, names: Sequence[str]) -> None:
        """Show that those called ``names`` are at work, and since when."""
        seconds = self._clock() - self._started
        shown = f"waiting for {', '.join(names)}, {duration(seconds)}"
        if self._stream and seconds >= PATIENCE and shown != self._shown:
            self._write(shown)
            self._shown = shown


def duration(seconds: float) -> str:
    """``8 s``, ``4 min`` or ``3 h 20 min``."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"...{label[3 - _LONGEST_LABEL :]}"
