"""The controls that rules bear on: what is mapped, on which grounds, and that nothing is claimed beyond its source."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.data import controls
from analyzer.data.controls import Control, controls_of, framework_keys, frameworks, in_order, published_requirements
from analyzer.data.store import read_json

CONTENT = read_json("controls.json")
MAPPINGS = CONTENT["mappings"]
CATALOGUES = json.loads(Path(__file__).with_name("catalogues.json").read_text("utf-8"))
"""The ids that exist, and nothing else of the catalogues, each with where they were taken from."""

PCI_STANDARD_OF_AWS = frozenset(
    "APIGateway.9 CloudTrail.2 CloudTrail.3 CloudTrail.4 CloudTrail.6 CloudTrail.7 DynamoDB.7 EventBridge.3 KMS.4 "
    "Lambda.1 Lambda.2 S3.1 S3.5 S3.8 S3.9 S3.15 S3.17 S3.19 S3.22 S3.23 S3.24 StepFunctions.1".split()
)
"""The controls of this kind in Security Hub's PCI DSS v4.0.1 standard,
https://docs.aws.amazon.com/securityhub/latest/userguide/pci-standard.html"""


def test_an_administrator_policy_bears_on_these_controls() -> None:
    iam, nist = ("IAM.1",), "nist-800-53-r5"
    user = ("iam_user_administrator_access_policy",)
    attached = (
        "iam_aws_attached_policy_no_administrative_privileges",
        "iam_customer_attached_policy_no_administrative_privileges",
    )
    assert controls_of("FM0601") == (
        Control(nist, "AC-2(1)", "Automated System Account Management", "h", iam),
        Control(nist, "AC-3", "Access Enforcement", "h", iam),
        Control(nist, "AC-3(7)", "Role-based Access Control", "h", iam),
        Control(nist, "AC-5", "Separation of Duties", "h", iam),
        Control(nist, "AC-6", "Least Privilege", "h", iam),
        Control(nist, "AC-6(2)", "Non-privileged Access for Nonsecurity Functions", "h", iam),
        Control(nist, "AC-6(10)", "Prohibit Non-privileged Users from Executing Privileged Functions", "h", iam),
        Control("soc-2-2017", "CC6.3", "Access by role, least privilege and separated duties", "w", attached),
        Control("pci-dss-4.0.1", "7.2.1", "A model of access is defined", "w", user),
        Control("pci-dss-4.0.1", "7.2.2", "Access by job and least privilege", "w", user),
        Control("pci-dss-4.0.1", "7.2.5", "Accounts of applications and systems", "w", user),
        Control("pci-dss-4.0.1", "7.3.1", "A system controls access", "w", user),
        Control("pci-dss-4.0.1", "7.3.2", "The system enforces what is assigned", "w", user),
        Control("pci-dss-4.0.1", "7.3.3", "The system denies by default", "w", user),
        Control("cis-aws-5.0.0", "1.15", "No policy with full privileges is attached", "w", attached),
        Control("cis-aws-7.0.0", "2.14", "No policy with full privileges is attached", "w", attached),
        Control("aws-fsbp", "IAM.1", "No policy allows everything", "h"),
        Control("glba-safeguards", "314.4(c)(1)", "Access controls and least privilege", "j"),
        Control("dora", "9(4)(c)", "Limits on access", "j"),
    )


def test_a_control_that_is_mapped_twice_is_told_once_by_its_surest_basis() -> None:
    access = [control for control in controls_of("FM0109") if control.id == "AC-3"]
    assert access == [Control("nist-800-53-r5", "AC-3", "Access Enforcement", "h", ("APIGateway.8",))]


def test_every_rule_bears_on_something_and_every_mapping_speaks_of_a_rule() -> None:
    rules = registry.ids()
    assert {rule for rule in rules if not controls_of(rule)} == set()
    prefixes = {prefix for entry in MAPPINGS for prefix in entry["rules"]}
    assert {prefix for prefix in prefixes if not any(rule.startswith(prefix) for rule in rules)} == set()


def test_every_control_has_a_title_and_every_title_a_mapping() -> None:
    mapped = {(entry["framework"], each) for entry in MAPPINGS for each in entry["ids"]}
    titled = {(framework, each) for framework, ids in CONTENT["controls"].items() for each in ids}
    assert mapped == titled
    assert list(CONTENT["controls"]) == list(frameworks())
    assert {title for ids in CONTENT["controls"].values() for title in ids.values() if title != title.strip()} == set()


def test_bases_are_known() -> None:
    assert {entry["basis"] for entry in MAPPINGS} == set(controls.BASES)


def test_a_published_mapping_says_what_it_comes_by_and_a_judgement_does_not() -> None:
    own = ("aws-fsbp",)  # there the control is the source itself
    assert [each for each in MAPPINGS if each["basis"] == "j" and "via" in each] == []
    assert [
        each for each in MAPPINGS if each["basis"] != "j" and "via" not in each and each["framework"] not in own
    ] == []


def test_what_is_published_is_told_from_what_is_judgement() -> None:
    told = {control.id: control.published for control in controls_of("FM1116") if control.framework != "nist-800-53-r5"}
    assert told == {"CC7.2": True, "10.5.1": True, "10": False, "314.4(c)(8)": False}


@pytest.mark.parametrize("framework", frameworks())
def test_every_id_exists_in_its_catalogue(framework: str) -> None:
    assert CONTENT["controls"][framework].keys() - set(CATALOGUES[framework]["ids"]) == set()


def test_the_documentation_counts_the_mappings_by_basis() -> None:
    found = Counter((each.framework, each.basis) for rule in registry.ids() for each in controls_of(rule))
    counted = {key: " | ".join(str(found[key, basis]) for basis in controls.BASES) for key in frameworks()}
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    expected = [
        f"| {told.name} {told.version.partition(',')[0]} | {counted[key]} |" for key, told in frameworks().items()
    ]
    assert [row for row in expected if row not in page] == []


def test_every_id_that_is_said_to_be_published_exists_in_the_catalogue_of_nist() -> None:
    named = {identifier for ids in published_requirements().values() for identifier in ids}
    assert named - set(CATALOGUES["nist-800-53-r5"]["ids"]) == set()


def test_no_nist_control_is_said_to_be_published_that_is_not() -> None:
    published = published_requirements()
    beyond = [
        (via, identifier)
        for entry in MAPPINGS
        if entry["framework"] == "nist-800-53-r5" and entry["basis"] == "h"
        for via in entry["via"]
        for identifier in entry["ids"]
        if identifier not in published[via]
    ]
    assert beyond == []


def test_no_pci_requirement_is_said_to_be_mapped_by_aws_that_is_not() -> None:
    claimed = {
        via
        for entry in MAPPINGS
        if entry["framework"] == "pci-dss-4.0.1" and entry["basis"] == "h"
        for via in entry["via"]
    }
    assert claimed == {"APIGateway.9", "Lambda.2", "S3.9"}
    assert claimed <= PCI_STANDARD_OF_AWS


def test_the_sec_rule_tells_audit_trail_from_write_once() -> None:
    sec = {rule: [each.id for each in controls_of(rule) if each.framework == "sec-17a-4"] for rule in registry.ids()}
    assert {rule: ids for rule, ids in sec.items() if ids} == {
        "FM1101": ["(f)(2)(i)(A)"],
        "FM1107": ["(f)(2)(i)(A)"],
        "FM1109": ["(f)(2)(i)(B)"],
    }


@pytest.mark.parametrize(
    ("prefix", "keys"),
    [
        ("nist", ("nist-800-53-r5",)),
        ("DORA", ("dora",)),
        ("cis", ("cis-aws-5.0.0", "cis-aws-7.0.0")),
        ("cis-aws-7.0.0", ("cis-aws-7.0.0",)),
        ("iso-27001", ()),
    ],
)
def test_a_framework_is_named_by_the_beginning_of_its_key(prefix: str, keys: tuple[str, ...]) -> None:
    assert framework_keys(prefix) == keys


def test_ids_of_controls_are_in_the_order_of_their_numbers() -> None:
    ids = ["AC-17", "AC-6(10)", "SEC 3", "AC-6", "10.2.1", "AC-6(9)", "2.2.7"]
    assert sorted(ids, key=in_order) == ["AC-6", "AC-6(9)", "AC-6(10)", "AC-17", "SEC 3", "2.2.7", "10.2.1"]
