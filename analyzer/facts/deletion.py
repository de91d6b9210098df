"""What becomes of a resource that leaves its stack.

Source: CloudFormation, ``DeletionPolicy`` and ``UpdateReplacePolicy`` (read 2026-11-24): Delete by default, Snapshot
for ``AWS::RDS::DBCluster`` and for ``AWS::RDS::DBInstance`` outside a cluster; S3 refuses to delete a bucket that is
not empty; DynamoDB, RDS, DocumentDB and Neptune refuse where deletion protection is on.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from analyzer.data.framework import framework_owned
from analyzer.facts.buckets import BUCKET, Buckets
from analyzer.facts.data_stores import STORES, customer_keys, deletion_protections, stores_of
from analyzer.facts.settle import settle, settle_cases
from analyzer.facts.truth import off
from analyzer.judgement import Verdict
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

KEY = "AWS::KMS::Key"
AUTO_DELETE = "Custom::S3AutoDeleteObjects"
_KEEPING = ("Retain", "RetainExceptOnCreate", "Snapshot")


class Stake(StrEnum):
    """What is lost when the resource is deleted, in words for the end of a sentence."""

    AUDIT_FILES = ", which empties it of its audit files first"
    OBJECTS = ", which empties it first"
    REFUSED = ", which S3 refuses while it holds objects"
    KEY_OF_RETAINED = ", which makes the data that are kept unreadable"
    KEY = ", and what depends on it is lost with it"
    DATA = ", and its data with it"


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource that should outlive its stack. ``related`` is what a key encrypts and outlives it; ``protected``
    whether deletion protection makes the deletion fail."""

    resource: Resource
    stake: Stake
    related: tuple[Resource, ...] = ()
    protected: bool = False


def kept(application: Application, buckets: Buckets) -> Iterator[Kept]:
    """Every store, bucket and key of the user's own."""
    stores = list(stores_of(application))
    emptied_buckets = set(_emptied(application))
    survivors = {store: _keys(application, store) for store in stores if _survives(store)}
    for store in stores:
        bucket = buckets.of(store)
        if bucket is None:
            yield Kept(store, Stake.DATA, protected=_protected(store))
            continue
        loss = Stake.AUDIT_FILES if bucket.keeps_audit_files else Stake.OBJECTS
        yield Kept(store, loss if store in emptied_buckets else Stake.REFUSED)
    for key in application.resources(KEY):
        if framework_owned(key.logical_id, key.type, key.construct_path) is None:
            unreadable = tuple(store for store, keys in survivors.items() if key in keys)
            yield Kept(key, Stake.KEY_OF_RETAINED if unreadable else Stake.KEY, unreadable)


def _protected(store: Resource) -> bool:
    switches = deletion_protections(store)
    cases = chain.from_iterable(switch.cases() for switch in switches)
    return bool(switches) and settle_cases(cases, lambda case: off(case.value)).verdict is Verdict.PASS


def _survives(store: Resource) -> bool:
    settled = settle(deletion_policy(store), lambda value: deletes(store, value))
    return settled.verdict is Verdict.PASS or _protected(store)


def _keys(application: Application, store: Resource) -> list[Resource]:
    return [key for node in customer_keys(store) for key in application.mentioned(node.value)]


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


def _emptied(application: Application) -> Iterator[Resource]:
    """The buckets that CDK's custom resource empties so that they can be deleted."""
    for custom in application.resources(AUTO_DELETE):
        bucket = application.behind(custom["BucketName"].value, BUCKET)
        if bucket is not None:
            yield bucket
