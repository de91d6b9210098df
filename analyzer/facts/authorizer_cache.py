"""What goes wrong when API Gateway answers from the cache of an authorizer instead of asking it.

API Gateway keeps the whole answer under the identity sources, in order, and uses it for every method and path of the
stage (API Gateway Developer Guide, "Configure an API Gateway Lambda authorizer", read 2026-11-24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.program import Place, Program
from analyzer.facts.authorizer_answers import Answer, Scope, answers, fields, scope
from analyzer.facts.authorizer_events import (
    Path,
    caches,
    deciding,
    follows_from_method,
    is_absent,
    is_keyed,
    keyed_by_method,
    unread,
)
from analyzer.facts.authorizer_variants import Shape, Variant
from analyzer.model.value import Unknown
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Authorizer
    from analyzer.facts.functions import Function


@dataclass(frozen=True)
class NarrowPolicy:
    """An allowing answer for the one method that was called."""

    function: Function
    place: Place
    ttl: int
    ttl_written: bool


@dataclass(frozen=True)
class StaleDecision:
    """A decision by parts of the request that do not belong to the key of the cache. ``confined``: the policy names
    the called method only, so that no cached answer lets a caller in elsewhere. ``keyed_by``: the identity sources."""

    function: Function
    place: Place
    read: tuple[str, ...]
    confined: bool
    keyed_by: str


def _serves_from_cache(variant: Variant) -> bool:
    """Whether it may: not without a time to live, nor without a key, which API Gateway refuses to create."""
    return variant.by_function is not False and caches(variant) is not False and variant.sources != ()


def narrow_policy(authorizer: Authorizer, variant: Variant) -> NarrowPolicy | Unknown | None:
    """Whether a cached policy turns callers away from every method but the first."""
    keyed = not isinstance(variant.sources, Unknown) and keyed_by_method(variant.sources)
    if not _serves_from_cache(variant) or variant.simple is True or keyed:
        return None
    alone = _guards_one(authorizer)
    if alone is True:
        return None
    if isinstance(variant.function, Unknown):
        return variant.function
    answer = _narrow_answer(variant.function)
    if answer is None or isinstance(answer, Unknown):
        return answer
    undecided = (variant.by_function, variant.ttl, variant.sources, variant.simple, alone)
    doubt = next((one for one in undecided if isinstance(one, Unknown)), None)
    if doubt is not None or isinstance(variant.ttl, Unknown):
        return doubt
    return NarrowPolicy(variant.function, answer.returned.place, variant.ttl, variant.ttl_written)


def _guards_one(authorizer: Authorizer) -> bool | Unknown:
    """Whether it guards no more than one method on a path without variables."""
    methods = {method for method, _ in authorizer.guarded}
    if len(methods) > 1 or any(not method.single for method in methods):
        return False
    if authorizer.api.unread is not None:
        return Unknown(authorizer.api.unread)
    if authorizer.maybe_guarded:
        return Unknown(f"the authorizer of {authorizer.maybe_guarded[0].label}")
    return True


def _narrow_answer(function: Function) -> Answer | Unknown | None:
    doubt: Unknown | None = None
    for answer in answers(function.program):
        if answer.allows is False:
            continue
        scopes = [scope(resource, function) for resource in answer.allowed]
        if scopes and all(one is Scope.METHOD for one in scopes) and answer.allows:
            return answer
        if None in scopes or (answer.allows is None and not answer.allowed and answer.permits is None):
            doubt = doubt or Unknown(f"which methods the policy of {function.name} allows")
    return unread(function) or doubt


def stale_decision(variant: Variant) -> StaleDecision | Unknown | None:
    """Whether a cached answer serves requests about which the function would decide otherwise."""
    if not _serves_from_cache(variant):
        return None
    function, sources = variant.function, variant.sources
    if isinstance(function, Unknown):
        return function
    outside = _outside(function.program, variant)
    if not outside:
        return _unseen(function)
    for undecided in (variant.ttl, variant.by_function):
        if isinstance(undecided, Unknown):
            return undecided
    if isinstance(sources, Unknown):
        return sources
    confined = all(follows_from_method(path) for path in outside) and _names_called_method(function)
    path = min(outside, key=lambda found: (follows_from_method(found), found))
    place = next((read.place for read in function.program.reads if read.path == path), outside[path])
    return StaleDecision(function, place, path, confined, ", ".join(source.text for source in sources))


def _outside(program: Program, variant: Variant) -> dict[Path, Place]:
    """What decides and is no part of the cache's key, with the answer that it decides."""
    sources = () if isinstance(variant.sources, Unknown) else variant.sources
    shape = variant.shape
    return {
        path: place
        for path, place in deciding(program)
        if not is_keyed(path, sources) and not (isinstance(shape, Shape) and is_absent(path, shape))
    }


def _unseen(function: Function) -> Unknown | None:
    """What it would take to know that nothing else decides."""
    whole = any(() in fields(*answer.decided_by) for answer in answers(function.program) if answer.allows is not False)
    return unread(function) or (Unknown(f"which parts of the event {function.name} decides by") if whole else None)


def _names_called_method(function: Function) -> bool:
    allowing = [answer for answer in answers(function.program) if answer.allows is not False]
    scopes = [scope(resource, function) for answer in allowing for resource in answer.allowed]
    return bool(scopes) and all(one is Scope.METHOD for one in scopes)
