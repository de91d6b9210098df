"""Where the code lies: in S3, in a folder, inline, in an image, in the template's own folder, or nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import expanded, function, serverless

S3 = {"S3Bucket": "b", "S3Key": "k"}


def code(fn: dict[str, Any], **sections: Any) -> tuple[Any, Any, tuple[str, ...]]:
    """``Code``, ``Metadata`` and notes of the expanded function."""
    expansion = expanded({"Fn": fn}, **sections)
    resource = expansion.document["Resources"]["Fn"]
    return resource["Properties"].get("Code"), resource.get("Metadata"), expansion.notes


def local(path: str) -> dict[str, str]:
    return {"aws:asset:path": path, "aws:asset:property": "Code"}


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://b/k", S3),
        ("s3://b/a/k.zip?versionId=7", {"S3Bucket": "b", "S3Key": "a/k.zip", "S3ObjectVersion": "7"}),
        ({"Bucket": "b", "Key": "k"}, S3),
        (
            {"Bucket": {"Ref": "B"}, "Key": {"Fn::Sub": "${K}"}, "Version": 3},
            {"S3Bucket": {"Ref": "B"}, "S3Key": {"Fn::Sub": "${K}"}, "S3ObjectVersion": 3},
        ),
    ],
)
def test_code_in_s3(uri: Any, expected: Any) -> None:
    assert code(function(CodeUri=uri)) == (expected, None, ())


@pytest.mark.parametrize("path", ["src/", "./hello-world", ".", "../shared/code.zip", "a.py"])
def test_local_code_is_said_as_cdk_says_it(path: str) -> None:
    assert code(function(CodeUri=path)) == (None, local(path), ())


def test_no_location_is_the_templates_own_folder() -> None:
    assert code(function(CodeUri=None)) == (None, local("."), ())


def test_inline_code_wins_over_a_location() -> None:
    inline = {"Fn::Sub": "exports.handler = () => '${AWS::Region}'"}
    assert code(function(InlineCode=inline)) == ({"ZipFile": inline}, None, ())


def test_location_by_parameter_is_resolved_by_default_or_given_value() -> None:
    parameters = {"Where": {"Type": "String", "Default": "src/"}}
    assert code(function(CodeUri={"Ref": "Where"}), Parameters=parameters) == (None, local("src/"), ())


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ({"Ref": "Where"}, "this location is known only at deployment"),
        ({"Fn::If": ["C", "a/", "b/"]}, "this location is known only at deployment"),
        ("{{resolve:ssm:/code}}", "what lies there cannot be known from the template"),
        ("https://example.com/code.zip", "what lies there cannot be known from the template"),
        ("s3://[x/y", "this is no valid S3 address"),
        ({"Bucket": "b"}, "this is neither an address, a path nor a map of Bucket and Key"),
        (3, "this is neither an address, a path nor a map of Bucket and Key"),
    ],
)
def test_unknown_location_is_noted_and_nothing_made_up(uri: Any, words: str) -> None:
    note = f"/Resources/Fn/Properties/CodeUri: {words}"
    assert code(function(CodeUri=uri)) == (None, None, (note,))


def test_source_key_belongs_to_the_code() -> None:
    got, _, _ = code(function(SourceKMSKeyArn="arn:key"))
    assert got == {"S3Bucket": "bucket", "S3Key": "key", "SourceKMSKeyArn": "arn:key"}


def test_image_by_address() -> None:
    image = serverless("Function", PackageType="Image", ImageUri={"Fn::Sub": "${R}:1"}, Role="arn")
    assert code(image) == ({"ImageUri": {"Fn::Sub": "${R}:1"}}, None, ())


def test_image_built_from_a_folder() -> None:
    metadata = {"DockerContext": "./app", "Dockerfile": "Dockerfile.prod", "DockerTag": "v1"}
    image = {**serverless("Function", PackageType="Image", Role="arn"), "Metadata": metadata}
    asset = {
        "aws:asset:path": "./app",
        "aws:asset:property": "Code.ImageUri",
        "aws:asset:dockerfile-path": "Dockerfile.prod",
    }
    assert code(image) == (None, {**metadata, **asset}, ())


def test_image_from_nowhere() -> None:
    note = "/Resources/Fn: the image is neither named nor built from a folder (Metadata.DockerContext)"
    assert code(serverless("Function", PackageType="Image", Role="arn")) == (None, None, (note,))


def test_the_users_metadata_stays_beside_the_assets() -> None:
    fn = {**function(CodeUri="src/"), "Metadata": {"BuildMethod": "esbuild"}}
    assert code(fn) == (None, {"BuildMethod": "esbuild", **local("src/")}, ())
