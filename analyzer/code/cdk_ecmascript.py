"""Expressions, patterns and type annotations of TypeScript and JavaScript as a :mod:`analyzer.code.cdk_tree`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from analyzer.code.cdk_tree import (
    DEEPEST,
    Binding,
    Call,
    Choice,
    Entry,
    Expression,
    Flag,
    Items,
    Lambda,
    Member,
    Name,
    Other,
    Record,
    Scope,
    Text,
)
from analyzer.code.js_syntax import Source, children, descendants, string_value, unescape
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from tree_sitter import Node

_TRANSPARENT = frozenset({"parenthesized_expression", "non_null_expression", "await_expression"})
_CASTS = frozenset({"as_expression", "type_assertion", "satisfies_expression"})
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function", "function"})
_NAMES = frozenset({"identifier", "this", "super", "undefined", "shorthand_property_identifier", "type_identifier"})
_EITHER = frozenset({"||", "&&", "??"})
_TYPE_WRAPPERS = frozenset({"Promise", "Readonly", "Partial", "Required", "NonNullable"})
_NO_TYPES = frozenset({"undefined", "null", "void"})


@dataclass(frozen=True, slots=True)
class Here:
    """Where a node stands: its scope, and how deep in it."""

    scope: Scope
    depth: int = 0

    def deeper(self) -> Here:
        """The same scope, one level further in."""
        return Here(self.scope, self.depth + 1)


class Expressions(ABC):
    """Converts expressions; what a function or an assignment means is the business of the reader."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @abstractmethod
    def function(self, node: Node, name: str, here: Here) -> Scope:
        """Convert a function that stands in ``here``."""

    @abstractmethod
    def assign(self, target: Expression, value: Expression, here: Here) -> None:
        """Note that ``target`` gets ``value``."""

    def expression(self, node: Node, here: Here) -> Expression:
        """Convert ``node``; what is nested too deeply is left out."""
        if here.depth > DEEPEST:
            return Other((), self.source.place(node))
        inside = here.deeper()
        if node.type in _NAMES:
            return Name(self.source.text(node), self.source.place(node))
        if node.type in _TRANSPARENT and (inner := children(node)):
            return self.expression(inner[0], inside)
        if node.type in _CASTS:
            return self._cast(node, inside)
        if node.type in _FUNCTIONS:
            return Lambda(self.function(node, "", here), self.source.place(node))
        convert = _CONVERTERS.get(node.type)
        return self._other(node, inside) if convert is None else convert(self, node, inside)

    def _other(self, node: Node, here: Here) -> Expression:
        parts = tuple(self.expression(child, here) for child in children(node))
        return Other(parts, self.source.place(node))

    def _cast(self, node: Node, here: Here) -> Expression:
        inner = children(node)
        value = inner[-1 if node.type == "type_assertion" else 0]
        written = self.expression(value, here)
        loose = node.type != "satisfies_expression" and not self.source.text(node).endswith("as const")
        return replace(written, unchecked=True) if isinstance(written, Record) and loose else written

    def member(self, node: Node, here: Here) -> Expression:
        """``object.property``."""
        target, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if target is None or name is None:
            return self._other(node, here)
        at = self.source.place(name)
        return Member(self.expression(target, here), self.source.text(name), self.source.place(node), at)

    def subscript(self, node: Node, here: Here) -> Expression:
        """``object["property"]``; another index is no member."""
        target, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        key = None if index is None else string_value(self.source, index)
        if target is None or index is None or key is None:
            return self._other(node, here)
        return Member(self.expression(target, here), key, self.source.place(node), self.source.place(index))

    def call(self, node: Node, here: Here) -> Expression:
        """A call or ``new``."""
        new = node.type == "new_expression"
        callee = node.child_by_field_name("constructor" if new else "function")
        arguments = node.child_by_field_name("arguments")
        if callee is None or (arguments is not None and arguments.type != "arguments"):
            return self._other(node, here)
        given = tuple(self.expression(item, here) for item in children(arguments)) if arguments is not None else ()
        return Call(self.expression(callee, here), given, None, new, self.source.place(node))

    def record(self, node: Node, here: Here) -> Expression:
        """An object literal."""
        entries, spreads = list[Entry](), list[Expression]()
        for child in children(node):
            if child.type == "spread_element":
                spreads.extend(self.expression(part, here) for part in children(child))
                continue
            entry = self._entry(child, here)
            if entry is None:
                spreads.append(self._other(child, here))
            else:
                entries.append(entry)
        return Record(tuple(entries), tuple(spreads), self.source.place(node))

    def _entry(self, node: Node, here: Here) -> Entry | None:
        place = self.source.place(node)
        if node.type == "shorthand_property_identifier":
            return Entry(self.source.text(node), Name(self.source.text(node), place), place)
        key = node.child_by_field_name("key") or node.child_by_field_name("name")
        if key is None or key.type == "computed_property_name":
            return None
        name = string_value(self.source, key) or self.source.text(key)
        if node.type == "method_definition":
            return Entry(name, Lambda(self.function(node, "", here), place), place)
        value = node.child_by_field_name("value")
        return None if value is None else Entry(name, self.expression(value, here), place)

    def items(self, node: Node, here: Here) -> Expression:
        """An array."""
        return Items(tuple(self.expression(child, here) for child in children(node)), self.source.place(node))

    def text(self, node: Node, here: Here) -> Expression:
        """A string or a template literal."""
        place, value = self.source.place(node), string_value(self.source, node)
        if value is not None:
            return Text(value, place)
        parts = [part for child in children(node) if child.type == "template_substitution" for part in children(child)]
        literal = "".join(unescape(self.source.text(c)) for c in children(node) if c.type == "string_fragment")
        inner = tuple(self.expression(part, here) for part in parts)
        return Text(literal, place, complete=False, parts=inner, written=self.source.text(node)[1:-1])

    def flag(self, node: Node, here: Here) -> Expression:  # noqa: ARG002
        """``true`` or ``false``."""
        return Flag(node.type == "true", self.source.place(node))

    def ternary(self, node: Node, here: Here) -> Expression:
        """``test ? one : other``."""
        test, *options = [self.expression(child, here) for child in children(node)]
        return Choice(tuple(options), (test,), self.source.place(node))

    def binary(self, node: Node, here: Here) -> Expression:
        """``one ?? other`` is a choice; any other operator makes something new."""
        operator = node.child_by_field_name("operator")
        parts = tuple(self.expression(child, here) for child in children(node))
        if operator is not None and operator.type in _EITHER:
            return Choice(parts, (), self.source.place(node))
        return Other(parts, self.source.place(node))

    def assignment(self, node: Node, here: Here) -> Expression:
        """``target = value`` has the value of ``value``; ``target += value`` makes something new."""
        target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if target is None or value is None or node.type != "assignment_expression":
            return self._other(node, here)
        written = self.expression(value, here)
        self.assign(self.expression(target, here), written, here)
        return written

    # --- patterns -------------------------------------------------------------------------------------

    def bind_pattern(
        self,
        node: Node,
        value: Expression | None,
        annotation: Expression | None,
        here: Here,
        parameter: int | None = None,
    ) -> None:
        """Bind a name, or the names that an object pattern takes apart."""
        place = self.source.place(node)
        if node.type in _NAMES:
            name = self.source.text(node)
            here.scope.bind(Binding(name, here.scope, place, value, annotation, parameter=parameter))
        elif node.type == "object_pattern":
            for part in children(node):
                self._bind_part(part, value, annotation, here)
        else:
            for inner in descendants(node, "identifier", "shorthand_property_identifier_pattern"):
                here.scope.bind(Binding(self.source.text(inner), here.scope, place))

    def _bind_part(self, part: Node, value: Expression | None, annotation: Expression | None, here: Here) -> None:
        key = part.child_by_field_name("key") or part.child_by_field_name("left") or part
        target = part.child_by_field_name("value") or key
        if target.type == "assignment_pattern":
            target = target.child_by_field_name("left") or target
        if target.type not in ("identifier", "shorthand_property_identifier_pattern") or part.type == "rest_pattern":
            for inner in descendants(part, "identifier", "shorthand_property_identifier_pattern"):
                here.scope.bind(Binding(self.source.text(inner), here.scope, self.source.place(inner)))
            return
        place, name = self.source.place(part), self.source.text(target)
        attribute = string_value(self.source, key) or self.source.text(key)
        here.scope.bind(Binding(name, here.scope, place, value, annotation, attribute=attribute))


Converter = Callable[[Expressions, "Node", Here], Expression]
_CONVERTERS: Final[Mapping[str, Converter]] = {
    "array": Expressions.items,
    "assignment_expression": Expressions.assignment,
    "augmented_assignment_expression": Expressions.assignment,
    "binary_expression": Expressions.binary,
    "call_expression": Expressions.call,
    "false": Expressions.flag,
    "member_expression": Expressions.member,
    "new_expression": Expressions.call,
    "object": Expressions.record,
    "string": Expressions.text,
    "subscript_expression": Expressions.subscript,
    "template_string": Expressions.text,
    "ternary_expression": Expressions.ternary,
    "true": Expressions.flag,
}


def type_of(reader: Expressions, node: Node | None, depth: int = 0) -> Expression | None:
    """The one type that an annotation names; None where it names none or several."""
    if node is None or depth > DEEPEST:
        return None
    source = reader.source
    if node.type in ("type_identifier", "identifier"):
        return Name(source.text(node), source.place(node))
    if node.type in ("nested_type_identifier", "nested_identifier"):
        return _qualified(reader, node, depth)
    inner = children(node)
    if node.type == "generic_type" and inner:
        return _generic(reader, inner, depth)
    if node.type in ("type_annotation", "parenthesized_type", "readonly_type"):
        return type_of(reader, inner[0], depth + 1) if inner else None
    if node.type == "union_type":
        parts = [part for part in inner if source.text(part) not in _NO_TYPES]
        return type_of(reader, parts[0], depth + 1) if len(parts) == 1 else None
    return None


def _generic(reader: Expressions, parts: list[Node], depth: int) -> Expression | None:
    name, arguments = parts[0], parts[1:]
    if reader.source.text(name) not in _TYPE_WRAPPERS:
        return type_of(reader, name, depth + 1)
    inner = children(arguments[0]) if arguments else []
    return type_of(reader, inner[0], depth + 1) if inner else None


def _qualified(reader: Expressions, node: Node, depth: int) -> Expression | None:
    parts = children(node)
    outer = type_of(reader, parts[0], depth + 1)
    if outer is None:
        return None
    source, last = reader.source, parts[-1]
    return Member(outer, source.text(last), source.place(node), source.place(last))
