"""From inputs and rules to a result.

:func:`examine` judges one application and needs nothing of the others, so that applications can be shared out;
:func:`conclude` puts what they found together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer import engine, registry
from analyzer.judgement import Verdict
from analyzer.policy.findings import describe, finding, undecided
from analyzer.policy.places import Places
from analyzer.policy.result import (
    Finding,
    Input,
    InputProblem,
    NotEvaluated,
    Passed,
    PassedOver,
    Result,
    Undecided,
    Waived,
    WaiverNote,
)
from analyzer.policy.settings import Settings
from analyzer.policy.waivers import Sorted, sort_out

if TYPE_CHECKING:
    from analyzer.rule import Rule
    from analyzer.sources.assembly import Application, InputError, StackSource

CDK_SOURCE = "cdk-source"
"""The kind of application that has source code and no template: only source rules run on it."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in one application."""

    input: Input
    findings: tuple[Finding, ...]
    unknown: tuple[Undecided, ...]
    passed: tuple[Passed, ...]
    waived: tuple[Waived, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    problems: tuple[InputProblem, ...]
    waiver_notes: tuple[WaiverNote, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What discovery found: applications, what is wrong with the rest, and what was not taken."""

    applications: tuple[Application, ...]
    problems: tuple[InputProblem, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()


def assess(
    inputs: Inputs,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    version: str,
    data_dates: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
    before: Callable[[Rule], None] | None = None,
    unneeded: Sequence[str] = (),
) -> Result:
    """Judge every application and grade what was found. ``before`` is called with each rule before it runs.

    ``unneeded`` are the ids of selected rules that were left out as no input gives them anything to judge.
    """
    examined = [
        examine(application, rules, settings, parameters=parameters, before=before)
        for application in inputs.applications
    ]
    return conclude(examined, inputs, rules, settings, version=version, data_dates=data_dates, unneeded=tuple(unneeded))


def examine(
    source: Application,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    parameters: Mapping[str, str] | None = None,
    before: Callable[[Rule], None] | None = None,
) -> Examined:
    """Judge one application by those of ``rules`` that can run on it."""
    from analyzer.model.application import load
    from analyzer.query import Query

    application = load(source, parameters=parameters)
    query = Query(application, as_of=settings.as_of, settings=settings.rule_settings)
    fitting = [rule for rule in rules if rule.source or source.kind != CDK_SOURCE]
    budget = engine.Budget(settings.rule_seconds, time.monotonic)
    evaluation = engine.run(fitting, query, budget=budget, before=before)
    stacks = {key: template.source for key, template in application.templates.items()}
    return _interpret(source, stacks, evaluation, rules, settings)


def conclude(
    examined: Sequence[Examined],
    inputs: Inputs,
    rules: Sequence[Rule],
    settings: Settings,
    *,
    version: str,
    data_dates: Mapping[str, str],
    unneeded: tuple[str, ...] = (),
) -> Result:
    """The result of a run; findings gravest first, then by rule, stack and resource."""
    return Result(
        version=version,
        data=dict(sorted(data_dates.items())),
        inputs=tuple(each.input for each in examined),
        rules=tuple(describe(rule) for rule in sorted(rules, key=lambda rule: rule.id)),
        findings=tuple(sorted((f for each in examined for f in each.findings), key=_finding_order)),
        unknown=tuple(
            sorted(
                (u for each in examined for u in each.unknown), key=lambda u: (u.rule_id, u.stack, u.resource, u.needs)
            )
        ),
        passed=_merge_passed(examined),
        gate=settings.gate,
        waived=tuple(sorted((w for each in examined for w in each.waived), key=lambda w: _finding_order(w.finding))),
        not_evaluated=tuple(n for each in examined for n in each.not_evaluated),
        problems=_unique((*inputs.problems, *(p for each in examined for p in each.problems))),
        waiver_notes=tuple(note for each in examined for note in each.waiver_notes),
        passed_over=inputs.passed_over,
        unneeded=unneeded,
    )


def problem(error: InputError) -> InputProblem:
    """An input error as reports show it."""
    return InputProblem(error.path, error.line, error.column, error.reason)


def _interpret(
    source: Application,
    stacks: Mapping[str, StackSource],
    evaluation: engine.Evaluation,
    rules: Sequence[Rule],
    settings: Settings,
) -> Examined:
    places = Places(stacks)
    findings, unknown = [], []
    passed: dict[str, list[tuple[str, str]]] = {}
    for rule, judgement in evaluation.judgements:
        match judgement.verdict:
            case Verdict.FAIL:
                findings.append(finding(rule, judgement, places, settings.profile))
            case Verdict.UNKNOWN:
                unknown.append(undecided(rule, judgement, places))
            case Verdict.PASS:
                name = places.stack_name(judgement.subject), judgement.subject.logical_id
                passed.setdefault(rule.id, []).append(name)
    decided, problems = _apply_waivers(findings, stacks, rules, settings)
    return Examined(
        input=_describe_input(source, stacks),
        findings=decided.open,
        unknown=tuple(unknown),
        passed=tuple(Passed(rule_id, tuple(sorted(subjects))) for rule_id, subjects in passed.items()),
        waived=decided.waived,
        not_evaluated=tuple(NotEvaluated(b.rule.id, source.name, b.reason) for b in evaluation.breakdowns),
        problems=(*_unread(source, stacks), *problems),
        waiver_notes=decided.notes,
    )


def _unread(source: Application, stacks: Mapping[str, StackSource]) -> Iterable[InputProblem]:
    """What discovery and, later, the search for nested stacks could not read."""
    errors = [*source.errors]
    for stack in stacks.values():
        errors += [*stack.problems, *stack.nested_errors]
    return [problem(error) for error in errors]


def _apply_waivers(
    findings: Sequence[Finding], stacks: Mapping[str, StackSource], rules: Sequence[Rule], settings: Settings
) -> tuple[Sorted, tuple[InputProblem, ...]]:
    """Sort out what the input itself waives. Waivers of rules that did not run are left alone, not called unused."""
    if not settings.inline_waivers:
        return Sorted(tuple(findings), (), ()), ()
    from analyzer.policy.inline_waivers import collect

    collected = collect(stacks.values(), registry.ids)
    relevant = [waiver for waiver in collected.waivers if any(rule.id.startswith(waiver.rule) for rule in rules)]
    return sort_out(findings, relevant, as_of=settings.as_of), collected.problems


def _describe_input(source: Application, stacks: Mapping[str, StackSource]) -> Input:
    return Input(
        path=source.path,
        kind=source.kind,
        sha256=_digest(source, stacks),
        stacks=tuple(stack.name for stack in stacks.values()),
        resources=sum(len(_resources(stack)) for stack in stacks.values()),
    )


def _resources(stack: StackSource) -> Mapping[str, object]:
    resources = stack.document.get("Resources")
    return resources if isinstance(resources, Mapping) else {}


def _digest(source: Application, stacks: Mapping[str, StackSource]) -> str:
    """The digest of the one template; else of a list of what was read: ``digest  path`` a line, sorted by path."""
    from hashlib import sha256

    digests = [(stack.path, stack.sha256) for stack in stacks.values()]
    if source.kind == CDK_SOURCE and source.source_root is not None:
        read = source.source_root.read
        digests = [(name, sha256(read(name) or b"").hexdigest()) for name in source.cdk_files]
    if len(digests) == 1:
        return digests[0][1]
    listing = "".join(f"{digest}  {path}\n" for path, digest in sorted(set(digests)))
    return sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


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


def _unique(problems: Iterable[InputProblem]) -> tuple[InputProblem, ...]:
    return tuple(dict.fromkeys(problems))
