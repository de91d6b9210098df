"""How a report is wanted, and how it gets at the lines it quotes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.policy.run import Run

ReadLine = Callable[[str, int], str | None]
"""The line (from 1) of a file, without its end; None where it cannot be read. Reports never open files themselves."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""When reports were made whose maker names no time."""


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
    """``width`` is the number of columns to wrap at; None: never. ``symbols`` allows more than ASCII. ``generated`` is
    when the report is made, for formats that must say so; reports ask no clock. ``run`` is what governed the run;
    None: nobody says.

    ``oscal_plan`` is the address of the assessment plan that OSCAL results belong to; ``oscal_satisfied`` lets them
    call an objective satisfied where every judgement passed.
    """

    colour: bool = False
    width: int | None = None
    verbosity: Verbosity = Verbosity.NORMAL
    symbols: bool = True
    read_line: ReadLine = no_lines
    generated: datetime = EPOCH
    run: Run | None = None
    oscal_plan: str | None = None
    oscal_satisfied: bool = False
