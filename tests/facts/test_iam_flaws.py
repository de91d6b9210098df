"""What is wrong with an Allow: every case that a simpler judge would get wrong."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam_flaws import all_but, confines_resources, everything, passes_roles, service_wide, unscoped
from analyzer.facts.iam_verdicts import Find, listed
from tests.facts.iam_cases import PASS, Answer, allow, deny, function, iam, policy, role, verdicts

BUCKET = "arn:aws:s3:::acme"
TAGGED = {"StringEquals": {"aws:PrincipalTag/team": "x"}}


def judged(find: Find, *statements: dict[str, Any], **sections: Any) -> Answer:
    return verdicts(find, iam({"X": policy(*statements)}, **sections))["X"]


# --- every action -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([allow("*")], ("fail", "every action on every resource.", None)),
        ([allow(["s3:Get*", "*:*"], ["arn:aws:s3:::*"])], ("fail", "every action on arn:aws:s3:::*.", "high")),
        ([allow("*", [BUCKET, f"{BUCKET}/*"])], ("fail", f"every action on {BUCKET}, {BUCKET}/*.", "high")),
        ([allow("s3:*")], PASS),
        ([deny("*")], PASS),
        ([allow("*"), deny("iam:*")], ("fail", "every action on every resource.", None)),
        ([allow("*"), deny("*", BUCKET)], ("fail", "every action on every resource.", None)),
        ([allow("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}], PASS),
        ([allow("*"), deny("*")], PASS),
        ([allow("*"), deny("*", Condition=TAGGED)], ("fail", "every action on every resource.", None)),
        (
            [allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": f"{BUCKET}/*"}],
            ("fail", "every action on *.", "high"),
        ),
    ],
)
def test_every_action(statements: list[dict[str, Any]], answer: Answer) -> None:
    assert judged(everything, *statements) == answer


# --- whole services -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([allow("S3:*", BUCKET)], ("fail", "S3:*.", None)),
        ([allow(["sqs:?*", "s*:*"])], ("fail", "s*:* and sqs:?*.", None)),
        ([allow(["s3:Get*", "dynamodb:*Item", "ec2:Describe*"])], PASS),
        ([allow("nobodyknows:*")], ("fail", "nobodyknows:*.", None)),
        ([allow("textract:*")], ("fail", "textract:*.", None)),
        ([allow("dynamodb:*", "arn:aws:sqs:eu-west-1:111122223333:q")], PASS),
        ([allow("s3:*"), deny("s3:Delete*")], ("fail", "s3:*.", None)),
        ([allow("s3:*", f"{BUCKET}/*"), deny("iam:*")], ("fail", "s3:*.", None)),
        ([allow("s3:*"), {"Effect": "Deny", "NotAction": ["s3:GetObject"], "Resource": "*"}], PASS),
        ([allow("s3:*"), deny("s3:*")], PASS),
        ([allow("s3:*"), deny("s3:*", Condition=TAGGED)], ("fail", "s3:*.", None)),
        ([allow("s3:*"), deny("s3:*", f"{BUCKET}/*")], ("fail", "s3:*.", None)),
    ],
)
def test_whole_services(statements: list[dict[str, Any]], answer: Answer) -> None:
    assert judged(service_wide, *statements) == answer


# --- resources ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([allow("SQS:sendmessage")], ("fail", "sqs:SendMessage.", "high")),
        ([allow(["s3:GetObject", "s3:PutObject"])], ("fail", "s3:PutObject and s3:GetObject.", "high")),
        ([allow("s3:GetObject", "arn:aws:s3:::*")], ("fail", "s3:GetObject.", "medium")),
        ([allow("s3:GetObject", ["arn:aws:s3:::acme/*", "arn:aws:s3:::*/*"])], ("fail", "s3:GetObject.", "medium")),
        ([allow("sqs:SendMessage", "arn:aws:sqs")], ("fail", "sqs:SendMessage.", "high")),
        ([allow("sqs:SendMessage", "arn:aws:s3:::*")], PASS),
        ([allow("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/app-*")], PASS),
        ([allow("ec2:Describe*")], PASS),
        ([allow(["xray:PutTraceSegments", "cloudwatch:PutMetricData", "sts:GetCallerIdentity"])], PASS),
        ([allow("s3:*")], ("fail", "s3:*.", "high")),
        ([allow("*")], PASS),
        ([allow("iam:PassRole")], PASS),
        ([allow("ec2:CreateNetworkInterface")], ("fail", "ec2:CreateNetworkInterface.", "high")),
        ([allow("sns:Publish", Condition=TAGGED)], ("fail", "sns:Publish.", "medium")),
        ([allow("sns:Publish", Condition={"StringLike": {"aws:PrincipalArn": "*"}})], ("fail", "sns:Publish.", "high")),
        ([allow("ec2:StopInstances", Condition={"StringEquals": {"ec2:ResourceTag/team": "x"}})], PASS),
        (
            [allow("ec2:StopInstances", Condition={"StringEqualsIfExists": {"ec2:ResourceTag/team": "x"}})],
            ("fail", "ec2:StopInstances.", "high"),
        ),
        ([allow("s3:PutObject"), {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{BUCKET}/*"}], PASS),
        ([allow("s3:PutObject"), deny("s3:PutObject")], PASS),
        ([allow("s3:PutObject"), deny("s3:PutObject", f"{BUCKET}/*")], ("fail", "s3:PutObject.", "high")),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], PASS),
        ([{"Effect": "Allow", "Action": "s3:PutObject", "NotResource": BUCKET}], PASS),
        ([allow("s3:NobodyKnows")], ("unknown", "whether s3:NobodyKnows can be limited to a resource", None)),
        ([allow("s3:NobodyKnows", BUCKET)], PASS),
    ],
)
def test_resources(statements: list[dict[str, Any]], answer: Answer) -> None:
    assert judged(unscoped, *statements) == answer


@pytest.mark.parametrize(
    ("resource", "answer"),
    [
        ({"Ref": "Arn"}, ("unknown", "the value of parameter Arn", None)),
        ({"Fn::Sub": "arn:aws:s3:::${Arn}/*"}, PASS),
        ([{"Ref": "Arn"}, "*"], ("fail", "s3:PutObject.", "high")),
        ({"Ref": "Given"}, ("fail", "s3:PutObject.", "high")),
        ({"Ref": "Chosen"}, ("unknown", "the value of parameter Chosen", None)),
        ({"Ref": "Wide"}, ("fail", "s3:PutObject where Wide is *.", "high")),
        ({"Ref": "Defaulted"}, PASS),
        ({"Fn::ImportValue": "elsewhere"}, ("unknown", "the value that another stack exports as elsewhere", None)),
    ],
)
def test_resources_from_parameters(resource: Any, answer: Answer) -> None:
    parameters = {
        "Arn": {"Type": "String"},
        "Given": {"Type": "String", "Default": "*"},
        "Chosen": {"Type": "String", "AllowedValues": ["*", BUCKET]},
        "Wide": {"Type": "String", "AllowedValues": ["*", "arn:aws:s3:::*"]},
        "Defaulted": {"Type": "String", "Default": BUCKET, "AllowedValues": ["*", BUCKET]},
    }
    assert judged(unscoped, allow("s3:PutObject", resource), Parameters=parameters) == answer


def test_network_interfaces_of_functions_in_a_network() -> None:
    statement = allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:RunInstances"])
    inside = iam({"Role": role(statement), "F": function(VpcConfig={"SubnetIds": ["subnet-1"]})})
    outside = iam({"Role": role(statement), "F": function()})
    assert verdicts(unscoped, inside)["Role"] == ("fail", "ec2:RunInstances.", "high")
    assert verdicts(unscoped, outside)["Role"] == (
        "fail",
        "ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface and ec2:RunInstances.",
        "high",
    )


def test_denies_of_other_policies_count_if_every_holder_has_them() -> None:
    narrowing = {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{BUCKET}/*"}
    attached = policy(allow("s3:PutObject"), Roles=[{"Ref": "One"}, {"Ref": "Two"}])
    limited = {"One": role(narrowing), "Two": role(narrowing), "X": attached}
    half = {"One": role(narrowing), "Two": role(), "X": attached}
    limits = {**half, "Limits": policy(narrowing, Roles=[{"Ref": "One"}, {"Ref": "Two"}])}
    assert verdicts(unscoped, iam(limits))["X"] == PASS
    assert verdicts(unscoped, iam(half))["X"] == ("fail", "s3:PutObject.", "high")
    assert verdicts(unscoped, iam(limited))["X"] == ("fail", "s3:PutObject.", "high")


@pytest.mark.parametrize(
    ("condition", "confines"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "x"}}, True),
        ({"StringLike": {"AWS:resourcetag/Team": ["x", "y*"]}}, True),
        ({"StringLike": {"aws:ResourceTag/team": "*"}}, False),
        ({"Null": {"aws:ResourceTag/team": "false"}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/team": "x"}}, False),
        ({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["x"]}}, False),
        ({"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": ["x"]}}, True),
        ({"StringEquals": {"kms:EncryptionContext:aws:logs:arn": "x"}}, True),
        ({"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}, False),
        (None, False),
    ],
)
def test_conditions_that_say_on_which_resources(condition: Any, confines: bool) -> None:
    assert confines_resources(condition) is confines


# --- NotAction, NotResource ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], ("fail", "every action but iam:*.", None)),
        (
            [{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": BUCKET}],
            ("fail", "every action but iam:*.", "medium"),
        ),
        (
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::*"}],
            ("fail", "every action but iam:*.", "medium"),
        ),
        (
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*", "Condition": TAGGED}],
            ("fail", "every action but iam:*.", "medium"),
        ),
        (
            [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "NotResource": BUCKET}],
            ("fail", f"s3:Get* and s3:List* on all but {BUCKET}.", None),
        ),
        (
            [{"Effect": "Allow", "NotAction": "iam:*", "NotResource": BUCKET}],
            ("fail", f"every action but iam:* and every action on all but {BUCKET}.", None),
        ),
        ([{"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"}], PASS),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, deny("*")], PASS),
    ],
)
def test_all_but(statements: list[dict[str, Any]], answer: Answer) -> None:
    assert judged(all_but, *statements) == answer


def test_an_exception_that_a_condition_takes_back() -> None:
    conditions = {"Strict": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    excluded = ["iam:*", {"Fn::If": ["Strict", "sts:*", {"Ref": "AWS::NoValue"}]}]
    found = judged(
        all_but,
        {"Effect": "Allow", "NotAction": excluded, "Resource": "*"},
        Conditions=conditions,
        Parameters={"P": {"Type": "String", "Default": "x"}},
    )
    assert found == ("fail", "every action but iam:* and sts:* where condition Strict is true.", None)


# --- passing roles ------------------------------------------------------------------------------------------

ONE = "arn:aws:iam::111122223333:role/job"
TO_LAMBDA = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([allow("iam:PassRole")], ("fail", "iam:PassRole on every role and to any service.", None)),
        ([allow("IAM:pass*", ONE)], ("fail", "iam:PassRole to any service.", None)),
        ([allow("iam:*", Condition=TO_LAMBDA)], ("fail", "iam:PassRole on every role.", None)),
        (
            [allow("iam:PassRole", "arn:aws:iam::*:role/*", Condition=TO_LAMBDA)],
            ("fail", "iam:PassRole on every role.", None),
        ),
        ([allow("iam:PassRole", ONE, Condition=TO_LAMBDA)], PASS),
        ([allow("iam:PassRole", "arn:aws:iam::111122223333:role/app-*", Condition=TO_LAMBDA)], PASS),
        ([allow("iam:PassRole", BUCKET)], PASS),
        ([allow(["iam:GetRole", "*"])], PASS),
        ([allow("iam:PassRole"), deny("iam:PassRole")], PASS),
        ([allow("iam:PassRole"), deny("iam:Get*")], ("fail", "iam:PassRole on every role and to any service.", None)),
        (
            [{"Effect": "Allow", "Action": "iam:PassRole", "NotResource": ONE, "Condition": TO_LAMBDA}],
            ("fail", "iam:PassRole on every role.", None),
        ),
        (
            [allow("iam:PassRole", ONE, Condition={"StringLike": {"iam:PassedToService": {"Ref": "Free"}}})],
            ("unknown", "the value of iam:PassedToService", None),
        ),
        (
            [allow("iam:PassRole", {"Ref": "Free"}, Condition=TO_LAMBDA)],
            ("unknown", "the value of parameter Free", None),
        ),
    ],
)
def test_passing_roles(statements: list[dict[str, Any]], answer: Answer) -> None:
    assert judged(passes_roles, *statements, Parameters={"Free": {"Type": "String"}}) == answer


# --- verdicts -----------------------------------------------------------------------------------------------


def test_statements_whose_effect_is_not_known_are_doubts() -> None:
    found = judged(everything, allow("*", Effect={"Ref": "Free"}), Parameters={"Free": {"Type": "String"}})
    assert found == ("unknown", "the value of parameter Free", None)


def test_actions_that_are_not_known_are_doubts() -> None:
    parameters = {"Free": {"Type": "CommaDelimitedList"}}
    for find in (everything, service_wide):
        assert judged(find, allow({"Ref": "Free"}), Parameters=parameters) == (
            "unknown",
            "the value of parameter Free",
            None,
        )


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "a", "c"], "a, b and c"),
        (list("abcdefg"), "a, b, c, d and 3 more"),
    ],
)
def test_names_as_people_write_them(names: list[str], text: str) -> None:
    assert listed(names) == text
