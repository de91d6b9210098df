"""Edges that a service's own configuration makes: S3 to EventBridge, replication, Firehose, API integrations, hints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analyzer.facts.event_filters import content
from analyzer.facts.event_passages import Delivered, Free, Passage, Replicated, Stored
from analyzer.facts.event_patterns import Undecided
from analyzer.facts.flow_model import (
    APIS,
    BUCKET,
    BUS,
    DELIVERY_STREAM,
    LOG_GROUP,
    QUEUE,
    STATE_MACHINE,
    STREAM,
    TABLES,
    TOPIC,
    Certainty,
    Edge,
    FlowNode,
)
from analyzer.model.node import Node

if TYPE_CHECKING:
    from analyzer.facts.flow_wires import Wires
    from analyzer.model.template import Resource

Reader = Callable[["Wires", "Resource"], Iterator[Edge]]


def service_edges(wires: Wires) -> Iterator[Edge]:
    """Every edge of this kind."""
    for resource in wires.application.resources():
        for reader in _READERS.get(resource.type, ()):
            yield from reader(wires, resource)


def _behind(wires: Wires, node: Node, *types: str) -> Iterator[tuple[Resource, Node]]:
    for case in node.cases():
        resource = wires.application.behind(case.value, *types)
        if resource is not None:
            yield resource, case.node


def _to_event_bridge(wires: Wires, bucket: FlowNode, configuration: Node) -> Iterator[Edge]:
    switch = configuration["EventBridgeConfiguration"]
    enabled = switch["EventBridgeEnabled"].known
    if switch and enabled is not False and str(enabled).lower() != "false":
        yield from wires.edge(bucket, wires.nodes.default_bus, "all events to EventBridge", switch, Free())


def _bucket(wires: Wires, bucket: Resource) -> Iterator[Edge]:
    node = wires.nodes.of(bucket)
    yield from _to_event_bridge(wires, node, bucket["NotificationConfiguration"])
    for rule in bucket["ReplicationConfiguration"]["Rules"].items():
        if rule["Status"].known == "Disabled":
            continue
        prefix = _replicated_prefix(wires, rule)
        for target, place in _behind(wires, rule["Destination"]["Bucket"], BUCKET):
            passage = Replicated(wires.names.name(target) or "", wires.names.arn(target) or "", prefix)
            yield from wires.edge(node, wires.nodes.of(target), "replication", place, passage)


def _replicated_prefix(wires: Wires, rule: Node) -> str | Undecided:
    """How the keys begin that a replication rule is for; empty for all."""
    places = (rule["Filter"]["Prefix"], rule["Filter"]["And"]["Prefix"], rule["Prefix"])
    written = next((place for place in places if place), None)
    read = content(written, wires.names) if written is not None else ""
    return read if isinstance(read, str | Undecided) else str(read)


def _cdk_notifications(wires: Wires, custom: Resource) -> Iterator[Edge]:
    for bucket, _ in _behind(wires, custom["BucketName"], BUCKET):
        yield from _to_event_bridge(wires, wires.nodes.of(bucket), custom["NotificationConfiguration"])


def _table(wires: Wires, table: Resource) -> Iterator[Edge]:
    for stream, place in _behind(wires, table["KinesisStreamSpecification"]["StreamArn"], STREAM):
        yield from wires.edge(wires.nodes.of(table), wires.nodes.of(stream), "change stream", place, Free(wrapped=True))


def _delivery_stream(wires: Wires, firehose: Resource) -> Iterator[Edge]:
    node = wires.nodes.of(firehose)
    source = firehose["KinesisStreamSourceConfiguration"]["KinesisStreamARN"]
    for stream, place in _behind(wires, source, STREAM):
        yield from wires.edge(wires.nodes.of(stream), node, "delivery stream's source", place, Free())
    for name in ("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"):
        settings = firehose[name]
        for bucket, place in _behind(wires, settings["BucketARN"], BUCKET):
            prefix = content(settings["Prefix"], wires.names) if settings["Prefix"] else ""
            start = prefix if isinstance(prefix, str) else "!{"
            passage = Stored(wires.names.name(bucket) or "", wires.names.arn(bucket) or "", start)
            yield from wires.edge(node, wires.nodes.of(bucket), "delivery", place, passage)


_TARGETS = (QUEUE, TOPIC, STREAM, DELIVERY_STREAM, STATE_MACHINE, BUCKET, BUS, LOG_GROUP, *TABLES)


def _api_method(wires: Wires, method: Resource) -> Iterator[Edge]:
    yield from _integration(wires, method["RestApiId"], method["Integration"], "Uri")


def _api_integration(wires: Wires, integration: Resource) -> Iterator[Edge]:
    settings = integration.properties
    yield from _integration(wires, integration["ApiId"], settings, "IntegrationUri")


def _integration(wires: Wires, api: Node, settings: Node, uri: str) -> Iterator[Edge]:
    """An integration that calls another service than Lambda: what its address or request names is the target."""
    requests = [node for name in ("RequestTemplates", "RequestParameters") for _, node in settings[name].entries()]
    written = [settings[uri], *requests]
    for source, _ in _behind(wires, api):
        for node in written:
            for target in wires.application.mentioned(node.value):
                if target.type in _TARGETS:
                    yield from wires.edge(
                        wires.nodes.of(source), wires.nodes.of(target), "service integration", node, Free(wrapped=True)
                    )


_IOT = (
    ("Sns", "TargetArn"),
    ("Sqs", "QueueUrl"),
    ("Kinesis", "StreamName"),
    ("Firehose", "DeliveryStreamName"),
    ("StepFunctions", "StateMachineName"),
    ("DynamoDBv2", "PutItem", "TableName"),
    ("DynamoDB", "TableName"),
    ("S3", "BucketName"),
)


def _iot_rule(wires: Wires, rule: Resource) -> Iterator[Edge]:
    for action in rule["TopicRulePayload"]["Actions"].items():
        for path in _IOT:
            for target, place in _behind(wires, action.path(*path)):
                passage: Passage = Delivered(transformed=True)
                if target.type == BUCKET:
                    passage = Stored(wires.names.name(target) or "", wires.names.arn(target) or "", "!{")
                yield from wires.edge(wires.nodes.of(rule), wires.nodes.of(target), "IoT rule", place, passage)


def _http(wires: Wires, carrier: Resource) -> Iterator[Edge]:
    """An HTTP endpoint of EventBridge or SNS that is an API of the application."""
    destination = carrier.type == "AWS::Events::ApiDestination"
    address = carrier["InvocationEndpoint"] if destination else carrier["Endpoint"]
    sources = [carrier] if destination else [r for r, _ in _behind(wires, carrier["TopicArn"], TOPIC)]
    for target in wires.application.mentioned(address.value):
        if target.type in APIS:
            for source in sources:
                nodes = wires.nodes.of(source), wires.nodes.of(target)
                yield from wires.edge(*nodes, "HTTP endpoint", address, Free(wrapped=True))


def _permission(wires: Wires, permission: Resource) -> Iterator[Edge]:
    """A permission for a bucket or topic to invoke a function, where no wire is declared: someone else wires it."""
    function = wires.triggers.functions.behind(permission["FunctionName"].value)
    if function is None or permission["Principal"].known not in ("s3.amazonaws.com", "sns.amazonaws.com"):
        return
    for source, place in _behind(wires, permission["SourceArn"], BUCKET, TOPIC):
        if _wired(wires, source, function.resource):
            continue
        yield from wires.edge(
            wires.nodes.of(source),
            wires.nodes.of(function.resource),
            "permission to invoke, without a declared notification",
            place,
            Free(),
            certainty=Certainty.GRANTED,
        )


def _wired(wires: Wires, source: Resource, function: Resource) -> bool:
    return any(trigger.target is function for trigger in wires.triggers.out_of(source))


_READERS: dict[str, tuple[Reader, ...]] = {
    BUCKET: (_bucket,),
    "Custom::S3BucketNotifications": (_cdk_notifications,),
    TABLES[0]: (_table,),
    TABLES[1]: (_table,),
    DELIVERY_STREAM: (_delivery_stream,),
    "AWS::ApiGateway::Method": (_api_method,),
    "AWS::ApiGatewayV2::Integration": (_api_integration,),
    "AWS::IoT::TopicRule": (_iot_rule,),
    "AWS::Lambda::Permission": (_permission,),
    "AWS::Events::ApiDestination": (_http,),
    "AWS::SNS::Subscription": (_http,),
}
