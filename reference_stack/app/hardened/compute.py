"""The processing of documents: one function for each kind of event, and no way back to its own trigger.

Incoming bucket → EventBridge → queue → processor → archive bucket and table; table's stream → notifier → topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from reference_stack.app.hardened.function import DocumentsFunction, Settings, Sizing
from reference_stack.app.hardened.messaging import encrypted_queue
from reference_stack.app.hardened.network import NetworkStack
from reference_stack.app.hardened.storage import StorageStack

PROCESSOR = Sizing(memory=1024, seconds=60, concurrency=10)  # a document of 4 MB is hashed and copied in memory
NOTIFIER = Sizing(memory=256, seconds=10, concurrency=5)  # one small message per document


class ComputeStack(cdk.Stack):
    """The two background functions with their queues."""

    def __init__(self, scope: Construct, construct_id: str, *, storage: StorageStack, network: NetworkStack) -> None:
        super().__init__(
            scope, construct_id, description="Document processing: functions, queues and the rule between them"
        )
        self._storage = storage
        self._network = network
        self.processing_failures = encrypted_queue(self, "ProcessingFailures", key=storage.service_key)
        self.notice_failures = encrypted_queue(self, "NoticeFailures", key=storage.service_key)
        self.processing_queue = encrypted_queue(
            self,
            "ProcessingQueue",
            key=storage.service_key,
            # Six times the function's timeout, as AWS asks: a slow document is not handed out twice.
            visibility=cdk.Duration.seconds(6 * PROCESSOR.seconds),
            dead_letters=self.processing_failures,
        )
        self.processor = self._processor()
        self.notifier = self._notifier()
        self._queue_new_documents(self.processing_queue)

    def _queue_new_documents(self, queue: sqs.Queue) -> None:
        rule = events.Rule(
            self,
            "NewDocument",
            description="Puts each new object below incoming/ on the processing queue",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [self._storage.incoming.bucket_name]},
                    "object": {"key": [{"prefix": "incoming/"}]},
                },
            ),
        )
        rule.add_target(targets.SqsQueue(queue, dead_letter_queue=self.processing_failures))

    def _processor(self) -> DocumentsFunction:
        storage = self._storage
        function = DocumentsFunction(
            self,
            "DocumentProcessor",
            key=storage.service_key,
            settings=Settings(
                folder="document-processor",
                purpose="Checks new documents and files them in the archive",
                sizing=PROCESSOR,
                environment={
                    "INCOMING_BUCKET": storage.incoming.bucket_name,
                    "ARCHIVE_BUCKET": storage.archive.bucket_name,
                    "DOCUMENTS_TABLE": storage.documents.table_name,
                },
                placement=self._network.placement,
            ),
        )
        # Read one bucket, write another: this is what keeps its own output from starting it again.
        function.allow("s3:GetObject", on=[storage.incoming.arn_for_objects("incoming/*")])
        function.allow("s3:PutObject", on=[storage.archive.arn_for_objects("documents/*")])
        function.allow("dynamodb:UpdateItem", on=[storage.documents.table_arn])
        function.allow_key(storage.data_key, "kms:Decrypt", "kms:GenerateDataKey", through=["s3"])
        function.allow_key(storage.data_key, "kms:Decrypt", through=["dynamodb"])
        function.add_event_source(
            event_sources.SqsEventSource(
                self.processing_queue,
                batch_size=5,
                max_concurrency=PROCESSOR.concurrency,  # equal to the reserve: no poll is throttled away
                report_batch_item_failures=True,
            )
        )
        return function

    def _notifier(self) -> DocumentsFunction:
        storage = self._storage
        function = DocumentsFunction(
            self,
            "ChangeNotifier",
            key=storage.service_key,
            settings=Settings(
                folder="change-notifier",
                purpose="Announces documents that reached their final status",
                sizing=NOTIFIER,
                environment={"DOCUMENT_EVENTS_TOPIC": storage.document_events.topic_arn},
                placement=self._network.placement,
            ),
        )
        function.allow("sns:Publish", on=[storage.document_events.topic_arn])
        function.allow_key(storage.service_key, "kms:Decrypt", "kms:GenerateDataKey", through=["sns"])
        function.add_event_source(
            event_sources.DynamoEventSource(
                storage.documents,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                filters=[_final_status()],
                # Finite tries and the record to a queue: one bad record must not block its shard for a day.
                retry_attempts=5,
                max_record_age=cdk.Duration.hours(6),
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                on_failure=event_sources.SqsDlq(self.notice_failures),
            )
        )
        return function


def _final_status() -> Mapping[str, Any]:
    status = lambda_.FilterRule.or_("ARCHIVED", "REJECTED")
    return lambda_.FilterCriteria.filter(
        {
            "eventName": lambda_.FilterRule.is_equal("MODIFY"),
            "dynamodb": {"NewImage": {"status": {"S": status}}},
        }
    )
