"""Collects what the interpreter sees of a Python program, in order of execution."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import field
from typing import Final

from analyzer.code.program import (
    Caught,
    Client,
    CodeValue,
    Derived,
    EventRead,
    Import,
    Invocation,
    Logged,
    Opaque,
    Place,
    Raised,
    Returned,
    SdkCall,
)
from analyzer.code.python_weight import bounded
from analyzer.records import dataclass, replace

MAX_RECORDS: Final = 4000
"""Of each kind: machine-made code cannot fill the memory."""
_COMPUTING: Final = ("json.", "base64.", "re.", "datetime.", "decimal.", "uuid.", "urllib.parse.", "traceback.")
MAX_CONTEXTS: Final = 8
"""Arguments of one call that are kept apart, where a helper is called from several places."""


@dataclass(slots=True)
class Recorder:
    """``muted`` is above zero while a loop runs only to learn which variables it changes.

    ``trail`` lists what was called, for a ``try`` to say what its outcome hangs on, ``called`` its names, and
    ``errors`` counts what was raised: these grow also where something happens a second time, which is noted once.
    ``handling``: the handler runs, rather than a module's own code. ``reached`` is as in
    :class:`~analyzer.code.program.SdkCall`; where it is not true, only calls are noted.
    """

    muted: int = 0
    handling: bool = False
    reached: bool | None = True
    activity: int = 0
    log_entries: int = 0
    errors: int = 0
    called: list[str] = field(default_factory=list)
    trail: list[CodeValue] = field(default_factory=list)
    imports: dict[Import, None] = field(default_factory=dict)
    clients: dict[Client, None] = field(default_factory=dict)
    calls: dict[Hashable, SdkCall] = field(default_factory=dict)
    reads: dict[tuple[tuple[str, ...], Place], bool] = field(default_factory=dict)
    returns: dict[Returned, Returned] = field(default_factory=dict)
    raises: dict[Raised, None] = field(default_factory=dict)
    catches: dict[Place, Caught] = field(default_factory=dict)
    logs: dict[Logged, None] = field(default_factory=dict)
    invocations: dict[Invocation, None] = field(default_factory=dict)
    environment: dict[tuple[str, Place], None] = field(default_factory=dict)
    problems: dict[str, None] = field(default_factory=dict)
    _contexts: dict[Hashable, int] = field(default_factory=dict)

    def _quiet(self) -> bool:
        return bool(self.muted) or self.reached is not True

    def client(self, client: Client) -> None:
        """Notes a client, except in code that may never run."""
        self.activity += 1
        if not self._quiet() and len(self.clients) < MAX_RECORDS:
            self.clients[client] = None

    def call(self, call: SdkCall) -> None:
        """Notes an SDK call; the same call from several places once, the surest ``reached`` kept."""
        self.activity += 1
        self.called.append(call.operation)
        self.trail.append(bounded(Derived((call.arguments,), call.operation)))
        if self.muted or len(self.calls) >= MAX_RECORDS:
            return
        where = (call.place, call.service, call.operation)
        key: Hashable = (where, call.arguments)
        if key in self.calls:
            known = self.calls[key]
            if self.reached and known.reached:
                shared = tuple(tested for tested in known.conditions if tested in call.conditions)
                self.calls[key] = replace(known, conditions=shared)
            elif self.reached or known.reached is False:
                self.calls[key] = replace(call, reached=self.reached)
            return
        contexts = self._contexts[where] = self._contexts.get(where, 0) + 1
        if contexts > MAX_CONTEXTS:
            call, key = replace(call, arguments=Opaque("called with many different arguments")), where
        self.calls[key] = replace(call, reached=self.reached)

    def read(self, path: tuple[str, ...], place: Place, guarded: bool) -> None:
        """Notes a read of the event; one that is guarded only sometimes is not guarded."""
        if not self._quiet() and len(self.reads) < MAX_RECORDS:
            self.reads[path, place] = guarded and self.reads.get((path, place), True)

    def returned(self, returned: Returned) -> None:
        """Notes an answer of the handler."""
        if self._quiet() or not self.handling or len(self.returns) >= MAX_RECORDS:
            return
        before = self.returns.get(returned)
        if before is not None:
            returned = replace(before, path=tuple(test for test in before.path if test in returned.path))
        self.returns[returned] = returned

    def raised(self, raised: Raised) -> None:
        """Notes an error that leaves the handler."""
        self.errors += 1
        if not self._quiet() and self.handling and len(self.raises) < MAX_RECORDS:
            self.raises[raised] = None

    def caught(self, caught: Caught) -> None:
        """Notes an ``except`` block; of several passes over it, the one that does the most counts."""
        if self._quiet() or not self.handling:
            return
        before = self.catches.get(caught.place)
        if before is not None:
            order = ("empty", "rethrows", "returns", "continues")
            caught = Caught(
                caught.place,
                max(before.outcome, caught.outcome, key=order.index),
                before.logs or caught.logs,
                before.around_calls or caught.around_calls,
                before.acts or caught.acts,
                caught.tried,
                before.keeps or caught.keeps,
            )
        self.catches[caught.place] = caught

    def logged(self, logged: Logged) -> None:
        """Notes a log entry."""
        self.log_entries += 1
        if not self._quiet() and len(self.logs) < MAX_RECORDS:
            self.logs[logged] = None

    def invoked(self, invocation: Invocation) -> None:
        """Notes a call into a package; what only computes is no activity."""
        self.activity += not invocation.target.startswith(_COMPUTING)
        self.called.append(invocation.target)
        self.trail.append(bounded(Derived(invocation.arguments, invocation.target)))
        if not self._quiet() and len(self.invocations) < MAX_RECORDS:
            self.invocations[invocation] = None

    def variable(self, name: str, place: Place) -> None:
        """Notes a read of an environment variable."""
        if not self._quiet():
            self.environment[name, place] = None

    def problem(self, text: str) -> None:
        """Notes code that may run and could not be read."""
        self.problems[text] = None

    def event_reads(self) -> tuple[EventRead, ...]:
        """The reads in order, each once."""
        return tuple(EventRead(path, place, guarded) for (path, place), guarded in self.reads.items())
