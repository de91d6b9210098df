"""What is written in a policy statement, each piece with the guards under which it holds, read once.

Strings are in canonical form (:mod:`analyzer.model.names`): ordinary text in which a hole is one private character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from analyzer.facts.iam_condition_tests import UNRESOLVED, Unresolved
from analyzer.judgement import TemplatePlace
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Guard, Known, Reference, Structure, Text, Unknown, Value, as_text, shown
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.facts.iam import Statement
    from analyzer.model.names import Names

    _Convert = Callable[[Value], str | None]

Guards = frozenset[Guard]
MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string of a statement: ``text`` in canonical form, ``shown`` for people, where it is written."""

    text: str
    shown: str
    place: TemplatePlace


@dataclass(frozen=True, slots=True)
class Term:
    """One alternative of one item of an element: its pattern, or what it takes to know it; neither where absent."""

    guards: Guards
    pattern: Pattern | None = None
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a part of a Condition block. ``content``: None where nothing is written, UNRESOLVED, plain
    text, or the parts inside by name (by position for values)."""

    guards: Guards
    content: Unresolved | str | bool | tuple[tuple[str, tuple[Branch, ...]], ...] | None


@dataclass(frozen=True, slots=True)
class Terms:
    """A statement taken apart. ``guards``: every set of guards in it, the statement's own first;
    ``names``: what they speak of."""

    own: Guards
    effect: tuple[Term, ...]
    elements: dict[str, tuple[Term, ...]]
    condition: tuple[Branch, ...]
    guards: tuple[tuple[Guard, ...], ...]
    names: frozenset[tuple[str, str, str]]


def name_of(guard: Guard) -> tuple[str, str, str]:
    """What a guard speaks of: a condition, a parameter, a mapping's key."""
    return (guard.kind, guard.stack, guard.name)


def terms_of(statement: Statement, names: Names) -> Terms:
    """The statement taken apart."""
    node = statement.node

    def resource(value: Value) -> str | None:
        return None if _begins_unknown(value) else names.canonical(value)

    kinds = {"Action": _action, "NotAction": _action, "Resource": resource, "NotResource": resource}
    written = dict.fromkeys(_guards(node))
    guards = tuple(dict.fromkeys([*written, *_opposites(written, node.guards)]))
    return Terms(
        frozenset(node.guards),
        tuple(_element(node["Effect"], _action)),
        {name: tuple(_element(node[name], convert)) for name, convert in kinds.items()},
        tuple(_branches(node["Condition"], names, 0)),
        guards,
        frozenset(name_of(guard) for together in guards for guard in together),
    )


def _element(node: Node, convert: _Convert) -> Iterator[Term]:
    for item in node.items():
        for case in item.cases():
            guards = frozenset(case.guards)
            if isinstance(case.value, Absent):
                yield Term(guards)
            elif (text := convert(case.value)) is None:
                yield Term(guards, needs=_needs(case))
            else:
                yield Term(guards, Pattern(text, show(case.value), case.node.place))


def _action(value: Value) -> str | None:
    return as_text(value.value) if isinstance(value, Known) else None


def _begins_unknown(value: Value) -> bool:
    """A hole inside an ARN stands for a name; what begins with something nobody knows can be anything."""
    return isinstance(value, Unknown) or (isinstance(value, Text) and isinstance(value.parts[0], Unknown))


def _branches(node: Node, names: Names, depth: int) -> Iterator[Branch]:
    """The alternatives of a Condition block (depth 0), of an operator's keys (1)."""
    for branch in node.branches:
        guards = frozenset(branch.guards)
        if branch.missing:
            yield Branch(guards, None)
        elif not isinstance(branch.value, Structure):
            yield Branch(guards, UNRESOLVED)
        else:
            inside = _branches_of_values if depth else _branches_of_keys
            yield Branch(guards, tuple((name, tuple(inside(child, names))) for name, child in branch.entries()))


def _branches_of_keys(node: Node, names: Names) -> Iterator[Branch]:
    return _branches(node, names, 1)


def _branches_of_values(node: Node, names: Names) -> Iterator[Branch]:
    for item in node.items():
        for case in item.cases():
            if not isinstance(case.value, Absent):
                yield Branch(frozenset(case.guards), plain(case.value, names))


def plain(value: Value, names: Names) -> Any:
    """A value of a condition as plain text; UNRESOLVED where it is not known."""
    if isinstance(value, Known) and not str(value.value).startswith("arn:"):
        return value.value if isinstance(value.value, bool) else as_text(value.value)
    known = isinstance(value, Known | Text | Reference) and not _begins_unknown(value)
    return names.canonical(value) if known else UNRESOLVED


def _guards(node: Node, depth: int = 0) -> Iterator[tuple[Guard, ...]]:
    """The guards of a statement and of everything written in it; what is a plain scalar adds none."""
    for branch in node.branches:
        yield branch.guards
        if branch.is_mapping:
            inside = [key for key, raw in branch.raw.items() if isinstance(raw, dict | list)]
            for key in sorted(inside) if depth < MOST_DEPTH else ():
                yield from _guards(branch[key], depth + 1)
        elif not isinstance(branch.raw, list) or any(isinstance(raw, dict | list) for raw in branch.raw):
            for item in branch.items():
                yield from (case.guards for case in item.cases())


def _opposites(written: Iterable[tuple[Guard, ...]], own: tuple[Guard, ...]) -> Iterator[tuple[Guard, ...]]:
    """Where a condition does not hold: an item of a list that is ``AWS::NoValue`` there leaves no trace otherwise."""
    for guards in written:
        for index, guard in enumerate(guards):
            if guard.kind == "condition" and guard not in own:
                likely = None if guard.likely is None else not guard.likely
                opposite = replace(guard, value=not guard.value, likely=likely)
                yield (*guards[:index], opposite, *guards[index + 1 :])


def undecided(node: Node, depth: int = 0) -> str | None:
    """What it would take to know everything written below a node; None where it is known."""
    for branch in node.branches:
        for _, child in branch.entries() if depth < MOST_DEPTH else ():
            if (needs := undecided(child, depth + 1)) is not None:
                return needs
    return next((item.undecided for item in node.items() if item.undecided), None)


def _needs(case: Case) -> str:
    return case.value.needs if isinstance(case.value, Unknown) else f"the value of {case.node.pointer}"


def show(value: Value) -> str:
    """A value for people, holes in angle brackets."""
    return as_text(value.value) if isinstance(value, Known) else shown(value)
