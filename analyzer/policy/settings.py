"""What a run was asked to do with an application, apart from the application and the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from analyzer.judgement import Severity
from analyzer.policy.path_patterns import covers, matches
from analyzer.policy.result import Gate
from analyzer.policy.waivers import Waiver, WaiverPolicy, relative
from analyzer.records import dataclass
from analyzer.registry import tool_of

if TYPE_CHECKING:
    from analyzer.companions.report import Report
    from analyzer.policy.baseline import Baseline

EVERY_RULE = ""
"""The prefix of every rule id."""


DEFAULT_RULE_SECONDS = 60.0
"""Far more than a rule takes of any application that people write."""


class Profile(StrEnum):
    """Whose severities are in force: the rules' own, by real impact, or those of the failure document."""

    DEFAULT = "default"
    DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True)
class Override:
    """What holds for a part of an application: the stacks whose name matches ``stack``, or the templates whose path,
    seen from the folder ``base``, matches ``path``. Rule ids may be prefixes."""

    stack: str | None = None
    path: str | None = None
    base: str = "."
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def holds_for(self, stack: str, file: str | None) -> bool:
        """Whether it speaks of what is in ``stack`` and ``file`` (relative to the working directory)."""
        if self.stack is not None and not matches(self.stack, stack):
            return False
        return self.path is None or (file is not None and covers(self.path, relative(file, self.base)))


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who vouches for something that cannot be seen in the input, why, and where that is written."""

    owner: str
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """``as_of`` is the day on which dated facts and waivers are judged. ``rule_seconds`` bounds one rule on one
    application. ``rule_settings`` is handed to the rules as it is. ``select`` (empty: all) and ``ignore`` are rule ids
    or prefixes in canonical form; of ``overrides`` a later one wins. ``attestation`` is what ``rule_settings`` rest on
    where a rule passes something because of them. ``frameworks`` (keys; empty: all) are those whose controls reports
    show, and where ``narrowed_to`` names any, only rules that bear on one of these are chosen. ``companions`` are what
    other analyzers said of the application's templates: it is kept here as it goes wherever that is judged. Without
    ``pictures`` nobody looks at those of findings, and what draws them is not kept, nor drawn for another process."""

    as_of: date
    profile: Profile = Profile.DEFAULT
    gate: Gate = field(default_factory=Gate)
    inline_waivers: bool = True
    rule_seconds: float = DEFAULT_RULE_SECONDS
    rule_settings: Mapping[str, Any] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waiver_policy: WaiverPolicy = field(default_factory=WaiverPolicy)
    attestation: Attestation | None = None
    frameworks: tuple[str, ...] = ()
    narrowed_to: tuple[str, ...] = ()
    baseline: Baseline | None = None
    companions: tuple[Report, ...] = ()
    pictures: bool = True

    def chosen(self, rule_id: str, controls: Iterable[str] = ()) -> bool:
        """Whether a rule is to judge the application; ``controls`` (``framework:id``) are those it names itself.

        ``select`` narrows our rules and those of each companion by themselves: it leaves those alone of which it names
        none."""
        if not (self.select or self.ignore or self.narrowed_to):
            return True
        tool = tool_of(rule_id)
        wanted = tuple(prefix for prefix in self.select if tool_of(prefix) == tool)
        selected = (not wanted or rule_id.startswith(wanted)) and not _begins(rule_id, self.ignore)
        return selected and (not self.narrowed_to or self._bears_on(rule_id, controls))

    def _bears_on(self, rule_id: str, controls: Iterable[str]) -> bool:
        from analyzer.data.controls import bears_on

        named = (control.partition(":")[0] for control in controls)
        return any(name in self.narrowed_to for name in named) or bears_on(rule_id, self.narrowed_to)

    def ignored(self, rule_id: str, stack: str, file: str | None) -> bool:
        """Whether a rule that judges the application is to say nothing of this part of it."""
        return any(_begins(rule_id, override.ignore) and override.holds_for(stack, file) for override in self.overrides)

    def severity(self, rule_id: str, stack: str, file: str | None) -> Severity | None:
        """The severity that the configuration gives a rule there; None where it gives none."""
        for override in reversed(self.overrides):
            found = _longest(rule_id, override.severities)
            if found is not None and override.holds_for(stack, file):
                return found
        return _longest(rule_id, self.severities)

    def stack_parameters(self, stacks: Iterable[str]) -> dict[str, dict[str, str]]:
        """The parameter values of each of ``stacks``, those for all of them included."""
        return {
            stack: {
                **self.parameters,
                **{
                    name: value
                    for override in self.overrides
                    if override.stack is not None and matches(override.stack, stack)
                    for name, value in override.parameters.items()
                },
            }
            for stack in stacks
        }


def _begins(rule_id: str, prefixes: tuple[str, ...]) -> bool:
    return bool(prefixes) and rule_id.startswith(prefixes)


def _longest(rule_id: str, severities: Mapping[str, Severity]) -> Severity | None:
    prefixes = [prefix for prefix in severities if rule_id.startswith(prefix)]
    return severities[max(prefixes, key=len)] if prefixes else None
