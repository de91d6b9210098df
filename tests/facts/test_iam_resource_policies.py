"""Resource and trust policies: who is let in, and for whom services act."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam
from analyzer.facts.iam_deputies import judge_policies
from analyzer.facts.iam_openings import judge_openings
from analyzer.facts.iam_principals import Principals, principals_of
from analyzer.facts.iam_worlds import World
from tests.facts.iam_cases import PASS, Answer, answer, app

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"
PARAMETERS = {"Free": {"Type": "String"}}
OPEN = ("fail", "sqs:SendMessage to everybody.", None)


def open_to(principal: Any = "*", **others: Any) -> dict[str, Any]:
    written = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": QUEUE}
    return {**written, **others}


def queue_policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": {"Statement": list(statements)}}}


def openings(resources: dict[str, Any], **sections: Any) -> dict[str, Answer]:
    iam = Iam(app(resources, Parameters=PARAMETERS, **sections))
    found = {one.subject.logical_id: answer(one) for one in judge_openings(iam)}
    return {
        name: (verdict, said.partition(" allows ")[2] or said, grade) for name, (verdict, said, grade) in found.items()
    }


def opening(*statements: dict[str, Any]) -> Answer:
    return openings({"X": queue_policy(*statements)})["X"]


# --- principals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", (True, ())),
        ({"AWS": "*"}, (True, ())),
        ({"AWS": ["arn:aws:iam::111122223333:root", "*"]}, (True, ())),
        ({"AWS": "arn:aws:iam::111122223333:root"}, (False, ())),
        ({"AWS": {"Fn::Sub": "arn:aws:iam::${Free}:root"}}, (False, ())),
        ({"AWS": {"Ref": "Free"}}, (False, ("the value of parameter Free",))),
        ({"Service": {"Ref": "Free"}}, (False, ())),
        ({"Service": "*"}, (False, ())),
        ({"CanonicalUser": "79a59df9"}, (False, ())),
    ],
)
def test_everybody(principal: Any, expected: tuple[bool, tuple[str, ...]]) -> None:
    iam = Iam(app({"X": queue_policy(open_to(principal))}, Parameters=PARAMETERS))
    (statement,) = iam.resource_statements
    found = principals_of(statement, World())
    assert (found.everybody, found.needs) == expected


def test_all_but_some_and_services() -> None:
    iam = Iam(
        app(
            {
                "X": queue_policy(
                    {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*"},
                    open_to({"Service": ["s3.amazonaws.com", "sns.amazonaws.com"], "Federated": "accounts.google.com"}),
                )
            }
        )
    )
    first, second = (principals_of(statement, World()) for statement in iam.resource_statements)
    assert first == Principals(everybody=True, all_but=True)
    assert [service.text for service in second.services] == ["s3.amazonaws.com", "sns.amazonaws.com"]
    assert [provider.text for provider in second.federated] == ["accounts.google.com"]


# --- openings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, OPEN),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, PASS),
        ({"StringEquals": {"AWS:PrincipalOrgID": {"Ref": "Free"}}}, PASS),
        ({"StringLike": {"aws:PrincipalOrgID": {"Ref": "Free"}}}, ("unknown", "the value of parameter Free", None)),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, OPEN),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, OPEN),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, OPEN),
        ({"Bool": {"aws:SecureTransport": "true"}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, PASS),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:111122223333:*"}}, PASS),
        ({"ArnLike": {"aws:SourceArn": "*"}}, OPEN),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, OPEN),
    ],
)
def test_conditions(condition: Any, expected: Answer) -> None:
    assert opening(open_to(**({"Condition": condition} if condition else {}))) == expected


def denying(condition: Any = None, action: Any = "sqs:*", resource: Any = "*", **others: Any) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **others}
    return {**statement, **({"Condition": condition} if condition else {})}


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        (denying(), PASS),
        (denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), PASS),
        (denying({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}), PASS),
        (denying({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), PASS),
        (denying({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "sqs:ReceiveMessage"), OPEN),
        (denying({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, resource="arn:aws:sqs:*:*:other"), OPEN),
        (denying({"NotIpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), OPEN),
        (denying({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), OPEN),
        (denying({"Bool": {"aws:SecureTransport": "false"}}), OPEN),
        (denying({"StringNotEquals": {"aws:PrincipalTag/team": "x"}}), OPEN),
        (denying({"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgPaths": "o-1/*"}}), OPEN),
        # all tests must fail together for the Deny to hit: each must leave somebody in particular
        (
            denying(
                {
                    "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "Bool": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
            PASS,
        ),
        (
            denying(
                {
                    "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "Bool": {"aws:SecureTransport": "false"},
                }
            ),
            OPEN,
        ),
        ({**denying(), "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, OPEN),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}, PASS),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "sqs:Get*", "Resource": "*"}, OPEN),
    ],
)
def test_denies_beside_the_allow(deny: dict[str, Any], expected: Answer) -> None:
    assert opening(open_to(), deny) == expected


def test_who_is_meant() -> None:
    assert opening(open_to({"AWS": {"Ref": "Free"}})) == ("unknown", "the value of parameter Free", None)
    but_some = {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sqs:SendMessage", "Resource": QUEUE}
    assert opening(but_some) == ("fail", "sqs:SendMessage to everybody but some.", None)
    assert opening(open_to(Effect={"Ref": "Free"})) == ("unknown", "the value of parameter Free", None)


def bucket_policy(block: Any, condition: Any = None) -> Answer:
    properties = {"PublicAccessBlockConfiguration": block} if block is not None else {}
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    found = openings(
        {
            "B": {"Type": "AWS::S3::Bucket", "Properties": properties},
            "X": {
                "Type": "AWS::S3::BucketPolicy",
                "Properties": {
                    "Bucket": {"Ref": "B"},
                    "PolicyDocument": {"Statement": {**statement, **({"Condition": condition} if condition else {})}},
                },
            },
        }
    )
    return found["X"]


REFUSED = "s3:GetObject to everybody; Block Public Access of the bucket refuses such a policy, so the deployment fails."


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (None, ("fail", REFUSED, None)),
        ({"BlockPublicPolicy": True}, ("fail", REFUSED, None)),
        ({"BlockPublicAcls": True}, ("fail", "s3:GetObject to everybody.", None)),
        ({"BlockPublicPolicy": "false"}, ("fail", "s3:GetObject to everybody.", None)),
        (
            {"RestrictPublicBuckets": True},
            ("fail", "s3:GetObject to everybody; only RestrictPublicBuckets keeps other accounts out.", "medium"),
        ),
    ],
)
def test_block_public_access(block: Any, expected: Answer) -> None:
    assert bucket_policy(block) == expected


def test_amazon_s3_asks_for_fixed_values() -> None:
    verdict, said, severity = bucket_policy(
        {"BlockPublicAcls": True}, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:111122223333:*"}}
    )
    assert (verdict, severity) == ("fail", "low")
    assert said.startswith("s3:GetObject to everybody within limits that Amazon S3 does not count")
    assert bucket_policy(None, {"StringEquals": {"aws:SourceAccount": "111122223333"}}) == PASS


def test_endpoint_policies_are_another_matter() -> None:
    endpoint = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"PolicyDocument": {"Statement": open_to()}}}
    assert openings({"X": endpoint}) == {}


def trust(principal: Any, action: str, condition: Any = None) -> Answer:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    document = {"Statement": {**statement, **({"Condition": condition} if condition else {})}}
    return openings(
        {
            "X": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}},
            "GitHub": {
                "Type": "AWS::IAM::OIDCProvider",
                "Properties": {"Url": "https://token.actions.githubusercontent.com"},
            },
        }
    )["X"]


GITHUB = {"Federated": {"Ref": "GitHub"}}
SUB, AUD = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
ANY = ("fail", "sts:AssumeRoleWithWebIdentity to any GitHub repository.", None)


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        ({"AWS": "*"}, None, ("fail", "sts:AssumeRoleWithWebIdentity to everybody with an AWS account.", None)),
        ({"Service": "lambda.amazonaws.com"}, None, PASS),
        (GITHUB, None, ANY),
        (GITHUB, {"StringEquals": {AUD: "sts.amazonaws.com"}}, ANY),
        (GITHUB, {"StringLike": {SUB: "repo:*"}}, ANY),
        (GITHUB, {"StringLike": {SUB: ["repo:acme/app:*", "*"]}}, ANY),
        (GITHUB, {"StringEqualsIfExists": {SUB: "repo:acme/app:ref:refs/heads/main"}}, ANY),
        (GITHUB, {"StringNotLike": {SUB: "repo:evil/*"}}, ANY),
        (GITHUB, {"StringLike": {SUB: "repo:acme/*"}}, PASS),
        (GITHUB, {"StringLike": {SUB: "repo:acme/app:*"}}, PASS),
        (GITHUB, {"StringLike": {SUB: "repo:acme/app:ref:refs/tags/*"}}, PASS),
        (GITHUB, {"StringLike": {SUB: "repo:*:ref:refs/heads/main"}}, ANY),
        (GITHUB, {"StringLike": {SUB: "repo*"}}, ANY),
        (GITHUB, {"StringEquals": {SUB: {"Ref": "Free"}}}, PASS),
        (GITHUB, {"StringLike": {SUB: {"Ref": "Free"}}}, ("unknown", "the value of parameter Free", None)),
        ({"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, None, PASS),
        (
            {"Federated": "cognito-identity.amazonaws.com"},
            None,
            ("fail", "sts:AssumeRoleWithWebIdentity to any Cognito identity pool.", None),
        ),
    ],
)
def test_trust_policies(principal: Any, condition: Any, expected: Answer) -> None:
    assert trust(principal, "sts:AssumeRoleWithWebIdentity", condition) == expected


def api_policy(authorization: list[str], **properties: Any) -> Answer:
    methods = {
        f"M{index}": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {"RestApiId": {"Ref": "X"}, "HttpMethod": "GET", "AuthorizationType": kind},
        }
        for index, kind in enumerate(authorization)
    }
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Policy": {"Statement": statement}, **properties}}
    return openings({"X": api, **methods})["X"]


@pytest.mark.parametrize(
    ("authorization", "severity"),
    [([], None), (["NONE"], None), (["CUSTOM", "NONE"], None), (["AWS_IAM"], None), (["CUSTOM"], "medium")],
)
def test_apis(authorization: list[str], severity: str | None) -> None:
    assert api_policy(authorization) == ("fail", "execute-api:Invoke to everybody.", severity)
    private = api_policy(authorization, EndpointConfiguration={"Types": ["PRIVATE"]})
    assert private == ("fail", "execute-api:Invoke to everybody.", "medium")


# --- services that act for anybody --------------------------------------------------------------------------


def deputies(*statements: dict[str, Any], kind: str = "AWS::SQS::QueuePolicy") -> dict[str, str]:
    name = "KeyPolicy" if kind == "AWS::KMS::Key" else "PolicyDocument"
    resources = {"X": {"Type": kind, "Properties": {name: {"Statement": list(statements)}}}}
    iam = Iam(app(resources, Parameters=PARAMETERS))
    return {one.subject.logical_id: answer(one)[0] for one in judge_policies(iam)}


def service(name: str, action: Any = "sqs:SendMessage", condition: Any = None, **others: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": name}, "Action": action, "Resource": "*", **others}
    return {**statement, **({"Condition": condition} if condition else {})}


ACCOUNT = {"StringEquals": {"aws:SourceAccount": "111122223333"}}


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        (service("sns.amazonaws.com"), "fail"),
        (service("sns.amazonaws.com", condition=ACCOUNT), "pass"),
        (service("sns.amazonaws.com", condition={"ArnLike": {"AWS:SourceArn": "arn:aws:sns:*:*:*"}}), "fail"),
        (service("sns.amazonaws.com", condition={"ArnLike": {"aws:SourceArn": {"Ref": "Free"}}}), "unknown"),
        (service("s3.amazonaws.com", condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}), "fail"),
        (service("events.amazonaws.com", condition={"Bool": {"aws:SecureTransport": "true"}}), "fail"),
        (service("sns.amazonaws.com", "sqs:GetQueueUrl"), "pass"),
        (service("cloudtrail.amazonaws.com", "s3:GetBucketAcl"), "pass"),
        (service("cloudfront.amazonaws.com", "s3:GetObject"), "fail"),
        (service("sns.amazonaws.com", "sqs:NobodyKnows"), "fail"),
        (
            service("delivery.logs.amazonaws.com", "s3:PutObject", Resource="arn:aws:s3:::b/AWSLogs/111122223333/*"),
            "pass",
        ),
        (service("delivery.logs.amazonaws.com", "s3:PutObject", Resource="arn:aws:s3:::b/AWSLogs/*"), "fail"),
        (open_to({"AWS": "arn:aws:iam::111122223333:root"}), "pass"),
    ],
)
def test_services(statement: dict[str, Any], verdict: str) -> None:
    assert deputies(statement) == {"X": verdict}


def test_a_deny_that_spares_one_account() -> None:
    deny = denying({"StringNotEquals": {"aws:SourceAccount": "111122223333"}})
    assert deputies(service("sns.amazonaws.com"), deny) == {"X": "pass"}
    org = denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})
    assert deputies(service("sns.amazonaws.com"), org) == {"X": "fail"}


def test_keys_are_another_matter() -> None:
    assert deputies(service("sns.amazonaws.com", "kms:Decrypt"), kind="AWS::KMS::Key") == {}
