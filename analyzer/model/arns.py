"""How each resource type is named: what its Ref is, its ARN, its name property.

Source: the "Return values" of each type in the CloudFormation Template Reference and the ARN formats of the Service
Authorization Reference (read 2026-11-24).
"""

from __future__ import annotations

from analyzer.records import dataclass

_REGIONAL = "arn:{partition}:%s:{region}:{account}:%s"
_GLOBAL = "arn:{partition}:%s::{account}:%s"
_BARE = "arn:{partition}:%s:::%s"


@dataclass(frozen=True, slots=True)
class Naming:
    """``ref``: what Ref evaluates to (``name``, ``arn``, ``url``, ``id``); ``arn``: its shape with ``{name}``;
    ``property``: where a name can be written; ``arns``: attributes that are the ARN; ``names``: attributes that
    are the name; ``url``: the shape of a URL that names it."""

    ref: str
    arn: str
    property: str | None
    arns: tuple[str, ...] = ("Arn",)
    names: tuple[str, ...] = ()
    url: str | None = None


def _regional(service: str, resource: str) -> str:
    return _REGIONAL % (service, resource)


_QUEUE_URL = "https://sqs.{region}.{suffix}/{account}/{name}"

NAMINGS: dict[str, Naming] = {
    "AWS::S3::Bucket": Naming("name", _BARE % ("s3", "{name}"), "BucketName"),
    "AWS::DynamoDB::Table": Naming("name", _regional("dynamodb", "table/{name}"), "TableName"),
    "AWS::DynamoDB::GlobalTable": Naming("name", _regional("dynamodb", "table/{name}"), "TableName"),
    "AWS::Lambda::Function": Naming("name", _regional("lambda", "function:{name}"), "FunctionName"),
    "AWS::SQS::Queue": Naming("url", _regional("sqs", "{name}"), "QueueName", names=("QueueName",), url=_QUEUE_URL),
    "AWS::SNS::Topic": Naming("arn", _regional("sns", "{name}"), "TopicName", arns=("TopicArn",), names=("TopicName",)),
    "AWS::Kinesis::Stream": Naming("name", _regional("kinesis", "stream/{name}"), "Name"),
    "AWS::KinesisFirehose::DeliveryStream": Naming(
        "name", _regional("firehose", "deliverystream/{name}"), "DeliveryStreamName"
    ),
    "AWS::Events::EventBus": Naming("name", _regional("events", "event-bus/{name}"), "Name", names=("Name",)),
    "AWS::Events::Rule": Naming("name", _regional("events", "rule/{name}"), "Name"),
    "AWS::StepFunctions::StateMachine": Naming(
        "arn", _regional("states", "stateMachine:{name}"), "StateMachineName", names=("Name",)
    ),
    "AWS::Pipes::Pipe": Naming("name", _regional("pipes", "pipe/{name}"), "Name"),
    "AWS::Scheduler::Schedule": Naming("name", _regional("scheduler", "schedule/default/{name}"), "Name"),
    "AWS::IAM::Role": Naming("name", _GLOBAL % ("iam", "role/{name}"), "RoleName"),
    "AWS::IAM::User": Naming("name", _GLOBAL % ("iam", "user/{name}"), "UserName"),
    "AWS::IAM::Group": Naming("name", _GLOBAL % ("iam", "group/{name}"), "GroupName"),
    "AWS::IAM::ManagedPolicy": Naming("arn", _GLOBAL % ("iam", "policy/{name}"), "ManagedPolicyName", ("PolicyArn",)),
    "AWS::KMS::Key": Naming("name", _regional("kms", "key/{name}"), None, names=("KeyId",)),
    "AWS::KMS::Alias": Naming("name", _regional("kms", "{name}"), "AliasName"),
    "AWS::SecretsManager::Secret": Naming("arn", _regional("secretsmanager", "secret:{name}"), "Name", ("Id",)),
    "AWS::SSM::Parameter": Naming("name", _regional("ssm", "parameter{name}"), "Name", arns=()),
    "AWS::Logs::LogGroup": Naming("name", _regional("logs", "log-group:{name}:*"), "LogGroupName"),
    "AWS::CloudWatch::Alarm": Naming("name", _regional("cloudwatch", "alarm:{name}"), "AlarmName"),
    "AWS::CloudWatch::CompositeAlarm": Naming("name", _regional("cloudwatch", "alarm:{name}"), "AlarmName"),
    "AWS::ECS::Cluster": Naming("name", _regional("ecs", "cluster/{name}"), "ClusterName"),
    "AWS::ECR::Repository": Naming("name", _regional("ecr", "repository/{name}"), "RepositoryName"),
    "AWS::CloudTrail::Trail": Naming("name", _regional("cloudtrail", "trail/{name}"), "TrailName"),
    "AWS::ApiGateway::RestApi": Naming("name", _regional("execute-api", "{name}"), None, arns=(), names=("RestApiId",)),
    "AWS::ApiGatewayV2::Api": Naming("name", _regional("execute-api", "{name}"), None, arns=(), names=("ApiId",)),
    "AWS::Cognito::UserPool": Naming("name", _regional("cognito-idp", "userpool/{name}"), None),
}
