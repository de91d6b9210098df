"""Reads JSON reports of Stackproof as sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from analyzer.judgement import Confidence, Severity
from analyzer.policy.comparison.side import Fate, Known, Named, Side
from analyzer.policy.result import (
    Finding,
    Input,
    InputProblem,
    JudgedTemplate,
    Location,
    NotEvaluated,
    Proof,
    SourceLine,
    Undecided,
    Waived,
)
from analyzer.report.comparison.fields import Fields, ShapeError
from analyzer.report.json_format import SCHEMA_VERSION

Grade = TypeVar("Grade", Severity, Confidence)


def is_report(document: Any) -> bool:
    """Whether this says that it is a report of ours, of whatever version."""
    tool = document.get("tool") if isinstance(document, dict) else None
    return isinstance(tool, dict) and tool.get("name") == "stackproof" and "schema_version" in document


def side(document: Any, name: str) -> Side:
    """The side that a JSON report tells of. ``name`` is how people call it.

    Raises:
        ShapeError: it is of another schema version, or not as its schema says.
    """
    report = Fields(document)
    version = document.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise ShapeError(f"a report of schema version {version!r}; this stackproof reads version {SCHEMA_VERSION}")
    if "rules" not in document:
        raise ShapeError("the report does not say which rules ran; write it again with this stackproof")
    tool, summary = report.inner("tool"), report.inner("summary")
    data = tool.inner("data")
    return Side(
        name=name,
        version=tool.text("version"),
        data={key: data.text(key) for key in data.names()},
        as_of=report.optional("as_of"),
        fail_on=summary.optional("fail_on"),
        min_confidence=summary.text("min_confidence"),
        rules=frozenset(report.texts("rules")),
        inputs=tuple(map(_input, report.items("inputs"))),
        known=tuple(_known(report)),
        unknown=tuple(map(_undecided, report.items("unknown"))),
        passed=frozenset(_passed(report)),
        companions=frozenset(each.text("name") for each in report.items("companions") if each.text("version")),
        not_evaluated=tuple(
            NotEvaluated(each.text("rule_id"), each.text("application"), each.text("reason"))
            for each in report.items("not_evaluated")
        ),
        problems=tuple(map(_problem, report.items("problems"))),
    )


def _problem(each: Fields) -> InputProblem:
    line, column = each.optional_number("line"), each.optional_number("column")
    return InputProblem(each.text("path"), line, column, each.text("reason"))


def _known(report: Fields) -> Iterator[Known]:
    for each in report.items("findings"):
        yield Known(_finding(each), Fate.FAILING, each.flag("blocking"))
    for each in report.items("waived"):
        found, waiver = _finding(each), each.inner("waiver")
        owner, approver, expires = (waiver.optional(name) for name in ("owner", "approver", "expires"))
        waived = Waived(found, waiver.text("reason"), waiver.text("origin"), owner, approver, expires)
        yield Known(found, Fate.WAIVED, waived=waived)
    for each in report.items("baselined"):
        yield Known(_finding(each), Fate.BASELINED)


def _passed(report: Fields) -> Iterator[Named]:
    for passed in report.items("passed"):
        rule_id, names = passed.text("rule_id"), passed.inner("names")
        for stack in names.names():
            for name in names.texts(stack):
                yield rule_id, stack, name


def _finding(each: Fields) -> Finding:
    return Finding(
        rule_id=each.text("rule_id"),
        slug=each.text("slug"),
        title="",  # the report does not tell it
        failure_mode=0,
        severity=_grade(each, "severity", Severity),
        confidence=_grade(each, "confidence", Confidence),
        documented_severity=_grade(each, "documented_severity", Severity),
        stack=each.text("stack"),
        template=each.optional("template"),
        resource=each.text("resource"),
        resource_type=each.text("resource_type"),
        related_resources=each.texts("related_resources"),
        construct_path=each.optional("construct_path"),
        pointer=each.optional("pointer"),
        location=_location(each),
        source=_source(each),
        message=each.text("message"),
        evidence=tuple(_proof(link) for link in each.items("evidence")),
        remediation=each.text("remediation"),
        references=each.texts("references"),
        controls=tuple((control.text("framework"), control.text("id")) for control in each.items("controls")),
        fingerprint=each.text("fingerprint"),
        kin=each.text("kin"),
        identity=each.text("identity"),
        tool=each.text("tool"),
        aliases=each.texts("aliases"),
    )


def _proof(link: Fields) -> Proof:
    return Proof(link.text("kind"), link.text("text"), _location(link), link.text("digest"))


def _undecided(each: Fields) -> Undecided:
    return Undecided(
        rule_id=each.text("rule_id"),
        stack=each.text("stack"),
        resource=each.text("resource"),
        resource_type=each.text("resource_type"),
        needs=each.text("needs"),
        location=_location(each),
        source=_source(each),
        construct_path=each.optional("construct_path"),
    )


def _input(each: Fields) -> Input:
    return Input(
        path=each.text("path"),
        kind=each.text("kind"),
        sha256=each.text("sha256"),
        stacks=each.texts("stacks"),
        resources=each.number("resources"),
        files=each.texts("files"),
        templates=tuple(
            JudgedTemplate(
                given.text("path"),
                given.text("stack"),
                *(given.texts(name) for name in ("resources", "parameters", "outputs")),
            )
            for given in each.items("templates")
        ),
        not_run=each.texts("not_run"),
        ignored=tuple((pair.text("rule_id"), pair.text("stack")) for pair in each.items("ignored")),
    )


def _location(each: Fields) -> Location | None:
    place = each.optional_inner("location")
    if place is None:
        return None
    numbers = (place.number(name) for name in ("line", "column", "end_line", "end_column"))
    return Location(place.text("file"), *numbers)


def _source(each: Fields) -> SourceLine | None:
    line = each.optional_inner("source")
    return None if line is None else SourceLine(line.text("file"), line.number("line"))


def _grade(each: Fields, name: str, grades: type[Grade]) -> Grade:
    found = {grade.label: grade for grade in grades}.get(each.text(name))
    if found is None:
        raise each.fail(name, f"is none of {', '.join(grade.label for grade in grades)}")
    return found
