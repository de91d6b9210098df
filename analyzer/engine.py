"""Runs rules over one application and says what they judged. Pure: no printing, no files, no globals.

A rule that raises or runs out of time becomes a :class:`Breakdown`, never a finding: what it proved before that
stands, what it passed or left undecided does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING

from analyzer.judgement import WORST_FIRST, Judgement, Verdict
from analyzer.records import dataclass

if TYPE_CHECKING:
    from traceback import StackSummary

    from analyzer.query import Query
    from analyzer.rule import Rule

_RANK = {verdict: rank for rank, verdict in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A rule that was not evaluated to its end, and why in one line."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What rules say of one application, one judgement per rule, subject and key, in a fixed order."""

    judgements: tuple[tuple[Rule, Judgement], ...]
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many ``seconds`` of ``clock`` one rule may take. It is looked at between judgements only."""

    seconds: float
    clock: Callable[[], float]


def run(
    rules: Iterable[Rule],
    query: Query,
    *,
    budget: Budget | None = None,
    before: Callable[[Rule], None] | None = None,
) -> Evaluation:
    """Ask every rule about the application behind ``query``.

    ``before`` is called with each rule before it runs (progress).
    """
    judgements: list[tuple[Rule, Judgement]] = []
    breakdowns: list[Breakdown] = []
    for rule in sorted(rules, key=lambda rule: rule.id):
        if before is not None:
            before(rule)
        judged, reason = _ask(rule, query, budget)
        if reason is not None:
            breakdowns.append(Breakdown(rule, reason))
            judged = [judgement for judgement in judged if judgement.verdict is Verdict.FAIL]
        if judged:
            judgements.extend([(rule, judgement) for judgement in settle(judged)])
    return Evaluation(tuple(judgements), tuple(breakdowns))


def settle(judgements: Iterable[Judgement]) -> list[Judgement]:
    """One judgement per subject and key, ordered by stack, logical id, key.

    Of several on the same subject and key a fail beats an unknown beats a pass; of several fails the gravest, then
    the most certain, then the one with the most evidence counts, then the first by the alphabet: in which order a rule
    comes upon them depends on how the template is written. A pass, and an unknown without a key, give way to a worse
    verdict with whatever key: they speak of the whole subject.
    """
    judged = list(judgements)
    names = [(judgement.subject.stack, judgement.subject.logical_id, judgement.subject.type) for judgement in judged]
    if names == sorted(set(names)):  # as most rules judge: each subject once, in order
        return judged
    by_subject: dict[tuple[str, str, str], list[Judgement]] = defaultdict(list)
    for name, judgement in zip(names, judged, strict=True):
        by_subject[name].append(judgement)
    return [judgement for _, found in sorted(by_subject.items(), key=_name) for judgement in _settle_subject(found)]


_name = itemgetter(0)


def _settle_subject(judgements: list[Judgement]) -> Iterable[Judgement]:
    return judgements if len(judgements) == 1 else _settle_several(judgements)


def _settle_several(judgements: list[Judgement]) -> Iterator[Judgement]:
    best: dict[str, Judgement] = {}
    for judgement in judgements:
        standing = best.get(judgement.key)
        if standing is None or _weight(judgement) < _weight(standing):
            best[judgement.key] = judgement
    worst = min(_RANK[judgement.verdict] for judgement in judgements)
    for key, judgement in sorted(best.items()):
        speaks_of_all = judgement.verdict is Verdict.PASS or not key
        if _RANK[judgement.verdict] == worst or not speaks_of_all:
            yield judgement


def _weight(judgement: Judgement) -> tuple[int, int, int, int, str, str]:
    severity = -1 if judgement.severity is None else judgement.severity
    proof = -len(judgement.evidence)
    return _RANK[judgement.verdict], -severity, -judgement.confidence, proof, judgement.message, judgement.needs


def _ask(rule: Rule, query: Query, budget: Budget | None) -> tuple[list[Judgement], str | None]:
    """The judgements of ``rule`` and, where it broke down, why."""
    judgements: list[Judgement] = []
    limit = None if budget is None else budget.clock() + budget.seconds
    try:
        for judgement in rule.run(query):
            judgements.append(judgement)
            if budget is not None and limit is not None and budget.clock() > limit:
                return judgements, f"it took longer than {budget.seconds:g} s"
    except Exception as error:  # noqa: BLE001  whatever a rule raises is its own breakdown, not the run's
        return judgements, describe(error, rule.module)
    return judgements, None


def describe(error: BaseException, module: str = "") -> str:
    """``TypeError: … (fm0701_event_loop.py:41)``: the last line of ``module`` itself that was running, if any was; else
    the last line."""
    from traceback import extract_tb, walk_tb

    own = [
        index
        for index, (frame, _) in enumerate(walk_tb(error.__traceback__))
        if frame.f_globals.get("__name__") == module
    ]
    frames: StackSummary = extract_tb(error.__traceback__)
    frame = frames[own[-1] if own else -1]
    file = frame.filename.replace("\\", "/").rpartition("/")[2]
    place = f"({file}:{frame.lineno})"
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message} {place}" if message else f"{type(error).__name__} {place}"
