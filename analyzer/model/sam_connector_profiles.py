"""What an ``AWS::Serverless::Connector`` grants, by the types of its two ends.

Facts from the AWS SAM Developer Guide, "AWS SAM connector reference" (source and destination types, and the actions
that each permission comes to); the licence of AWS's own table is Apache-2.0, see NOTICE.
"""

from __future__ import annotations

from analyzer.records import dataclass

DESTINATION = "${Destination}"
SOURCE = "${Source}"
_EXECUTIONS = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${DestinationName}:*"
_SYNC_RULE = (
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/"
    "StepFunctionsGetEventsForStepFunctionsExecutionRule"
)


@dataclass(frozen=True)
class Grant:
    """Actions on resources; ``${Source}`` and ``${Destination}`` stand for ARNs."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = (DESTINATION,)


@dataclass(frozen=True)
class RolePolicy:
    """The connector attaches a managed policy to the role of one end."""

    grants: dict[str, tuple[Grant, ...]]
    of_source: bool = True


@dataclass(frozen=True)
class InvokePermission:
    """The connector lets a service invoke the destination function."""

    service: str
    source_arn: str = SOURCE
    with_account: bool = False


@dataclass(frozen=True)
class ResourcePolicy:
    """The connector lets a service act on the destination topic or queue."""

    service: str
    action: str


Profile = RolePolicy | InvokePermission | ResourcePolicy

_TABLE = ("${Destination}", "${Destination}/index/*")
_BUCKET = ("${Destination}", "${Destination}/*")
_PUBLISH = RolePolicy({"Write": (Grant(("sns:Publish",)),)})
_PUT_EVENTS = RolePolicy({"Write": (Grant(("events:PutEvents",)),)})
_INVOKE = RolePolicy({"Write": (Grant(("lambda:InvokeAsync", "lambda:InvokeFunction")),)})
_TABLE_ACCESS = RolePolicy(
    {
        "Read": (
            Grant(
                (
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:Scan",
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:PartiQLSelect",
                ),
                _TABLE,
            ),
        ),
        "Write": (
            Grant(
                (
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:PartiQLDelete",
                    "dynamodb:PartiQLInsert",
                    "dynamodb:PartiQLUpdate",
                ),
                _TABLE,
            ),
        ),
    }
)
_BUCKET_ACCESS = RolePolicy(
    {
        "Read": (
            Grant(
                (
                    "s3:GetObject",
                    "s3:GetObjectAcl",
                    "s3:GetObjectLegalHold",
                    "s3:GetObjectRetention",
                    "s3:GetObjectTorrent",
                    "s3:GetObjectVersion",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTorrent",
                    "s3:ListBucket",
                    "s3:ListBucketMultipartUploads",
                    "s3:ListBucketVersions",
                    "s3:ListMultipartUploadParts",
                ),
                _BUCKET,
            ),
        ),
        "Write": (
            Grant(
                (
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:DeleteObjectVersion",
                    "s3:PutObject",
                    "s3:PutObjectLegalHold",
                    "s3:PutObjectRetention",
                    "s3:RestoreObject",
                ),
                _BUCKET,
            ),
        ),
    }
)
_API_CALLS = InvokePermission(
    "apigateway.amazonaws.com",
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceId}/${SourceQualifier}",
)
_STATE_MACHINE_FROM_FUNCTION = RolePolicy(
    {
        "Read": (
            Grant(("states:DescribeStateMachine", "states:ListExecutions")),
            Grant(
                (
                    "states:DescribeExecution",
                    "states:DescribeStateMachineForExecution",
                    "states:GetExecutionHistory",
                ),
                (_EXECUTIONS,),
            ),
        ),
        "Write": (
            Grant(("states:StartExecution", "states:StartSyncExecution")),
            Grant(("states:StopExecution",), (_EXECUTIONS,)),
        ),
    }
)
_STATE_MACHINE_FROM_STATE_MACHINE = RolePolicy(
    {
        "Read": (
            Grant(("states:DescribeExecution",), (_EXECUTIONS,)),
            Grant(("events:DescribeRule",), (_SYNC_RULE,)),
        ),
        "Write": (
            Grant(("states:StartExecution",)),
            Grant(("states:StopExecution",), (_EXECUTIONS,)),
            Grant(("events:PutTargets", "events:PutRule"), (_SYNC_RULE,)),
        ),
    }
)

FUNCTION = "AWS::Lambda::Function"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"
TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
QUEUE = "AWS::SQS::Queue"
TOPIC = "AWS::SNS::Topic"
BUS = "AWS::Events::EventBus"
RULE = "AWS::Events::Rule"
REST_API = "AWS::ApiGateway::RestApi"
HTTP_API = "AWS::ApiGatewayV2::Api"
DATA_SOURCE = "AWS::AppSync::DataSource"
GRAPHQL_API = "AWS::AppSync::GraphQLApi"
PLACE_INDEX = "AWS::Location::PlaceIndex"

_STREAM = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)
_PLACES = (
    "geo:DescribePlaceIndex",
    "geo:GetPlace",
    "geo:SearchPlaceIndexForPosition",
    "geo:SearchPlaceIndexForSuggestions",
    "geo:SearchPlaceIndexForText",
)
_SEND_AND_MANAGE = ("sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue")

PROFILES: dict[tuple[str, str], Profile] = {
    (TABLE, FUNCTION): RolePolicy({"Read": (Grant(_STREAM, ("${Source}/stream/*",)),)}, of_source=False),
    (QUEUE, FUNCTION): RolePolicy(
        {
            "Read": (Grant(("sqs:ReceiveMessage", "sqs:GetQueueAttributes"), (SOURCE,)),),
            "Write": (Grant(("sqs:DeleteMessage",), (SOURCE,)),),
        },
        of_source=False,
    ),
    (RULE, TOPIC): ResourcePolicy("events.amazonaws.com", "sns:Publish"),
    (RULE, QUEUE): ResourcePolicy("events.amazonaws.com", "sqs:SendMessage"),
    (RULE, BUS): _PUT_EVENTS,
    (RULE, STATE_MACHINE): RolePolicy({"Write": (Grant(("states:StartExecution",)),)}),
    (RULE, FUNCTION): InvokePermission("events.amazonaws.com"),
    (FUNCTION, FUNCTION): _INVOKE,
    (FUNCTION, BUCKET): _BUCKET_ACCESS,
    (FUNCTION, TABLE): _TABLE_ACCESS,
    (FUNCTION, QUEUE): RolePolicy(
        {
            "Read": (Grant(("sqs:ReceiveMessage", "sqs:GetQueueAttributes")),),
            "Write": (Grant(_SEND_AND_MANAGE),),
        }
    ),
    (FUNCTION, TOPIC): _PUBLISH,
    (FUNCTION, STATE_MACHINE): _STATE_MACHINE_FROM_FUNCTION,
    (FUNCTION, BUS): _PUT_EVENTS,
    (FUNCTION, PLACE_INDEX): RolePolicy({"Read": (Grant(_PLACES),)}),
    (HTTP_API, FUNCTION): _API_CALLS,
    (REST_API, FUNCTION): _API_CALLS,
    (TOPIC, QUEUE): ResourcePolicy("sns.amazonaws.com", "sqs:SendMessage"),
    (TOPIC, FUNCTION): InvokePermission("sns.amazonaws.com"),
    (BUCKET, FUNCTION): InvokePermission("s3.amazonaws.com", with_account=True),
    (STATE_MACHINE, FUNCTION): _INVOKE,
    (STATE_MACHINE, TOPIC): _PUBLISH,
    (STATE_MACHINE, QUEUE): RolePolicy({"Write": (Grant(("sqs:SendMessage",)),)}),
    (STATE_MACHINE, BUCKET): _BUCKET_ACCESS,
    (STATE_MACHINE, TABLE): _TABLE_ACCESS,
    (STATE_MACHINE, STATE_MACHINE): _STATE_MACHINE_FROM_STATE_MACHINE,
    (STATE_MACHINE, BUS): _PUT_EVENTS,
    (DATA_SOURCE, TABLE): _TABLE_ACCESS,
    (DATA_SOURCE, FUNCTION): RolePolicy(
        {"Write": (Grant(("lambda:InvokeAsync", "lambda:InvokeFunction"), (DESTINATION, "${Destination}:*")),)}
    ),
    (DATA_SOURCE, BUS): _PUT_EVENTS,
    (GRAPHQL_API, FUNCTION): InvokePermission(
        "appsync.amazonaws.com",
        "arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/${SourceId}",
    ),
}


def granted_together() -> tuple[tuple[str, ...], ...]:
    """The actions of each grant: a connector gives all of them or none."""
    policies = [profile for profile in PROFILES.values() if isinstance(profile, RolePolicy)]
    return tuple(grant.actions for policy in policies for grants in policy.grants.values() for grant in grants)
