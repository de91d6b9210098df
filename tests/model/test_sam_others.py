"""Tables, layers, applications, capacity providers, and references to parts of functions."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam_references import rewrite
from tests.model.sam_cases import expanded, managed, properties, serverless, trusting

NO_VALUE = {"Ref": "AWS::NoValue"}
CREATED = {"Key": "lambda:createdBy", "Value": "SAM"}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            {},
            {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
        (
            {
                "PrimaryKey": {"Name": {"Ref": "Key"}, "Type": "Number"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1},
                "TableName": "t",
                "SSESpecification": {"SSEEnabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "Tags": {"a": "b"},
            },
            {
                "AttributeDefinitions": [{"AttributeName": {"Ref": "Key"}, "AttributeType": "N"}],
                "KeySchema": [{"AttributeName": {"Ref": "Key"}, "KeyType": "HASH"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 1},
                "TableName": "t",
                "SSESpecification": {"SSEEnabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "Tags": [{"Key": "a", "Value": "b"}],
            },
        ),
        (
            {"PrimaryKey": {"Name": "k", "Type": {"Fn::If": ["C", "Binary", "String"]}}},
            {
                "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": {"Fn::If": ["C", "B", "S"]}}],
                "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
    ],
)
def test_simple_table(own: dict[str, Any], expected: dict[str, Any]) -> None:
    expansion = expanded({"T": serverless("SimpleTable", **own)})
    assert expansion.document["Resources"]["T"] == {"Type": "AWS::DynamoDB::Table", "Properties": expected}


@pytest.mark.parametrize(
    ("own", "attributes", "expected"),
    [
        ({"ContentUri": "s3://b/k"}, {"DeletionPolicy": "Retain"}, {"Content": {"S3Bucket": "b", "S3Key": "k"}}),
        (
            {"ContentUri": "layer/", "RetentionPolicy": "delete"},
            {
                "DeletionPolicy": "Delete",
                "Metadata": {"aws:asset:path": "layer/", "aws:asset:property": "Content"},
            },
            {},
        ),
        (
            {
                "ContentUri": {"Bucket": "b", "Key": "k"},
                "LayerName": "own",
                "CompatibleRuntimes": ["python3.12"],
                "CompatibleArchitectures": ["arm64"],
                "LicenseInfo": "MIT",
                "Description": "d",
            },
            {"DeletionPolicy": "Retain"},
            {
                "LayerName": "own",
                "CompatibleRuntimes": ["python3.12"],
                "CompatibleArchitectures": ["arm64"],
                "LicenseInfo": "MIT",
                "Description": "d",
                "Content": {"S3Bucket": "b", "S3Key": "k"},
            },
        ),
    ],
)
def test_layer_version_keeps_its_id(own: Any, attributes: Any, expected: Any) -> None:
    expansion = expanded({"L": serverless("LayerVersion", **own)})
    assert expansion.document["Resources"] == {
        "L": {
            "Type": "AWS::Lambda::LayerVersion",
            **attributes,
            "Properties": {"LayerName": "L", **expected},
        }
    }


@pytest.mark.parametrize(
    ("location", "url", "tags", "words"),
    [
        ("./child/template.yaml", "./child/template.yaml", [], None),
        ("https://b.s3.amazonaws.com/t", "https://b.s3.amazonaws.com/t", [], None),
        (
            {"ApplicationId": "arn:app", "SemanticVersion": "1.0.0"},
            None,
            [
                {"Key": "serverlessrepo:applicationId", "Value": "arn:app"},
                {"Key": "serverlessrepo:semanticVersion", "Value": "1.0.0"},
            ],
            "an application of the Serverless Application Repository is not in the template",
        ),
        ({"Fn::If": ["C", "a", "b"]}, {"Fn::If": ["C", "a", "b"]}, [], "this location is known only at deployment"),
    ],
)
def test_application(location: Any, url: Any, tags: Any, words: str | None) -> None:
    own = {"Parameters": {"A": {"Ref": "B"}}, "NotificationARNs": ["arn"], "TimeoutInMinutes": 5, "Tags": {"a": "b"}}
    expansion = expanded({"App": serverless("Application", Location=location, **own)})
    stack = {**own, "Tags": [CREATED, *tags, {"Key": "a", "Value": "b"}]}
    assert expansion.document["Resources"]["App"] == {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": stack if url is None else {"TemplateURL": url, **stack},
    }
    assert expansion.notes == (() if words is None else (f"/Resources/App/Properties/Location: {words}",))


def test_capacity_provider() -> None:
    own = {
        "VpcConfig": {"SubnetIds": ["s"]},
        "InstanceRequirements": {"Architectures": ["arm64"], "AllowedTypes": ["c7g"]},
        "ScalingConfig": {"MaxVCpuCount": 10, "AverageCPUUtilization": 70.0},
        "KmsKeyArn": "arn:k",
        "Tags": {"a": "b"},
    }
    expansion = expanded({"P": serverless("CapacityProvider", **own)})
    assert properties(expansion, "P") == {
        "VpcConfig": {"SubnetIds": ["s"]},
        "PermissionsConfig": {"CapacityProviderOperatorRoleArn": {"Fn::GetAtt": ["POperatorRole", "Arn"]}},
        "InstanceRequirements": {"Architectures": ["arm64"], "AllowedInstanceTypes": ["c7g"]},
        "CapacityProviderScalingConfig": {
            "MaxVCpuCount": 10,
            "ScalingMode": "Manual",
            "ScalingPolicies": [
                {"PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": 70.0}
            ],
        },
        "KmsKeyArn": "arn:k",
        "Tags": [{"Key": "a", "Value": "b"}, CREATED],
    }
    assert properties(expansion, "POperatorRole") == {
        "AssumeRolePolicyDocument": trusting("lambda.amazonaws.com"),
        "ManagedPolicyArns": [managed("AWSLambdaManagedEC2ResourceOperator")],
        "Tags": [CREATED],
    }


def test_capacity_provider_with_a_role() -> None:
    own = {"OperatorRole": {"Ref": "R"}, "CapacityProviderName": "n", "ScalingConfig": {"MaxVCpuCount": 1}}
    expansion = expanded({"P": serverless("CapacityProvider", **own)})
    assert {name: raw["Properties"] for name, raw in expansion.document["Resources"].items()} == {
        "P": {
            "CapacityProviderName": "n",
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": {"Ref": "R"}},
            "CapacityProviderScalingConfig": {"MaxVCpuCount": 1, "ScalingMode": "Auto"},
            "Tags": [CREATED],
        }
    }


REFERENCES = {"Fn.Version": "FnVersion", "Fn.Alias": "FnAliaslive"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Fn.Alias"}, {"Ref": "FnAliaslive"}),
        ({"Fn::GetAtt": ["Fn.Version", "Version"]}, {"Fn::GetAtt": ["FnVersion", "Version"]}),
        ({"Fn::GetAtt": "Fn.Version.Version"}, {"Fn::GetAtt": ["FnVersion", "Version"]}),
        ({"Fn::GetAtt": ["Fn", "Version.Version"]}, {"Fn::GetAtt": ["FnVersion", "Version"]}),
        ({"Fn::Sub": "${Fn.Alias}/${Fn.Version.Version}"}, {"Fn::Sub": "${FnAliaslive}/${FnVersion.Version}"}),
        (
            {"Fn::Sub": ["${Fn.Alias}-${a}", {"a": {"Ref": "Fn.Version"}}]},
            {"Fn::Sub": ["${FnAliaslive}-${a}", {"a": {"Ref": "FnVersion"}}]},
        ),
        ({"Fn::Sub": ["x-${a}", {"a": {"Ref": "Fn.Version"}}]}, {"Fn::Sub": ["x-${a}", {"a": {"Ref": "FnVersion"}}]}),
        ([1, {"a": [{"Ref": "Fn.Alias"}]}], [1, {"a": [{"Ref": "FnAliaslive"}]}]),
    ],
)
def test_references_to_parts_are_rewritten(value: Any, expected: Any) -> None:
    assert rewrite(value, REFERENCES) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Fn"},
        {"Ref": "Other.Alias"},
        {"Fn::GetAtt": ["Fn", "Arn"]},
        {"Fn::GetAtt": ["Fn", "Version"]},
        {"Fn::GetAtt": "Fn.Alias"},
        {"Fn::GetAtt": [{"Ref": "x"}, "y"]},
        {"Fn::Sub": "${Fn} ${Fn.Arn} ${!Fn.Alias} Fn.Alias"},
        {"Fn::Sub": ["x", {"a": 1}]},
        {"Fn::Sub": 3},
        "Fn.Alias",
        [],
        {"a": {"b": [None, 1.5, {"Ref": ["Fn.Alias"]}]}},
    ],
)
def test_everything_else_stays_the_same_object(value: Any) -> None:
    assert rewrite(value, REFERENCES) is value
