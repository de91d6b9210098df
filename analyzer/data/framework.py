"""What CDK makes by itself: providers of custom resources and their like."""

from __future__ import annotations

from functools import cache, lru_cache

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class FrameworkOwned:
    """One thing CDK adds, and the members of L2 constructs that make it do so (`aws_s3.Bucket.autoDeleteObjects`).

    ``beneath``: it lies beneath the construct that causes it; everything else lies in the stack, one for all causes."""

    name: str
    causes: tuple[str, ...]
    construct_ids: tuple[str, ...]
    logical_id_prefixes: tuple[str, ...]
    logical_id_parts: tuple[str, ...]
    custom_resource_types: tuple[str, ...]
    beneath: bool = False

    def names(self, logical_id: str) -> bool:
        """Whether CDK gives such a logical id to a part of it."""
        parts = any(part in logical_id for part in self.logical_id_parts)
        return parts or logical_id.startswith(self.logical_id_prefixes)


@lru_cache(maxsize=8192)
def framework_owned(
    logical_id: str, resource_type: str | None = None, construct_path: str | None = None
) -> FrameworkOwned | None:
    """Which of CDK's own additions a resource belongs to, by construct path, custom-resource type or logical id."""
    components = construct_path.split("/") if construct_path else ()
    for owned in _all():
        if resource_type in owned.custom_resource_types or owned.names(logical_id):
            return owned
        if any(component.startswith(owned.construct_ids) for component in components):
            return owned
    return None


@cache
def _all() -> tuple[FrameworkOwned, ...]:
    return tuple(
        FrameworkOwned(
            entry["name"],
            tuple(entry["causes"]),
            tuple(entry["construct_ids"]),
            tuple(entry["logical_id_prefixes"]),
            tuple(entry["logical_id_parts"]),
            tuple(entry["custom_resource_types"]),
            entry.get("beneath", False),
        )
        for entry in read_json("framework_owned.json")["owned"]
    )
