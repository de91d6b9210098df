"""What becomes of a resource that leaves its stack.

Source: CloudFormation, ``DeletionPolicy`` and ``UpdateReplacePolicy`` (read 2026-11-24): Delete by default, Snapshot
for ``AWS::RDS::DBCluster`` and for ``AWS::RDS::DBInstance`` outside a cluster; S3 refuses to delete a bucket that is
not empty; DynamoDB, RDS, DocumentDB and Neptune refuse where deletion protection is on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.data_stores import STORES
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Value

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

AUTO_DELETE = "Custom::S3AutoDeleteObjects"
_KEEPING = ("Retain", "RetainExceptOnCreate", "Snapshot")


def deletion_policy(resource: Resource) -> Node:
    """What happens when the resource leaves the stack."""
    return resource.node["DeletionPolicy"]


def replace_policy(resource: Resource) -> Node:
    """What happens to the old one when an update replaces the resource."""
    return resource.node["UpdateReplacePolicy"]


def deletes(resource: Resource, value: Value) -> bool | None:
    """Whether a policy with this value gives the data up."""
    match value:
        case Absent():
            store = STORES.get(resource.type)
            return store is None or store.default == "Delete"
        case Known(value=policy):
            return policy not in _KEEPING
        case _:
            return None


def emptied(application: Application, bucket: Resource) -> Resource | None:
    """CDK's custom resource that empties the bucket so that it can be deleted; None where there is none."""
    for custom in application.resources(AUTO_DELETE):
        if application.behind(custom["BucketName"].value, bucket.type) is bucket:
            return custom
    return None
