"""The audit trail: who did what to this system, kept where nobody can change it."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from reference_stack.app.hardened.settings import LOG_RETENTION, RECORD_RETENTION
from reference_stack.app.hardened.storage import (
    StorageStack,
    access_log_bucket,
    allow_log_groups,
    customer_key,
    private_bucket,
)

TRAIL_NAME = "documents-audit"


class AuditStack(cdk.Stack):
    """A multi-Region trail with item-level events of this system's own stores."""

    def __init__(self, scope: Construct, construct_id: str, *, storage: StorageStack) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Document processing: audit trail and its immutable store",
            termination_protection=True,
        )
        self._storage = storage
        self._trail_arn = self.format_arn(service="cloudtrail", resource="trail", resource_name=TRAIL_NAME)
        self._key = self._audit_key()
        bucket = self._trail_bucket()
        self._trail(bucket)

    def _audit_key(self) -> kms.Key:
        # A key apart from that of the data: who administers one does not thereby read the other.
        key = customer_key(
            self, "AuditKey", alias="documents/audit", purpose="Encrypts the audit trail and its log group"
        )
        allow_log_groups(key)
        # CloudTrail encrypts log files with the key, and only on behalf of this one trail.
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EncryptTrail",
                principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
                actions=["kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],  # in a key policy: this key
                conditions={"StringEquals": {"aws:SourceArn": self._trail_arn}},
            )
        )
        return key

    def _trail_bucket(self) -> s3.Bucket:
        bucket = private_bucket(
            self,
            "Trail",
            key=self._key,
            access_logs=access_log_bucket(self, "TrailAccessLogs"),
            object_lock=s3.ObjectLockRetention.compliance(RECORD_RETENTION),
        )
        only_this_trail = {"aws:SourceArn": self._trail_arn}
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="CheckBucket",
                principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
                actions=["s3:GetBucketAcl"],
                resources=[bucket.bucket_arn],
                conditions={"StringEquals": only_this_trail},
            )
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="WriteTrail",
                principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{self.account}/*")],
                conditions={"StringEquals": {**only_this_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
            )
        )
        return bucket

    def _trail(self, bucket: s3.Bucket) -> None:
        log_group = logs.LogGroup(
            self,
            "TrailLogs",
            encryption_key=self._key,
            retention=LOG_RETENTION,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        # L1: the L2 construct knows only the older selectors, which cannot name a table.
        trail = cloudtrail.CfnTrail(
            self,
            "AuditTrail",
            trail_name=TRAIL_NAME,
            is_logging=True,
            is_multi_region_trail=True,  # what is done from another Region counts as well
            include_global_service_events=True,
            enable_log_file_validation=True,  # signed digests show any later change
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=self._key.key_arn,
            cloud_watch_logs_log_group_arn=log_group.log_group_arn,
            cloud_watch_logs_role_arn=self._logs_role(log_group).role_arn,
            advanced_event_selectors=self._selectors(),
        )
        assert bucket.policy is not None
        trail.node.add_dependency(bucket.policy)

    def _logs_role(self, log_group: logs.LogGroup) -> iam.Role:
        role = iam.Role(
            self,
            "TrailLogsRole",
            description="CloudTrail writes the trail to its log group",
            assumed_by=iam.ServicePrincipal(
                "cloudtrail.amazonaws.com", conditions={"StringEquals": {"aws:SourceArn": self._trail_arn}}
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
            )
        )
        return role

    def _selectors(self) -> list[cloudtrail.CfnTrail.AdvancedEventSelectorProperty]:
        storage = self._storage
        buckets = [storage.incoming, storage.archive]
        tables = [storage.documents, storage.api_clients]
        return [
            _selector("All management events", eventCategory=["Management"]),
            # Management events alone do not show who read a document.
            _selector(
                "Every access to a document",
                eventCategory=["Data"],
                **{"resources.type": ["AWS::S3::Object"]},
                prefixes=[bucket.arn_for_objects("") for bucket in buckets],
            ),
            _selector(
                "Every access to metadata and API clients",
                eventCategory=["Data"],
                **{"resources.type": ["AWS::DynamoDB::Table"], "resources.ARN": [t.table_arn for t in tables]},
            ),
        ]


def _selector(
    name: str, *, prefixes: list[str] | None = None, **equals: list[str]
) -> cloudtrail.CfnTrail.AdvancedEventSelectorProperty:
    field_selectors = [
        cloudtrail.CfnTrail.AdvancedFieldSelectorProperty(field=field, equal_to=values)
        for field, values in equals.items()
    ]
    if prefixes:
        field_selectors.append(
            cloudtrail.CfnTrail.AdvancedFieldSelectorProperty(field="resources.ARN", starts_with=prefixes)
        )
    return cloudtrail.CfnTrail.AdvancedEventSelectorProperty(name=name, field_selectors=field_selectors)
