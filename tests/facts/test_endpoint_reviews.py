"""What is wrong with endpoint policies by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analyzer.facts.endpoint_reviews import Flaw, Policy, malformed, narrow_principals, open_to_all, unmatchable
from analyzer.judgement import Verdict
from tests.facts.network_parts import app, function, gateway, group, interface, isolated, network, ref, role
from tests.stacks import resource

GIVEN = {"Given": {"Type": "String"}}
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
Find = Callable[[Policy], Iterator[Flaw]]


def found(find: Find, document: Any, suffix: str = "s3") -> tuple[Verdict, list[str]]:
    """The verdict, and what is wrong or would have to be known."""
    properties = {} if document is None else {"PolicyDocument": document}
    made = gateway("E", suffix, **properties) if suffix in ("s3", "dynamodb") else interface("E", suffix, **properties)
    application = app(isolated(), made, role(), Parameters=GIVEN)
    answer = network(application).review(resource(application, "E"), find)
    assert answer is not None
    return answer.verdict, [flaw.needs or flaw.text for flaw in answer.result]


def one(find: Find, suffix: str = "s3", **changes: Any) -> tuple[Verdict, list[str]]:
    statement = {key: value for key, value in {**ALLOW, **changes}.items() if value is not None}
    return found(find, {"Version": "2012-10-17", "Statement": [statement]}, suffix)


FINE: tuple[Verdict, list[str]] = (Verdict.PASS, [])


def bad(*texts: str) -> tuple[Verdict, list[str]]:
    return Verdict.FAIL, list(texts)


MISSING = (
    "the value of parameter Given",
    "has a statement without Action",
    "has a statement without Resource",
    "has a statement without Principal",
)

# --- malformed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, FINE),
        ({"Principal": None}, bad("has a statement without Principal")),
        ({"Action": None}, bad("has a statement without Action")),
        ({"Resource": None}, bad("has a statement without Resource")),
        ({"Effect": None}, bad("has a statement without Effect")),
        ({"Effect": "ALLOW"}, bad("has a statement whose Effect is ALLOW")),
        ({"Action": None, "NotAction": "s3:*"}, FINE),
        ({"Principal": None, "NotPrincipal": {"AWS": "x"}}, FINE),
        ({"Principal": {"Ref": "AWS::NoValue"}}, bad("has a statement without Principal")),
        ({"Effect": ref("Given")}, (Verdict.UNKNOWN, ["the value of parameter Given"])),
    ],
)
def test_a_statement(changes: dict[str, Any], expected: tuple[Verdict, list[str]]) -> None:
    assert one(malformed, **changes) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, FINE),
        ({"Statement": ALLOW}, FINE),
        ({"Statement": [], "Version": "2012-10-17"}, bad("has no statement")),
        ({"Version": "2008-10-17", "Statement": ALLOW}, FINE),
        ({"Version": "2012-10-18", "Statement": ALLOW}, bad("has version 2012-10-18, which does not exist")),
        (json.dumps({"Statement": [ALLOW]}), FINE),
        ("{", bad("is no JSON")),
        (ref("Given"), (Verdict.UNKNOWN, ["the value of parameter Given"])),
        ({"Statement": [ref("Given")]}, (Verdict.UNKNOWN, ["the value of parameter Given"])),
        ({"Statement": [ref("Given"), {"Effect": "Allow"}]}, bad(*MISSING)),
    ],
)
def test_a_document(document: Any, expected: tuple[Verdict, list[str]]) -> None:
    assert found(malformed, document) == expected


def test_the_length() -> None:
    short = [f"arn:aws:s3:::{'b' * 40}-{number:04}/*" for number in range(300)]
    assert one(malformed, Resource=short) == FINE
    assert one(malformed, Resource=short * 2)[0] is Verdict.FAIL


# --- principals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", FINE),
        ({"AWS": "*"}, FINE),
        ({"AWS": ["*"]}, FINE),
        ({"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}, bad("names <Role.Arn> as AWS principal")),
        ({"AWS": ["*", "111122223333"]}, bad("names 111122223333 as AWS principal")),
        ({"Service": "lambda.amazonaws.com"}, bad("names lambda.amazonaws.com as Service principal")),
        ("111122223333", bad("names 111122223333 as principal")),
        ({"AWS": ref("Given")}, (Verdict.UNKNOWN, ["the value of parameter Given"])),
    ],
)
def test_principals_of_gateways(principal: Any, expected: tuple[Verdict, list[str]]) -> None:
    assert one(narrow_principals, Principal=principal) == expected
    assert one(narrow_principals, "sqs", Principal=principal) == FINE


# --- open to all ----------------------------------------------------------------------------------------------

OPEN = bad("lets everybody do everything with everything")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Action": "*"}, OPEN),
        ({"Action": ["s3:GetObject", "s3:*"]}, OPEN),
        ({"Action": "S3:*", "Principal": {"AWS": "*"}}, OPEN),
        ({"Action": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, OPEN),
        ({"Action": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}, OPEN),
        ({"Action": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}, FINE),
        ({"Action": "*", "Condition": ref("Given")}, (Verdict.UNKNOWN, ["the condition of a statement of E"])),
        ({"Action": "s3:Get*"}, FINE),
        ({"Action": "sqs:*"}, FINE),  # of another service: FM0304
        ({"Action": "*", "Resource": "arn:aws:s3:::reports/*"}, FINE),
        ({"Action": "*", "Principal": {"AWS": "111122223333"}}, FINE),
        ({"Action": "*", "Effect": "Deny"}, FINE),
    ],
)
def test_openness(changes: dict[str, Any], expected: tuple[Verdict, list[str]]) -> None:
    assert one(open_to_all, **changes) == expected


def test_a_statement_that_nobody_knows_yet_may_deny_it() -> None:
    policy = {"Statement": [{**ALLOW, "Action": "*"}, ref("Given")]}
    assert found(open_to_all, policy) == (Verdict.UNKNOWN, ["the value of parameter Given"])


def test_no_policy_is_open_by_default() -> None:
    assert found(open_to_all, None) == bad("is the default one, full access, because none is written")
    custom = interface("E", "x", ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-1")
    application = app(isolated(), custom)
    answer = network(application).review(resource(application, "E"), open_to_all)
    assert answer is not None
    assert answer.verdict is Verdict.PASS


# --- what cannot match ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "action", "flawed"),
    [
        ("s3", "s3:GetObject", False),
        ("s3", "dynamodb:GetItem", True),
        ("s3", ["S3:Get*", "s3express:CreateSession"], False),
        ("monitoring", "cloudwatch:PutMetricData", False),
        ("logs", "cloudwatch:PutMetricData", True),
        ("email", "ses:SendEmail", False),
        ("ecr.dkr", "ecr:BatchGetImage", False),
        ("bedrock-runtime", "bedrock:InvokeModel", False),
        ("sagemaker.runtime", "sagemaker:InvokeEndpoint", False),
        ("sqs", "*", False),
        ("ssmmessages", "ssmmessages:OpenDataChannel", False),
        ("sqs", ref("Given"), False),
    ],
)
def test_actions_of_the_service(suffix: str, action: Any, flawed: bool) -> None:
    verdict, texts = one(unmatchable, suffix, Action=action)
    assert (verdict, bool(texts)) == ((Verdict.FAIL, True) if flawed else (Verdict.PASS, False))


@pytest.mark.parametrize(
    ("condition", "flawed"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, False),
        ({"StringLike": {"aws:PrincipalAccount": "1111*"}}, True),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
        ({"NumericEquals": {"aws:PrincipalAccount": "111122223333"}}, True),
        ({"StringLike": {"aws:PrincipalTag/team": "web*"}}, True),
        ({"StringLike": {"aws:PrincipalTag/team": "website*"}}, False),
        ({"StringLike": {"aws:PrincipalTag/team": "*website"}}, False),
        ({"StringLike": {"aws:PrincipalTag/team": "website*abc*"}}, True),
        ({"StringLike": {"aws:PrincipalTag/team": {"Fn::Sub": "${Given}*"}}}, False),
        ({"StringEquals": {"aws:PrincipalTag/team": "w*"}}, False),  # no wildcard there
    ],
)
def test_wildcards_in_conditions(condition: dict[str, Any], flawed: bool) -> None:
    assert one(unmatchable, Condition=condition)[0] is (Verdict.FAIL if flawed else Verdict.PASS)


@pytest.mark.parametrize(
    ("arn", "flawed"),
    [
        ("arn:aws:sqs:eu-west-1:111122223333:jobs", False),
        ("arn:aws:sqs:*:*:jobs-1*", False),
        ("arn:aws:sqs:eu-west-1:1111*:jobs", True),
        ("arn:aws:s3:::reports-2*/x:y", False),
    ],
)
def test_accounts_of_arns(arn: str, flawed: bool) -> None:
    assert one(unmatchable, "sqs", Action="sqs:SendMessage", Resource=arn)[0] is (
        Verdict.FAIL if flawed else Verdict.PASS
    )


def test_denials() -> None:
    everything = {**ALLOW, "Effect": "Deny", "Action": "*"}
    allows = {"Statement": [ALLOW, everything]}
    assert found(unmatchable, allows) == bad("denies everything to everybody")
    assert found(unmatchable, {"Statement": [{**ALLOW, "Effect": "Deny"}]}) == bad("allows nothing, it only denies")
    assert found(unmatchable, {"Statement": [ALLOW, {**ALLOW, "Effect": "Deny"}]}) == FINE


def test_what_the_own_functions_call_is_not_to_be_denied() -> None:
    code = "import boto3\ndef handler(e, c):\n    boto3.client('s3').get_object(Bucket='b', Key='k')\n"
    deny = {**ALLOW, "Effect": "Deny", "Action": "s3:Get*"}
    policy = {"Statement": [{**ALLOW, "Action": "s3:*"}, deny]}
    application = app(isolated(), group(), role(), gateway("E", PolicyDocument=policy), function("Function", code))
    answer = network(application).review(resource(application, "E"), network(application).denied)
    assert answer is not None
    assert [flaw.text for flaw in answer.result] == ["denies Function s3:GetObject"]


def test_a_branch_of_a_condition() -> None:
    conditions = {"Open": {"Fn::Equals": [ref("Given"), "yes"]}}
    action = {"Fn::If": ["Open", "*", "s3:GetObject"]}
    policy = {"Statement": [{**ALLOW, "Action": action}]}
    application = app(isolated(), gateway("E", PolicyDocument=policy), Parameters=GIVEN, Conditions=conditions)
    answer = network(application).review(resource(application, "E"), open_to_all)
    assert answer is not None
    assert (answer.verdict, answer.where) == (Verdict.FAIL, " where condition Open is true")
