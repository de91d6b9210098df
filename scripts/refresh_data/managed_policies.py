"""`managed_policies.json.gz`: the current document of every AWS managed policy.

The file is several gzip members, so that one look-up decodes one block: the first member is the index
(JSON, `blocks` = `[first name, offset after the index, length]`), each further one holds lines of
`name TAB path TAB document`, ordered by name.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from .inputs import Inputs
from .output import Source, gzip_member, meta

BLOCK_CHARACTERS = 48_000


def write(inputs: Inputs, date: str, path: Path) -> None:
    """Writes the index member and its blocks."""
    blocks = _blocks(_policies(inputs))
    packed = [gzip_member("\n".join(lines).encode()) for lines in blocks]
    index, offset = [], 0
    for lines, block in zip(blocks, packed, strict=True):
        index.append([lines[0].split("\t", 1)[0], offset, len(block)])
        offset += len(block)
    head = {"meta": _meta(inputs, date), "blocks": index}
    raw = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip_member(raw.encode()) + b"".join(packed))


def _policies(inputs: Inputs) -> dict[str, tuple[str, Any]]:
    """Name → (IAM path, document)."""
    text = (inputs.package("moto") / "iam/aws_managed_policies.py").read_text()
    module = ast.parse(text)
    literal = next(
        node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    )
    found: dict[str, Any] = json.loads(str(literal))
    return {name: (found[name]["Path"], found[name]["Document"]) for name in sorted(found)}


def _blocks(policies: dict[str, tuple[str, Any]]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    size = 0
    for name, (path, document) in policies.items():
        line = f"{name}\t{path}\t{json.dumps(document, separators=(',', ':'))}"
        if size and size + len(line) > BLOCK_CHARACTERS:
            blocks.append([])
            size = 0
        blocks[-1].append(line)
        size += len(line)
    return blocks


def _meta(inputs: Inputs, date: str) -> dict[str, Any]:
    source = Source("moto", inputs.version("moto"), "Apache-2.0", "https://github.com/getmoto/moto")
    original = Source(
        "AWS managed policy reference",
        "as published by moto",
        "AWS documentation (policy documents)",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html",
    )
    return meta(date, [source, original], "The default version of each policy on that date.")
