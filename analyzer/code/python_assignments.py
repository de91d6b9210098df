"""Assignments, in all the forms of a target."""

from __future__ import annotations

import ast

from analyzer.code.program import (
    Derived,
    Literal,
    Opaque,
)
from analyzer.code.python_containers import computed_item
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_imports import Imports
from analyzer.code.python_values import (
    MISSING,
    ClassObject,
    Dictionary,
    ExternalObject,
    Instance,
    ModuleObject,
    Scope,
    Sequence,
    Value,
    join,
    options,
)


class Assignments(Imports):
    """Binds names, attributes and items."""

    def _expression(self, node: ast.Expr) -> bool:
        if not isinstance(node.value, ast.Constant):
            self.evaluate(node.value)
        return True

    def _assignment(self, node: ast.Assign) -> bool:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)
        return True

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))
        return True

    def _augmented(self, node: ast.AugAssign) -> bool:
        left, right = self.chain(node.target), self.evaluate(node.value)
        if isinstance(node.op, ast.Add) and isinstance(left, Sequence):
            self.extend(left, *self.elements(right))
            return True
        if isinstance(node.op, ast.BitOr) and isinstance(left, Dictionary):
            self.update(left, right)
            return True
        sign = {ast.Add: "+", ast.Mod: "%", ast.BitOr: "|"}.get(type(node.op), "arithmetic")
        value = self.operate(left, sign, right)
        if isinstance(value, Literal) and any(not loop.exact for loop in self.frame.loops):
            value = derived([left, right], sign)
        self.assign(node.target, value)
        return True

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target, which may be a pattern, an attribute or a subscript."""
        match target:
            case ast.Name():
                self.bind(target.id, value)
            case ast.Tuple() | ast.List():
                self._destructure(target.elts, value)
            case ast.Starred():
                self.assign(target.value, value)
            case ast.Attribute():
                for owner in options(self.chain(target.value)):
                    self._set_attribute(owner, target.attr, value)
            case ast.Subscript():
                owners, key = options(self.chain(target.value)), self.evaluate(target.slice)
                for owner in owners:
                    self.set_item(owner, key, value)

    def _set_attribute(self, owner: Value, name: str, value: Value) -> None:
        if isinstance(owner, Instance | ClassObject):
            self.journal.write(owner, name, value)
        elif isinstance(owner, ModuleObject):
            self.journal.write(owner.scope, name, value)

    def _destructure(self, targets: list[ast.expr], value: Value) -> None:
        star = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        for number, target in enumerate(targets):
            if number == star:
                after = len(targets) - number - 1
                self.assign(target, join([self._middle(option, number, after) for option in options(value)]))
                continue
            index = number if star is None or number < star else number - len(targets)
            self.assign(target, join([self._nth(option, index, target) for option in options(value)]))

    def _middle(self, value: Value, before: int, after: int) -> Value:
        """What ``*rest`` takes between ``before`` and ``after`` other targets."""
        items, complete = self.elements(value)
        if complete:
            items = items[before : len(items) - after]
        return self.journal.adopt(Sequence(items, complete))

    def _nth(self, value: Value, index: int, node: ast.AST) -> Value:
        if isinstance(value, Sequence):
            return self.item(value, Literal(index), node)
        if isinstance(value, Derived | ExternalObject):
            whole = freeze(value)
            part = computed_item(whole, Literal(index))
            if part is not whole:
                return part
        return self.elements(value)[0][0] if self.elements(value)[0] else Opaque("an element")

    def _delete(self, node: ast.Delete) -> bool:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.journal.write(self.frame.rebound.get(target.id, self.frame.scope), target.id, MISSING)
            elif isinstance(target, ast.Subscript):
                owner, key = self.chain(target.value), self.evaluate(target.slice)
                if isinstance(owner, Dictionary) and isinstance(key, Literal):
                    self.journal.write(owner, key.value, MISSING)
        return True

    def _assert(self, node: ast.Assert) -> bool:
        test = self.evaluate(node.test)
        self.frame.conditions = self.under(self.conditions_of(test))
        return True

    def _rebind(self, node: ast.Global | ast.Nonlocal) -> bool:
        for name in node.names:
            scope: Scope | None = self.frame.module.scope
            if isinstance(node, ast.Nonlocal):
                scope = self.frame.scope.parent
                while scope is not None and name not in scope.slots:
                    scope = scope.parent
            if scope is not None:
                self.frame.rebound[name] = scope
        return True
