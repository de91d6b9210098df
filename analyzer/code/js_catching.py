"""What a ``catch`` does with the error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.code.js_machine import Flow, Machine, Module
from analyzer.code.program import Caught

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Watch:
    """How much was recorded when the catch block began."""

    logs: int
    returns: int
    refusals: int


def watch(machine: Machine) -> Watch:
    """Remembers what is recorded so far."""
    recorder = machine.recorder
    return Watch(len(recorder.logs), len(recorder.returns), machine.refusals)


def note_catch(machine: Machine, seen: Watch, module: Module, node: Node, ending: str, *, around_calls: bool) -> None:
    """Notes a catch block. ``ending`` is what its own statements say; answers given by ``callback`` and errors
    passed to it count too."""
    now = watch(machine)
    outcome = ending
    if ending == "continues":
        if now.returns > seen.returns:
            outcome = "returns"
        elif now.refusals > seen.refusals:
            outcome = "rethrows"
    if module.source is not None:
        place = module.source.place(node)
        machine.recorder.caught(Caught(place, outcome, now.logs > seen.logs, around_calls))


def ending_of(flow: Flow, *, empty: bool, returned: bool, threw: bool) -> str:
    """``rethrows``, ``returns``, ``continues`` or ``empty``."""
    if empty:
        return "empty"
    if flow is not Flow.EXIT:
        return "continues"
    return "returns" if returned or not threw else "rethrows"
