"""DynamoDB tables: key schemas, indexes, stream view and time to live."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from analyzer.model.application import Application
from analyzer.model.node import Node
from analyzer.model.template import Resource
from analyzer.model.value import Known
from analyzer.records import dataclass

TABLE, GLOBAL_TABLE = "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"


@dataclass(frozen=True, slots=True)
class KeySchema:
    """Partition key and, where there is one, sort key, as attribute names."""

    partition: str
    sort: str | None

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes of a whole key."""
        return frozenset({self.partition} | ({self.sort} if self.sort else set()))

    def __str__(self) -> str:
        return f"{self.partition} and {self.sort}" if self.sort else self.partition


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. ``keys`` is None where the schema is not known, ``projection`` likewise."""

    name: str
    is_global: bool
    keys: KeySchema | None
    projection: str | None
    node: Node


class Table:
    """One table of the application."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    @cached_property
    def keys(self) -> KeySchema | None:
        """The table's own key; None where it is not known."""
        return key_schema(self.resource["KeySchema"])

    @cached_property
    def indexes(self) -> tuple[Index, ...]:
        """Global and local secondary indexes; one whose name is not known is called by its number."""
        return tuple(self._indexes())

    def _indexes(self) -> Iterator[Index]:
        for name, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
            for number, item in enumerate(self.resource[name].items(), start=1):
                known, projection = item["IndexName"].known, item["Projection"]["ProjectionType"].known
                kind = str(projection) if projection is not None else None
                called = str(known or f"number {number} of {name}")
                yield Index(called, is_global, key_schema(item["KeySchema"]), kind, item)

    def index(self, name: str) -> Index | None:
        """The index of that name."""
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def stream_view(self) -> Node:
        """``StreamViewType``; missing where the table has no stream."""
        return self.resource["StreamSpecification"]["StreamViewType"]

    @property
    def time_to_live(self) -> Node:
        """``TimeToLiveSpecification``."""
        return self.resource["TimeToLiveSpecification"]


def key_schema(node: Node) -> KeySchema | None:
    """The schema written at a node; None where it is not wholly known."""
    found: dict[str, str] = {}
    for item in node.items():
        name, kind = item["AttributeName"].value, item["KeyType"].value
        if not isinstance(name, Known) or not isinstance(kind, Known):
            return None
        found[str(kind.value)] = str(name.value)
    return KeySchema(found["HASH"], found.get("RANGE")) if "HASH" in found else None


def tables(application: Application) -> dict[Resource, Table]:
    """Every table of the application."""
    return {resource: Table(resource) for resource in application.resources(TABLE, GLOBAL_TABLE)}
