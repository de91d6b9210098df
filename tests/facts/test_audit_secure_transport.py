"""Which policies refuse plain HTTP, for whom, for what, and where."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam
from analyzer.facts.secure_transport import Refusal, SecureTransport, Transport
from tests.stacks import application, resource

BOTH = [{"Fn::GetAtt": ["Docs", "Arn"]}, {"Fn::Sub": "${Docs.Arn}/*"}]
WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}
SECTIONS = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}, "P": {"Type": "String"}},
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def deny(**changes: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": BOTH, "Condition": WITHOUT_TLS, **changes}


def transport(*statements: Any, policy: dict[str, Any] | None = None, **attributes: Any) -> Transport:
    """How the bucket ``Docs`` answers under a policy with these statements."""
    properties = {"Bucket": {"Ref": "Docs"}, "PolicyDocument": {"Statement": list(statements)}, **(policy or {})}
    resources = {
        "Docs": {"Type": "AWS::S3::Bucket"},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": properties, **attributes},
    }
    app = application({**SECTIONS, "Resources": resources})
    return SecureTransport(app, Iam(app)).of(resource(app, "Docs"))


@pytest.mark.parametrize(
    "statement",
    [
        deny(),
        deny(Principal={"AWS": "*"}),
        deny(Principal={"AWS": ["*"]}),
        deny(Action="*", Resource="*"),
        deny(Action=["S3:*"]),
        deny(Resource=["arn:aws:s3:::*"]),
        deny(Condition={"Bool": {"AWS:SecureTransport": False}}),
        deny(Condition={"BoolIfExists": {"aws:SecureTransport": ["false"]}}),
        deny(Condition={"StringEquals": {"aws:SecureTransport": "false"}}),
        deny(Condition={"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}),
    ],
)
def test_refused(statement: dict[str, Any]) -> None:
    assert transport(statement).refusal is Refusal.COMPLETE


@pytest.mark.parametrize(
    "statement",
    [
        deny(Effect="Allow", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        deny(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        deny(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        deny(Principal={"Service": "*"}),
        {**{k: v for k, v in deny().items() if k != "Principal"}, "NotPrincipal": {"AWS": "111122223333"}},
        deny(Condition={**WITHOUT_TLS, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        deny(Condition={"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}),
        deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny(Resource="arn:aws:s3:::another/*"),
        deny(Action="s3:PutBucketPolicy"),
    ],
)
def test_not_refused(statement: dict[str, Any]) -> None:
    found = transport(statement)
    assert found.refusal is Refusal.NONE
    assert found.open_actions == ("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject")


@pytest.mark.parametrize(
    ("statements", "still_open"),
    [
        ([deny(Resource=BOTH[1])], ("s3:ListBucket",)),
        ([deny(Resource=BOTH[0])], ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
        ([deny(Action="s3:Get*")], ("s3:ListBucket", "s3:PutObject", "s3:DeleteObject")),
        ([deny(Resource=BOTH[1], Action="s3:*Object"), deny(Action="s3:Get*")], ("s3:ListBucket",)),
    ],
)
def test_refused_in_part(statements: list[dict[str, Any]], still_open: tuple[str, ...]) -> None:
    found = transport(*statements)
    assert (found.refusal, found.open_actions) == (Refusal.PARTIAL, still_open)


def test_statements_together_are_a_whole() -> None:
    assert transport(deny(Resource=BOTH[0]), deny(Resource=BOTH[1])).refusal is Refusal.COMPLETE


def test_a_lone_statement_without_a_list_is_read() -> None:
    assert transport(policy={"PolicyDocument": {"Statement": deny()}}).refusal is Refusal.COMPLETE


def test_a_conditional_policy_leaves_a_gap() -> None:
    found = transport(deny(), Condition="Prod")
    assert (found.refusal, [str(guard) for guard in found.guards]) == (Refusal.NONE, ["condition Prod is false"])


def test_a_statement_in_one_branch_leaves_a_gap() -> None:
    found = transport({"Fn::If": ["Prod", deny(), {"Ref": "AWS::NoValue"}]})
    assert [str(guard) for guard in found.guards] == ["condition Prod is false"]


def test_statements_in_both_branches_leave_none() -> None:
    assert transport({"Fn::If": ["Prod", deny(), deny(Action="*")]}).refusal is Refusal.COMPLETE


def test_a_policy_that_nobody_can_know_yet() -> None:
    found = transport(policy={"PolicyDocument": {"Ref": "P"}})
    assert (found.refusal, found.needs) == (Refusal.UNKNOWN, "the value of parameter P")


def test_a_bucket_without_policy_and_one_of_another_bucket() -> None:
    found = transport(deny(), policy={"Bucket": "another"})
    assert (found.refusal, found.policy) == (Refusal.NONE, None)


def test_queues_and_topics_are_guarded_by_their_own_policies() -> None:
    queue_policy = {
        "Queues": [{"Ref": "Q"}],
        "PolicyDocument": {"Statement": [deny(Action="sqs:*", Resource={"Fn::GetAtt": ["Q", "Arn"]})]},
    }
    topic_policy = {
        "TopicArn": {"Ref": "T"},
        "PolicyDocument": {"Statement": [deny(Action="sns:Publish", Resource="*")]},
    }
    app = application(
        {
            "Resources": {
                "Q": {"Type": "AWS::SQS::Queue"},
                "Half": {"Type": "AWS::SQS::Queue"},
                "T": {"Type": "AWS::SNS::Topic"},
                "QP": {"Type": "AWS::SQS::QueuePolicy", "Properties": queue_policy},
                "HalfPolicy": {
                    "Type": "AWS::SQS::QueueInlinePolicy",
                    "Properties": {
                        "Queue": {"Ref": "Half"},
                        "PolicyDocument": {"Statement": [deny(Action="sqs:SendMessage", Resource="*")]},
                    },
                },
                "TP": {"Type": "AWS::SNS::TopicInlinePolicy", "Properties": topic_policy},
            }
        }
    )
    found = SecureTransport(app, Iam(app))
    answers = {name: found.of(resource(app, name)) for name in ("Q", "Half", "T")}
    assert {name: each.refusal for name, each in answers.items()} == {
        "Q": Refusal.COMPLETE,
        "Half": Refusal.PARTIAL,
        "T": Refusal.COMPLETE,
    }
    assert answers["Half"].open_actions == ("sqs:ReceiveMessage",)
