"""Known ways from some permissions to more."""

from __future__ import annotations

from functools import cache

from analyzer.data.store import read_json
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class EscalationPath:
    """One way. Every group of `requires` must be allowed, of a group any one action suffices.

    `kind`: `self` (widens the caller), `other-principal`, `new-workload`, `existing-workload`. `pass_role_to` is the
    service that `iam:PassRole` must be able to pass a role to; `None` where no role is passed.
    """

    id: str
    kind: str
    requires: tuple[tuple[str, ...], ...]
    pass_role_to: str | None
    explanation: str
    source: str


@cache
def escalation_paths() -> tuple[EscalationPath, ...]:
    """Every known path, from the public literature."""
    return tuple(
        EscalationPath(
            entry["id"],
            entry["kind"],
            tuple(tuple(group) for group in entry["requires"]),
            entry["pass_role_to"],
            entry["explanation"],
            entry["source"],
        )
        for entry in read_json("privilege_escalation.json")["paths"]
    )


@cache
def required_actions() -> frozenset[str]:
    """Every action that some path requires."""
    return frozenset(action for path in escalation_paths() for group in path.requires for action in group)
