"""What actors cause beside the writes they ask for: log lines, requests to APIs, IoT messages, events of AWS itself.

Sources: Amazon EventBridge User Guide, "AWS service events via CloudTrail"; AWS Step Functions Developer Guide,
"Automating event delivery"; AWS IoT Core Developer Guide, "MQTT topics" (read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from analyzer.code.program import CodeValue, EnvironmentVariable, Record
from analyzer.data.sdk_services import services
from analyzer.data.write_operations import writes_of
from analyzer.facts.event_messages import INVOKED, Emission, Message, on_bus
from analyzer.facts.event_text import RUN, Comparison
from analyzer.facts.event_values import ANYTHING, Fields, Json, Words, text_of
from analyzer.facts.flow_actors import Actor, Call
from analyzer.facts.flow_model import (
    APIS,
    FUNCTION,
    LOG_GROUP,
    STATE_MACHINE,
    Certainty,
    Edge,
    FlowNode,
    FlowNodes,
    together,
)
from analyzer.facts.flow_targets import parts
from analyzer.judgement import AnyPlace, Evidence
from analyzer.model.application import Application
from analyzer.model.template import Resource
from analyzer.records import dataclass

HTTP_CLIENTS: Final = frozenset(
    ("fetch", "axios", "requests", "got", "urllib", "urllib3", "httpx", "http", "https", "node-fetch", "undici",
     "superagent", "ky", "needle", "aiohttp")
)  # fmt: skip
_READS: Final = re.compile(r"(Get|List|Describe|Head|Query|Scan|Batch(Get|Check)|Search|Lookup|Select|Filter)")
_TOPIC: Final = re.compile(r"\bFROM\s+'([^']+)'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SideEffects:
    """Reads these edges; ``on_default_bus`` tells whether any rule listens to the default event bus."""

    application: Application
    nodes: FlowNodes
    compare: Comparison
    log_groups: tuple[FlowNode, ...]
    on_default_bus: bool

    def edges(self, actor: Actor) -> Iterator[Edge]:
        """Everything that the actor causes beside its writes."""
        yield from self._requests(actor)
        yield from self._messages(actor)
        if actor.node.type == FUNCTION:
            yield from self._own_log(actor)
        if self.on_default_bus:
            yield from self._recorded(actor)
            yield from self._statuses(actor)

    def _edge(
        self,
        actor: Actor,
        target: FlowNode,
        label: str,
        proof: Evidence,
        emission: Emission,
        *,
        certainty: Certainty = Certainty.INFERRED,
        call: Call | None = None,
        on_failure: bool = False,
    ) -> Iterator[Edge]:
        ends = [end.resource.guards for end in (actor.node, target) if end.resource is not None]
        guards = together(*ends)
        tests = call.tests if call is not None else ()
        if guards is not None:
            yield Edge(
                actor.node,
                target,
                "write",
                label,
                (proof,),
                certainty,
                guards,
                emission=emission,
                tests=tests,
                on_failure=on_failure,
            )

    # --- APIs, IoT, logs ------------------------------------------------------------------------------

    def _requests(self, actor: Actor) -> Iterator[Edge]:
        """HTTP requests to an API or function URL of the application."""
        for request, place in actor.requests:
            if request.target.partition(".")[0] not in HTTP_CLIENTS:
                continue
            named = [part for given in request.arguments for part in parts(given)]
            variables = [part for part in named if isinstance(part, EnvironmentVariable)]
            for resource in dict.fromkeys(r for part in variables for r in self._apis(actor, part)):
                target = self.nodes.of(resource)
                proof = Evidence("code", f"{actor.node} sends a request to {target}", place)
                yield from self._edge(actor, target, "HTTP request", proof, INVOKED)

    def _apis(self, actor: Actor, variable: CodeValue) -> list[Resource]:
        return [r for r in self.application.mentioned(actor.value_of(variable)) if r.type in APIS]

    def _messages(self, actor: Actor) -> Iterator[Edge]:
        """MQTT messages that a topic rule of the application selects."""
        for call in actor.calls:
            given = call.arguments.get("topic") if isinstance(call.arguments, Record) else None
            if (call.service, call.operation) != ("iot-data", "Publish") or given is None:
                continue
            topic = text_of(given, actor.text)
            for rule in self.application.resources("AWS::IoT::TopicRule"):
                wanted = _TOPIC.search(str(rule["TopicRulePayload"]["Sql"].known or ""))
                matched = self._in_topic(topic, wanted[1]) if wanted else False
                if matched is not False:
                    proof = Evidence("code", f"{actor.node} publishes to {wanted[1] if wanted else ''}", call.place)
                    certainty = Certainty.PROVED if matched else Certainty.GRANTED
                    target = self.nodes.of(rule)
                    yield from self._edge(
                        actor, target, "Publish", proof, Emission(Message()), certainty=certainty, call=call
                    )

    def _in_topic(self, topic: str, wanted: str) -> bool | None:
        """Whether a topic matches a topic filter with ``+`` and ``#``, which stands for at least one level."""
        levels, filters = topic.split("/"), wanted.split("/")
        if RUN in levels[:-1] or (RUN in topic and len(levels) == 1):
            return None
        if filters[-1] == "#":
            filters[-1] = "+"
            levels = levels[: len(filters)]
        if len(levels) != len(filters):
            return None if RUN in topic and len(levels) < len(filters) else False
        answers = [True if f == "+" else self.compare.equal(level, f) for level, f in zip(levels, filters, strict=True)]
        return False if False in answers else None if None in answers else True

    def _own_log(self, actor: Actor) -> Iterator[Edge]:
        """Every run of a function writes to its log group."""
        resource, names = actor.node.resource, self.application.names
        if resource is None:
            return
        written = resource["LoggingConfig"]["LogGroup"]
        name = names.canonical(written.value) if written else f"/aws/lambda/{names.name(resource)}"
        outside = self.nodes.external(LOG_GROUP, name) if name else None
        for node in self.log_groups:
            if node == outside or (node.resource is not None and names.name(node.resource) == name):
                place: AnyPlace = written.place if written else resource.place
                proof = Evidence("write", f"{actor.node} logs every run to {node}", place)
                yield from self._edge(actor, node, "log lines", proof, Emission(Message()), certainty=Certainty.PROVED)

    # --- events of AWS itself -------------------------------------------------------------------------

    def _recorded(self, actor: Actor) -> Iterator[Edge]:
        """Management calls that change something come to the default bus where a trail records them.

        Calls on data (objects, items, messages) are recorded only where a trail asks for them, and left out.
        """
        for call in actor.calls:
            service = services().get(call.service)
            on_data = writes_of(call.service, call.operation) is not None
            if on_data or service is None or service.iam is None or _READS.match(call.operation):
                continue
            detail = (("eventSource", Words(f"{service.iam}.amazonaws.com")), ("eventName", Words(call.operation)))
            event = _event(f"aws.{service.iam}", "AWS API Call via CloudTrail", detail, _OF_A_CALL)
            proof = Evidence("code", f"{actor.node} calls {call.operation}, which CloudTrail records", call.place)
            yield from self._edge(actor, self.nodes.default_bus, call.operation, proof, event, call=call)

    def _statuses(self, actor: Actor) -> Iterator[Edge]:
        """A state machine tells the default bus how each execution stands."""
        if actor.node.type != STATE_MACHINE or actor.node.resource is None:
            return
        resource = actor.node.resource
        arn = Words(self.application.names.arn(resource) or RUN)
        for status in ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"):
            detail = (("status", Words(status)), ("stateMachineArn", arn))
            event = _event("aws.states", "Step Functions Execution Status Change", detail, _OF_AN_EXECUTION)
            proof = Evidence(
                "write", f"{actor.node} reports each execution that is {status}", actor.node.resource.place
            )
            yield from self._edge(
                actor,
                self.nodes.default_bus,
                "status change",
                proof,
                event,
                certainty=Certainty.PROVED,
                on_failure=status not in ("RUNNING", "SUCCEEDED"),
            )


_OF_A_CALL: Final = (
    "eventVersion", "eventTime", "eventID", "eventType", "eventCategory", "userIdentity", "awsRegion",
    "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "requestID", "readOnly",
    "managementEvent", "recipientAccountId", "errorCode", "errorMessage", "resources", "additionalEventData",
)  # fmt: skip
_OF_AN_EXECUTION: Final = (
    "executionArn", "name", "startDate", "stopDate", "input", "output", "inputDetails", "outputDetails", "error",
    "cause", "redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason", "stateMachineVersionArn",
    "stateMachineAliasArn",
)  # fmt: skip


def _event(source: str, kind: str, detail: tuple[tuple[str, Json], ...], others: tuple[str, ...]) -> Emission:
    """An event of AWS itself: what is known of its detail, and which other fields there are."""
    content = Fields((*detail, *((name, ANYTHING) for name in others)))
    return Emission(on_bus(Words(source), Words(kind), content))
