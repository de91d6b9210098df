"""Lambda runtimes and their dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Runtime:
    """One runtime identifier. A date is `None` where AWS names none; without `deprecated` its support is not known."""

    name: str
    family: str
    deprecated: date | None
    block_create: date | None
    block_update: date | None
    successor: str | None


@cache
def runtimes() -> Mapping[str, Runtime]:
    """Identifier → runtime. An identifier that is missing is not known, which does not mean unsupported."""
    found = {
        name: Runtime(
            name,
            entry["family"],
            _date(entry["deprecated"]),
            _date(entry["block_create"]),
            _date(entry["block_update"]),
            entry["successor"],
        )
        for name, entry in read_json("runtimes.json")["runtimes"].items()
    }
    return MappingProxyType(found)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
