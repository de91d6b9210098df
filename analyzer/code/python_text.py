"""Strings put together in Python: concatenation, ``%``, ``str.format`` and methods of constants."""

# Word lists are easier to read as text.
from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from typing import Final

from analyzer.code.program import CodeValue, Composed, Literal
from analyzer.code.python_freeze import derived, freeze
from analyzer.code.python_values import MAX_ITEMS, Dictionary, Sequence, Value

MAX_TEXT: Final = 20_000
MAX_PARTS: Final = 48
_PERCENT: Final = re.compile(r"%(?:\((?P<key>[^()]*)\))?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?(?P<kind>[a-zA-Z%])")
_PURE: Final = frozenset(
    "capitalize casefold count endswith find index isalnum isalpha isdigit islower isnumeric isspace isupper "
    "lower lstrip partition removeprefix removesuffix replace rfind rpartition rsplit rstrip split splitlines "
    "startswith strip swapcase title upper".split(" ")
)


def compose(parts: Iterable[Value]) -> Value:
    """One string of ``parts``: a Literal if all are, else Composed with neighbouring literals joined."""
    flat: list[CodeValue] = []
    for part in parts:
        frozen = freeze(part)
        for piece in frozen.parts if isinstance(frozen, Composed) else (frozen,):
            if isinstance(piece, Literal) and flat and isinstance(flat[-1], Literal):
                flat[-1] = Literal(f"{flat[-1].value}{piece.value}")
            elif piece != Literal(""):
                flat.append(Literal(str(piece.value)) if isinstance(piece, Literal) else piece)
    if len(flat) > MAX_PARTS or any(isinstance(piece, Literal) and len(str(piece.value)) > MAX_TEXT for piece in flat):
        return derived(flat[:MAX_PARTS], "text")
    if not flat:
        return Literal("")
    if len(flat) == 1 and isinstance(flat[0], Literal):
        return flat[0]
    return Composed(tuple(flat))


def joined(separator: Value, parts: Value) -> Value:
    """``separator.join(parts)``."""
    if not isinstance(parts, Sequence) or not parts.complete:
        return derived([separator, parts], "join")
    pieces: list[Value] = []
    for number, item in enumerate(parts.items):
        pieces.extend([separator, item] if number else [item])
    return compose(pieces)


def percent(template: str, argument: Value) -> Value:
    """``template % argument``."""
    positional = list(argument.items) if isinstance(argument, Sequence) else [argument]
    parts: list[Value] = []
    end = 0
    for found in _PERCENT.finditer(template):
        parts.append(Literal(template[end : found.start()]))
        end = found.end()
        if found["kind"] == "%":
            parts.append(Literal("%"))
        elif found["key"] is not None and isinstance(argument, Dictionary) and found["key"] in argument.slots:
            parts.append(argument.slots[found["key"]])
        elif found["key"] is not None or not positional:
            return derived([Literal(template), argument], "%")
        else:
            parts.append(positional.pop(0))
    return compose([*parts, Literal(template[end:])])


def formatted(template: str, positional: list[Value], keywords: Mapping[str, Value]) -> Value:
    """``template.format(*positional, **keywords)``; a field that looks into its argument is Derived."""
    parts: list[Value] = []
    counter = 0
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return derived([Literal(template), *positional, *keywords.values()], "format")
    for text, name, spec, conversion in fields:
        parts.append(Literal(text))
        if name is None:
            continue
        key, rest = re.match(r"([^.\[]*)(.*)", name, re.S).groups()  # type: ignore[union-attr]
        if not key:
            key, counter = str(counter), counter + 1
        value = positional[int(key)] if key.isdecimal() and int(key) < len(positional) else keywords.get(key)
        if value is None:
            return derived([Literal(template), *positional, *keywords.values()], "format")
        plain = not rest and not spec and conversion in (None, "s")
        parts.append(value if plain else derived([value], "format"))
    return compose(parts)


def constant_method(text: str, name: str, arguments: list[Value]) -> Value | None:
    """The result of a pure method of a constant string; None where it is not one."""
    if name not in _PURE or not all(isinstance(argument, Literal) for argument in arguments):
        return None
    plain = [argument.value for argument in arguments if isinstance(argument, Literal)]
    if name == "replace" and len(text) * max((len(str(item)) for item in plain), default=1) > MAX_TEXT:
        return None
    try:
        result = getattr(text, name)(*plain)
    except (TypeError, ValueError):
        return None
    if isinstance(result, list | tuple):
        return Sequence([Literal(piece) for piece in result])
    return Literal(result) if isinstance(result, str | int | bool) else None


def arithmetic(left: Value, operator: str, right: Value) -> Value | None:
    """``left operator right`` of constants, lists and texts; None where it is something else."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _constant(left.value, operator, right.value)
    if operator == "+":
        if isinstance(left, Sequence) and isinstance(right, Sequence):
            items = [*left.items, *right.items]
            return Sequence(items[:MAX_ITEMS], left.complete and right.complete and len(items) <= MAX_ITEMS)
        if _is_text(left) or _is_text(right):
            return compose([left, right])
    if operator == "%" and isinstance(left, Literal) and isinstance(left.value, str):
        return percent(left.value, right)
    return None


def _is_text(value: Value) -> bool:
    return isinstance(value, Composed) or (isinstance(value, Literal) and isinstance(value.value, str))


def _constant(left: object, operator: str, right: object) -> Value | None:
    if isinstance(left, str):
        if operator == "+" and isinstance(right, str) and len(left) + len(right) < MAX_TEXT:
            return Literal(left + right)
        if operator == "%" and (right is None or isinstance(right, str | int | float | bool)):
            return percent(left, Literal(right))
        return None
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    if max(abs(left), abs(right)) > 10**12:
        return None
    try:
        match operator:
            case "+":
                return Literal(left + right)
            case "-":
                return Literal(left - right)
            case "*":
                return Literal(left * right)
            case "/":
                return Literal(left / right)
            case "//":
                return Literal(left // right)
            case "%":
                return Literal(left % right)
    except (ZeroDivisionError, OverflowError):
        return None
    return None


def compare(left: Value, operator: str, right: Value) -> bool | None:
    """The verdict of a comparison of constants; None where it depends on the run."""
    if operator in ("is", "is not") and Literal(None) in (left, right):
        other = left if right == Literal(None) else right
        if isinstance(other, Literal):
            return (other.value is None) == (operator == "is")
        return operator == "is not" if isinstance(other, Dictionary | Sequence | Composed) else None
    if operator in ("in", "not in"):
        found = _contains(right, left)
        return None if found is None else found == (operator == "in")
    if not isinstance(left, Literal) or not isinstance(right, Literal):
        return None
    a, b = left.value, right.value
    if operator in ("==", "!=", "is", "is not"):
        return (a == b) == (operator in ("==", "is"))
    if isinstance(a, int | float) and isinstance(b, int | float):
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    return None


def _contains(container: Value, item: Value) -> bool | None:
    if not isinstance(item, Literal):
        return None
    if isinstance(container, Literal) and isinstance(container.value, str) and isinstance(item.value, str):
        return item.value in container.value
    if isinstance(container, Dictionary):
        present = item.value in container.slots
        return True if present else (False if container.complete else None)
    if isinstance(container, Sequence):
        if any(isinstance(entry, Literal) and entry.value == item.value for entry in container.items):
            return True
        known = container.complete and all(isinstance(entry, Literal) for entry in container.items)
        return False if known else None
    return None
