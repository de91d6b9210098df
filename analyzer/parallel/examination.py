"""The work on one parcel of applications, here or in another process; and sharing applications out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer.parallel.crew import Crew, Gone, Lost
from analyzer.parallel.sharing import Sharing
from analyzer.policy.assess import Examined, Outcome, attempt, not_judged
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.cache.remembering import Memory
    from analyzer.policy.settings import Settings
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application


@dataclass(frozen=True, slots=True)
class Task:
    """One application and how it is to be judged."""

    application: Application
    settings: Settings


@dataclass(frozen=True, slots=True)
class Parcel:
    """Tasks, with what they have in common: the ids of the rules and the parameters of the run. ``version``: of the
    tool; another one on the other side would judge by other rules. ``memory`` is where outcomes are kept, if they are.
    """

    version: str
    rules: tuple[str, ...]
    parameters: Mapping[str, str]
    tasks: tuple[Task, ...]
    memory: Memory | None = None


class VersionError(Exception):
    """The other side has another version of the tool."""


def examine_parcel(parcel: Parcel) -> list[Outcome]:
    """What became of each application of ``parcel``.

    Raises:
        VersionError: the parcel comes from another version.
    """
    check_version(parcel.version)
    rules = loaded(parcel.rules)
    judge = attempt if parcel.memory is None else parcel.memory.judge
    return [judge(task.application, rules, task.settings, parameters=parcel.parameters) for task in parcel.tasks]


def check_version(version: str) -> None:
    """Raise a :class:`VersionError` if ``version`` is not that of this side."""
    from analyzer import __version__

    if version != __version__:
        raise VersionError(f"the worker has stackproof {__version__}, not {version}")


@cache
def loaded(identifiers: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules with exactly these ids."""
    from analyzer import registry

    wanted = frozenset(identifiers)
    return tuple(rule for rule in registry.select(identifiers) if rule.id in wanted) if wanted else ()


def examine_all(
    tasks: Iterable[Task],
    crew: Crew,
    size: int,
    *,
    version: str,
    rules: Sequence[Rule],
    parameters: Mapping[str, str],
    memory: Memory | None = None,
) -> Iterator[Outcome]:
    """What became of each task, in their order; ``size`` tasks make a parcel. Those that nobody is left for are
    problems."""
    identifiers = tuple(rule.id for rule in rules)

    def pack(some: Sequence[Task]) -> Parcel:
        # No process needs the baseline: new and known findings are told apart when all are there.
        bare = {id(task.settings): replace(task.settings, baseline=None) for task in some}
        handed = tuple(Task(task.application, bare[id(task.settings)]) for task in some)
        return Parcel(version, identifiers, parameters, handed, memory)

    held = list(tasks)
    for task, answer in zip(held, _to_the_end(Sharing(crew, held, size, pack).answers(), len(held)), strict=True):
        match answer:
            case Examined():
                yield replace(answer, settings=task.settings)
            case Lost(reason):
                yield not_judged(task.application.path, reason)
            case _:
                yield answer


def _to_the_end(answers: Iterator[Outcome | Lost], number: int) -> Iterator[Outcome | Lost]:
    """``number`` answers, the last of them :class:`Lost` where the crew is gone before it has done everything."""
    given = 0
    try:
        for answer in answers:
            yield answer
            given += 1
    except Gone as error:
        yield from [Lost(str(error))] * (number - given)
