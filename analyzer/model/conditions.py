"""Conditions in three values, decided one by one and never by enumerating their combinations.

``decide`` uses literals and given parameters only; ``by_default`` also parameters' defaults. ``consistent`` tells
whether a set of guards can hold together, by what each implies; it may miss a contradiction, never invent one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from analyzer.model.value import Guard, Known, Reference, Text, Unknown, Value, as_text

Atom = tuple[str, ...]
Implied = frozenset[tuple[Atom, bool]]
MOST_NESTED = 60


class Conditions:
    """The ``Conditions`` section of one template."""

    def __init__(self, stack: str, section: Mapping[str, Any], evaluate: Callable[[Any], Value]) -> None:
        self._stack = stack
        self._section = section
        self._evaluate = evaluate
        self._decided: dict[tuple[str, bool], bool | None] = {}
        self._implied: dict[tuple[str, bool], Implied] = {}

    def names(self) -> Iterable[str]:
        """The names of all conditions."""
        return self._section.keys()

    def decide(self, name: str) -> bool | None:
        """The condition's value whatever parameters keep their defaults; None where it is not settled."""
        return self._named(name, defaults=False)

    def by_default(self, name: str) -> bool | None:
        """The condition's value if every parameter that is not given keeps its default."""
        return self._named(name, defaults=True)

    def guard(self, name: str, value: bool) -> Guard:
        """The guard "condition ``name`` is ``value``"."""
        default = self.by_default(name)
        return Guard("condition", self._stack, name, value, None if default is None else default == value)

    def consistent(self, guards: Sequence[Guard]) -> bool:
        """Whether the guards can all hold; True where that cannot be told."""
        if not guards:
            return True
        known: dict[Atom, bool] = {}
        equal: dict[Atom, str] = {}
        for guard in guards:
            for atom, value in self._implications(guard):
                if known.setdefault(atom, value) != value:
                    return False
                if atom[0] == "equals" and value and equal.setdefault(atom[:-1], atom[-1]) != atom[-1]:
                    return False
        return True

    def _implications(self, guard: Guard) -> Implied:
        if guard.kind != "condition" or guard.stack != self._stack:
            return frozenset({(("equals", guard.stack, guard.name, as_text(guard.value)), True)})
        return self._implied_by(guard.name, bool(guard.value))

    def _implied_by(self, name: str, value: bool) -> Implied:
        key = (name, value)
        if key not in self._implied:
            self._implied[key] = frozenset({(("condition", name), value)})  # cuts cycles
            self._implied[key] |= self._imply(self._section.get(name), value, 0)
        return self._implied[key]

    def _imply(self, raw: Any, value: bool, depth: int) -> Implied:
        function, argument = _single(raw)
        if function is None or depth > MOST_NESTED:
            return frozenset()
        if function == "Condition" and isinstance(argument, str):
            return self._implied_by(argument, value)
        if function == "Fn::Not" and isinstance(argument, list) and len(argument) == 1:
            return self._imply(argument[0], not value, depth + 1)
        if (function == "Fn::And" and value) or (function == "Fn::Or" and not value):
            if not isinstance(argument, list):
                return frozenset()
            return frozenset().union(*(self._imply(part, value, depth + 1) for part in argument))
        if function == "Fn::Equals":
            atom = self._equality(argument)
            return frozenset({(atom, value)}) if atom else frozenset()
        return frozenset()

    def _equality(self, argument: Any) -> Atom | None:
        if not isinstance(argument, list) or len(argument) != 2:
            return None
        for left, right in (argument, argument[::-1]):
            function, name = _single(left)
            if function == "Ref" and isinstance(name, str) and isinstance(right, str | int | bool):
                return ("equals", "" if name.startswith("AWS::") else self._stack, name, as_text(right))
        return None

    def _named(self, name: str, *, defaults: bool) -> bool | None:
        key = (name, defaults)
        if key not in self._decided:
            self._decided[key] = None  # a condition that refers to itself is never settled
            self._decided[key] = self._test(self._section.get(name), defaults, 0)
        return self._decided[key]

    def _test(self, raw: Any, defaults: bool, depth: int) -> bool | None:
        function, argument = _single(raw)
        if function is None or depth > MOST_NESTED:
            return raw if isinstance(raw, bool) else None
        if function == "Condition":
            return self._named(argument, defaults=defaults) if isinstance(argument, str) else None
        if not isinstance(argument, list):
            return None
        if function == "Fn::Equals" and len(argument) == 2:
            return equal(self._evaluate(argument[0]), self._evaluate(argument[1]), defaults=defaults)
        if function == "Fn::Not" and len(argument) == 1:
            inner = self._test(argument[0], defaults, depth + 1)
            return None if inner is None else not inner
        if function in ("Fn::And", "Fn::Or"):
            settles = function == "Fn::Or"
            answers = [self._test(part, defaults, depth + 1) for part in argument]
            if settles in answers:
                return settles
            return None if None in answers else not settles
        return None


def equal(left: Value, right: Value, *, defaults: bool) -> bool | None:
    """``Fn::Equals`` in three values; a parameter's default counts only with ``defaults``."""
    if isinstance(left, Known) and isinstance(right, Known):
        if not defaults and (left.by_default or right.by_default):
            return None
        return as_text(left.value) == as_text(right.value)
    if isinstance(left, Reference | Text) and left == right:
        return True
    if isinstance(left, Unknown) and left.identity is not None and left == right:
        return True
    return None


def _single(raw: Any) -> tuple[str | None, Any]:
    if isinstance(raw, Mapping) and len(raw) == 1:
        ((function, argument),) = raw.items()
        return (function, argument) if isinstance(function, str) else (None, None)
    return None, None
