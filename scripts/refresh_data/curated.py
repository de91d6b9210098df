"""What no package says and a maintainer decided, each with the page it rests on.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html (endpoints),
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html (S3 operations),
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html (transactions),
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html (the rest).
"""

from __future__ import annotations

IAM_PREFIXES: dict[str, str | None] = {
    "cloudcontrol": "cloudformation",
    "connectparticipant": None,
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "iotsecuretunneling": "iot",
    "mturk": "mechanicalturk",
    "partnercentral-account": "partnercentral",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-channel": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "resourcegroupstaggingapi": "tag",
    "sso": None,
}
"""boto3 client → IAM prefix where no name in the model is one; `None`: calls need no IAM permission."""

ENDPOINTS: dict[str, str | None] = {
    "apigateway": "apigateway",
    "apigatewayv2": "apigateway",
    "appstream": "appstream.api",
    "codeartifact": "codeartifact.api",
    "codeconnections": "codeconnections.api",
    "codestar-connections": "codestar-connections.api",
    "connectparticipant": None,
    "deadline": "deadline.management",
    "discovery": "arsenal-discovery",
    "dynamodbstreams": "dynamodb-streams",
    "ecr": "ecr.api",
    "ecr-public": "ecr-public.api",
    "firehose": "kinesis-firehose",
    "geo-maps": "geo.maps",
    "geo-places": "geo.places",
    "geo-routes": "geo.routes",
    "iot-data": "iot.data",
    "iotdeviceadvisor": "deviceadvisor.iot",
    "iotsitewise": "iotsitewise.api",
    "iottwinmaker": "iottwinmaker.api",
    "iotwireless": "iotwireless.api",
    "keyspacesstreams": None,
    "kinesis": "kinesis-streams",
    "lambda-core": None,
    "lambda-microvms": None,
    "lambda-web": None,
    "mwaa": "airflow.api",
    "payment-cryptography": "payment-cryptography.controlplane",
    "payment-cryptography-data": "payment-cryptography.dataplane",
    "pricing": "pricing.api",
    "route53": "route53",
    "sagemaker": "sagemaker.api",
    "sagemaker-featurestore-runtime": "sagemaker.featurestore-runtime",
    "sagemaker-metrics": "sagemaker.metrics",
    "sagemaker-runtime": "sagemaker.runtime",
    "signin": None,
    "workspaces-thin-client": "thinclient.api",
}
"""boto3 client → endpoint suffix where the model's own names are not the suffix; `None`: not known."""

GLOBAL_ENDPOINTS = ("codecatalyst", "iam", "route53", "s3-global.accesspoint", "savingsplans")
"""Service names without a Region, as in `com.amazonaws.iam`."""

JAVASCRIPT_V3_EXTRA = {
    "dynamodb": ("lib-dynamodb",),
    "events": ("client-cloudwatch-events",),
    "rekognition": ("client-rekognitionstreaming",),
    "s3": ("lib-storage",),
    "transcribe": ("client-transcribe-streaming",),
}
JAVASCRIPT_V2_EXTRA = {"events": ("CloudWatchEvents",)}

NOT_CALLS = {"iam": ("PassRole",)}
"""Actions that AWS checks inside another call: they need no endpoint."""

_PARTIQL = "dynamodb:PartiQLDelete|dynamodb:PartiQLInsert|dynamodb:PartiQLSelect|dynamodb:PartiQLUpdate"
_GRAPH_QUERY = "neptune-db:DeleteDataViaQuery|neptune-db:ReadDataViaQuery|neptune-db:WriteDataViaQuery"

ACTIONS: dict[str, dict[str, str]] = {
    "apigatewaymanagementapi": {
        "DeleteConnection": "execute-api:ManageConnections",
        "GetConnection": "execute-api:ManageConnections",
        "PostToConnection": "execute-api:ManageConnections",
    },
    "bedrock-runtime": {
        "Converse": "bedrock:InvokeModel",
        "ConverseStream": "bedrock:InvokeModelWithResponseStream",
        "InvokeModelWithBidirectionalStream": "bedrock:InvokeModelWithResponseStream",
        "StartAsyncInvoke": "bedrock:InvokeModel",
    },
    "dynamodb": {
        "BatchExecuteStatement": _PARTIQL,
        "ExecuteStatement": _PARTIQL,
        "ExecuteTransaction": _PARTIQL,
        "TransactGetItems": "dynamodb:GetItem",
        "TransactWriteItems": ("dynamodb:ConditionCheckItem|dynamodb:DeleteItem|dynamodb:PutItem|dynamodb:UpdateItem"),
    },
    "keyspaces": {
        "CreateKeyspace": "cassandra:Create",
        "CreateTable": "cassandra:Create",
        "CreateType": "cassandra:Create",
        "DeleteKeyspace": "cassandra:Drop",
        "DeleteTable": "cassandra:Drop",
        "DeleteType": "cassandra:Drop",
        "GetKeyspace": "cassandra:Select",
        "GetTable": "cassandra:Select",
        "ListKeyspaces": "cassandra:Select",
        "ListTables": "cassandra:Select",
        "RestoreTable": "cassandra:Restore",
        "UpdateTable": "cassandra:Alter",
    },
    "kms": {"ReEncrypt": "kms:ReEncryptFrom+kms:ReEncryptTo"},
    "lambda": {
        "Invoke": "lambda:InvokeFunction",
        "InvokeAsync": "lambda:InvokeFunction",
        "InvokeWithResponseStream": "lambda:InvokeFunction",
        "GetLayerVersionByArn": "lambda:GetLayerVersion",
    },
    "neptunedata": {
        "ExecuteGremlinQuery": _GRAPH_QUERY,
        "ExecuteOpenCypherQuery": _GRAPH_QUERY,
    },
    "s3": {
        "CompleteMultipartUpload": "s3:PutObject",
        "CopyObject": "s3:GetObject+s3:PutObject",
        "CreateMultipartUpload": "s3:PutObject",
        "CreateSession": "s3express:CreateSession",
        "DeleteBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
        "DeleteBucketCors": "s3:PutBucketCORS",
        "DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
        "DeleteBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
        "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
        "DeleteBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
        "DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
        "DeleteBucketReplication": "s3:PutReplicationConfiguration",
        "DeleteBucketTagging": "s3:PutBucketTagging",
        "DeleteObjects": "s3:DeleteObject",
        "DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
        "GetBucketLifecycle": "s3:GetLifecycleConfiguration",
        "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
        "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
        "HeadBucket": "s3:ListBucket",
        "HeadObject": "s3:GetObject",
        "ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
        "ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
        "ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
        "ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
        "ListDirectoryBuckets": "s3express:ListAllMyDirectoryBuckets",
        "ListObjects": "s3:ListBucket",
        "ListObjectsV2": "s3:ListBucket",
        "ListObjectVersions": "s3:ListBucketVersions",
        "PutBucketLifecycle": "s3:PutLifecycleConfiguration",
        "PutBucketNotification": "s3:PutBucketNotification",
        "PutBucketNotificationConfiguration": "s3:PutBucketNotification",
        "PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
        "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
        "SelectObjectContent": "s3:GetObject",
        "UploadPart": "s3:PutObject",
        "UploadPartCopy": "s3:GetObject+s3:PutObject",
        "WriteGetObjectResponse": "s3-object-lambda:WriteGetObjectResponse",
    },
    "s3control": {
        "DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
        "GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
        "PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    },
    "sns": {"PublishBatch": "sns:Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
        "DeleteMessageBatch": "sqs:DeleteMessage",
        "SendMessageBatch": "sqs:SendMessage",
    },
    "timestream-query": {"Query": "timestream:Select|timestream:SelectValues|timestream:Unload"},
}
"""boto3 client → API operation → IAM actions; `+` joins actions that are all needed, `|` those of which
the request decides."""

ALIASES: dict[str, dict[str, str]] = {
    "dynamodb": {
        "batchGet": "BatchGetItem",
        "batchWrite": "BatchWriteItem",
        "batch_writer": "BatchWriteItem",
        "delete": "DeleteItem",
        "get": "GetItem",
        "put": "PutItem",
        "transactGet": "TransactGetItems",
        "transactWrite": "TransactWriteItems",
        "update": "UpdateItem",
    },
    "s3": {
        "copy": "CopyObject",
        "download_file": "GetObject",
        "download_fileobj": "GetObject",
        "upload": "PutObject",
        "upload_file": "PutObject",
        "upload_fileobj": "PutObject",
    },
    "sqs": {"send_messages": "SendMessageBatch"},
}
"""boto3 client → names of the document client, `lib-dynamodb`, `lib-storage` and boto3's own methods."""
