"""What becomes of stores, buckets and keys when they leave their stack."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.buckets import Buckets
from analyzer.facts.deletion import Stake, deletes, deletion_policy, kept, replace_policy
from analyzer.model.value import ABSENT, Known, Unknown, Value
from tests.stacks import application, resource

RETAINED = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def typed(type_: str, **attributes: Any) -> dict[str, Any]:
    return {"Type": type_, **attributes}


def stakes(resources: dict[str, Any]) -> dict[str, tuple[Stake, tuple[str, ...], bool]]:
    """Each resource that should outlive its stack: what is at stake, for whom, and whether it is protected."""
    app = application({"Resources": resources})
    found = kept(app, Buckets(app))
    return {
        each.resource.logical_id: (each.stake, tuple(r.logical_id for r in each.related), each.protected)
        for each in found
    }


@pytest.mark.parametrize(
    ("type_", "value", "lost"),
    [
        ("AWS::DynamoDB::Table", ABSENT, True),
        ("AWS::S3::Bucket", ABSENT, True),
        ("AWS::KMS::Key", ABSENT, True),
        ("AWS::Redshift::Cluster", ABSENT, True),
        ("AWS::RDS::DBCluster", ABSENT, False),
        ("AWS::RDS::DBInstance", ABSENT, False),
        ("AWS::RDS::DBCluster", Known("Delete"), True),
        ("AWS::DynamoDB::Table", Known("Retain"), False),
        ("AWS::DynamoDB::Table", Known("RetainExceptOnCreate"), False),
        ("AWS::DynamoDB::Table", Known("Snapshot"), False),
        ("AWS::DynamoDB::Table", Unknown("the value of parameter P"), None),
    ],
)
def test_defaults_differ_by_type(type_: str, value: Value, lost: bool | None) -> None:
    found = resource(application({"Resources": {"X": typed(type_)}}), "X")
    assert deletes(found, value) is lost


def test_the_two_policies_are_attributes_not_properties() -> None:
    document = {"Resources": {"X": typed("AWS::S3::Bucket", DeletionPolicy="Retain", UpdateReplacePolicy="Delete")}}
    found = resource(application(document), "X")
    assert (deletion_policy(found).known, replace_policy(found).known) == ("Retain", "Delete")


def test_buckets_are_refused_while_full_unless_something_empties_them() -> None:
    def emptier(bucket: Any) -> dict[str, Any]:
        return typed("Custom::S3AutoDeleteObjects", Properties={"BucketName": bucket})

    assert stakes(
        {
            "Documents": typed("AWS::S3::Bucket"),
            "Scratch": typed("AWS::S3::Bucket"),
            "Files": typed("AWS::S3::Bucket"),
            "Trail": typed("AWS::CloudTrail::Trail", Properties={"S3BucketName": {"Ref": "Files"}}),
            "EmptyScratch": emptier({"Ref": "Scratch"}),
            "EmptyFiles": emptier({"Ref": "Files"}),
            "EmptyNothing": emptier("another"),
        }
    ) == {
        "Documents": (Stake.REFUSED, (), False),
        "Scratch": (Stake.OBJECTS, (), False),
        "Files": (Stake.AUDIT_FILES, (), False),
    }


def table(key: Any = None, **attributes: Any) -> dict[str, Any]:
    encryption = {} if key is None else {"SSESpecification": {"SSEEnabled": True, "KMSMasterKeyId": key}}
    return typed("AWS::DynamoDB::Table", Properties={**encryption, **attributes.pop("Properties", {})}, **attributes)


def test_a_key_weighs_what_it_encrypts_and_what_outlives_it() -> None:
    found = stakes(
        {
            "Own": typed("AWS::KMS::Key"),
            "Shared": typed("AWS::KMS::Key"),
            "Unused": typed("AWS::KMS::Key"),
            "Kept": table({"Fn::GetAtt": ["Shared", "Arn"]}, **RETAINED),
            "Protected": table({"Ref": "Shared"}, Properties={"DeletionProtectionEnabled": True}),
            "Deleted": table({"Fn::GetAtt": ["Own", "Arn"]}),
        }
    )
    assert {name: each[:2] for name, each in found.items()} == {
        "Own": (Stake.KEY, ()),
        "Shared": (Stake.KEY_OF_RETAINED, ("Kept", "Protected")),
        "Unused": (Stake.KEY, ()),
        "Kept": (Stake.DATA, ()),
        "Protected": (Stake.DATA, ()),
        "Deleted": (Stake.DATA, ()),
    }


@pytest.mark.parametrize(
    ("replicas", "protected"),
    [
        ([{"DeletionProtectionEnabled": True}, {"DeletionProtectionEnabled": "true"}], True),
        ([{"DeletionProtectionEnabled": True}, {}], False),
        ([{"DeletionProtectionEnabled": {"Ref": "AWS::Region"}}], False),
        ([], False),
    ],
)
def test_a_global_table_is_protected_in_every_replica_or_not(replicas: list[dict[str, Any]], protected: bool) -> None:
    found = stakes({"T": typed("AWS::DynamoDB::GlobalTable", Properties={"Replicas": replicas})})
    assert found == {"T": (Stake.DATA, (), protected)}


def test_instances_of_a_cluster_hold_no_data_of_their_own() -> None:
    instance = typed("AWS::RDS::DBInstance", Properties={"DBClusterIdentifier": {"Ref": "C"}})
    assert set(stakes({"C": typed("AWS::RDS::DBCluster"), "I": instance})) == {"C"}
