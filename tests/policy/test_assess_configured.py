"""Whole runs on files under settings: parts of an application, attestations, waivers, gates and baselines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analyzer.judgement import Severity, Verdict
from analyzer.policy.assess import Inputs
from analyzer.policy.baseline import Baseline, accept
from analyzer.policy.result import Attested, Gate, Passed, Result, WaiverNote
from analyzer.policy.settings import EVERY_RULE, Attestation, Override, Settings
from analyzer.policy.waivers import Waiver, WaiverPolicy
from analyzer.rule import Evidence, Judgement, Query, Rule, fail, passed, unknown
from analyzer.sources.discovery import discover
from tests.builders import rule
from tests.judging import judge

DAY = date(2026, 11, 24)


def by_name(query: Query) -> Iterator[Judgement]:
    """Fails what is called Bad…, leaves open what is called Open…, passes the rest."""
    for resource in query.resources():
        if resource.logical_id.startswith("Bad"):
            yield fail(resource, f"{resource.logical_id} is bad.", evidence=[Evidence("fact", resource.logical_id)])
        elif resource.logical_id.startswith("Open"):
            yield unknown(resource, "a look inside")
        else:
            yield passed(resource)


NAMES = rule("FM0701", by_name)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **templates: tuple[str, ...]) -> None:
    folder.mkdir(exist_ok=True)
    for name, resources in templates.items():
        document = {"Resources": {each: {"Type": "AWS::SQS::Queue"} for each in resources}}
        (folder / f"{name}.json").write_text(json.dumps(document))


def settings(**changes: Any) -> Settings:
    return Settings(**{"as_of": DAY, **changes})


def judged(here: Path, *rules: Rule, own: dict[str, Settings] | None = None, **changes: Any) -> Result:
    """``own`` holds the settings of applications by their paths."""
    run = settings(**changes)
    inputs = Inputs(discover(["."], cwd=here).applications)
    return judge(
        inputs,
        rules or [NAMES],
        run,
        settings_of=lambda application: (own or {}).get(application.path, run),
    )


def failed(result: Result) -> list[tuple[str, str]]:
    return [(found.stack, found.resource) for found in result.findings]


def test_a_rule_that_is_ignored_for_a_stack_says_nothing_of_it(here: Path) -> None:
    write(here, prod=("Bad", "Open", "Fine"), test=("Bad", "Open", "Fine"))
    result = judged(here, overrides=(Override(stack="test", ignore=("FM07",)),))
    assert failed(result) == [("prod", "Bad")]
    assert [(question.stack, question.resource) for question in result.unknown] == [("prod", "Open")]
    assert result.passed == (Passed("FM0701", (("prod", "Fine"),)),)
    assert [given.ignored for given in result.inputs] == [(("FM0701", "test"),)]


def test_what_is_excluded_is_read_and_not_spoken_of(here: Path) -> None:
    write(here, prod=("Bad",), old=("Bad",))
    assert failed(judged(here, overrides=(Override(path="**/old.json", ignore=(EVERY_RULE,)),))) == [("prod", "Bad")]


def test_a_severity_of_the_configuration_wins_over_rule_and_profile(here: Path) -> None:
    write(here, prod=("Bad",), test=("Bad",))
    held = {
        "severities": {"FM07": Severity.LOW},
        "overrides": (Override(stack="prod", severities={"FM": Severity.HIGH}),),
    }
    assert [(found.stack, found.severity) for found in judged(here, **held).findings] == [
        ("prod", Severity.HIGH),
        ("test", Severity.LOW),
    ]


def test_rules_are_chosen_for_each_application(here: Path) -> None:
    write(here / "a", t=("Bad",))
    write(here / "b", t=("Bad",))
    other = rule("FM0801", by_name)
    result = judged(
        here, NAMES, other, own={"a/t.json": settings(select=("FM08",)), "b/t.json": settings(ignore=("FM08",))}
    )
    assert [(found.rule_id, found.template) for found in result.findings] == [
        ("FM0701", "b/t.json"),
        ("FM0801", "a/t.json"),
    ]


def test_a_pass_by_attestation_is_told_with_who_vouches_for_it(here: Path) -> None:
    def vouched(query: Query) -> Iterator[Judgement]:
        for resource in query.resources():
            yield Judgement(Verdict.PASS, resource, message="By attestation: it is so.")

    write(here, t=("Data",))
    vouching = Attestation("ann", "one trail for all", "stackproof.yaml:3")
    result = judged(here, rule("FM1101", vouched), attestation=vouching)
    assert result.attested == (
        Attested(
            rule_id="FM1101",
            stack="t",
            resource="Data",
            resource_type="AWS::SQS::Queue",
            construct_path=None,
            statement="By attestation: it is so.",
            owner="ann",
            reason="one trail for all",
            origin="stackproof.yaml:3",
        ),
    )
    assert result.passed == (Passed("FM1101", (("t", "Data"),)),)
    assert judged(here, rule("FM1101", vouched)).attested == ()


def test_an_ordinary_pass_is_nobodys_word(here: Path) -> None:
    write(here, t=("Fine",))
    assert judged(here, attestation=Attestation("ann", "x", "y")).attested == ()


def waiver(**changes: Any) -> Waiver:
    return Waiver(**{"rule": "FM0701", "reason": "known", "origin": "stackproof.yaml:4", **changes})


def test_a_waiver_on_one_of_two_sibling_stacks_leaves_the_other_alone(here: Path) -> None:
    write(here, Documents=("Bad",), Documents2=("Bad",))
    result = judged(here, waivers=(waiver(stack="Documents"),))
    assert failed(result) == [("Documents2", "Bad")]
    assert [waived.finding.stack for waived in result.waived] == ["Documents"]
    assert [(use.state, len(use.hides)) for use in result.waivers] == [("used", 1)]


def test_a_waiver_that_one_of_two_applications_needs_is_not_unused(here: Path) -> None:
    write(here / "a", t=("Bad",))
    write(here / "b", t=("Fine",))
    held = settings(waivers=(waiver(resource="Bad"),))
    assert judged(here, own={"a/t.json": held, "b/t.json": held}).waiver_notes == ()
    nothing = settings(waivers=(waiver(resource="Nope"),))
    assert judged(here, own={"a/t.json": nothing, "b/t.json": nothing}).waiver_notes == (
        WaiverNote("FM0701", "stackproof.yaml:4", "unused", "the waiver of FM0701 hides nothing"),
    )


def test_a_waiver_of_a_rule_that_nothing_needed_is_unused_and_one_of_a_rule_not_chosen_is_left_alone(
    here: Path,
) -> None:
    write(here, t=("Fine",))
    inputs = Inputs(discover(["."], cwd=here).applications)
    held = settings(waivers=(waiver(rule="FM1401", stack="t"),))
    run = judge(inputs, [NAMES], held, unneeded=("FM1401",))
    assert [note.state for note in run.waiver_notes] == ["unused"]
    assert judged(here, waivers=(waiver(rule="FM0801", stack="t"),)).waiver_notes == ()


def test_evidence_that_grows_brings_a_finding_back(here: Path) -> None:
    write(here, t=("Bad",))
    (found,) = judged(here).findings
    seen = tuple(link.digest for link in found.evidence)
    assert failed(judged(here, waivers=(waiver(stack="t", evidence=seen),))) == []

    def worse(query: Query) -> Iterator[Judgement]:
        for resource in query.resources():
            links = [Evidence("fact", resource.logical_id), Evidence("fact", "worse")]
            yield fail(resource, "It is bad.", evidence=links)

    result = judged(here, rule("FM0701", worse), waivers=(waiver(stack="t", evidence=seen),))
    assert failed(result) == [("t", "Bad")]
    assert [note.state for note in result.waiver_notes] == ["outgrown"]


def test_a_rule_that_cannot_be_waived_is_excused_by_no_baseline_either(here: Path) -> None:
    write(here, t=("Bad",))
    known = Baseline(accept(judged(here).findings, "."))
    assert failed(judged(here, baseline=known)) == []
    policy = WaiverPolicy(non_waivable=("FM07",))
    result = judged(here, baseline=known, waiver_policy=policy, waivers=(waiver(stack="t"),))
    assert [(found.resource, found.waivable) for found in result.findings] == [("Bad", False)]
    assert [note.state for note in result.waiver_notes] == ["refused"]


@pytest.mark.parametrize(
    "changes",
    [
        {"inline_waivers": False},
        {"waiver_policy": WaiverPolicy(require=("owner",))},
        {"waiver_policy": WaiverPolicy(non_waivable=("FM07",))},
    ],
)
def test_a_finding_says_whether_an_acknowledgement_may_excuse_it(here: Path, changes: dict[str, Any]) -> None:
    write(here, t=("Bad",))
    assert [found.acknowledgeable for found in judged(here).findings] == [True]
    assert [found.acknowledgeable for found in judged(here, **changes).findings] == [False]


def test_a_baseline_moves_what_it_knows_out_of_the_gate_and_keeps_it_in_sight(here: Path) -> None:
    write(here, t=("Bad1",))
    known = Baseline(accept(judged(here).findings, "."))
    write(here, t=("Bad1", "Bad2"))
    result = judged(here, baseline=known)
    assert failed(result) == [("t", "Bad2")]
    assert [found.resource for found in result.baselined] == ["Bad1"]
    write(here, t=("Bad1",))
    assert judged(here, baseline=known).exit_code == 0


def test_two_applications_share_a_baseline_and_its_counts(here: Path) -> None:
    write(here / "a", t=("Bad",))
    known = Baseline(accept(judged(here).findings, "."))
    write(here / "b", t=("Bad",))
    result = judged(here, baseline=known)
    assert [found.template for found in result.findings] == ["b/t.json"]
    assert [found.template for found in result.baselined] == ["a/t.json"]


def test_each_application_is_held_to_its_own_gate(here: Path) -> None:
    write(here / "a", t=("Bad",))
    write(here / "b", t=("Bad",))
    lenient, strict = settings(gate=Gate(None)), settings(gate=Gate(Severity.LOW))
    result = judged(here, own={"a/t.json": lenient, "b/t.json": strict})
    assert [found.template for found in result.findings] == ["a/t.json", "b/t.json"]
    assert [found.template for found in result.blocking] == ["b/t.json"]
    assert [given.gate for given in result.inputs] == [Gate(None), Gate(Severity.LOW)]
    assert result.exit_code == 1


def test_a_gate_that_all_share_is_the_gate_of_the_run(here: Path) -> None:
    write(here / "a", t=("Bad",))
    result = judged(here, own={"a/t.json": settings(gate=Gate(None))})
    assert (result.gate, [given.gate for given in result.inputs], result.exit_code) == (Gate(None), [None], 0)


def test_parameters_of_the_configuration_reach_their_stack_and_the_command_line_wins(here: Path) -> None:
    def stage(query: Query) -> Iterator[Judgement]:
        for resource in query.resources():
            yield fail(resource, f"{resource['QueueName'].value.value}")

    document = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Stage"}}}},
    }
    for name in ("prod", "test"):
        (here / f"{name}.json").write_text(json.dumps(document))
    inputs = Inputs(discover(["."], cwd=here).applications)
    held = settings(parameters={"Stage": "any"}, overrides=(Override(stack="prod", parameters={"Stage": "live"}),))

    def messages(**options: Any) -> list[str]:
        run = judge(inputs, [rule("FM0701", stage)], held, **options)
        return [found.message for found in run.findings]

    assert messages() == ["live", "any"]
    assert messages(parameters={"Stage": "given"}) == ["given", "given"]
