"""The applications of a run, and who judges them: this process, or several."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from analyzer.cli.progress import Progress
from analyzer.policy.assess import Outcome, attempt

if TYPE_CHECKING:
    from analyzer.policy.settings import Settings
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application

_WORTH_A_FORK = 8
_WORTH_AN_INTERPRETER = 64
"""Applications per process that repay its start: a fork takes milliseconds, a fresh interpreter loads all rules."""

_LARGEST_PARCEL = 8
_PARCELS_PER_PROCESS = 8
"""Parcels are small enough that all processes end at about the same time."""

_BACKSTOP = 20
"""A process that takes this many times the seconds of a rule for one application is ended."""


@dataclass(frozen=True)
class Workload:
    """Applications with their settings, to be judged by ``rules``; ``parameters`` are those of the command line."""

    applications: Sequence[tuple[Application, Settings]]
    rules: Sequence[Rule]
    parameters: Mapping[str, str]

    def outcomes(self, jobs: int | None, stream: TextIO) -> Iterator[Outcome]:
        """What became of each application, in their order; progress on ``stream``. ``jobs`` None: as many as pay."""
        number = self._paying() if jobs is None else min(jobs, len(self.applications))
        return self._shared(number, stream) if number > 1 else self._alone(stream)

    def _paying(self) -> int:
        least = _WORTH_A_FORK if sys.platform == "linux" else _WORTH_AN_INTERPRETER
        most = len(self.applications) // least
        if most < 2:
            return 1
        from analyzer.parallel.processes import cores

        return min(most, cores())

    def _alone(self, stream: TextIO) -> Iterator[Outcome]:
        number = len(self.applications)
        with Progress(number * len(self.rules), stream, items=number) as progress:
            for application, settings in self.applications:
                yield attempt(
                    application,
                    self.rules,
                    settings,
                    parameters=self.parameters,
                    before=lambda rule: progress.step(rule.id),
                )

    def _shared(self, jobs: int, stream: TextIO) -> Iterator[Outcome]:
        from analyzer import __version__
        from analyzer.parallel.examination import Task, examine_all, examine_parcel
        from analyzer.parallel.processes import ProcessCrew

        number = len(self.applications)
        size = max(1, min(_LARGEST_PARCEL, number // (jobs * _PARCELS_PER_PROCESS)))
        limit = _BACKSTOP * max(settings.rule_seconds for _, settings in self.applications)
        tasks = [Task(application, settings) for application, settings in self.applications]
        outcomes = examine_all(
            tasks,
            ProcessCrew(examine_parcel, jobs, limit=limit),
            size,
            version=__version__,
            rules=self.rules,
            parameters=self.parameters,
        )
        with Progress(number, stream, items=number) as progress:
            for application, outcome in zip(self.applications, outcomes, strict=True):
                progress.step(application[0].path)
                yield outcome
