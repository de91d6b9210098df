"""What the rules about the code of authorizers share: one judgement for each function that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from analyzer.code.program import Place
from analyzer.facts.authorizers import Authorizer
from analyzer.facts.functions import Function
from analyzer.model.value import Unknown
from analyzer.rule import Confidence, Evidence, Judgement, Query, Severity, fail, passed, unknown

Proof = TypeVar("Proof")


def judge_each(
    query: Query,
    find: Callable[[Function, list[Authorizer]], Proof | Unknown | None],
    blame: Callable[[Function, list[Authorizer], Proof], Judgement],
) -> Iterator[Judgement]:
    """What ``find`` says of every authorizer's function: nothing is a pass, a proof is put into words by ``blame``."""
    for function, authorizers in query.authorizers.handlers.items():
        found = find(function, authorizers)
        if found is None:
            yield passed(function.resource)
        elif isinstance(found, Unknown):
            yield unknown(function.resource, found.needs)
        else:
            yield blame(function, authorizers, found)


def accuse(
    function: Function,
    authorizers: list[Authorizer],
    what: str,
    place: Place,
    *,
    because: str = "",
    severity: Severity | None = None,
    confidence: Confidence = Confidence.CERTAIN,
) -> Judgement:
    """ "AuthFn, the authorizer of Api, ``what`` ``because``.", with the code as proof."""
    where = function.place(place)
    apis = " and ".join(sorted({authorizer.api.name for authorizer in authorizers}))
    return fail(
        function.resource,
        f"{function.name}, the authorizer of {apis}, {what}{because}.",
        at=where,
        evidence=[Evidence("code", f"{function.name} {what}", where)],
        related=[authorizer.resource for authorizer in authorizers],
        severity=severity,
        confidence=confidence,
    )
