"""Which findings are waived, by whom and why.

A :class:`Waiver` names a rule id or prefix, a scope and a reason. Where waivers come from is the business of the
collectors (`inline_waivers`, `configuration`, `central_file`); what they hide is decided here. A waiver never removes a
finding from a report, and one that says which evidence it was written for does not hide a finding with more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import date
from fnmatch import fnmatchcase

from analyzer.policy.path_patterns import covers, matches
from analyzer.policy.result import Finding, Waived
from analyzer.records import dataclass

SCOPES = ("stack", "construct", "resource", "type", "template", "fingerprint")
"""The parts of a scope, in the order in which they are told."""

WARN_DAYS = 14


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision to accept a failure.

    ``rule`` is an id or prefix. The scope is the conjunction of what is given, all globs: ``stack``, ``construct``
    (what it matches and everything beneath), ``resource`` (logical id), ``type``, ``template`` (path relative to the
    folder ``base``), and ``fingerprint`` (one finding exactly). ``evidence`` are the digests of the links of evidence
    that were seen when it was written; None: it is bound to none. ``expires`` is the last day on which it holds.
    ``acknowledged`` is the id of a CDK acknowledgement as it is recorded, without the prefix. ``inline``: whether it is
    written in the input itself.
    """

    rule: str
    reason: str
    origin: str
    stack: str | None = None
    construct: str | None = None
    resource: str | None = None
    type: str | None = None
    template: str | None = None
    fingerprint: str | None = None
    evidence: tuple[str, ...] | None = None
    owner: str | None = None
    approver: str | None = None
    expires: date | None = None
    base: str = "."
    acknowledged: str | None = None
    inline: bool = False

    def covers(self, finding: Finding) -> bool:
        """Whether the scope takes in ``finding``, whatever the day and the evidence."""
        return (
            finding.rule_id.startswith(self.rule)
            and (self.stack is None or matches(self.stack, finding.stack))
            and (self.construct is None or covers(self.construct, finding.construct_path or ""))
            and (self.resource is None or fnmatchcase(finding.resource, self.resource))
            and (self.type is None or fnmatchcase(finding.resource_type, self.type))
            and (self.template is None or self._is_in(file_of(finding)))
            and self.fingerprint in (None, finding.fingerprint)
        )

    def unseen(self, finding: Finding) -> tuple[str, ...]:
        """The evidence of ``finding`` that was not there when the waiver was written, as text."""
        if self.evidence is None:
            return ()
        return tuple(proof.text for proof in finding.evidence if proof.digest not in self.evidence)

    def holds(self, day: date) -> bool:
        """Whether it has not expired on ``day``."""
        return self.expires is None or day <= self.expires

    def reaches(self, stacks: Iterable[tuple[str, str]]) -> bool:
        """Whether one of ``stacks`` (name, path of the template) is in its scope."""
        if self.stack is None and self.template is None:
            return True
        return any(
            (self.stack is None or matches(self.stack, name)) and (self.template is None or self._is_in(template))
            for name, template in stacks
        )

    @property
    def scope(self) -> str:
        """The scope in words; ``everything`` where nothing limits it."""
        parts = [f"{name} {value}" for name in SCOPES if (value := getattr(self, name)) is not None]
        return ", ".join(parts) or "everything"

    def _is_in(self, file: str | None) -> bool:
        return file is not None and covers(self.template or "", relative(file, self.base))


@dataclass(frozen=True, slots=True)
class WaiverPolicy:
    """What waivers must have (``owner``, ``approver``, ``expires``, ``evidence``), which rules (ids or prefixes) cannot
    be waived, whether those written in the input count, and how many days before its end a waiver is spoken of."""

    require: tuple[str, ...] = ()
    non_waivable: tuple[str, ...] = ()
    inline: bool = True
    warn_days: int = WARN_DAYS

    def waivable(self, rule_id: str) -> bool:
        """Whether findings of a rule may be waived at all."""
        return not rule_id.startswith(self.non_waivable or ("\0",))

    def acknowledgeable(self, rule_id: str) -> bool:
        """Whether an acknowledgement in CDK source, which has a reason and nothing else, may waive a rule."""
        return self.inline and not self.require and self.waivable(rule_id)

    def missing(self, waiver: Waiver) -> tuple[str, ...]:
        """What ``waiver`` lacks of what is required."""
        return tuple(name for name in self.require if getattr(waiver, name) is None)

    def joined(self, other: WaiverPolicy) -> WaiverPolicy:
        """Both at once: requirements add up, and a day is warned of as early as either asks."""
        return WaiverPolicy(
            tuple(dict.fromkeys((*self.require, *other.require))),
            tuple(dict.fromkeys((*self.non_waivable, *other.non_waivable))),
            self.inline and other.inline,
            max(self.warn_days, other.warn_days),
        )


@dataclass(frozen=True, slots=True)
class Use:
    """What became of one waiver in one application. ``reached``: whether a stack that was examined is in its scope."""

    waiver: Waiver
    missing: tuple[str, ...] = ()
    covered: tuple[Finding, ...] = ()
    hides: tuple[Finding, ...] = ()
    barred: tuple[Finding, ...] = ()
    outgrown: tuple[Finding, ...] = ()
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings told apart by waivers, each list in the order of the findings or waivers."""

    open: tuple[Finding, ...]
    waived: tuple[Waived, ...]
    uses: tuple[Use, ...]


@dataclass(slots=True)
class _Tally:
    waiver: Waiver
    missing: tuple[str, ...]
    in_force: bool
    covered: list[Finding] = field(default_factory=list)
    hides: list[Finding] = field(default_factory=list)
    barred: list[Finding] = field(default_factory=list)
    outgrown: list[Finding] = field(default_factory=list)

    def takes(self, finding: Finding, policy: WaiverPolicy) -> bool:
        """Whether the waiver may hide ``finding``; that it covers it, or is barred from it, is noted."""
        if not self.waiver.covers(finding):
            return False
        self.covered.append(finding)
        if not self.in_force:
            return False
        if not policy.waivable(finding.rule_id):
            self.barred.append(finding)
            return False
        return not self.waiver.unseen(finding)

    def note_outgrown(self, finding: Finding) -> None:
        """Note that ``finding`` is open, which the waiver would hide if there were no new evidence."""
        if self.in_force and finding in self.covered and finding not in self.barred:
            self.outgrown.append(finding)


def sort_out(
    findings: Sequence[Finding],
    waivers: Sequence[Waiver],
    *,
    as_of: date,
    policy: WaiverPolicy | None = None,
    stacks: Sequence[tuple[str, str]] | None = None,
) -> Sorted:
    """Apply ``waivers``; of several that may hide a finding the first does. ``stacks`` are those that were examined
    (name, path of the template); None: not known."""
    policy = policy or WaiverPolicy()
    tallies = [_tally(waiver, policy, as_of) for waiver in dict.fromkeys(waivers)]
    still_open: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        # Every waiver is asked, so that one that is not needed for this finding is still known to cover it.
        taken = [tally for tally in tallies if tally.takes(finding, policy)]
        if taken:
            taken[0].hides.append(finding)
            waived.append(_waive(finding, taken[0].waiver))
        else:
            still_open.append(finding)
            for tally in tallies:
                tally.note_outgrown(finding)
    return Sorted(tuple(still_open), tuple(waived), tuple(_use(tally, stacks) for tally in tallies))


def relative(file: str, base: str) -> str:
    """``file`` seen from the folder ``base``, both relative to the working directory."""
    return file if base in ("", ".") else posixpath.relpath(file, base)


def file_of(finding: Finding) -> str | None:
    """The file a finding is about: its template, else the source file."""
    if finding.template is not None:
        return finding.template
    return None if finding.location is None else finding.location.file


def _tally(waiver: Waiver, policy: WaiverPolicy, as_of: date) -> _Tally:
    missing = policy.missing(waiver)
    return _Tally(waiver, missing, not missing and waiver.holds(as_of))


def _use(tally: _Tally, stacks: Sequence[tuple[str, str]] | None) -> Use:
    return Use(
        tally.waiver,
        tally.missing,
        tuple(tally.covered),
        tuple(tally.hides),
        tuple(tally.barred),
        tuple(tally.outgrown),
        stacks is None or tally.waiver.reaches(stacks),
    )


def _waive(finding: Finding, waiver: Waiver) -> Waived:
    expires = None if waiver.expires is None else waiver.expires.isoformat()
    return Waived(
        finding,
        waiver.reason,
        waiver.origin,
        waiver.owner,
        waiver.approver,
        expires,
        waiver.acknowledged,
        waiver.inline,
    )
