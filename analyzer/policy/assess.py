"""From inputs and rules to a result.

:func:`examine` judges one application and needs nothing of the others, so that applications can be shared out;
:func:`conclude` puts what they found together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from analyzer import engine, registry
from analyzer.judgement import Judgement, Verdict
from analyzer.policy.findings import describe, finding, undecided
from analyzer.policy.inputs import CDK_SOURCE as CDK_SOURCE
from analyzer.policy.inputs import describe_input
from analyzer.policy.overview import overview
from analyzer.policy.places import Places
from analyzer.policy.result import (
    Attested,
    Finding,
    Input,
    InputProblem,
    NotEvaluated,
    Passed,
    PassedOver,
    Result,
    Undecided,
    Waived,
)
from analyzer.policy.settings import Settings
from analyzer.policy.waiver_review import review
from analyzer.policy.waivers import Sorted, Use, Waiver, sort_out
from analyzer.records import dataclass, replace

if TYPE_CHECKING:
    from analyzer.policy.baseline import Baseline
    from analyzer.policy.result import Gate
    from analyzer.policy.settings import Attestation
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application, InputError, StackSource

_FAIL, _UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN  # a member takes long to find, and this is asked of every judgement
BY_ATTESTATION = "By attestation: "
"""How the message of a pass begins that rests on somebody's word."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in one application, by which settings."""

    settings: Settings
    input: Input
    findings: tuple[Finding, ...]
    unknown: tuple[Undecided, ...]
    passed: tuple[Passed, ...]
    waived: tuple[Waived, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    problems: tuple[InputProblem, ...]
    attested: tuple[Attested, ...]
    waivers: tuple[Use, ...]


Outcome: TypeAlias = Examined | InputProblem
"""What became of one application: what was found, or why nothing can be said of it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What discovery found: applications, what is wrong with the rest, and what was not taken."""

    applications: tuple[Application, ...]
    problems: tuple[InputProblem, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()


def attempt(
    source: Application,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    parameters: Mapping[str, str] | None = None,
    before: Callable[[Rule], None] | None = None,
) -> Outcome:
    """As :func:`examine`; an application that the analyzer itself fails on is a problem of that one input."""
    try:
        return examine(source, rules, settings, parameters=parameters, before=before)
    except Exception as error:  # noqa: BLE001  one input of many must not take the others with it
        return not_judged(source.path, engine.describe(error))


def not_judged(path: str, reason: str) -> InputProblem:
    """The problem of an input that was read and then not judged, for want of the analyzer or of its machine."""
    return InputProblem(path, None, None, f"could not be judged: {reason}")


def examine(
    source: Application,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    parameters: Mapping[str, str] | None = None,
    before: Callable[[Rule], None] | None = None,
) -> Examined:
    """Judge one application by those of ``rules`` that its settings choose and that can run on it. ``parameters`` win
    over those of the settings."""
    from analyzer.model.application import load
    from analyzer.query import Query

    configured = settings.stack_parameters(stack.name for stack in source.stacks)
    application = load(source, parameters=parameters, configured=configured)
    query = Query(application, as_of=settings.as_of, settings=settings.rule_settings)
    chosen = [rule for rule in rules if settings.chosen(rule.id, rule.controls)]
    fitting = [rule for rule in chosen if rule.source or source.kind != CDK_SOURCE]
    budget = engine.Budget(settings.rule_seconds, time.monotonic)
    evaluation = engine.run(fitting, query, budget=budget, before=before)
    stacks = {key: template.source for key, template in application.templates.items()}
    read_source = any(rule.source for rule in fitting)
    ran = {rule.id for rule in fitting}
    not_run = tuple(sorted(rule.id for rule in rules if rule.id not in ran))
    told = describe_input(source, application.templates, read_source=read_source)
    given = replace(told, not_run=not_run, picture=overview(query) if settings.pictures else None)
    return _interpret(source, stacks, evaluation, settings, given)


def conclude(
    outcomes: Iterable[Outcome],
    inputs: Inputs,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    version: str,
    data_dates: Mapping[str, str],
    unneeded: tuple[str, ...] = (),
    interrupted: bool = False,
) -> Result:
    """The result of a run; findings gravest first, then by rule, stack and resource. ``interrupted``: somebody ended
    the run before there was an outcome for every application."""
    examined, failed = _tell_apart(tuple(outcomes), len(inputs.applications) if interrupted else None)
    gates = {each.settings.gate for each in examined}
    gate = gates.pop() if len(gates) == 1 else settings.gate
    examined = [_gated(each, gate) for each in examined]
    findings, baselined = _compare(examined)
    ran = {**{rule.id: rule.controls for rule in rules}, **dict.fromkeys(unneeded, ())}
    asked = {report.tool for each in examined for report in each.settings.companions if report.version}
    reviewed = review(
        ((use, each.settings.waiver_policy) for each in examined for use in each.waivers),
        as_of=settings.as_of,
        ran=lambda waiver: registry.tool_of(waiver.rule) in asked or _ran(waiver, ran, examined),
    )
    return Result(
        version=version,
        data=dict(sorted(data_dates.items())),
        inputs=tuple(each.input for each in examined),
        rules=tuple(describe(rule) for rule in sorted(rules, key=lambda rule: rule.id)),
        findings=tuple(sorted(findings, key=_finding_order)),
        unknown=tuple(sorted((u for each in examined for u in each.unknown), key=_undecided_order)),
        passed=_merge_passed(examined),
        gate=gate,
        baselined=tuple(sorted(baselined, key=_finding_order)),
        waived=tuple(sorted((w for each in examined for w in each.waived), key=lambda w: _finding_order(w.finding))),
        not_evaluated=tuple(n for each in examined for n in each.not_evaluated),
        problems=_unique((*inputs.problems, *(p for each in examined for p in each.problems), *failed)),
        waiver_notes=reviewed.notes,
        passed_over=inputs.passed_over,
        unneeded=unneeded,
        as_of=settings.as_of,
        frameworks=_frameworks([each.settings for each in examined] or [settings]),
        narrowed_to=settings.narrowed_to,
        attested=tuple(attested for each in examined for attested in each.attested),
        waivers=reviewed.waivers,
        interrupted=interrupted,
    )


def _tell_apart(outcomes: Sequence[Outcome], planned: int | None) -> tuple[list[Examined], list[InputProblem]]:
    """What was examined, and what failed; of ``planned`` applications (None: of all) there are outcomes."""
    failed = [each for each in outcomes if isinstance(each, InputProblem)]
    if planned is not None:
        told = f"interrupted: {len(outcomes)} of {planned} applications were judged"
        failed.append(InputProblem("(this run)", None, None, told))
    return [each for each in outcomes if isinstance(each, Examined)], failed


def problem(error: InputError) -> InputProblem:
    """An input error as reports show it."""
    return InputProblem(error.path, error.line, error.column, error.reason)


def _frameworks(settings: Sequence[Settings]) -> tuple[str, ...]:
    """The frameworks whose controls any of the applications is to show; none where one of them shows all."""
    if not all(each.frameworks for each in settings):
        return ()
    return tuple(dict.fromkeys(name for each in settings for name in each.frameworks))


def _gated(examined: Examined, gate: Gate) -> Examined:
    """``examined`` with its own gate on what it found, where that is not ``gate``."""
    own = examined.settings.gate
    if own == gate:
        return examined
    findings = tuple(replace(finding, gate=own) for finding in examined.findings)
    return replace(examined, input=replace(examined.input, gate=own), findings=findings)


def _compare(examined: Sequence[Examined]) -> tuple[list[Finding], list[Finding]]:
    """The findings that no baseline knows, and those that one does. Applications with the same baseline share it, and
    what cannot be waived is not excused by a baseline either."""
    new: list[Finding] = []
    known: list[Finding] = []
    shared: dict[int, tuple[Baseline, list[Finding]]] = {}
    for each in examined:
        baseline = each.settings.baseline
        for found in each.findings:
            if baseline is None or not found.waivable:
                new.append(found)
            else:
                shared.setdefault(id(baseline), (baseline, []))[1].append(found)
    for baseline, findings in shared.values():
        still_new, recognised = baseline.split(sorted(findings, key=_finding_order))
        new += still_new
        known += [finding for finding, _ in recognised]
    return new, known


def _ran(waiver: Waiver, ran: Mapping[str, Sequence[str]], examined: Iterable[Examined]) -> bool:
    """Whether a rule that ``waiver`` speaks of was selected for an application that it is meant for."""
    policies = [each.settings for each in examined if any(use.waiver == waiver for use in each.waivers)]
    return any(
        identifier.startswith(waiver.rule) and any(settings.chosen(identifier, controls) for settings in policies)
        for identifier, controls in ran.items()
    )


def _interpret(
    source: Application,
    stacks: Mapping[str, StackSource],
    evaluation: engine.Evaluation,
    settings: Settings,
    given: Input,
) -> Examined:
    places = Places(stacks)
    findings, unknown, attested = [], [], []
    passed: dict[str, list[tuple[str, str]]] = {}
    ignored: set[tuple[str, str]] = set()
    for rule, judgement in evaluation.judgements:
        subject = judgement.subject
        stack = places.stack_name(subject)
        file = _file(places, judgement) if settings.overrides else None
        if settings.overrides and settings.ignored(rule.id, stack, file):
            ignored.add((rule.id, stack))
        elif judgement.verdict is _FAIL:
            found = finding(rule, judgement, places, settings.profile, picture=settings.pictures)
            findings.append(_governed(found, settings, file))
        elif judgement.verdict is _UNKNOWN:
            unknown.append(undecided(rule, judgement, places))
        else:
            passed.setdefault(rule.id, []).append((stack, subject.logical_id))
            if judgement.message.startswith(BY_ATTESTATION) and settings.attestation is not None:
                attested.append(_attested(rule, judgement, places, settings.attestation))
    hidden: Sequence[Waiver] = ()
    if settings.companions:
        from analyzer.policy.companions import join

        findings, hidden = join(findings, stacks, places, settings)
    decided, problems = _apply_waivers(findings, stacks, settings, hidden)
    return Examined(
        settings=settings,
        input=replace(given, ignored=tuple(sorted(ignored))),
        findings=decided.open,
        unknown=tuple(unknown),
        passed=tuple(Passed(rule_id, tuple(sorted(subjects))) for rule_id, subjects in passed.items()),
        waived=decided.waived,
        not_evaluated=tuple(NotEvaluated(b.rule.id, source.name, b.reason) for b in evaluation.breakdowns),
        problems=(*_unread(source, stacks), *problems),
        attested=tuple(attested),
        waivers=decided.uses,
    )


def _governed(found: Finding, settings: Settings, file: str | None) -> Finding:
    """``found`` with the severity that the configuration gives it, and what may excuse it."""
    severity, policy = settings.severity(found.rule_id, found.stack, file), settings.waiver_policy
    waivable = policy.waivable(found.rule_id)
    acknowledgeable = settings.inline_waivers and policy.acknowledgeable(found.rule_id)
    if severity is None and waivable and acknowledgeable:
        return found
    severity = found.severity if severity is None else severity
    return replace(found, severity=severity, waivable=waivable, acknowledgeable=acknowledgeable)


def _file(places: Places, judgement: Judgement) -> str | None:
    """The file a judgement is about: its subject's template, else the source file."""
    template = places.template(judgement.subject)
    if template is not None:
        return template
    location = places.location(judgement.place) or places.location(judgement.subject.place)
    return None if location is None else location.file


def _attested(rule: Rule, judgement: Judgement, places: Places, attestation: Attestation) -> Attested:
    subject = judgement.subject
    return Attested(
        rule_id=rule.id,
        stack=places.stack_name(subject),
        resource=subject.logical_id,
        resource_type=subject.type,
        construct_path=places.construct_path(subject),
        statement=judgement.message,
        owner=attestation.owner,
        reason=attestation.reason,
        origin=attestation.origin,
    )


def _unread(source: Application, stacks: Mapping[str, StackSource]) -> Iterable[InputProblem]:
    """What discovery and, later, the search for nested stacks could not read."""
    errors = [*source.errors]
    for stack in stacks.values():
        errors += [*stack.problems, *stack.nested_errors]
    return [problem(error) for error in errors]


def _apply_waivers(
    findings: Sequence[Finding], stacks: Mapping[str, StackSource], settings: Settings, hidden: Sequence[Waiver]
) -> tuple[Sorted, tuple[InputProblem, ...]]:
    """Sort out what the configuration waives and, unless they are switched off, what the input itself does; ``hidden``
    is what it keeps companions from telling."""
    waivers: tuple[Waiver, ...] = (*settings.waivers, *hidden)
    problems: tuple[InputProblem, ...] = ()
    if settings.inline_waivers:
        from analyzer.policy.inline_waivers import collect

        collected = collect(stacks.values(), registry.ids)
        waivers, problems = (*waivers, *collected.waivers), collected.problems
    names = [(stack.name, stack.path) for stack in stacks.values()]
    policy = settings.waiver_policy
    return sort_out(findings, waivers, as_of=settings.as_of, policy=policy, stacks=names), problems


def _merge_passed(examined: Iterable[Examined]) -> tuple[Passed, ...]:
    merged: dict[str, list[tuple[str, str]]] = {}
    for each in examined:
        for passed in each.passed:
            merged.setdefault(passed.rule_id, []).extend(passed.subjects)
    return tuple(Passed(rule_id, tuple(sorted(merged[rule_id]))) for rule_id in sorted(merged))


def _finding_order(found: Finding) -> tuple[object, ...]:
    return (
        -found.severity,
        found.rule_id,
        found.stack,
        found.resource,
        found.pointer or "",
        found.message,
        found.fingerprint,
    )


def _undecided_order(question: Undecided) -> tuple[str, ...]:
    return question.rule_id, question.stack, question.resource, question.needs


def _unique(problems: Iterable[InputProblem]) -> tuple[InputProblem, ...]:
    return tuple(dict.fromkeys(problems))
