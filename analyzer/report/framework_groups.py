"""Findings on what CDK adds by itself, in one group for each cause: nobody wrote these resources, so what a reader can
change is the construct that makes CDK add them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzer.policy.result import Finding, FrameworkCause

MOST_CONSTRUCTS = 4


class Group(NamedTuple):
    """The findings of one stack that have one cause, in the order of the result."""

    stack: str
    cause: FrameworkCause
    findings: Sequence[Finding]

    @property
    def heading(self) -> str:
        """``CDK adds log-retention because of aws_logs.LogRetention on Site/Logs``."""
        return f"CDK adds {self.cause.name} because of {reason(self.cause)}"


def apart(findings: Iterable[Finding]) -> tuple[list[Finding], list[Group]]:
    """The findings on what somebody wrote, and the others in groups, each list in the order of ``findings``."""
    own: list[Finding] = []
    groups: dict[tuple[str, FrameworkCause], list[Finding]] = {}
    for finding in findings:
        if finding.framework is None:
            own.append(finding)
        else:
            groups.setdefault((finding.stack, finding.framework), []).append(finding)
    return own, [Group(stack, cause, found) for (stack, cause), found in groups.items()]


def reason(cause: FrameworkCause) -> str:
    """What makes CDK add it: any of these members, of these constructs where they are known."""
    members = " or ".join(cause.causes)
    if not cause.on:
        return members
    more = len(cause.on) - MOST_CONSTRUCTS
    named = [*cause.on[:MOST_CONSTRUCTS], *([f"{more} more"] if more > 0 else [])]
    *others, last = named
    return f"{members} on {', '.join(others)} and {last}" if others else f"{members} on {last}"
