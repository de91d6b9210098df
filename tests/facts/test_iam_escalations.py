"""Ways to more permissions over the policies of one principal."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam
from analyzer.facts.iam_escalations import judge_escalations
from tests.facts.iam_cases import PASS, Answer, allow, answer, app, deny, policy, role

PASS_ANY = allow("iam:PassRole")
CREATE = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:app-*")
WAY = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"


def judged(resources: dict[str, Any], **sections: Any) -> dict[str, Answer]:
    built = app(resources, **sections)
    iam = Iam(built)
    found = [one for p in iam.principals.values() for one in judge_escalations(built, iam, p, "{what}")]
    answers: dict[str, Answer] = {}
    for one in found:
        if answers.get(one.subject.logical_id, PASS) == PASS:
            answers[one.subject.logical_id] = answer(one)
    return answers


def test_one_policy_that_opens_a_way_is_the_subject() -> None:
    found = judged({"R": role(), "P": policy(PASS_ANY, CREATE, Roles=[{"Ref": "R"}])})
    assert found == {"R": PASS, "P": ("fail", f"{WAY}.", None)}


def test_halves_in_two_policies_make_the_principal_the_subject() -> None:
    found = judged({"R": role(PASS_ANY), "P": policy(CREATE, Roles=[{"Ref": "R"}])})
    assert found == {"R": ("fail", f"{WAY}.", None)}


def test_halves_of_two_principals_open_nothing() -> None:
    assert judged({"A": role(PASS_ANY), "B": role(CREATE)}) == {"A": PASS, "B": PASS}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("iam:AttachUserPolicy")], ("fail", "iam:AttachUserPolicy.", None)),
        ([allow("sts:AssumeRole")], ("fail", "sts:AssumeRole.", None)),
        ([allow("sts:AssumeRole", "arn:aws:iam::*:role/cdk-*")], PASS),
        ([allow("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:app-*")], PASS),
        ([allow("iam:PassRole", "arn:aws:iam::*:role/app-*"), CREATE], PASS),
        ([PASS_ANY, CREATE, deny("iam:PassRole")], PASS),
        ([PASS_ANY, CREATE, deny("lambda:CreateFunction", "arn:aws:lambda:*:*:function:app-*")], PASS),
        ([PASS_ANY, CREATE, deny("iam:PassRole", "arn:aws:iam::*:role/admin")], ("fail", f"{WAY}.", None)),
        ([PASS_ANY, CREATE, deny("iam:PassRole", Condition={"Bool": {"x": "y"}})], ("fail", f"{WAY}.", "high")),
        ([allow("*")], PASS),
        ([allow("*"), allow("iam:PutUserPolicy")], PASS),
        (
            [allow("sts:AssumeRole", Condition={"StringEquals": {"iam:ResourceTag/team": "x"}})],
            PASS,
        ),
        (
            [allow("sts:AssumeRole", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}})],
            ("fail", "sts:AssumeRole.", "high"),
        ),
        (
            [allow("sts:AssumeRole", Condition={"StringLike": {"aws:PrincipalArn": "*"}})],
            ("fail", "sts:AssumeRole.", None),
        ),
    ],
)
def test_statements_of_one_role(statements: list[dict[str, Any]], expected: Answer) -> None:
    assert judged({"R": role(*statements)}) == {"R": expected}


def test_a_named_resource_is_enough_if_it_is_the_principal_itself() -> None:
    own = {"R": role(), "P": policy(allow("iam:PutRolePolicy", {"Fn::GetAtt": ["R", "Arn"]}), Roles=[{"Ref": "R"}])}
    assert judged(own) == {"R": PASS, "P": ("fail", "iam:PutRolePolicy.", None)}
    other = {**own, "Q": role(RoleName="q")}
    other["P"] = policy(allow("iam:PutRolePolicy", {"Fn::GetAtt": ["Q", "Arn"]}), Roles=[{"Ref": "R"}])
    assert judged(other) == {"R": PASS, "Q": PASS}
    named = {"R": role(allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/app-*"), RoleName="app-x")}
    assert judged(named) == {"R": ("fail", "iam:AttachRolePolicy.", None)}


def test_the_policy_that_one_holds() -> None:
    held = policy(allow("iam:CreatePolicyVersion", {"Ref": "P"}), Roles=[{"Ref": "R"}])
    assert judged({"R": role(), "P": held})["P"] == ("fail", "iam:CreatePolicyVersion.", None)


def test_groups_of_a_user() -> None:
    group = {"Type": "AWS::IAM::Group", "Properties": {"Policies": [inline(PASS_ANY)]}}
    user = {"Type": "AWS::IAM::User", "Properties": {"Groups": [{"Ref": "G"}], "Policies": [inline(CREATE)]}}
    assert judged({"G": group, "U": user}) == {"G": PASS, "U": ("fail", f"{WAY}.", None)}
    outside = {"Type": "AWS::IAM::User", "Properties": {"Policies": [inline(CREATE)]}}
    addition = {
        "Type": "AWS::IAM::UserToGroupAddition",
        "Properties": {"GroupName": {"Ref": "G"}, "Users": [{"Ref": "U"}]},
    }
    assert judged({"G": group, "U": outside}) == {"G": PASS, "U": PASS}
    assert judged({"G": group, "U": outside, "A": addition}) == {"G": PASS, "U": ("fail", f"{WAY}.", None)}


def inline(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}


@pytest.mark.parametrize(
    ("boundary", "expected"),
    [
        ({"Ref": "B"}, PASS),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", PASS),
        ("arn:aws:iam::aws:policy/AdministratorAccess", ("fail", "iam:PutUserPolicy.", None)),
        ({"Ref": "Free"}, ("unknown", "the permissions boundary of R", None)),
        ({"Fn::If": ["Bounded", {"Ref": "B"}, {"Ref": "AWS::NoValue"}]}, ("fail", "iam:PutUserPolicy.", None)),
    ],
)
def test_boundaries(boundary: Any, expected: Answer) -> None:
    found = judged(
        {"R": role(allow("iam:PutUserPolicy"), PermissionsBoundary=boundary), "B": policy(allow("s3:*"))},
        Parameters={"Free": {"Type": "String"}},
        Conditions={"Bounded": {"Fn::Equals": [{"Ref": "Free"}, "x"]}},
    )
    assert found == {"R": expected}


def test_a_boundary_that_denies() -> None:
    bounding = policy({"Effect": "Allow", "Action": "*", "Resource": "*"}, deny("iam:*"))
    assert judged({"R": role(allow("iam:PutUserPolicy"), PermissionsBoundary={"Ref": "B"}), "B": bounding}) == {
        "R": PASS
    }


BACKUP: dict[str, Any] = {
    "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"]
}


def trusting(**principal: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


def test_managed_policies_of_aws() -> None:
    aws = "arn:aws:iam::aws:policy/"
    found = judged(
        {
            "Iam": role(ManagedPolicyArns=[f"{aws}IAMFullAccess"]),
            "Admin": role(allow("iam:PutUserPolicy"), ManagedPolicyArns=[f"{aws}AdministratorAccess"]),
            "Service": role(**BACKUP, AssumeRolePolicyDocument=trusting(Service="backup.amazonaws.com")),
            "Shared": role(**BACKUP, AssumeRolePolicyDocument=trusting(Service="backup.amazonaws.com", AWS="*")),
            "Function": role(**BACKUP, AssumeRolePolicyDocument=trusting(Service="lambda.amazonaws.com")),
            "Untrusted": role(**BACKUP),
            "Unread": role(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/team"]),
        }
    )
    assert found["Iam"][0] == "fail"
    assert {name: found[name] for name in ("Admin", "Service", "Shared", "Function", "Untrusted", "Unread")} == {
        "Admin": PASS,
        "Service": PASS,
        "Shared": ("fail", "ssm:SendCommand.", "high"),
        "Function": ("fail", "ssm:SendCommand.", "high"),
        "Untrusted": ("fail", "ssm:SendCommand.", "high"),
        "Unread": ("unknown", "the policy arn:aws:iam::111122223333:policy/team", None),
    }


def test_a_way_that_is_open_in_one_branch() -> None:
    statement = {"Fn::If": ["Test", allow("iam:PutUserPolicy"), {"Ref": "AWS::NoValue"}]}
    found = judged(
        {"R": role(statement)},
        Parameters={"P": {"Type": "String", "Default": "prod"}},
        Conditions={"Test": {"Fn::Equals": [{"Ref": "P"}, "test"]}},
    )
    assert found == {"R": ("fail", "iam:PutUserPolicy where condition Test is true.", None)}


def test_halves_that_exclude_each_other() -> None:
    found = judged(
        {"R": role({"Fn::If": ["Test", PASS_ANY, CREATE]})},
        Parameters={"P": {"Type": "String", "Default": "prod"}},
        Conditions={"Test": {"Fn::Equals": [{"Ref": "P"}, "test"]}},
    )
    assert found == {"R": PASS}


def test_the_proof_names_each_half() -> None:
    built = app({"R": role(PASS_ANY), "P": policy(CREATE, Roles=[{"Ref": "R"}])})
    iam = Iam(built)
    (principal,) = iam.principals.values()
    (judgement,) = judge_escalations(built, iam, principal, "{what}")
    assert [link.text for link in judgement.evidence] == [
        f"{WAY}: A new function runs the caller's code under a role it passes.",
        "Allow iam:PassRole in R",
        "Allow lambda:CreateFunction in P",
        "Allow lambda:InvokeFunction in P",
    ]
