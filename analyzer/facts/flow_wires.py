"""The wires that a template declares, as edges of the event-flow graph with their filters.

Most come from :mod:`analyzer.facts.triggers`. The service that carries a wire passes on what it received, so that a
filter at the end of a chain (bucket, topic, queue, function) is asked about what was written at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.facts.event_filters import key_of_pattern, pattern
from analyzer.facts.event_passages import Delivered, Matched, Passage
from analyzer.facts.flow_guards import described, passage_of
from analyzer.facts.flow_model import (
    ASYNCHRONOUS,
    BUCKET,
    BUS,
    FUNCTION,
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
from analyzer.facts.triggers import Kind, Mode, Trigger
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
_OFF = (("Enabled", False), ("State", "DISABLED"), ("DesiredState", "STOPPED"))
_OUTCOMES = (Kind.DESTINATION, Kind.DEAD_LETTER)
_BY_ARN = {"sqs": QUEUE, "sns": TOPIC, "kinesis": STREAM, "dynamodb": TABLES[0], "s3": BUCKET, "logs": LOG_GROUP}


class Wires:
    """Reads the edges of kind ``trigger``."""

    def __init__(self, triggers: Triggers, nodes: FlowNodes) -> None:
        self.triggers = triggers
        self.nodes = nodes
        self.application = triggers.application
        self.names = triggers.application.names

    def edges(self) -> Iterator[Edge]:
        """Every wire."""
        for trigger in self.triggers.all:
            outcome = trigger.source is not None and trigger.source.type == FUNCTION and trigger.kind in _OUTCOMES
            if trigger.kind is not Kind.BUS and not outcome and not self._switched_off(trigger.carrier):
                yield from self._wire(trigger)
        for rule in self.application.resources("AWS::Events::Rule"):
            if rule["EventPattern"] and not self._switched_off(rule):
                yield from self._rule(rule)

    def _switched_off(self, carrier: Resource) -> bool:
        return any((node := carrier[name]) and node.known == value for name, value in _OFF)

    # --- ends -----------------------------------------------------------------------------------------

    def _sources(self, trigger: Trigger) -> Iterator[FlowNode]:
        if trigger.source is not None:
            yield self.nodes.of(trigger.source)
        elif trigger.kind is Kind.URL:
            yield self.nodes.of(trigger.carrier)
        elif trigger.kind in _OUTSIDE:
            for case in trigger.carrier[_OUTSIDE[trigger.kind]].cases():
                if self.application.behind(case.value) is None:
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
            passage = passage_of(trigger, source, self.nodes)
            on_failure = trigger.kind is Kind.DEAD_LETTER
            by = ASYNCHRONOUS if trigger.mode is Mode.ASYNCHRONOUS else self.nodes.of(trigger.carrier).key
            label = str(trigger.kind)
            yield from self.edge(source, target, label, trigger.node, passage, on_failure=on_failure, by=by)

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
        by: str = "",
    ) -> Iterator[Edge]:
        """One wire, unless the conditions of its ends contradict each other."""
        ends = [end.resource.guards for end in (source, target) if end.resource is not None]
        guards = together(node.guards, *ends)
        if guards is not None:
            proof = Evidence("trigger", f"{source} → {target}: {label}{described(passage)}", node.place)
            yield Edge(
                source, target, "trigger", label, (proof,), certainty, guards, passage, on_failure=on_failure, by=by
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
