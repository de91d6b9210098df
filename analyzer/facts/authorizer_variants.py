"""The ways in which one authorizer may be deployed: every property that decides how it works, alternatives joined.

Source of the defaults: API Gateway API Reference, CreateAuthorizer (REST and V2), read 2026-11-24. A REST authorizer
whose time to live is not written caches for 300 seconds; the others cache only where one is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from analyzer.facts.settle import Settled, settle_cases
from analyzer.model.alternatives import merge, options_of
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Guard, Known, Listing, Unknown, Value, as_text
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.model.names import Names
    from analyzer.model.template import Resource

Proof = TypeVar("Proof")
DEFAULT_TTL = 300
MOST_VARIANTS = 48
"""More combinations than this are not told apart: everything about the authorizer is Unknown then."""


class Protocol(StrEnum):
    """What kind of API an authorizer belongs to."""

    REST = "REST API"
    HTTP = "HTTP API"
    WEBSOCKET = "WebSocket API"


class Shape(StrEnum):
    """Which event the function gets."""

    TOKEN = "TOKEN event"
    REQUEST = "REQUEST event"
    HTTP_1 = "HTTP API event of format 1.0"
    HTTP_2 = "HTTP API event of format 2.0"
    WEBSOCKET = "WebSocket REQUEST event"


@dataclass(frozen=True, slots=True)
class IdentitySource:
    """One identity source. ``kind``: ``header``, ``querystring``, ``stageVariables``, ``context`` or ``other``;
    ``name`` is None where it is not known."""

    kind: str
    name: str | None
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One way in which an authorizer may be deployed, under ``guards``.

    ``ttl`` counts seconds, 0 without a cache; ``version`` is the payload format (None: not written). A field that
    nobody can know yet is Unknown.
    """

    kind: str | Unknown
    ttl: int | Unknown
    ttl_written: bool
    sources: tuple[IdentitySource, ...] | Unknown
    function: Function | Unknown
    version: str | Unknown | None
    simple: bool | Unknown
    protocol: Protocol | Unknown
    listed: bool = False
    """Whether the identity sources are written as a list."""
    guards: tuple[Guard, ...] = ()

    @property
    def by_function(self) -> bool | Unknown:
        """Whether a Lambda function decides."""
        return self.kind if isinstance(self.kind, Unknown) else self.kind in ("TOKEN", "REQUEST")

    @property
    def shape(self) -> Shape | Unknown:
        """Which event the function gets."""
        if isinstance(self.protocol, Unknown):
            return self.protocol
        if self.protocol is Protocol.WEBSOCKET:
            return Shape.WEBSOCKET
        if self.protocol is Protocol.HTTP:
            if isinstance(self.version, Unknown):
                return self.version
            known = {"1.0": Shape.HTTP_1, "2.0": Shape.HTTP_2}
            return known.get(self.version or "", Unknown("a payload format version that exists"))
        if isinstance(self.kind, Unknown):
            return self.kind
        return Shape.TOKEN if self.kind == "TOKEN" else Shape.REQUEST


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Proof]):
    """What a check says of an authorizer, with the proof of the failing variant (None unless it fails)."""

    settled: Settled
    proof: Proof | None = None


def settle_variants(
    node: Node, variants: Iterable[Variant], check: Callable[[Variant], Proof | Unknown | None]
) -> Outcome[Proof]:
    """One answer from all variants, by the rule of :mod:`analyzer.facts.settle`.

    ``check`` answers with the proof that a variant fails, with None where it does not, with an Unknown where it cannot
    tell.
    """
    answers = [(variant.guards, check(variant)) for variant in variants]
    cases = {Case(_verdict(answer), guards, node): answer for guards, answer in answers}
    settled = settle_cases(cases, lambda case: case.value.value is True if isinstance(case.value, Known) else None)
    proof = cases[settled.case] if settled.case is not None else None
    return Outcome(settled, None if isinstance(proof, Unknown) else proof)


def _verdict(answer: object) -> Known | Unknown:
    return answer if isinstance(answer, Unknown) else Known(answer is not None)


# --- reading ------------------------------------------------------------------------------------------------

Choices = list[tuple[Any, tuple[Guard, ...]]]


@dataclass(frozen=True, slots=True)
class Reader:
    """What it takes to read the variants of an authorizer."""

    resource: Resource
    functions: Functions
    names: Names
    protocol: Protocol | Unknown

    def variants(self) -> tuple[Variant, ...]:
        """Every consistent combination; one in which all is Unknown where there are too many."""
        rest = self.resource.type == "AWS::ApiGateway::Authorizer"
        blank = self._blank(Unknown("which of many alternatives holds"))
        readers: dict[str, Callable[[], Choices]] = {
            "kind": lambda: self._each(self.resource["Type" if rest else "AuthorizerType"], _kind),
            "ttl": lambda: self._each(self.resource["AuthorizerResultTtlInSeconds"], self._ttl),
            "sources": self._sources,
            "function": lambda: self._each(self.resource["AuthorizerUri"], self._function),
            "version": lambda: self._each(self.resource["AuthorizerPayloadFormatVersion"], _version),
            "simple": lambda: self._each(self.resource["EnableSimpleResponses"], _simple),
        }
        found = [replace(blank, guards=self.resource.guards)]
        for field, read in readers.items():
            found = list(self._extended(found, field, read()))
            if not found or len(found) > MOST_VARIANTS:
                return (blank,)
        return tuple(found)

    def _blank(self, unknown: Unknown) -> Variant:
        return Variant(unknown, unknown, False, unknown, unknown, unknown, unknown, self.protocol)

    def _extended(self, variants: list[Variant], field: str, choices: Choices) -> Iterator[Variant]:
        for variant in variants:
            for value, guards in choices:
                together = merge(variant.guards, guards)
                if together is None or not self.resource.template.conditions.consistent(together):
                    continue
                fields = {field: value}
                if field == "ttl":
                    fields = {"ttl": value[0], "ttl_written": value[1]}
                elif field == "sources":
                    fields = {"sources": value[0], "listed": value[1]}
                yield replace(variant, guards=together, **fields)

    def _each(self, node: Node, read: Callable[[Value], Any]) -> Choices:
        return [(read(case.value), case.guards) for case in node.cases()]

    def _ttl(self, value: Value) -> tuple[int | Unknown, bool]:
        match value:
            case Absent():
                return (DEFAULT_TTL if self.protocol is Protocol.REST else 0), False
            case Known(value=content) if _number(content) is not None:
                return int(_number(content) or 0), True
            case _:
                return _unknown(value, "the time to live of cached results"), True

    def _function(self, value: Value) -> Function | Unknown:
        found = self.functions.behind(value)
        return found or Unknown(f"the function behind the URI of {self.resource.logical_id}")

    def _sources(self) -> Choices:
        """Identity sources: REST in one string, the others as a list."""
        found: Choices = []
        for branch in self.resource["IdentitySource"].branches:
            value = branch.value
            for chosen, guards in self._flat(value, branch.guards):
                found.append(((chosen, isinstance(value, Listing)), guards))
        return found

    def _flat(self, value: Value, guards: tuple[Guard, ...]) -> Choices:
        """All sources that the value stands for, in each choice of alternatives."""
        if isinstance(value, Listing):
            found: Choices = [((), guards)]
            for item in value.items:
                found = self._longer(found, item)
            return found[: MOST_VARIANTS + 1]
        choices: Choices = []
        for option in options_of(value):
            together = merge(guards, option.guards)
            if together is None:
                continue
            if isinstance(option.value, Listing):
                choices += self._flat(option.value, together)
            else:
                choices.append((self._parsed(option.value), together))
        return choices

    def _longer(self, before: Choices, item: Value) -> Choices:
        longer: Choices = []
        for sources, guards in before:
            for more, together in self._flat(item, guards):
                unknown = next((part for part in (sources, more) if isinstance(part, Unknown)), None)
                longer.append((unknown or (*sources, *more), together))
        return longer[: MOST_VARIANTS + 1]

    def _parsed(self, value: Value) -> tuple[IdentitySource, ...] | Unknown:
        if isinstance(value, Absent):
            return ()
        canonical = self.names.canonical(value)
        if canonical is None or isinstance(value, Unknown):
            return _unknown(value, "the identity sources")
        return tuple(self._one(part.strip()) for part in canonical.split(",") if part.strip())

    def _one(self, source: str) -> IdentitySource:
        text = self.names.describe(source)
        match = _SOURCE.fullmatch(source)
        if match is None:
            return IdentitySource("other", None, text)
        name = match["name"]
        return IdentitySource(match["kind"], None if self.names.uncertain(name) else name, text)


_SOURCE = re.compile(
    r"\$?(?:(?:method|route)?\.?request\.)?(?P<kind>header|querystring|stageVariables|context)\.(?P<name>[^,\s]+)"
)


def _number(content: object) -> int | None:
    text = as_text(content) if isinstance(content, str | int | float) and not isinstance(content, bool) else ""
    return int(float(text)) if re.fullmatch(r"\d{1,9}(\.0{1,9})?", text) else None


def _unknown(value: Value, what: str) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown(what)


def _kind(value: Value) -> str | Unknown:
    return str(value.value).upper() if isinstance(value, Known) else _unknown(value, "the type of the authorizer")


def _version(value: Value) -> str | Unknown | None:
    match value:
        case Absent():
            return None
        case Known(value=content):
            return {"1": "1.0", "2": "2.0"}.get(as_text(content), as_text(content))
        case _:
            return _unknown(value, "the payload format version")


def _simple(value: Value) -> bool | Unknown:
    match value:
        case Absent():
            return False
        case Known(value=content):
            return as_text(content).lower() == "true"
        case _:
            return _unknown(value, "whether simple responses are enabled")
