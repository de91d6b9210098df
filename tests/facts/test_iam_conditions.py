"""Conditions: what is vacuous, what narrows, and what cannot be known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.facts.iam_conditions import (
    UNRESOLVED,
    Form,
    KeyUse,
    Narrowing,
    Outcome,
    Protection,
    View,
    is_real,
    narrows_public,
    passed_services,
    protects_service,
    requires_external_id,
)

HOLE = "\ufffc"
ACCOUNT = "111122223333"
YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        # nothing asked
        (None, NO),
        ({}, NO),
        ({"StringEquals": {}}, NO),
        # plain operators need the key
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, YES),
        ({"stringequals": {"AWS:principalorgid": ["o-1"]}}, YES),
        ({"StringEquals": {"aws:PrincipalTag/team": "a"}}, YES),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, YES),
        ({"Bool": {"aws:MultiFactorAuthPresent": True}}, YES),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}, YES),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}, YES),
        # passed when the key is left out
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, NO),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, NO),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, NO),
        ({"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}}, NO),
        ({"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:r:1:t"}}, NO),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, NO),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, NO),
        ({"ForAllValues:StringEqualsIfExists": {"aws:TagKeys": "a"}}, NO),
        ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, NO),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, NO),
        ({"Null": {"aws:PrincipalOrgID": True}}, NO),
        ({"Null": {"aws:PrincipalOrgID": ["true", "false"]}}, NO),
        # … unless every request has it
        ({"StringEqualsIfExists": {"aws:RequestedRegion": "eu-west-1"}}, YES),
        ({"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}}, YES),
        ({"Null": {"aws:RequestedRegion": "false"}}, NO),
        # … or something else demands it
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}}, YES),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"AWS:TAGKEYS": False}}, YES),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "true"}}, NO),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:RequestTag/a": "false"}}, YES),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "*"}, "StringEqualsIfExists": {"aws:TagKeys": "a"}}, NO),
        # multivalued
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}, YES),
        ({"ForAnyValue:StringNotEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}, YES),
        ({"Null": {"aws:TokenIssueTime": "false"}}, YES),
        # values that admit everything
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, NO),
        ({"StringLike": {"aws:PrincipalOrgID": ["o-1", "**"]}}, NO),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:*:*:*:*"}}, NO),
        ({"ArnEquals": {"aws:PrincipalArn": "*"}}, NO),
        ({"StringEquals": {"aws:PrincipalOrgID": "*"}}, YES),  # a literal star: nobody
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, NO),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}, NO),
        ({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}, NO),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, YES),
        ({"Bool": {"aws:ViaAWSService": ["true", "false"]}}, NO),
        ({"StringLike": {"aws:PrincipalArn": []}}, YES),  # nobody
        ({"StringNotEquals": {"aws:RequestedRegion": []}}, NO),
        # whoever calls can satisfy it
        ({"Bool": {"aws:SecureTransport": "true"}}, NO),
        ({"StringLike": {"aws:UserAgent": "secret-*"}}, NO),
        ({"StringEquals": {"aws:Referer": "https://example.com"}}, NO),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}, YES),
        # what cannot be known
        (UNRESOLVED, UNKNOWN),
        ({"StringEquals": UNRESOLVED}, UNKNOWN),
        ({"StringLike": {"aws:PrincipalOrgID": UNRESOLVED}}, UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": [UNRESOLVED]}}, UNKNOWN),
        ({"IpAddress": {"aws:SourceIp": [UNRESOLVED, "0.0.0.0/0"]}}, NO),
        ({"StringEquals": {"aws:PrincipalOrgID": UNRESOLVED}}, YES),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": UNRESOLVED}}, NO),
        ({"StringLike": {"aws:UserAgent": UNRESOLVED}}, NO),
        ({"Null": {"aws:PrincipalOrgID": UNRESOLVED}}, UNKNOWN),
        ({"StringMatches": {"aws:PrincipalOrgID": "o-1"}}, UNKNOWN),  # AWS has no such operator
        ({"StringLike": {"aws:PrincipalOrgID": UNRESOLVED}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}, YES),
    ],
)
def test_is_real(block: Any, expected: Outcome) -> None:
    assert is_real(block) is expected


def test_a_key_that_the_actions_always_have_needs_no_companion() -> None:
    block = {"StringEqualsIfExists": {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert is_real(block) is NO
    assert is_real(block, frozenset({"iam:passedtoservice"})) is YES


def used(key: str, form: Form = Form.FIXED) -> Narrowing:
    return Narrowing(YES, (KeyUse(key, form),))


OPEN = Narrowing(NO)


@pytest.mark.parametrize(
    ("block", "caller", "s3"),
    [
        (None, OPEN, OPEN),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, used("aws:PrincipalOrgID"), used("aws:PrincipalOrgID")),
        ({"StringEquals": {"AWS:PRINCIPALORGID": "o-1"}}, used("AWS:PRINCIPALORGID"), used("AWS:PRINCIPALORGID")),
        (
            {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
            used("aws:PrincipalAccount"),
            used("aws:PrincipalAccount"),
        ),
        ({"StringLike": {"aws:PrincipalAccount": "1111*"}}, OPEN, OPEN),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, OPEN, OPEN),
        ({"StringLike": {"aws:PrincipalOrgID": ["o-1", "o-*"]}}, OPEN, OPEN),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, used("aws:SourceVpce"), used("aws:SourceVpce")),
        ({"StringEquals": {"aws:SourceVpc": HOLE}}, used("aws:SourceVpc"), used("aws:SourceVpc")),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, OPEN, OPEN),
        # ARNs
        (
            {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"}},
            used("aws:SourceArn"),
            used("aws:SourceArn"),
        ),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:{ACCOUNT}:*"}}, used("aws:SourceArn", Form.WILDCARD), OPEN),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:*:t"}}, OPEN, OPEN),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:1111????3333:t"}}, OPEN, OPEN),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::my-*"}}, OPEN, OPEN),  # anyone may own a bucket of such a name
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::mine/*"}}, used("aws:SourceArn", Form.WILDCARD), OPEN),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::mine"}}, used("aws:SourceArn"), used("aws:SourceArn")),
        ({"ArnLike": {"aws:SourceArn": HOLE}}, used("aws:SourceArn"), used("aws:SourceArn")),
        ({"ArnLike": {"aws:SourceArn": f"{HOLE}*"}}, used("aws:SourceArn", Form.WILDCARD), OPEN),
        ({"ArnLike": {"aws:SourceArn": "arn*"}}, OPEN, OPEN),
        ({"StringLike": {"aws:PrincipalArn": "*:role/deploy"}}, OPEN, OPEN),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}, OPEN, OPEN),
        (
            {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}},
            used("aws:PrincipalArn", Form.WILDCARD),
            OPEN,
        ),
        ({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOLE}:*"}}, used("aws:PrincipalArn", Form.WILDCARD), OPEN),
        # S3's exception, and keys S3 does not list
        (
            {"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/*"}},
            used("s3:DataAccessPointArn", Form.WILDCARD),
            used("s3:DataAccessPointArn", Form.WILDCARD),
        ),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:*:accesspoint/x"}}, OPEN, OPEN),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, used("kms:CallerAccount"), OPEN),
        (
            {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}},
            used("aws:PrincipalOrgPaths", Form.WILDCARD),
            OPEN,
        ),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*/r-1/*"}}, OPEN, OPEN),
        ({"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}, used("aws:userid", Form.WILDCARD), OPEN),
        ({"StringLike": {"aws:userid": "AROA*:x"}}, OPEN, OPEN),
        (
            {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
            used("elasticfilesystem:AccessedViaMountTarget"),
            OPEN,
        ),
        ({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}, OPEN, OPEN),
        # networks
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, used("aws:SourceIp"), used("aws:SourceIp")),
        ({"IpAddress": {"aws:SourceIp": "54.0.0.0/8"}}, used("aws:SourceIp"), used("aws:SourceIp")),
        ({"IpAddress": {"aws:SourceIp": "54.0.0.0/7"}}, OPEN, OPEN),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, OPEN, OPEN),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/31"}}, OPEN, OPEN),
        ({"IpAddress": {"aws:SourceIp": "2a00::/32"}}, used("aws:SourceIp"), used("aws:SourceIp")),
        ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, used("aws:VpcSourceIp"), OPEN),
        # policy variables
        (
            {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}},
            used("aws:PrincipalAccount", Form.VARIABLE),
            OPEN,
        ),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}, OPEN, OPEN),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}}, OPEN, OPEN),
        ({"StringLike": {"aws:PrincipalOrgID": "o-${*}"}}, used("aws:PrincipalOrgID"), used("aws:PrincipalOrgID")),
        # does not narrow
        ({"Bool": {"aws:SecureTransport": "true"}}, OPEN, OPEN),
        ({"StringLike": {"aws:UserAgent": "x"}}, OPEN, OPEN),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, OPEN, OPEN),
        ({"StringEquals": {"aws:PrincipalTag/team": "a"}}, OPEN, OPEN),
        ({"StringEquals": {"aws:ResourceTag/public": "no"}}, OPEN, OPEN),
        ({"StringEquals": {"sts:ExternalId": "secret"}}, OPEN, OPEN),
        ({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, OPEN, OPEN),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}}, OPEN, OPEN),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, OPEN, OPEN),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, OPEN, OPEN),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, OPEN, OPEN),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, OPEN, OPEN),
        (
            {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Null": {"aws:PrincipalOrgID": "false"}},
            used("aws:PrincipalOrgID"),
            used("aws:PrincipalOrgID"),
        ),
        # what cannot be known
        (UNRESOLVED, Narrowing(UNKNOWN), Narrowing(UNKNOWN)),
        ({"StringEquals": UNRESOLVED}, Narrowing(UNKNOWN), Narrowing(UNKNOWN)),
        ({"StringEquals": {"aws:SourceAccount": UNRESOLVED}}, used("aws:SourceAccount"), used("aws:SourceAccount")),
        (
            {"ArnLike": {"aws:SourceArn": UNRESOLVED}},
            Narrowing(UNKNOWN, (KeyUse("aws:SourceArn", Form.UNKNOWN),)),
            Narrowing(UNKNOWN, (KeyUse("aws:SourceArn", Form.UNKNOWN),)),
        ),
        ({"ArnLike": {"aws:SourceArn": [UNRESOLVED, "*"]}}, OPEN, OPEN),
        ({"StringLike": {"aws:UserAgent": UNRESOLVED}}, OPEN, OPEN),
        (
            {"IpAddress": {"aws:SourceIp": UNRESOLVED}, "StringEquals": {"aws:SourceVpce": "vpce-1"}},
            used("aws:SourceVpce"),
            used("aws:SourceVpce"),
        ),
    ],
)
def test_narrows_public(block: Any, caller: Narrowing, s3: Narrowing) -> None:
    assert narrows_public(block) == caller
    assert narrows_public(block, View.S3) == s3


BOTH = ("aws:SourceArn", "aws:SourceAccount")
BUCKET = "arn:aws:s3:::uploads"


@pytest.mark.parametrize(
    ("block", "service", "expected"),
    [
        (None, None, Protection(NO, BOTH)),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"}}, None, Protection(YES)),
        ({"ArnLike": {"AWS:SourceArn": f"arn:aws:events:*:{ACCOUNT}:rule/*"}}, None, Protection(YES)),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:{HOLE}:{HOLE}:{HOLE}"}}, None, Protection(YES)),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:*:t"}}, None, Protection(NO, BOTH)),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*"}}, None, Protection(NO, BOTH)),
        ({"ArnLike": {"aws:SourceArn": "*"}}, None, Protection(NO, BOTH)),
        ({"ArnLike": {"aws:SourceArn": ""}}, None, Protection(NO, BOTH)),
        # a bucket's ARN names no account
        ({"ArnLike": {"aws:SourceArn": BUCKET}}, "s3.amazonaws.com", Protection(NO, ("aws:SourceAccount",))),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, "s3.amazonaws.com", Protection(NO, BOTH)),
        ({"ArnLike": {"aws:SourceArn": HOLE}}, "s3.amazonaws.com", Protection(NO, ("aws:SourceAccount",))),
        ({"ArnLike": {"aws:SourceArn": HOLE}}, "sns.amazonaws.com", Protection(YES)),
        (
            {"ArnLike": {"aws:SourceArn": BUCKET}, "StringEquals": {"aws:SourceAccount": ACCOUNT}},
            "s3.amazonaws.com",
            Protection(YES),
        ),
        ({"StringEquals": {"AWS:SOURCEACCOUNT": HOLE}}, "s3.amazonaws.com", Protection(YES)),
        ({"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}, None, Protection(YES)),
        ({"StringLike": {"aws:SourceAccount": "*"}}, None, Protection(NO, BOTH)),
        ({"StringLike": {"aws:SourceAccount": "1111*"}}, None, Protection(NO, BOTH)),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, None, Protection(YES)),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}, None, Protection(YES)),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, None, Protection(YES)),
        # passed when the service sends no source
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, None, Protection(NO, BOTH)),
        ({"ArnNotLike": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"}}, None, Protection(NO, BOTH)),
        ({"Null": {"aws:SourceAccount": "false"}}, None, Protection(NO, BOTH)),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": ACCOUNT}}, None, Protection(NO, BOTH)),
        ({"Bool": {"aws:SecureTransport": "true"}}, None, Protection(NO, BOTH)),
        # what cannot be known
        (UNRESOLVED, None, Protection(UNKNOWN)),
        ({"ArnLike": {"aws:SourceArn": UNRESOLVED}}, "sns.amazonaws.com", Protection(UNKNOWN)),
        ({"StringEquals": {"aws:SourceArn": UNRESOLVED}}, "s3.amazonaws.com", Protection(NO, ("aws:SourceAccount",))),
        ({"StringEquals": {"aws:SourceAccount": UNRESOLVED}}, "s3.amazonaws.com", Protection(YES)),
        ({"ArnLike": UNRESOLVED}, None, Protection(UNKNOWN)),
    ],
)
def test_protects_service(block: Any, service: str | None, expected: Protection) -> None:
    assert protects_service(block, service) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (None, None),
        ({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}, {"lambda.amazonaws.com"}),
        ({"StringEqualsIfExists": {"IAM:passedtoservice": ["a.amazonaws.com"]}}, {"a.amazonaws.com"}),
        ({"StringLike": {"iam:PassedToService": "*"}}, None),
        ({"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}, None),
        ({"StringLike": {"iam:PassedToService": "ec2*"}}, {"ec2*"}),
        ({"StringEquals": {"iam:PassedToService": "*"}}, {"*"}),
        ({"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}, None),
        ({"Null": {"iam:PassedToService": "false"}}, None),
        ({"StringEquals": {"iam:PassedToService": []}}, set()),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, None),
        ({"StringEquals": {"iam:PassedToService": UNRESOLVED}}, UNRESOLVED),
        ({"StringLike": {"iam:PassedToService": ["*", UNRESOLVED]}}, None),
        (UNRESOLVED, UNRESOLVED),
    ],
)
def test_passed_services(block: Any, expected: Any) -> None:
    assert passed_services(block) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"StringEquals": {"sts:ExternalId": "f00"}}, YES),
        ({"StringEquals": {"STS:EXTERNALID": UNRESOLVED}}, YES),
        ({"StringLike": {"sts:ExternalId": "*"}}, NO),
        ({"StringLike": {"sts:ExternalId": UNRESOLVED}}, UNKNOWN),
        ({"StringEqualsIfExists": {"sts:ExternalId": "f00"}}, NO),
        ({"StringNotEquals": {"sts:ExternalId": "f00"}}, NO),
        ({"Null": {"sts:ExternalId": "false"}}, NO),
        (UNRESOLVED, UNKNOWN),
        (None, NO),
    ],
)
def test_requires_external_id(block: Any, expected: Outcome) -> None:
    assert requires_external_id(block) is expected


OPERATORS = st.sampled_from(
    [
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "ArnLike",
        "IpAddress",
        "Bool",
        "Null",
        "DateLessThan",
        "Nonsense",
    ]
)
WRITTEN = st.builds(
    lambda quantifier, operator, suffix: quantifier + operator + suffix,
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    OPERATORS,
    st.sampled_from(["", "IfExists"]),
)
KEYS = st.sampled_from(
    [
        "aws:PrincipalOrgID",
        "aws:SourceArn",
        "aws:SourceAccount",
        "aws:SourceIp",
        "aws:SecureTransport",
        "iam:PassedToService",
    ]
)
VALUES = st.one_of(
    st.just(UNRESOLVED),
    st.text("o1*?:/.${}", max_size=6),
    st.booleans(),
    st.integers(),
    st.just(f"arn:aws:s3:*:{ACCOUNT}:*"),
)
BLOCKS = st.dictionaries(
    WRITTEN, st.dictionaries(KEYS, st.one_of(VALUES, st.lists(VALUES, max_size=3)), max_size=3), max_size=3
)


@given(BLOCKS)
def test_any_block_has_an_answer(block: dict[str, Any]) -> None:
    assert is_real(block) in Outcome
    assert protects_service(block).outcome in Outcome
    passed_services(block)
    requires_external_id(block)


@given(BLOCKS)
def test_what_s3_calls_not_public_narrows_the_caller_too(block: dict[str, Any]) -> None:
    if narrows_public(block, View.S3).outcome is YES:
        assert narrows_public(block).outcome is YES


@given(BLOCKS)
def test_what_narrows_a_public_principal_is_a_real_condition(block: dict[str, Any]) -> None:
    if narrows_public(block).outcome is YES:
        assert is_real(block) is not NO


@given(BLOCKS, BLOCKS)
def test_more_conditions_never_open_what_fewer_close(block: dict[str, Any], more: dict[str, Any]) -> None:
    both = {**more, **{operator: {**more.get(operator, {}), **keys} for operator, keys in block.items()}}
    if narrows_public(block).outcome is YES:
        assert narrows_public(both).outcome is YES
    if is_real(block) is YES:
        assert is_real(both) is YES
