"""Runtimes, resource types and settings that a day makes old."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from analyzer.data.superseded import old_tls, superseded, superseded_types
from analyzer.facts.lambda_runtimes import Stage, Standing, outlived, standing
from analyzer.facts.superseded import (
    Fate,
    answers_without_token,
    fate,
    judge_settings,
    metadata_options,
    refused_by_s3,
    scaled_tables,
    shares_by_list,
    tls_settings,
    volume_settings,
)
from analyzer.judgement import Confidence, Verdict
from analyzer.model.template import Resource
from analyzer.model.value import ABSENT, Known, Unknown
from tests.stacks import application, resource

DAY = date(2026, 11, 24)


def made(type_: str, properties: dict[str, Any], **sections: Any) -> Resource:
    return resource(application({**sections, "Resources": {"X": {"Type": type_, "Properties": properties}}}), "X")


# --- runtimes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day", "stage"),
    [
        ("nodejs20.x", "2026-04-29", Stage.SUPPORTED),
        ("nodejs20.x", "2026-04-30", Stage.DEPRECATED),
        ("nodejs20.x", "2027-02-01", Stage.NO_CREATE),
        ("nodejs20.x", "2027-03-03", Stage.NO_UPDATE),
        ("dotnet9", "2030-01-01", Stage.DEPRECATED),  # image only: no date to block anything
        ("dotnetcore2.0", "2019-04-30", Stage.NO_CREATE),  # creation was blocked before the deprecation
        ("nodejs26.x", "2030-01-01", None),
        ("node22", "2030-01-01", None),
        ("", "2030-01-01", None),
    ],
)
def test_the_stage_of_a_runtime_on_a_day(name: str, day: str, stage: Stage | None) -> None:
    assert standing(name, date.fromisoformat(day)).stage is stage


def test_what_the_stages_mean() -> None:
    days = ("2026-11-24", "2027-02-01", "2027-03-03")
    assert [standing("nodejs20.x", date.fromisoformat(day)).text for day in days] == [
        "is out of support since 2026-04-30",
        "is out of support since 2026-04-30 and no function can be created with it since 2027-02-01",
        "is out of support since 2026-04-30 and no function can be created or updated with it since 2027-03-03",
    ]
    assert standing("nodejs24.x", DAY).text == "is supported"
    assert (standing("nodejs20.x", DAY).successor, standing("nodejs24.x", DAY).successor) == ("nodejs24.x", "")


def test_the_worst_runtime_that_is_sure_to_be_chosen_is_told() -> None:
    chosen = {"Fn::If": ["Old", "python2.7", {"Fn::If": ["Older", "nodejs20.x", "nodejs24.x"]}]}
    conditions = {name: {"Fn::Equals": [{"Ref": "P"}, name]} for name in ("Old", "Older")}
    fn = made("T", {"Runtime": chosen}, Parameters={"P": {"Type": "String"}}, Conditions=conditions)
    found = outlived(list(fn["Runtime"].cases()), DAY)
    assert (found.settled.verdict, found.standing.name, found.standing.stage, found.confidence) == (
        Verdict.FAIL,
        "python2.7",
        Stage.NO_UPDATE,
        Confidence.CERTAIN,
    )


def test_the_row_of_another_region_is_only_possible() -> None:
    rows = {"eu-west-1": {"N": "nodejs24.x"}, "cn-north-1": {"N": "nodejs20.x"}}
    chosen = {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "N"]}
    found = outlived(made("T", {"Runtime": chosen}, Mappings={"M": rows})["Runtime"].cases(), DAY)
    assert (found.settled.verdict, found.standing.name, found.confidence) == (
        Verdict.FAIL,
        "nodejs20.x",
        Confidence.POSSIBLE,
    )


def test_an_undated_runtime_is_named() -> None:
    found = outlived(made("T", {"Runtime": "nodejs26.x"})["Runtime"].cases(), DAY)
    assert (found.settled.verdict, found.settled.needs, found.standing) == (
        Verdict.UNKNOWN,
        "the support dates of nodejs26.x",
        Standing("", None),
    )


# --- resource types ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "day", "expected"),
    [
        ("AWS::QLDB::Stream", "2026-11-24", ("ended", "AWS ended Amazon QLDB on 2025-07-31")),
        ("AWS::QLDB::Ledger", "2025-07-30", ("ending", "AWS ends Amazon QLDB on 2025-07-31")),
        ("AWS::QLDB::Ledger", "2025-07-31", ("ended", "AWS ended Amazon QLDB on 2025-07-31")),
        (
            "AWS::AutoScaling::LaunchConfiguration",
            "2026-11-24",
            ("closed", "new accounts cannot create launch configurations since 2024-10-01"),
        ),
        (
            "AWS::AutoScaling::LaunchConfiguration",
            "2024-09-30",
            ("ending", "AWS closes launch configurations on 2024-10-01"),
        ),
        (
            "AWS::ElasticLoadBalancing::LoadBalancer",
            "2026-11-24",
            ("superseded", "AWS has replaced Classic Load Balancers"),
        ),
    ],
)
def test_the_fate_of_a_type(type_: str, day: str, expected: tuple[str, str]) -> None:
    found = fate(type_, date.fromisoformat(day))
    assert found is not None
    assert (found.status, found.text) == expected


@pytest.mark.parametrize(
    "type_",
    [
        "AWS::WAFv2::WebACL",
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::RDS::DBSecurityGroupX",
        "AWS::QLDB",
        "Custom::QLDB",
    ],
)
def test_types_that_are_current(type_: str) -> None:
    assert fate(type_, DAY) is None


def test_the_data_names_each_type_once_with_a_successor_and_a_source() -> None:
    names = [name for group in superseded_types() for name in group.types]
    assert sorted(names) == sorted(set(names))
    for group in superseded_types():
        assert group.successor
        assert group.url.startswith("https://")
        assert (group.since is None) is (group.status == "superseded")
        assert group.status in ("ended", "closed", "superseded")
    assert superseded("AWS::Pinpoint::App") == superseded("AWS::Pinpoint::EmailChannel")
    assert isinstance(fate("AWS::Pinpoint::App", DAY), Fate)


# --- TLS ----------------------------------------------------------------------------------------------------------

CERTIFICATE = {"AcmCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a"}


def viewer(**settings: Any) -> dict[str, Any]:
    return {"DistributionConfig": {"ViewerCertificate": settings}}


@pytest.mark.parametrize(
    ("type_", "properties", "verdict"),
    [
        ("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS"}, Verdict.FAIL),
        ("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "TCP"}, Verdict.PASS),
        (
            "AWS::ElasticLoadBalancingV2::Listener",
            {"Protocol": "TLS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            Verdict.PASS,
        ),
        ("AWS::CloudFront::Distribution", viewer(**CERTIFICATE), Verdict.FAIL),
        ("AWS::CloudFront::Distribution", viewer(**CERTIFICATE, MinimumProtocolVersion="TLSv1.2_2021"), Verdict.PASS),
        ("AWS::CloudFront::Distribution", viewer(**CERTIFICATE, MinimumProtocolVersion="TLSv1_2016"), Verdict.FAIL),
        ("AWS::CloudFront::Distribution", viewer(CloudFrontDefaultCertificate=True), Verdict.PASS),
        ("AWS::ApiGateway::DomainName", {}, Verdict.UNKNOWN),
        ("AWS::ApiGateway::DomainName", {"SecurityPolicy": "TLS_1_0"}, Verdict.FAIL),
        ("AWS::ApiGateway::DomainName", {"SecurityPolicy": {"Ref": "P"}}, Verdict.UNKNOWN),
        (
            "AWS::Elasticsearch::Domain",
            {"DomainEndpointOptions": {"TLSSecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}},
            Verdict.FAIL,
        ),
    ],
)
def test_who_lets_old_tls_in(type_: str, properties: dict[str, Any], verdict: Verdict) -> None:
    subject = made(type_, properties, Parameters={"P": {"Type": "String"}})
    assert judge_settings(subject, list(tls_settings(subject)), "which is old").verdict is verdict


def test_no_policy_that_starts_at_tls_1_2_is_among_the_old() -> None:
    newer = ("TLS-1-2", "TLS13-1-2", "TLSv1.2", "TLS_1_2")
    assert [name for names in old_tls().values() for name in names if any(part in name for part in newer)] == []


# --- volumes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "properties", "shown"),
    [
        ("AWS::EC2::Volume", {}, ["VolumeType of X is not written and so gp2, old."]),
        ("AWS::EC2::Volume", {"VolumeType": "standard"}, ["VolumeType of X is standard, old."]),
        ("AWS::RDS::DBInstance", {"StorageType": "gp2"}, ["StorageType of X is gp2, old."]),
        ("AWS::RDS::DBInstance", {}, []),
        (
            "AWS::Elasticsearch::Domain",
            {"EBSOptions": {"VolumeType": "gp2"}},
            ["EBSOptions.VolumeType of X is gp2, old."],
        ),
        (
            "AWS::EC2::LaunchTemplate",
            {"LaunchTemplateData": {"BlockDeviceMappings": [{"Ebs": {"VolumeType": "gp2"}}]}},
            ["BlockDeviceMappings.Ebs.VolumeType of X is gp2, old."],
        ),
        ("AWS::EC2::Instance", {"BlockDeviceMappings": [{"Ebs": {"VolumeSize": 8}}, {"NoDevice": {}}]}, []),
    ],
)
def test_volumes_of_the_previous_generation(type_: str, properties: dict[str, Any], shown: list[str]) -> None:
    subject = made(type_, properties)
    found = judge_settings(subject, list(volume_settings(subject)), "old")
    assert ([found.message] if found.verdict is Verdict.FAIL else []) == shown


# --- lists, tokens, scaling -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "answer"),
    [(ABSENT, False), (Known("Private"), False), (Known("PublicRead"), True), (Unknown("x"), None)],
)
def test_a_list_that_lets_others_in(value: Any, answer: bool | None) -> None:
    assert shares_by_list(value) is answer


@pytest.mark.parametrize(
    ("ownership", "access", "refused"),
    [
        (None, "LogDeliveryWrite", True),
        ("BucketOwnerEnforced", "PublicRead", True),
        ("ObjectWriter", "PublicRead", False),
        ("BucketOwnerPreferred", "LogDeliveryWrite", False),
        (None, "BucketOwnerFullControl", False),
    ],
)
def test_what_s3_refuses(ownership: str | None, access: str, refused: bool) -> None:
    controls = {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}} if ownership else {}
    assert refused_by_s3(made("AWS::S3::Bucket", controls), access) is refused


@pytest.mark.parametrize(
    ("value", "answer"), [(Known("optional"), True), (Known("required"), False), (ABSENT, None), (Unknown("x"), None)]
)
def test_metadata_without_a_token(value: Any, answer: bool | None) -> None:
    assert answers_without_token(value) is answer


def test_metadata_options_of_a_template_lie_deeper() -> None:
    options = {"MetadataOptions": {"HttpTokens": "required"}}
    plain, template = (
        made("AWS::EC2::Instance", options),
        made("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": options}),
    )
    assert [metadata_options(one)["HttpTokens"].known for one in (plain, template)] == ["required", "required"]


@pytest.mark.parametrize(
    "identity",
    [
        {"Fn::Sub": "table/${Orders}"},
        {"Fn::Join": ["", ["table/", {"Ref": "Orders"}]]},
        "table/orders",
        "table/orders/index/x",
    ],
)
def test_tables_that_something_scales(identity: Any) -> None:
    document = {
        "Resources": {
            "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}},
            "Others": {"Type": "AWS::DynamoDB::Table"},
            "Target": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {"ResourceId": identity}},
        }
    }
    assert [table.id for table in scaled_tables(application(document))] == ["Orders"]
