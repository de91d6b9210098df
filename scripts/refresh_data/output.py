"""Deterministic files: the same facts always give the same bytes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Source:
    """A publication that facts were taken from."""

    name: str
    version: str
    licence: str
    url: str


def meta(date: str, sources: list[Source], note: str) -> dict[str, Any]:
    """The head that every data file carries."""
    return {"date": date, "note": note, "sources": [vars(source) for source in sources]}


def write_lines(path: Path, content: Mapping[str, Any]) -> None:
    """JSON with one line for each entry of the second level, so that a refresh has a readable diff."""
    blocks = [f" {_compact(key)}: {_block(value)}" for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n")


def write_compressed(path: Path, content: Mapping[str, Any]) -> None:
    """Compact JSON in one gzip member."""
    path.write_bytes(gzip_member(_compact(content).encode()))


def gzip_member(raw: bytes) -> bytes:
    """`raw` as one gzip member without a time stamp or a file name."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(raw) + packer.flush()


def _block(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{\n" + ",\n".join(f"  {_compact(k)}: {_compact(v)}" for k, v in value.items()) + "\n }"
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"  {_compact(item)}" for item in value) + "\n ]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
