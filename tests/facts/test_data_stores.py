"""Which resources hold data, and how each says that it is encrypted, with whose key, and protected."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.data_stores import (
    carriers_of,
    customer_keys,
    deletion_protections,
    encryption_switch,
    inherits_encryption,
    is_aurora,
    not_a_customer_key,
    service_key,
    stores_of,
    unencrypted,
)
from analyzer.facts.settle import settle
from analyzer.judgement import Verdict
from analyzer.model.template import Resource
from analyzer.model.value import ABSENT, Known, Reference, Unknown, Value
from tests.stacks import application, resource


def store(type_: str, **properties: Any) -> Resource:
    document = {
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"X": {"Type": type_, "Properties": properties}, "Key": {"Type": "AWS::KMS::Key"}},
    }
    return resource(application(document), "X")


def test_stores_and_carriers_are_told_apart_and_cdks_own_are_neither() -> None:
    app = application(
        {
            "Resources": {
                "Docs": {"Type": "AWS::S3::Bucket"},
                "Cluster": {"Type": "AWS::RDS::DBCluster"},
                "Writer": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": {"Ref": "Cluster"}}},
                "Lone": {"Type": "AWS::RDS::DBInstance"},
                "Orders": {"Type": "AWS::SQS::Queue"},
                "Disk": {"Type": "AWS::EC2::Volume"},
                "News": {"Type": "AWS::SNS::Topic"},
                "Logs": {"Type": "AWS::Logs::LogGroup"},
            }
        }
    )
    assert {each.logical_id for each in stores_of(app)} == {"Docs", "Cluster", "Lone"}
    assert {each.logical_id for each in carriers_of(app)} == {"Orders", "Disk"}


# --- encryption ---------------------------------------------------------------------------------------


def encrypted(type_: str, **properties: Any) -> Verdict | None:
    """PASS encrypted, FAIL plain text, UNKNOWN not told; None where the type is always encrypted."""
    found = store(type_, **properties)
    switch = encryption_switch(found)
    return None if switch is None else settle(switch, lambda value: unencrypted(found, value)).verdict


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        ("AWS::S3::Bucket", {}, None),
        ("AWS::DynamoDB::Table", {"SSESpecification": {"SSEEnabled": False}}, None),
        ("AWS::DynamoDB::GlobalTable", {}, None),
        ("AWS::RDS::DBInstance", {"Engine": "postgres"}, Verdict.FAIL),
        ("AWS::RDS::DBInstance", {"Engine": "postgres", "StorageEncrypted": "true"}, Verdict.PASS),
        ("AWS::RDS::DBInstance", {"Engine": "postgres", "StorageEncrypted": {"Ref": "P"}}, Verdict.UNKNOWN),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-mysql"}, None),
        ("AWS::RDS::DBCluster", {"Engine": "mysql"}, Verdict.FAIL),
        ("AWS::RDS::DBCluster", {"Engine": {"Ref": "P"}}, Verdict.FAIL),
        ("AWS::DocDB::DBCluster", {}, Verdict.FAIL),
        ("AWS::Neptune::DBCluster", {"StorageEncrypted": True}, Verdict.PASS),
        ("AWS::EFS::FileSystem", {}, Verdict.FAIL),
        ("AWS::OpenSearchService::Domain", {}, Verdict.FAIL),
        ("AWS::Elasticsearch::Domain", {"EncryptionAtRestOptions": {"Enabled": True}}, Verdict.PASS),
        ("AWS::EC2::Volume", {"Encrypted": False}, Verdict.FAIL),
        ("AWS::ElastiCache::ReplicationGroup", {}, Verdict.FAIL),
        ("AWS::DAX::Cluster", {"SSESpecification": {"SSEEnabled": True}}, Verdict.PASS),
        ("AWS::Kinesis::Stream", {}, Verdict.FAIL),
        ("AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": "KMS"}}, Verdict.PASS),
        ("AWS::SQS::Queue", {}, Verdict.PASS),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False}, Verdict.FAIL),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False, "KmsMasterKeyId": "alias/x"}, None),
        ("AWS::Redshift::Cluster", {}, Verdict.PASS),
        ("AWS::Redshift::Cluster", {"Encrypted": "false"}, Verdict.FAIL),
    ],
)
def test_what_is_plain_text_on_disk(type_: str, properties: dict[str, Any], expected: Verdict | None) -> None:
    assert encrypted(type_, **properties) is expected


@pytest.mark.parametrize(
    ("properties", "source"),
    [
        ({}, None),
        ({"DBSnapshotIdentifier": "s"}, "DBSnapshotIdentifier"),
        ({"SnapshotIdentifier": {"Ref": "P"}}, "SnapshotIdentifier"),
        ({"SourceDBInstanceIdentifier": {"Ref": "AWS::NoValue"}}, None),
    ],
)
def test_encryption_taken_over_from_elsewhere(properties: dict[str, Any], source: str | None) -> None:
    assert inherits_encryption(store("AWS::RDS::DBInstance", **properties)) == source


@pytest.mark.parametrize(
    ("engine", "aurora"), [("aurora-postgresql", True), ("Aurora", True), ("postgres", False), (None, False)]
)
def test_the_aurora_family(engine: str | None, aurora: bool) -> None:
    assert is_aurora(store("AWS::RDS::DBCluster", **({"Engine": engine} if engine else {}))) is aurora


# --- keys ---------------------------------------------------------------------------------------------


def sse(*rules: dict[str, Any]) -> dict[str, Any]:
    content = [{"ServerSideEncryptionByDefault": rule} for rule in rules]
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": content}}


KEY = {"Fn::GetAtt": ["Key", "Arn"]}


@pytest.mark.parametrize(
    ("type_", "properties", "keys", "otherwise"),
    [
        ("AWS::S3::Bucket", {}, [ABSENT], "a key of S3 (SSE-S3)"),
        ("AWS::S3::Bucket", sse({"SSEAlgorithm": "AES256"}), [ABSENT], "a key of S3 (SSE-S3)"),
        ("AWS::S3::Bucket", sse({"SSEAlgorithm": "aws:kms"}), [ABSENT], "the AWS managed key of S3"),
        (
            "AWS::S3::Bucket",
            sse({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}),
            [Reference("S0", "Key", "Arn")],
            "the AWS managed key of S3",
        ),
        ("AWS::DynamoDB::Table", {}, [ABSENT], "a key that AWS owns"),
        ("AWS::DynamoDB::Table", {"SSESpecification": {"SSEEnabled": False}}, [ABSENT], "a key that AWS owns"),
        (
            "AWS::DynamoDB::Table",
            {"SSESpecification": {"SSEEnabled": True}},
            [ABSENT],
            "the AWS managed key of DynamoDB",
        ),
        (
            "AWS::DynamoDB::GlobalTable",
            {"Replicas": [{"SSESpecification": {"KMSMasterKeyId": "alias/x"}}, {}]},
            [Known("alias/x"), ABSENT],
            "a key that AWS owns",
        ),
        ("AWS::RDS::DBCluster", {"Engine": "aurora"}, [ABSENT], "a key that AWS owns"),
        ("AWS::RDS::DBCluster", {"Engine": "mysql", "KmsKeyId": "k"}, [Known("k")], "an AWS managed key"),
        ("AWS::Redshift::Cluster", {}, [ABSENT], "a key that AWS owns"),
    ],
)
def test_whose_key(type_: str, properties: dict[str, Any], keys: list[Value], otherwise: str) -> None:
    found = store(type_, **properties)
    assert [node.value for node in customer_keys(found)] == keys
    assert service_key(found) == otherwise


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (ABSENT, True),
        (Known(""), True),
        (Known("alias/aws/s3"), True),
        (Known("arn:aws:kms:eu-west-1:111122223333:alias/aws/dynamodb"), True),
        (Known("alias/ledger"), False),
        (Known("alias/awsome"), False),
        (Reference("S", "Key", "Arn"), False),
        (Unknown("the value of parameter P"), False),
    ],
)
def test_aliases_of_aws_are_no_customer_keys(value: Value, answer: bool) -> None:
    assert not_a_customer_key(value) is answer


# --- protection ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "properties", "switches"),
    [
        ("AWS::DynamoDB::Table", {"DeletionProtectionEnabled": True}, [Known(True)]),
        ("AWS::RDS::DBCluster", {}, [ABSENT]),
        ("AWS::Neptune::DBCluster", {"DeletionProtection": "true"}, [Known("true")]),
        ("AWS::DynamoDB::GlobalTable", {"Replicas": [{"DeletionProtectionEnabled": True}, {}]}, [Known(True), ABSENT]),
        ("AWS::DynamoDB::GlobalTable", {}, []),
        ("AWS::S3::Bucket", {}, []),
        ("AWS::EFS::FileSystem", {}, []),
    ],
)
def test_where_deletion_protection_is_written(type_: str, properties: dict[str, Any], switches: list[Value]) -> None:
    assert [node.value for node in deletion_protections(store(type_, **properties))] == switches
