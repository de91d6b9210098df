"""The same comparison in every format, each compared as a whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from analyzer.judgement import Confidence, Severity
from analyzer.policy.comparison.change import Bar, Difference
from analyzer.policy.comparison.side import Fate, Side
from analyzer.policy.result import InputProblem, NotEvaluated, Waived
from analyzer.report.comparison import json_format, markdown, text, words
from analyzer.report.options import ReportOptions, Verbosity
from tests.policy.comparison.sides import difference, given, known, passed, side, template, undecided
from tests.report.results import HOSTILE, infected

GOLDEN = Path(__file__).parent / "golden"

OLD = side(
    known("Fn", ("a",), severity=Severity.MEDIUM),
    known("Other", fate=Fate.WAIVED, waived=Waived(known("Other").finding, "by design", "c.yaml:3", "ann")),
    known("Fixed"),
    known("Lost", rule_id="FM0601", slug="wide-grant"),
    known("Removed"),
    known("Excused"),
    name="base/cdk.out",
    inputs=(given(template("Fn", "Other", "Fixed", "Lost", "Removed", "Excused", "Open"), resources=7),),
    passed=passed("Open") | passed("Fn", "Other", rule_id="FM0601"),
    data={"runtimes": "2026-05-01"},
)
NEW = side(
    known("New", ("x", "y"), severity=Severity.CRITICAL),
    known("Fn", ("a", "b"), severity=Severity.HIGH),
    known("Other"),
    known(
        "Excused",
        fate=Fate.WAIVED,
        waived=Waived(known("Excused").finding, "for now", "c.yaml:9", "ann", "bob", "2027-01-31"),
    ),
    name="cdk.out",
    inputs=(given(template("Fn", "Other", "Fixed", "Lost", "New", "Excused", "Open"), resources=7),),
    unknown=(undecided("Open"),),
    passed=passed("Fixed"),
    rules=frozenset({"FM0701"}),
    data={"runtimes": "2026-11-24"},
    problems=(InputProblem("broken.json", 1, 1, "not JSON"),),
    not_evaluated=(NotEvaluated("FM0799", "cdk.out", "KeyError"),),
)
DIFFERENCE = difference(OLD, NEW)
NOTHING = difference(OLD, OLD)

RENDERED = {
    "everything.txt": text.render(DIFFERENCE, options=ReportOptions()),
    "quiet.txt": text.render(DIFFERENCE, options=ReportOptions(verbosity=Verbosity.QUIET, width=80)),
    "everything.md": markdown.render(DIFFERENCE, options=ReportOptions()),
    "everything.json": json_format.render(DIFFERENCE, options=ReportOptions()),
    "nothing.txt": text.render(NOTHING, options=ReportOptions()),
    "nothing.md": markdown.render(NOTHING, options=ReportOptions()),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_comparison_as_a_whole(name: str, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(RENDERED[name], "utf-8")
    assert RENDERED[name] == (GOLDEN / name).read_text("utf-8")


OFF = Bar(None, Confidence.LIKELY)


def test_where_the_gate_is_off_there_is_no_verdict_and_nothing_looks_passed() -> None:
    off = difference(OLD, replace(NEW, problems=(), not_evaluated=()), OFF)
    last = text.render(off, options=ReportOptions(colour=True)).splitlines()[-1]
    assert last == "\x1b[1m\x1b[33mNo verdict: the gate is off (--fail-on never).\x1b[0m"
    heading = markdown.render(off, options=ReportOptions()).splitlines()[1]
    assert heading == "## ⚠️ Stackproof: No verdict: the gate is off (--fail-on never)."
    assert json_format.document(off)["summary"]["gate"] == "passed"


@pytest.mark.parametrize(
    ("old", "new", "bar", "told"),
    [
        (OLD, OLD, OFF, "No verdict: the gate is off (--fail-on never)."),
        (OLD, NEW, OFF, "Incomplete: the new side was not read or evaluated whole, so this is no proof."),
        (OLD, OLD, replace(OFF, own=True), "No verdict: the gate is off (--fail-on never)."),
        (
            side(known(blocking=True)),
            side(known(blocking=True)),
            replace(OFF, own=True),
            "Passed: nothing added or worsened at or over the gate (each application's own).",
        ),
        (
            side(),
            side(known(blocking=True)),
            replace(OFF, own=True),
            "Failed: 1 added or worsened finding at or over the gate (each application's own).",
        ),
        (side(known(blocking=True)), side(known(blocking=True)), OFF, "No verdict: the gate is off (--fail-on never)."),
    ],
)
def test_what_the_gate_says(old: Side, new: Side, bar: Bar, told: str) -> None:
    assert words.verdict(difference(old, new, bar)) == told


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(files("analyzer.report.comparison").joinpath("comparison.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("shown", [DIFFERENCE, NOTHING], ids=["everything", "nothing"])
def test_the_json_is_valid_against_the_schema_that_ships(validator: Draft202012Validator, shown: Difference) -> None:
    told = json.loads(json_format.render(shown, options=ReportOptions()))
    assert [error.message for error in validator.iter_errors(told)] == []
    assert list(told) == list(validator.schema["properties"])


def test_the_formats_tell_of_the_same_changes() -> None:
    told = json_format.document(DIFFERENCE)
    names = [change["resource"] for kind in ("added", "worsened") for change in told[kind]]
    assert names == ["New", "Other", "Fn", "Open"]
    for shown in (RENDERED["quiet.txt"], RENDERED["everything.md"]):
        assert [name for name in names if f" {name} " in shown] == names


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_harmless_in_every_format(hostile: str, validator: Draft202012Validator) -> None:
    spoilt = with_everywhere(hostile)
    shown = text.render(spoilt, options=ReportOptions())
    odd = {character for character in shown if character != "\n" and not character.isprintable()}
    assert odd <= {"\ufeff"}  # which neither moves nor hides anything
    comment = markdown.render(spoilt, options=ReportOptions())
    assert re.findall(r"(?<!\\)<(?!/?(?:details|summary)>|!-- stackproof)|(?<!\\)\]\(", comment) == []
    told = json.loads(json_format.render(spoilt, options=ReportOptions()))
    assert [error.message for error in validator.iter_errors(told)] == []


def with_everywhere(hostile: str) -> Difference:
    changes = tuple(
        replace(change, shown=infected(change.shown, hostile), why=f"{hostile}{change.why}")
        for change in DIFFERENCE.changes
    )
    problems = (InputProblem(hostile, None, None, hostile),)
    return replace(DIFFERENCE, changes=changes, new=replace(NEW, name=hostile, problems=problems))


def test_many_changes_fit_a_comment() -> None:
    """A comment holds 65,536 characters; what is cut is counted."""
    many = [known(f"Fn{number:04}", message="It fails. " * 60) for number in range(1_000)]
    inputs = (given(template(*(f"Fn{number:04}" for number in range(1_000)))),)
    shown = markdown.render(difference(side(inputs=inputs), side(*many, inputs=inputs)), options=ReportOptions())
    assert len(shown) < 65_536
    rows = shown.count("\n| critical |")
    assert f"And {1_000 - rows} more, which the other report formats list." in shown


def test_the_better_is_cut_short_unless_asked() -> None:
    many = [known(f"Fn{number:02}") for number in range(20)]
    inputs = (given(template(*(f"Fn{number:02}" for number in range(20)))),)
    mended = difference(side(*many, inputs=inputs), side(inputs=inputs))
    shown, whole = (
        text.render(mended, options=ReportOptions(verbosity=verbosity))
        for verbosity in (Verbosity.NORMAL, Verbosity.VERBOSE)
    )
    assert shown.count("  critical FM0701") == 12
    assert "  and 8 more (-v shows all)\n" in shown
    assert (whole.count("  critical FM0701"), " more " in whole) == (20, False)
