"""What the Lambda service itself sends after a function ran: destinations and dead-letter queues.

Those of the function serve asynchronous invocations only, those of an event source mapping only what that mapping
polled. Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations" and "Retaining
discarded records" (read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.event_messages import Emission, Message, ObjectChange, Payload, event_of
from analyzer.facts.event_text import RUN
from analyzer.facts.event_values import ANYTHING, Words
from analyzer.facts.flow_model import ASYNCHRONOUS, BUCKET, BUS, FUNCTION, Edge, FlowNode, together
from analyzer.facts.flow_wires import Wires
from analyzer.judgement import Evidence
from analyzer.model.node import Case, Node
from analyzer.model.template import Resource

SUCCESS, FAILURE, DEAD_LETTER = "on-success destination", "on-failure destination", "dead-letter queue"


def outcome_edges(wires: Wires) -> Iterator[Edge]:
    """Every destination and dead-letter queue of a function."""
    for config in wires.application.resources("AWS::Lambda::EventInvokeConfig"):
        for source in _functions(wires, config["FunctionName"]):
            destinations = config["DestinationConfig"]
            yield from _sent(wires, source, SUCCESS, destinations["OnSuccess"]["Destination"], ASYNCHRONOUS)
            yield from _sent(wires, source, FAILURE, destinations["OnFailure"]["Destination"], ASYNCHRONOUS)
    for function in wires.application.resources(FUNCTION):
        dead = function["DeadLetterConfig"]["TargetArn"]
        yield from _sent(wires, wires.nodes.of(function), DEAD_LETTER, dead, ASYNCHRONOUS)
    for mapping in wires.application.resources("AWS::Lambda::EventSourceMapping"):
        failures = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        for source in _functions(wires, mapping["FunctionName"]):
            yield from _sent(wires, source, FAILURE, failures, wires.nodes.of(mapping).key)


def _functions(wires: Wires, node: Node) -> list[FlowNode]:
    found = (wires.triggers.functions.behind(case.value) for case in node.cases())
    return [wires.nodes.of(function.resource) for function in found if function is not None]


def _targets(wires: Wires, node: Node) -> Iterator[tuple[FlowNode, Case]]:
    for case in node.cases() if node else ():
        resource = wires.triggers.resource(case)
        if resource is not None:
            yield wires.nodes.of(resource), case
        elif wires.names.canonical(case.value) == wires.nodes.default_bus_arn:
            yield wires.nodes.default_bus, case


def _sent(wires: Wires, source: FlowNode, label: str, node: Node, after: str) -> Iterator[Edge]:
    for target, case in _targets(wires, node):
        ends: list[Resource] = [end.resource for end in (source, target) if end.resource is not None]
        guards = together(case.guards, *(end.guards for end in ends))
        if guards is None:
            continue
        outcome = "Success" if label == SUCCESS else "Failure"
        kind = Words(f"Lambda Function Invocation Result - {outcome}")
        sent: Payload = event_of(Words("lambda"), kind, ANYTHING) if target.type == BUS else Message()
        if target.type == BUCKET:
            name, arn = wires.nodes.bucket_name(target), wires.nodes.arn(target) or ""
            sent = ObjectChange(name, ("ObjectCreated:Put",), f"aws/lambda/{RUN}", arn=arn)
        yield Edge(
            source,
            target,
            "write",
            label,
            (Evidence("write", f"{source} → {target}: {label}", case.node.place),),
            guards=guards,
            emission=Emission(sent),
            on_failure=label != SUCCESS,
            after=after,
        )
