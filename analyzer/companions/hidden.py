"""What a template asks cfn-lint not to tell: ``Metadata.cfn-lint.config.ignore_checks``.

Of the template they are prefixes of ids, of a resource whole ids, as cfn-lint itself reads them.
cloudformation-validate has the same ids and does not look there, so they are applied to it as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.records import dataclass

NO_REASON = "no reason is given"
"""cfn-lint has no place for one."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Ids by logical id, and prefixes of ids that hold for the whole template."""

    everywhere: tuple[str, ...]
    resources: Mapping[str, tuple[str, ...]]

    def hides(self, rule_id: str, logical_id: str) -> bool:
        """Whether a check on ``logical_id`` is not to be told."""
        return bool(self.everywhere and rule_id.startswith(self.everywhere)) or rule_id in self.resources.get(
            logical_id, ()
        )


def ignored_checks(document: Mapping[str, Any]) -> Ignored:
    """What ``document`` asks for; what is malformed there asks for nothing."""
    resources = document.get("Resources")
    held = resources.items() if isinstance(resources, Mapping) else ()
    return Ignored(_ids(document), {str(logical_id): ids for logical_id, each in held if (ids := _ids(each))})


def _ids(holder: object) -> tuple[str, ...]:
    for key in ("Metadata", "cfn-lint", "config", "ignore_checks"):
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return tuple(each for each in holder if isinstance(each, str) and each) if isinstance(holder, list) else ()
