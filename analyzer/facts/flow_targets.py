"""Which resources a call writes to: what its arguments name, in the template's terms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Record,
)
from analyzer.data.write_operations import write_kinds
from analyzer.facts.flow_actors import Actor, settled_by_template
from analyzer.facts.flow_model import BUCKET, FUNCTION, Certainty, Edge, FlowNode, FlowNodes
from analyzer.facts.flow_reach import NodeIndex
from analyzer.facts.functions import Functions
from analyzer.model.alternatives import options_of
from analyzer.model.application import Application
from analyzer.model.template import Resource
from analyzer.model.value import Absent, Guard, Reference, Unknown, Value
from analyzer.records import dataclass, replace

MOST_PARTS = 200


@dataclass(frozen=True, slots=True)
class Target:
    """What a call may write to. ``guessed``: the call does not tell, so that only rights decide; ``needs`` says which
    template value would decide whether it is this one."""

    node: FlowNode
    certainty: Certainty = Certainty.PROVED
    needs: str = ""
    guards: tuple[Guard, ...] = ()
    guessed: bool = False


class Targets:
    """Resolves arguments to nodes. ``sources`` are the nodes that wires start at: only they can be part of a cycle."""

    def __init__(
        self, application: Application, functions: Functions, nodes: FlowNodes, wires: list[Edge], actors: list[Actor]
    ) -> None:
        self._application = application
        self._functions = functions
        self._nodes = nodes
        starts = [edge.source for edge in wires] + [actor.node for actor in actors]
        self._sources = list(dict.fromkeys(starts))
        self._indexes: dict[str, NodeIndex] = {}
        self._into: dict[FlowNode, list[FlowNode]] = {}
        for edge in wires:
            self._into.setdefault(edge.target, []).append(edge.source)

    def candidates(self, kind: str) -> tuple[FlowNode, ...]:
        """The nodes of a kind (as of :mod:`analyzer.data.write_operations`) that events leave."""
        return self._candidates[kind]

    @cached_property
    def _candidates(self) -> dict[str, tuple[FlowNode, ...]]:
        return {
            kind: tuple(node for node in self._sources if node.type in types) for kind, types in write_kinds().items()
        }

    def index(self, kind: str) -> NodeIndex:
        """The candidates of a kind, by what ARN patterns can be about."""
        if kind not in self._indexes:
            self._indexes[kind] = NodeIndex(self.candidates(kind), self._nodes, self._application.names)
        return self._indexes[kind]

    def origins(self, node: FlowNode, *types: str) -> list[FlowNode]:
        """The nodes of these types from which events reach ``node`` without another function between."""
        found, pending, seen = [], [node], {node}
        while pending:
            for source in self._into.get(pending.pop(), ()):
                if source not in seen:
                    seen.add(source)
                    found += [source] * (source.type in types)
                    pending += [source] * (source.type != FUNCTION)
        return found

    def resolve(self, actor: Actor, value: CodeValue, kind: str) -> list[Target]:
        """What an argument that names a resource of ``kind`` may be."""
        if isinstance(value, Choice):
            found = [target for option in value.options for target in self.resolve(actor, option, kind)]
            return [replace(target, certainty=min(target.certainty, Certainty.INFERRED)) for target in found]
        if isinstance(value, EventField):
            return self._of_event(actor, value, kind)
        if settled_by_template(value):
            return list(self._of_template(actor.value_of(value), kind))
        return self._computed(actor, value, kind)

    def guesses(self, kind: str) -> list[Target]:
        """Every node of the kind, for the actor's rights to choose from."""
        return [Target(node, Certainty.INFERRED, guessed=True) for node in self.candidates(kind)]

    def _of_event(self, actor: Actor, field: EventField, kind: str) -> list[Target]:
        """The event names the bucket, queue or table that it comes from."""
        if kind == "bucket" and _names_bucket(field):
            found = [Target(node) for node in self.origins(actor.node, BUCKET)]
            return found or self.guesses(kind)  # whoever calls the function passes an event on
        if field.path[-1:] == ("eventSourceARN",):
            return [Target(node) for node in self.origins(actor.node, *write_kinds()[kind])]
        return self.guesses(kind)

    def _of_template(self, value: Value, kind: str) -> Iterator[Target]:
        for option in options_of(value):
            node = self._named(option.value, kind)
            if node is not None:
                yield Target(node, guards=option.guards)
            elif isinstance(option.value, Unknown) and _of_the_run(option.value):
                yield from self.guesses(kind)
            elif not isinstance(option.value, Absent):
                yield from self._undecided(option.value, kind)

    def _named(self, value: Value, kind: str) -> FlowNode | None:
        types = write_kinds()[kind]
        if kind == "function":
            function = self._functions.behind(value)
            return self._nodes.of(function.resource) if function is not None else None
        resource = self._application.behind(value)
        node = self._nodes.of(resource) if resource is not None else None
        if node is not None and node.type in types:
            return node
        canonical = self._application.names.canonical(value)
        return self._nodes.external(types[0], canonical) if canonical and types else None

    def _undecided(self, value: Value, kind: str) -> Iterator[Target]:
        """Resources that a value nobody can know yet may name: those of other stacks, and those named alike."""
        names = self._application.names
        canonical = names.canonical(value)
        if canonical is None or not names.uncertain(canonical):
            return
        identity = value.identity if isinstance(value, Unknown) else None
        stack = identity[1] if isinstance(identity, tuple) and identity[0] == "parameter" else None
        needs = value.needs if isinstance(value, Unknown) else names.describe(canonical)
        for node in self.candidates(kind):
            if node.resource is not None and self._may_be(canonical, node.resource, stack):
                yield Target(node, Certainty.INFERRED, needs)

    def _may_be(self, canonical: str, resource: Resource, stack: object) -> bool:
        """A name that CloudFormation generates is not known to those who choose the same stack's parameters."""
        names = self._application.names
        name = names.name(resource)
        generated = name is not None and len(name) == 1 and isinstance(names.restore(name), Reference)
        if name is None or generated:
            return stack is not None and resource.stack != stack
        return names.covers(canonical, name) is not False

    def _computed(self, actor: Actor, value: CodeValue, kind: str) -> list[Target]:
        """A name that the code computes: from the one resource that goes into it, or from the event."""
        if kind == "bucket" and _names_another(value):
            return self._renamed(actor, value)
        found: dict[FlowNode, Target] = {}
        for part in parts(value):
            if isinstance(part, EventField) and (part.path[-2:] == ("bucket", "name") or part.path[-1:] == _ARN):
                found.update({t.node: Target(t.node, Certainty.INFERRED) for t in self._of_event(actor, part, kind)})
            elif isinstance(part, EnvironmentVariable | Literal):
                node = self._named(actor.value_of(part), kind)
                if node is not None and node.resource is not None:
                    found[node] = Target(node, Certainty.INFERRED)
        return list(found.values()) if len(found) == 1 else self.guesses(kind)

    def _renamed(self, actor: Actor, value: CodeValue) -> list[Target]:
        """The buckets that are named after the event's own with something added; never that bucket itself."""
        origins = self.origins(actor.node, BUCKET)
        called = {node: name for node in origins if (name := self._nodes.bucket_name(node))}
        made = {_filled(value, name) for name in called.values()}
        if None in made or not called:
            return [target for target in self.guesses("bucket") if target.node not in origins]
        others = [node for node in self.candidates("bucket") if node not in origins]
        return [Target(node, Certainty.INFERRED) for node in others if self._nodes.bucket_name(node) in made]


_ARN = ("eventSourceARN",)


def _names_bucket(value: CodeValue) -> bool:
    """Whether it is the name of the bucket that an event tells of."""
    return isinstance(value, EventField) and value.path[-2:] == ("bucket", "name")


def _names_another(value: CodeValue) -> bool:
    """Whether it is the name of the event's bucket with more text before or behind it."""
    if not isinstance(value, Composed) or not any(_names_bucket(part) for part in value.parts):
        return False
    return any(isinstance(part, Literal) and part.value not in ("", None) for part in value.parts)


def _filled(value: CodeValue, bucket: str) -> str | None:
    """A composed name with the event's bucket put in; None where other parts are not known."""
    if not isinstance(value, Composed):
        return None
    texts = [bucket if _names_bucket(part) else _text(part) for part in value.parts]
    return None if None in texts else "".join(text for text in texts if text is not None)


def _text(value: CodeValue) -> str | None:
    return str(value.value) if isinstance(value, Literal) and value.value is not None else None


def _of_the_run(value: Unknown) -> bool:
    """Whether the template does not set the value, or reads it from where it may hold a name of the application's."""
    return value.identity is None or (isinstance(value.identity, tuple) and value.identity[:1] == ("dynamic",))


def parts(value: CodeValue) -> Iterator[CodeValue]:
    """Every expression inside an expression, itself included."""
    pending, seen = [value], 0
    while pending and seen < MOST_PARTS:
        part = pending.pop()
        seen += 1
        yield part
        match part:
            case Composed(parts=inner) | Derived(sources=inner) | Choice(options=inner) | Items(items=inner):
                pending.extend(reversed(inner))
            case Record(entries=entries):
                pending.extend(entry for _, entry in reversed(entries))
