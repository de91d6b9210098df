"""One side of a comparison: what a run found, and what it looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property

from analyzer.policy.places import SOURCE
from analyzer.policy.result import Finding, Input, InputProblem, JudgedTemplate, NotEvaluated, Undecided, Waived
from analyzer.records import dataclass, replace
from analyzer.registry import tool_of

Home = tuple[str, str]
"""A template by path and stack name; ``("", "")`` for what is written in CDK source and in no template."""

IN_SOURCE: Home = ("", "")

Named = tuple[str, str, str]
"""A subject that a rule judged: rule id, stack name, logical id."""


class Fate(StrEnum):
    """What became of a finding: it counts, or a waiver or the baseline excuses it."""

    FAILING = "failing"
    WAIVED = "waived"
    BASELINED = "baselined"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding and its fate. ``blocking``: it is at or over the gate of its run."""

    finding: Finding
    fate: Fate = Fate.FAILING
    blocking: bool = False
    waived: Waived | None = None

    @property
    def home(self) -> Home:
        """The template that it is about."""
        return IN_SOURCE if self.finding.template is None else (self.finding.template, self.finding.stack)

    @property
    def subject(self) -> Named:
        """What it is about."""
        return self.finding.rule_id, self.finding.stack, self.finding.resource


@dataclass(frozen=True)
class Side:
    """What one run says. ``name`` is how it was called, for people; ``as_of`` the day by which it judged. ``rules`` are
    those that were to judge, ``companions`` those that did run; ``fail_on`` and ``min_confidence`` its gate."""

    name: str
    version: str
    data: Mapping[str, str]
    as_of: str | None
    fail_on: str | None
    min_confidence: str
    rules: frozenset[str]
    inputs: tuple[Input, ...] = ()
    known: tuple[Known, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    passed: frozenset[Named] = field(default_factory=frozenset)
    companions: frozenset[str] = field(default_factory=frozenset)
    not_evaluated: tuple[NotEvaluated, ...] = ()
    problems: tuple[InputProblem, ...] = ()

    def narrowed(self, chosen: Callable[[str], bool]) -> Side:
        """The side as far as it tells of the rules that are ``chosen``."""
        return replace(
            self,
            rules=frozenset(filter(chosen, self.rules)),
            known=tuple(known for known in self.known if chosen(known.finding.rule_id)),
            unknown=tuple(each for each in self.unknown if chosen(each.rule_id)),
            passed=frozenset(subject for subject in self.passed if chosen(subject[0])),
        )

    @cached_property
    def templates(self) -> Mapping[Home, JudgedTemplate]:
        """Every template that was judged."""
        return {(each.path, each.stack): each for given in self.inputs for each in given.templates}

    @cached_property
    def open(self) -> Mapping[Named, str]:
        """What could not be decided, and what would decide it."""
        return {(each.rule_id, each.stack, each.resource): each.needs for each in self.unknown}

    def declares(self, home: Home, name: str, kind: str) -> bool:
        """Whether the template declares something of this name. ``kind``: its resource type, ``Parameter``, ``Output``,
        or ``Template`` for the template itself."""
        template = self.templates.get(home)
        if template is None or kind == "Template":
            return template is not None
        declared = {"Parameter": template.parameters, "Output": template.outputs}.get(kind, template.resources)
        return name in declared

    def mentions(self, home: Home, name: str) -> bool:
        """Whether the template is called so, or declares anything of this name."""
        return name == home[1] or any(self.declares(home, name, kind) for kind in ("", "Parameter", "Output"))

    def silent_about(self, rule_id: str, home: Home | None) -> str | None:
        """Why a rule said nothing of what is in ``home`` (None: of any input), whether or not there is anything to
        say; None where it judged it."""
        broken = next((each for each in self.not_evaluated if each.rule_id in (rule_id, tool_of(rule_id))), None)
        if broken is not None:
            return f"{broken.rule_id} was not evaluated on {broken.application}: {broken.reason}"
        tool = tool_of(rule_id)
        if tool is not None:
            return None if tool in self.companions else f"{tool} did not run"
        if rule_id not in self.rules:
            return "the rule did not run"
        return self._kept_silent(rule_id, home)

    def _kept_silent(self, rule_id: str, home: Home | None) -> str | None:
        for given in self._inputs_of.get(home, ()) if home not in (None, IN_SOURCE) else self.inputs:
            if rule_id in given.not_run:
                return f"the rule did not run on {given.path}"
            if home is not None and (rule_id, home[1]) in given.ignored:
                return f"the configuration ignores the rule in {home[1]}"
        return None

    @cached_property
    def _inputs_of(self) -> Mapping[Home | None, tuple[Input, ...]]:
        found: dict[Home | None, tuple[Input, ...]] = {}
        for given in self.inputs:
            for each in given.templates:
                home = (each.path, each.stack)
                found[home] = (*found.get(home, ()), given)
        return found

    def writes_source(self, finding: Finding) -> bool:
        """Whether a CDK source file called like that of ``finding`` was judged; its folder may be another one."""
        place = finding.location.file if finding.location else ""
        return any(file.rpartition("/")[2] == place.rpartition("/")[2] for given in self.inputs for file in given.files)


def is_source(finding: Finding) -> bool:
    """Whether a finding is about CDK source and no template."""
    return finding.resource_type == SOURCE
