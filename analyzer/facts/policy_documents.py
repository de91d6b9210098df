"""Where each resource type carries a resource policy, and documents written as JSON text.

Source: the property tables of each type in the CloudFormation Template Reference (read 2026-11-24).
"""

from __future__ import annotations

import json

from analyzer.model.node import Node
from analyzer.model.value import Known

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
}


def document(policy: Node) -> Node:
    """The policy document as a node, whether it is written as a mapping or as JSON text."""
    value = policy.value
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return policy
    try:
        parsed = json.loads(value.value)
    except ValueError:
        return policy
    return Node(policy.template, parsed, policy.pointer, policy.guards)
