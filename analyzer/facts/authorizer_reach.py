"""How far the policies of an authorizer reach, and how far its caches need them to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer.code.program import Place
from analyzer.facts.authorizer_answers import Scope, answers, scope
from analyzer.facts.authorizer_events import caches, unread
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Authorizer
    from analyzer.facts.functions import Function

_WORDS = {
    Scope.STAGE: "every method of the stage",
    Scope.API: "every stage of the API",
    Scope.EVERYTHING: "every API (*)",
}


@dataclass(frozen=True)
class Reach:
    """A policy that reaches further than needed. ``cached``: some authorizer of the function caches results."""

    place: Place
    text: str
    cached: bool
    everything: bool


def reach(function: Function, authorizers: Iterable[Authorizer]) -> Reach | Unknown | None:
    """The widest policy of the function, where nothing needs one so wide."""
    widest: tuple[Scope, Place] | None = None
    doubt = False
    for answer in answers(function.program):
        if answer.allows is False:
            continue
        for resource in answer.allowed:
            found = scope(resource, function)
            doubt = doubt or found is None
            if found is not None and (widest is None or found > widest[0]):
                widest = found, answer.returned.place
    if widest is not None and widest[0] >= Scope.STAGE:
        cached = _cached(authorizers)
        if widest[0] is not Scope.STAGE or cached is False:
            text, everything = _WORDS[widest[0]], widest[0] is Scope.EVERYTHING
            return Reach(widest[1], text, cached is not False, everything)
        if isinstance(cached, Unknown):
            return cached
    return unread(function) or (Unknown(f"which methods the policy of {function.name} allows") if doubt else None)


def _cached(authorizers: Iterable[Authorizer]) -> bool | Unknown:
    """Whether results are cached for at least one authorizer, in at least one variant."""
    ttls = [
        variant.ttl for authorizer in authorizers for variant in authorizer.variants if caches(variant) is not False
    ]
    if any(isinstance(ttl, int) for ttl in ttls):
        return True
    return next((ttl for ttl in ttls if isinstance(ttl, Unknown)), False)
