"""The applications of a run, and who judges them: this process, or several."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from analyzer.cli.clusters import cluster, is_cluster
from analyzer.cli.progress import Progress
from analyzer.cli.remembered import pruned, remembered
from analyzer.policy.assess import Outcome, attempt
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.cache.remembering import Memory
    from analyzer.cli.judging import Request
    from analyzer.parallel.crew import Crew
    from analyzer.policy.settings import Settings
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application

_WORTH_A_FORK = 8
_WORTH_AN_INTERPRETER = 64
"""Applications per process that repay its start: a fork takes milliseconds, a fresh interpreter loads all rules."""

LARGEST_PARCEL = 8
_PARCELS_PER_PROCESS = 8
"""Parcels are small enough that all processes end at about the same time."""

_CLUSTER_PARCEL = 16

BACKSTOP = 20
"""A process that takes this many times the seconds of a rule for one application is ended."""


@dataclass(frozen=True)
class Workload:
    """Applications with their settings, to be judged by ``rules``; ``parameters`` are those of the command line."""

    applications: Sequence[tuple[Application, Settings]]
    rules: Sequence[Rule]
    parameters: Mapping[str, str]

    def outcomes(self, request: Request, stream: TextIO) -> Iterator[Outcome]:
        """What became of each application, in their order; progress on ``stream``.

        Raises:
            click.ClickException: the cluster that ``request`` names cannot be used.
        """
        memory = remembered(request)
        if is_cluster(request.executor):
            from analyzer.parallel.examination import examine_parcel

            return self._shared(cluster(request.executor, examine_parcel), _CLUSTER_PARCEL, stream, None)
        number = self._paying() if request.jobs is None else min(request.jobs, len(self.applications))
        outcomes = self._processes(number, stream, memory) if number > 1 else self._alone(stream, memory)
        return outcomes if memory is None else pruned(memory, outcomes)

    def _paying(self) -> int:
        least = _WORTH_A_FORK if sys.platform == "linux" else _WORTH_AN_INTERPRETER
        most = len(self.applications) // least
        if most < 2:
            return 1
        from analyzer.parallel.processes import cores

        return min(most, cores())

    def _processes(self, jobs: int, stream: TextIO, memory: Memory | None) -> Iterator[Outcome]:
        from analyzer.parallel.examination import examine_parcel
        from analyzer.parallel.processes import ProcessCrew

        limit = BACKSTOP * max(settings.rule_seconds for _, settings in self.applications)
        size = max(1, min(LARGEST_PARCEL, len(self.applications) // (jobs * _PARCELS_PER_PROCESS)))
        return self._shared(ProcessCrew(examine_parcel, jobs, limit=limit), size, stream, memory)

    def _alone(self, stream: TextIO, memory: Memory | None) -> Iterator[Outcome]:
        number = len(self.applications)
        judge = attempt if memory is None else memory.judge
        with Progress(number * len(self.rules), stream, items=number) as progress:
            for application, settings in self.applications:
                yield judge(
                    application,
                    self.rules,
                    settings,
                    parameters=self.parameters,
                    before=lambda rule: progress.step(rule.id),
                )

    def _shared(self, crew: Crew, size: int, stream: TextIO, memory: Memory | None) -> Iterator[Outcome]:
        from analyzer import __version__
        from analyzer.parallel.examination import Task, examine_all

        number = len(self.applications)
        tasks = [Task(application, settings) for application, settings in self.applications]
        outcomes = examine_all(
            tasks,
            crew,
            size,
            version=__version__,
            rules=self.rules,
            parameters=self.parameters,
            memory=memory,
        )
        with Progress(number, stream, items=number) as progress:
            for application, outcome in zip(self.applications, outcomes, strict=True):
                progress.step(application[0].path)
                yield outcome
