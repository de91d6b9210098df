"""One answer from a value's alternatives, by the rule that holds for all rules.

A failing branch of a condition or row of a mapping is a failure, whatever the default (the finding names it, and
is only likely where the parameters' defaults choose another branch). What ``AllowedValues`` merely admits is no
failure unless every allowed value fails. What nobody can know yet is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.judgement import AnyPlace, Confidence, Evidence, Judgement, Severity, Subject, Verdict
from analyzer.model.node import Case, Node
from analyzer.model.value import Absent, Known, Unknown, Value
from analyzer.records import dataclass


@dataclass(frozen=True, slots=True)
class Settled:
    """``case`` is the failing alternative (None unless FAIL), ``needs`` what would decide (UNKNOWN only)."""

    verdict: Verdict
    case: Case | None = None
    needs: str = ""

    @property
    def confidence(self) -> Confidence:
        """CERTAIN, or LIKELY where parameters' defaults choose another alternative."""
        return Confidence.CERTAIN if self.case is None or self.case.likely else Confidence.LIKELY

    @property
    def where(self) -> str:
        """What selects the failing alternative, for the end of a message; empty where nothing does."""
        return self.case.where if self.case is not None else ""

    @property
    def shown(self) -> str:
        """The failing alternative's value for people; empty where nothing is written, or nothing fails."""
        if self.case is None or isinstance(self.case.value, Absent):
            return ""
        return str(self.case.value.value) if isinstance(self.case.value, Known) else str(self.case.value)

    def judgement(
        self,
        subject: Subject,
        message: str,
        *,
        at: AnyPlace | None = None,
        evidence: Iterable[Evidence] = (),
        related: Iterable[Subject] = (),
        severity: Severity | None = None,
        confidence: Confidence = Confidence.CERTAIN,
        key: str = "",
    ) -> Judgement:
        """What it means for ``subject``. ``message`` has no full stop: what selects the failing branch is added."""
        if self.verdict is not Verdict.FAIL:
            return Judgement(self.verdict, subject, needs=self.needs, place=at, key=key)
        return Judgement(
            Verdict.FAIL,
            subject,
            message=f"{message}{self.where}.",
            place=at,
            evidence=tuple(evidence),
            related=tuple(related),
            severity=severity,
            confidence=min(confidence, self.confidence),
            key=key,
        )


def settle(node: Node, fails: Callable[[Value], bool | None]) -> Settled:
    """What ``fails`` says of the node's value: True violated, False not, None cannot be told.

    ``fails`` is asked of every alternative by itself, never of a OneOf; an Absent value is asked of too.
    """
    return settle_cases(node.cases(), lambda case: fails(case.value))


def settle_cases(cases: Iterable[Case], fails: Callable[[Case], bool | None]) -> Settled:
    """As :func:`settle`, for cases from anywhere."""
    answered = [(case, fails(case)) for case in cases]
    failing = [case for case, answer in answered if answer]
    sure = [case for case in failing if not admitted(case)]
    if sure:
        return Settled(Verdict.FAIL, min(sure, key=lambda case: not case.likely))
    undecided = [case for case, answer in answered if answer is None]
    if failing and len(failing) == len(answered):
        return Settled(Verdict.FAIL, failing[0])
    if undecided or failing:
        return Settled(Verdict.UNKNOWN, needs=_needs((undecided or failing)[0]))
    return Settled(Verdict.PASS)


def admitted(case: Case) -> bool:
    """Whether a parameter's ``AllowedValues`` merely admit this alternative."""
    return any(guard.kind == "allowed" for guard in case.guards)


def _needs(case: Case) -> str:
    if isinstance(case.value, Unknown):
        return case.value.needs
    names = [guard.name for guard in case.guards if guard.kind == "allowed"]
    return f"the value of parameter {names[0]}" if names else f"the value of {case.node.pointer}"
