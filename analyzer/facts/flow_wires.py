"""The wires that a template declares, as edges of the event-flow graph with their filters.

Most come from :mod:`analyzer.facts.triggers`. The service that carries a wire passes on what it received, so that a
filter at the end of a chain (bucket, topic, queue, function) is asked about what was written at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.facts.event_filters import key_of_pattern, pattern
from analyzer.facts.event_messages import Emission, Message, event_of
from analyzer.facts.event_passages import Delivered, Matched, Passage
from analyzer.facts.event_values import ANYTHING, Words
from analyzer.facts.flow_guards import described, passage_of
from analyzer.facts.flow_model import (
    BUCKET,
    BUS,
    LOG_GROUP,
    QUEUE,
    STREAM,
    TABLES,
    TOPIC,
    Certainty,
    Edge,
    FlowNode,
    FlowNodes,
    known_default,
    together,
)
from analyzer.facts.triggers import Kind, Trigger
from analyzer.judgement import Evidence
from analyzer.model.node import Node

if TYPE_CHECKING:
    from analyzer.facts.triggers import Triggers
    from analyzer.model.template import Resource

_OUTSIDE = {
    Kind.EVENT_SOURCE: "EventSourceArn",
    Kind.SUBSCRIPTION: "TopicArn",
    Kind.S3: "BucketName",
    Kind.PIPE: "Source",
    Kind.LOGS: "LogGroupName",
}
_BY_ARN = {"sqs": QUEUE, "sns": TOPIC, "kinesis": STREAM, "dynamodb": TABLES[0], "s3": BUCKET, "logs": LOG_GROUP}


class Wires:
    """Reads the edges of kind ``trigger``, and what the Lambda service itself sends."""

    def __init__(self, triggers: Triggers, nodes: FlowNodes) -> None:
        self.triggers = triggers
        self.nodes = nodes
        self.application = triggers.application
        self.names = triggers.application.names

    def edges(self) -> Iterator[Edge]:
        """Every wire."""
        for trigger in self.triggers.all:
            if trigger.kind is not Kind.BUS and not self._switched_off(trigger.carrier):
                yield from self._wire(trigger)
        for rule in self.application.resources("AWS::Events::Rule"):
            if rule["EventPattern"] and not self._switched_off(rule):
                yield from self._rule(rule)

    def _switched_off(self, carrier: Resource) -> bool:
        off = {"Enabled": False, "State": "DISABLED", "DesiredState": "STOPPED"}
        return any(carrier[name].known == value for name, value in off.items())

    # --- ends -----------------------------------------------------------------------------------------

    def _sources(self, trigger: Trigger) -> Iterator[FlowNode]:
        if trigger.source is not None:
            yield self.nodes.of(trigger.source)
        elif trigger.kind is Kind.URL:
            yield self.nodes.of(trigger.carrier)
        elif trigger.kind in _OUTSIDE:
            for case in trigger.carrier[_OUTSIDE[trigger.kind]].cases():
                if self.triggers.resource(case) is None:
                    yield from self._outside(trigger.kind, self.names.canonical(case.value) or "")

    def _outside(self, kind: Kind, canonical: str) -> Iterator[FlowNode]:
        service = canonical.split(":")[2] if canonical.startswith("arn:") and canonical.count(":") > 4 else ""
        type_ = _BY_ARN.get(service) or {Kind.S3: BUCKET, Kind.LOGS: LOG_GROUP}.get(kind)
        node = self.nodes.external(type_, canonical) if type_ and canonical else None
        if node is not None:
            yield node

    # --- edges ----------------------------------------------------------------------------------------

    def _wire(self, trigger: Trigger) -> Iterator[Edge]:
        target = self.nodes.of(trigger.target)
        for source in self._sources(trigger):
            if source.is_actor and trigger.kind in (Kind.DESTINATION, Kind.DEAD_LETTER):
                yield from self._sent_by_lambda(trigger, source, target)
                continue
            passage = passage_of(trigger, source, self.nodes)
            yield from self.edge(
                source, target, str(trigger.kind), trigger.node, passage, on_failure=trigger.kind is Kind.DEAD_LETTER
            )

    def edge(
        self,
        source: FlowNode,
        target: FlowNode,
        label: str,
        node: Node,
        passage: Passage,
        *,
        on_failure: bool = False,
        certainty: Certainty = Certainty.PROVED,
    ) -> Iterator[Edge]:
        """One wire, unless the conditions of its ends contradict each other."""
        ends = [end.resource.guards for end in (source, target) if end.resource is not None]
        guards = together(node.guards, *ends)
        if guards is not None:
            proof = Evidence("trigger", f"{source} → {target}: {label}{described(passage)}", node.place)
            yield Edge(source, target, "trigger", label, (proof,), certainty, guards, passage, on_failure=on_failure)

    def _sent_by_lambda(self, trigger: Trigger, source: FlowNode, target: FlowNode) -> Iterator[Edge]:
        """Destinations and dead-letter queues of a function: the Lambda service sends what failed or succeeded."""
        success = trigger.kind is Kind.DESTINATION and self._on_success(trigger)
        outcome = "Success" if success else "Failure"
        label = f"on-{outcome.lower()} destination" if trigger.kind is Kind.DESTINATION else str(trigger.kind)
        ends = [end.resource.guards for end in (source, target) if end.resource is not None]
        guards = together(trigger.node.guards, *ends)
        if guards is None:
            return
        kind = Words(f"Lambda Function Invocation Result - {outcome}")
        sent = event_of(Words("lambda"), kind, ANYTHING) if target.type == BUS else Message()
        proof = Evidence("write", f"{source} → {target}: {label}", trigger.node.place)
        yield Edge(
            source,
            target,
            "write",
            label,
            (proof,),
            guards=guards,
            emission=Emission(sent),
            on_failure=not success,
        )

    def _on_success(self, trigger: Trigger) -> bool:
        node = trigger.carrier["DestinationConfig"]["OnSuccess"]["Destination"]
        found = (resource for resource, _ in self.triggers.targets(node))
        failures = trigger.carrier["DestinationConfig"]["OnFailure"]["Destination"]
        both = any(resource is trigger.target for resource, _ in self.triggers.targets(failures))
        return any(resource is trigger.target for resource in found) and (
            not both or trigger.node.pointer.find("OnSuccess") >= 0
        )

    def _rule(self, rule: Resource) -> Iterator[Edge]:
        read = pattern(rule["EventPattern"], self.names)
        target = self.nodes.of(rule)
        for bus in self.buses(rule["EventBusName"]):
            matched = Matched(read, key_of_pattern(read))
            yield from self.edge(bus, target, "event pattern", rule["EventPattern"], matched)
        for item in rule["Targets"].items():
            if self.names.canonical(item["Arn"].value) == self.nodes.default_bus_arn:
                yield from self.edge(
                    target, self.nodes.default_bus, str(Kind.RULE), item["Arn"], Delivered(to_bus=True)
                )

    def buses(self, node: Node) -> Iterator[FlowNode]:
        """The buses that an ``EventBusName`` names; the default one where nothing is written."""
        for case in node.cases():
            resource = self.application.behind(case.value, BUS)
            canonical = self.names.canonical(case.value)
            if resource is not None:
                yield self.nodes.of(resource)
            elif canonical is None or known_default(case.value) or canonical == self.nodes.default_bus_arn:
                yield self.nodes.default_bus
            else:
                outside = self.nodes.external(BUS, canonical)
                if outside is not None:
                    yield outside
