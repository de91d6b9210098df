"""Which operations put something into a resource that can trigger something else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Write:
    """One operation that writes.

    `kind` names the target (`bucket`, `table`, `queue` …, see `write_kinds`). `parameter` is where the request names
    it: `Bucket`; `StreamName|StreamARN` either; `Entries[].EventBusName` of each element; `RequestItems.*` the keys;
    `None` inside a text or an address. `emits` are S3 event types (`s3:ObjectCreated:Put`) or the `eventName`s of a
    DynamoDB stream record; empty where events have no types.
    """

    kind: str
    client: str
    operation: str
    parameter: str | None
    actions: tuple[str, ...]
    emits: tuple[str, ...]


@cache
def writes() -> tuple[Write, ...]:
    """Every write, by kind."""
    return tuple(
        Write(
            entry["kind"],
            entry["client"],
            entry["operation"],
            entry["parameter"],
            tuple(entry["actions"]),
            tuple(entry["emits"]),
        )
        for entry in read_json("writes.json")["writes"]
    )


@cache
def write_kinds() -> Mapping[str, tuple[str, ...]]:
    """Kind → CloudFormation types; empty for what no template declares (an IoT topic)."""
    return MappingProxyType({kind: tuple(types) for kind, types in read_json("writes.json")["kinds"].items()})


def writes_of(client: str, operation: str) -> Write | None:
    """The write that an operation (in the API's spelling) makes; `None` if it writes to none of the kinds."""
    return _by_operation().get((client, operation))


@cache
def _by_operation() -> Mapping[tuple[str, str], Write]:
    return MappingProxyType({(write.client, write.operation): write for write in writes()})
