"""The little that must be known of intrinsic functions to find files: which parts of a text are literal.

Everything else about intrinsic functions belongs to ``analyzer.model``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

HOLE = "\0"
"""Stands for a part of a text that is not literal."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^${}]*)\}")


def skeleton(value: object) -> str:
    """The text of ``value`` with ``HOLE`` for every part that ``Fn::Join`` or ``Fn::Sub`` fills in."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        return HOLE
    (name, argument), *_ = value.items()
    if name == "Fn::Sub":
        text = argument[0] if isinstance(argument, list) and argument else argument
        return _PLACEHOLDER.sub(_filled, text) if isinstance(text, str) else HOLE
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:
        separator, parts = argument
        if isinstance(separator, str) and isinstance(parts, list):
            return separator.join(skeleton(part) for part in parts)
    return HOLE


def _filled(match: re.Match[str]) -> str:
    return f"${{{match[2]}}}" if match[1] else HOLE


def literal_end(value: object) -> str:
    """What stands after the last hole: the object key of an S3 URL, the tag of an image."""
    return skeleton(value).rpartition(HOLE)[2]


def references(value: object) -> Iterator[str]:
    """The name in every ``Ref`` inside ``value``."""
    for name, argument in function_calls(value):
        if name == "Ref" and isinstance(argument, str):
            yield argument


def function_calls(value: object) -> Iterator[tuple[str, Any]]:
    """Name and value of every entry of every mapping inside ``value``."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            yield from part.items()
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)


def is_template(document: object) -> bool:
    """Whether ``document`` is a CloudFormation template: ``Resources``, of which one at least has a type of
    the form ``AWS::S3::Bucket`` or is a macro's, or which a format version or transform goes with."""
    if not isinstance(document, Mapping) or not isinstance(document.get("Resources"), Mapping):
        return False
    if "AWSTemplateFormatVersion" in document or "Transform" in document:
        return True
    return any(
        name.startswith("Fn::") or (isinstance(resource, Mapping) and "::" in str(resource.get("Type", "")))
        for name, resource in document["Resources"].items()
    )
