"""Several questions about one subject, answered by one judgement: the first that fails, the gravest being asked first.

The proof is the property itself, as it is written or that it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.facts.settle import Settled, settle
from analyzer.judgement import AnyPlace, Confidence, Evidence, Judgement, Severity, Subject, Verdict
from analyzer.model.node import Case, Node
from analyzer.model.pointers import unescape
from analyzer.model.value import Absent, Known, Structure, Value
from analyzer.records import dataclass

LONGEST_SHOWN = 80
"""Characters of a value that stand in the proof."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked of a property, and what to say if it fails. ``message`` has no full stop: what selects the failing
    branch is added."""

    settled: Settled
    node: Node
    message: str
    severity: Severity | None = None
    confidence: Confidence = Confidence.CERTAIN


def ask(
    node: Node,
    fails: Callable[[Value], bool | None],
    message: str,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.CERTAIN,
) -> Check:
    """The question whether ``fails`` of any alternative of the property ``node``."""
    return Check(settle(node, fails), node, message, severity, confidence)


def first_failure(
    subject: Subject,
    checks: Iterable[Check],
    *,
    related: Iterable[Subject] = (),
    evidence: tuple[Evidence, ...] = (),
) -> Judgement:
    """The first check that fails; else unknown for the first that cannot be told; else a pass."""
    asked = list(checks)
    failing = next((check for check in asked if check.settled.verdict is Verdict.FAIL), None)
    if failing is not None:
        return _failure(subject, failing, related, evidence)
    undecided = next((check for check in asked if check.settled.verdict is Verdict.UNKNOWN), None)
    if undecided is not None:
        return Judgement(Verdict.UNKNOWN, subject, needs=undecided.settled.needs, place=_place(undecided))
    return Judgement(Verdict.PASS, subject)


def _failure(subject: Subject, check: Check, related: Iterable[Subject], evidence: tuple[Evidence, ...]) -> Judgement:
    place = _place(check)
    return Judgement(
        Verdict.FAIL,
        subject,
        message=f"{check.message}{check.settled.where}{_by_default(check.settled.case)}.",
        place=place,
        evidence=(Evidence("property", written(check.node, check.settled.case), place), *evidence),
        related=tuple(related),
        severity=check.severity,
        confidence=min(check.confidence, check.settled.confidence),
    )


def _by_default(case: Case | None) -> str:
    value = case.value if case is not None else None
    if isinstance(value, Known) and value.by_default and value.origin is not None:
        return f" (by default, parameter {value.origin.parameter})"
    return ""


def _place(check: Check) -> AnyPlace | None:
    """The branch that fails, else the property; None where nothing is written, so that the subject is shown."""
    case = check.settled.case
    if case is not None and case.node:
        return case.node.place
    return check.node.place if check.node else None


def written(node: Node, case: Case | None) -> str:
    """A property as it is written: ``DeletionPolicy is not set``, ``Rule.Mode is GOVERNANCE``."""
    name = property_name((case.node if case else node).pointer)
    if case is None or isinstance(case.value, Absent):
        return f"{name} is not set"
    return f"{name} is set" if isinstance(case.value, Structure) else f"{name} is {_text(case.value)}"


def property_name(pointer: str) -> str:
    """A pointer below ``/Resources/Id`` as people write a property, without the intrinsic functions in between."""
    keys = [unescape(step) for step in pointer.split("/")[3:]]
    named = [key for i, key in enumerate(keys) if not key.startswith("Fn::") and not (i and keys[i - 1] == "Fn::If")]
    return ".".join(named[1:] if named[:1] == ["Properties"] else named)


def _text(value: Value) -> str:
    content = getattr(value, "value", value)
    shown = str(content).lower() if isinstance(content, bool) else str(content)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"
