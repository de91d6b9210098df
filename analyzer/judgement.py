"""The words in which a rule answers: severity, confidence, verdict, evidence, judgement.

Places are symbolic here (a JSON pointer into a template, a span of code); reports make them concrete.
"""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Protocol

from analyzer.code.place import Place
from analyzer.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.picture.sketch import Sketch


class Severity(IntEnum):
    """How much harm a failure does when deployed; ordered."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word used in reports, options and configuration."""
        return _SEVERITIES[self]


class Confidence(IntEnum):
    """How much inference lies between the input and the finding; ordered.

    CERTAIN follows from the template or code itself, LIKELY needs one inference, POSSIBLE more.
    """

    POSSIBLE = 0
    LIKELY = 1
    CERTAIN = 2

    @property
    def label(self) -> str:
        """The word used in reports, options and configuration."""
        return _CONFIDENCES[self]


# An enumeration member takes long to tell its name, and every finding tells three.
_SEVERITIES = tuple(each.name.lower() for each in Severity)
_CONFIDENCES = tuple(each.name.lower() for each in Confidence)


class Verdict(StrEnum):
    """What a rule says of one subject."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


WORST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
"""In which order verdicts count where only one of several can."""


@dataclass(frozen=True, slots=True, order=True)
class TemplatePlace:
    """A JSON pointer (RFC 6901) into the template of the stack with key ``stack``."""

    stack: str
    pointer: str


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A span of a source file. ``file`` is for people; ``inline`` is the template property that holds the code,
    where it is written in the template itself (lines of ``place`` then count from its first line)."""

    file: str
    place: Place
    inline: TemplatePlace | None = None


AnyPlace = TemplatePlace | CodePlace


@dataclass(frozen=True, slots=True)
class Evidence:
    """One link of the proof. ``kind``: ``property``, ``grant``, ``trigger``, ``write``, ``code``, ``route``,
    ``condition``, ``fact``. ``key`` is its stable text for fingerprints and waivers (default: ``text``)."""

    kind: str
    text: str
    place: AnyPlace | None = None
    key: str | None = None


class Subject(Protocol):
    """Whatever a judgement is about: a resource, parameter, output, template or a thing in source code."""

    @property
    def stack(self) -> str:
        """Key of the stack in its application; the application's name for source code."""

    @property
    def logical_id(self) -> str:
        """The name as the user wrote it."""

    @property
    def type(self) -> str:
        """Resource type, or ``Parameter``, ``Output``, ``Template``, ``Source``."""

    @property
    def place(self) -> AnyPlace:
        """Where it is declared."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule says of one subject.

    FAIL carries ``message`` (one sentence that names the parts), UNKNOWN carries ``needs`` (what would decide it).
    ``place`` is where a person looks first (default: the subject's own). ``severity`` and ``confidence`` refine
    the rule's. ``key`` tells apart several findings on one subject and is part of the fingerprint. ``picture`` shows
    the failure; it is drawn only where a report asks for it.
    """

    verdict: Verdict
    subject: Subject
    message: str = ""
    needs: str = ""
    place: AnyPlace | None = None
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Subject, ...] = ()
    severity: Severity | None = None
    confidence: Confidence = Confidence.CERTAIN
    remediation: str | None = None
    key: str = ""
    picture: Sketch | None = field(default=None, compare=False, repr=False)


def gravest(judgements: Iterable[Judgement]) -> Judgement:
    """Of several judgements on one subject the gravest, the first of equals."""
    return min(judgements, key=lambda judged: WORST_FIRST.index(judged.verdict))
