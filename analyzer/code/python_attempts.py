"""``try``, ``with`` and what they catch."""

from __future__ import annotations

import ast
from collections.abc import Sequence as Sequence_
from typing import Final

from analyzer.code.place import spanning
from analyzer.code.program import (
    Caught,
    Opaque,
    is_signal,
)
from analyzer.code.python_branches import End
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_journal import Mark
from analyzer.code.python_loops import Loops
from analyzer.code.python_machine import Attempt, Resort
from analyzer.code.python_values import (
    MISSING,
    External,
    ExternalObject,
    Instance,
    Scope,
    Sequence,
    Value,
    join,
)
from analyzer.code.python_weight import unique
from analyzer.records import dataclass, replace

MAX_TRAIL: Final = 6
_PURE: Final = ("traceback.", "json.dumps", "datetime.", "time.", "sys.exc_info")
"""What is called to put an error into words."""
_KEY_ERRORS: Final = frozenset({"builtins.KeyError", "builtins.LookupError", "builtins.IndexError"})


@dataclass(frozen=True, slots=True)
class Moment:
    """How much was recorded and written when a handler began."""

    mark: Mark
    called: int
    errors: int


class Attempts(Loops):
    """Runs ``try`` and ``with``."""

    def _try(self, node: ast.Try, rest: Sequence_[ast.stmt] = ()) -> bool:
        expected = [part for handler in node.handlers for part in self._expected(handler)]
        mark = self.journal.mark()
        attempt = Attempt(expected, mark, len(self.frames))
        guards = any(isinstance(part, External) and part.path in _KEY_ERRORS for part in expected)
        activity, trail, exits = self.record.activity, len(self.record.trail), self.frame.exits
        conditions, entered = self.frame.conditions, self.frame.path
        if node.handlers:
            self.attempts.append(attempt)
        self.key_guards += guards
        try:
            flows = self.execute(node.body)
        finally:
            self.key_guards -= guards
            if node.handlers:
                self.attempts.pop()
        end = self.journal.capture(mark)
        told = any(is_signal(before, now) for before, now in self.journal.changes_since(mark))
        around_calls = self.record.activity > activity
        hangs_on = unique(attempt.conditions, self.record.trail[trail:][:MAX_TRAIL])
        if flows and node.orelse:
            flows = self.execute(node.orelse)
        under = unique(self.frame.conditions, hangs_on)
        path = self.frame.path
        ends: list[End] = [(self.journal.capture(mark), under, path)] if flows else []
        inside = self.frame.conditions
        resorts: list[Caught] = []
        for handler in node.handlers:
            self.frame.conditions, self.frame.path = conditions, entered
            self.journal.join(mark, [{}, end, *attempt.states])
            caught, goes_on = self._handle(node, handler, attempt, around_calls)
            if goes_on:
                resorts += [caught] if told or not flows else []
                ends.append((self.journal.capture(mark), unique(self.frame.conditions, hangs_on), entered))
            inside = unique(inside, self.frame.conditions)
        called, errors = len(self.record.called), self.record.errors
        self.frame.resorts += [Resort(caught, called, errors, told) for caught in resorts]
        left = self.frame.exits != exits
        self.frame.conditions = unique(inside, hangs_on) if left else conditions
        self.frame.path = ends[0][2] if len(ends) == 1 else entered
        if not node.handlers:
            return self.execute(node.finalbody) and bool(ends) and self.execute(list(rest))
        if node.finalbody:
            self.journal.join(mark, [delta for delta, _, _ in ends], hangs_on)
            goes_on = self.execute(node.finalbody) and bool(ends)
            return goes_on and self.execute(list(rest))
        return self._continue(mark, ends, list(rest), hangs_on)

    def _follow_up(self, opened: int) -> None:
        """Count a call behind a ``try`` as an act of its handler: up to the end of the surrounding block, here, where
        nothing but the handler leads there; up to the end of the function where a variable tells how the ``try`` ended.
        ``opened`` is the first number in ``frame.resorts`` of those in this block."""
        waiting = []
        for resort in self.frame.resorts[opened:]:
            if self.record.errors > resort.errors or self._called_since(resort.called):
                self.record.caught(replace(resort.caught, acts=True))
            elif resort.told:
                waiting.append(resort)
        self.frame.resorts[opened:] = waiting

    def _expected(self, handler: ast.ExceptHandler) -> list[Value | None]:
        if handler.type is None:
            return [None]
        value = self.evaluate(handler.type)
        return list(value.items) if isinstance(value, Sequence) else [value]

    def _handle(
        self, node: ast.Try, handler: ast.ExceptHandler, attempt: Attempt, around_calls: bool
    ) -> tuple[Caught, bool]:
        """Run one handler: what is noted of it, and whether the flow comes out behind it."""
        expected = self._expected(handler)
        single = Attempt(expected, attempt.mark, 0)
        mine = [error for error in attempt.errors if self.catches(single, error) is not False]
        unknown = Opaque("the error that was caught")
        error = join([*mine, unknown]) if around_calls or not mine else join(mine)
        if handler.name:
            self.bind(handler.name, error)
        frame, logs, exits = self.frame, self.record.log_entries, self.frame.exits
        returns, begun = frame.returns, self._moment()
        self.errors.append(error)
        self.catching += 1
        try:
            flows = self.execute(handler.body)
        finally:
            self.catching -= 1
            self.errors.pop()
        returned = frame.returns - returns
        outcome = self._outcome(handler, flows, frame.exits - exits > returned, returned > 0)
        logged = self.record.log_entries > logs
        acts = frame.exits - exits > returned or self._acted(handler, begun)
        tried = spanning(self.place(node.body[0]), self.place(node.body[-1]))
        keeps = self._outlives(handler, begun)
        caught = Caught(self.place(handler), outcome, logged, around_calls, acts, tried, keeps)
        self.record.caught(caught)
        return caught, flows

    def _moment(self) -> Moment:
        return Moment(self.journal.mark(), len(self.record.called), self.record.errors)

    def _acted(self, handler: ast.ExceptHandler, begun: Moment) -> bool:
        """Whether anything but logging and answering happened since: a call, an error, a write to older state."""
        if self.record.errors > begun.errors:
            return True
        return self._called_since(begun.called) or self._outlives(handler, begun)

    def _called_since(self, called: int) -> bool:
        return any(not name.startswith(_PURE) for name in self.record.called[called:])

    def _outlives(self, handler: ast.ExceptHandler, begun: Moment) -> bool:
        """Whether a write since can be seen behind the handler; a name of the function, where it is read elsewhere."""
        function = self.frame.function
        inside = set(ast.walk(handler))
        elsewhere = {
            node.id
            for node in (ast.walk(function.node) if function is not None else ())
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in inside
        }
        for container, key in self.journal.written_since(begun.mark):
            if container is self.frame.scope:
                if key in elsewhere:
                    return True
            elif not isinstance(container, Scope) or container.parent is None:
                return True
        return False

    @staticmethod
    def _outcome(handler: ast.ExceptHandler, flows: bool, raised: bool, returned: bool) -> str:
        if all(_is_nothing(statement) for statement in handler.body):
            return "empty"
        if flows or not (raised or returned):
            return "continues"
        return "rethrows" if raised else "returns"

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        suppressed: list[Value | None] = []
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if isinstance(value, ExternalObject) and value.path == "contextlib.suppress":
                suppressed.extend(self._suppressed(item.context_expr))
            entered = self._entered(value, node)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, entered)
        if not suppressed:
            return self.execute(node.body)
        return self._suppressing(node, suppressed)

    def _suppressed(self, node: ast.expr) -> list[Value | None]:
        return [self.evaluate(argument) for argument in node.args] if isinstance(node, ast.Call) else []

    def _suppressing(self, node: ast.With | ast.AsyncWith, expected: list[Value | None]) -> bool:
        mark = self.journal.mark()
        attempt = Attempt(expected, mark, len(self.frames))
        activity = self.record.activity
        self.attempts.append(attempt)
        guards = any(isinstance(part, External) and part.path in _KEY_ERRORS for part in expected)
        self.key_guards += guards
        try:
            self.execute(node.body)
        finally:
            self.attempts.pop()
            self.key_guards -= guards
        self.record.caught(Caught(self.place(node), "empty", False, self.record.activity > activity))
        end = self.journal.capture(mark)
        self.journal.join(mark, [{}, end, *attempt.states])
        return True

    def _entered(self, value: Value, node: ast.AST) -> Value:
        if isinstance(value, Instance) and value.cls.find("__enter__") is not MISSING:
            return self.call(self._bind(value.cls.find("__enter__"), value, node), Arguments(), node)
        if isinstance(value, Instance) and value.cls.find("__aenter__") is not MISSING:
            return self.call(self._bind(value.cls.find("__aenter__"), value, node), Arguments(), node)
        return join(value.items) if isinstance(value, Sequence) and value.items else value


def _is_nothing(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or is_text
