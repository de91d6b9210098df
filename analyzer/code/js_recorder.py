"""Collects what the analysis of JavaScript sees, in order of execution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from enum import Enum
from typing import Any, TypeVar

from analyzer.code.program import (
    Caught,
    Client,
    CodeValue,
    EventRead,
    Import,
    Invocation,
    Logged,
    Place,
    Raised,
    Returned,
    SdkCall,
)
from analyzer.records import dataclass, replace

MAX_RECORDS = 4000
"""Of each kind: machine-made code cannot fill the memory."""

NO_CALL = -1
"""The number of a call that is not recorded any more."""

Fact = TypeVar("Fact")


class Phase(Enum):
    """What is being run: the modules, the handler, or functions that neither of the two reaches."""

    MODULES = "modules"
    HANDLER = "handler"
    UNREACHED = "unreached"


@dataclass(slots=True)
class Recorder:
    """``unreached`` is what ``reached`` says of a call in a function that neither modules nor handler call.

    A call that is forgotten (:meth:`undo`) leaves a gap, so that numbers stay what they are.
    """

    phase: Phase = Phase.MODULES
    unreached: bool | None = False
    imports: list[Import] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    calls: list[SdkCall | None] = field(default_factory=list)
    reads: list[EventRead] = field(default_factory=list)
    returns: list[Returned] = field(default_factory=list)
    raises: list[Raised] = field(default_factory=list)
    catches: list[Caught] = field(default_factory=list)
    logs: list[Logged] = field(default_factory=list)
    invocations: list[Invocation] = field(default_factory=list)
    environment: list[tuple[str, Place]] = field(default_factory=list)
    awaited: set[int] = field(default_factory=set)
    escaped: set[int] = field(default_factory=set)

    def _add(self, facts: list[Fact], fact: Fact, *phases: Phase) -> None:
        if self.phase in phases and len(facts) < MAX_RECORDS:
            facts.append(fact)

    def mark(self) -> tuple[int, ...]:
        """How much is recorded so far."""
        return (*(len(facts) for facts in self._lists()), len(self.calls))

    def undo(self, mark: tuple[int, ...]) -> None:
        """Forgets what was recorded since ``mark``."""
        for facts, length in zip(self._lists(), mark[:-1], strict=True):
            del facts[length:]
        for number in range(mark[-1], len(self.calls)):
            self.calls[number] = None

    def _lists(self) -> tuple[list[Any], ...]:
        return (self.clients, self.reads, self.returns, self.raises, self.catches, self.logs, self.invocations)

    def client(self, client: Client) -> None:
        """Notes a client, except in code that certainly never runs."""
        if self.phase is not Phase.UNREACHED or self.unreached is None:
            self._add(self.clients, client, *Phase)

    def call(self, call: SdkCall) -> int:
        """Notes an SDK call and gives its number."""
        if len(self.calls) >= MAX_RECORDS:
            return NO_CALL
        self.calls.append(replace(call, reached=self.unreached if self.phase is Phase.UNREACHED else True))
        return len(self.calls) - 1

    def presigned(self, first: int) -> None:
        """Notes that the calls from number ``first`` on are only signed."""
        for number, call in enumerate(self.calls[first:], start=first):
            self.calls[number] = None if call is None else replace(call, presigned=True)

    def read(self, read: EventRead) -> None:
        """Notes a read of the event."""
        self._add(self.reads, read, Phase.HANDLER)

    def returned(self, returned: Returned) -> None:
        """Notes an answer of the handler."""
        self._add(self.returns, returned, Phase.HANDLER)

    def raised(self, raised: Raised) -> None:
        """Notes an error that leaves the handler."""
        self._add(self.raises, raised, Phase.HANDLER)

    def caught(self, caught: Caught) -> None:
        """Notes a catch block on the handler's way."""
        self._add(self.catches, caught, Phase.HANDLER)

    def replaced(self, caught: Caught, by: Caught) -> None:
        """Notes ``by`` in place of a catch block noted before, unless that is forgotten."""
        self.catches[:] = [by if one is caught else one for one in self.catches]

    def logged(self, logged: Logged) -> None:
        """Notes a log entry."""
        self._add(self.logs, logged, Phase.HANDLER, Phase.MODULES)

    def invoked(self, invocation: Invocation) -> None:
        """Notes a call of a package or of a global."""
        self._add(self.invocations, invocation, Phase.HANDLER, Phase.MODULES)

    def variable(self, name: str, place: Place) -> None:
        """Notes a read of an environment variable."""
        self._add(self.environment, (name, place), *Phase)

    def finished_calls(self) -> tuple[SdkCall, ...]:
        """The calls, with ``awaited`` filled in.

        A call that is seen several times alike, because a helper is called from several places, counts once; it
        is awaited only if every one of them is.
        """
        merged: dict[tuple[Place, str, CodeValue], SdkCall] = {}
        for number, call in enumerate(self.calls):
            if call is None:
                continue
            seen = replace(call, awaited=self._awaited(number, call))
            key = (call.place, call.operation, call.arguments)
            merged[key] = _weaker(merged[key], seen) if key in merged else seen
        return tuple(merged.values())

    def _awaited(self, number: int, call: SdkCall) -> bool | None:
        if number in self.awaited:
            return True
        return False if call.reached and number not in self.escaped else None


def _weaker(one: SdkCall, other: SdkCall) -> SdkCall:
    if bool(one.reached) is not bool(other.reached):
        return one if one.reached else other
    return replace(
        one,
        awaited=min((one.awaited, other.awaited), key=(False, None, True).index),
        conditions=tuple(tested for tested in one.conditions if tested in other.conditions),
    )


def once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in order, each once."""
    return tuple(dict.fromkeys(facts))


def longest_reads(reads: Iterable[EventRead]) -> tuple[EventRead, ...]:
    """The reads in order, each once; one that is guarded only sometimes is not guarded."""
    guarded: dict[tuple[tuple[str, ...], Place], bool] = {}
    for read in reads:
        key = (read.path, read.place)
        guarded[key] = guarded.get(key, True) and read.guarded
    return tuple(EventRead(path, place, flag) for (path, place), flag in guarded.items())
