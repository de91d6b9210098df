"""What one SDK call sends, as far as its arguments tell: object key, item, message, event."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analyzer.code.program import CodeValue, Composed, Derived, Items, Opaque, Record
from analyzer.data.write_operations import Write
from analyzer.facts.event_messages import INVOKED, Event, ItemChange, Message, Payload, event_of
from analyzer.facts.event_text import RUN
from analyzer.facts.event_values import (
    ANYTHING,
    MISSING,
    Elements,
    Fields,
    Json,
    JsonText,
    Plain,
    Texts,
    Words,
    from_code,
    parsed,
    text_of,
)
from analyzer.facts.flow_updates import assigned
from analyzer.records import dataclass

NOTHING = Opaque()


@dataclass(frozen=True, slots=True)
class Sending:
    """One call that writes. ``document``: a document client takes plain values and types them itself."""

    write: Write
    arguments: CodeValue
    texts: Texts
    document: bool = False


def argument(arguments: CodeValue, *path: str) -> CodeValue | None:
    """The argument at a path of names; None where it is not written, Opaque where it cannot be told."""
    for name in path:
        if not isinstance(arguments, Record):
            return NOTHING
        found = arguments.get(name)
        if found is None:
            return None if arguments.complete else NOTHING
        arguments = found
    return arguments


def entries(arguments: CodeValue, name: str) -> Iterator[CodeValue]:
    """The elements of a list argument; one unknown element where they cannot be told."""
    found = argument(arguments, name)
    if isinstance(found, Items):
        yield from found.items
    if not isinstance(found, Items) or not found.complete:
        yield NOTHING


def key_of(write: Write, arguments: CodeValue, texts: Texts) -> Iterator[str]:
    """The keys of the objects that a call writes or deletes."""
    if write.operation == "DeleteObjects":
        found = argument(arguments, "Delete", "Objects")
        items = found.items if isinstance(found, Items) and found.complete else (NOTHING,)
        keys = [argument(item, "Key") for item in items]
    else:
        keys = [argument(arguments, "Key")]
    for key in keys:
        yield RUN if key is None else text_of(key, texts)


def payloads(sending: Sending) -> list[Payload]:
    """What a call sends, one for each message or event; never empty. Objects are left to the caller."""
    reader = _READERS.get(sending.write.kind)
    return (list(dict.fromkeys(reader(sending))) if reader else []) or [INVOKED.payload]


# --- queues, topics, streams ------------------------------------------------------------------------------

_LISTS = {
    "SendMessageBatch": "Entries",
    "PublishBatch": "PublishBatchRequestEntries",
    "PutRecords": "Records",
    "PutRecordBatch": "Records",
}
_BODIES = {"queue": ("MessageBody",), "topic": ("Message",), "stream": ("Data",), "delivery_stream": ("Record", "Data")}


def _messages(sending: Sending) -> Iterator[Payload]:
    write, arguments, texts = sending.write, sending.arguments, sending.texts
    batched = write.operation in _LISTS
    body = _BODIES[write.kind][-1:] if batched else _BODIES[write.kind]
    for item in entries(arguments, _LISTS[write.operation]) if batched else (arguments,):
        content = argument(item, *body)
        attributes = argument(item, "MessageAttributes")
        yield Message(
            ANYTHING if content is None else from_code(content, texts),
            Fields() if attributes is None else _attributes(from_code(attributes, texts)),
        )


def _attributes(written: Json) -> Json:
    """Message attributes as a filter policy sees them."""
    if not isinstance(written, Fields):
        return ANYTHING
    return Fields(tuple((name, _attribute(value)) for name, value in written.entries), written.complete)


def _attribute(value: Json) -> Json:
    if not isinstance(value, Fields):
        return ANYTHING
    kind, content = value.get("DataType"), value.get("StringValue")
    if isinstance(kind, Words) and kind.text.startswith("String.Array"):
        return parsed(content) if isinstance(content, JsonText) else ANYTHING
    if isinstance(kind, Words) and kind.text.startswith("Number") and isinstance(content, Words):
        return Plain(float(content.text)) if content.text.replace(".", "", 1).isdecimal() else ANYTHING
    return content if isinstance(content, Words) else ANYTHING


# --- event buses ------------------------------------------------------------------------------------------


def _events(sending: Sending) -> Iterator[Payload]:
    for entry in entries(sending.arguments, "Entries"):
        yield event_in(entry, sending.texts)


def event_in(entry: CodeValue, texts: Texts) -> Event:
    """The event of one entry of ``PutEvents``."""
    read = {name: argument(entry, name) for name in ("Source", "DetailType", "Detail", "Resources")}
    content = {name: ANYTHING if value is None else from_code(value, texts) for name, value in read.items()}
    resources = Elements() if read["Resources"] is None else content["Resources"]
    return event_of(content["Source"], content["DetailType"], content["Detail"], resources)


# --- tables -------------------------------------------------------------------------------------------------


def _items(sending: Sending) -> Iterator[Payload]:
    write, arguments, texts, document = sending.write, sending.arguments, sending.texts, sending.document
    image: Json = ANYTHING
    keys: Json = ANYTHING
    names = write.emits
    item = arguments.get("Item") if isinstance(arguments, Record) else None
    if write.operation == "PutItem" or item is not None:  # an item in a batch: boto3's batch_writer
        image = attribute_values(item, texts, document)
        names = _put(item, ("INSERT", "MODIFY"))
    elif write.operation == "UpdateItem":
        keys = attribute_values(argument(arguments, "Key"), texts, document)
        image = assigned(arguments, keys, lambda value: attribute_value(value, texts, document))
        names = _updated(argument(arguments, "Key"), names)
    yield ItemChange(names, image, keys)


def attribute_values(item: CodeValue | None, texts: Texts, document: bool) -> Json:
    """An item in DynamoDB's form; a document client's plain values are given their types."""
    if not isinstance(item, Record):
        return ANYTHING
    return Fields(tuple((name, attribute_value(value, texts, document)) for name, value in item.entries), item.complete)


def attribute_value(value: CodeValue, texts: Texts, document: bool) -> Json:
    """One attribute in DynamoDB's form."""
    read = from_code(value, texts)
    if not document and isinstance(read, Fields) and len(read.entries) == 1 and read.entries[0][0] in _TYPES:
        return read
    match read:
        case Words():
            return Fields((("S", read),))
        case Plain(value=bool() as truth):
            return Fields((("BOOL", Plain(truth)),))
        case Plain(value=None):
            return Fields((("NULL", Plain(True)),))
        case Plain(value=number):
            return Fields((("N", Words(str(number))),))
        case _:
            return ANYTHING if read is not MISSING else MISSING


_TYPES = frozenset(("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"))
KEY_ATTRIBUTES = 2
"""An item's key has at most two attributes; they are taken to be the first that are written."""
_FRESH = frozenset(("uuid", "uuid4", "uuid1", "v4", "v1", "randomUUID", "nanoid", "ulid", "randomBytes", "token_hex"))


def _put(item: CodeValue | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """A put whose item carries a fresh identity adds it every time."""
    values = [value for _, value in item.entries] if isinstance(item, Record) else []
    return ("INSERT",) if any(fresh(value) for value in values[:KEY_ATTRIBUTES]) else names


def _updated(key: CodeValue | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """An update of an item that is there changes it; only a fresh key makes a new one every time."""
    values = [value for _, value in key.entries] if isinstance(key, Record) else []
    return names if any(fresh(value) for value in values) else ("MODIFY",)


def fresh(value: CodeValue) -> bool:
    """Whether an expression holds a new identifier in every run."""
    if isinstance(value, Record):
        return any(fresh(inner) for _, inner in value.entries)
    if isinstance(value, Composed):
        return any(fresh(part) for part in value.parts)
    return isinstance(value, Derived) and (bool(set(value.how.split(".")) & _FRESH) or any(map(fresh, value.sources)))


_READERS: dict[str, Callable[[Sending], Iterator[Payload]]] = {
    "queue": _messages,
    "topic": _messages,
    "stream": _messages,
    "delivery_stream": _messages,
    "bus": _events,
    "table": _items,
}
