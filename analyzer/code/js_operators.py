"""Operators: comparisons, ``+``, ``&&``, ``||``, ``??``, and the tests of branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from analyzer.code.js_branches import maybe_value
from analyzer.code.js_machine import EVERYTHING, Frame, Machine
from analyzer.code.js_members import resolve
from analyzer.code.js_reflect import compose, derived, reflect, truth
from analyzer.code.js_syntax import children
from analyzer.code.js_values import UNDEFINED, OneOf, Option, Value, join, options, values
from analyzer.code.program import CodeValue, Composed, Derived, EnvironmentVariable, EventField, Literal
from analyzer.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NUMBER = 2**53
EQUALITY = ("===", "==", "!==", "!=")
_BOOLEAN = frozenset((*EQUALITY, "<", ">", "<=", ">=", "!", "&&", "||", "in", "instanceof", "typeof"))
_DISCRIMINATORS = frozenset(("type", "version", "source", "eventSource", "EventSource", "detail-type", "triggerSource"))
_REFERENCES = ("member_expression", "subscript_expression", "identifier")


def binary(machine: Machine, node: Node, frame: Frame) -> Value:
    """A binary expression. Chains of ``+`` are taken apart without recursion."""
    operator = _operator(node)
    if operator in ("&&", "||", "??"):
        return _logical(machine, node, operator, frame)
    if operator == "+":
        return _sum(machine, node, frame)
    left, right = _operands(machine, node, frame)
    if operator in EQUALITY:
        return compare(operator, left, right)
    return _fold(operator, left, right)


def _operator(node: Node) -> str:
    token = node.child_by_field_name("operator")
    return token.type if token is not None else ""


def _operands(machine: Machine, node: Node, frame: Frame) -> tuple[Value, Value]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    first = machine.evaluate(left, frame) if left is not None else UNDEFINED
    second = machine.evaluate(right, frame) if right is not None else UNDEFINED
    return resolve(first), resolve(second)


def compare(operator: str, left: Value, right: Value) -> Value:
    """An equality; constant where both sides are."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        equal = left.value == right.value and isinstance(left.value, bool) == isinstance(right.value, bool)
        return Literal(equal if operator in ("===", "==") else not equal)
    for one, other in ((left, right), (right, left)):
        if other == UNDEFINED and truth(one) and not isinstance(one, OneOf | Composed):
            return Literal(operator not in ("===", "=="))
    return derived(operator, left, right)


def _fold(operator: str, left: Value, right: Value) -> Value:
    if isinstance(left, Literal) and isinstance(right, Literal):
        a, b = left.value, right.value
        if isinstance(a, int | float) and isinstance(b, int | float):
            folded = _arithmetic(operator, a, b)
            if folded is not None:
                return Literal(folded)
    return derived(operator, left, right)


def _arithmetic(operator: str, a: float, b: float) -> float | bool | None:
    match operator:
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case ">=":
            return a >= b
        case "-":
            return a - b
        case "*" if abs(a) < 2**26 and abs(b) < 2**26:
            return a * b
        case "/" if b:
            return a / b
        case "%" if b:
            return a % b
        case _:
            return None


def _sum(machine: Machine, node: Node, frame: Frame) -> Value:
    operands: list[Node] = []
    current = node
    while current.type == "binary_expression" and _operator(current) == "+":
        left, right = current.child_by_field_name("left"), current.child_by_field_name("right")
        if left is None or right is None:
            break
        operands.append(right)
        current = left
    operands.append(current)
    parts = [resolve(machine.evaluate(operand, frame)) for operand in reversed(operands)]
    total = parts[0]
    if all(isinstance(part, Literal) and isinstance(part.value, str) for part in parts):
        return compose(*parts)
    if any(_is_textual(part) for part in parts) and not _is_number(total):
        return compose(*parts)
    for part in parts[1:]:
        total = add(total, part)
    return total


def add(left: Value, right: Value) -> Value:
    """``left + right``: a sum of two numbers, else text where one side is or may be text."""
    if _is_number(left) and _is_number(right):
        total = float(left.value) + float(right.value)  # type: ignore[union-attr, arg-type]
        whole = int(total) if total.is_integer() else total
        return Literal(whole) if abs(total) < MAX_NUMBER else derived("+", left, right)
    return compose(left, right) if _is_textual(left) or _is_textual(right) else derived("+", left, right)


def _is_number(value: Value) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, int | float) and not isinstance(value.value, bool)


def _is_textual(value: Value) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, str)
    if isinstance(value, OneOf):
        return any(_is_textual(option.value) for option in value.options)
    return isinstance(value, Composed | EnvironmentVariable | EventField)


def _logical(machine: Machine, node: Node, operator: str, frame: Frame) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return UNDEFINED
    first = resolve(tolerantly(machine, left, frame))
    known = truth(first) if operator != "??" else first != UNDEFINED if isinstance(first, Literal) else truth(first)
    if operator == "&&":
        return _and(machine, first, known, right, frame)
    if known and not _may_vary(first):
        return first
    if known is False:
        return resolve(tolerantly(machine, right, frame))
    before, machine.tolerant = machine.tolerant, right.type in _REFERENCES
    second = maybe_value(machine, right, frame, (reflect(first),), (), False)
    machine.tolerant = before
    return either(first, second, left_is_boolean=_is_boolean(first) and operator == "||")


def _may_vary(value: Value) -> bool:
    return isinstance(value, EventField | OneOf)


def either(first: Value, second: Value, *, left_is_boolean: bool = False) -> Value:
    """``first || second``."""
    if left_is_boolean:
        return derived("||", first, second)
    if isinstance(first, EnvironmentVariable) and first.default is None and isinstance(second, Literal):
        return first if second == UNDEFINED else EnvironmentVariable(first.name, second)
    kept = [option for option in options(first) if truth(option.value) is not False]
    return join((*kept, Option(second)))


def defaulted(value: Value, decision: Test) -> Value:
    """``X != null ? X : 'default'`` of an environment variable: the variable with its default."""
    found = {type(option): option for option in values(value)}
    variable, fallback = found.get(EnvironmentVariable), found.get(Literal)
    if len(values(value)) != 2 or not isinstance(variable, EnvironmentVariable) or not isinstance(fallback, Literal):
        return value
    tested = decision.value.sources if isinstance(decision.value, Derived) else (decision.value,)
    plain = variable.default is None and fallback != UNDEFINED and variable in tested
    return EnvironmentVariable(variable.name, fallback) if plain else value


def _and(machine: Machine, first: Value, known: bool | None, right: Node, frame: Frame) -> Value:
    if known is False:
        return first
    if known:
        return resolve(machine.evaluate(right, frame))
    second = maybe_value(machine, right, frame, (reflect(first),), tested_paths(first), True)
    if _is_boolean(first) or _is_boolean(second):
        return derived("&&", first, second)
    if _is_part(second, first):
        return second
    return join((Option(second, (reflect(first),)), Option(UNDEFINED)))


def _is_boolean(value: Value) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, bool)
    return isinstance(value, Derived) and value.how in _BOOLEAN


def _is_part(value: Value, whole: Value) -> bool:
    """Whether ``value`` is read out of ``whole``, so that the test before it is only a guard."""
    if isinstance(value, EventField) and isinstance(whole, EventField):
        return value.path[: len(whole.path)] == whole.path
    return isinstance(value, Derived) and value == whole


def tolerantly(machine: Machine, node: Node, frame: Frame) -> Value:
    """Evaluates where a missing field does no harm."""
    if node.type not in _REFERENCES and node.type != "parenthesized_expression":
        return machine.evaluate(node, frame)
    before, machine.tolerant = machine.tolerant, True
    try:
        return machine.evaluate(node, frame)
    finally:
        machine.tolerant = before


def tested_paths(value: Value) -> list[tuple[str, ...]]:
    """The event fields of which a truthy ``value`` shows that they are there."""
    found: list[tuple[str, ...]] = []
    for option in values(value):
        if isinstance(option, EventField):
            found.append(option.path)
        elif isinstance(option, Derived) and option.how == "in":
            found.extend(_contained_path(option))
        elif isinstance(option, Derived) and option.how in ("&&", "||", "!", "===", "==", "!==", "!="):
            for source in option.sources:
                found.extend(_compared_paths(source, option.how))
    return [path for path in found if path]


def _is_typeof(value: CodeValue) -> TypeGuard[Derived]:
    return isinstance(value, Derived) and value.how == "typeof" and bool(value.sources)


def _contained_path(test: Derived) -> list[tuple[str, ...]]:
    match test.sources:
        case (Literal(value=str() as key), EventField() as field):
            return [(*field.path, key)]
        case _:
            return []


def _compared_paths(source: CodeValue, how: str) -> list[tuple[str, ...]]:
    if how in EQUALITY:
        if isinstance(source, EventField) and len(source.path) == 1 and source.path[0] in _DISCRIMINATORS:
            return [EVERYTHING]
        return tested_paths(source.sources[0]) if _is_typeof(source) else []
    return tested_paths(source)


@dataclass(frozen=True, slots=True)
class Test:
    """A branch's test: its value for the record, the event fields that it shows to be there, whether it is decided."""

    value: CodeValue
    paths: list[tuple[str, ...]]
    known: bool | None

    @classmethod
    def of(cls, value: Value) -> Test:
        """The test that a value makes."""
        return cls(reflect(value), tested_paths(value), truth(value))

    @property
    def plain(self) -> bool:
        """Whether it asks of event fields only whether they are there."""
        parts = self.value.sources if isinstance(self.value, Derived) and self.value.how == "&&" else (self.value,)
        return all(isinstance(part, EventField) for part in parts)


def test(machine: Machine, node: Node, frame: Frame) -> Test:
    """Evaluates the test of a branch or loop."""
    paths: list[tuple[str, ...]] = []
    value = _test_value(machine, node, frame, paths)
    return Test(reflect(value), paths, truth(value))


def _test_value(machine: Machine, node: Node, frame: Frame, paths: list[tuple[str, ...]]) -> Value:
    if node.type == "parenthesized_expression":
        inner = children(node)
        return _test_value(machine, inner[-1], frame, paths) if inner else UNDEFINED
    if node.type == "unary_expression" and _operator(node) == "!":
        argument = node.child_by_field_name("argument")
        inner_value = _test_value(machine, argument, frame, paths) if argument is not None else UNDEFINED
        return negate(inner_value)
    if node.type == "binary_expression" and _operator(node) in ("&&", "||"):
        return _test_pair(machine, node, _operator(node), frame, paths)
    if node.type == "binary_expression" and _operator(node) in EQUALITY:
        return _test_equality(machine, node, frame, paths)
    value = resolve(tolerantly(machine, node, frame))
    paths.extend(tested_paths(value))
    return value


def _test_pair(machine: Machine, node: Node, operator: str, frame: Frame, paths: list[tuple[str, ...]]) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return UNDEFINED
    first = _test_value(machine, left, frame, paths)
    known = truth(first)
    if known is (operator == "||"):
        return first
    guards = len(frame.guards)
    frame.guards.extend(paths)
    second = _test_value(machine, right, frame, paths)
    del frame.guards[guards:]
    if known is not None:
        return second
    if truth(second) is (operator == "||"):
        return second
    return first if truth(second) is not None else derived(operator, first, second)


def _test_equality(machine: Machine, node: Node, frame: Frame, paths: list[tuple[str, ...]]) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return UNDEFINED
    absence = next((side for side in (left, right) if _means_absent(side, frame)), None)
    if absence is None:
        value = binary(machine, node, frame)
        paths.extend(tested_paths(value))
        return value
    subject = resolve(tolerantly(machine, left if absence is right else right, frame))
    paths.extend(tested_paths(subject))
    return compare(_operator(node), subject, UNDEFINED)


def _means_absent(node: Node, frame: Frame) -> bool:
    return node.type in ("null", "undefined") or frame.text(node) in ("undefined", "null", "void 0", "'undefined'")


def negate(value: Value) -> Value:
    """``!value``."""
    known = truth(value)
    return derived("!", value) if known is None else Literal(not known)
