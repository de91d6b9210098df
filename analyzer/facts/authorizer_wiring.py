"""Properties of an authorizer that do not fit its API, its methods or its function.

Source: API Gateway API Reference, CreateAuthorizer (REST and V2), and Developer Guide, "Choose an API key source",
read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.code.program import Record
from analyzer.facts.authorizer_answers import answers
from analyzer.facts.authorizer_events import unread
from analyzer.facts.authorizer_variants import Protocol, Variant, settle_variants
from analyzer.facts.numbers import number
from analyzer.facts.settle import Settled, settle
from analyzer.judgement import Severity, Verdict
from analyzer.model.node import Node
from analyzer.model.template import Resource, Template
from analyzer.model.value import Absent, Known, Unknown, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.authorizers import Authorizer

MOST_SECONDS = 3600
USAGE_KEY = "usageIdentifierKey"


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit; ``text`` completes "Authorizer …", ``settled`` says where it does not."""

    text: str
    node: Node
    settled: Settled
    related: tuple[Resource, ...] = ()
    severity: Severity | None = None


def wiring(authorizer: Authorizer) -> list[Fault]:
    """Every check of the wiring, whatever it says."""
    found = list(_elsewhere(authorizer))
    if any(variant.by_function is not False for variant in authorizer.variants):
        found += [
            _too_long(authorizer),
            _no_version(authorizer),
            _simple_on_websocket(authorizer),
            _no_usage_key(authorizer),
        ]
    return found


def _too_long(authorizer: Authorizer) -> Fault:
    ttl = authorizer.resource["AuthorizerResultTtlInSeconds"]

    def check(variant: Variant) -> int | Unknown | None:
        if isinstance(variant.ttl, Unknown):
            return None if _is_limited(variant.ttl, authorizer.resource.template) else variant.ttl
        return variant.ttl if variant.ttl > MOST_SECONDS else None

    outcome = settle_variants(ttl, authorizer.variants, check)
    text = f"caches results for {outcome.proof} seconds, of which API Gateway takes no more than {MOST_SECONDS}"
    return Fault(text, ttl, outcome.settled)


def _is_limited(ttl: Unknown, template: Template) -> bool:
    """Whether the parameter that the value stands for has a ``MaxValue`` that keeps it small enough."""
    for parameter in template.entries("Parameters"):
        if ttl.identity == ("parameter", template.key, parameter.logical_id):
            most = number(parameter.node["MaxValue"].value)
            return most is not None and most <= MOST_SECONDS
    return False


def _no_version(authorizer: Authorizer) -> Fault:
    node = authorizer.resource["AuthorizerPayloadFormatVersion"]

    def check(variant: Variant) -> bool | Unknown | None:
        if variant.version is not None or variant.by_function is False:
            return None
        if isinstance(variant.protocol, Unknown):
            return variant.protocol
        return True if variant.protocol is Protocol.HTTP else None

    settled = settle_variants(node, authorizer.variants, check).settled
    return Fault("has no AuthorizerPayloadFormatVersion, which an HTTP API needs", node, settled)


def _simple_on_websocket(authorizer: Authorizer) -> Fault:
    node = authorizer.resource["EnableSimpleResponses"]

    def check(variant: Variant) -> bool | Unknown | None:
        if variant.simple is False:
            return None
        undecided = next((one for one in (variant.protocol, variant.simple) if isinstance(one, Unknown)), None)
        return undecided or (True if variant.protocol is Protocol.WEBSOCKET else None)

    settled = settle_variants(node, authorizer.variants, check).settled
    return Fault("enables simple responses, which WebSocket APIs do not take", node, settled)


def _elsewhere(authorizer: Authorizer) -> Iterator[Fault]:
    """Methods of another API that name the authorizer."""
    own = authorizer.api
    for method, case in authorizer.guarded:
        if own.resource is None or method in own.methods or method.api.undecided:
            continue
        settled = Settled(Verdict.FAIL, case)
        text = f"belongs to {own.name}, but {method.label} of {authorizer.api_of(method).name} names it"
        yield Fault(text, method.authorizer, settled, (method.resource,))


def _no_usage_key(authorizer: Authorizer) -> Fault:
    """``ApiKeySourceType: AUTHORIZER`` takes the key from the answer, so the answer has to hold one."""
    source = authorizer.api.resource["ApiKeySourceType"] if authorizer.api.resource else authorizer.resource.node
    text = f"never answers with {USAGE_KEY}, from which its API takes the API key (ApiKeySourceType is AUTHORIZER)"
    asked = any(method.needs_key is not False for method, _ in authorizer.guarded)
    severity = None if asked else Severity.MEDIUM
    if authorizer.api.resource is None or not source:
        return Fault(text, source, Settled(Verdict.PASS))

    def fails(value: Value) -> bool | None:
        match value:
            case Absent():
                return False
            case Known(value=content):
                return str(content).upper() == "AUTHORIZER" and keyless is not False
            case _:
                return None

    outcome = settle_variants(source, authorizer.variants, _keyless)
    keyless = outcome.settled.verdict is not Verdict.PASS
    settled = settle(source, fails)
    if settled.verdict is Verdict.FAIL and outcome.settled.verdict is Verdict.UNKNOWN:
        settled = outcome.settled
    return Fault(text, source, settled, (authorizer.api.resource,), severity)


def _keyless(variant: Variant) -> bool | Unknown | None:
    """Whether no allowing answer holds a usage key."""
    if variant.by_function is False:
        return None
    if isinstance(variant.function, Unknown):
        return variant.function
    allowing = [answer.value for answer in answers(variant.function.program) if answer.allows is not False]
    if any(isinstance(value, Record) and value.get(USAGE_KEY) is not None for value in allowing):
        return None
    if any(not isinstance(value, Record) or not value.complete for value in allowing):
        return Unknown(f"whether {variant.function.name} answers with {USAGE_KEY}")
    return unread(variant.function) or True
