"""Whole runs on files: what is examined, what is waived, what could not be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analyzer.judgement import Confidence, Severity
from analyzer.picture.graph import Picture
from analyzer.policy.assess import CDK_SOURCE, Inputs, conclude, examine
from analyzer.policy.result import Gate, Input, JudgedTemplate, NotEvaluated, Passed, Result
from analyzer.policy.settings import Settings
from analyzer.records import replace
from analyzer.rule import Judgement, Query, Rule, fail, passed, unknown
from analyzer.sources.discovery import discover
from tests.builders import rule
from tests.judging import judge

SETTINGS = Settings(as_of=date(2026, 11, 24))


def by_name(query: Query) -> Iterator[Judgement]:
    """Fails what is called Bad…, leaves open what is called Open…, passes the rest."""
    for resource in query.resources():
        if resource.logical_id.startswith("Bad"):
            yield fail(resource, f"{resource.logical_id} is bad.", confidence=Confidence.LIKELY)
        elif resource.logical_id.startswith("Open"):
            yield unknown(resource, "a look inside")
        else:
            yield passed(resource)


NAMES = rule("FM0701", by_name)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def template(*names: str, **sections: Any) -> str:
    return json.dumps({"Resources": {name: {"Type": "AWS::SQS::Queue"} for name in names}, **sections})


def judged(here: Path, *rules: Rule, settings: Settings = SETTINGS) -> Result:
    inputs = Inputs(discover(["."], cwd=here).applications)
    return judge(inputs, rules or [NAMES], settings, version="1.2.3", data_dates={"b": "2026-01-02", "a": "2026-01-01"})


def test_every_verdict_is_counted_as_what_it_is(here: Path) -> None:
    (here / "t.json").write_text(template("Bad", "Open", "Fine", "Also"))
    result = judged(here)
    assert [(found.resource, found.message) for found in result.findings] == [("Bad", "Bad is bad.")]
    assert [(question.resource, question.needs) for question in result.unknown] == [("Open", "a look inside")]
    assert result.passed == (Passed("FM0701", (("t", "Also"), ("t", "Fine"))),)
    assert (result.version, list(result.data.items())) == ("1.2.3", [("a", "2026-01-01"), ("b", "2026-01-02")])
    assert result.exit_code == 1


def test_the_input_is_told_with_its_digest_and_size(here: Path) -> None:
    text = template("A", "B")
    (here / "t.json").write_text(text)
    (given,) = judged(here).inputs
    digest = hashlib.sha256(text.encode()).hexdigest()
    digests = (("t.json", digest),)
    templates = (JudgedTemplate("t.json", "t", ("A", "B")),)
    assert given == Input(given.path, "template", digest, ("t",), 2, ("t.json",), digests=digests, templates=templates)


def test_several_templates_are_digested_as_a_list_of_digests(here: Path) -> None:
    texts = {"a.json": template("A"), "b.json": template("B")}
    for name, text in texts.items():
        (here / name).write_text(text)
    listing = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in texts.items())
    (given,) = judged(here).inputs
    assert given.sha256 == hashlib.sha256(listing.encode()).hexdigest()
    assert given.stacks == ("a", "b")


def test_findings_come_gravest_first_then_by_rule_stack_and_resource(here: Path) -> None:
    (here / "b.json").write_text(template("Bad2", "Bad1"))
    (here / "a.json").write_text(template("Bad3"))
    low = rule("FM0101", by_name, severity=Severity.LOW)
    result = judged(here, low, NAMES)
    assert [(found.rule_id, found.stack, found.resource) for found in result.findings] == [
        ("FM0701", "a", "Bad3"),
        ("FM0701", "b", "Bad1"),
        ("FM0701", "b", "Bad2"),
        ("FM0101", "a", "Bad3"),
        ("FM0101", "b", "Bad1"),
        ("FM0101", "b", "Bad2"),
    ]


WAIVER = {"stackproof": {"waivers": [{"rule": "FM0701", "reason": "known"}]}}


def test_inline_waivers_take_findings_out_of_the_gate_and_keep_them_in_sight(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.registry.ids", lambda: frozenset({"FM0701"}))
    (here / "t.json").write_text(template("Bad", Metadata=WAIVER))
    result = judged(here)
    assert (result.findings, result.exit_code) == ((), 0)
    assert [(waived.finding.resource, waived.reason) for waived in result.waived] == [("Bad", "known")]
    strict = judged(here, settings=Settings(as_of=SETTINGS.as_of, inline_waivers=False))
    assert [found.resource for found in strict.findings] == ["Bad"]
    assert strict.waived == ()


def test_a_waiver_of_a_rule_that_did_not_run_is_not_called_unused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.registry.ids", lambda: frozenset({"FM0701", "FM0801"}))
    (here / "t.json").write_text(template("Fine", Metadata=WAIVER))
    assert judged(here, rule("FM0801", by_name)).waiver_notes == ()
    (note,) = judged(here).waiver_notes
    assert (note.rule_id, note.state) == ("FM0701", "unused")


def test_a_crash_is_told_with_the_application_and_status_3(here: Path) -> None:
    def crash(query: Query) -> Iterator[Judgement]:
        raise ValueError("broken")
        yield

    (here / "t.json").write_text(template("Bad"))
    result = judged(here, rule("FM0801", crash), NAMES)
    (failure,) = result.not_evaluated
    assert isinstance(failure, NotEvaluated)
    assert failure.rule_id == "FM0801"
    assert failure.reason.startswith("ValueError: broken (test_assess.py:")
    assert [found.resource for found in result.findings] == ["Bad"]
    assert result.exit_code == 3


def test_only_source_rules_run_on_source_without_a_template(here: Path) -> None:
    (here / "app.ts").write_text('import * as cdk from "aws-cdk-lib";\nnew cdk.App();\n')
    ran: list[str] = []

    def note(identifier: str, *, source: bool) -> Rule:
        def check(query: Query) -> Iterator[Judgement]:
            ran.append(identifier)
            yield from ()

        return rule(identifier, check, source=source)

    result = judged(here, note("FM0201", source=True), note("FM0701", source=False))
    assert ran == ["FM0201"]
    (given,) = result.inputs
    assert (given.kind, given.stacks, given.resources) == (CDK_SOURCE, (), 0)
    assert given.sha256 == hashlib.sha256((here / "app.ts").read_bytes()).hexdigest()
    assert [(told.id, told.source) for told in result.rules] == [("FM0201", True), ("FM0701", False)]


def test_applications_may_be_examined_apart_and_put_together(here: Path) -> None:
    for folder in ("one", "two"):
        (here / folder).mkdir()
        (here / folder / "t.json").write_text(template("Bad", "Fine"))
    found = discover(["one/t.json", "two/t.json"], cwd=here)
    inputs = Inputs(found.applications)
    apart = [examine(application, [NAMES], SETTINGS) for application in found.applications]
    together = conclude(apart, inputs, [NAMES], SETTINGS, version="0", data_dates={})
    assert together == judge(inputs, [NAMES], SETTINGS)
    assert [found.template for found in together.findings] == ["one/t.json", "two/t.json"]
    assert together.passed == (Passed("FM0701", (("t", "Fine"), ("t", "Fine"))),)


@pytest.mark.parametrize(
    ("gate", "status"),
    [
        (Gate(), 1),
        (Gate(Severity.CRITICAL), 1),
        (Gate(None), 0),
        (Gate(Severity.MEDIUM, Confidence.CERTAIN), 0),
    ],
)
def test_the_gate_is_in_the_result(here: Path, gate: Gate, status: int) -> None:
    (here / "t.json").write_text(template("Bad"))
    assert judged(here, settings=Settings(as_of=SETTINGS.as_of, gate=gate)).exit_code == status


def test_parameters_reach_the_model(here: Path) -> None:
    def stage(query: Query) -> Iterator[Judgement]:
        for resource in query.resources():
            yield fail(resource, f"{resource['QueueName'].value}")

    document = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Stage"}}}},
    }
    (here / "t.json").write_text(json.dumps(document))
    inputs = Inputs(discover(["."], cwd=here).applications)
    result = judge(inputs, [rule("FM0701", stage)], SETTINGS, parameters={"Stage": "prod"})
    assert "prod" in result.findings[0].message


@pytest.mark.parametrize("wanted", [True, False])
def test_pictures_are_kept_only_where_somebody_looks_at_them(here: Path, wanted: bool) -> None:
    def drawn(query: Query) -> Iterator[Judgement]:
        for resource in query.resources():
            yield fail(resource, "It loops.", picture=lambda: Picture("A loop", "It loops.", (), ()))

    (here / "one.json").write_text(template("Q"))
    (here / "two.json").write_text(template("R"))
    result = judged(here, rule("FM0701", drawn), settings=replace(SETTINGS, pictures=wanted))
    shown = [found.picture for found in result.findings] + [given.picture for given in result.inputs]
    assert [each is not None for each in shown] == [wanted] * 3
    assert all(isinstance(each(), Picture) for each in shown if each is not None)
