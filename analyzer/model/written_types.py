"""Which resource types the inputs hold, read without understanding them: enough to leave whole rules unimported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.sources.assembly import Application


def written_types(applications: Iterable[Application]) -> frozenset[str] | None:
    """The types in all templates; None where what is written does not tell (a macro adds some, there is source)."""
    found: set[str] = set()
    for application in applications:
        if application.source_root is not None:
            return None
        for stack in application.all_stacks():
            resources = stack.document.get("Resources")
            if "Transform" in stack.document or not isinstance(resources, Mapping) or "Fn::Transform" in resources:
                return None
            found.update(_types(resources))
    return frozenset(found)


def _types(resources: Mapping[str, object]) -> Iterable[str]:
    for raw in resources.values():
        kind = raw.get("Type") if isinstance(raw, Mapping) else None
        if isinstance(kind, str):
            yield kind
