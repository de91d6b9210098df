"""Makes findings of what companions remark, and one finding of two that mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.companions.report import Remark, Report
from analyzer.data import companions as data
from analyzer.judgement import Confidence, Severity, TemplatePlace
from analyzer.policy.companion_suppressions import suppressions
from analyzer.policy.fingerprint import fingerprint, within
from analyzer.policy.path_patterns import literal
from analyzer.policy.places import Places
from analyzer.policy.result import Companion, Finding, Location, NotEvaluated, Result, RuleInfo
from analyzer.policy.waivers import Waiver
from analyzer.records import dataclass, replace
from analyzer.registry import tool_of

if TYPE_CHECKING:
    from analyzer.policy.settings import Settings
    from analyzer.sources.assembly import StackSource

EVERYTHING = "every application"
"""What was not evaluated where a companion did not run at all."""

MOST_SLUG = 60

_TYPES = {"Parameters": "Parameter", "Outputs": "Output"}


@dataclass(frozen=True, slots=True)
class _Subject:
    stack: str
    logical_id: str
    type: str
    place: TemplatePlace


def join(
    own: Iterable[Finding],
    stacks: Mapping[str, StackSource],
    places: Places,
    settings: Settings,
) -> tuple[list[Finding], tuple[Waiver, ...]]:
    """``own`` findings and those of companions in ``stacks``, with the waivers that come from what the templates keep
    the companions from telling. Those are not merged: to hide a companion's check never hides a finding of ours."""
    plain: list[Finding] = []
    hidden: list[tuple[Finding, str]] = []
    for found, reason in _foreign(stacks, places, settings):
        if reason is None or not settings.inline_waivers:
            plain.append(found)
        else:
            hidden.append((found, reason))
    return [*merge(own, plain), *(found for found, _ in hidden)], tuple(_waiver(*each) for each in hidden)


def merge(own: Iterable[Finding], others: Iterable[Finding]) -> list[Finding]:
    """``own`` and ``others``, where two that say the same of the same resource are one: ours, else that of the
    companion whose ids the other has. The id of the one that is gone is kept in ``aliases``."""
    merged: dict[tuple[str, str], list[Finding]] = {}
    for found in own:
        merged.setdefault((found.stack, found.resource), []).append(found)
    for other in others:
        there = merged.setdefault((other.stack, other.resource), [])
        index = _counterpart(other, there)
        if index is None:
            there.append(other)
        else:
            aliases = dict.fromkeys((*there[index].aliases, other.rule_id))
            there[index] = replace(there[index], aliases=tuple(aliases))
    return [found for there in merged.values() for found in there]


def told(result: Result, reports: Sequence[Report]) -> Result:
    """``result`` with which companions ran, and what they did not examine."""
    findings = (*result.findings, *result.baselined, *(waived.finding for waived in result.waived))
    failed = tuple(
        NotEvaluated(report.tool, trouble.template or EVERYTHING, trouble.reason)
        for report in reports
        for trouble in report.troubles
    )
    companions = tuple(
        Companion(report.tool, report.version, report.templates, _rules(report.tool, findings)) for report in reports
    )
    return replace(result, companions=companions, not_evaluated=(*result.not_evaluated, *failed))


def _rules(tool: str, findings: Iterable[Finding]) -> tuple[RuleInfo, ...]:
    """The checks of a companion that found something, each as grave as the gravest it found."""
    gravest: dict[str, Finding] = {}
    for found in findings:
        known = gravest.get(found.rule_id)
        if found.tool == tool and (known is None or known.severity < found.severity):
            gravest[found.rule_id] = found
    return tuple(_rule(found) for _, found in sorted(gravest.items()))


def _foreign(
    stacks: Mapping[str, StackSource], places: Places, settings: Settings
) -> Iterator[tuple[Finding, str | None]]:
    """The findings of companions, each with the reason for which the template hides it; None: it does not."""
    by_template: dict[str, list[tuple[str, Remark]]] = {}
    for report in settings.companions:
        for remark in report.remarks:
            by_template.setdefault(remark.template, []).append((report.tool, remark))
    for key, stack in stacks.items():
        suppressed = suppressions(stack.document)
        for tool, remark in by_template.get(stack.path, ()):
            found = _finding(tool, remark, key, stack, places, settings)
            if found is not None:
                reason = suppressed.get((_family(found.rule_id), remark.logical_id)) or remark.hidden
                yield found, reason


def _waiver(found: Finding, reason: str) -> Waiver:
    origin = f"Metadata of {found.resource} in {found.template}"
    return Waiver(found.rule_id, reason, origin, stack=literal(found.stack), fingerprint=found.fingerprint)


def _finding(
    tool: str, remark: Remark, key: str, stack: StackSource, places: Places, settings: Settings
) -> Finding | None:
    rule_id = f"{tool}:{remark.id.upper()}"
    meant = data.same().get(_family(rule_id), ())
    if not settings.chosen(rule_id, _controls(meant, settings)) or settings.ignored(rule_id, stack.name, stack.path):
        return None
    subject = _subject(remark, key, stack)
    grade = settings.severity(rule_id, stack.name, stack.path)
    severity = _severity(tool, rule_id, remark.level) if grade is None else grade
    place = _deepest(remark.pointer, stack)
    construct_path = places.construct_path(subject)
    name = construct_path or subject.logical_id
    inside = within(stack.name, construct_path, subject.logical_id)
    return Finding(
        rule_id=rule_id,
        slug=_slug(remark.title),
        title=remark.title,
        failure_mode=int(meant[0][2:4]) if meant else 0,
        severity=severity,
        confidence=Confidence[data.tool(tool).confidence.upper()],
        documented_severity=severity,
        stack=stack.name,
        template=stack.path,
        resource=subject.logical_id,
        resource_type=subject.type,
        related_resources=(),
        construct_path=construct_path,
        pointer=place,
        location=_location(place, remark, stack),
        source=places.source_line(subject),
        message=remark.message,
        evidence=(),
        remediation="",
        references=(remark.url,) if remark.url.startswith("https://") else (),
        controls=(),
        fingerprint=fingerprint(rule_id, stack.name, name, remark.pointer, ()),
        kin=fingerprint(rule_id, "", inside, remark.pointer, ()),
        identity=fingerprint(rule_id, "", inside, remark.pointer, ()),
        waivable=settings.waiver_policy.waivable(rule_id),
        tool=tool,
    )


def _controls(meant: Iterable[str], settings: Settings) -> list[str]:
    """The controls of our rules that mean the same; asked for where a run is narrowed to frameworks."""
    if not settings.narrowed_to:
        return []
    from analyzer.data.controls import controls_of

    return [f"{control.framework}:{control.id}" for rule_id in meant for control in controls_of(rule_id)]


def _subject(remark: Remark, key: str, stack: StackSource) -> _Subject:
    section = remark.pointer.split("/")[1] if remark.pointer else ""
    place = TemplatePlace(key, "/".join(remark.pointer.split("/")[:3]))
    if not remark.logical_id:
        return _Subject(key, stack.name, "Template", TemplatePlace(key, ""))
    if section in _TYPES:
        return _Subject(key, remark.logical_id, _TYPES[section], place)
    return _Subject(key, remark.logical_id, _type_of(remark.logical_id, stack.document), place)


def _type_of(logical_id: str, document: Mapping[str, Any]) -> str:
    resources = document.get("Resources")
    resource = resources.get(logical_id) if isinstance(resources, Mapping) else None
    kind = resource.get("Type") if isinstance(resource, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _severity(tool: str, rule_id: str, level: str) -> Severity:
    """That of the check where the data grade it, else that of the companion's own word."""
    grades = data.tool(tool).grades
    return Severity[(data.severities().get(rule_id) or grades.get(level) or grades[""]).upper()]


def _deepest(pointer: str, stack: StackSource) -> str | None:
    """The longest beginning of a pointer that is in the template, but not less than a resource."""
    steps = pointer.split("/")[1:]
    for length in range(len(steps), 1, -1):
        beginning = "".join(f"/{step}" for step in steps[:length])
        if stack.position(beginning) is not None:
            return beginning
    return None


def _location(pointer: str | None, remark: Remark, stack: StackSource) -> Location | None:
    span = stack.position(pointer) if pointer is not None else remark.span or stack.position("")
    if span is None:
        return None
    return Location(stack.path, span.line, span.column, span.end_line, span.end_column)


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > MOST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug


def _rule(found: Finding) -> RuleInfo:
    return RuleInfo(
        id=found.rule_id,
        slug=found.slug,
        title=found.title,
        failure_mode=found.failure_mode,
        severity=found.severity,
        documented=found.documented_severity,
        help=found.title,
        references=found.references,
        controls=(),
    )


def _family(rule_id: str) -> str:
    """A check id under the name of the companion that it comes from: ``cfn-lint:E3012`` for both that have it."""
    tool, _, check = rule_id.partition(":")
    return f"{data.tool(tool).twin or tool}:{check}"


def _counterpart(other: Finding, there: Sequence[Finding]) -> int | None:
    """Which of the findings on the same resource says what ``other`` says: of the nearest rule of ours, else of the
    same check on the same place; None where none does."""
    meant = data.same().get(_family(other.rule_id), ())
    ours = [(meant.index(found.rule_id), index) for index, found in enumerate(there) if found.rule_id in meant]
    if ours:
        return min(ours)[1]
    return next((index for index, found in enumerate(there) if _is_twin(found, other)), None)


def _is_twin(found: Finding, other: Finding) -> bool:
    if tool_of(found.rule_id) is None or found.tool == other.tool:
        return False
    if _family(found.rule_id) != _family(other.rule_id):
        return False
    return (
        found.pointer == other.pointer or _holds(found.pointer, other.pointer) or _holds(other.pointer, found.pointer)
    )


def _holds(outer: str | None, inner: str | None) -> bool:
    """Whether one place lies within another; None is the template as a whole, which is no place within a resource."""
    return outer is not None and inner is not None and inner.startswith(f"{outer}/")
