"""Policy statements under conditions: which alternatives there are, and how a statement reads in each.

A *world* is a set of guards (``condition IsProd is true``). In a world holds what is written without a guard and what
its guards select; the empty world is what holds always. Products of conditions are never enumerated: worlds are the
sets of guards that are written, and pairs of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.facts.iam_condition_tests import UNRESOLVED, Block
from analyzer.judgement import TemplatePlace
from analyzer.model.alternatives import merge
from analyzer.model.node import Case, Node
from analyzer.model.value import (
    MOST_OPTIONS,
    Absent,
    Guard,
    Known,
    Reference,
    Structure,
    Text,
    Unknown,
    Value,
    as_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.facts.iam import Statement
    from analyzer.model.names import Names

    _Convert = Callable[[Value], str | None]


@dataclass(frozen=True, slots=True)
class World:
    """Guards that hold together."""

    guards: tuple[Guard, ...] = ()

    @property
    def likely(self) -> bool:
        """Whether parameters' defaults do not speak against it."""
        return all(guard.likely is not False for guard in self.guards)

    @property
    def where(self) -> str:
        """`` where condition X is true``; empty where nothing selects it."""
        return f" where {' and '.join(map(str, self.guards))}" if self.guards else ""

    @property
    def admitted(self) -> tuple[Guard, ...]:
        """The guards that say only what a parameter's ``AllowedValues`` admit."""
        return tuple(guard for guard in self.guards if guard.kind == "allowed")

    def holds(self, guards: Iterable[Guard]) -> bool:
        """Whether everything that ``guards`` ask for is so in this world."""
        return set(guards) <= set(self.guards)


def worlds(statements: Iterable[Statement]) -> tuple[World, ...]:
    """The worlds to look at: the empty one first, then those with fewer guards and likely ones before others."""
    listed = list(statements)
    found: dict[frozenset[Guard], tuple[Guard, ...]] = {frozenset(): ()}
    for statement in listed:
        for guards in _guards(statement.node):
            found.setdefault(frozenset(guards), guards)
    single = list(found.values())
    if listed and len(single) > 1:
        consistent = listed[0].carrier.template.conditions.consistent
        for index, left in enumerate(single):
            for right in single[:index]:
                together = merge(left, right)
                if together is not None and len(found) < MOST_OPTIONS and consistent(together):
                    found.setdefault(frozenset(together), together)
    return tuple(sorted(map(World, found.values()), key=lambda world: (len(world.guards), not world.likely)))


def _guards(node: Node, depth: int = 0) -> Iterator[tuple[Guard, ...]]:
    """The guards of a statement and of everything written in it."""
    for branch in node.branches:
        yield branch.guards
        entries = list(branch.entries())
        for _, child in entries if depth < _MOST_DEPTH else ():
            yield from _guards(child, depth + 1)
        if not entries:
            for item in branch.items():
                yield from (case.guards for case in item.cases())


_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string of a statement: ``text`` in canonical form, ``shown`` for people, where it is written."""

    text: str
    shown: str
    place: TemplatePlace


@dataclass(frozen=True, slots=True)
class Element:
    """What stands under ``Action``, ``Resource`` and so on: the patterns that are known, and what it would take to
    know the rest."""

    patterns: tuple[Pattern, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The canonical patterns."""
        return tuple(pattern.text for pattern in self.patterns)

    def __bool__(self) -> bool:
        return bool(self.patterns or self.needs)


@dataclass(frozen=True, slots=True)
class Reading:
    """One statement as it reads in one world. ``effect`` is empty where ``undecided`` says what it would take to know
    it."""

    statement: Statement
    effect: str
    actions: Element
    not_actions: Element
    resources: Element
    not_resources: Element
    condition: Block
    undecided: str = ""

    @property
    def allows(self) -> bool:
        """Whether it allows."""
        return self.effect == "Allow"

    @property
    def may_allow(self) -> bool:
        """Whether it allows, or may."""
        return self.allows or bool(self.undecided)

    @property
    def denies(self) -> bool:
        """Whether it denies."""
        return self.effect == "Deny"


class Reader:
    """Reads statements with the names of one application."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def read(self, statement: Statement, world: World) -> Reading | None:
        """The statement in a world; None where it does not hold, or where the world leaves open how it reads."""
        node = statement.node
        if not world.holds(node.guards):
            return None
        effect = self._effect(node["Effect"], world)
        condition = self.block(node["Condition"], world)
        not_actions = self._whole(node["NotAction"], world, _as_action)
        not_resources = self._whole(node["NotResource"], world, self._as_resource)
        if effect is None or condition is _OPEN or not_actions is None or not_resources is None:
            return None
        actions = self._element(node["Action"], world, _as_action)
        resources = self._element(node["Resource"], world, self._as_resource)
        undecided = "" if effect else node["Effect"].undecided or "the effect of the statement"
        return Reading(statement, effect, actions, not_actions, resources, not_resources, condition, undecided)

    def _effect(self, node: Node, world: World) -> str | None:
        """``Allow`` or ``Deny``; empty for a value that nobody can know; None where the world leaves it open."""
        held = [case for case in node.cases() if world.holds(case.guards)]
        if len(held) != 1 or isinstance(held[0].value, Absent):
            return None
        value = held[0].value
        return as_text(value.value) if isinstance(value, Known) else ""

    def _whole(self, node: Node, world: World, convert: _Convert) -> Element | None:
        """An element that excludes: what a world leaves open could only exclude more, so None unless all is settled."""
        cases = [case for item in node.items() for case in item.cases()]
        if any(not world.holds(case.guards) and merge(world.guards, case.guards) is not None for case in cases):
            return None
        return self._element(node, world, convert)

    def _element(self, node: Node, world: World, convert: _Convert) -> Element:
        patterns, needs = [], []
        for item in node.items():
            for case in item.cases():
                if not world.holds(case.guards) or isinstance(case.value, Absent):
                    continue
                text = convert(case.value)
                if text is None:
                    needs.append(_needs(case))
                else:
                    patterns.append(Pattern(text, show(case.value), case.node.place))
        return Element(tuple(patterns), tuple(needs))

    def _as_resource(self, value: Value) -> str | None:
        """A hole inside an ARN stands for a name; a resource that begins with what nobody knows can be anything."""
        if isinstance(value, Unknown) or (isinstance(value, Text) and isinstance(value.parts[0], Unknown)):
            return None
        return self._names.canonical(value)

    # --- conditions -----------------------------------------------------------------------------------

    def block(self, node: Node, world: World) -> Block:
        """A ``Condition`` block on plain strings; ``_OPEN`` where the world leaves open which one it is."""
        held = [branch for branch in node.branches if world.holds(branch.guards)]
        if len(held) != 1:
            return _OPEN
        if held[0].missing:
            return None
        if isinstance(held[0].value, Unknown):
            return UNRESOLVED
        return {operator: self._operator(keys, world) for operator, keys in held[0].entries()}

    def _operator(self, node: Node, world: World) -> Any:
        held = [branch for branch in node.branches if world.holds(branch.guards)]
        if len(held) == 1 and isinstance(held[0].value, Structure):
            return {key: self._values(values, world) for key, values in held[0].entries()}
        return UNRESOLVED

    def _values(self, node: Node, world: World) -> list[Any]:
        cases = [case for item in node.items() for case in item.cases() if world.holds(case.guards)]
        return [self.plain(case.value) for case in cases] or ([UNRESOLVED] if list(node.items()) else [])

    def plain(self, value: Value) -> Any:
        """A value of a condition as plain text; UNRESOLVED where it is not known."""
        if isinstance(value, Known):
            text = value.value if isinstance(value.value, bool) else as_text(value.value)
            return self._names.canonical(value) if isinstance(text, str) and text.startswith("arn:") else text
        known = isinstance(value, Text | Reference) and not (
            isinstance(value, Text) and isinstance(value.parts[0], Unknown)
        )
        return self._names.canonical(value) if known else UNRESOLVED


_OPEN: Mapping[str, Any] = {"": {}}


def _as_action(value: Value) -> str | None:
    return as_text(value.value) if isinstance(value, Known) else None


def _needs(case: Case) -> str:
    return case.value.needs if isinstance(case.value, Unknown) else f"the value of {case.node.pointer}"


def undecided(node: Node, depth: int = 0) -> str | None:
    """What it would take to know everything written below a node; None where it is known."""
    for branch in node.branches:
        for _, child in branch.entries() if depth < _MOST_DEPTH else ():
            if (needs := undecided(child, depth + 1)) is not None:
                return needs
    return next((item.undecided for item in node.items() if item.undecided), None)


def show(value: Value) -> str:
    """A value for people, holes in angle brackets."""
    return as_text(value.value) if isinstance(value, Known) else str(value)
