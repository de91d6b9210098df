"""Sharing applications out: what becomes of those that nobody is left for."""

from __future__ import annotations

from datetime import date
from typing import Any

from analyzer.parallel.crew import Gone
from analyzer.parallel.examination import Task, examine_all
from analyzer.policy.result import InputProblem
from analyzer.policy.settings import Settings
from analyzer.sources.assembly import Application


class LeavingCrew:
    """Answers one parcel with problems, then is gone."""

    size = 1
    shares_fate = True

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Any]] = []
        self._answered = 0
        self.closed = 0

    @property
    def vacant(self) -> bool:
        return not self._waiting

    def start(self, number: int, parcel: Any) -> None:
        self._waiting.append((number, parcel))

    def finished(self) -> list[tuple[int, Any]]:
        if self._answered:
            raise Gone("all went home")
        self._answered += 1
        number, parcel = self._waiting.pop()
        return [(number, [InputProblem(task.application.path, None, None, "judged") for task in parcel.tasks])]

    def close(self) -> None:
        self.closed += 1


def test_applications_that_nobody_is_left_for_are_problems() -> None:
    crew = LeavingCrew()
    settings = Settings(as_of=date(2026, 11, 24))
    tasks = [Task(Application(f"a{number}", "template", f"a{number}.yaml"), settings) for number in range(5)]
    outcomes = list(examine_all(tasks, crew, 2, version="1", rules=(), parameters={}))
    gone = "could not be judged: all went home"
    reasons = ["judged", "judged", gone, gone, gone]
    assert outcomes == [InputProblem(f"a{n}.yaml", None, None, reason) for n, reason in enumerate(reasons)]
    assert crew.closed == 1
