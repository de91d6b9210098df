"""What holds under which conditions, without enumerating the conditions that do not matter.

A :class:`World` decides a condition when an evaluation first asks for it, and remembers having done so. :func:`explore`
evaluates again with each decision turned, until every way through the conditions that were asked for has been seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Generic, TypeVar

from analyzer.judgement import Confidence, Verdict
from analyzer.model.template import Resource
from analyzer.model.value import Guard
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.model.application import Application

MOST_WORLDS = 32
"""More combinations of the conditions that matter are not followed."""

Decision = tuple[Guard, bool]
T = TypeVar("T")


class World:
    """One choice for every condition, mapping key and allowed value that an evaluation asks about.

    Without a choice made before, the alternative that parameters' defaults select is taken.
    """

    def __init__(self, application: Application, given: Iterable[Guard] = (), turned: Sequence[Decision] = ()) -> None:
        self._application = application
        self._truth: dict[Guard, bool] = {}
        self.free: list[Decision] = []
        for guard in given:
            self._truth[_positive(guard)] = _wanted(guard)
        for guard, truth in turned:
            self._truth[guard] = truth
            self.free.append((guard, truth))

    def admits(self, guards: Iterable[Guard]) -> bool:
        """Whether all the guards hold here; those not asked about before are decided now."""
        return all(self._holds(guard) for guard in guards)

    def has(self, resource: Resource) -> bool:
        """Whether the resource exists here."""
        return self.admits(presence(resource))

    @property
    def guards(self) -> tuple[Guard, ...]:
        """What was decided, as guards that hold."""
        return tuple(_guard(guard, truth) for guard, truth in self._truth.items() if truth or _is_condition(guard))

    @property
    def likely(self) -> bool:
        """Whether nothing decided here contradicts the parameters' defaults."""
        return all(guard.likely in (None, truth) for guard, truth in self._truth.items())

    def _holds(self, guard: Guard) -> bool:
        positive = _positive(guard)
        if positive not in self._truth:
            self._decide(guard, positive)
        return self._truth[positive] == _wanted(guard)

    def _decide(self, guard: Guard, positive: Guard) -> None:
        preferred = _wanted(guard) if guard.likely is not False else not _wanted(guard)
        possible = [truth for truth in (preferred, not preferred) if self._consistent(positive, truth)]
        truth = possible[0] if possible else preferred
        self._truth[positive] = truth
        if len(possible) == 2:
            self.free.append((positive, truth))

    def _consistent(self, guard: Guard, truth: bool) -> bool:
        if truth and any(held and _excludes(other, guard) for other, held in self._truth.items()):
            return False
        if not truth and not _is_condition(guard):
            return True
        template = self._application.templates.get(guard.stack)
        return template is None or template.conditions.consistent((*self.guards, _guard(guard, truth)))


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What an evaluation gave in one world."""

    result: T
    guards: tuple[Guard, ...]
    likely: bool


def explore(
    application: Application, given: Iterable[Guard], evaluate: Callable[[World], T]
) -> tuple[Outcome[T], ...] | None:
    """The result of ``evaluate`` in every world in which ``given`` holds; None where there are too many."""
    fixed = tuple(given)
    outcomes: list[Outcome[T]] = []
    pending: list[tuple[Decision, ...]] = [()]
    while pending:
        if len(outcomes) == MOST_WORLDS:
            return None
        turned = pending.pop()
        world = World(application, fixed, turned)
        result = evaluate(world)
        outcomes.append(Outcome(result, world.guards, world.likely))
        for index in range(len(turned), len(world.free)):
            guard, truth = world.free[index]
            pending.append((*world.free[:index], (guard, not truth)))
    return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One verdict from all worlds. ``result`` is that of the world that decides it, ``guards`` what of that world
    matters: nothing where all worlds agree."""

    verdict: Verdict
    result: T
    guards: tuple[Guard, ...] = ()
    likely: bool = True

    @property
    def confidence(self) -> Confidence:
        """LIKELY where parameters' defaults choose another world."""
        return Confidence.CERTAIN if self.likely else Confidence.LIKELY

    @property
    def where(self) -> str:
        """`` where condition X is true``; empty where nothing selects it."""
        return f" where {' and '.join(map(str, self.guards))}" if self.guards else ""


def settle_worlds(outcomes: Sequence[Outcome[T]], judge: Callable[[T], bool | None]) -> Answer[T]:
    """One answer: True of ``judge`` fails, None is unknown. What ``AllowedValues`` merely admit does not fail."""
    judged = [(outcome, judge(outcome.result)) for outcome in outcomes]
    failing = [outcome for outcome, answer in judged if answer]
    candidates = sorted(
        (_narrowest(outcome, judged) for outcome in failing),
        key=lambda found: (_merely_allowed(found[1]), not found[0].likely, len(found[1])),
    )
    if candidates and not _merely_allowed(candidates[0][1]):
        outcome, guards = candidates[0]
        return Answer(Verdict.FAIL, outcome.result, guards, all(guard.likely is not False for guard in guards))
    undecided = [outcome for outcome, answer in judged if answer is None]
    if undecided or failing:
        outcome = min(undecided or failing, key=lambda found: not found.likely)
        return Answer(Verdict.UNKNOWN, outcome.result, _narrowest(outcome, judged)[1])
    return Answer(Verdict.PASS, outcomes[0].result)


def presence(resource: Resource) -> tuple[Guard, ...]:
    """What must hold for a resource to exist: its own condition and those of the stacks that nest its template."""
    guards = resource.guards
    parent = resource.template.parent
    while parent is not None:
        guards = (*guards, *parent.guards)
        parent = parent.template.parent
    return guards


def _narrowest(
    outcome: Outcome[T], judged: Sequence[tuple[Outcome[T], bool | None]]
) -> tuple[Outcome[T], tuple[Guard, ...]]:
    """The fewest guards of the outcome under which every world is answered alike."""
    own = next(answer for other, answer in judged if other is outcome)
    for size in range(len(outcome.guards) + 1):
        for guards in combinations(outcome.guards, size):
            if all(answer == own for other, answer in judged if _compatible(other.guards, guards)):
                return outcome, guards
    return outcome, outcome.guards


def _compatible(world: Sequence[Guard], guards: Sequence[Guard]) -> bool:
    return not any(_contradicts(held, guard) for held in world for guard in guards)


def _contradicts(left: Guard, right: Guard) -> bool:
    return _dimension(left) == _dimension(right) and left.value != right.value


def _merely_allowed(guards: Sequence[Guard]) -> bool:
    return any(guard.kind == "allowed" for guard in guards)


def _dimension(guard: Guard) -> tuple[str, str, str]:
    return guard.kind, guard.stack, guard.name


def _excludes(held: Guard, guard: Guard) -> bool:
    return not _is_condition(guard) and _contradicts(held, guard)


def _is_condition(guard: Guard) -> bool:
    return guard.kind == "condition"


def _wanted(guard: Guard) -> bool:
    """What the positive form of the guard must be for the guard to hold."""
    return bool(guard.value) if _is_condition(guard) else True


def _positive(guard: Guard) -> Guard:
    if not _is_condition(guard) or guard.value is True:
        return guard
    return replace(guard, value=True, likely=None if guard.likely is None else not guard.likely)


def _guard(positive: Guard, truth: bool) -> Guard:
    if truth or not _is_condition(positive):
        return positive
    return replace(positive, value=False, likely=None if positive.likely is None else not positive.likely)
