"""The sources of the reference stack, line by line as docs/reference-stack.md lists them, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from analyzer import engine, registry
from analyzer.judgement import CodePlace, Verdict
from analyzer.model.application import load
from analyzer.query import Query
from analyzer.sources.discovery import discover

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(
    r"^\| (?P<rule>FM\d{2,4}) \| \S+ \| `(?P<resource>[^`]+)` "
    r"\| `(?P<file>[^`]+):(?P<line>\d+)` `.+` \| (?P<what>.+) \|$"
)
Found = tuple[str, str, str, int]


def listed(folder: str) -> set[Found]:
    """Rule (as precisely as the table names it), resource, file and line of every row about source in ``folder``."""
    text = (ROOT / "docs/reference-stack.md").read_text("utf-8").partition("### In the source (Python)")[2]
    found: set[Found] = set()
    for row in filter(None, map(ROW.match, text.splitlines())):
        if row["file"].startswith(folder):
            found.add((row["rule"], row["resource"], row["file"], int(row["line"])))
            if "two findings" in row["what"]:  # the class, and its module
                found.add((row["rule"], row["resource"], row["file"], 1))
    return found


def judged(folder: str, verdict: Verdict) -> set[Found]:
    (app,) = discover([folder], cwd=ROOT).applications
    rules = [rule for rule in registry.select(["FM"]) if rule.source]
    evaluation = engine.run(rules, Query(load(app), as_of=date(2026, 11, 24)))
    assert evaluation.breakdowns == ()
    found: set[Found] = set()
    for rule, judgement in evaluation.judgements:
        place = judgement.place or judgement.subject.place
        if judgement.verdict is verdict:
            assert isinstance(place, CodePlace)
            found.add((rule.id, judgement.subject.logical_id, place.file, place.place.line))
    return found


@pytest.mark.parametrize("folder", ["reference_stack/app/as_documented", "reference_stack/as_documented_source"])
def test_the_table_is_what_is_found(folder: str) -> None:
    rows = listed(folder)
    names = {rule for rule, *_ in rows}
    found = {
        (next(name for name in (rule, rule[:4]) if name in names), *rest)
        for rule, *rest in judged(folder, Verdict.FAIL)
    }
    assert found == rows


def test_the_hardened_source_has_no_finding() -> None:
    assert judged("reference_stack/app/hardened", Verdict.FAIL) == set()


def test_what_the_sources_leave_open() -> None:
    open_questions = {
        (rule, resource) for rule, resource, *_ in judged("reference_stack/app/as_documented", Verdict.UNKNOWN)
    }
    assert open_questions == {("FM0204", "aws_cdk"), ("FM0204", "constructs")}
    assert judged("reference_stack/as_documented_source", Verdict.UNKNOWN) == set()
