"""One judgement on a carrier from what is wrong in each world of its statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analyzer.facts.iam_carriers import Allowed, Carrier, possible
from analyzer.facts.iam_worlds import Reader, Reading, World
from analyzer.judgement import AnyPlace, Confidence, Evidence, Judgement, Severity, Subject, Verdict
from analyzer.records import dataclass, replace

MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with a statement: ``name`` for the message (``s3:*``), ``text`` for the evidence, ``links`` for
    what else is part of the proof."""

    name: str
    text: str
    place: AnyPlace
    severity: Severity | None = None
    links: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """What it would take to tell."""

    needs: str


Find = Callable[[Allowed], Iterator[Flaw | Doubt]]


def judge(carrier: Carrier, find: Find, reader: Reader, sentence: str) -> Judgement:
    """What ``find`` says of every Allow of the carrier, in every world.

    ``sentence`` is the message without its full stop, with ``{who}`` for the carrier and ``{what}`` for what was found.
    """
    if carrier.exempt:
        return Judgement(Verdict.PASS, carrier.resource)
    found: dict[World, list[Flaw | Doubt]] = {}
    seen: dict[tuple[int, ...], list[Flaw | Doubt]] = {}
    for world, allowed in possible(carrier, reader):
        if allowed is None:
            found.setdefault(world, [])
            continue
        same = (id(allowed.reading), *map(id, allowed.denies))
        if same not in seen:
            seen[same] = [if_allowed(allowed.reading, one) for one in find(allowed)]
        found.setdefault(world, []).extend(seen[same])
    return settle_worlds(carrier.resource, found, sentence)


def if_allowed(reading: Reading, one: Flaw | Doubt) -> Flaw | Doubt:
    """A flaw of a statement that may not even allow is a doubt."""
    return Doubt(reading.undecided) if reading.undecided and isinstance(one, Flaw) else one


def settle_worlds(
    subject: Subject, found: dict[World, list[Flaw | Doubt]], sentence: str, related: Sequence[Subject] = ()
) -> Judgement:
    """One judgement from what was found in each world.

    A failing world is a failure, only likely where defaults speak against it; what ``AllowedValues`` merely admit
    fails only if every admitted value fails.
    """
    failing = {world: flaws for world, all_found in found.items() if (flaws := _flaws(all_found))}
    sure = {world: flaws for world, flaws in failing.items() if not world.admitted}
    if not sure and (open_parameter := _undecided_parameter(failing, found)) is not None:
        return Judgement(Verdict.UNKNOWN, subject, needs=f"the value of parameter {open_parameter}")
    if failing:
        return _failure(subject, sure or failing, sentence, related)
    doubts = [one.needs for all_found in found.values() for one in all_found if isinstance(one, Doubt)]
    if doubts:
        return Judgement(Verdict.UNKNOWN, subject, needs=min(doubts))
    return Judgement(Verdict.PASS, subject)


def _failure(
    subject: Subject, failing: dict[World, list[Flaw]], sentence: str, related: Sequence[Subject]
) -> Judgement:
    first = min(failing, key=lambda world: (not world.likely, world.where))
    seen = {flaw.text: (flaw, first) for flaw in failing[first]}
    for world, flaws in failing.items():
        for flaw in flaws:
            seen.setdefault(flaw.text, (flaw, world))
    graded = [flaw.severity for flaw, _ in seen.values()]
    named = sorted((flaw for flaw, world in seen.values() if world is first), key=_gravest_first)
    names = listed([flaw.name for flaw in named])
    return Judgement(
        Verdict.FAIL,
        subject,
        message=f"{sentence.format(who=subject.logical_id, what=names)}{first.where}.",
        place=failing[first][0].place,
        evidence=tuple(link for flaw, world in seen.values() for link in _proof(flaw, world, first)),
        related=tuple(related),
        severity=None if None in graded else max(one for one in graded if one is not None),
        confidence=Confidence.CERTAIN if first.likely else Confidence.LIKELY,
    )


def _proof(flaw: Flaw, world: World, first: World) -> tuple[Evidence, ...]:
    where = world.where if world is not first else ""
    return (Evidence("grant", flaw.text + where, flaw.place, key=flaw.text), *flaw.links)


def _gravest_first(flaw: Flaw) -> tuple[int, str]:
    return -len(Severity) if flaw.severity is None else -flaw.severity, flaw.name


def _undecided_parameter(failing: dict[World, list[Flaw]], found: dict[World, list[Flaw | Doubt]]) -> str | None:
    """The parameter whose value decides: some of its admitted values fail, others do not."""
    if not failing:
        return None
    asked = {guard for world in found for guard in world.admitted}
    for world in failing:
        for guard in world.admitted[:1]:
            values = {other for other in asked if replace(other, value=None) == replace(guard, value=None)}
            bad = {one for other in failing for one in other.admitted[:1]}
            if values <= bad:
                return None
    return next(iter(failing)).admitted[0].name


def _flaws(found: list[Flaw | Doubt]) -> list[Flaw]:
    return [one for one in found if isinstance(one, Flaw)]


def listed(names: Sequence[str]) -> str:
    """Names as people write them: ``a, b and c``; the rest counted."""
    unique = list(dict.fromkeys(names))
    if len(unique) > MOST_NAMES:
        unique = [*unique[: MOST_NAMES - 1], f"{len(unique) - MOST_NAMES + 1} more"]
    return " and ".join(filter(None, [", ".join(unique[:-1]), unique[-1]]))
