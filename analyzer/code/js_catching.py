"""What a ``catch`` does with the error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.code.js_machine import Flow, Frame, Machine, Module
from analyzer.code.program import Caught
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from tree_sitter import Node


_PURE = ("util.", "node:util.")
"""What is called to put an error into words."""

_CLIENTS = frozenset(
    ("fetch", "axios", "got", "ky", "node-fetch", "undici", "superagent", "http", "https", "pg", "mysql2")
)
"""Packages and functions that talk to another host."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How much was recorded when the catch block began."""

    logs: int
    returns: int
    refusals: int
    calls: int
    invocations: int
    raises: int
    writes: tuple[int, int]


@dataclass(slots=True)
class Resort:
    """A catch block that what stands behind its ``try`` may answer for. ``seen``: what was recorded when it ended;
    ``told``: a variable tells later on how the ``try`` ended."""

    caught: Caught
    seen: Watch
    told: bool


def watch(machine: Machine) -> Watch:
    """Remembers what is recorded so far."""
    recorder = machine.recorder
    return Watch(
        len(recorder.logs),
        len(recorder.returns),
        machine.refusals,
        len(recorder.calls),
        len(recorder.invocations),
        throws(machine),
        machine.moment(),
    )


def reaches_out(machine: Machine, calls: int, invocations: int) -> bool:
    """Whether an AWS API, or another host by a well-known client, was called since there were so many."""
    made = machine.recorder.invocations[invocations:]
    return len(machine.recorder.calls) > calls or any(one.target.split(".")[0] in _CLIENTS for one in made)


def throws(machine: Machine) -> int:
    """How many errors were thrown so far, into the ``try`` that runs or out of the handler."""
    inner = len(machine.attempts[-1].thrown) if machine.attempts else 0
    return inner + len(machine.recorder.raises)


def acted(machine: Machine, seen: Watch) -> bool:
    """Whether anything but logging and answering happened since: a call, an error, a write to older state."""
    return _reacted(machine, seen) or machine.wrote_since(seen.writes)


def _reacted(machine: Machine, seen: Watch) -> bool:
    recorder = machine.recorder
    called = (
        any(not invocation.target.startswith(_PURE) for invocation in recorder.invocations[seen.invocations :])
        or len(recorder.calls) > seen.calls
    )
    return called or throws(machine) > seen.raises


def follow_up(machine: Machine, frame: Frame, opened: int) -> None:
    """Counts a call behind a ``try`` as an act of its ``catch``: up to the end of the surrounding block, which is here,
    where nothing but the ``catch`` leads there; up to the end of the function where a variable tells how the ``try``
    ended. ``opened`` is the first number in ``frame.resorts`` of those in this block."""
    waiting = []
    for resort in frame.resorts[opened:]:
        if _reacted(machine, resort.seen):
            machine.recorder.replaced(resort.caught, replace(resort.caught, acts=True))
        elif resort.told:
            waiting.append(resort)
    frame.resorts[opened:] = waiting


def note_catch(
    machine: Machine, seen: Watch, module: Module, node: Node, ending: str, *, around_calls: bool, acts: bool
) -> Caught | None:
    """Notes a catch block, and says what is noted. ``ending`` is what its own statements say; answers given by
    ``callback`` and errors passed to it count too."""
    now = watch(machine)
    outcome = ending
    if ending == "continues":
        if now.returns > seen.returns:
            outcome = "returns"
        elif now.refusals > seen.refusals:
            outcome = "rethrows"
    if module.source is None:
        return None
    place = module.source.place(node)
    statement = node.parent if node.type == "catch_clause" else None
    body = statement.child_by_field_name("body") if statement is not None else None
    tried = module.source.place(body) if body is not None else None
    keeps = machine.wrote_since(seen.writes)
    caught = Caught(place, outcome, now.logs > seen.logs, around_calls, acts, tried, keeps)
    machine.recorder.caught(caught)
    return caught


def ending_of(flow: Flow, *, empty: bool, returned: bool, threw: bool) -> str:
    """``rethrows``, ``returns``, ``continues`` or ``empty``."""
    if empty:
        return "empty"
    if flow is not Flow.EXIT:
        return "continues"
    return "returns" if returned or not threw else "rethrows"
