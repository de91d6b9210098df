"""The public API of a rule author.

    RULE = Rule(id="FM0701", slug="event-loop", failure_mode=7, severity=Severity.CRITICAL, documented=Severity.HIGH)

    @RULE.check
    def check(query: Query) -> Iterator[Judgement]:
        for loop in query.events.loops():
            yield fail(loop.function, "…", evidence=loop.proof())

The module's docstring is the rule's documentation: a title line and the sections ``What it checks``, ``Why it
fails``, ``Fix``, ``Limits``, ``References``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.judgement import AnyPlace as AnyPlace
from analyzer.judgement import CodePlace as CodePlace
from analyzer.judgement import Confidence as Confidence
from analyzer.judgement import Evidence as Evidence
from analyzer.judgement import Judgement as Judgement
from analyzer.judgement import Severity as Severity
from analyzer.judgement import Subject as Subject
from analyzer.judgement import TemplatePlace as TemplatePlace
from analyzer.judgement import Verdict as Verdict
from analyzer.picture.sketch import Sketch as Sketch
from analyzer.query import Query as Query
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.picture.graph import Picture

Check = Callable[[Query], Iterator[Judgement]]


@dataclass(frozen=True, eq=False)
class Rule:
    """One failure that can be proved or ruled out.

    ``severity`` is by real impact and may be refined by a judgement; ``documented`` is the grade the failure
    document gave its section. ``controls`` adds to the dated control data (``framework:id``). ``source`` rules judge
    CDK source and also run where there is no template.
    """

    id: str
    slug: str
    failure_mode: int
    severity: Severity
    documented: Severity
    controls: tuple[str, ...] = ()
    since: str = "0.1"
    source: bool = False
    module: str = field(default="", compare=False)
    _check: list[Check] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "module", self.module or sys._getframe(2).f_globals["__name__"])

    def check(self, function: Check) -> Check:
        """Decorator: ``function`` judges every subject of this rule."""
        if self._check:
            raise ValueError(f"{self.id} has two checks")
        self._check.append(function)
        return function

    def run(self, query: Query) -> Iterator[Judgement]:
        """The judgements of this rule on one application."""
        return self._check[0](query)

    @property
    def documentation(self) -> str:
        """The module's docstring, Markdown."""
        return sys.modules[self.module].__doc__ or ""

    @cached_property
    def title(self) -> str:
        """The first line of the documentation, without its full stop."""
        return self.documentation.strip().partition("\n")[0].rstrip(".")

    def section(self, name: str) -> str:
        """The text under ``## name`` of the documentation; empty where there is no such section."""
        _, _, after = self.documentation.partition(f"## {name}\n")
        return after.partition("\n## ")[0].strip()

    @cached_property
    def remedy(self) -> str:
        """The first paragraph of ``Fix`` on one line; empty where the section begins with code or a list."""
        return first_paragraph(self.section("Fix"))

    @cached_property
    def references(self) -> tuple[str, ...]:
        """The links of the documentation's last section."""
        lines = self.section("References").splitlines()
        return tuple(line.removeprefix("- ").strip() for line in lines if line.startswith("- "))


def first_paragraph(text: str) -> str:
    """The first paragraph of Markdown prose on one line; empty where the text begins with code or a list."""
    paragraph = text.strip().partition("\n\n")[0]
    if paragraph.startswith(("```", "- ", "* ", "|", "#")):
        return ""
    return " ".join(paragraph.split())


def fail(
    subject: Subject,
    message: str,
    *,
    at: AnyPlace | None = None,
    evidence: Iterable[Evidence] = (),
    related: Iterable[Subject] = (),
    severity: Severity | None = None,
    confidence: Confidence = Confidence.CERTAIN,
    remediation: str | None = None,
    key: str = "",
    picture: Callable[[], Picture] | None = None,
) -> Judgement:
    """The subject fails: ``message`` is one sentence that names the parts, ``at`` where a person looks first.

    ``picture`` draws what fails; it is called only for reports with pictures.
    """
    return Judgement(
        Verdict.FAIL,
        subject,
        message=message,
        place=at,
        evidence=tuple(evidence),
        related=tuple(related),
        severity=severity,
        confidence=confidence,
        remediation=remediation,
        key=key,
        picture=Sketch(picture) if picture else None,
    )


def unknown(subject: Subject, needs: str, *, at: AnyPlace | None = None, key: str = "") -> Judgement:
    """It cannot be told: ``needs`` says what would decide it, for example ``the value of parameter SubnetIds``."""
    return Judgement(Verdict.UNKNOWN, subject, needs=needs, place=at, key=key)


def passed(subject: Subject) -> Judgement:
    """The subject was examined and does not fail."""
    return Judgement(Verdict.PASS, subject)
