"""Which findings are waived, by whom and why.

A :class:`Waiver` names a rule id or prefix, a scope and a reason. Where waivers come from is the business of the
collectors (`inline_waivers`); what they hide is decided here. A waiver never removes a finding from a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from analyzer.policy.result import Finding, Waived, WaiverNote


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision to accept a failure.

    ``rule`` is an id or prefix. The scope is the conjunction of what is given: ``stack`` (exact), ``construct``
    (that path and everything beneath it), ``resource`` (glob over logical ids), ``fingerprint`` (the very
    evidence seen when the waiver was written). ``expires`` is the last day on which it holds.
    """

    rule: str
    reason: str
    origin: str
    stack: str | None = None
    construct: str | None = None
    resource: str | None = None
    fingerprint: str | None = None
    owner: str | None = None
    approver: str | None = None
    expires: date | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether the scope takes in ``finding``, whatever the day."""
        return (
            finding.rule_id.startswith(self.rule)
            and self.stack in (None, finding.stack)
            and (self.construct is None or _beneath(finding.construct_path, self.construct))
            and (self.resource is None or fnmatchcase(finding.resource, self.resource))
            and self.fingerprint in (None, finding.fingerprint)
        )

    def holds(self, day: date) -> bool:
        """Whether it has not expired on ``day``."""
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings told apart by waivers, each list in the order of the findings or waivers."""

    open: tuple[Finding, ...]
    waived: tuple[Waived, ...]
    notes: tuple[WaiverNote, ...]


def sort_out(findings: Sequence[Finding], waivers: Sequence[Waiver], *, as_of: date) -> Sorted:
    """Apply ``waivers``; of several that cover a finding the first that holds counts.

    A waiver that covers nothing, or that has expired, is noted.
    """
    in_force = [waiver for waiver in waivers if waiver.holds(as_of)]
    still_open: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        waiver = next((waiver for waiver in in_force if waiver.covers(finding)), None)
        if waiver is None:
            still_open.append(finding)
        else:
            waived.append(_waive(finding, waiver))
    notes = (_note(waiver, findings, as_of) for waiver in waivers)
    return Sorted(tuple(still_open), tuple(waived), tuple(note for note in notes if note is not None))


def _beneath(path: str | None, ancestor: str) -> bool:
    return path is not None and (path == ancestor or path.startswith(f"{ancestor}/"))


def _waive(finding: Finding, waiver: Waiver) -> Waived:
    expires = None if waiver.expires is None else waiver.expires.isoformat()
    return Waived(finding, waiver.reason, waiver.origin, waiver.owner, waiver.approver, expires)


def _note(waiver: Waiver, findings: Sequence[Finding], as_of: date) -> WaiverNote | None:
    covered = sum(waiver.covers(finding) for finding in findings)
    if not waiver.holds(as_of):
        effect = f"{covered} finding{'s' * (covered != 1)} came back" if covered else "it would hide nothing"
        text = f"the waiver of {waiver.rule} expired on {waiver.expires}; {effect}"
        return WaiverNote(waiver.rule, waiver.origin, "expired", text)
    if not covered:
        return WaiverNote(waiver.rule, waiver.origin, "unused", f"the waiver of {waiver.rule} hides nothing")
    return None
