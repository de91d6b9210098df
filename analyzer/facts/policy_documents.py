"""Where each resource type carries a resource policy, and documents written as JSON text.

Source: the property tables of each type in the CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analyzer.model.node import Evaluated, Node
from analyzer.model.value import Known, Text

if TYPE_CHECKING:
    from analyzer.model.names import Names

RESOURCE_POLICIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "AWS::S3::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3::AccessPoint": (("Policy",),),
    "AWS::SQS::QueuePolicy": (("PolicyDocument",),),
    "AWS::SQS::QueueInlinePolicy": (("PolicyDocument",),),
    "AWS::SNS::TopicPolicy": (("PolicyDocument",),),
    "AWS::SNS::TopicInlinePolicy": (("PolicyDocument",),),
    "AWS::KMS::Key": (("KeyPolicy",),),
    "AWS::SecretsManager::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::ApiGateway::RestApi": (("Policy",),),
    "AWS::ECR::Repository": (("RepositoryPolicyText",),),
    "AWS::Elasticsearch::Domain": (("AccessPolicies",),),
    "AWS::OpenSearchService::Domain": (("AccessPolicies",),),
    "AWS::DynamoDB::Table": (
        ("ResourcePolicy", "PolicyDocument"),
        ("StreamSpecification", "ResourcePolicy", "PolicyDocument"),
    ),
    "AWS::Kinesis::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::EC2::VPCEndpoint": (("PolicyDocument",),),
    "AWS::Backup::BackupVault": (("AccessPolicy",),),
    "AWS::EFS::FileSystem": (("FileSystemPolicy",),),
    "AWS::Logs::ResourcePolicy": (("PolicyDocument",),),
    "AWS::S3ObjectLambda::AccessPointPolicy": (("PolicyDocument",),),
    "AWS::S3::MultiRegionAccessPointPolicy": (("Policy",),),
    "AWS::S3Express::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3Outposts::BucketPolicy": (("PolicyDocument",),),
    "AWS::S3Tables::TableBucketPolicy": (("ResourcePolicy",),),
    "AWS::KMS::ReplicaKey": (("KeyPolicy",),),
    "AWS::Events::EventBus": (("Policy",),),
    "AWS::Events::EventBusPolicy": ((),),
    "AWS::ECR::PublicRepository": (("RepositoryPolicyText",),),
    "AWS::ECR::RegistryPolicy": (("PolicyText",),),
    "AWS::CodeArtifact::Domain": (("PermissionsPolicyDocument",),),
    "AWS::CodeArtifact::Repository": (("PermissionsPolicyDocument",),),
    "AWS::CloudTrail::ResourcePolicy": (("ResourcePolicy",),),
    "AWS::XRay::ResourcePolicy": (("PolicyDocument",),),
    "AWS::VpcLattice::AuthPolicy": (("Policy",),),
}


def document(policy: Node) -> Node:
    """The policy document as a node, whether it is written as a mapping or as JSON text, also with holes in it."""
    value = policy.value
    names = policy.template.application.names
    content = names.canonical(value) if isinstance(value, Known | Text) else None
    if content is None or (isinstance(value, Known) and not isinstance(value.value, str)):
        return policy
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        return policy
    return Node(policy.template, _restored(parsed, names), policy.pointer, policy.guards)


def _restored(content: Any, names: Names) -> Any:
    """Parsed content in which texts with holes are the values that they stood for."""
    if isinstance(content, dict):
        return {key: _restored(inner, names) for key, inner in content.items()}
    if isinstance(content, list):
        return [_restored(inner, names) for inner in content]
    if isinstance(content, str):
        value = names.restore(content)
        return content if isinstance(value, Known) else Evaluated(value)
    return content
