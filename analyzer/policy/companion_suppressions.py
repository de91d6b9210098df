"""What templates hide from tools that are not run here: the ``Metadata`` of cfn_nag and cdk-nag.

It counts for the checks of companions that mean the same, which the data tell; never for a rule of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.data.companions import hides

TOOLS = ("cfn_nag", "cdk_nag")

NO_REASON = "no reason is given"


def suppressions(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(check of a companion, logical id) -> reason."""
    resources = document.get("Resources")
    held = resources.items() if isinstance(resources, Mapping) else ()
    return {
        (check, str(logical_id)): reason
        for logical_id, resource in held
        for suppression, reason in _of(resource)
        for check in hides().get(suppression, ())
    }


def _of(resource: object) -> Iterator[tuple[str, str]]:
    metadata = resource.get("Metadata") if isinstance(resource, Mapping) else None
    for tool in TOOLS:
        block = metadata.get(tool) if isinstance(metadata, Mapping) else None
        rules = block.get("rules_to_suppress") if isinstance(block, Mapping) else None
        for rule in rules if isinstance(rules, list) else ():
            if isinstance(rule, Mapping) and isinstance(rule.get("id"), str):
                reason = rule.get("reason")
                told = " ".join(reason.split()) if isinstance(reason, str) else ""
                yield f"{tool}:{rule['id']}", f"{told or NO_REASON} ({tool} {rule['id']})"
