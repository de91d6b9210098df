"""Expressions: constants, names, containers, operators, attributes, subscripts and comprehensions."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import field
from typing import Any, Final, TypeAlias

from analyzer.code.program import Derived, Literal, Opaque
from analyzer.code.python_containers import MAX_UNROLLED, Containers
from analyzer.code.python_errors import text_of
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_machine import MAX_NESTING
from analyzer.code.python_text import arithmetic, compare, compose
from analyzer.code.python_values import (
    COMPLETE,
    Dictionary,
    Event,
    External,
    Function,
    Scope,
    Sequence,
    Value,
    decided,
    join,
    map_options,
    options,
    truth,
)
from analyzer.records import dataclass

_OPERATORS: Final = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.GeneratorExp


@dataclass(slots=True)
class Arguments:
    """The arguments of a call. ``complete`` is false where an unpacked value may add more."""

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    complete: bool = True

    def at(self, index: int, name: str = "") -> Value | None:
        """The argument at ``index`` or called ``name``."""
        if index < len(self.positional):
            return self.positional[index]
        return self.keywords.get(name)

    def values(self) -> list[Value]:
        """All of them."""
        return [*self.positional, *self.keywords.values()]


class Expressions(Containers):
    """Evaluates expressions. ``record`` says whether a read of the event ends here or goes on."""

    def __init__(self, *context: Any) -> None:
        super().__init__(*context)
        self._evaluators: dict[type[ast.expr], Callable[[Any], Value]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.JoinedStr: self._joined_string,
            ast.FormattedValue: self._formatted,
            ast.Dict: self._dict,
            ast.List: self._sequence,
            ast.Tuple: self._sequence,
            ast.Set: self._sequence,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.NamedExpr: self._named,
            ast.Await: lambda node: self.evaluate(node.value),
            ast.Starred: lambda node: self.evaluate(node.value),
            ast.Lambda: self.function,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._dict_comprehension,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield,
        }
        self._chained: dict[type[ast.expr], Callable[[Any, bool], Value]] = {
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.BoolOp: self._boolean,
            ast.Call: self.call_expression,
        }

    @abstractmethod
    def call_expression(self, node: ast.Call, record: bool) -> Value:
        """The value of a call."""

    @abstractmethod
    def attribute(self, value: Value, name: str, node: ast.expr, record: bool) -> Value:
        """``value.name``."""

    @abstractmethod
    def function(self, node: Any) -> Function:
        """A function object for a ``def`` or ``lambda``."""

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression; its reads of the event are noted."""
        return self._dispatch(node, True)

    def chain(self, node: ast.expr) -> Value:
        """The value of an expression whose read of the event goes on: ``event["a"]`` in ``event["a"]["b"]``."""
        return self._dispatch(node, False)

    def _dispatch(self, node: ast.expr, record: bool) -> Value:
        self.step()
        if self.nesting >= MAX_NESTING:
            self.record.problem("some code is nested too deeply to be followed")
            return Opaque("nested too deeply")
        self.nesting += 1
        try:
            kind = type(node)
            if kind in self._chained:
                return self._chained[kind](node, record)
            evaluator = self._evaluators.get(kind)
            return evaluator(node) if evaluator else Opaque(kind.__name__)
        finally:
            self.nesting -= 1

    # --- leaves ---

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if value is None or isinstance(value, str | int | float):
            return Literal(value)
        return Literal(value.decode()) if isinstance(value, bytes) and value.isascii() else Opaque("constant")

    def _name(self, node: ast.Name) -> Value:
        value = self.lookup(node.id)
        self.test(value)
        return value

    def _joined_string(self, node: ast.JoinedStr) -> Value:
        return compose([self.evaluate(part) for part in node.values])

    def _formatted(self, node: ast.FormattedValue) -> Value:
        value = map_options(self.evaluate(node.value), text_of)
        plain = node.format_spec is None and node.conversion in (-1, ord("s"))
        return value if plain else derived([value], "format")

    def _dict(self, node: ast.Dict) -> Value:
        result = self.journal.adopt(Dictionary())
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.evaluate(item)
            if key is None:
                self.update(result, value)
            else:
                self.set_item(result, self.evaluate(key), value)
        return result

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items: list[Value] = []
        complete = True
        for element in node.elts:
            value = self.evaluate(element)
            if isinstance(element, ast.Starred):
                found, known = self.elements(value)
                items.extend(found)
                complete = complete and known
            else:
                items.append(value)
        return self.journal.adopt(Sequence(items, complete))

    # --- operators ---

    def _binary(self, node: ast.BinOp) -> Value:
        return self.operate(self.evaluate(node.left), _OPERATORS[type(node.op)], self.evaluate(node.right))

    def operate(self, left: Value, operator: str, right: Value) -> Value:
        """``left operator right``."""
        if operator == "|" and isinstance(left, Dictionary | Event):
            result = self.journal.adopt(Dictionary())
            self.update(result, left)
            self.update(result, right)
            return result
        if len(options(left)) * len(options(right)) <= MAX_UNROLLED:
            made = [
                arithmetic(a, operator, b) or derived([a, b], operator) for a in options(left) for b in options(right)
            ]
            return join(made, decided(left, right))
        return arithmetic(left, operator, right) or derived([left, right], operator)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            verdict = truth(value)
            return derived([value], "not") if verdict is None else Literal(not verdict)
        if isinstance(node.op, ast.USub) and isinstance(value, Literal) and isinstance(value.value, int | float):
            return Literal(-value.value)
        return derived([value], "unary")

    def _compare(self, node: ast.Compare) -> Value:
        operands = [self.evaluate(part) for part in (node.left, *node.comparators)]
        verdicts: list[bool | None] = []
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            sign = _OPERATORS[type(operator)]
            if sign in ("in", "not in"):
                self._membership(left, right, node)
            verdicts.append(compare(left, sign, right))
        if False in verdicts:
            return Literal(False)
        if None not in verdicts:
            return Literal(True)
        return derived(operands, _OPERATORS[type(node.ops[0])])

    def _membership(self, key: Value, container: Value, node: ast.Compare) -> None:
        for name in options(key):
            for option in options(container):
                if not isinstance(name, Literal):
                    continue
                if isinstance(option, Event) and not _is_text_of(option):
                    self.read(self.part(option, str(name.value), True), node)
                elif option == External("os.environ"):
                    self.variable(name, None, node)

    def _boolean(self, node: ast.BoolOp, record: bool) -> Value:
        is_or = isinstance(node.op, ast.Or)
        present = self.present
        try:
            return self._operands(node, is_or, record)
        finally:
            self.present = present

    def _operands(self, node: ast.BoolOp, is_or: bool, record: bool) -> Value:
        found: list[Value] = []
        tests: list[Value] = []
        for number, operand in enumerate(node.values):
            value, tested = self.tested_by(operand, record or number > 0)
            if not is_or:
                self.present |= tested
            last = number == len(node.values) - 1
            verdict = truth(value)
            if verdict is is_or or last:
                found.append(value)
                break
            if verdict is None:
                kept = [option for option in options(value) if truth(option) is not (not is_or)]
                found.append(map_options(join(kept), _not_null) if is_or else value)
                tests.append(value)
        if is_or:
            return join(_without_empty(found), tuple(freeze(test) for test in tests))
        return found[0] if len(found) == 1 else derived(found, "and")

    def _conditional(self, node: ast.IfExp) -> Value:
        test, tested = self.tested_by(node.test)
        verdict = truth(test)
        if verdict is not None:
            return self.evaluate(node.body if verdict else node.orelse)
        present, self.present = self.present, self.present | tested
        both = [self.evaluate(node.body), self.evaluate(node.orelse)]
        self.present = present
        return join(both, self.conditions_of(test))

    def tested_by(self, node: ast.expr, record: bool = True) -> tuple[Value, frozenset[tuple[str, ...]]]:
        """The value of a test and the parts of the event that it tests for."""
        outer, self.tested = self.tested, []
        try:
            value = self.evaluate(node) if record else self.chain(node)
            found = frozenset(path for path in self.tested if path)
        finally:
            self.tested = outer
        if outer is not None:
            outer.extend(found)
        return value, found

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.bind(node.target.id, value)
        self.test(value)
        return value

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Value:
        if node.value is not None:
            value = self.evaluate(node.value)
            found = self.elements(value)[0] if isinstance(node, ast.YieldFrom) else [value]
            self.frame.yields.extend(found[:MAX_UNROLLED])
        return Opaque("sent into a generator")

    # --- parts ---

    def _attribute(self, node: ast.Attribute, record: bool) -> Value:
        base = self.chain(node.value)
        return map_options(base, lambda option: self.attribute(option, node.attr, node, record))

    def _subscript(self, node: ast.Subscript, record: bool) -> Value:
        base = self.chain(node.value)
        if isinstance(node.slice, ast.Slice):
            return map_options(base, lambda option: self._slice(option, node.slice))  # type: ignore[arg-type]
        key = self.evaluate(node.slice)
        found: list[Value] = []
        for option in options(base):
            found.extend(self.item(option, name, node, record) for name in options(key))
        return join(found, decided(base, key))

    def _slice(self, base: Value, node: ast.Slice) -> Value:
        bounds = [None if part is None else self.evaluate(part) for part in (node.lower, node.upper, node.step)]
        plain = [bound.value if isinstance(bound, Literal) else None for bound in bounds]
        known = all(bound is None or isinstance(bound, Literal) for bound in bounds)
        valid = all(bound is None or isinstance(bound, int) for bound in plain) and plain[2] != 0
        window: Any = slice(*plain)
        if known and valid:
            if isinstance(base, Literal) and isinstance(base.value, str):
                return Literal(base.value[window])
            if isinstance(base, Sequence) and base.complete:
                return Sequence(base.items[window])
        if isinstance(base, Sequence):
            return Sequence(base.items, complete=False)
        return base if isinstance(base, Event) and base.path[-1:] == ("Records",) else derived([base], "slice")

    def _comprehension(self, node: Comprehension) -> Value:
        found: list[Value] = []
        complete = self._generate(node.generators, lambda: found.append(self.evaluate(node.elt)))
        return self.journal.adopt(Sequence(found, complete))

    def _dict_comprehension(self, node: ast.DictComp) -> Value:
        result = self.journal.adopt(Dictionary())
        whole: list[Event] = []

        def entry() -> None:
            key, value = self.evaluate(node.key), self.evaluate(node.value)
            if isinstance(value, Event) and value.path[-1:] == ("*",) and _is_key_of(key, value):
                whole.append(Event(value.path[:-1], value.fragile))
            else:
                self.set_item(result, key, value)

        complete = self._generate(node.generators, entry)
        if whole:
            return whole[0]
        if not complete:
            self.journal.write(result, COMPLETE, False)
        return result

    def _generate(self, generators: list[ast.comprehension], body: Callable[[], None]) -> bool:
        frame = self.frame
        outer, frame.scope = frame.scope, Scope(frame.scope)
        try:
            return self._nested(generators, body)
        finally:
            frame.scope = outer

    def _nested(self, generators: list[ast.comprehension], body: Callable[[], None]) -> bool:
        if not generators:
            body()
            return True
        first, rest = generators[0], generators[1:]
        elements, complete = self.elements(self.evaluate(first.iter))
        if len(elements) > MAX_UNROLLED:
            elements, complete = [join(elements)], False
        for element in elements:
            self.assign(first.target, element)
            verdicts = [truth(self.evaluate(test)) for test in first.ifs]
            if False not in verdicts:
                complete = self._nested(rest, body) and None not in verdicts and complete
        return complete

    @abstractmethod
    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target, which may be a pattern, an attribute or a subscript."""


def _is_key_of(key: Value, value: Event) -> bool:
    frozen = freeze(value)
    pending = [freeze(key)]
    while pending:
        part = pending.pop()
        if part == frozen:
            return True
        pending.extend(part.sources if isinstance(part, Derived) else ())
    return False


def _is_text_of(event: Event) -> bool:
    return event.path[-1:] == ("body",)


def _not_null(value: Value) -> Value:
    return Event(value.path, value.fragile, False, value.kind) if isinstance(value, Event) else value


def _without_empty(found: list[Value]) -> list[Value]:
    """``event.get("x") or {}`` is the part of the event; the empty fallback says nothing."""
    if len(found) > 1 and all(isinstance(option, Event) for option in options(found[0])):
        return [value for value in found if truth(value) is not False] or found
    return found
