"""Events that Lambda polls for: queues, streams, Kafka, MQ and DocumentDB, as event source mappings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analyzer.model.sam_destinations import sending_policy
from analyzer.model.sam_event import Event
from analyzer.model.sam_values import (
    allow,
    compact,
    given,
    is_no_value,
    managed_policy_arn,
    mapping,
    policy,
    sequence,
    sub,
    text_of,
)
from analyzer.records import dataclass

Grants = Callable[[Event], list[dict[str, Any]]]

_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
_KAFKA_SECRETS = ("SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH")

_TRANSLATED = frozenset(
    {
        "Broker",
        "Cluster",
        "CollectionName",
        "ConsumerGroupId",
        "DatabaseName",
        "DestinationConfig",
        "DynamicPolicyName",
        "FullDocument",
        "KafkaBootstrapServers",
        "Queue",
        "SchemaRegistryConfig",
        "SecretsManagerKmsKeyId",
        "Stream",
    }
)
"""Properties that the mapping does not have or has otherwise; all the others are handed through."""


@dataclass(frozen=True)
class _Source:
    """How one kind of source is polled: the property with its ARN, and what the function's role needs."""

    arn: str | None = None
    managed_policy: str | None = None
    policy_name: str = ""
    grants: Grants | None = None


def expand_pull_event(event: Event) -> None:
    """The event source mapping of one event, and what the generated role needs for it."""
    source = PULL_EVENTS[event.type]
    arn = event.properties.get(source.arn) if source.arn else None
    if source.arn and is_no_value(arn):
        event.note(f"an event of type {event.type} needs {source.arn}")
    handed_through = {name: value for name, value in event.properties.items() if name not in _TRANSLATED}
    event.add(
        event.logical_id,
        "AWS::Lambda::EventSourceMapping",
        {
            "FunctionName": event.target.name,
            "EventSourceArn": arn,
            **handed_through,
            **_kafka(event),
            "DocumentDBEventSourceConfig": _document_db(event),
            "DestinationConfig": _destination(event),
        },
    )
    if event.role is None:
        return
    if source.managed_policy:
        event.role.attach(managed_policy_arn(f"service-role/{source.managed_policy}"))
    statements = source.grants(event) if source.grants else []
    if statements:
        named = event.properties.get("DynamicPolicyName") is True and event.type == "MQ"
        event.role.grant(policy(f"{event.logical_id}AMQPolicy" if named else source.policy_name, *statements))


def map_queue(event: Event, queue_arn: Any, batch_size: Any) -> None:
    """Let the function poll a queue that SAM put between a topic and it."""
    properties = {
        "FunctionName": event.target.name,
        "EventSourceArn": queue_arn,
        "BatchSize": batch_size,
        "Enabled": True,
    }
    event.add(f"{event.logical_id}EventSourceMapping", "AWS::Lambda::EventSourceMapping", properties)


def attach_queue_policy(event: Event) -> None:
    """Let the generated role poll queues."""
    if event.role is not None:
        event.role.attach(managed_policy_arn("service-role/AWSLambdaSQSQueueExecutionRole"))


def _kafka(event: Event) -> dict[str, Any]:
    servers = given(event.properties, "KafkaBootstrapServers")
    settings = compact(
        {
            "ConsumerGroupId": given(event.properties, "ConsumerGroupId"),
            "SchemaRegistryConfig": given(event.properties, "SchemaRegistryConfig"),
        }
    )
    name = "AmazonManagedKafka" if event.type == "MSK" else "SelfManagedKafka"
    return compact(
        {
            "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": servers}} if servers else None,
            f"{name}EventSourceConfig": settings or None,
        }
    )


def _document_db(event: Event) -> dict[str, Any] | None:
    names = ("DatabaseName", "CollectionName", "FullDocument")
    return compact({name: given(event.properties, name) for name in names}) or None


def _destination(event: Event) -> Any:
    """``DestinationConfig`` without SAM's own ``Type``, which decides the grant to the destination."""
    config = event.properties.get("DestinationConfig")
    failure = mapping(mapping(config).get("OnFailure"))
    if "Type" not in failure:
        return config
    grant = sending_policy(failure["Type"], failure.get("Destination"), event.logical_id)
    if grant is not None and event.role is not None:
        event.role.grant(grant)
    if grant is None and failure["Type"] != "Kafka":
        event.note("the destination's Type must be SQS, SNS, S3 or Kafka")
    without = {name: value for name, value in failure.items() if name != "Type"}
    return {**mapping(config), "OnFailure": without}


def _secrets(event: Event, *types: str) -> list[dict[str, Any]]:
    """Grants to read the secrets that ``SourceAccessConfigurations`` names."""
    configurations = [mapping(item) for item in sequence(event.properties.get("SourceAccessConfigurations"))]
    return [
        allow(["secretsmanager:GetSecretValue"], item["URI"])
        for item in configurations
        if item.get("Type") in types and not is_no_value(item.get("URI"))
    ]


def _decrypt(event: Event) -> list[dict[str, Any]]:
    key = given(event.properties, "SecretsManagerKmsKeyId")
    if key is None:
        return []
    prefix = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/"
    arn = sub(prefix + key) if isinstance(key, str) else sub(prefix + "${Key}", Key=key)
    return [allow(["kms:Decrypt"], arn)]


def _registry(event: Event) -> list[dict[str, Any]]:
    """Grants to a schema registry's credentials and to a Glue registry."""
    config = mapping(event.properties.get("SchemaRegistryConfig"))
    accesses = [mapping(item) for item in sequence(config.get("AccessConfigs"))]
    grants = [allow(["secretsmanager:GetSecretValue"], item["URI"]) for item in accesses if "URI" in item]
    registry = config.get("SchemaRegistryURI")
    text = registry.get("Fn::Sub") if isinstance(registry, dict) else registry
    fields = text.split(":") if isinstance(text, str) else []
    name = next((part.removeprefix("registry/") for part in fields if part.startswith("registry/")), None)
    if name is not None and str(text).startswith("arn"):
        versions = f"arn:${{AWS::Partition}}:glue:${{AWS::Region}}:${{AWS::AccountId}}:schema/{name}/*"
        grants.append(allow(["glue:GetRegistry"], registry))
        grants.append(allow(["glue:GetSchemaVersion"], [sub(versions)]))
    return grants


def _msk(event: Event) -> list[dict[str, Any]]:
    return _registry(event) + _secrets(event, "CLIENT_CERTIFICATE_TLS_AUTH")


def _mq(event: Event) -> list[dict[str, Any]]:
    broker = allow(["mq:DescribeBroker"], event.properties.get("Broker"))
    return [*_secrets(event, "BASIC_AUTH"), broker, *_decrypt(event)]


def _self_managed_kafka(event: Event) -> list[dict[str, Any]]:
    configurations = sequence(event.properties.get("SourceAccessConfigurations"))
    types = {text_of(mapping(item).get("Type")) for item in configurations}
    network = {"VPC_SUBNET", "VPC_SECURITY_GROUP"} <= types
    reach = [allow(list(_NETWORK), "*")] if network else []
    secrets = _secrets(event, *_KAFKA_SECRETS, "SERVER_ROOT_CA_CERTIFICATE")
    return secrets + reach + _decrypt(event) + _registry(event)


def _document_db_grants(event: Event) -> list[dict[str, Any]]:
    def of_rds(kind: str) -> dict[str, Any]:
        return sub(f"arn:${{AWS::Partition}}:rds:${{AWS::Region}}:${{AWS::AccountId}}:{kind}:*")

    return [
        *_secrets(event, "BASIC_AUTH"),
        allow(["rds:DescribeDBClusterParameters"], of_rds("cluster-pg")),
        allow(["rds:DescribeDBSubnetGroups"], of_rds("subgrp")),
        allow(["rds:DescribeDBClusters"], event.properties.get("Cluster")),
        allow(list(_NETWORK), "*"),
        *_decrypt(event),
    ]


PULL_EVENTS = {
    "DocumentDB": _Source("Cluster", None, "SamAutoGeneratedDocumentDBPolicy", _document_db_grants),
    "DynamoDB": _Source("Stream", "AWSLambdaDynamoDBExecutionRole"),
    "Kinesis": _Source("Stream", "AWSLambdaKinesisExecutionRole"),
    "MQ": _Source("Broker", None, "SamAutoGeneratedAMQPolicy", _mq),
    "MSK": _Source("Stream", "AWSLambdaMSKExecutionRole", "MSKExecutionRolePolicy", _msk),
    "SQS": _Source("Queue", "AWSLambdaSQSQueueExecutionRole"),
    "SelfManagedKafka": _Source(None, None, "SelfManagedKafkaExecutionRolePolicy", _self_managed_kafka),
}
