"""What each bucket is for, and what it says of locks and expiry."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.buckets import (
    Bucket,
    Buckets,
    Purpose,
    default_retention,
    expiries,
    lock_off,
    locked,
    locked_for,
    retention_length,
)
from analyzer.model.value import ABSENT, Known, Unknown, Value
from tests.stacks import application, resource

BUCKET = {"Type": "AWS::S3::Bucket"}


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def trail(name: Any, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": name, **properties}}


def purposes(resources: dict[str, Any], *others: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Each bucket's purpose and who writes to it."""
    found = Buckets(application({"Resources": resources}, *others))
    return {each.name: (each.purpose.value, each.writer.logical_id if each.writer else None) for each in found}


def test_who_writes_to_a_bucket_decides_before_its_name() -> None:
    assert purposes(
        {
            "Archive": bucket(LoggingConfiguration={"DestinationBucketName": {"Ref": "AuditLogs"}}),
            "AuditLogs": BUCKET,
            "Documents": bucket(BucketName="files-of-ours"),
            "Trail": trail("files-of-ours"),
        }
    ) == {
        "Archive": ("archive", None),
        "AuditLogs": ("access logs", "Archive"),
        "Documents": ("trail", "Trail"),
    }


def test_a_bucket_that_takes_both_is_the_trails() -> None:
    both = {
        "Files": BUCKET,
        "Documents": bucket(LoggingConfiguration={"DestinationBucketName": {"Ref": "Files"}}),
        "Trail": trail({"Ref": "Files"}),
    }
    assert purposes(both)["Files"] == ("trail", "Trail")


def test_a_trail_in_another_stack_and_behind_a_condition() -> None:
    files = {"Resources": {"Files": BUCKET}, "Outputs": {"F": {"Value": {"Ref": "Files"}, "Export": {"Name": "files"}}}}
    chosen = {"Fn::If": ["Prod", {"Fn::ImportValue": "files"}, "elsewhere"]}
    other = {
        "Resources": {"Trail": trail(chosen)},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}},
    }
    found = Buckets(application(files, other))
    assert [(each.name, each.purpose) for each in found] == [("Files", Purpose.TRAIL)]


def test_access_logs_of_load_balancers_and_distributions() -> None:
    attribute = {"Key": "access_logs.s3.bucket", "Value": {"Ref": "ForBalancer"}}
    assert purposes(
        {
            "ForBalancer": BUCKET,
            "ForDistribution": BUCKET,
            "Balancer": {
                "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "Properties": {"LoadBalancerAttributes": [{"Key": "idle_timeout", "Value": 5}, attribute]},
            },
            "Distribution": {
                "Type": "AWS::CloudFront::Distribution",
                "Properties": {
                    "DistributionConfig": {"Logging": {"Bucket": {"Fn::GetAtt": ["ForDistribution", "DomainName"]}}}
                },
            },
        }
    ) == {"ForBalancer": ("access logs", "Balancer"), "ForDistribution": ("access logs", "Distribution")}


def test_a_bucket_that_logs_to_itself_is_no_bucket_for_access_logs() -> None:
    logging = {"DestinationBucketName": {"Ref": "Documents"}}
    assert purposes({"Documents": bucket(LoggingConfiguration=logging)}) == {"Documents": ("data", None)}


@pytest.mark.parametrize(
    ("logical_id", "name", "archives"),
    [
        ("Archive", None, True),
        ("ArchiveBucket9DECBF5D", None, True),
        ("AuditFiles", None, True),
        ("CloudTrailBucket", None, True),
        ("CloudTrail", "cloud-trail", True),
        ("Files", "company-audit-2026", True),
        ("WORMStore", None, True),
        ("Archivist", None, False),
        ("Auditorium", None, False),
        ("TrailMaps", None, False),
        ("CloudFiles", None, False),
        ("Documents", "movie-trailers", False),
        ("Documents", {"Fn::Sub": "x-${ArchiveName}"}, False),
        ("Documents", {"Fn::Sub": "archive-${AWS::Region}"}, True),
    ],
)
def test_archives_are_told_by_whole_words(logical_id: str, name: Any, archives: bool) -> None:
    document = {
        "Parameters": {"ArchiveName": {"Type": "String"}},
        "Resources": {logical_id: bucket(**({} if name is None else {"BucketName": name}))},
    }
    (found,) = Buckets(application(document))
    assert (found.purpose is Purpose.ARCHIVE, found.keeps_audit_files) == (archives, archives)


def test_what_cdk_makes_for_itself_is_left_out_and_other_types_are_no_buckets() -> None:
    app = application({"Resources": {"Documents": BUCKET, "Table": {"Type": "AWS::DynamoDB::Table"}}})
    found = Buckets(app)
    assert found.of(resource(app, "Table")) is None
    assert found.of(resource(app, "Documents")) == Bucket(resource(app, "Documents"), Purpose.DATA)


def test_how_a_bucket_is_described() -> None:
    app = application({"Resources": {"Files": BUCKET, "Archive": BUCKET, "Docs": BUCKET, "T": trail({"Ref": "Files"})}})
    assert [each.described for each in Buckets(app)] == [
        "Archive, an archive by its name,",
        "Docs",
        "Files, where trail T writes,",
    ]


# --- locks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "is_off"),
    [
        (Known("Enabled"), False),
        (Known(True), False),
        (Known("true"), False),
        (Known(False), True),
        (ABSENT, True),
        (Unknown("p"), None),
    ],
)
def test_object_lock_is_switched_on_in_two_ways(value: Value, is_off: bool | None) -> None:
    assert lock_off(value) is is_off


def of(**properties: Any) -> Any:
    return resource(application({"Resources": {"B": bucket(**properties)}}), "B")


def lock(**retention: Any) -> dict[str, Any]:
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}


def test_the_switch_is_found_wherever_it_is_written() -> None:
    assert locked(of(ObjectLockEnabled=True, ObjectLockConfiguration=lock())).value == Known(True)
    assert locked(of(ObjectLockConfiguration=lock())).value == Known("Enabled")
    assert locked(of()).value == ABSENT


@pytest.mark.parametrize(
    ("retention", "unit", "year", "decade"),
    [
        ({"Days": 365}, 1, True, False),
        ({"Days": "364"}, 1, False, False),
        ({"Years": 1}, 365, True, False),
        ({"Years": 10}, 365, True, True),
        ({}, 365, False, False),
        ({"Days": {"Ref": "AWS::Region"}}, 1, False, False),
    ],
)
def test_how_long_new_objects_are_locked(retention: dict[str, Any], unit: int, year: bool, decade: bool) -> None:
    found = of(ObjectLockConfiguration=lock(**retention))
    assert retention_length(found)[1] == unit
    assert (locked_for(found, 365), locked_for(found, 3650)) == (year, decade)
    assert bool(default_retention(found)) is True


# --- expiry -------------------------------------------------------------------------------------------


def rule(days: Any = 90, **content: Any) -> dict[str, Any]:
    return {"Status": "Enabled", "ExpirationInDays": days, **content}


def ends(prefix: str | None, *rules: dict[str, Any]) -> list[str]:
    """The pointers of the rules that delete a trail's files; None as prefix for an archive."""
    resources = {"Archive": bucket(LifecycleConfiguration={"Rules": list(rules)})}
    if prefix is not None:
        resources["Trail"] = trail({"Ref": "Archive"}, **({"S3KeyPrefix": prefix} if prefix else {}))
    (found,) = Buckets(application({"Resources": resources}))
    return [each.days.pointer.split("/Rules/")[1] for each in expiries(found)]


@pytest.mark.parametrize(
    ("prefix", "lifecycle", "counts"),
    [
        ("", rule(), True),
        ("", rule(Prefix=""), True),
        ("", rule(Prefix="AWSLogs/"), True),
        ("", rule(Prefix="AWSLogs/111122223333/CloudTrail-Digest/"), True),
        ("", rule(Prefix="AWS"), True),
        ("", rule(Prefix="athena/"), False),
        ("", rule(Status="Disabled"), False),
        ("", rule(TagFilters=[{"Key": "k", "Value": "v"}]), False),
        ("", {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}, False),
        ("", {"Status": "Enabled", "ExpirationDate": "2030-01-01"}, False),
        ("org", rule(Prefix="org/"), True),
        ("org", rule(Prefix="AWSLogs/"), False),
        ("", rule(Prefix={"Ref": "AWS::Region"}), True),
        (None, rule(), True),
        (None, rule(Prefix="tmp/"), False),
        (None, rule(Prefix={"Ref": "AWS::Region"}), False),
    ],
)
def test_which_rules_delete_audit_files(prefix: str | None, lifecycle: dict[str, Any], counts: bool) -> None:
    assert ends(prefix, rule(Prefix="elsewhere/"), lifecycle) == (["1/ExpirationInDays"] if counts else [])
