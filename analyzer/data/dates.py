"""Which day the facts are true for, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from analyzer.data.store import read_bytes, read_json


@cache
def data_dates() -> Mapping[str, str]:
    """Data set → date (`YYYY-MM-DD`), from a manifest of a few hundred bytes: no data file is opened."""
    return MappingProxyType({name: str(day) for name, day in read_json("manifest.json").items()})


def data_sources(name: str) -> tuple[Mapping[str, str], ...]:
    """Name, version, licence and url of everything a data set was taken from; `KeyError` if there is no such set."""
    meta = _meta(name)
    return tuple(MappingProxyType(dict(source)) for source in meta["sources"])


def _meta(name: str) -> dict[str, Any]:
    if name not in data_dates():
        raise KeyError(name)
    try:
        content = read_json(f"{name}.json")
    except FileNotFoundError:
        content = _first_member(f"{name}.json.gz")
    found: dict[str, Any] = content["meta"]
    return found


def _first_member(name: str) -> dict[str, Any]:
    import json
    import zlib

    found: dict[str, Any] = json.loads(zlib.decompressobj(31).decompress(read_bytes(name)))
    return found
