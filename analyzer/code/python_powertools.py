"""What Powertools for AWS Lambda and a few other packages do: event classes, and AWS calls on the user's behalf.

Facts from the packages' documentation. The attributes of the event classes are the event's keys in snake case,
apart from those listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Class of the event -> attribute -> path and class of the part; "[]" marks a list, "=" a value computed from it.
_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "APIGatewayAuthorizerRequestEvent": {"parsed_arn": "methodArn =", "raw_query_string": "rawQueryString"},
    "APIGatewayAuthorizerTokenEvent": {"parsed_arn": "methodArn ="},
    "APIGatewayAuthorizerEventV2": {"parsed_arn": "routeArn ="},
    "APIGatewayProxyEventV2": {"http_method": "requestContext.http.method", "path": "rawPath"},
    "LambdaFunctionUrlEvent": {"http_method": "requestContext.http.method", "path": "rawPath"},
    "S3Event": {
        "records": "Records S3EventRecord[]",
        "record": "Records.* S3EventRecord",
        "bucket_name": "Records.*.s3.bucket.name",
        "object_key": "Records.*.s3.object.key =",
    },
    "S3EventRecord": {"s3": "s3 S3Message"},
    "S3Message": {"bucket": "bucket S3Bucket", "get_object": "object S3Object"},
    "S3EventBridgeNotificationEvent": {"detail_type": "detail-type", "detail": "detail S3Detail"},
    "S3Detail": {"bucket": "bucket S3Bucket", "object": "object S3Object", "request_id": "request-id"},
    "S3Object": {"etag": "eTag"},
    "SQSEvent": {"records": "Records SQSRecord[]"},
    "SQSRecord": {"event_source_arn": "eventSourceARN"},
    "SNSEvent": {
        "records": "Records SNSEventRecord[]",
        "record": "Records.* SNSEventRecord",
        "sns_message": "Records.*.Sns.Message",
    },
    "SNSEventRecord": {"sns": "Sns SNSMessage"},
    "SNSMessage": {"message": "Message", "subject": "Subject", "topic_arn": "TopicArn", "message_id": "MessageId",
                   "message_attributes": "MessageAttributes", "timestamp": "Timestamp"},
    "DynamoDBStreamEvent": {"records": "Records DynamoDBRecord[]"},
    "DynamoDBRecord": {"dynamodb": "dynamodb StreamRecord", "event_id": "eventID",
                       "event_source_arn": "eventSourceARN"},
    "StreamRecord": {"new_image": "NewImage", "old_image": "OldImage", "keys": "Keys",
                     "sequence_number": "SequenceNumber", "stream_view_type": "StreamViewType"},
    "KinesisStreamEvent": {"records": "Records KinesisStreamRecord[]"},
    "KinesisStreamRecord": {"kinesis": "kinesis KinesisStreamRecordPayload", "event_id": "eventID"},
    "EventBridgeEvent": {"detail_type": "detail-type", "replay_name": "replay-name"},
    "CloudWatchLogsEvent": {"raw_logs_data": "awslogs.data"},
}  # fmt: skip
# Methods and properties of any event class that compute their value from a part.
COMPUTED: Final[Mapping[str, str]] = {
    "json_body": "body",
    "decoded_body": "body",
    "data_as_text": "data",
    "data_as_json": "data",
    "data_as_bytes": "data",
    "parse_logs_data": "awslogs.data",
    "decompress_logs_data": "awslogs.data",
}
# Methods that look a name up in a part.
LOOKUPS: Final[Mapping[str, str]] = {
    "get_header_value": "headers",
    "get_query_string_value": "queryStringParameters",
    "get_multi_value_query_string_values": "multiValueQueryStringParameters",
}
RESOLVERS: Final[Mapping[str, str]] = {
    "APIGatewayRestResolver": "APIGatewayProxyEvent",
    "ApiGatewayResolver": "APIGatewayProxyEvent",
    "APIGatewayHttpResolver": "APIGatewayProxyEventV2",
    "LambdaFunctionUrlResolver": "LambdaFunctionUrlEvent",
    "ALBResolver": "ALBEvent",
}
RECORDS: Final[Mapping[str, str]] = {
    "SQS": "SQSRecord",
    "KinesisDataStreams": "KinesisStreamRecord",
    "DynamoDBStreams": "DynamoDBRecord",
}
_PARAMETERS = "aws_lambda_powertools.utilities.parameters"
_SECRETS = "aws_secretsmanager_caching.SecretCache"
# Dotted name -> service, parameter that takes the first argument, operations.
AWS_CALLS: Final[Mapping[str, tuple[str, str, str]]] = {
    f"{_PARAMETERS}.get_parameter": ("ssm", "Name", "GetParameter"),
    f"{_PARAMETERS}.get_parameters": ("ssm", "Path", "GetParametersByPath"),
    f"{_PARAMETERS}.get_parameters_by_name": ("ssm", "Names", "GetParameters"),
    f"{_PARAMETERS}.set_parameter": ("ssm", "Name", "PutParameter"),
    f"{_PARAMETERS}.get_secret": ("secretsmanager", "SecretId", "GetSecretValue"),
    f"{_PARAMETERS}.set_secret": ("secretsmanager", "SecretId", "PutSecretValue"),
    f"{_PARAMETERS}.get_app_config": (
        "appconfigdata", "ConfigurationProfileIdentifier", "StartConfigurationSession GetLatestConfiguration"),
    f"{_PARAMETERS}.SSMProvider.get": ("ssm", "Name", "GetParameter"),
    f"{_PARAMETERS}.SSMProvider.get_multiple": ("ssm", "Path", "GetParametersByPath"),
    f"{_PARAMETERS}.SecretsProvider.get": ("secretsmanager", "SecretId", "GetSecretValue"),
    "aws_lambda_powertools.utilities.idempotency.DynamoDBPersistenceLayer": (
        "dynamodb", "TableName", "GetItem PutItem UpdateItem DeleteItem"),
    f"{_SECRETS}.get_secret_string": ("secretsmanager", "SecretId", "GetSecretValue"),
    f"{_SECRETS}.get_secret_binary": ("secretsmanager", "SecretId", "GetSecretValue"),
}  # fmt: skip


def part_of(kind: str, attribute: str) -> tuple[tuple[str, ...], str, bool]:
    """The path below an event of class ``kind`` that ``attribute`` stands for, its class, and whether its value
    is computed rather than read."""
    if attribute in COMPUTED:
        return tuple(COMPUTED[attribute].split(".")), "", True
    path, _, inner = _PARTS.get(kind, {}).get(attribute, camel_case(attribute)).partition(" ")
    return tuple(path.split(".")), "" if inner == "=" else inner, inner == "="


def camel_case(name: str) -> str:
    """``query_string_parameters`` as ``queryStringParameters``."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
