"""Everything that keeps data: the keys, the buckets, the tables and the topic of document events."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from reference_stack.app.hardened.settings import LOG_BUCKET_RETENTION, RECORD_RETENTION, RECOVERY_DAYS


class StorageStack(cdk.Stack):
    """Stores of customer data. Removing the stack leaves all of them in place."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Document processing: encryption keys, buckets, tables and event topic",
            termination_protection=True,
        )
        # Documents under a key of their own: the services that use the other one cannot decrypt a document.
        self.data_key = customer_key(
            self, "DataKey", alias="documents/data", purpose="Encrypts the documents and their metadata"
        )
        self.service_key = self._service_key()
        self.access_logs = access_log_bucket(self, "AccessLogs")
        self.incoming = self._incoming_bucket()
        self.archive = self._archive_bucket()
        self.documents = self._documents_table()
        self.api_clients = self._api_clients_table()
        self.document_events = encrypted_topic(
            self, "DocumentEvents", key=self.service_key, title="Documents that reached their final status"
        )

    def _service_key(self) -> kms.Key:
        key = customer_key(self, "ServiceKey", alias="documents/services", purpose="Encrypts queues, topics and logs")
        allow_log_groups(key)
        # Alarms publish to an encrypted topic; without this grant they would fail without a sound.
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="PublishAlarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],  # in a key policy: this key
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return key

    def _incoming_bucket(self) -> s3.Bucket:
        bucket = private_bucket(
            self,
            "Incoming",
            key=self.data_key,
            access_logs=self.access_logs,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(1)),
                # The archive holds the record; what came in is kept for disputes, then goes.
                s3.LifecycleRule(expiration=LOG_BUCKET_RETENTION, noncurrent_version_expiration=cdk.Duration.days(30)),
            ],
        )
        # Events go to EventBridge, not to a function: this stack need not know who listens, and the rule in
        # the compute stack says which objects matter. (The L2 property would add a custom resource.)
        cfn_bucket = bucket.node.default_child
        assert isinstance(cfn_bucket, s3.CfnBucket)
        cfn_bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        return bucket

    def _archive_bucket(self) -> s3.Bucket:
        # The immutable record. Compliance mode and not governance: no permission can lift it.
        return private_bucket(
            self,
            "Archive",
            key=self.data_key,
            access_logs=self.access_logs,
            object_lock=s3.ObjectLockRetention.compliance(RECORD_RETENTION),
        )

    def _documents_table(self) -> dynamodb.Table:
        # A client reads one of its documents, or its documents by time: the key serves both without an index,
        # and clients spread over the partitions.
        return dynamodb.Table(
            self,
            "Documents",
            partition_key=dynamodb.Attribute(name="clientId", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="documentId", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.NEW_IMAGE,  # the notifier reads the new status, nothing older
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.data_key,
            point_in_time_recovery_specification=_recovery(),
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _api_clients_table(self) -> dynamodb.Table:
        # Found by the digest of the API key: the key itself is stored nowhere.
        return dynamodb.Table(
            self,
            "ApiClients",
            partition_key=dynamodb.Attribute(name="keyHash", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expiresAt",
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.data_key,
            point_in_time_recovery_specification=_recovery(),
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )


def customer_key(scope: Construct, construct_id: str, *, alias: str, purpose: str) -> kms.Key:
    """A key that rotates every year and outlives its stack."""
    return kms.Key(
        scope,
        construct_id,
        description=purpose,
        alias=alias,
        enable_key_rotation=True,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        pending_window=cdk.Duration.days(30),
    )


def allow_log_groups(key: kms.Key) -> None:
    """Let CloudWatch Logs use `key`, for log groups of this account and Region only."""
    stack = cdk.Stack.of(key)
    log_groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
    # CloudWatch Logs sends the log group's ARN as encryption context: no other use of the key passes.
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="EncryptLogGroups",
            principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
            actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            resources=["*"],  # in a key policy: this key
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )
    )


def private_bucket(
    scope: Construct,
    construct_id: str,
    *,
    key: kms.IKey,
    access_logs: s3.IBucket,
    lifecycle_rules: Sequence[s3.LifecycleRule] = (),
    object_lock: s3.ObjectLockRetention | None = None,
) -> s3.Bucket:
    """A bucket under a customer key: versioned, private, logged, TLS 1.2 only, never deleted with its stack."""
    return s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,  # one key request per bucket and hour instead of one per object
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        object_lock_enabled=True if object_lock else None,
        object_lock_default_retention=object_lock,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix=f"{construct_id.lower()}/",
        lifecycle_rules=list(lifecycle_rules),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )


def access_log_bucket(scope: Construct, construct_id: str) -> s3.Bucket:
    """The target of server access logs.

    S3 delivers them only to a bucket encrypted with its own keys and without default retention; and a log
    bucket that logged itself would never come to rest.
    """
    return s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=LOG_BUCKET_RETENTION)],
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )


def encrypted_topic(scope: Construct, construct_id: str, *, key: kms.IKey, title: str) -> sns.Topic:
    """A topic under a customer key that takes messages over TLS only."""
    return sns.Topic(scope, construct_id, display_name=title, master_key=key, enforce_ssl=True)


def _recovery() -> dynamodb.PointInTimeRecoverySpecification:
    return dynamodb.PointInTimeRecoverySpecification(
        point_in_time_recovery_enabled=True, recovery_period_in_days=RECOVERY_DAYS
    )
