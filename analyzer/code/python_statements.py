"""Statements: assignments, branches, loops, errors, imports and definitions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from analyzer.code.program import (
    Literal,
    Opaque,
    Returned,
)
from analyzer.code.python_attempts import Attempts
from analyzer.code.python_calls import Diverted
from analyzer.code.python_expressions import Arguments
from analyzer.code.python_freeze import freeze, implied
from analyzer.code.python_machine import Frame, outcomes_of
from analyzer.code.python_values import (
    ClassObject,
    Outcome,
    Scope,
    Value,
    options,
)
from analyzer.code.python_weight import unique

REJOINING: Final = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match, ast.With, ast.AsyncWith)
"""Statements behind which an early exit inside them (``continue``, a caught error) says nothing more."""


class Statements(Attempts):
    """Runs statements. Each method answers whether the flow comes out behind the statement."""

    def __init__(self, *context: Any) -> None:
        super().__init__(*context)
        self._statements: dict[type[ast.stmt], Callable[[Any], bool]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assignment,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.Break: self._jump,
            ast.Continue: self._jump,
            ast.Try: self._try,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Match: self._match,
            ast.FunctionDef: self._define,
            ast.AsyncFunctionDef: self._define,
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Global: self._rebind,
            ast.Nonlocal: self._rebind,
            ast.Delete: self._delete,
            ast.Assert: self._assert,
        }

    def execute(self, body: list[ast.stmt]) -> bool:
        """Run statements; whether the flow comes out at their end."""
        opened = len(self.frame.resorts)
        try:
            return self._in_order(body)
        finally:
            self._follow_up(opened)

    def _in_order(self, body: list[ast.stmt]) -> bool:
        for number, statement in enumerate(body, start=1):
            self.step()
            runner = self._statements.get(type(statement))
            if runner is None:
                continue
            try:
                if isinstance(statement, ast.If | ast.Try) and self._splits(body[number:]):
                    return (
                        self._try(statement, body[number:])
                        if isinstance(statement, ast.Try)
                        else self._if(statement, body[number:])
                    )
                path = self.frame.path
                flows = runner(statement)
                self.frame.path = path if isinstance(statement, REJOINING) else self.frame.path
                if not flows:
                    return False
            except Diverted:
                return False
        return True

    def _return(self, node: ast.Return) -> bool:
        value: Value = Literal(None) if node.value is None else self.evaluate(node.value)
        frame, here = self.frame, self.place(node)
        caught = self.catching > 0
        delta = self.journal.capture(frame.mark)
        for inner in outcomes_of(value):
            place = here if here.file == self.entry_file else inner.place or here
            conditions = unique(frame.conditions, inner.conditions)
            frame.outcomes.append((Outcome(inner.value, conditions, caught or inner.in_catch, place), delta))
            self._returned(frame, frame.outcomes[-1][0])
        frame.exits += 1
        frame.returns += 1
        return False

    entry_file: str = ""

    def _returned(self, frame: Frame, outcome: Outcome) -> None:
        if frame.is_handler and outcome.place is not None:
            conditions = unique(outcome.conditions, implied(outcome.value))
            value = freeze(outcome.value)
            self.record.returned(Returned(value, outcome.place, outcome.in_catch, conditions, frame.path))

    def _answer(self, frame: Frame, value: Value, node: ast.AST) -> None:
        for outcome in outcomes_of(value):
            here = self.place(node)
            conditions = unique(frame.conditions, outcome.conditions)
            self._returned(frame, Outcome(outcome.value, conditions, self.catching > 0 or outcome.in_catch, here))

    def _raise(self, node: ast.Raise) -> bool:
        if node.exc is None:
            error = self.errors[-1] if self.errors else Opaque("raise without an error")
        else:
            error = self.evaluate(node.exc)
            if isinstance(error, ClassObject):
                error = self.call(error, Arguments(), node)
        for option in options(error):
            self.raise_error(option, node)
        return False

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        self.bind(node.name, self.decorate(self.function(node), node.decorator_list))
        return True

    def _class(self, node: ast.ClassDef) -> bool:
        bases = tuple(self.evaluate(base) for base in node.bases)
        cls = ClassObject(node, bases, self.frame.module)
        scope = Scope(self.frame.scope)
        frame = Frame(self.frame.module, scope, self.journal.mark(), class_body=cls)
        self.frames.append(frame)
        try:
            self.execute(node.body)
        finally:
            self.frames.pop()
        cls.slots.update(scope.slots)
        self.bind(node.name, self.decorate(cls, node.decorator_list))
        return True
