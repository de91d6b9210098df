"""SAM resources that become one resource: tables, layers, applications and capacity providers."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_code import local, locate, merged_metadata
from analyzer.model.sam_policies import Role
from analyzer.model.sam_values import (
    compact,
    get_att,
    given,
    is_intrinsic,
    managed_policy_arn,
    map_branches,
    mapping,
    tag_list,
    trust,
)
from analyzer.model.sam_workspace import SamResource, Workspace

_TABLE_TYPES = {"String": "S", "Number": "N", "Binary": "B"}


def expand_simple_table(workspace: Workspace, table: SamResource) -> None:
    """``AWS::Serverless::SimpleTable`` as ``AWS::DynamoDB::Table``."""
    properties = table.properties
    key = mapping(properties.get("PrimaryKey")) or {"Name": "id", "Type": "String"}
    name = key.get("Name")
    type_ = map_branches(
        workspace.resolved(key.get("Type")),
        lambda word: _TABLE_TYPES.get(word, word) if isinstance(word, str) else word,
    )
    throughput = given(properties, "ProvisionedThroughput")
    handed_through = ("PointInTimeRecoverySpecification", "SSESpecification", "TableName")
    workspace.set_main(
        table,
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": [compact({"AttributeName": name, "AttributeType": type_})],
            "KeySchema": [compact({"AttributeName": name, "KeyType": "HASH"})],
            "ProvisionedThroughput": throughput,
            "BillingMode": "PAY_PER_REQUEST" if throughput is None else None,
            **{name: properties.get(name) for name in handed_through},
            "Tags": tag_list(properties.get("Tags")) or None,
        },
    )


def expand_layer_version(workspace: Workspace, layer: SamResource) -> None:
    """``AWS::Serverless::LayerVersion`` as ``AWS::Lambda::LayerVersion``.

    SAM appends a hash to its logical id; here it keeps the id that the user wrote.
    """
    properties = layer.properties
    location = locate(workspace, properties.get("ContentUri"), layer.pointer("ContentUri"))
    additions = local(location.path, "Content") if location.path is not None else {}
    names = ("Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")
    retention = workspace.resolved(properties.get("RetentionPolicy"))
    policy = retention.capitalize() if isinstance(retention, str) else None
    workspace.set_main(
        layer,
        "AWS::Lambda::LayerVersion",
        {
            **{name: properties.get(name) for name in names},
            "LayerName": given(properties, "LayerName") or layer.logical_id,
            "Content": location.names("S3Bucket", "S3Key", "S3ObjectVersion"),
        },
        DeletionPolicy=policy or layer.attributes.get("DeletionPolicy", "Retain"),
        Metadata=merged_metadata(layer, additions),
    )


def expand_application(workspace: Workspace, application: SamResource) -> None:
    """``AWS::Serverless::Application`` as ``AWS::CloudFormation::Stack``.

    A local path becomes ``TemplateURL`` as it is written. An application of the Serverless Application Repository has
    none: what it holds cannot be known from here.
    """
    properties = application.properties
    location = workspace.resolved(properties.get("Location"))
    at = application.pointer("Location")
    tags = []
    if isinstance(location, dict) and not is_intrinsic(location):
        workspace.note(at, "an application of the Serverless Application Repository is not in the template")
        names = {"serverlessrepo:applicationId": "ApplicationId", "serverlessrepo:semanticVersion": "SemanticVersion"}
        tags = [(tag, location[name]) for tag, name in names.items() if location.get(name) is not None]
    elif not isinstance(location, str):
        workspace.note(at, "this location is known only at deployment")
    handed_through = ("NotificationARNs", "Parameters", "TimeoutInMinutes")
    workspace.set_main(
        application,
        "AWS::CloudFormation::Stack",
        {
            "TemplateURL": location if isinstance(location, str) or is_intrinsic(location) else None,
            **{name: properties.get(name) for name in handed_through},
            "Tags": tag_list(properties.get("Tags"), ("lambda:createdBy", "SAM"), *tags),
        },
    )


def expand_capacity_provider(workspace: Workspace, provider: SamResource) -> None:
    """``AWS::Serverless::CapacityProvider`` as ``AWS::Lambda::CapacityProvider``, with an operator's role."""
    properties = provider.properties
    role_arn = given(properties, "OperatorRole")
    if role_arn is None:
        role = Role(f"{provider.logical_id}OperatorRole", trust("lambda.amazonaws.com"))
        role.attach(managed_policy_arn("AWSLambdaManagedEC2ResourceOperator"))
        tags = tag_list({"lambda:createdBy": "SAM"})
        workspace.add(provider, role.logical_id, "AWS::IAM::Role", role.properties(Tags=tags), provider.at)
        role_arn = get_att(role.logical_id, "Arn")
    workspace.set_main(
        provider,
        "AWS::Lambda::CapacityProvider",
        {
            "CapacityProviderName": given(properties, "CapacityProviderName"),
            "VpcConfig": properties.get("VpcConfig"),
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": role_arn},
            "InstanceRequirements": _instances(properties.get("InstanceRequirements")),
            "CapacityProviderScalingConfig": _scaling(properties.get("ScalingConfig")),
            "KmsKeyArn": given(properties, "KmsKeyArn"),
            "Tags": tag_list({**mapping(properties.get("Tags")), "lambda:createdBy": "SAM"}),
        },
    )


def _instances(written: Any) -> Any:
    names = {"AllowedTypes": "AllowedInstanceTypes", "ExcludedTypes": "ExcludedInstanceTypes"}
    if not mapping(written):
        return written
    return {names.get(name, name): value for name, value in mapping(written).items()}


def _scaling(written: Any) -> Any:
    config = mapping(written)
    if not config:
        return written
    utilization = config.get("AverageCPUUtilization")
    metric = "LambdaCapacityProviderAverageCPUUtilization"
    policies = [{"PredefinedMetricType": metric, "TargetValue": utilization}]
    return compact(
        {
            "MaxVCpuCount": config.get("MaxVCpuCount"),
            "ScalingMode": "Auto" if utilization is None else "Manual",
            "ScalingPolicies": None if utilization is None else policies,
        }
    )
