"""What rules say of an application, without the places at which they say it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analyzer import engine
from analyzer.judgement import Judgement
from analyzer.model.application import Application as Model
from analyzer.model.application import load
from analyzer.policy.findings import finding, severity
from analyzer.policy.fingerprint import normalise
from analyzer.policy.places import Places
from analyzer.policy.settings import Profile
from analyzer.query import Query
from analyzer.rule import Rule, Verdict
from analyzer.sources.assembly import Application, StackSource
from analyzer.sources.discovery import discover

AS_OF = date(2026, 11, 24)
PARAMETERS = "parameters.json"
_REPR = re.compile(r"\b(?:Known|Text|Reference|Listing|Structure|OneOf|Option|Unknown|Absent|Guard)\(\w+=")


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One judgement; texts without lines, columns and names of template files, sets in alphabetical order."""

    rule: str
    stack: str
    resource: str
    type: str
    key: str
    verdict: str
    severity: int
    confidence: int
    message: str
    needs: str
    evidence: tuple[str, ...]
    related: tuple[str, ...]
    fingerprint: str


def judge(folder: Path, rules: Iterable[Rule], paths: Sequence[str] = (".",)) -> list[Said]:
    """What ``rules`` say of what ``paths`` name in ``folder``, in alphabetical order.

    Raises:
        AssertionError: an input cannot be read, or a rule breaks down.
    """
    found = discover(paths, cwd=folder)
    assert found.errors == (), f"{folder}: an input cannot be read: {found.errors}"
    given = given_parameters(folder)
    rules = tuple(rules)
    return sorted(said for application in found.applications for said in _judge(application, rules, given))


def given_parameters(folder: Path) -> dict[str, str]:
    """The parameter values that lie beside the templates of a fixture."""
    file = folder / PARAMETERS
    values: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return values


def _judge(source: Application, rules: Sequence[Rule], given: Mapping[str, str]) -> Iterable[Said]:
    application = load(source, parameters=given)
    evaluation = evaluate(application, rules)
    assert evaluation.breakdowns == (), evaluation.breakdowns
    stacks = {key: template.source for key, template in application.templates.items()}
    places = Places(stacks)
    for rule, judgement in evaluation.judgements:
        yield _said(rule, judgement, places, stacks)


def evaluate(application: Model, rules: Iterable[Rule]) -> engine.Evaluation:
    """What those of ``rules`` that can run on the application say of it."""
    fitting = [rule for rule in rules if rule.source or application.source.kind != "cdk-source"]
    return engine.run(fitting, Query(application, as_of=AS_OF))


def _said(rule: Rule, judgement: Judgement, places: Places, stacks: Mapping[str, StackSource]) -> Said:
    subject = judgement.subject
    failed = judgement.verdict is Verdict.FAIL
    files = {stack.path: stack.name for stack in stacks.values()}
    return Said(
        rule=rule.id,
        stack=places.stack_name(subject),
        resource=subject.logical_id,
        type=subject.type,
        key=judgement.key,
        verdict=judgement.verdict,
        severity=severity(rule, judgement, Profile.DEFAULT),
        confidence=judgement.confidence,
        message=_placeless(judgement.message, files),
        needs=_placeless(judgement.needs, files),
        evidence=tuple(sorted({f"{link.kind}: {_placeless(link.text, files)}" for link in judgement.evidence})),
        related=tuple(sorted({related.logical_id for related in judgement.related})),
        fingerprint=finding(rule, judgement, places, Profile.DEFAULT).fingerprint if failed else "",
    )


def _placeless(text: str, files: Mapping[str, str]) -> str:
    assert not _REPR.search(text), f"a text for people shows Python: {text}"
    for path, name in files.items():
        text = text.replace(path, name)
    return normalise(text)
