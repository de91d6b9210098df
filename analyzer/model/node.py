"""A cursor into a template: reads as a sentence, never shows an intrinsic function.

    for statement in policy["PolicyDocument"]["Statement"].items():
        for case in statement["Effect"].cases():
            ...

``Fn::If`` around any container is followed: a node may stand for several alternatives, and what is read below
it keeps the guards that lead there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyzer.judgement import TemplatePlace
from analyzer.model.alternatives import merge, one_of, options_of
from analyzer.model.intrinsics import intrinsic
from analyzer.model.pointers import escape
from analyzer.model.value import (
    ABSENT,
    MOST_OPTIONS,
    Guard,
    Known,
    Listing,
    OneOf,
    Option,
    Scalar,
    Structure,
    Unknown,
    Value,
    shown,
)
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.template import Template


class _Missing:
    """Stands for content that is not written."""


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Case:
    """One alternative of a node's value (never a OneOf), and the guards that select it."""

    value: Value
    guards: tuple[Guard, ...]
    node: Node

    @property
    def likely(self) -> bool:
        """Whether parameters' defaults do not speak against it."""
        return all(guard.likely is not False for guard in self.guards)

    @property
    def where(self) -> str:
        """`` where condition X is true``, for the end of a message; empty where nothing selects it."""
        return f" where {' and '.join(map(str, self.guards))}" if self.guards else ""


class Node:
    """Content of a template at a JSON pointer, under guards; it may be missing."""

    __slots__ = ("_branches", "_cases", "_children", "_items", "_pointer", "guards", "raw", "template")

    def __init__(
        self, template: Template, raw: Any, pointer: str | tuple[Node, str | int], guards: tuple[Guard, ...] = ()
    ) -> None:
        self.template = template
        self.raw = raw
        self._pointer = pointer
        self.guards = guards
        # What has been read of it: many rules ask the same of the same node.
        self._branches: tuple[Node, ...] | None = None
        self._children: dict[str, Node] | None = None
        self._items: tuple[Node, ...] | None = None
        self._cases: tuple[Case, ...] | None = None

    def __repr__(self) -> str:
        return f"Node({self.template.key}{self.pointer})"

    @property
    def pointer(self) -> str:
        """The JSON pointer; put together when it is first asked for, which for most nodes is never."""
        found = self._pointer
        if not isinstance(found, str):
            above, key = found
            found = self.template.written_at(self.raw) or f"{above.pointer}/{escape(key)}"
            self._pointer = found
        return found

    @property
    def place(self) -> TemplatePlace:
        """Where it is written."""
        return TemplatePlace(self.template.key, self.pointer)

    # --- shape ----------------------------------------------------------------------------------------

    @property
    def branches(self) -> tuple[Node, ...]:
        """The alternatives of the content itself, ``Fn::If`` and ``AWS::NoValue`` resolved."""
        found = self._branches
        if found is None:
            found = (self,) if intrinsic(self.raw) is None else tuple(self._expand())
            found = self._branches = found or (Node(self.template, MISSING, self.pointer, self.guards),)
        return found

    def _expand(self) -> Iterator[Node]:
        call = intrinsic(self.raw)
        if call is None:
            yield self
        elif call[0] == "Fn::If" and isinstance(call[1], list) and len(call[1]) == 3:
            yield from self._if(call[1])
        elif call == ("Ref", "AWS::NoValue"):
            yield Node(self.template, MISSING, self.pointer, self.guards)
        else:
            yield self

    def _if(self, argument: list[Any]) -> Iterator[Node]:
        name, *branches = argument
        conditions = self.template.conditions
        decided = conditions.decide(name) if isinstance(name, str) else None
        for index, (holds, branch) in enumerate(zip((True, False), branches, strict=True), start=1):
            if decided is not None and decided != holds:
                continue
            extra = () if decided is not None or not isinstance(name, str) else (conditions.guard(name, holds),)
            guards = merge(self.guards, extra)
            if guards is not None and conditions.consistent(guards):
                yield from Node(self.template, branch, f"{self.pointer}/Fn::If/{index}", guards).branches

    @property
    def missing(self) -> bool:
        """Whether nothing is written, in every alternative."""
        return all(branch.raw is MISSING for branch in self.branches)

    def __bool__(self) -> bool:
        branches = self._branches or self.branches
        return branches[0].raw is not MISSING if len(branches) == 1 else not self.missing

    def __getitem__(self, key: str) -> Node:
        """What is written under ``key``; a missing node where nothing is. The same node every time."""
        children = self._children
        if children is None:
            children = self._children = {}
        elif (found := children.get(key)) is not None:
            return found
        raw = self.raw
        if type(raw) is dict and (len(raw) != 1 or intrinsic(raw) is None):  # most nodes
            child = Node(self.template, raw.get(key, MISSING), (self, key), self.guards)
        else:
            child = self._below(key)
        children[key] = child
        return child

    def _below(self, key: str) -> Node:
        branches = self._branches or self.branches
        if len(branches) == 1:
            return branches[0]._child(key)
        children = [inner for branch in branches for inner in branch._child(key).branches]
        return self._choice(children, f"{self.pointer}/{escape(key)}")

    def _choice(self, children: list[Node], pointer: str) -> Node:
        chosen = Node(self.template, MISSING, pointer, self.guards)
        written = [child for child in children if child.raw is not MISSING]
        if written:
            chosen._pointer = written[0].pointer
        if len(children) > MOST_OPTIONS:
            chosen.raw = {"Fn::Alternatives": len(children)}
        else:
            chosen._branches = tuple(children)
        return chosen

    def _child(self, key: str) -> Node:
        raw = self.raw
        if type(raw) is not dict:
            return self._at(MISSING, key)
        return Node(self.template, raw, self.pointer, self.guards) if self._opaque() else self[key]

    def _opaque(self) -> bool:
        return intrinsic(self.raw) is not None

    def _at(self, raw: Any, key: str | int) -> Node:
        return Node(self.template, raw, (self, key), self.guards)

    @property
    def is_mapping(self) -> bool:
        """Whether entries are written here: no list, no scalar, no function."""
        return type(self.raw) is dict and not self._opaque()

    def path(self, *keys: str) -> Node:
        """The node reached by ``keys`` one after another."""
        node = self
        for key in keys:
            node = node[key]
        return node

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping in the order of their keys, in every alternative; none where it is no mapping."""
        for branch in self.branches:
            if isinstance(branch.raw, dict) and not branch._opaque():
                for key in sorted(branch.raw):
                    yield str(key), branch[key]

    def items(self) -> tuple[Node, ...]:
        """The items of a list in every alternative, or the lone item where none is written around it.

        An item whose value is Unknown may stand for several (a list parameter without a default).
        """
        found = self._items
        if found is None:
            found = tuple(self._read_items())
            if self.template.resolver.idle:
                self._items = found
        return found

    def _read_items(self) -> Iterator[Node]:
        for branch in self.branches:
            if isinstance(branch.raw, list):
                for index, raw in enumerate(branch.raw):
                    item = branch._at(raw, index)
                    if intrinsic(raw) is None:  # most: spread, it is itself
                        yield item
                        continue
                    for inner in item.branches:
                        yield from inner._spread()
            else:
                yield from branch._spread()

    def _spread(self) -> Iterator[Node]:
        """The node itself, or its items where an intrinsic function yields a list."""
        if self.raw is MISSING:
            return
        if self._opaque():
            for option in options_of(self.template.resolver.value(self.raw)):
                if isinstance(option.value, Listing):
                    for value in option.value.items:
                        yield self._holding(value, option)
                    continue
                yield self._holding(option.value, option) if option.guards else self
            return
        yield self

    def _holding(self, value: Value, option: Option) -> Node:
        guards = merge(self.guards, option.guards) or self.guards
        node = Node(self.template, Evaluated(value), self.pointer, guards)
        if isinstance(value, Structure):
            node.raw = value.raw
        return node

    # --- values ---------------------------------------------------------------------------------------

    @property
    def value(self) -> Value:
        """The value, alternatives together."""
        branches = self.branches
        if len(branches) == 1:
            return branches[0]._evaluate()
        return one_of([Option(branch._evaluate(), branch.guards) for branch in branches])

    def _evaluate(self) -> Value:
        raw = self.raw
        if raw is MISSING:
            return ABSENT
        if isinstance(raw, Evaluated):
            return raw.value
        return self.template.resolver.value(raw)

    def cases(self) -> tuple[Case, ...]:
        """Every alternative of the value by itself."""
        found = self._cases
        if found is None:
            found = self._lone_case() or tuple(self._read_cases())
            if self.template.resolver.idle:
                self._cases = found
        return found

    def _lone_case(self) -> tuple[Case, ...]:
        """The case of a node that is no alternative and has none, as most are; nothing of any other."""
        branches = self._branches or self.branches
        if len(branches) > 1 or branches[0].guards:
            return ()
        value = branches[0]._evaluate()
        return () if isinstance(value, OneOf) else (Case(value, (), branches[0]),)

    def _read_cases(self) -> Iterator[Case]:
        consistent = self.template.conditions.consistent
        for branch in self.branches:
            value = branch._evaluate()
            if not isinstance(value, OneOf):
                if consistent(branch.guards):
                    yield Case(value, branch.guards, branch)
                continue
            for option in value.options:
                guards = merge(branch.guards, option.guards)
                if guards is not None and consistent(guards):
                    yield Case(option.value, guards, branch)

    @property
    def known(self) -> Scalar:
        """The settled value; None where there is none, or where alternatives differ."""
        value = self.value
        return value.value if isinstance(value, Known) else None

    @property
    def written_out(self) -> Any:
        """The raw content with every function that can only mean one literal as that literal, down to functions that
        mean more: for whoever reads raw content (the search for an asset's files)."""
        if len(self.branches) > 1:
            return self.raw
        (only,) = self.branches
        if isinstance(only.raw, dict) and not only._opaque():
            return {key: only._at(raw, key).written_out for key, raw in only.raw.items()}
        value = only._evaluate()
        if isinstance(value, Known) and value.origin is None:
            return value.value
        return None if only.raw is MISSING else only.raw

    @property
    def text(self) -> str:
        """The value for people, holes in angle brackets, alternatives with "or"; empty where missing."""
        return shown(self.value)

    @property
    def undecided(self) -> str | None:
        """What it would take to know the value; None where it is known in every alternative."""
        value = self.value
        options = value.options if isinstance(value, OneOf) else (Option(value, ()),)
        return next((option.value.needs for option in options if isinstance(option.value, Unknown)), None)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Content that was computed (an item of ``Fn::Split``), not written."""

    value: Value
