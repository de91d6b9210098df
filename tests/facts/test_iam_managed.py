"""AWS managed policies, judged by what they hold."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam
from analyzer.facts.iam_managed import Content, content_of, judge_managed
from tests.facts.iam_cases import PASS, Answer, answer, app, policy, role

AWS = "arn:aws:iam::aws:policy/"
PARAMETERS = {"Free": {"Type": "String"}, "P": {"Type": "String", "Default": "no"}}
CONDITIONS = {"Wide": {"Fn::Equals": [{"Ref": "P"}, "yes"]}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("AdministratorAccess", Content.ADMINISTRATOR),
        ("AdministratorAccess-Amplify", Content.BROAD),
        ("PowerUserAccess", Content.BROAD),
        ("IAMFullAccess", Content.BROAD),
        ("AmazonS3FullAccess", Content.BROAD),
        ("AmazonDynamoDBFullAccess", Content.BROAD),
        ("CloudWatchFullAccessV2", Content.BROAD),
        ("AmazonEC2ContainerRegistryPowerUser", Content.BROAD),
        ("SecretsManagerReadWrite", Content.BROAD),
        ("AmazonAPIGatewayAdministrator", Content.BROAD),
        ("job-function/DatabaseAdministrator", Content.BROAD),
        ("service-role/AmazonPersonalizeFullAccess", Content.BROAD),
        ("AmazonS3ReadOnlyAccess", Content.ORDINARY),
        ("ReadOnlyAccess", Content.ORDINARY),
        ("service-role/AWSLambdaBasicExecutionRole", Content.ORDINARY),
        ("AWSLambdaBasicExecutionRole", Content.ORDINARY),
        ("service-role/AWSLambdaVPCAccessExecutionRole", Content.ORDINARY),
        ("service-role/AWSLambdaSQSQueueExecutionRole", Content.ORDINARY),
        ("AWSXRayDaemonWriteAccess", Content.ORDINARY),
        ("CloudWatchAgentServerPolicy", Content.ORDINARY),
        ("AmazonSSMManagedInstanceCore", Content.ORDINARY),
        ("service-role/AWSGlueServiceRole", Content.ORDINARY),
        ("AWSSupportAccess", Content.ORDINARY),
        ("wrong-path/AmazonS3FullAccess", None),
        ("NobodyHasHeardOfIt", None),
    ],
)
def test_contents(name: str, content: Content | None) -> None:
    assert content_of(name) is content


def judged(arns: Any, holder: str = "AWS::IAM::Role", wrong: Content = Content.BROAD) -> list[Answer]:
    """The judgement on a principal with these managed policies, one of the application's own among them."""
    name = "ManagedPolicies" if holder == "AWS::SSO::PermissionSet" else "ManagedPolicyArns"
    resources = {"X": {"Type": holder, "Properties": {name: arns}}, "AmazonS3FullAccess": policy()}
    built = app(resources, Parameters=PARAMETERS, Conditions=CONDITIONS)
    (principal,) = Iam(built).principals.values()
    return [answer(one) for one in judge_managed(built, principal, lambda content: content is wrong, "{who}: {what}")]


@pytest.mark.parametrize(
    ("arns", "expected"),
    [
        ([f"{AWS}AmazonS3FullAccess"], ("fail", "X: AmazonS3FullAccess.", None)),
        (
            [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess"}],
            ("fail", "X: AmazonS3FullAccess.", None),
        ),
        (["AmazonS3FullAccess"], ("fail", "X: AmazonS3FullAccess.", None)),
        ([{"Ref": "AmazonS3FullAccess"}], PASS),
        ([f"{AWS}service-role/AWSLambdaBasicExecutionRole"], PASS),
        ([{"Ref": "Free"}], ("unknown", "the value of parameter Free", None)),
        ([{"Ref": "Free"}, f"{AWS}AmazonS3FullAccess"], ("fail", "X: AmazonS3FullAccess.", None)),
        (
            [{"Fn::If": ["Wide", f"{AWS}AmazonSQSFullAccess", {"Ref": "AWS::NoValue"}]}],
            ("fail", "X: AmazonSQSFullAccess where condition Wide is true.", None),
        ),
        (
            {"Fn::If": ["Wide", [f"{AWS}AmazonSQSFullAccess"], {"Ref": "AWS::NoValue"}]},
            ("fail", "X: AmazonSQSFullAccess where condition Wide is true.", None),
        ),
        (["arn:aws:iam::111122223333:policy/team"], ("unknown", "what the policy team holds", None)),
        ([f"{AWS}NobodyHasHeardOfIt"], ("unknown", "what the policy NobodyHasHeardOfIt holds", None)),
        ([f"{AWS}AdministratorAccess"], PASS),
        ([["nested"]], ("unknown", "what the policy at /Resources/X/Properties/ManagedPolicyArns/0 holds", None)),
    ],
)
def test_attached_policies(arns: Any, expected: Answer) -> None:
    assert judged(arns) == [expected]


@pytest.mark.parametrize("holder", ["AWS::IAM::User", "AWS::IAM::Group", "AWS::SSO::PermissionSet"])
def test_every_kind_of_principal(holder: str) -> None:
    found = judged([f"{AWS}AdministratorAccess"], holder=holder, wrong=Content.ADMINISTRATOR)
    assert found == [("fail", "X: AdministratorAccess.", None)]


def test_without_managed_policies_there_is_nothing_to_judge() -> None:
    assert judged([]) == []


def test_the_confidence_is_that_of_the_likeliest_policy() -> None:
    arns = [{"Fn::If": ["Wide", f"{AWS}AmazonSQSFullAccess", {"Ref": "AWS::NoValue"}]}, f"{AWS}AmazonS3FullAccess"]
    built = app({"X": role(ManagedPolicyArns=arns)}, Parameters=PARAMETERS, Conditions=CONDITIONS)
    (principal,) = Iam(built).principals.values()
    (judgement,) = judge_managed(built, principal, lambda content: content is Content.BROAD, "{what}")
    assert judgement.confidence.label == "certain"
    assert [link.text for link in judgement.evidence] == [
        "AWS managed policy AmazonSQSFullAccess where condition Wide is true",
        "AWS managed policy AmazonS3FullAccess",
    ]
