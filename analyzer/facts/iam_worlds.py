"""Policy statements under conditions: which alternatives there are, and how a statement reads in each.

A *world* is a set of guards (``condition IsProd is true``). In a world holds what is written without a guard and what
its guards select; the empty world is what holds always. Products of conditions are never enumerated: worlds are the
sets of guards that are written, and pairs of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analyzer.facts.iam_condition_tests import UNRESOLVED, Block, Unresolved
from analyzer.facts.iam_conditions import Outcome, is_real, passed_services
from analyzer.facts.iam_rights import Rights
from analyzer.facts.iam_terms import Branch, Guards, Pattern, Term, Terms, name_of, plain, terms_of
from analyzer.model.alternatives import merge
from analyzer.model.value import MOST_OPTIONS, Guard, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.iam import Statement
    from analyzer.model.names import Names

MOST_WORLDS = 64
"""Of more sets of guards in one policy, the larger ones are not looked at."""


@dataclass(frozen=True)
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

    @cached_property
    def _held(self) -> Guards:
        return frozenset(self.guards)

    def holds(self, guards: Iterable[Guard]) -> bool:
        """Whether everything that ``guards`` ask for is so in this world."""
        return (guards if isinstance(guards, frozenset) else frozenset(guards)) <= self._held

    def within(self, names: frozenset[tuple[str, str, str]]) -> World:
        """The part of this world that speaks of these conditions, parameters and keys."""
        return World(tuple(guard for guard in self.guards if name_of(guard) in names))

    def leaves_open(self, guards: Guards) -> bool:
        """Whether ``guards`` may hold or not in this world."""
        return not guards <= self._held and merge(self.guards, tuple(guards)) is not None


ALWAYS = World()
"""What holds whatever is chosen."""


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


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def rights(self) -> Rights:
        """What it grants or denies. Any condition of a Deny counts: what is vacuous in an Allow is strict there."""
        passed = passed_services(self.condition)
        unknown = isinstance(passed, Unresolved)
        if self.denies:
            conditional = self.condition is not None and self.condition != {}
        else:
            conditional = unknown or is_real(_without_passed(self.condition)) is not Outcome.NO
        return Rights(
            self.actions.texts,
            self.resources.texts,
            self.not_actions.texts,
            self.not_resources.texts,
            conditional,
            None if isinstance(passed, Unresolved) else passed,
        )


class Reader:
    """Reads statements with the names of one application, each taken apart once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.memory: dict[object, Any] = {}
        """What is derived from readings, kept as long as they are."""
        self._terms: dict[Statement, Terms] = {}
        self._readings: dict[tuple[Statement, Guards], Reading | None] = {}

    def terms(self, statement: Statement) -> Terms:
        """The statement taken apart."""
        found = self._terms.get(statement)
        if found is None:
            found = self._terms[statement] = terms_of(statement, self._names)
        return found

    def may_deny(self, statement: Statement) -> bool:
        """Whether the statement denies in some world."""
        return any(term.pattern is not None and term.pattern.text == "Deny" for term in self.terms(statement).effect)

    def worlds(self, statements: Iterable[Statement]) -> tuple[World, ...]:
        """The worlds to look at: the empty one first, then those with fewer guards, likely ones before others."""
        listed = list(statements)
        written = [guards for statement in listed for guards in self.terms(statement).guards]
        if not any(written):
            return (ALWAYS,)
        found: dict[Guards, tuple[Guard, ...]] = {frozenset(): ()}
        for guards in sorted(written, key=len):
            if len(found) < MOST_WORLDS:
                found.setdefault(frozenset(guards), guards)
        for together in _pairs(list(found.values()), listed):
            if len(found) >= MOST_OPTIONS:
                break
            found.setdefault(frozenset(together), together)
        return tuple(sorted(map(World, found.values()), key=lambda world: (len(world.guards), not world.likely)))

    def read(self, statement: Statement, world: World) -> Reading | None:
        """The statement in a world; None where it does not hold, or where the world leaves open how it reads.

        The same object for worlds that differ in nothing the statement depends on.
        """
        terms = self.terms(statement)
        relevant = world.within(terms.names) if world.guards else world
        key = (statement, frozenset(relevant.guards))
        if key not in self._readings:
            self._readings[key] = self._read(statement, terms, relevant)
        return self._readings[key]

    def _read(self, statement: Statement, terms: Terms, world: World) -> Reading | None:
        effects = [term for term in terms.effect if world.holds(term.guards)]
        if not world.holds(terms.own) or len(effects) != 1:
            return None
        excluded = (*terms.elements["NotAction"], *terms.elements["NotResource"])
        if any(world.leaves_open(term.guards) for term in excluded):
            return None  # what is left open could only exclude more
        try:
            condition = _block(terms.condition, world)
        except _LeftOpen:
            return None
        pattern, needs = effects[0].pattern, effects[0].needs
        elements = {name: _element(found, world) for name, found in terms.elements.items()}
        return Reading(
            statement,
            pattern.text if pattern else "",
            elements["Action"],
            elements["NotAction"],
            elements["Resource"],
            elements["NotResource"],
            condition,
            needs,
        )

    def plain(self, value: Value) -> Any:
        """A value as a Condition block would have it; UNRESOLVED where it is not known."""
        return plain(value, self._names)


def _pairs(single: list[tuple[Guard, ...]], statements: list[Statement]) -> Iterator[tuple[Guard, ...]]:
    """Every two sets of guards that can hold together, as one."""
    for index, left in enumerate(single):
        for right in single[:index]:
            together = merge(left, right)
            if together is not None and statements[0].carrier.template.conditions.consistent(together):
                yield together


def _element(terms: tuple[Term, ...], world: World) -> Element:
    held = [term for term in terms if world.holds(term.guards)]
    patterns = tuple(term.pattern for term in held if term.pattern is not None)
    return Element(patterns, tuple(term.needs for term in held if term.needs))


class _LeftOpen(Exception):
    """A world leaves open which condition holds."""


def _block(branches: tuple[Branch, ...], world: World) -> Any:
    """The part of a Condition block that holds in a world."""
    held = [branch for branch in branches if world.holds(branch.guards)]
    if len(held) != 1:
        raise _LeftOpen
    content = held[0].content
    if content is None or content is UNRESOLVED:
        return content
    assert isinstance(content, tuple)
    return {name: _part(inside, world) for name, inside in content}


def _part(branches: tuple[Branch, ...], world: World) -> Any:
    """An operator's keys, or a key's values."""
    if any(world.leaves_open(branch.guards) for branch in branches):
        raise _LeftOpen
    if any(isinstance(branch.content, tuple) or branch.content is None for branch in branches):
        return _block(branches, world)
    values = [branch.content for branch in branches if world.holds(branch.guards)]
    return UNRESOLVED if values == [UNRESOLVED] and len(branches) == 1 else values


def _without_passed(block: Block) -> Block:
    """The block without its tests of ``iam:PassedToService``, which rights hold by itself."""
    if block is None or isinstance(block, Unresolved):
        return block
    kept = {operator: _other_keys(keys) for operator, keys in block.items()}
    return {operator: keys for operator, keys in kept.items() if keys != {}}


def _other_keys(keys: object) -> object:
    if not isinstance(keys, dict):
        return keys
    return {key: value for key, value in keys.items() if key.lower() != "iam:passedtoservice"}
