from __future__ import annotations

from typing import Any

import pytest

from analyzer.sources.published_assets import LegacyAssets, PublishedAssets
from analyzer.sources.template_text import HOLE, is_template, literal_end, references, skeleton
from tests.sources.folders import published

HASH = "0bc2ed6d7315d4cab60dff5e23e977fb3572c882e8e5d1a45d47275c0ab6d01f"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ({"Ref": "X"}, HOLE),
        ({"Fn::Sub": "a-${X}-b"}, f"a-{HOLE}-b"),
        ({"Fn::Sub": ["${X}/${!Lit}", {"X": 1}]}, f"{HOLE}/${{Lit}}"),
        ({"Fn::Join": ["/", ["a", {"Ref": "X"}, {"Fn::Sub": "${Y}z"}]]}, f"a/{HOLE}/{HOLE}z"),
        ({"Fn::Join": ["/", {"Ref": "List"}]}, HOLE),
        ({"Fn::Sub": {"Ref": "X"}}, HOLE),
        ({"Fn::Sub": []}, HOLE),
        ({"a": 1, "b": 2}, HOLE),
        ({}, HOLE),
        (None, HOLE),
        (["a"], HOLE),
    ],
)
def test_the_literal_parts_of_a_text(value: object, text: str) -> None:
    assert skeleton(value) == text


def test_placeholders_that_never_end_take_no_time() -> None:
    text = "${" * 500_000
    assert skeleton({"Fn::Sub": text}) == text


def test_what_stands_after_the_last_hole() -> None:
    assert literal_end({"Fn::Join": ["", ["https://s3.", {"Ref": "R"}, "/k.json"]]}) == "/k.json"
    assert literal_end("whole") == "whole"
    assert literal_end({"Ref": "X"}) == ""


def test_references_anywhere_inside() -> None:
    value = {"Fn::Join": ["", [{"Ref": "A"}, {"Fn::Select": [0, {"Fn::Split": ["|", {"Ref": "B"}]}]}, {"Ref": 3}]]}
    assert sorted(references(value)) == ["A", "B"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}, True),
        ({"Resources": {"Fn::ForEach::X": ["i", [], {}]}}, True),
        ({"Resources": {}, "AWSTemplateFormatVersion": "2010-09-09"}, True),
        ({"Resources": {}, "Transform": "Macro"}, True),
        ({"Resources": {}}, False),
        ({"Resources": {"greeting": "hello"}}, False),
        ({"Resources": {"a": {"Type": 3}}}, False),
        ({"Resources": ["AWS::S3::Bucket"], "AWSTemplateFormatVersion": "2010-09-09"}, False),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, False),
        (["Resources"], False),
        (None, False),
    ],
)
def test_what_a_template_is(document: object, expected: bool) -> None:
    assert is_template(document) is expected


MANIFEST = {
    **published(one=("asset.one", "prefix/one.zip"), two=("two.json", "two.json")),
    "dockerImages": {
        "img": {
            "source": {"directory": "asset.img"},
            "destinations": {"here": {"repositoryName": "r", "imageTag": "img"}},
        }
    },
}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"S3Bucket": {"Fn::Sub": "b-${AWS::Region}"}, "S3Key": "prefix/one.zip"}, "asset.one"),
        ({"S3Bucket": "b", "S3Key": {"Fn::Sub": "prefix/one.zip"}}, "asset.one"),
        ({"Bucket": "b", "Key": "two.json"}, "two.json"),
        (
            {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/", {"Fn::Sub": "${B}"}, "/two.json"]]},
            "two.json",
        ),
        ({"Fn::Sub": "https://s3.${AWS::Region}.amazonaws.com/bucket/two.json"}, "two.json"),
        ({"ImageUri": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/repo:img"}}, "asset.img"),
        ({"S3Bucket": "b", "S3Key": "one.zip"}, None),
        ({"S3Bucket": "b", "S3Key": {"Ref": "Key"}}, None),
        ({"ZipFile": "exports.x = 1"}, None),
        ("./src", None),
        (None, None),
    ],
)
def test_assets_by_object_key_or_tag(value: object, path: str | None) -> None:
    assert PublishedAssets([MANIFEST]).find(value) == path


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        [],
        {"files": []},
        {"files": {"a": None, "b": {"source": None}, "c": {"destinations": {"d": None}}}},
        {"files": {"a": {"source": {"executable": ["sh"]}, "destinations": {"d": {"objectKey": "k"}}}}},
        {"files": {"a": {"source": {"path": 3}, "destinations": {"d": {"objectKey": "k"}, "e": {"objectKey": 4}}}}},
    ],
)
def test_manifests_of_another_shape_publish_nothing(manifest: object) -> None:
    assert PublishedAssets([manifest]).find({"S3Key": "k"}) is None


def legacy(**data: Any) -> dict[str, Any]:
    return {"/S": [{"type": "aws:cdk:asset", "data": {"path": "asset.x", "sourceHash": HASH, **data}}]}


def by_parameter(name: str) -> dict[str, Any]:
    split = {"Fn::Split": ["||", {"Ref": name}]}
    return {"S3Bucket": {"Ref": "Other"}, "S3Key": {"Fn::Join": ["", [{"Fn::Select": [0, split]}]]}}


def test_assets_of_version_one_by_their_parameters() -> None:
    assets = LegacyAssets(legacy())
    assert assets.find(by_parameter(f"AssetParameters{HASH}S3VersionKey5B17C458")) == "asset.x"
    assert assets.find(by_parameter(f"referencetoDocsAssetParameters{HASH}S3VersionKey5B17C458Ref")) == "asset.x"
    assert assets.find(by_parameter(f"AssetParameters{'1' * 64}S3VersionKey5B17C458")) is None
    assert assets.find(by_parameter("Key")) is None


@pytest.mark.parametrize(
    "metadata", [None, [], {"/S": None}, {"/S": [None, {"type": "aws:cdk:asset"}]}, legacy(path=3)]
)
def test_metadata_of_another_shape_has_no_assets(metadata: object) -> None:
    assert LegacyAssets(metadata).find(by_parameter(f"AssetParameters{HASH}S3VersionKey1")) is None
