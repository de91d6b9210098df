"""What keeps data: which resource types do, and where each writes its encryption, key, recovery and protection.

Source: the property tables of each type in the CloudFormation Template Reference, and the services' own pages on
encryption at rest (read 2026-11-24). Always encrypted, so never judged as unencrypted: S3, DynamoDB, SNS (disk
encryption), Aurora (new clusters, since 2026-02-18), Aurora DSQL, OpenSearch Serverless, Timestream, FSx, MemoryDB.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.data.framework import framework_owned
from analyzer.facts.truth import off, switched_off, truth, unset
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Value, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """Where a type writes what protects it. ``encrypted``: the switch without which it is not encrypted; ``key``: the
    KMS key; ``service_key``: whose key holds where none is written; ``protected``: deletion protection;
    ``default``: what a missing ``DeletionPolicy`` means."""

    noun: str
    encrypted: Path | None = None
    key: Path | None = None
    service_key: str = "an AWS managed key"
    protected: Path | None = None
    default: str = "Delete"


def _database(noun: str, default: str = "Delete") -> Store:
    """A database: RDS, DocumentDB and Neptune write these properties alike."""
    return Store(noun, ("StorageEncrypted",), ("KmsKeyId",), protected=("DeletionProtection",), default=default)


_AT_REST = ("EncryptionAtRestOptions", "Enabled")
_AT_REST_KEY = ("EncryptionAtRestOptions", "KmsKeyId")

STORES: dict[str, Store] = {
    "AWS::S3::Bucket": Store("bucket", service_key="a key of S3 (SSE-S3)"),
    "AWS::DynamoDB::Table": Store(
        "table",
        key=("SSESpecification", "KMSMasterKeyId"),
        service_key="a key that AWS owns",
        protected=("DeletionProtectionEnabled",),
    ),
    "AWS::DynamoDB::GlobalTable": Store("global table", service_key="a key that AWS owns"),
    "AWS::RDS::DBInstance": _database("database", "Snapshot"),
    "AWS::RDS::DBCluster": _database("database cluster", "Snapshot"),
    "AWS::DocDB::DBCluster": _database("DocumentDB cluster"),
    "AWS::Neptune::DBCluster": _database("Neptune cluster"),
    "AWS::DSQL::Cluster": Store(
        "DSQL cluster", None, ("KmsEncryptionKey",), "a key that AWS owns", ("DeletionProtectionEnabled",)
    ),
    "AWS::Redshift::Cluster": Store("Redshift cluster", ("Encrypted",), ("KmsKeyId",), "a key that AWS owns"),
    "AWS::EFS::FileSystem": Store("file system", ("Encrypted",), ("KmsKeyId",)),
    "AWS::OpenSearchService::Domain": Store("search domain", _AT_REST, _AT_REST_KEY),
    "AWS::Elasticsearch::Domain": Store("search domain", _AT_REST, _AT_REST_KEY),
}
"""The types that hold an application's data, most telling first."""

CARRIERS: dict[str, Store] = {
    "AWS::EC2::Volume": Store("volume", ("Encrypted",), ("KmsKeyId",)),
    "AWS::ElastiCache::ReplicationGroup": Store("cache", ("AtRestEncryptionEnabled",), ("KmsKeyId",)),
    "AWS::DAX::Cluster": Store("cache", ("SSESpecification", "SSEEnabled")),
    "AWS::Kinesis::Stream": Store("stream", ("StreamEncryption",)),
    "AWS::SQS::Queue": Store("queue", ("SqsManagedSseEnabled",)),
}
"""The types that hold copies of data, or data on their way: judged for encryption only."""

_INHERITING = (
    "DBSnapshotIdentifier",
    "SourceDBInstanceIdentifier",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "DBClusterSnapshotIdentifier",
)
"""A database made from another one takes over its encryption."""


def stores_of(application: Application) -> Iterator[Resource]:
    """Every store of the user's own, instances of a database cluster apart: the cluster holds their data."""
    for resource in application.resources(*STORES):
        if not _of_a_cluster(resource) and not _made_by_framework(resource):
            yield resource


def carriers_of(application: Application) -> Iterator[Resource]:
    """Every carrier of the user's own."""
    return (each for each in application.resources(*CARRIERS) if not _made_by_framework(each))


def kind(resource: Resource) -> Store:
    """What is known of the resource's type."""
    return STORES.get(resource.type) or CARRIERS[resource.type]


def _of_a_cluster(resource: Resource) -> bool:
    return resource.type == "AWS::RDS::DBInstance" and bool(resource["DBClusterIdentifier"])


def _made_by_framework(resource: Resource) -> bool:
    return framework_owned(resource.logical_id, resource.type, resource.construct_path) is not None


_ENCRYPTED_UNLESS_SWITCHED_OFF = frozenset({"AWS::SQS::Queue", "AWS::Redshift::Cluster"})
"""SSE-SQS is the default of new queues since 2022, a key that AWS owns that of new Redshift clusters since 2025."""


# --- encryption ---------------------------------------------------------------------------------------


def is_aurora(resource: Resource) -> bool:
    """Whether the database is of the Aurora family, whose storage is always a cluster's."""
    return str(resource["Engine"].known or "").lower().startswith("aurora")


def inherits_encryption(resource: Resource) -> str | None:
    """The property by which the encryption is that of a snapshot or source database; None where there is none."""
    return next((name for name in _INHERITING if resource[name]), None)


def encryption_switch(resource: Resource) -> Node | None:
    """The property that decides whether the store is encrypted; None where it always is."""
    path = kind(resource).encrypted
    if path is None or is_aurora(resource):
        return None
    if resource.type == "AWS::SQS::Queue" and not unset(resource["KmsMasterKeyId"].value):
        return None
    return resource.properties.path(*path)


def unencrypted(resource: Resource, value: Value) -> bool | None:
    """Whether the value of the switch means plain text on disk."""
    if resource.type in _ENCRYPTED_UNLESS_SWITCHED_OFF:
        return switched_off(value)
    if resource.type == "AWS::Kinesis::Stream":
        return isinstance(value, Absent)
    return off(value)


def customer_keys(resource: Resource) -> list[Node]:
    """Where the store writes its keys: one place, or one for each replica and each rule of a bucket."""
    if resource.type == "AWS::S3::Bucket":
        rules = resource["BucketEncryption"]["ServerSideEncryptionConfiguration"].items()
        found = [rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] for rule in rules]
        return found or [resource["BucketEncryption"]]
    if resource.type == "AWS::DynamoDB::GlobalTable":
        return [replica["SSESpecification"]["KMSMasterKeyId"] for replica in resource["Replicas"].items()]
    path = kind(resource).key
    return [resource.properties.path(*path)] if path else []


def not_a_customer_key(value: Value) -> bool | None:
    """Whether no key is written, or the alias of a key that AWS manages (``alias/aws/s3``)."""
    return unset(value) or (isinstance(value, Known) and "alias/aws/" in as_text(value.value))


def service_key(resource: Resource) -> str:
    """Whose key encrypts the store where no customer key is written."""
    if resource.type == "AWS::S3::Bucket":
        rules = list(resource["BucketEncryption"]["ServerSideEncryptionConfiguration"].items())
        algorithms = {str(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"].known) for rule in rules}
        return "the AWS managed key of S3" if algorithms & {"aws:kms", "aws:kms:dsse"} else kind(resource).service_key
    if resource.type.startswith("AWS::DynamoDB::") and truth(resource["SSESpecification"]["SSEEnabled"].value):
        return "the AWS managed key of DynamoDB"
    return "a key that AWS owns" if is_aurora(resource) else kind(resource).service_key


# --- protection ---------------------------------------------------------------------------------------


def deletion_protections(resource: Resource) -> list[Node]:
    """The switches of deletion protection, one for each replica of a global table; none where the type has none."""
    if resource.type == "AWS::DynamoDB::GlobalTable":
        return [replica["DeletionProtectionEnabled"] for replica in resource["Replicas"].items()]
    path = kind(resource).protected
    return [resource.properties.path(*path)] if path else []
