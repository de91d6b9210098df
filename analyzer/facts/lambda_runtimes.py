"""Where a Lambda runtime stands on a given day.

Source: the dated table of :mod:`analyzer.data.runtime_dates` (AWS Lambda Developer Guide, "Lambda runtimes").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import IntEnum
from typing import Final

from analyzer.data.runtime_dates import Runtime, runtimes
from analyzer.facts.settle import Settled, settle_cases
from analyzer.judgement import Confidence, Verdict
from analyzer.model.node import Case
from analyzer.model.value import Known
from analyzer.records import dataclass, replace

_REGION: Final = "AWS::Region"


class Stage(IntEnum):
    """What AWS still does for a runtime; ordered."""

    SUPPORTED = 0
    DEPRECATED = 1
    NO_CREATE = 2
    NO_UPDATE = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A runtime and its stage; ``stage`` is None where no date is known."""

    name: str
    stage: Stage | None
    runtime: Runtime | None = None

    @property
    def text(self) -> str:
        """What the stage means, as the rest of a sentence about the runtime."""
        if self.runtime is None or not self.stage:
            return "is supported"
        ended = f"is out of support since {self.runtime.deprecated}"
        if self.stage is Stage.NO_CREATE:
            return f"{ended} and no function can be created with it since {self.runtime.block_create}"
        if self.stage is Stage.NO_UPDATE:
            return f"{ended} and no function can be created or updated with it since {self.runtime.block_update}"
        return ended

    @property
    def successor(self) -> str:
        """The runtime to move to; empty where none is named."""
        return (self.runtime.successor if self.runtime else None) or ""


def standing(name: str, day: date) -> Standing:
    """Where the runtime ``name`` stands on ``day``."""
    runtime = runtimes().get(name)
    if runtime is None or runtime.deprecated is None:
        return Standing(name, None)
    reached = [Stage.SUPPORTED]
    reached += [Stage.DEPRECATED] if runtime.deprecated <= day else []
    reached += [Stage.NO_CREATE] if runtime.block_create and runtime.block_create <= day else []
    reached += [Stage.NO_UPDATE] if runtime.block_update and runtime.block_update <= day else []
    return Standing(name, max(reached), runtime)


@dataclass(frozen=True, slots=True)
class Outlived:
    """FAIL where a runtime that may be chosen is out of support on the day, and which."""

    settled: Settled
    standing: Standing
    confidence: Confidence = Confidence.CERTAIN

    @property
    def name(self) -> str:
        """The runtime, with what chooses it where that is only a parameter's default."""
        value = self.settled.case.value if self.settled.case is not None else None
        chosen = " by default" if isinstance(value, Known) and value.by_default else ""
        return f"{self.standing.name}{chosen}"


def outlived(cases: Iterable[Case], day: date) -> Outlived:
    """Every runtime that a template may choose. One that only another Region would get is a possible failure."""
    found = [(case, _standing(case, day)) for case in cases]
    answers = {id(case): None if one.stage is None else one.stage > Stage.SUPPORTED for case, one in found}
    worst_first = sorted(found, key=lambda pair: -(pair[1].stage or 0))
    settled = settle_cases([case for case, _ in worst_first], lambda case: answers[id(case)])
    if settled.verdict is Verdict.UNKNOWN:
        unknown = next((one.name for case, one in found if one.stage is None and isinstance(case.value, Known)), "")
        needs = f"the support dates of {unknown}" if unknown else settled.needs
        return Outlived(replace(settled, needs=needs), Standing("", None))
    failing = next((one for case, one in found if case is settled.case), Standing("", Stage.SUPPORTED))
    return Outlived(settled, failing, _confidence(settled))


def _standing(case: Case, day: date) -> Standing:
    return standing(str(case.value.value), day) if isinstance(case.value, Known) else Standing("", None)


def _confidence(settled: Settled) -> Confidence:
    guards = settled.case.guards if settled.case is not None else ()
    return Confidence.POSSIBLE if any(guard.name == _REGION for guard in guards) else Confidence.CERTAIN
