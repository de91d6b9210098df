"""OSCAL assessment results: what each judgement becomes, and that the whole holds together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.policy.result import Result
from analyzer.policy.run import Run
from analyzer.report.options import ReportOptions
from analyzer.report.oscal import render
from analyzer.report.oscal.findings import control_id
from tests.builders import rule_info
from tests.report.oscal.references import problems
from tests.report.results import EVERYTHING, HOSTILE, NOTHING, hostile

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NS = "urn:stackproof:oscal"


def written(told: Result = EVERYTHING, **options: Any) -> dict[str, Any]:
    content = json.loads(render(told, options=ReportOptions(generated=NOON, **options)))
    assert list(content) == ["assessment-results"]
    document: dict[str, Any] = content["assessment-results"]
    return document


def run_of(document: dict[str, Any]) -> dict[str, Any]:
    (only,) = document["results"]
    assert isinstance(only, dict)
    return only


def valued(holder: dict[str, Any]) -> dict[str, str]:
    return {prop["name"]: prop["value"] for prop in holder["props"] if prop["ns"] == NS}


def test_every_reference_leads_somewhere_and_no_identifier_is_given_twice() -> None:
    twins = replace(EVERYTHING, findings=EVERYTHING.findings * 2, inputs=EVERYTHING.inputs * 2)
    assert [problems(written(each)) for each in (EVERYTHING, twins, NOTHING)] == [[], [], []]


def test_the_rules_that_found_nothing_to_judge_are_counted_where_there_are_any() -> None:
    idle = replace(EVERYTHING, rules=(*EVERYTHING.rules, rule_info("FM0702")), unneeded=("FM0901",))
    counted = [valued(run_of(written(each))) for each in (idle, EVERYTHING)]
    assert [(each["rules"], each.get("rules-with-nothing-to-judge")) for each in counted] == [("4", "2"), ("2", None)]


def test_the_check_of_references_finds_what_is_wrong() -> None:
    document = written()
    run = run_of(document)
    run["findings"][0]["related-observations"][0]["observation-uuid"] = "0"
    run["observations"][1]["uuid"] = run["observations"][0]["uuid"]
    document["import-ap"]["href"] = "#nowhere"
    told = problems(document)
    assert [line for line in told if line.endswith("0 leads nowhere")]
    assert [line for line in told if "given 2 times" in line]
    assert "import-ap/href: #nowhere leads nowhere" in told


def test_every_judgement_is_observed_by_its_own_name() -> None:
    told = [
        (valued(each)["status"], each["title"], [s["title"] for s in each.get("subjects", [])], each["types"])
        for each in run_of(written())["observations"]
    ]
    subject = ["Processor8F3A2B1C"]
    assert told == [
        ("fail", "FM0601 wide-grant: failed", subject, ["finding"]),
        ("fail", "FM1101 no-trail: failed", subject, ["finding"]),
        ("not_evaluated", "FM0601 wide-grant: not evaluated", [], ["control-objective"]),
        ("not_evaluated", "The input was not read, or only in part", [], ["control-objective"]),
        ("unknown", "FM1101 no-trail: undecided", ["Bucket"], ["control-objective"]),
        ("waived", "FM0601 event-loop: failed, waived", subject, ["finding"]),
        ("waived", "FM0601 event-loop: failed, waived", subject, ["finding"]),
        ("baselined", "FM1101 event-loop: failed, known to the baseline", ["Old"], ["finding"]),
        ("pass", "FM1101 no-trail: passed", ["Trail", "Trail"], ["control-objective"]),
        ("pass", "FM0601 wide-grant: passed", ["Role"], ["control-objective"]),
    ]


def test_an_observation_carries_its_proof() -> None:
    observation = run_of(written())["observations"][0]
    assert observation["relevant-evidence"] == [
        {
            "href": "lambda/index.js",
            "description": "may do everything",
            "props": [
                {"name": "kind", "ns": NS, "value": "grant"},
                {"name": "line", "ns": NS, "value": "12"},
                {"name": "digest", "ns": NS, "value": "0a1b2c3d4e5f"},
            ],
        },
        {"description": "does little", "props": [{"name": "kind", "ns": NS, "value": "code"}]},
    ]
    assert observation["methods"] == ["EXAMINE"]
    assert observation["collected"] == "2026-11-24T12:00:00Z"
    assert valued(observation) == {
        "status": "fail",
        "rule": "FM0601",
        "severity": "critical",
        "confidence": "certain",
        "stack": "Documents",
        "fingerprint": "0123456789abcdef0123456789abcdef",
        "dora": "9",
    }


def test_what_is_undecided_says_what_it_needs_and_an_attested_pass_who_vouches() -> None:
    by_status = {valued(each)["status"]: each for each in reversed(run_of(written())["observations"])}
    assert by_status["unknown"]["remarks"] == "Needed to decide: the value of X"
    attested = [each.get("remarks") for each in by_status["pass"]["subjects"]]
    assert attested == [None, "By attestation: so it is. ann: a trail (c:3)"]


def test_an_objective_is_satisfied_only_where_asked_and_nothing_speaks_against_it() -> None:
    def states(**options: Any) -> dict[str, tuple[str, str]]:
        found = run_of(written(told, **options)).get("findings", [])
        targets = [each["target"] for each in found]
        return {t["target-id"]: (t["status"]["state"], t["status"]["reason"]) for t in targets}

    told = EVERYTHING
    failed = {"ac-6_obj": ("not-satisfied", "fail"), "sc-7.5_obj": ("not-satisfied", "fail")}
    assert states() == states(oscal_satisfied=True) == {**failed, "au-2_obj": ("not-satisfied", "fail")}
    told = replace(EVERYTHING, findings=(), waived=(), not_evaluated=())
    assert states() == {"au-2_obj": ("not-satisfied", "other")}
    supported = {"ac-6_obj": ("satisfied", "pass"), "sc-7.5_obj": ("satisfied", "pass")}
    assert states(oscal_satisfied=True) == {**supported, "au-2_obj": ("not-satisfied", "other")}
    told = replace(told, not_evaluated=EVERYTHING.not_evaluated)
    assert states(oscal_satisfied=True)["ac-6_obj"] == ("not-satisfied", "other")
    told = replace(EVERYTHING, findings=())
    assert states(oscal_satisfied=True)["ac-6_obj"] == ("not-satisfied", "fail"), "a waived failure is still there"


def test_a_risk_counts_as_approved_only_where_somebody_approved_it() -> None:
    document = written(replace(EVERYTHING, waived=(replace(EVERYTHING.waived[0], expires="2027-01-31"),)))
    parties = {each["name"]: each["uuid"] for each in document["metadata"]["parties"]}
    (risk,) = run_of(document)["risks"]
    assert (risk["status"], risk["statement"], risk["deadline"]) == (
        "deviation-approved",
        "Accepted: by design",
        "2027-01-31T23:59:59Z",
    )
    roles = {actor.get("role-id"): actor["actor-uuid"] for actor in risk["origins"][0]["actors"][1:]}
    assert roles == {"waiver-owner": parties["ann"], "waiver-approver": parties["bob"]}
    assert [each["status"] for each in run_of(written())["risks"]] == ["deviation-approved", "deviation-requested"]


def test_the_plan_is_the_one_given_or_said_to_be_none() -> None:
    document = written()
    resources = {each["uuid"]: each for each in document["back-matter"]["resources"]}
    assert resources[document["import-ap"]["href"][1:]]["title"] == "No assessment plan was supplied"
    planned = written(oscal_plan="plans/2026.json")
    assert planned["import-ap"] == {"href": "plans/2026.json"}
    assert [each["title"] for each in planned["back-matter"]["resources"]] == [
        "Examined: cdk.out",
        "Examined: other.yaml",
        "NIST SP 800-53 Revision 5 (catalog 5.1.1)",
        "SOC 2 Trust Services Criteria 2017, points of focus 2022",
        "DORA Regulation (EU) 2022/2554",
    ]


def test_inputs_have_the_digest_of_each_file() -> None:
    resources = written()["back-matter"]["resources"]
    hashes = [
        (link["href"], link["hashes"]) for each in resources for link in each.get("rlinks", []) if "hashes" in link
    ]
    assert hashes == [
        ("cdk.out/D.json", [{"algorithm": "SHA-256", "value": "b" * 64}]),
        ("other.yaml", [{"algorithm": "SHA-256", "value": "c" * 64}]),
    ]


def test_same_run_same_bytes_and_another_run_another_document() -> None:
    options = ReportOptions(generated=NOON)
    assert render(EVERYTHING, options=options) == render(EVERYTHING, options=options)
    uuids = {
        written()["uuid"],
        written(run=Run(read=(("stackproof.yaml", "0" * 64),)))["uuid"],
        written(replace(EVERYTHING, as_of=None))["uuid"],
        written(replace(EVERYTHING, inputs=EVERYTHING.inputs[:1]))["uuid"],
    }
    assert len(uuids) == 4
    later = replace(options, generated=datetime(2026, 11, 25, tzinfo=UTC))
    again = json.loads(render(EVERYTHING, options=later))["assessment-results"]
    assert again["uuid"] not in uuids
    assert run_of(again)["observations"][0]["uuid"] == run_of(written())["observations"][0]["uuid"]


def test_where_nothing_was_judged_the_controls_are_those_that_were_looked_for() -> None:
    (selection,) = run_of(written(NOTHING))["reviewed-controls"]["control-selections"]
    assert selection["description"].startswith("No judgement of this run")
    assert [each["control-id"] for each in selection["include-controls"]] == ["ac-6", "au-2", "sc-7.5"]
    idle = run_of(written(replace(NOTHING, rules=(), unneeded=("FM1101",))))
    (selection,) = idle["reviewed-controls"]["control-selections"]
    assert "au-2" in [each["control-id"] for each in selection["include-controls"]]


def test_where_no_rule_knows_a_control_the_document_says_so() -> None:
    (selection,) = run_of(written(replace(NOTHING, rules=())))["reviewed-controls"]["control-selections"]
    assert selection == {
        "description": "No rule of this run bears on a control of NIST SP 800-53. OSCAL wants an id here all the same.",
        "include-controls": [{"control-id": "none"}],
    }


@pytest.mark.parametrize(("ours", "theirs"), [("AC-6", "ac-6"), ("AC-6(10)", "ac-6.10"), ("SI-13(5)", "si-13.5")])
def test_ids_are_those_of_the_catalog(ours: str, theirs: str) -> None:
    assert control_id(ours) == theirs


def test_an_id_of_another_framework_is_refused() -> None:
    with pytest.raises(ValueError, match=r"CC6\.1 is no id"):
        control_id("CC6.1")


def strings(value: Any) -> list[str]:
    match value:
        case dict():
            return [text for item in value.values() for text in strings(item)]
        case list():
            return [text for item in value for text in strings(item)]
        case str():
            return [value]
        case _:
            return []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(text: str) -> None:
    check_texts(hostile(text))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_any_text_is_a_text_that_oscal_allows(text: str) -> None:
    check_texts(hostile(text))


def check_texts(told: Result) -> None:
    document = written(told)
    assert problems(document) == []
    found = strings(document)
    assert [text for text in found if not text or text != text.strip() or "\ufeff" in text[:1] + text[-1:]] == []
    controls = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u2028\u2029\u202e\u2066\u2069\u200f\u061c"}
    assert [text for text in found if controls & {*text}] == []
