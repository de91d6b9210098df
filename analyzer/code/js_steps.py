"""The state of an ``async`` function that was compiled into numbered steps, and the instructions of its steps.

A step's ``return [4, promise]`` is an instruction: 2 return, 3 go to a step, 4 wait, 7 the end of a ``finally``
(TypeScript, ``src/compiler/transformers/generators.ts``).
"""

from __future__ import annotations

from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING

from analyzer.code.js_awaiting import settle
from analyzer.code.js_branches import under
from analyzer.code.js_catching import Watch
from analyzer.code.js_invoke import give_back
from analyzer.code.js_machine import Flow, Frame, Machine
from analyzer.code.js_values import UNDEFINED, Arr, Value, join_values, options
from analyzer.code.program import Literal
from analyzer.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Node

_RETURN, _WAIT = 2, 4


@dataclass(slots=True)
class Try:
    """A ``try`` of the original code: the number of the step that handles its errors, and what was recorded when
    it and when its handler began."""

    handler: int
    calls: int
    invocations: int
    returns: int = 0
    seen: Watch | None = None


@dataclass(slots=True)
class Steps:
    """What the steps of one function share: what the last one waited for gave, and the open ``try`` statements."""

    sent: Value = UNDEFINED
    tries: list[Try] = field(default_factory=list)


def instruct(machine: Machine, value: Value, frame: Frame, node: Node, steps: Steps) -> Flow:
    """Carries out a step's ``return``, of which a minifier may have made several by ``a ? [4, p] : [3, 5]``."""
    flows: list[Flow] = []
    waited: list[Value] = []
    for option in options(value):
        items = option.value.items if isinstance(option.value, Arr) else ()
        code = items[0].value if items and isinstance(items[0], Literal) else None
        given = items[1] if len(items) > 1 else UNDEFINED
        if code == _RETURN and (len(items) > 1 or not frame.returns):
            under(frame, option.tests, (), True, partial(_give, machine, given, frame, node))
        elif code == _WAIT:
            waited.append(settle(machine, given, frame, node))
        flows.append(Flow.EXIT if code == _RETURN else Flow.JUMP)
    if waited:
        steps.sent = join_values(waited)
    return min(flows, default=Flow.JUMP)


def _give(machine: Machine, value: Value, frame: Frame, node: Node) -> Flow:
    give_back(machine, value, frame, node, settled=True)
    return Flow.EXIT
