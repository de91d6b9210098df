"""What is done to a parsed template before it is read: SAM and language extensions become plain CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


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


Read = Callable[[str], Any]


def expand(document: dict[str, Any], given: Mapping[str, str], read: Read) -> Expanded:
    """The document without macros that are understood; itself where it has none.

    ``given`` are the stack's parameter values, ``read`` answers the parsed content of a file beside the template
    (None where there is none).
    """
    transform = document.get("Transform")
    if transform is None:
        return Expanded(document)
    from analyzer.model import sam

    if not sam.is_sam(document):
        return Expanded(document)
    expansion = sam.expand(document, given, read)
    return Expanded(expansion.document, expansion.owners, expansion.origins, _pointers(document), expansion.notes)


def _pointers(document: Mapping[str, Any]) -> dict[int, str]:
    """The pointer of every container of the document, by identity."""
    found: dict[int, str] = {}
    pending: list[tuple[Any, str]] = [(document, "")]
    while pending:
        raw, pointer = pending.pop()
        if id(raw) in found or not isinstance(raw, dict | list):
            continue
        found[id(raw)] = pointer
        children = raw.items() if isinstance(raw, dict) else enumerate(raw)
        for key, child in children:
            name = str(key).replace("~", "~0").replace("/", "~1")
            pending.append((child, f"{pointer}/{name}"))
    return found
