"""Branches: both ways are followed from one state, then joined or, in the handler, kept apart."""

from __future__ import annotations

import ast
from collections.abc import Callable
from collections.abc import Sequence as Sequence_
from typing import Final, TypeAlias

from analyzer.code.program import (
    CodeValue,
    Condition,
    Literal,
    Opaque,
)
from analyzer.code.python_assignments import Assignments
from analyzer.code.python_calls import Diverted
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_journal import Delta, Mark
from analyzer.code.python_values import (
    Alternatives,
    Event,
    Unset,
    Value,
    join,
    map_options,
    truth,
)
from analyzer.code.python_weight import unique

MAX_SPLITS: Final = 3
End: TypeAlias = tuple[Delta, tuple[CodeValue, ...], tuple[Condition, ...]]
"""What was written up to the end of a branch, on what reaching it hangs, and the tests whose outcome is known there."""


class Branches(Assignments):
    """Runs ``if`` and ``match``."""

    def _splits(self, rest: list[ast.stmt]) -> bool:
        """Whether to follow the ways through a branch of the handler apart, up to its ``return``."""
        frame = self.frame
        outer = len(self.frames) < 3 or self.frames[-2].is_handler
        near = frame.is_handler or (outer and self.record.handling)
        return near and frame.splits < MAX_SPLITS and any(isinstance(statement, ast.Return) for statement in rest)

    def _continue(self, mark: Mark, ends: list[End], rest: list[ast.stmt], conditions: tuple[CodeValue, ...]) -> bool:
        """Go on behind a branch: from the joined ends, or with ``rest`` from each end on its own."""
        frame = self.frame
        if not rest or len(ends) < 2 or not any(delta for delta, _, _ in ends):
            self.journal.join(mark, [delta for delta, _, _ in ends], conditions)
            return bool(ends) and self.execute(rest)
        frame.splits += 1
        last: list[Delta] = []
        joined = frame.path
        for delta, under, path in ends:
            self.journal.join(mark, [delta])
            frame.conditions, frame.path = under, path
            if self.execute(rest):
                last.append(self.journal.capture(mark))
        frame.splits -= 1
        frame.path = joined
        self.journal.join(mark, last, conditions)
        return bool(last)

    def _if(self, node: ast.If, rest: Sequence_[ast.stmt] = ()) -> bool:
        test, tested = self.tested_by(node.test)
        verdict = truth(test)
        if verdict is not None:
            return self.execute(node.body if verdict else node.orelse) and self.execute(list(rest))

        def branch(body: list[ast.stmt], outcome: bool) -> Callable[[], bool]:
            def run() -> bool:
                self.frame.path = (*self.frame.path, Condition(freeze(test), outcome))
                self._narrow(node.test, outcome)
                return self.execute(body)

            return run

        return self._fork(test, tested, [branch(node.body, True), branch(node.orelse, False)], list(rest))

    def _fork(
        self,
        test: Value,
        tested: frozenset[tuple[str, ...]],
        branches: list[Callable[[], bool]],
        rest: list[ast.stmt],
    ) -> bool:
        """Run each branch from here and go on from their ends."""
        frame, present = self.frame, self.present
        conditions = self.conditions_of(test)
        before, exits = frame.conditions, frame.exits
        inside = self.under(conditions)
        after = inside
        self.present = present | tested
        mark = self.journal.mark()
        ends: list[End] = []
        path, onward = frame.path, []
        for run in branches:
            frame.conditions, frame.path = inside, path
            try:
                flows = run()
            except Diverted:
                flows = False
            if flows:
                ends.append((self.journal.capture(mark), frame.conditions, frame.path))
                onward.append(frame.path)
            after = unique(after, frame.conditions)
            self.journal.rollback(mark)
        frame.path = onward[0] if len(onward) == 1 else path
        left = frame.exits != exits
        frame.conditions = after if left else before
        if not left:
            self.present = present
        return self._continue(mark, ends, rest, conditions)

    def _narrow(self, test: ast.expr, outcome: bool) -> None:
        """Drop the alternatives of a variable that the test ruled out."""
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, outcome = test.operand, not outcome
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is outcome:
            for part in test.values:
                self._narrow(part, outcome)
            return
        name, wanted = test, outcome
        is_none = False
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is | ast.IsNot):
            comparator = test.comparators[0]
            if isinstance(comparator, ast.Constant) and comparator.value is None:
                name, is_none = test.left, True
                wanted = outcome == isinstance(test.ops[0], ast.IsNot)
        if not isinstance(name, ast.Name):
            return
        value = self.lookup(name.id)
        if isinstance(value, Alternatives):
            kept = [o for o in value.options if _may_be(o, wanted, is_none)]
            if kept and len(kept) < len(value.options):
                self.bind(name.id, join(kept, value.conditions))
        elif wanted and isinstance(value, Event) and value.nullable:
            self.bind(name.id, Event(value.path, value.fragile, False, value.kind))

    def _match(self, node: ast.Match) -> bool:
        subject, tested = self.tested_by(node.subject)
        branches: list[Callable[[], bool]] = []
        exhaustive = False
        for case in node.cases:
            branches.append(lambda case=case: self._case(subject, case))  # type: ignore[misc]
            exhaustive = exhaustive or (case.guard is None and _is_wildcard(case.pattern))
        if not exhaustive:
            branches.append(lambda: True)
        return self._fork(subject, tested, branches, [])

    def _case(self, subject: Value, case: ast.match_case) -> bool:
        self._capture(case.pattern, subject)
        if case.guard is not None:
            guard = self.evaluate(case.guard)
            if truth(guard) is False:
                return False
            self.frame.conditions = self.under(self.conditions_of(guard))
        return self.execute(case.body)

    def _capture(self, pattern: ast.pattern, value: Value) -> None:
        match pattern:
            case ast.MatchAs():
                if pattern.pattern is not None:
                    self._capture(pattern.pattern, value)
                if pattern.name is not None:
                    self.bind(pattern.name, value)
            case ast.MatchMapping():
                for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
                    self._capture_key(key, inner, value)
                if pattern.rest is not None:
                    self.bind(pattern.rest, value if isinstance(value, Event) else derived([value], "rest"))
            case ast.MatchSequence():
                elements = self.elements(value)[0]
                for number, inner in enumerate(pattern.patterns):
                    element = elements[min(number, len(elements) - 1)] if elements else Opaque("an element")
                    self._capture(inner, element)
            case ast.MatchClass():
                for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
                    self._capture(inner, derived([value], name))
                for inner in pattern.patterns:
                    self._capture(inner, value)
            case ast.MatchStar() if pattern.name is not None:
                self.bind(pattern.name, derived([value], "rest"))
            case ast.MatchOr():
                for inner in pattern.patterns:
                    self._capture(inner, value)

    def _capture_key(self, key: ast.expr, inner: ast.pattern, value: Value) -> None:
        name = self.evaluate(key)
        if isinstance(value, Event) and isinstance(name, Literal):
            part: Value = self.part(value, str(name.value), tolerant=True)
            if not isinstance(inner, ast.MatchMapping):
                self.read(part, key)
        else:
            part = map_options(value, lambda option: self.item(option, name, key))
        self._capture(inner, part)


def _may_be(value: Value, wanted: bool, is_none: bool) -> bool:
    if is_none:
        return (value == Literal(None)) is not wanted or isinstance(value, Opaque | Unset)
    return truth(value) is not (not wanted)


def _is_wildcard(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None
