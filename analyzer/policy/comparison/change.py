"""What a comparison says: one change each, in plain data."""

from __future__ import annotations

from enum import StrEnum

from analyzer.judgement import Confidence, Severity
from analyzer.policy.comparison.side import Known, Side
from analyzer.policy.exit_status import ExitStatus
from analyzer.policy.result import Undecided
from analyzer.records import dataclass


class Kind(StrEnum):
    """The sorts of changes, in the order of reports."""

    ADDED = "added"
    WORSENED = "worsened"
    NOT_JUDGED = "no_longer_judged"
    EASED = "eased"
    MENDED = "mended"
    GONE = "gone"


class State(StrEnum):
    """What a rule says of a subject. ``CLEAR``: the rule ran, the subject is there, and nothing is said against it."""

    FAILING = "failing"
    WAIVED = "waived"
    BASELINED = "baselined"
    UNKNOWN = "unknown"
    PASSED = "passed"
    CLEAR = "clear"
    ABSENT = "absent"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Aspect:
    """What changed about a finding that is in both runs: ``severity``, ``confidence`` or ``evidence``. For evidence
    ``before`` are the links that went and ``after`` those that came."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    worse: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``shown`` is the finding or open question to show: the new one where there is one. ``before``
    and ``after`` are what the rule says of the subject, ``why`` says more of the state that is not a finding."""

    kind: Kind
    shown: Known | Undecided
    before: State
    after: State
    why: str = ""
    aspects: tuple[Aspect, ...] = ()

    @property
    def known(self) -> Known | None:
        """The finding; None for an open question."""
        return self.shown if isinstance(self.shown, Known) else None

    @property
    def severity(self) -> Severity:
        """That of the finding; an open question has the least."""
        return self.shown.finding.severity if isinstance(self.shown, Known) else Severity.INFO


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A rule that judged ``subjects`` of the old run as passed, and of which the new one says nothing because of
    ``why``."""

    rule_id: str
    why: str
    subjects: int


@dataclass(frozen=True, slots=True)
class Bar:
    """From which severity and confidence on an added or worsened finding fails the comparison. ``severity`` None:
    never; ``own``: each finding by the gate of its own application in the new run, which is what this tells."""

    severity: Severity | None
    confidence: Confidence
    own: bool = False

    def stops(self, change: Change) -> bool:
        """Whether ``change`` fails the comparison."""
        known = change.known
        if known is None or change.kind not in (Kind.ADDED, Kind.WORSENED) or change.after is not State.FAILING:
            return False
        if self.own:
            return known.blocking
        found = known.finding
        return self.severity is not None and found.severity >= self.severity and found.confidence >= self.confidence


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs. ``changes`` are in the order of kinds, the gravest first; ``unchanged`` counts findings
    that are in both runs as they were, ``still_open`` what neither could decide."""

    old: Side
    new: Side
    bar: Bar
    changes: tuple[Change, ...]
    unchanged: int
    still_open: int
    lapsed: tuple[Lapsed, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def blocking(self) -> tuple[Change, ...]:
        """The changes that fail the comparison."""
        return tuple(change for change in self.changes if self.bar.stops(change))

    @property
    def verdict(self) -> str:
        """``failed``, ``incomplete`` (the new side was not read or evaluated whole: no proof) or ``passed``."""
        if self.blocking:
            return "failed"
        return "incomplete" if self.new.not_evaluated or self.new.problems else "passed"

    @property
    def ungated(self) -> bool:
        """Whether nothing would fail the comparison. An application may have a gate where the run has none; a report
        shows it by what is at or over it."""
        own = self.bar.own and any(known.blocking for known in self.new.known)
        return self.bar.severity is None and not own

    @property
    def exit_code(self) -> ExitStatus:
        """How the comparison ends. What the old side lacks can only make more look added, so it does not count."""
        return ExitStatus.of(incomplete=self.new.not_evaluated, unread=self.new.problems, over=self.blocking)
