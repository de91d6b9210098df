"""Loops: a body runs once over what stands for any element, a few known elements one by one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from analyzer.code.program import (
    Opaque,
)
from analyzer.code.python_branches import Branches
from analyzer.code.python_calls import Diverted
from analyzer.code.python_containers import MAX_UNROLLED
from analyzer.code.python_journal import Delta, Mark
from analyzer.code.python_machine import Loop
from analyzer.code.python_values import (
    Container,
    Value,
    join,
    truth,
)
from analyzer.code.python_weight import unique

MAX_LOOP_DEPTH: Final = 3


class Loops(Branches):
    """Runs ``for`` and ``while``."""

    def _jump(self, node: ast.Break | ast.Continue) -> bool:
        if self.frame.loops:
            loop = self.frame.loops[-1]
            states = loop.leaving if isinstance(node, ast.Break) else loop.repeating
            states.append(self.journal.capture(loop.mark))
            loop.conditions = unique(loop.conditions, self.frame.conditions)
        return False

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        elements, complete = self.elements(self.evaluate(node.iter))
        if complete and len(elements) <= MAX_UNROLLED:
            return self._unrolled(node, elements)
        element = join(elements) if elements else Opaque("an element")

        def once() -> bool:
            self.assign(node.target, element)
            return self.execute(node.body)

        return self._loop(node, once, may_skip=True)

    def _unrolled(self, node: ast.For | ast.AsyncFor, elements: list[Value]) -> bool:
        """Run the body for each of a few known elements."""
        loop = Loop(self.journal.mark(), exact=True)
        self.frame.loops.append(loop)
        flows = True
        try:
            for element in elements:
                loop.repeating = []
                self.assign(node.target, element)
                flows = self._iteration(loop, lambda: self.execute(node.body))
                if not flows:
                    break
        finally:
            self.frame.loops.pop()
        if flows:
            flows = self.execute(node.orelse)
        return self._after_loop(loop, flows)

    def _iteration(self, loop: Loop, body: Callable[[], bool]) -> bool:
        """One pass: the flow goes on at its end or at a ``continue``."""
        try:
            flows = body()
        except Diverted:
            flows = False
        if loop.repeating:
            ends = list(loop.repeating)
            if flows:
                ends.append(self.journal.capture(loop.mark))
            self.journal.join(loop.mark, ends, loop.conditions)
            flows = True
        return flows

    def _after_loop(self, loop: Loop, flows: bool) -> bool:
        if loop.leaving:
            ends = list(loop.leaving)
            if flows:
                ends.append(self.journal.capture(loop.mark))
            self.journal.join(loop.mark, ends, loop.conditions)
        return flows or bool(loop.leaving)

    def _while(self, node: ast.While) -> bool:
        test, tested = self.tested_by(node.test)
        verdict = truth(test)
        if verdict is False:
            return self.execute(node.orelse)
        outer, self.present = self.present, self.present | tested
        conditions = self.frame.conditions
        if verdict is None:
            self.frame.conditions = self.under(self.conditions_of(test))

        def once() -> bool:
            self.tested_by(node.test)
            return self.execute(node.body)

        exits = self.frame.exits
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        flows = self._loop(node, once, may_skip=not endless)
        self.present = outer
        if self.frame.exits == exits:
            self.frame.conditions = conditions
        return flows

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, body: Callable[[], bool], may_skip: bool) -> bool:
        """Run a body that repeats: first quietly to learn what it changes, then from the joined state."""
        mark = self.journal.mark()
        if len(self.frame.loops) < MAX_LOOP_DEPTH:
            self.record.muted += 1
            exits = self.frame.exits
            outcomes = len(self.frame.outcomes)
            conditions, escaped = self.frame.conditions, self.frame.escaped
            try:
                changed = self._pass(body)
            finally:
                self.record.muted -= 1
            self.frame.exits = exits
            self.frame.conditions, self.frame.escaped = conditions, escaped
            del self.frame.outcomes[outcomes:]
            self.journal.rollback(mark)
            if changed is not None:
                known = {name: entry for name, entry in changed.items() if _counts(entry, mark)}
                self.journal.join(mark, [{}, known])
        mark = self.journal.mark()
        loop = Loop(mark)
        self.frame.loops.append(loop)
        try:
            flows = self._iteration(loop, body)
        finally:
            self.frame.loops.pop()
        if may_skip:
            ends: list[Delta] = [{}, self.journal.capture(mark)] if flows else [{}]
            self.journal.join(mark, ends)
            flows = self.execute(node.orelse)
        else:
            flows = False
        return self._after_loop(loop, flows)

    def _pass(self, body: Callable[[], bool]) -> Delta | None:
        loop = Loop(self.journal.mark())
        self.frame.loops.append(loop)
        try:
            flows = self._iteration(loop, body)
            return self.journal.capture(loop.mark) if flows else None
        finally:
            self.frame.loops.pop()


def _counts(entry: tuple[Container, Any, Any], mark: Mark) -> bool:
    """Whether a change outlives its pass: of something older, or within a container that the pass made."""
    container, key, _ = entry
    return key in container.slots or container.born > mark.time
