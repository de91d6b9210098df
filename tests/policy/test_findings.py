"""Findings made of judgements: graded, placed, with a way out."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.code.program import Place
from analyzer.judgement import CodePlace, Confidence, Evidence, Severity, TemplatePlace
from analyzer.picture.graph import Picture
from analyzer.policy.findings import describe, finding, undecided
from analyzer.policy.fingerprint import evidence_digest, fingerprint, stable
from analyzer.policy.places import Places
from analyzer.policy.result import Finding, Location, Proof, RuleInfo, SourceLine, Undecided
from analyzer.policy.settings import Profile
from analyzer.rule import fail, first_paragraph, unknown
from tests.builders import DOCUMENTATION, FakeStack, MadeBy, Span, Thing, rule

FN = Thing("Fn8F3A")
ROLE = Thing("Role", type="AWS::IAM::Role")
STACK = FakeStack(
    positions={
        "/Resources/Fn8F3A": Span(3, 5, 3, 13),
        "/Resources/Fn8F3A/Properties/Timeout": Span(9, 7, 9, 20),
        "/Resources/Role": Span(20, 5, 20, 11),
    },
    constructs={"Fn8F3A": MadeBy("Documents/Fn/Resource", "app.py", 41)},
)
PLACES = Places({"S": STACK})
RULE = rule(
    severity=Severity.MEDIUM, documented=Severity.CRITICAL, controls=("nist-800-53-r5:AC-6", "pci-dss-4.0:7.2.1")
)


def made(**fields: Any) -> Finding:
    return finding(RULE, fail(FN, "It loops.", **fields), PLACES, Profile.DEFAULT)


def test_a_finding_says_everything_a_report_needs() -> None:
    evidence = (Evidence("grant", "Role may write", TemplatePlace("S", "/Resources/Role")), Evidence("code", "writes"))
    texts = [stable(link) for link in evidence]
    assert made(
        at=TemplatePlace("S", "/Resources/Fn8F3A/Properties/Timeout"),
        evidence=evidence,
        related=[ROLE, ROLE],
        confidence=Confidence.LIKELY,
    ) == Finding(
        rule_id="FM0701",
        slug="loop",
        title="A thing loops",
        failure_mode=7,
        severity=Severity.MEDIUM,
        confidence=Confidence.LIKELY,
        documented_severity=Severity.CRITICAL,
        stack="Documents",
        template="cdk.out/Documents.template.json",
        resource="Fn8F3A",
        resource_type="AWS::Lambda::Function",
        related_resources=("Role",),
        construct_path="Documents/Fn",
        pointer="/Resources/Fn8F3A/Properties/Timeout",
        location=Location("cdk.out/Documents.template.json", 9, 7, 9, 20),
        source=SourceLine("app.py", 41),
        message="It loops.",
        evidence=(
            Proof(
                "grant",
                "Role may write",
                Location("cdk.out/Documents.template.json", 20, 5, 20, 11),
                evidence_digest(texts[0]),
            ),
            Proof("code", "writes", None, evidence_digest(texts[1])),
        ),
        remediation="Write elsewhere, under another prefix.",
        references=("https://docs.aws.amazon.com/one", "https://docs.aws.amazon.com/two"),
        controls=(("nist-800-53-r5", "AC-6"), ("pci-dss-4.0", "7.2.1")),
        fingerprint=fingerprint("FM0701", "Documents", "Documents/Fn", "", texts),
        kin=fingerprint("FM0701", "", "Fn", "", texts),
        identity=fingerprint("FM0701", "", "Fn", "", ()),
    )


def test_without_a_place_of_its_own_a_finding_is_where_its_subject_is() -> None:
    found = made()
    assert found.pointer == "/Resources/Fn8F3A"
    assert found.location == Location("cdk.out/Documents.template.json", 3, 5, 3, 13)


def test_a_finding_in_handler_code_keeps_the_pointer_of_its_subject() -> None:
    found = made(at=CodePlace("cdk.out/asset.1f/index.js", Place("index.js", 12, 3, 12, 9)))
    assert found.location == Location("cdk.out/asset.1f/index.js", 12, 3, 12, 9)
    assert found.pointer == "/Resources/Fn8F3A"


def test_a_place_in_another_stack_is_shown_but_is_no_pointer_into_the_subjects_template() -> None:
    other = FakeStack(name="Net", path="cdk.out/Net.template.json", positions={"/Resources/X": Span(8, 1, 8, 4)})
    judged = fail(FN, "It loops.", at=TemplatePlace("N", "/Resources/X"))
    found = finding(RULE, judged, Places({"S": STACK, "N": other}), Profile.DEFAULT)
    assert found.location == Location("cdk.out/Net.template.json", 8, 1, 8, 4)
    assert (found.template, found.pointer) == ("cdk.out/Documents.template.json", "/Resources/Fn8F3A")


def test_a_finding_in_cdk_source_has_no_template_and_no_pointer() -> None:
    at = CodePlace("lib/app.ts", Place("lib/app.ts", 4, 1, 4, 30))
    module = Thing("./missing", stack="app", type="Source", at=at)
    found = finding(RULE, fail(module, "No such module."), PLACES, Profile.DEFAULT)
    assert (found.template, found.pointer, found.construct_path, found.stack) == (None, None, None, "app")
    assert found.location == Location("lib/app.ts", 4, 1, 4, 30)
    assert found.source == SourceLine("lib/app.ts", 4)


@pytest.mark.parametrize(
    ("profile", "refined", "expected"),
    [
        (Profile.DEFAULT, None, Severity.MEDIUM),
        (Profile.DEFAULT, Severity.INFO, Severity.INFO),
        (Profile.DEFAULT, Severity.HIGH, Severity.HIGH),
        (Profile.DOCUMENTED, None, Severity.CRITICAL),
        (Profile.DOCUMENTED, Severity.INFO, Severity.CRITICAL),
    ],
)
def test_the_profile_decides_whose_severity_is_in_force(
    profile: Profile, refined: Severity | None, expected: Severity
) -> None:
    found = finding(RULE, fail(FN, "It loops.", severity=refined), PLACES, profile)
    assert found.severity is expected
    assert found.documented_severity is Severity.CRITICAL


def test_a_judgements_own_way_out_comes_before_the_rules() -> None:
    assert made(remediation="Do this.").remediation == "Do this."


@pytest.mark.parametrize("profile", list(Profile))
def test_the_fingerprint_knows_nothing_of_grades_and_places(profile: Profile) -> None:
    graded = fail(FN, "Other words.", severity=Severity.LOW, confidence=Confidence.POSSIBLE, at=ROLE.place)
    assert finding(RULE, graded, PLACES, profile).fingerprint == made().fingerprint
    assert made(key="s3").fingerprint != made().fingerprint


def test_without_a_construct_path_the_logical_id_identifies() -> None:
    found = finding(RULE, fail(ROLE, "It loops."), PLACES, Profile.DEFAULT)
    assert found.fingerprint == fingerprint("FM0701", "Documents", "Role", "", ())


def test_what_is_undecided_says_what_would_decide_it() -> None:
    assert undecided(RULE, unknown(FN, "the value of parameter SubnetIds"), PLACES) == Undecided(
        rule_id="FM0701",
        stack="Documents",
        resource="Fn8F3A",
        resource_type="AWS::Lambda::Function",
        needs="the value of parameter SubnetIds",
        location=Location("cdk.out/Documents.template.json", 3, 5, 3, 13),
        source=SourceLine("app.py", 41),
        construct_path="Documents/Fn",
    )


def test_a_rule_is_described_by_its_documentation() -> None:
    assert describe(rule("FM0702", source=True)) == RuleInfo(
        id="FM0702",
        slug="loop",
        title="A thing loops",
        failure_mode=7,
        severity=Severity.CRITICAL,
        documented=Severity.HIGH,
        help=DOCUMENTATION.strip(),
        references=("https://docs.aws.amazon.com/one", "https://docs.aws.amazon.com/two"),
        controls=(),
        source=True,
    )


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        ("One\ntwo.\n\nThree.", "One two."),
        ("", ""),
        ("```yaml\nx: 1\n```", ""),
        ("- a\n- b", ""),
        ("  Only.  ", "Only."),
    ],
)
def test_the_first_paragraph_of_prose(text: str, paragraph: str) -> None:
    assert first_paragraph(text) == paragraph


def test_a_picture_is_kept_only_where_it_is_wanted() -> None:
    judged = fail(FN, "It loops.", picture=lambda: Picture("A loop", "It loops.", (), ()))
    kept, left = (finding(RULE, judged, PLACES, Profile.DEFAULT, picture=wanted) for wanted in (True, False))
    assert (kept.picture is judged.picture, left.picture, kept == left) == (True, None, True)
