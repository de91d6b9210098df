"""What is done to a parsed template before it is read: SAM and language extensions become plain CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from analyzer.model.pointers import escape
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Expanded:
    """A plain document and where its parts came from.

    ``owners``: generated logical id to the one the user wrote; ``origins``: logical id to the pointer that caused
    it; ``written``: ``id()`` of a container carried over to its pointer in the user's document.
    """

    document: dict[str, Any]
    owners: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


UNDERSTOOD = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"})
"""The macros that are expanded here or whose functions are resolved."""

Read = Callable[[str], Any]

FOR_EACH = "Fn::ForEach::"
"""Begins the keys of loops; here, so that nobody needs :mod:`analyzer.model.foreach` to know one."""


def expand(document: dict[str, Any], given: Mapping[str, str], read: Read) -> Expanded:
    """The document without macros that are understood; itself where it has none.

    ``given`` are the stack's parameter values, ``read`` answers the parsed content of a file beside the template
    (None where there is none).
    """
    expanded = _macros(document, given, read) if document.get("Transform") is not None else Expanded(document)
    return _api_bodies(expanded) if any(_has_body(raw) for raw in _resources(expanded.document)) else expanded


def _macros(document: dict[str, Any], given: Mapping[str, str], read: Read) -> Expanded:
    """Loops first, as CloudFormation does whatever the order in which transforms are written; then SAM."""
    from analyzer.model import foreach, sam

    before = Expanded(document, notes=tuple(map(_unknown, sorted({*map(str, sam.transforms(document))} - UNDERSTOOD))))
    if foreach.has_loops(document):
        unrolled = foreach.unroll(document, given)
        before = Expanded(unrolled.document, written=unrolled.written, notes=before.notes + unrolled.notes)
    if not sam.is_sam(document):
        return before
    found = sam.expand(before.document, given, read)
    written = before.written or _pointers(document)
    return Expanded(found.document, found.owners, found.origins, written, before.notes + found.notes)


def _unknown(macro: str) -> str:
    return f"/Transform: the macro {macro} is not run here, so what it changes is not judged"


def _api_bodies(before: Expanded) -> Expanded:
    """The methods, routes and authorizers that OpenAPI bodies stand for, as resources."""
    from analyzer.model.openapi_apis import expand_apis

    found = expand_apis(before.document)
    return Expanded(
        found.document,
        {**before.owners, **found.owners},
        {**before.origins, **found.origins},
        before.written or _pointers(before.document),
        before.notes + found.notes,
    )


def _resources(document: Mapping[str, Any]) -> Iterable[Any]:
    resources = document.get("Resources")
    return resources.values() if isinstance(resources, Mapping) else ()


def _has_body(raw: Any) -> bool:
    if not isinstance(raw, Mapping) or raw.get("Type") not in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        return False
    properties = raw.get("Properties")
    return isinstance(properties, Mapping) and "Body" in properties


def _pointers(document: Mapping[str, Any]) -> dict[int, str]:
    """The pointer of every container of the document, by identity."""
    found: dict[int, str] = {}
    pending: list[tuple[Any, str]] = [(document, "")]
    while pending:
        raw, pointer = pending.pop()
        if id(raw) in found:
            continue
        found[id(raw)] = pointer
        children = raw.items() if isinstance(raw, dict) else enumerate(raw)
        for key, child in children:
            if isinstance(child, dict | list):
                pending.append((child, f"{pointer}/{escape(key)}"))
    return found
