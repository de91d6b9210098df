from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class StorageStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        self.documents_bucket_name = f"documents-{cdk.Aws.ACCOUNT_ID}-{cdk.Aws.REGION}"
        self.documents_bucket_arn = f"arn:aws:s3:::{self.documents_bucket_name}"

        self.key = kms.Key(self, "Key", removal_policy=cdk.RemovalPolicy.DESTROY)

        self.archive_bucket = s3.Bucket(
            self,
            "ArchiveBucket",
            removal_policy=cdk.RemovalPolicy.DESTROY,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))],
        )

        self.topic = sns.Topic(self, "DocumentEvents")

        self.archive_queue = sqs.Queue(self, "ArchiveQueue")
        self.archive_queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["sqs:SendMessage"],
                resources=[self.archive_queue.queue_arn],
            )
        )

        self.documents_table = self.add_documents_table()

        self.api_keys_table = dynamodb.Table(
            self,
            "ApiKeys",
            partition_key=dynamodb.Attribute(name="apiKey", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery=True,
        )

        self.upload_sessions_table = dynamodb.Table(
            self,
            "UploadSessions",
            partition_key=dynamodb.Attribute(name="sessionId", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )

    def add_documents_table(self) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "DocumentsTable",
            partition_key=dynamodb.Attribute(name="documentId", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="uploadedAt", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.KEYS_ONLY,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        table.add_global_secondary_index(
            index_name="status-index",
            partition_key=dynamodb.Attribute(name="status", type=dynamodb.AttributeType.STRING),
        )
        table.add_global_secondary_index(
            index_name="uploadDate-index",
            partition_key=dynamodb.Attribute(name="uploadDate", type=dynamodb.AttributeType.STRING),
        )
        table.add_global_secondary_index(
            index_name="document-index",
            partition_key=dynamodb.Attribute(name="documentId", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="uploadedAt", type=dynamodb.AttributeType.STRING),
        )
        return table
