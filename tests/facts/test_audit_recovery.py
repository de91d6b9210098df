"""Which stores can be brought back, and which a backup plan takes."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.recovery import Backups, expires_by_itself, recoveries
from analyzer.facts.settle import settle
from analyzer.judgement import Verdict
from tests.stacks import application, resource

LOST, SAFE, OPEN = Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN


def verdicts(type_: str, **properties: Any) -> dict[str, Verdict]:
    """What each setting of the store says, by what it lacks."""
    document = {
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"X": {"Type": type_, "Properties": properties}},
    }
    found = recoveries(resource(application(document), "X"))
    return {each.lacks: settle(each.setting, each.fails).verdict for each in found}


def pitr(value: Any) -> dict[str, Any]:
    return {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": value}}


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        ("AWS::DynamoDB::Table", {}, {"no point-in-time recovery": LOST}),
        ("AWS::DynamoDB::Table", pitr(True), {"no point-in-time recovery": SAFE}),
        ("AWS::DynamoDB::Table", pitr("false"), {"no point-in-time recovery": LOST}),
        ("AWS::DynamoDB::Table", pitr({"Ref": "P"}), {"no point-in-time recovery": OPEN}),
        ("AWS::RDS::DBInstance", {}, {"no automated backups": SAFE}),
        ("AWS::RDS::DBInstance", {"BackupRetentionPeriod": "0"}, {"no automated backups": LOST}),
        ("AWS::RDS::DBInstance", {"BackupRetentionPeriod": {"Ref": "P"}}, {"no automated backups": OPEN}),
        ("AWS::RDS::DBInstance", {"SourceDBInstanceIdentifier": "other"}, {}),
        ("AWS::Redshift::Cluster", {"AutomatedSnapshotRetentionPeriod": 0}, {"no automated snapshots": LOST}),
        ("AWS::Redshift::Cluster", {}, {"no automated snapshots": SAFE}),
        ("AWS::EFS::FileSystem", {}, {"no automatic backups": LOST}),
        ("AWS::EFS::FileSystem", {"BackupPolicy": {"Status": "ENABLED"}}, {"no automatic backups": SAFE}),
        ("AWS::EFS::FileSystem", {"BackupPolicy": {"Status": {"Ref": "P"}}}, {"no automatic backups": OPEN}),
        ("AWS::RDS::DBCluster", {"BackupRetentionPeriod": 1}, {}),
        ("AWS::S3::Bucket", {}, {}),
    ],
)
def test_settings(type_: str, properties: dict[str, Any], expected: dict[str, Verdict]) -> None:
    assert verdicts(type_, **properties) == expected


def test_every_replica_has_its_own_setting() -> None:
    replicas = [{"Region": "eu-west-1", **pitr(True)}, {"Region": {"Ref": "P"}}, {**pitr(False)}]
    assert verdicts("AWS::DynamoDB::GlobalTable", Replicas=replicas) == {
        "no point-in-time recovery in eu-west-1": SAFE,
        "no point-in-time recovery in <the value of parameter P>": LOST,
        "no point-in-time recovery in a replica": LOST,
    }


@pytest.mark.parametrize(("enabled", "expires"), [(True, True), ("true", True), (False, False), ({"Ref": "P"}, False)])
def test_items_that_expire_anyway(enabled: Any, expires: bool) -> None:
    content = {"TimeToLiveSpecification": {"AttributeName": "at", "Enabled": enabled}}
    document = {
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"X": {"Type": "AWS::DynamoDB::Table", "Properties": content}},
    }
    assert expires_by_itself(resource(application(document), "X")) is expires


# --- backup plans -------------------------------------------------------------------------------------


def taken(*selections: dict[str, Any], tags: Any = None, condition: str | None = None) -> bool | None:
    """Whether the plans take the table ``Ledger``."""
    table = {"TableName": "ledger", **({} if tags is None else {"Tags": tags})}
    resources: dict[str, Any] = {
        "Ledger": {"Type": "AWS::DynamoDB::Table", "Properties": table},
        "Orders": {"Type": "AWS::DynamoDB::Table"},
    }
    for index, content in enumerate(selections):
        resources[f"S{index}"] = {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupSelection": content}}
        if condition:
            resources[f"S{index}"]["Condition"] = condition
    app = application(
        {
            "Parameters": {"P": {"Type": "String"}, "L": {"Type": "CommaDelimitedList"}},
            "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "P"}, "prod"]}},
            "Resources": resources,
        }
    )
    return Backups(app).take(resource(app, "Ledger"))


ARN = {"Fn::GetAtt": ["Ledger", "Arn"]}
DAILY = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"Resources": [ARN]}, True),
        ({"Resources": ARN}, True),
        ({"Resources": ["arn:aws:dynamodb:eu-west-1:111122223333:table/ledger"]}, True),
        ({"Resources": ["arn:aws:dynamodb:*:*:table/*"]}, True),
        ({"Resources": ["*"]}, True),
        ({"Resources": ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders*"]}, False),
        ({"Resources": [{"Fn::GetAtt": ["Orders", "Arn"]}]}, False),
        ({"Resources": {"Ref": "L"}}, None),
        ({"Resources": ["*"], "NotResources": [ARN]}, False),
        ({"Resources": ["*"], "NotResources": ["arn:aws:dynamodb:*:*:table/led*"]}, False),
        ({"ListOfTags": [DAILY]}, False),
        ({}, False),
    ],
)
def test_selections_by_arn(selection: dict[str, Any], expected: bool | None) -> None:
    assert taken(selection) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"Key": "backup", "Value": "daily"}], True),
        ([{"Key": "a", "Value": "b"}, {"Key": "backup", "Value": "daily"}], True),
        ({"backup": "daily"}, True),
        ([{"Key": "backup", "Value": "weekly"}], False),
        ([], False),
    ],
)
def test_selections_by_tag(tags: Any, expected: bool) -> None:
    assert taken({"ListOfTags": [DAILY]}, tags=tags) is expected


def test_one_plan_of_several_is_enough_and_a_conditional_one_is_not_sure() -> None:
    other, own = {"Resources": ["arn:aws:s3:::x"]}, {"Resources": [ARN]}
    assert taken(other, own) is True
    assert taken(own, condition="Prod") is None
    assert taken() is False
