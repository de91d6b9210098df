"""Resources as nodes of a picture: what they are called, what they are, in which lane."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from analyzer.picture.graph import Family, Node

if TYPE_CHECKING:
    from analyzer.model.template import Resource

OUTSIDE: Final = "outside these templates"
"""The lane of what no template declares."""

_HASH = re.compile(r"(?<=[A-Za-z0-9_])[0-9A-F]{8}$")

_KINDS: Final = {
    "AWS::Lambda::Function": ("Lambda function", Family.COMPUTE),
    "AWS::StepFunctions::StateMachine": ("state machine", Family.COMPUTE),
    "AWS::ECS::Service": ("ECS service", Family.COMPUTE),
    "AWS::ECS::TaskDefinition": ("ECS task", Family.COMPUTE),
    "AWS::Lambda::EventSourceMapping": ("event source mapping", Family.MESSAGING),
    "AWS::S3::Bucket": ("S3 bucket", Family.STORAGE),
    "AWS::DynamoDB::Table": ("DynamoDB table", Family.STORAGE),
    "AWS::DynamoDB::GlobalTable": ("DynamoDB table", Family.STORAGE),
    "AWS::Logs::LogGroup": ("log group", Family.STORAGE),
    "AWS::SQS::Queue": ("SQS queue", Family.MESSAGING),
    "AWS::SNS::Topic": ("SNS topic", Family.MESSAGING),
    "AWS::Events::EventBus": ("event bus", Family.MESSAGING),
    "AWS::Events::Rule": ("EventBridge rule", Family.MESSAGING),
    "AWS::Scheduler::Schedule": ("schedule", Family.MESSAGING),
    "AWS::Kinesis::Stream": ("Kinesis stream", Family.MESSAGING),
    "AWS::KinesisFirehose::DeliveryStream": ("delivery stream", Family.MESSAGING),
    "AWS::Pipes::Pipe": ("pipe", Family.MESSAGING),
    "AWS::IoT::TopicRule": ("IoT rule", Family.MESSAGING),
    "AWS::Events::ApiDestination": ("API destination", Family.OUTSIDE),
    "AWS::ApiGateway::RestApi": ("REST API", Family.NETWORK),
    "AWS::ApiGatewayV2::Api": ("HTTP or WebSocket API", Family.NETWORK),
    "AWS::Lambda::Url": ("function URL", Family.NETWORK),
    "AWS::EC2::Subnet": ("subnet", Family.NETWORK),
    "AWS::EC2::RouteTable": ("route table", Family.NETWORK),
    "AWS::EC2::VPCEndpoint": ("VPC endpoint", Family.NETWORK),
    "AWS::EC2::VPC": ("VPC", Family.NETWORK),
    "AWS::IAM::Role": ("IAM role", Family.IDENTITY),
    "AWS::IAM::User": ("IAM user", Family.IDENTITY),
    "AWS::IAM::Group": ("IAM group", Family.IDENTITY),
    "AWS::IAM::Policy": ("IAM policy", Family.IDENTITY),
    "AWS::IAM::ManagedPolicy": ("IAM managed policy", Family.IDENTITY),
    "AWS::SSO::PermissionSet": ("permission set", Family.IDENTITY),
}


def kind_of(type: str) -> tuple[str, Family]:
    """What a resource type is called in a picture, and its family."""
    if type in _KINDS:
        return _KINDS[type]
    parts = type.split("::")
    return (" ".join(parts[1:]) if parts[0] == "AWS" else type), Family.OUTSIDE


def node_of(resource: Resource, *, kind: str = "", marked: bool = False) -> Node:
    """The node of a resource, by its key ``stack/logical id``."""
    told, family = kind_of(resource.type)
    return Node(
        id=f"{resource.stack}/{resource.logical_id}",
        label=short_name(resource),
        kind=kind or told,
        lane=resource.template.name,
        family=family,
        marked=marked,
        name=resource.construct_path or resource.logical_id,
    )


def short_name(resource: Resource) -> str:
    """The logical id, for a resource of CDK's without the hash that CDK appends."""
    return _HASH.sub("", resource.logical_id) if resource.construct_path else resource.logical_id
