"""What travels along an event flow: the change of an object or an item, a message, an event.

Each form knows how the next service wraps it: S3 sends a notification to a queue or an event to EventBridge, SNS puts
an envelope around what it delivers to SQS.
"""

from __future__ import annotations

from typing import Final

from analyzer.facts.event_text import RUN, KeyFilter
from analyzer.facts.event_values import ANYTHING, MISSING, Elements, Fields, Json, JsonText, Words, fields, parsed
from analyzer.records import dataclass, replace

DETAIL_TYPES: Final = {
    "ObjectCreated": "Object Created",
    "ObjectRemoved": "Object Deleted",
    "ObjectTagging:Put": "Object Tags Added",
    "ObjectTagging:Delete": "Object Tags Deleted",
    "ObjectAcl": "Object ACL Updated",
    "ObjectRestore:Post": "Object Restore Initiated",
    "ObjectRestore:Completed": "Object Restore Completed",
}
"""S3 event type (without ``s3:``) or its family → ``detail-type``.
Source: Amazon S3 User Guide, "EventBridge event message structure" and "Supported event types"."""

REASONS: Final = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One of ``types`` (``ObjectCreated:Put``) happens to an object. ``key`` is open where the run decides.

    ``allowed`` and ``denied`` are the ARN patterns under which the writer may and may not write; ``allowed`` is
    None where that is not known. ``unread``: nothing but its rights is known of the writer, and so of the key.
    """

    bucket: str
    types: tuple[str, ...]
    key: str = RUN
    allowed: tuple[str, ...] | None = None
    denied: tuple[str, ...] = ()
    arn: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A record of a table's stream. ``names`` are its possible ``eventName``s; ``image`` is the new item, attribute
    values in DynamoDB's form."""

    names: tuple[str, ...]
    image: Json = ANYTHING
    keys: Json = ANYTHING


@dataclass(frozen=True, slots=True)
class Message:
    """A message with a body and attributes, as sent to SQS, SNS, Kinesis or Firehose."""

    body: Json = ANYTHING
    attributes: Json = ANYTHING


@dataclass(frozen=True, slots=True)
class Event:
    """An event on an event bus, in the form that rules match."""

    content: Json = ANYTHING


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function, state machine or API is called; what with is not followed."""


Payload = ObjectChange | ItemChange | Message | Event | Invocation


@dataclass(frozen=True, slots=True)
class Emission:
    """``key`` is what is known of the key of the S3 object that a function or state machine will find in it."""

    payload: Payload
    key: KeyFilter | None = None

    def filled(self, received: KeyFilter | None) -> Emission:
        """What is written by a function that received an event whose object key passed ``received``."""
        payload = self.payload
        if isinstance(payload, ObjectChange):
            return replace(self, payload=replace(payload, key=(received or KeyFilter()).fill(payload.key)))
        return self


INVOKED: Final = Emission(Invocation())
WRITER: Final = "{writer}"
"""Stands in what a guard needs for the name of whoever wrote what is in question."""
MOST_DEPTH: Final = 20


def trimmed(emission: Emission) -> Emission:
    """The emission, or, where services have put envelope around envelope for too long, one of unknown content."""
    payload = emission.payload
    if isinstance(payload, Message) and depth(payload.body) > MOST_DEPTH:
        return replace(emission, payload=Message())
    if isinstance(payload, Event) and depth(payload.content) > MOST_DEPTH:
        return replace(emission, payload=Event())
    return emission


def depth(value: Json) -> int:
    """How deeply a value is nested, counted to just beyond :data:`MOST_DEPTH`."""
    level, count = [value], 0
    while level and count <= MOST_DEPTH:
        count += 1
        level = [inner for item in level for inner in _inside(item)]
    return count


def _inside(value: Json) -> tuple[Json, ...]:
    match value:
        case Fields(entries=entries):
            return tuple(inner for _, inner in entries)
        case Elements(items=items):
            return items
        case JsonText(value=inner):
            return (inner,)
        case _:
            return ()


def detail_type(kind: str) -> str:
    """The ``detail-type`` of an S3 event type."""
    return DETAIL_TYPES.get(kind) or DETAIL_TYPES.get(kind.partition(":")[0], "")


def s3_event(change: ObjectChange, kind: str) -> Event:
    """The event that S3 sends to EventBridge."""
    detail = Fields(
        (
            ("bucket", fields(name=Words(change.bucket))),
            ("object", Fields((("key", Words(change.key)),), complete=False)),
            ("reason", Words(REASONS[kind]) if kind in REASONS else ANYTHING),
        ),
        complete=False,
    )
    resources = Elements((Words(change.arn),)) if change.arn else ANYTHING
    return on_bus(Words("aws.s3"), Words(detail_type(kind)), detail, resources)


def s3_notification(change: ObjectChange, kind: str) -> Message:
    """The notification that S3 sends to a queue, topic or function."""
    record = Fields(
        (
            ("eventSource", Words("aws:s3")),
            ("eventName", Words(kind)),
            ("s3", changed(change)),
        ),
        complete=False,
    )
    return Message(JsonText(fields(Records=Elements((record,)))), Fields())


def changed(change: ObjectChange) -> Json:
    """The bucket and the object of a notification's record; the configuration's id, sizes and the like are of the run.

    Source: Amazon S3 User Guide, "Event message structure" (read 2026-11-24).
    """
    arn = Words(change.arn) if change.arn else ANYTHING
    bucket = Fields((("name", Words(change.bucket)), ("arn", arn)), complete=False)
    written = Fields((("key", Words(change.key)),), complete=False)
    return Fields((("bucket", bucket), ("object", written)), complete=False)


def stream_record(change: ItemChange, name: str) -> Json:
    """The record that a consumer of the table's stream sees, for one ``eventName``."""
    images = Fields(
        (
            ("Keys", change.keys),
            ("NewImage", MISSING if name == "REMOVE" else change.image),
            ("OldImage", MISSING if name == "INSERT" else ANYTHING),
        ),
        complete=False,
    )
    return Fields(
        (
            ("eventName", Words(name)),
            ("eventSource", Words("aws:dynamodb")),
            ("dynamodb", images),
            ("userIdentity", MISSING),
        ),
        complete=False,
    )


def queued(message: Message) -> Json:
    """The record that a consumer of a queue sees."""
    return Fields(
        (("body", message.body), ("messageAttributes", ANYTHING), ("eventSource", Words("aws:sqs"))), complete=False
    )


def streamed(message: Message) -> Json:
    """The record that a consumer of a Kinesis stream sees."""
    return Fields((("data", message.body), ("eventSource", Words("aws:kinesis"))), complete=False)


def enveloped(message: Message, topic: str) -> Message:
    """What SNS delivers to a queue without raw delivery: an envelope around the message."""
    inner = message.body if isinstance(message.body, Words | JsonText) else ANYTHING
    content = Fields((("Type", Words("Notification")), ("TopicArn", Words(topic)), ("Message", inner)), complete=False)
    return Message(JsonText(content), Fields())


def on_bus(source: Json, kind: Json, detail: Json, resources: Json = ANYTHING) -> Event:
    """An event with the fields that every event has."""
    added = tuple((name, ANYTHING) for name in ("version", "id", "account", "time", "region"))
    return Event(
        Fields((*added, ("source", source), ("detail-type", kind), ("resources", resources), ("detail", detail)))
    )


def event_of(source: Json, kind: Json, detail: Json, resources: Json = ANYTHING) -> Event:
    """An event put on a bus by code or by an integration; ``detail`` is JSON text."""
    return on_bus(source, kind, parsed(detail), resources)


def event_text(event: Event) -> Message:
    """An event as a rule delivers it to a queue, topic or stream."""
    return Message(JsonText(event.content), Fields())
