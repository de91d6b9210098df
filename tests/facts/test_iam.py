"""Where policies are written, to whom they are attached, and what carries them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.facts.iam import Iam, Statement
from analyzer.facts.policy_documents import RESOURCE_POLICIES
from tests.facts.iam_cases import allow, app, carrier, function, iam, policy, role
from tests.stacks import Stack, application, resource


def actions(statements: tuple[Statement, ...] | list[Statement]) -> list[list[str]]:
    return [[str(case.value.value) for case in one.actions] for one in statements]  # type: ignore[union-attr]


def inline(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}


def test_statements_where_they_are_written() -> None:
    found = iam(
        {
            "Role": role(allow("a:A"), allow("a:B")),
            "User": {"Type": "AWS::IAM::User", "Properties": {"Policies": [inline(allow("a:C"))]}},
            "Group": {"Type": "AWS::IAM::Group", "Properties": {"Policies": inline(allow("a:D"))}},
            "Set": {
                "Type": "AWS::SSO::PermissionSet",
                "Properties": {"InlinePolicy": json.dumps({"Statement": allow("a:E")})},
            },
            "Managed": policy(allow("a:F")),
            "Single": {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {"RoleName": "x", "PolicyDocument": {"Statement": [allow("a:G")]}},
            },
            "Queue": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"PolicyDocument": {"Statement": [allow("a:H")]}},
            },
        }
    )
    assert actions(found.written_statements) == [["a:D"], ["a:F"], ["a:A"], ["a:B"], ["a:E"], ["a:G"], ["a:C"]]
    assert actions(found.resource_statements) == [["a:H"]]
    assert [one.resource.logical_id for one in found.carriers] == ["Group", "Managed", "Role", "Set", "Single", "User"]


def test_malformed_documents_carry_nothing() -> None:
    found = iam(
        {
            "A": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": "not json"}},
            "B": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": "[" * 100_000}},
            "C": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": "x"}}},
            "D": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {}},
            "E": {"Type": "AWS::IAM::Role"},
        }
    )
    assert found.written_statements == ()


def test_holders_by_reference_name_and_attachment() -> None:
    attached = policy(allow("a:A"), Roles=[{"Ref": "ByRef"}, "by-name"])
    found = iam(
        {
            "ByRef": role(),
            "ByName": role(RoleName="by-name"),
            "ByArn": role(ManagedPolicyArns=[{"Ref": "P"}]),
            "None": role(),
            "P": attached,
        }
    )
    assert [one.resource.logical_id for one in carrier(found, "P").holders] == ["ByArn", "ByName", "ByRef"]


def test_a_boundary_that_nobody_holds_grants_nothing() -> None:
    bounded = {
        "R": role(PermissionsBoundary={"Ref": "P"}),
        "S": {
            "Type": "AWS::SSO::PermissionSet",
            "Properties": {"PermissionsBoundary": {"ManagedPolicyArn": {"Ref": "Q"}}},
        },
        "P": policy(allow("*")),
        "Q": policy(allow("*")),
        "Both": policy(allow("*"), Roles=[{"Ref": "R"}]),
        "T": role(PermissionsBoundary={"Ref": "Both"}),
    }
    found = iam(bounded)
    assert {one.resource.logical_id: one.exempt for one in found.carriers} == {"P": True, "Q": True, "Both": False}


def test_what_cdk_adds_by_itself_is_exempt() -> None:
    name = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aServiceRole9741ECFB"
    found = iam({name: role(allow("logs:*")), "R": role(allow("logs:*"))})
    assert {one.resource.logical_id: one.exempt for one in found.carriers} == {name: True, "R": False}


def test_policies_of_sam_functions_are_carried_by_the_function() -> None:
    document = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "F": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.12",
                    "Handler": "a.b",
                    "InlineCode": "x",
                    "Policies": [{"Statement": [allow("a:A")]}],
                },
            }
        },
    }
    (found,) = Iam(application(document)).carriers
    assert (found.resource.logical_id, found.resource.type) == ("F", "AWS::Lambda::Function")
    assert [holder.resource.id for holder in found.holders] == ["FRole"]


def test_roles_in_another_stack() -> None:
    roles = {
        "Resources": {"R": role()},
        "Outputs": {"Name": {"Value": {"Ref": "R"}, "Export": {"Name": "role-name"}}},
    }
    policies = {"Resources": {"P": policy(allow("a:A"), Roles=[{"Fn::ImportValue": "role-name"}])}}
    found = Iam(application(Stack("Roles", roles), Stack("Policies", policies)))
    assert [one.resource.stack for one in carrier(found, "P").holders] == ["Roles"]


def test_functions_of_a_role_and_its_trust() -> None:
    built = app(
        {
            "R": role(),
            "F": function("R"),
            "G": function("R", VpcConfig={"SubnetIds": ["subnet-1"]}),
            "H": function("Other"),
            "Other": role(),
        }
    )
    found = Iam(built)
    principal = found.principals[resource(built, "R")]
    assert [one.logical_id for one in principal.functions] == ["F", "G"]
    assert (principal.runs_in_network, found.principals[resource(built, "Other")].runs_in_network) == (True, False)
    assert actions(list(principal.trust)) == [["sts:AssumeRole"]]


def test_what_cannot_be_read_of_a_principal_says_what_it_takes() -> None:
    built = app(
        {"R": role(ManagedPolicyArns=[{"Ref": "Free"}, "arn:aws:iam::111122223333:policy/team"])},
        Parameters={"Free": {"Type": "String"}},
    )
    (principal,) = Iam(built).principals.values()
    assert principal.unread == ["the value of parameter Free", "the policy arn:aws:iam::111122223333:policy/team"]


@pytest.mark.parametrize("kind", sorted(RESOURCE_POLICIES))
def test_every_kind_of_resource_policy_is_found(kind: str) -> None:
    for path in RESOURCE_POLICIES[kind]:
        content: Any = {"Statement": [allow("a:A")]}
        for step in reversed(path):
            content = {step: content}
        (statement,) = iam({"X": {"Type": kind, "Properties": content}}).resource_statements
        assert actions([statement]) == [["a:A"]]
