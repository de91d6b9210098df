"""What a person should describe, and what CDK and SAM write by themselves."""

from __future__ import annotations

import pytest

from analyzer.facts.descriptions import group_rules, outputs, parameters
from tests.stacks import application


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Stage", True),
        ("BootstrapVersion", False),
        ("AssetParameters0123abcd0123abcdS3BucketFF", False),
        ("referencetoClaimsStorageInboxRef", False),
        ("ReferenceToInvoices", True),
        ("SsmParameterValueawsserviceamiC96584B6F00A464EAD1953AFF4B05118Parameter", False),
        ("SsmParameterValueOfMine", True),
    ],
)
def test_parameters_a_person_declared(name: str, asked: bool) -> None:
    template = application({"Parameters": {name: {"Type": "String"}}, "Resources": {}}).templates["S0"]
    assert [described.subject.logical_id for described in parameters(template)] == ([name] if asked else [])


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Url", True),
        ("ExportsOutputRefInbox1234ABCD", False),
        ("ClaimsApiEndpoint0BADCAFE", False),
        ("OtherEndpoint0BADCAFE", True),
        ("ClaimsApiEndpoint", True),
    ],
)
def test_outputs_a_person_declared(name: str, asked: bool) -> None:
    document = {
        "Resources": {"ClaimsApi1234ABCD": {"Type": "AWS::ApiGateway::RestApi"}},
        "Outputs": {name: {"Value": "x"}},
    }
    template = application(document).templates["S0"]
    assert [described.subject.logical_id for described in outputs(template)] == ([name] if asked else [])


def test_rules_in_and_outside_groups() -> None:
    resources = {
        "G": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {"SecurityGroupIngress": [{"Description": "a"}, {}], "SecurityGroupEgress": {"CidrIp": "x"}},
        },
        "R": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"Description": "b"}},
    }
    found = group_rules(application({"Resources": resources}).templates["S0"])
    assert [(d.subject.logical_id, d.node.text) for d in found] == [("G", "a"), ("G", ""), ("G", ""), ("R", "b")]
