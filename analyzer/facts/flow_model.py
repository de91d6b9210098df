"""The event-flow graph: what events pass through, and the edges between them with their proof."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.code.program import Condition
from analyzer.facts.event_messages import INVOKED, Emission
from analyzer.facts.event_passages import Free, Passage
from analyzer.judgement import Evidence
from analyzer.model.alternatives import merge
from analyzer.model.value import Guard, Known, Reference, text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

FUNCTION: Final = "AWS::Lambda::Function"
STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
BUCKET: Final = "AWS::S3::Bucket"
QUEUE: Final = "AWS::SQS::Queue"
TOPIC: Final = "AWS::SNS::Topic"
BUS: Final = "AWS::Events::EventBus"
RULE: Final = "AWS::Events::Rule"
TABLES: Final = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
STREAM: Final = "AWS::Kinesis::Stream"
DELIVERY_STREAM: Final = "AWS::KinesisFirehose::DeliveryStream"
LOG_GROUP: Final = "AWS::Logs::LogGroup"
PIPE: Final = "AWS::Pipes::Pipe"
APIS: Final = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Lambda::Url")

ACTORS: Final = (FUNCTION, STATE_MACHINE)
"""What runs steps of its own, and so sends something else than it received."""

NOUNS: Final = {
    BUCKET: "bucket",
    QUEUE: "queue",
    TOPIC: "topic",
    BUS: "event bus",
    TABLES[0]: "table",
    TABLES[1]: "table",
    STREAM: "stream",
    DELIVERY_STREAM: "delivery stream",
    LOG_GROUP: "log group",
    STATE_MACHINE: "state machine",
    PIPE: "pipe",
    RULE: "rule",
    "AWS::Scheduler::Schedule": "schedule",
    "AWS::IoT::TopicRule": "IoT rule",
    "AWS::Events::ApiDestination": "API destination",
    APIS[0]: "API",
    APIS[1]: "API",
    APIS[2]: "function URL",
}


SERVICES: Final = {
    FUNCTION: "Lambda",
    BUCKET: "S3",
    QUEUE: "SQS",
    TOPIC: "SNS",
    BUS: "EventBridge",
    RULE: "EventBridge",
    TABLES[0]: "DynamoDB",
    TABLES[1]: "DynamoDB",
    STREAM: "Kinesis",
    DELIVERY_STREAM: "Firehose",
    LOG_GROUP: "CloudWatch Logs",
    STATE_MACHINE: "Step Functions",
    PIPE: "EventBridge Pipes",
    "AWS::Scheduler::Schedule": "EventBridge Scheduler",
    "AWS::IoT::TopicRule": "AWS IoT",
    "AWS::Events::ApiDestination": "EventBridge",
    APIS[0]: "API Gateway",
    APIS[1]: "API Gateway",
    APIS[2]: "a function URL",
}


class Certainty(IntEnum):
    """How an edge is known; ordered.

    GRANTED: IAM allows the write and the code that would do it cannot be read, or only a permission hints at the wire.
    INFERRED: the code makes the call, and one inference leads to the target. PROVED: code or template say so.
    """

    GRANTED = 0
    INFERRED = 1
    PROVED = 2


@dataclass(frozen=True, slots=True)
class FlowNode:
    """Something that events pass through. ``key`` tells nodes apart; ``resource`` is None outside the application."""

    key: str
    type: str = field(compare=False)
    name: str = field(compare=False)
    resource: Resource | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """The name for people, with what it is: ``Uploads bucket``."""
        noun = NOUNS.get(self.type, "")
        told = re.sub("[0-9A-F]{8}$", "", self.name).lower().endswith(noun.replace(" ", "").lower())
        return self.name if told else f"{self.name} {noun}"

    @property
    def service(self) -> str:
        """The service behind it, as people call it."""
        return SERVICES.get(self.type, self.type)

    @property
    def is_actor(self) -> bool:
        """Whether it sends something of its own."""
        return self.type in ACTORS

    def __str__(self) -> str:
        return self.label


ASYNCHRONOUS: Final = "asynchronous"


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """``kind`` is ``trigger`` for a wire that the template declares, ``write`` for what an actor sends.

    A wire has a ``passage``; a write has an ``emission``. ``guards`` select the alternatives in which the edge is
    there, ``needs`` says what would decide whether it is. ``tests`` are the conditions in the code around a write,
    each with the outcome that leads to it. ``on_failure``: used only when the source fails.

    ``by`` says how a wire invokes a function (:data:`ASYNCHRONOUS`, or the key of the event source mapping); a write
    with ``after`` happens only after an invocation of that kind.
    """

    source: FlowNode
    target: FlowNode
    kind: str
    label: str
    evidence: tuple[Evidence, ...]
    certainty: Certainty = Certainty.PROVED
    guards: tuple[Guard, ...] = ()
    passage: Passage = field(default_factory=Free)
    emission: Emission = INVOKED
    tests: tuple[Condition, ...] = ()
    on_failure: bool = False
    needs: str = ""
    by: str = ""
    after: str = ""

    def __repr__(self) -> str:
        return f"<{self.source.key} -{self.label}-> {self.target.key}>"

    @property
    def writes(self) -> bool:
        """Whether an actor sends it."""
        return self.kind == "write"


def together(*groups: Iterable[Guard]) -> tuple[Guard, ...] | None:
    """All guards at once; None where they contradict each other."""
    held: tuple[Guard, ...] | None = ()
    for group in groups:
        held = merge(held, tuple(group)) if held is not None else None
    return held


class FlowNodes:
    """The nodes of one application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._nodes: dict[str, FlowNode] = {}

    def of(self, resource: Resource) -> FlowNode:
        """The node of a resource; an alias or version of a state machine is the state machine."""
        published = self._published(resource)
        return self._node(f"{published.stack}/{published.id}", published.type, published.logical_id, published)

    def _published(self, resource: Resource, depth: int = 0) -> Resource:
        if not resource.type.startswith("AWS::StepFunctions::StateMachine") or depth > 2:
            return resource
        named = [resource["StateMachineArn"], resource["DeploymentPreference"]["StateMachineVersionArn"]]
        named += [route["StateMachineVersionArn"] for route in resource["RoutingConfiguration"].items()]
        for node in named:
            inner = self.application.behind(node.value) if node else None
            if inner is not None and inner is not resource:
                return self._published(inner, depth + 1)
        return resource

    def _node(self, key: str, type: str, name: str, resource: Resource | None = None) -> FlowNode:
        return self._nodes.setdefault(key, FlowNode(key, type, name, resource))

    @cached_property
    def default_bus(self) -> FlowNode:
        """The account's default event bus, which no template declares."""
        return self._node(self.default_bus_arn, BUS, "default")

    @cached_property
    def default_bus_arn(self) -> str:
        """The default bus's ARN in canonical form."""
        return self._arn("events", "event-bus/default")

    def _arn(self, service: str, name: str, *, everywhere: bool = False) -> str:
        region, account = Reference("", "AWS::Region"), Reference("", "AWS::AccountId")
        place = [":::"] if everywhere else [":", region, ":", account, ":"]
        value = text(["arn:", Reference("", "AWS::Partition"), f":{service}", *place, name])
        return self.application.names.canonical(value) or ""

    def external(self, type: str, canonical: str) -> FlowNode | None:
        """The node of a resource outside the application, by canonical ARN, name or queue URL; None for no name."""
        arn = self._external_arn(type, canonical)
        if not arn or self.application.names.uncertain(arn):
            return None
        name = arn.split(":", 5)[-1].removeprefix("log-group:")
        name = name if type == LOG_GROUP else name.rpartition("/")[2]
        return self._node(arn, type, _GENERATED.sub(r"\1", self.application.names.describe(name)))

    def _external_arn(self, type: str, canonical: str) -> str:
        if canonical.startswith("arn:"):
            return canonical.partition("/stream/")[0] if type in TABLES else canonical
        if type == QUEUE:
            account, _, name = canonical.rpartition("/")
            literal = account.rpartition("/")[2]
            return self._arn("sqs", name) if name and (literal.isdecimal() or not literal.isascii()) else ""
        service, prefix = _SERVICES.get(type, ("", ""))
        if not service or not canonical:
            return ""
        return self._arn(service, prefix + canonical, everywhere=type == BUCKET)

    def bucket_name(self, node: FlowNode) -> str:
        """The name of a bucket in canonical form."""
        name = self.application.names.name(node.resource) if node.resource is not None else None
        return name or node.key.split(":", 5)[-1]

    def arn(self, node: FlowNode) -> str | None:
        """The node's ARN in canonical form; None where it has none."""
        return self.application.names.arn(node.resource) if node.resource is not None else node.key


_SERVICES = {
    BUCKET: ("s3", ""),
    TABLES[0]: ("dynamodb", "table/"),
    BUS: ("events", "event-bus/"),
    STREAM: ("kinesis", "stream/"),
    DELIVERY_STREAM: ("firehose", "deliverystream/"),
    LOG_GROUP: ("logs", "log-group:"),
}


_GENERATED = re.compile(r"<(\w+)\.@name>")


def known_default(bus: object) -> bool:
    """Whether a rule's or entry's bus is written out as the default one."""
    return isinstance(bus, Known) and bus.value == "default"
