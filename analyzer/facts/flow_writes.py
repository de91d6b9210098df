"""Who writes where: the calls of the code, checked against the rights of the role that makes them.

A call without the right to make it fails, and is no edge. A right that readable code never uses is none either; where
the code cannot be read, rights alone make an edge that is only possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.code.program import CodeValue, Literal, Opaque, Record
from analyzer.data.write_operations import Write, write_kinds, writes, writes_of
from analyzer.facts.event_messages import INVOKED, Emission, Event, ItemChange, Message, ObjectChange, Payload
from analyzer.facts.event_text import KEY, OF_THE_RUN, RUN, Comparison
from analyzer.facts.event_values import Fields, Words
from analyzer.facts.flow_actors import Actor, Call
from analyzer.facts.flow_emissions import Sending, argument, entries, event_in, key_of, payloads
from analyzer.facts.flow_model import ASYNCHRONOUS, Certainty, Edge, FlowNode, FlowNodes, together
from analyzer.facts.flow_rights import Right, Rights
from analyzer.facts.flow_targets import Target, Targets
from analyzer.judgement import Evidence
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.facts.iam import Iam
    from analyzer.model.application import Application
    from analyzer.model.value import Guard


ELSEWHERE = frozenset(("connection", "iot_topic"))
"""What is posted to a WebSocket connection goes to the client; IoT topics are read by :mod:`flow_side_effects`."""


@dataclass(frozen=True, slots=True)
class Writer:
    """One actor with its rights."""

    actor: Actor
    rights: Rights


class Writes:
    """Reads the edges of kind ``write``."""

    def __init__(
        self, application: Application, iam: Iam, nodes: FlowNodes, targets: Targets, compare: Comparison
    ) -> None:
        self._application = application
        self._iam = iam
        self._nodes = nodes
        self._targets = targets
        self._compare = compare

    def edges(self, actor: Actor) -> Iterator[Edge]:
        """Everything that the actor writes, each edge once."""
        writer = Writer(actor, Rights(self._application, self._iam, actor.role))
        called = [edge for call in actor.calls for edge in self._call(writer, call)]
        yield from called
        if actor.unread:
            reached = {edge.target for edge in called}
            yield from self._granted(writer, reached)

    # --- calls ----------------------------------------------------------------------------------------

    def _call(self, writer: Writer, call: Call) -> Iterator[Edge]:
        write = writes_of(call.service, call.operation)
        if write is None or write.kind in ELSEWHERE:
            return
        if write.kind == "bus":
            for entry in entries(call.arguments, "Entries"):
                event = event_in(entry, writer.actor.text)
                if not of_aws(event):
                    found = self._buses(writer, argument(entry, "EventBusName"))
                    yield from self._to(writer, call, write, found, [event])
            return
        sending = Sending(write, call.arguments, writer.actor.text, call.document)
        found = [t for name in named_in(write, call.arguments) for t in self._resolve(writer.actor, name, write)]
        yield from self._to(writer, call, write, found, payloads(sending))

    def _resolve(self, actor: Actor, name: CodeValue | None, write: Write) -> list[Target]:
        if name is None and write.parameter is not None:
            return []
        return self._targets.guesses(write.kind) if name is None else self._targets.resolve(actor, name, write.kind)

    def _buses(self, writer: Writer, named: CodeValue | None) -> list[Target]:
        default = self._nodes.default_bus
        if named is None:
            return [Target(default)]
        return self._targets.resolve(writer.actor, named, "bus")

    def _to(self, writer: Writer, call: Call, write: Write, found: list[Target], sent: list[Payload]) -> Iterator[Edge]:
        possible = [
            (target, payload) for target in found for payload in self._payloads(writer, call, write, target, sent)
        ]
        rights = [(target, payload, self._right(writer, write, target, payload)) for target, payload in possible]
        guessed = {target.node for target, _, right in rights if target.guessed and right is not None and right.sure}
        for target, payload, right in rights:
            if right is None or (target.guessed and target.node not in guessed):
                continue
            certainty = target.certainty if call.sure else min(target.certainty, Certainty.INFERRED)
            if target.guessed and len(guessed) > 1:
                certainty = Certainty.GRANTED
            yield from self._edge(writer.actor, call, target, payload, right, certainty)

    def _payloads(self, writer: Writer, call: Call, write: Write, target: Target, sent: list[Payload]) -> list[Payload]:
        if write.kind != "bucket":
            return sent
        types = tuple(kind.removeprefix("s3:") for kind in write.emits)
        return [
            ObjectChange(self._nodes.bucket_name(target.node), types, key, arn=self._nodes.arn(target.node) or "")
            for key in key_of(write, call.arguments, writer.actor.text)
            if types
        ]

    def _right(self, writer: Writer, write: Write, target: Target, payload: Payload) -> Right | None:
        arn = self._nodes.arn(target.node)
        if arn is None:
            return Right(False)
        if isinstance(payload, ObjectChange):
            key = payload.key.replace(KEY, RUN)
            return writer.rights.on_objects(write.actions, arn, key, self._compare)
        return writer.rights.on(write.actions, arn)

    def _edge(
        self, actor: Actor, call: Call, target: Target, payload: Payload, right: Right, certainty: Certainty
    ) -> Iterator[Edge]:
        guards = self._guards(actor.node, target)
        if guards is None:
            return
        if isinstance(payload, ObjectChange):
            payload = replace(payload, allowed=right.patterns, denied=right.denied)
        text = f"{actor.node} calls {call.operation} on {target.node}{self.told(payload)}"
        proof = (Evidence("code", text, call.place), *right.proof)
        yield Edge(
            actor.node,
            target.node,
            "write",
            call.operation,
            proof,
            certainty if right.sure or not right.proof else min(certainty, Certainty.INFERRED),
            guards,
            emission=Emission(payload),
            tests=call.tests,
            needs=target.needs,
            by=_invocation(call),
        )

    def _guards(self, source: FlowNode, target: Target) -> tuple[Guard, ...] | None:
        ends = [end.resource.guards for end in (source, target.node) if end.resource is not None]
        return together(target.guards, *ends)

    def told(self, payload: Payload) -> str:
        """What is written, for people; empty where the code does not tell."""
        names = self._application.names
        match payload:
            case ObjectChange(key=key) if key.strip(RUN):
                return f" with key {names.describe(shown(key))}"
            case Event(content=Fields() as content):
                kind = content.get("detail-type")
                return f" with detail-type {names.describe(shown(kind.text))}" if isinstance(kind, Words) else ""
            case _:
                return ""

    # --- rights alone ---------------------------------------------------------------------------------

    def _granted(self, writer: Writer, reached: set[FlowNode]) -> Iterator[Edge]:
        """Writes that code which cannot be read may make: one edge a node, with what all its actions may emit."""
        for kind in write_kinds():
            if kind in ELSEWHERE or not self._targets.candidates(kind):
                continue
            made = [write for write in writes() if write.kind == kind]
            allowed = writer.rights.allowed(action for write in made for action in write.actions)
            for node in self._targets.index(kind).within(allowed):
                if node not in reached and node != writer.actor.node:
                    yield from self._grant(writer, node, made)

    def _grant(self, writer: Writer, node: FlowNode, made: list[Write]) -> Iterator[Edge]:
        target = Target(node, Certainty.GRANTED)
        for write in made:
            payload = self._anything(write, node)
            right = self._right(writer, write, target, payload) if payload is not None else None
            guards = self._guards(writer.actor.node, target)
            if payload is None or right is None or not right.proof or guards is None:
                continue
            if isinstance(payload, ObjectChange):
                payload = replace(payload, allowed=right.patterns, denied=right.denied)
            yield Edge(
                writer.actor.node,
                node,
                "write",
                write.operation,
                right.proof,
                Certainty.GRANTED,
                guards,
                emission=Emission(payload),
            )
            return

    def _anything(self, write: Write, node: FlowNode) -> Payload | None:
        """What a write may send when nothing is known of it; None for a call that changes nothing by itself."""
        match write.kind:
            case "bucket":
                types = tuple(kind.removeprefix("s3:") for kind in write.emits)
                name, arn = self._nodes.bucket_name(node), self._nodes.arn(node) or ""
                return ObjectChange(name, types, arn=arn, unread=True) if types else None
            case "table":
                return ItemChange(write.emits)
            case "bus":
                return Event()
            case "queue" | "topic" | "stream" | "delivery_stream":
                return Message()
            case _:
                return INVOKED.payload


def of_aws(event: Event) -> bool:
    """Whether an event claims to be one of AWS itself: ``PutEvents`` refuses such a source."""
    source = event.content.get("source") if isinstance(event.content, Fields) else None
    return isinstance(source, Words) and source.text.startswith("aws.")


def _invocation(call: Call) -> str:
    """How a call invokes a function; empty where that cannot be told."""
    if call.operation == "InvokeAsync":
        return ASYNCHRONOUS
    if call.operation != "Invoke":
        return ""
    kind = argument(call.arguments, "InvocationType")
    if kind is None or (isinstance(kind, Literal) and kind.value != "Event"):
        return "synchronous"
    return ASYNCHRONOUS if isinstance(kind, Literal) else ""


def named_in(write: Write, arguments: CodeValue) -> list[CodeValue | None]:
    """The arguments that name what a call writes to, by the path of :class:`~analyzer.data.write_operations.Write`."""
    if write.parameter is None:
        return [None]
    found: list[CodeValue | None] = []
    batched = ["TableName"] if write.kind == "table" else []  # boto3's batch_writer knows its table
    for alternative in [*write.parameter.split("|"), *batched]:
        found = _at(arguments, alternative.split("."))
        if any(value is not None for value in found):
            return list(dict.fromkeys(found))
    return found[:1]


def _at(value: CodeValue | None, path: list[str]) -> list[CodeValue | None]:
    if not path or value is None:
        return [value]
    step, rest = path[0], path[1:]
    if step == "*":
        keys = value.entries if isinstance(value, Record) else ()
        if not rest:
            return [Literal(key) for key, _ in keys] or [Opaque()]
        return [found for _, inner in keys for found in _at(inner, rest)] or [Opaque()]
    if step.endswith("[]"):
        return [found for item in entries(value, step[:-2]) for found in _at(item, rest)]
    return _at(argument(value, step), rest)


def shown(text: str) -> str:
    """Open text for people: what the run makes is ``…``, the key of the event's object ``<its key>``."""
    plain = text.replace(KEY, "<its key>")
    return "".join("…" if character in OF_THE_RUN else character for character in plain)
