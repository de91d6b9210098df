"""``Policies`` in all forms, and the role that a function gets."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam_policies import policy_templates
from tests.model.sam_cases import allowing, expanded, function, inline, managed, of_type, properties, trusting

BASIC = managed("service-role/AWSLambdaBasicExecutionRole")
NO_VALUE = {"Ref": "AWS::NoValue"}
DOCUMENT = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def role(**function_properties: Any) -> tuple[Any, Any, tuple[str, ...]]:
    """Managed policies beside the basic one, inline policies and notes of a function's generated role."""
    expansion = expanded({"Fn": function(Role=None, **function_properties)})
    got = properties(expansion, "FnRole")
    assert got["AssumeRolePolicyDocument"] == trusting("lambda.amazonaws.com")
    assert got["ManagedPolicyArns"][0] == BASIC
    return got["ManagedPolicyArns"][1:], got.get("Policies", []), expansion.notes


def read_policy(bucket: Any, index: int = 0) -> dict[str, Any]:
    actions = policy_templates()["S3ReadPolicy"]["statements"][0]["actions"]
    arns = [
        {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${BucketName}", {"BucketName": bucket}]},
        {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${BucketName}/*", {"BucketName": bucket}]},
    ]
    return inline(f"FnRolePolicy{index}", allowing(actions, arns))


@pytest.mark.parametrize(
    ("policies", "attached", "granted"),
    [
        (None, [], []),
        ("AmazonS3FullAccess", ["AmazonS3FullAccess"], []),
        (["AmazonS3FullAccess", "arn:aws:iam::1:policy/Own"], ["AmazonS3FullAccess", "arn:aws:iam::1:policy/Own"], []),
        ([{"Ref": "Own"}, {"Fn::ImportValue": "x"}], [{"Ref": "Own"}, {"Fn::ImportValue": "x"}], []),
        (DOCUMENT, [], [{"PolicyName": "FnRolePolicy0", "PolicyDocument": DOCUMENT}]),
        ({"S3ReadPolicy": {"BucketName": "b"}}, [], [read_policy("b")]),
        (["X", {"S3ReadPolicy": {"BucketName": {"Ref": "B"}}}], ["X"], [read_policy({"Ref": "B"}, 1)]),
        ("AWSLambdaBasicExecutionRole", [], []),
        (["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"], [], []),
        (NO_VALUE, [], []),
        ([NO_VALUE], [], []),
    ],
)
def test_forms(policies: Any, attached: Any, granted: Any) -> None:
    assert role(Policies=policies) == (attached, granted, ())


@pytest.mark.parametrize(
    ("item", "attached", "granted"),
    [
        (["C", "A", NO_VALUE], [["C", "A", NO_VALUE]], []),
        (["C", "A", "B"], [["C", "A", "B"]], []),
        (
            ["C", {"S3ReadPolicy": {"BucketName": "b"}}, NO_VALUE],
            [],
            [["C", read_policy("b"), NO_VALUE]],
        ),
        (
            ["C", "A", DOCUMENT],
            [["C", "A", NO_VALUE]],
            [["C", NO_VALUE, {"PolicyName": "FnRolePolicy0", "PolicyDocument": DOCUMENT}]],
        ),
        (["C", ["A", "B"], ["D"]], [["C", "A", "D"], ["C", "B", NO_VALUE]], []),
        (
            ["C", {"Fn::If": ["D", "A", NO_VALUE]}, "B"],
            [["C", {"Fn::If": ["D", "A", NO_VALUE]}, "B"]],
            [],
        ),
    ],
)
def test_conditions_survive(item: Any, attached: Any, granted: Any) -> None:
    expected = ([{"Fn::If": each} for each in attached], [{"Fn::If": each} for each in granted], ())
    assert role(Policies=[{"Fn::If": item}]) == expected
    assert role(Policies={"Fn::If": item}) == expected


def test_several_templates_in_one_mapping() -> None:
    both = {"S3ReadPolicy": {"BucketName": "b"}, "VPCAccessPolicy": {}}
    actions = policy_templates()["VPCAccessPolicy"]["statements"][0]["actions"]
    assert role(Policies=both) == ([], [read_policy("b"), inline("FnRolePolicy0", allowing(actions, ["*"]))], ())


@pytest.mark.parametrize(
    ("policies", "note"),
    [
        ([{"S3ReedPolicy": {}}], "/0: S3ReedPolicy is no policy template that is known here"),
        ([{"S3ReadPolicy": {}}], "/0: S3ReadPolicy needs BucketName"),
        ({"S3ReadPolicy": {"BucketName": None}}, ": S3ReadPolicy needs BucketName"),
        ([3], "/0: this is neither a policy's name, a policy document nor a policy template"),
    ],
)
def test_what_is_not_understood_is_noted(policies: Any, note: str) -> None:
    assert role(Policies=policies) == ([], [], (f"/Resources/Fn/Properties/Policies{note}",))


def test_template_with_a_condition_and_two_parameters() -> None:
    policies = {"EFSWriteAccessPolicy": {"FileSystem": "fs-1", "AccessPoint": {"Ref": "Point"}}}
    prefix = "arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:"
    statement = {
        **allowing(
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            [{"Fn::Sub": [prefix + "file-system/${FileSystem}", {"FileSystem": "fs-1"}]}],
        ),
        "Condition": {
            "StringEquals": {
                "elasticfilesystem:AccessPointArn": {
                    "Fn::Sub": [prefix + "access-point/${AccessPoint}", {"AccessPoint": {"Ref": "Point"}}]
                }
            }
        },
    }
    assert role(Policies=policies) == ([], [inline("FnRolePolicy0", statement)], ())


def test_every_template_names_the_parameters_it_uses() -> None:
    for name, template in policy_templates().items():
        used = str([[one["resources"], one.get("condition")] for one in template["statements"]])
        missing = [parameter for parameter in template["parameters"] if f"${{{parameter}}}" not in used]
        assert (name, missing) == (name, [])
        assert all(":" in action for one in template["statements"] for action in one["actions"]), name


@pytest.mark.parametrize(
    ("extra", "attached"),
    [
        ({"VpcConfig": {"SubnetIds": ["s"]}}, ["service-role/AWSLambdaVPCAccessExecutionRole"]),
        ({"VpcConfig": {"Fn::If": ["C", {}, NO_VALUE]}}, ["service-role/AWSLambdaVPCAccessExecutionRole"]),
        ({"VpcConfig": NO_VALUE}, []),
        ({"Tracing": "Active"}, ["AWSXrayWriteOnlyAccess"]),
        ({"Tracing": {"Ref": "Mode"}}, ["AWSXrayWriteOnlyAccess"]),
        ({"Tracing": "Disabled"}, []),
        (
            {"Tracing": "PassThrough", "VpcConfig": {"SubnetIds": []}},
            ["AWSXrayWriteOnlyAccess", "service-role/AWSLambdaVPCAccessExecutionRole"],
        ),
    ],
)
def test_policies_that_settings_bring(extra: dict[str, Any], attached: list[str]) -> None:
    assert role(**extra) == ([managed(path) for path in attached], [], ())


def test_durable_functions_get_the_durable_policy() -> None:
    expansion = expanded({"Fn": function(Role=None, DurableConfig={"ExecutionTimeout": 5})})
    arns = properties(expansion, "FnRole")["ManagedPolicyArns"]
    assert arns == [managed("service-role/AWSLambdaBasicDurableExecutionRolePolicy")]


@pytest.mark.parametrize(
    ("queue", "granted"),
    [
        (
            {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Q", "Arn"]}},
            [inline("DeadLetterQueuePolicy", allowing("sqs:SendMessage", {"Fn::GetAtt": ["Q", "Arn"]}))],
        ),
        ({"Type": "SNS", "TargetArn": "arn:t"}, [inline("DeadLetterQueuePolicy", allowing("sns:Publish", "arn:t"))]),
    ],
)
def test_dead_letter_queue_is_granted(queue: Any, granted: Any) -> None:
    assert role(DeadLetterQueue=queue) == ([], granted, ())


def test_role_settings() -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    fn = function(
        Role=None,
        AssumeRolePolicyDocument=trust,
        PermissionsBoundary={"Ref": "Boundary"},
        RolePath="/apps/",
        Tags={"a": "b"},
    )
    assert properties(expanded({"Fn": fn}), "FnRole") == {
        "AssumeRolePolicyDocument": trust,
        "ManagedPolicyArns": [BASIC],
        "Path": "/apps/",
        "PermissionsBoundary": {"Ref": "Boundary"},
        "Tags": [{"Key": "lambda:createdBy", "Value": "SAM"}, {"Key": "a", "Value": "b"}],
    }


@pytest.mark.parametrize("given", ["arn:role", {"Fn::GetAtt": ["R", "Arn"]}, {"Fn::If": ["C", "arn:a", "arn:b"]}])
def test_a_given_role_is_kept_and_none_made(given: Any) -> None:
    expansion = expanded({"Fn": function(Role=given, Policies=["AdministratorAccess"])})
    assert properties(expansion, "Fn")["Role"] is given
    assert of_type(expansion, "AWS::IAM::Role") == {}


@pytest.mark.parametrize(
    ("yes", "no", "condition", "arn"),
    [
        (NO_VALUE, "arn:b", "C", ["C", {"Fn::GetAtt": ["FnRole", "Arn"]}, "arn:b"]),
        ("arn:a", NO_VALUE, "NOTC", ["C", "arn:a", {"Fn::GetAtt": ["FnRole", "Arn"]}]),
    ],
)
def test_a_role_for_one_branch_exists_for_that_branch(yes: Any, no: Any, condition: str, arn: Any) -> None:
    conditions = {"C": {"Fn::Equals": [1, 1]}}
    expansion = expanded({"Fn": function(Role={"Fn::If": ["C", yes, no]})}, Conditions=conditions)
    assert properties(expansion, "Fn")["Role"] == {"Fn::If": arn}
    assert expansion.document["Resources"]["FnRole"]["Condition"] == condition
    negation = {"NOTC": {"Fn::Not": [{"Condition": "C"}]}}
    assert expansion.document["Conditions"] == {**conditions, **(negation if condition == "NOTC" else {})}


def test_a_role_for_one_branch_of_a_conditional_function() -> None:
    fn = {**function(Role={"Fn::If": ["C", NO_VALUE, "arn:b"]}), "Condition": "Prod"}
    expansion = expanded({"Fn": fn})
    assert expansion.document["Resources"]["FnRole"]["Condition"] == "ProdANDC"
    assert expansion.document["Conditions"] == {"ProdANDC": {"Fn::And": [{"Condition": "Prod"}, {"Condition": "C"}]}}
