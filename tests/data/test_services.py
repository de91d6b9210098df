"""SDK clients, their operations, endpoints and writes."""

from __future__ import annotations

import pytest

from analyzer.data.actions import iam_actions
from analyzer.data.api_operations import Operation, operation, operations
from analyzer.data.endpoints import Endpoint, endpoint_for, endpoint_for_action, endpoint_named
from analyzer.data.sdk_services import Service, service_of_javascript, services
from analyzer.data.write_operations import Write, write_kinds, writes, writes_of


def known_action(action: str) -> bool:
    prefix, _, name = action.partition(":")
    service = iam_actions(prefix)
    return service is not None and name.lower() in service.actions and service.actions[name.lower()].name == name


@pytest.mark.parametrize(
    ("client", "iam", "endpoint", "package", "v2"),
    [
        ("s3", "s3", "s3", "client-s3", "S3"),
        ("dynamodb", "dynamodb", "dynamodb", "client-dynamodb", "DynamoDB"),
        ("dynamodbstreams", "dynamodb", "dynamodb-streams", "client-dynamodb-streams", "DynamoDBStreams"),
        ("stepfunctions", "states", "states", "client-sfn", "StepFunctions"),
        ("events", "events", "events", "client-eventbridge", "EventBridge"),
        ("cloudwatch", "cloudwatch", "monitoring", "client-cloudwatch", "CloudWatch"),
        ("logs", "logs", "logs", "client-cloudwatch-logs", "CloudWatchLogs"),
        ("kinesis", "kinesis", "kinesis-streams", "client-kinesis", "Kinesis"),
        ("firehose", "firehose", "kinesis-firehose", "client-firehose", "Firehose"),
        ("ses", "ses", "email", "client-ses", "SES"),
        ("sesv2", "ses", "email", "client-sesv2", "SESV2"),
        ("ecr", "ecr", "ecr.api", "client-ecr", "ECR"),
        ("iot-data", "iot", "iot.data", "client-iot-data-plane", "IotData"),
        ("sagemaker-runtime", "sagemaker", "sagemaker.runtime", "client-sagemaker-runtime", "SageMakerRuntime"),
        ("bedrock-runtime", "bedrock", "bedrock-runtime", "client-bedrock-runtime", "BedrockRuntime"),
        (
            "cognito-idp",
            "cognito-idp",
            "cognito-idp",
            "client-cognito-identity-provider",
            "CognitoIdentityServiceProvider",
        ),
        (
            "resourcegroupstaggingapi",
            "tag",
            "tagging",
            "client-resource-groups-tagging-api",
            "ResourceGroupsTaggingAPI",
        ),
        ("opensearch", "es", None, "client-opensearch", "OpenSearch"),
        ("elbv2", "elasticloadbalancing", "elasticloadbalancing", "client-elastic-load-balancing-v2", "ELBv2"),
        ("efs", "elasticfilesystem", "elasticfilesystem", "client-efs", "EFS"),
        ("appconfigdata", "appconfig", "appconfigdata", "client-appconfigdata", "AppConfigData"),
        (
            "apigatewaymanagementapi",
            "execute-api",
            "execute-api",
            "client-apigatewaymanagementapi",
            "ApiGatewayManagementApi",
        ),
        ("keyspaces", "cassandra", "cassandra", "client-keyspaces", "Keyspaces"),
    ],
)
def test_names_of_a_service(client: str, iam: str, endpoint: str | None, package: str, v2: str) -> None:
    service = services()[client]
    assert (service.iam, service.endpoint, service.js_v3[0], service.js_v2[0]) == (iam, endpoint, package, v2)
    assert service_of_javascript(f"@aws-sdk/{package}") == service_of_javascript(v2) == service


def test_helper_packages_and_older_names_lead_to_their_service() -> None:
    assert service_of_javascript("@aws-sdk/lib-dynamodb") == services()["dynamodb"]
    assert service_of_javascript("lib-storage") == services()["s3"]
    assert service_of_javascript("CloudWatchEvents") == services()["events"]
    assert service_of_javascript("@aws-sdk/client-transcribe-streaming") == services()["transcribe"]


def test_an_unknown_package_is_none() -> None:
    assert service_of_javascript("@aws-sdk/credential-providers") is None
    assert service_of_javascript("lodash") is None


def test_every_iam_prefix_is_known_and_every_endpoint_exists() -> None:
    unknown = {s.client for s in services().values() if s.iam is not None and iam_actions(s.iam) is None}
    nowhere = {s.client for s in services().values() if s.endpoint and endpoint_named(s.endpoint) is None}
    assert (unknown, nowhere) == (set(), set())


def test_javascript_names_belong_to_one_service() -> None:
    def holders(name: str) -> list[Service]:
        return [service for service in services().values() if name in (*service.js_v2, *service.js_v3)]

    shared = {
        name for service in services().values() for name in (*service.js_v2, *service.js_v3) if len(holders(name)) > 1
    }
    assert shared == {"PinpointSMSVoice", "client-pinpoint-sms-voice"}  # botocore has this client twice


@pytest.mark.parametrize("name", ["GetObject", "getObject", "get_object", "GETOBJECT"])
def test_an_operation_in_any_spelling(name: str) -> None:
    assert operation("s3", name) == Operation("s3", "GetObject", ("s3:GetObject",))


@pytest.mark.parametrize(
    ("client", "name", "actions"),
    [
        ("s3", "HeadObject", ("s3:GetObject",)),
        ("s3", "ListObjectsV2", ("s3:ListBucket",)),
        ("s3", "ListBuckets", ("s3:ListAllMyBuckets",)),
        ("s3", "CopyObject", ("s3:GetObject", "s3:PutObject")),
        ("s3", "DeleteObjects", ("s3:DeleteObject",)),
        ("s3", "upload_fileobj", ("s3:PutObject",)),
        ("s3", "PutBucketEncryption", ("s3:PutEncryptionConfiguration",)),
        ("lambda", "invoke", ("lambda:InvokeFunction",)),
        ("sqs", "SendMessageBatch", ("sqs:SendMessage",)),
        ("sns", "PublishBatch", ("sns:Publish",)),
        ("dynamodb", "put", ("dynamodb:PutItem",)),
        ("dynamodb", "batchWrite", ("dynamodb:BatchWriteItem",)),
        ("dynamodb", "batch_writer", ("dynamodb:BatchWriteItem",)),
        ("dynamodbstreams", "GetRecords", ("dynamodb:GetRecords",)),
        ("stepfunctions", "StartExecution", ("states:StartExecution",)),
        ("apigatewaymanagementapi", "PostToConnection", ("execute-api:ManageConnections",)),
        ("bedrock-runtime", "Converse", ("bedrock:InvokeModel",)),
        ("kms", "ReEncrypt", ("kms:ReEncryptFrom", "kms:ReEncryptTo")),
        ("sesv2", "SendEmail", ("ses:SendEmail",)),
    ],
)
def test_actions_that_an_operation_needs(client: str, name: str, actions: tuple[str, ...]) -> None:
    found = operation(client, name)
    assert found is not None
    assert (found.actions, found.depends_on_request) == (actions, False)


def test_a_transaction_needs_what_it_contains() -> None:
    found = operation("dynamodb", "transact_write_items")
    assert found is not None and found.depends_on_request
    assert set(found.actions or ()) == {
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    }


def test_an_operation_whose_action_is_not_known_says_so() -> None:
    assert operation("apigateway", "GetRestApis") == Operation("apigateway", "GetRestApis", None)


def test_unknown_operations_and_clients_are_none() -> None:
    assert operation("s3", "TeleportObject") is None
    assert operation("teleport", "GetObject") is None
    assert operations("teleport") == {}


def test_every_action_of_every_operation_exists() -> None:
    missing = {
        action
        for client in services()
        for found in operations(client).values()
        for action in found.actions or ()
        if not known_action(action)
    }
    assert missing == set()


@pytest.mark.parametrize(
    ("client", "name", "expected"),
    [
        ("s3", "GetObject", Endpoint("s3", gateway=True, interface=True, regional=True)),
        ("dynamodb", None, Endpoint("dynamodb", gateway=True, interface=True, regional=True)),
        ("stepfunctions", "StartExecution", Endpoint("states", gateway=False, interface=True, regional=True)),
        ("stepfunctions", "StartSyncExecution", Endpoint("sync-states", gateway=False, interface=True, regional=True)),
        ("iotsitewise", "BatchPutAssetPropertyValue", Endpoint("iotsitewise.data", False, True, True)),
        ("servicediscovery", "DiscoverInstances", Endpoint("data-servicediscovery", False, True, True)),
        ("iam", "ListRoles", Endpoint("iam", gateway=False, interface=True, regional=False)),
    ],
)
def test_the_endpoint_of_a_call(client: str, name: str | None, expected: Endpoint) -> None:
    assert endpoint_for(client, name) == expected


def test_a_call_without_a_known_endpoint() -> None:
    assert endpoint_for("cloudfront", "CreateInvalidation") is None
    assert endpoint_for("teleport") is None


@pytest.mark.parametrize(
    ("action", "suffix"),
    [
        ("s3:PutObject", "s3"),
        ("S3:putobject", "s3"),
        ("states:StartSyncExecution", "sync-states"),
        ("states:StartExecution", "states"),
        ("dynamodb:GetRecords", "dynamodb-streams"),
        ("dynamodb:PutItem", "dynamodb"),
        ("iot:Publish", "iot.data"),
        ("sagemaker:InvokeEndpoint", "sagemaker.runtime"),
        ("bedrock:InvokeModel", "bedrock-runtime"),
        ("bedrock:Retrieve", "bedrock-agent-runtime"),
        ("cloudwatch:PutMetricData", "monitoring"),
        ("appconfig:GetLatestConfiguration", "appconfigdata"),
        ("execute-api:ManageConnections", "execute-api"),
    ],
)
def test_the_endpoint_behind_an_action(action: str, suffix: str) -> None:
    found = endpoint_for_action(action)
    assert found is not None and found.suffix == suffix


def test_actions_that_are_no_call_or_have_no_known_endpoint() -> None:
    assert endpoint_for_action("iam:PassRole") is None
    assert endpoint_for_action("iot:CreateThing") is None
    assert endpoint_for_action("teleport:Go") is None
    assert endpoint_for_action("*") is None


def test_endpoints_by_suffix() -> None:
    assert endpoint_named("kms-fips") == endpoint_named("kms") == Endpoint("kms", False, True, True)
    assert endpoint_named("s3express") == Endpoint("s3express", gateway=True, interface=False, regional=True)
    assert endpoint_named("teleport") is None


def test_writes_name_real_operations_and_actions() -> None:
    operations_of = {write: operation(write.client, write.operation) for write in writes()}
    assert {write for write, found in operations_of.items() if found is None or found.name != write.operation} == set()
    assert {action for write in writes() for action in write.actions if not known_action(action)} == set()
    assert {write.kind for write in writes()} == set(write_kinds())


def test_the_write_of_an_operation() -> None:
    assert writes_of("s3", "CopyObject") == Write(
        "bucket", "s3", "CopyObject", "Bucket", ("s3:PutObject",), ("s3:ObjectCreated:Copy",)
    )
    put = writes_of("dynamodb", "PutItem")
    assert put is not None and (put.kind, put.parameter, put.emits) == ("table", "TableName", ("INSERT", "MODIFY"))
    assert writes_of("s3", "GetObject") is None


def test_a_delete_emits_no_creation() -> None:
    removed = writes_of("s3", "DeleteObjects")
    assert removed is not None
    assert [event for event in removed.emits if event.startswith("s3:ObjectCreated")] == []
