from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from reference_stack.app.as_documented.network import NetworkStack
from reference_stack.app.as_documented.storage import StorageStack

HANDLERS = Path(__file__).resolve().parents[2] / "handlers" / "as_documented"


class ComputeStack(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str, *, network: NetworkStack, storage: StorageStack) -> None:
        super().__init__(scope, construct_id)
        self.network = network
        self.storage = storage

        self.documents_api = self.add_documents_api()
        self.processor = self.add_processor()
        self.converter = self.add_converter()
        self.archiver = self.add_archiver()
        self.notifier = self.add_notifier()

    def add_documents_api(self) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "DocumentsApiFunction",
            runtime=lambda_.Runtime.NODEJS_16_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "documents-api")),
            memory_size=512,
            timeout=cdk.Duration.seconds(60),
            vpc=self.network.vpc,
            vpc_subnets=self.network.data,
            environment={
                "DOCUMENTS_BUCKET": self.storage.documents_bucket_name,
                "DOCUMENTS_TABLE": self.storage.documents_table.table_name,
                "UPLOAD_SESSIONS_TABLE": self.storage.upload_sessions_table.table_name,
            },
        )
        assert function.role is not None
        function.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AmazonDynamoDBFullAccess"))
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["s3:*"], resources=[f"{self.storage.documents_bucket_arn}/*"])
        )
        return function

    def add_processor(self) -> lambda_.Function:
        textract_role = iam.Role(self, "TextractRole", assumed_by=iam.ServicePrincipal("textract.amazonaws.com"))
        self.storage.topic.grant_publish(textract_role)

        function = lambda_.Function(
            self,
            "DocumentProcessor",
            runtime=lambda_.Runtime.NODEJS_18_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "document-processor")),
            timeout=cdk.Duration.minutes(5),
            vpc=self.network.vpc,
            vpc_subnets=self.network.processing,
            log_group=logs.LogGroup(self, "ProcessorLogs", retention=logs.RetentionDays.ONE_WEEK),
            environment={
                "DOCUMENTS_BUCKET": self.storage.documents_bucket_name,
                "DOCUMENTS_TABLE": self.storage.documents_table.table_name,
                "ARCHIVE_QUEUE_URL": self.storage.archive_queue.queue_url,
                "TOPIC_ARN": self.storage.topic.topic_arn,
                "TEXTRACT_ROLE_ARN": textract_role.role_arn,
                "KEY_ID": self.storage.key.key_id,
            },
        )
        self.grant_processor(function)
        function.add_event_source(
            event_sources.DynamoEventSource(
                self.storage.documents_table, starting_position=lambda_.StartingPosition.LATEST
            )
        )
        self.allow_bucket_to_invoke(function)
        return function

    def grant_processor(self, function: lambda_.Function) -> None:
        assert function.role is not None
        function.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AmazonS3FullAccess"))
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
                resources=[self.storage.documents_table.table_arn],
            )
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "kms:Encrypt",
                    "sns:Publish",
                    "sqs:SendMessage",
                    "textract:StartDocumentTextDetection",
                ],
                resources=["*"],
            )
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=["iam:PassRole"], resources=["*"]))

    def add_converter(self) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "PdfConverter",
            runtime=lambda_.Runtime.NODEJS_20_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "pdf-converter")),
            memory_size=256,
            timeout=cdk.Duration.seconds(60),
            vpc=self.network.vpc,
            vpc_subnets=self.network.processing,
            recursive_loop=lambda_.RecursiveLoop.ALLOW,
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:PutObject"],
                resources=[f"{self.storage.documents_bucket_arn}/*"],
            )
        )
        self.allow_bucket_to_invoke(function)
        return function

    def add_archiver(self) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "Archiver",
            runtime=lambda_.Runtime.NODEJS_14_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "archiver")),
            timeout=cdk.Duration.minutes(2),
            environment={
                "DOCUMENTS_BUCKET": self.storage.documents_bucket_name,
                "ARCHIVE_BUCKET": self.storage.archive_bucket.bucket_name,
            },
        )
        assert function.role is not None
        function.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess"))
        lambda_.EventSourceMapping(
            self,
            "ArchiveMapping",
            target=function,
            event_source_arn=self.storage.archive_queue.queue_arn,
            report_batch_item_failures=True,
        )
        return function

    def add_notifier(self) -> lambda_.Function:
        function = lambda_.Function(
            self,
            "Notifier",
            runtime=lambda_.Runtime.NODEJS_20_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(HANDLERS / "notifier")),
            environment={"SENDER_PARAMETER": "/documents/sender"},
            on_failure=destinations.SnsDestination(self.storage.topic),
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=["*"]))
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["ssm:GetParameter"],
                not_resources=[f"arn:aws:ssm:*:{cdk.Aws.ACCOUNT_ID}:parameter/documents/admin/*"],
            )
        )
        self.storage.topic.add_subscription(
            subscriptions.LambdaSubscription(function, dead_letter_queue=sqs.Queue(self, "NotifierDeadLetters"))
        )
        return function

    def allow_bucket_to_invoke(self, function: lambda_.Function) -> None:
        lambda_.CfnPermission(
            self,
            f"{function.node.id}BucketPermission",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="s3.amazonaws.com",
            source_arn=self.storage.documents_bucket_arn,
        )
