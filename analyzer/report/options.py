"""How a report is wanted, and how it gets at the lines it quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

ReadLine = Callable[[str, int], str | None]
"""The line (from 1) of a file, without its end; None where it cannot be read. Reports never open files themselves."""


class Verbosity(IntEnum):
    """How much a report for people tells."""

    QUIET = -1
    NORMAL = 0
    VERBOSE = 1


def no_lines(file: str, line: int) -> str | None:  # noqa: ARG001  the signature of ReadLine
    """A :data:`ReadLine` for reports that quote nothing."""
    return None


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """``width`` is the number of columns to wrap at; None: never. ``symbols`` allows more than ASCII."""

    colour: bool = False
    width: int | None = None
    verbosity: Verbosity = Verbosity.NORMAL
    symbols: bool = True
    read_line: ReadLine = no_lines
