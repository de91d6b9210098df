"""Resource types and settings that AWS has withdrawn or replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Superseded:
    """Types of one service: `ended` (withdrawn), `closed` (to whoever came later) or `superseded`; `since` is `None`
    where AWS names no date. A type that ends in `::` stands for every type below it."""

    types: tuple[str, ...]
    service: str
    status: str
    since: date | None
    successor: str
    url: str


@cache
def superseded_types() -> tuple[Superseded, ...]:
    """Every group of types, in the order of the data."""
    return tuple(
        Superseded(
            tuple(entry["types"]),
            entry["service"],
            entry["status"],
            None if entry["since"] is None else date.fromisoformat(entry["since"]),
            entry["successor"],
            entry["url"],
        )
        for entry in _content()["types"]
    )


@lru_cache(maxsize=4096)
def superseded(resource_type: str) -> Superseded | None:
    """The group that a resource type belongs to; `None` for types that are current."""
    return next((group for group in superseded_types() if _belongs(resource_type, group)), None)


@cache
def old_tls() -> Mapping[str, frozenset[str]]:
    """Resource type → names of the security policies and versions of its own that let TLS before 1.2 in."""
    return MappingProxyType({name: frozenset(values) for name, values in _content()["tls"].items()})


@cache
def old_volume_types() -> frozenset[str]:
    """EBS volume types of a previous generation."""
    return frozenset(_content()["volume_types"])


def _belongs(resource_type: str, group: Superseded) -> bool:
    return any(resource_type.startswith(name) if name.endswith("::") else resource_type == name for name in group.types)


def _content() -> dict[str, Any]:
    return read_json("superseded.json")
