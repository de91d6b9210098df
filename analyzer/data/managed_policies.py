"""AWS managed policies by name or ARN.

Source: the AWS managed policy reference, through moto. The file is a row of gzip members, so that one look-up unpacks
the index and one block of about fifty policies.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

from analyzer.data.store import read_bytes

FILE = "managed_policies.json.gz"


class _Index(NamedTuple):
    firsts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    packed: bytes


def managed_policy(name_or_arn: str) -> dict[str, Any] | None:
    """The policy document as a fresh JSON object; `None` if AWS has no such policy.

    Accepts `arn:PARTITION:iam::aws:policy/PATH/NAME`, `PATH/NAME` (as CDK's `fromAwsManagedPolicyName` does) and the
    bare name. A path that is written must be the policy's own: a wrong one names no policy.
    """
    path, name = _split(name_or_arn)
    line = _lines_around(name).get(name)
    if line is None:
        return None
    written, _, document = line.partition("\t")
    if path is not None and path != written:
        return None
    return cast(dict[str, Any], json.loads(document))


def managed_policy_names() -> tuple[str, ...]:
    """Every name, in alphabetical order. Unpacks the whole file."""
    blocks = range(len(_index().spans))
    return tuple(name for block in blocks for name in _lines(block))


def _split(text: str) -> tuple[str | None, str]:
    """The IAM path, where one is written, and the name."""
    in_arn = text.startswith("arn:")
    if in_arn:
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[2:5] != ["iam", "", "aws"] or not parts[5].startswith("policy/"):
            return None, ""
        text = parts[5].removeprefix("policy/")
    path, slash, name = text.rpartition("/")
    return (f"/{path}/" if slash else "/" if in_arn else None), name


@cache
def _index() -> _Index:
    import zlib

    unpacker = zlib.decompressobj(31)
    head = json.loads(unpacker.decompress(read_bytes(FILE)))
    blocks = head["blocks"]
    return _Index(
        tuple(first for first, _, _ in blocks),
        tuple((offset, length) for _, offset, length in blocks),
        unpacker.unused_data,
    )


def _lines_around(name: str) -> dict[str, str]:
    block = bisect_right(_index().firsts, name) - 1
    return _lines(block) if block >= 0 else {}


@lru_cache(maxsize=8)
def _lines(block: int) -> dict[str, str]:
    """Name → path, tab, document."""
    import zlib

    index = _index()
    offset, length = index.spans[block]
    text = zlib.decompress(index.packed[offset : offset + length], 31).decode()
    pairs = (line.partition("\t") for line in text.split("\n"))
    return {name: rest for name, _, rest in pairs}
