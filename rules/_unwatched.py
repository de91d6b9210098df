"""Judges what an alarm should watch; shared by the rules on APIs and state machines."""

from collections.abc import Iterator

from analyzer.facts.guard_gaps import likely, where
from analyzer.facts.ownership import is_own
from analyzer.model.template import Resource
from analyzer.rule import Confidence, Evidence, Judgement, Query, fail, passed, unknown


def judge_each(query: Query, kind: str, *types: str) -> Iterator[Judgement]:
    """Every resource of ``types`` that the user wrote, where there are alarms; ``kind`` is what people call it."""
    if query.alarms:
        for resource in query.resources(*types):
            if is_own(resource):
                yield _judge(query, kind, resource)


def _judge(query: Query, kind: str, resource: Resource) -> Judgement:
    """One resource. Where the application has no alarm at all, that is another failure."""
    gap = query.alarms.unwatched(resource, query.alarms.on(resource))
    if gap is None or (query.alarms.missing and set(query.alarms.missing) <= set(gap)):
        return passed(resource)
    doubt = query.alarms.undecided(resource)
    if doubt:
        return unknown(resource, doubt)
    return fail(
        resource,
        f"No alarm watches {kind} {resource.logical_id}{where(gap)}.",
        evidence=[Evidence("fact", "no alarm is on a metric of it")],
        confidence=Confidence.CERTAIN if likely(gap) else Confidence.LIKELY,
    )
