"""Methods that ask nothing of a caller beside methods that do, and authorizers that no method uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.facts.authorizer_variants import Protocol
from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Verdict
from analyzer.model.node import Case
from analyzer.model.value import Absent, Known
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Api, Authorizer, Method
    from analyzer.model.template import Resource


@dataclass(frozen=True)
class Openness:
    """What is known of the methods that one resource declares (SAM: an API declares them all)."""

    subject: Resource
    open: tuple[tuple[Method, Settled], ...]
    undecided: tuple[tuple[Method, Settled], ...]
    guarded: tuple[Method, ...]
    """Methods of the same API that ask for something."""


def openness(api: Api) -> Iterator[Openness]:
    """The methods of an API, by the resource that declares them. ``OPTIONS`` answers preflight requests, which carry no
    credentials; of a WebSocket API only ``$connect`` can ask for any."""
    methods = [method for method in api.methods if _can_ask(method, api)]
    guarded = tuple(method for method in methods if any(_asks(case) for case in method.authorization.cases()))
    settled = [(method, _settle(method, guarded)) for method in methods]
    owners = dict.fromkeys((method.resource.stack, method.resource.logical_id) for method in methods)
    for owner in owners:
        own = [(one, found) for one, found in settled if (one.resource.stack, one.resource.logical_id) == owner]
        yield Openness(
            own[0][0].resource,
            tuple((one, found) for one, found in own if found.verdict is Verdict.FAIL),
            tuple((one, found) for one, found in own if found.verdict is Verdict.UNKNOWN),
            guarded,
        )


def _can_ask(method: Method, api: Api) -> bool:
    if api.protocol is Protocol.WEBSOCKET:
        return method.path == "$connect"
    return method.verb != "OPTIONS"


def _settle(method: Method, guarded: Sequence[Method]) -> Settled:
    if not guarded or method.needs_key:
        return Settled(Verdict.PASS)
    settled = settle_cases(method.authorization.cases(), lambda case: _is_open(case, guarded))
    if settled.verdict is Verdict.FAIL and method.needs_key is None:
        return Settled(Verdict.UNKNOWN, needs=f"whether {method.label} needs an API key")
    return settled


def _is_open(case: Case, guarded: Sequence[Method]) -> bool | None:
    """Whether a method is open where another is not."""
    if not isinstance(case.value, Absent | Known):
        return None
    if _asks(case):
        return False
    consistent = case.node.template.conditions.consistent
    return any(
        _asks(other) and consistent((*case.guards, *other.guards))
        for method in guarded
        for other in method.authorization.cases()
    )


def _asks(case: Case) -> bool:
    return isinstance(case.value, Known) and str(case.value.value).upper() != "NONE"


def unused(authorizer: Authorizer) -> Settled:
    """Whether no method names the authorizer."""
    if authorizer.guarded:
        return Settled(Verdict.PASS)
    if authorizer.api.unread is not None:
        return Settled(Verdict.UNKNOWN, needs=authorizer.api.unread)
    if authorizer.maybe_guarded:
        return Settled(Verdict.UNKNOWN, needs=f"the authorizer of {authorizer.maybe_guarded[0].label}")
    return Settled(Verdict.FAIL)
