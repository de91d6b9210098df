"""Event source mappings: what kind of source each polls, and its settings.

Source: AWS::Lambda::EventSourceMapping and AWS::Pipes::Pipe in the CloudFormation Template Reference; AWS Lambda
Developer Guide, with-kinesis, with-ddb, with-sqs (read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from analyzer.facts.combinations import both, either, settle_together
from analyzer.facts.numbers import number
from analyzer.facts.settle import Settled
from analyzer.facts.truth import off
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Listing, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.facts.functions import Function, Functions
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

MAPPING: Final = "AWS::Lambda::EventSourceMapping"
PIPE: Final = "AWS::Pipes::Pipe"
DEFAULT_QUEUE_BATCH: Final = 10
"""Messages of an SQS batch where ``BatchSize`` is not written."""
REPORT: Final = "ReportBatchItemFailures"


class Source(StrEnum):
    """What a mapping polls."""

    QUEUE = "queue"
    STREAM = "stream"
    KAFKA = "Kafka topic"
    OTHER = "broker or database"


_TYPES: Final = {
    "AWS::SQS::Queue": Source.QUEUE,
    "AWS::DynamoDB::Table": Source.STREAM,
    "AWS::DynamoDB::GlobalTable": Source.STREAM,
    "AWS::Kinesis::Stream": Source.STREAM,
    "AWS::Kinesis::StreamConsumer": Source.STREAM,
    "AWS::MSK::Cluster": Source.KAFKA,
    "AWS::MSK::ServerlessCluster": Source.KAFKA,
}
_SERVICES: Final = {"sqs": Source.QUEUE, "dynamodb": Source.STREAM, "kinesis": Source.STREAM, "kafka": Source.KAFKA}
_KAFKA: Final = ("SelfManagedEventSource", "SelfManagedKafkaEventSourceConfig", "AmazonManagedKafkaEventSourceConfig")


@dataclass(frozen=True, eq=False, slots=True)
class Mapping:
    """One event source mapping. ``source`` is the resource that it polls, where it is one of the application."""

    resource: Resource
    kind: Source
    source: Resource | None
    function: Function | None

    @property
    def name(self) -> str:
        """What it polls, for people."""
        return self.source.logical_id if self.source is not None else f"a {self.kind}"

    @property
    def reports(self) -> Node:
        """``FunctionResponseTypes``."""
        return self.resource["FunctionResponseTypes"]

    @property
    def destination(self) -> Node:
        """Where it sends what is given up."""
        return self.resource["DestinationConfig"]["OnFailure"]["Destination"]

    @property
    def enabled(self) -> bool:
        """Whether it is not switched off for good."""
        return self.resource["Enabled"].known not in (False, "false")


def mappings(application: Application, functions: Functions) -> Iterator[Mapping]:
    """The mappings of the application that are switched on."""
    for resource in application.resources(MAPPING):
        source = application.behind(resource["EventSourceArn"].value)
        found = Mapping(resource, _kind(resource, source), source, functions.behind(resource["FunctionName"].value))
        if found.enabled:
            yield found


def _kind(mapping: Resource, source: Resource | None) -> Source:
    """What is polled; a source outside the application is told by what has to be written for its kind."""
    if source is not None:
        return _TYPES.get(source.type, Source.OTHER)
    if any(mapping[name] for name in _KAFKA) or mapping["Topics"]:
        return Source.KAFKA
    if mapping["Queues"] or mapping["DocumentDBEventSourceConfig"]:
        return Source.OTHER
    canonical = mapping.template.application.names.canonical(mapping["EventSourceArn"].value) or ""
    service = canonical.split(":")[2] if canonical.startswith("arn:") and canonical.count(":") > 4 else ""
    return _SERVICES.get(service) or (Source.STREAM if mapping["StartingPosition"] else Source.QUEUE)


def reports(value: Value) -> bool | None:
    """Whether ``FunctionResponseTypes`` hold ``ReportBatchItemFailures``."""
    if isinstance(value, Absent):
        return False
    items = value.items if isinstance(value, Listing) else (value,)
    return either(*(item == Known(REPORT) if isinstance(item, Known) else None for item in items))


# --- streams ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class StreamReader:
    """A mapping or pipe that reads a stream, with its settings. ``splits``: ``BisectBatchOnFunctionError`` or the
    pipe's ``OnPartialBatchItemFailure``; ``reports`` is None for pipes, which take reports without being asked."""

    resource: Resource
    name: str
    destination: Node
    attempts: Node
    age: Node
    splits: Node
    reports: Node | None


def stream_readers(application: Application, functions: Functions) -> Iterator[StreamReader]:
    """What reads DynamoDB and Kinesis streams."""
    for mapping in mappings(application, functions):
        if mapping.kind is Source.STREAM:
            own = mapping.resource
            yield StreamReader(
                own,
                mapping.name,
                mapping.destination,
                own["MaximumRetryAttempts"],
                own["MaximumRecordAgeInSeconds"],
                own["BisectBatchOnFunctionError"],
                mapping.reports,
            )
    for pipe in application.resources(PIPE):
        for name in ("KinesisStreamParameters", "DynamoDBStreamParameters"):
            settings = pipe["SourceParameters"][name]
            if settings:
                source = application.behind(pipe["Source"].value)
                yield StreamReader(
                    pipe,
                    source.logical_id if source is not None else "a stream",
                    settings["DeadLetterConfig"]["Arn"],
                    settings["MaximumRetryAttempts"],
                    settings["MaximumRecordAgeInSeconds"],
                    settings["OnPartialBatchItemFailure"],
                    None,
                )


def endless(value: Value) -> bool | None:
    """Whether a number of retries or an age in seconds is without end, which -1 and nothing mean."""
    return None if (found := number(value, -1)) is None else found < 0


def whole(value: Value) -> bool | None:
    """Whether a failed batch is not split."""
    return False if value == Known("AUTOMATIC_BISECT") else off(value)


def blocked(reader: StreamReader) -> Settled:
    """Whether a failing batch is tried as a whole for as long as its records live."""
    others = [reader.age, reader.splits, *([reader.reports] if reader.reports is not None else [])]
    return settle_together(_blocks, reader.attempts, *others)


def _blocks(attempts: Value, age: Value, splits: Value, *answers: Value) -> bool | None:
    unreported = [None if (found := reports(value)) is None else not found for value in answers]
    return both(endless(attempts), endless(age), whole(splits), *unreported)
