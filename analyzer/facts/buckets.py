"""What each S3 bucket of the application is for: audit files, access logs, an archive, or the application's data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.data.framework import framework_owned
from analyzer.facts.numbers import number
from analyzer.facts.truth import truth
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Value
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

BUCKET = "AWS::S3::Bucket"
TRAIL = "AWS::CloudTrail::Trail"
YEAR = 365
"""Days that audit records are kept at least: PCI DSS v4.0.1, 10.5.1 (12 months)."""

_ARCHIVING = frozenset({"archive", "archives", "archival", "audit", "audits", "worm", "cloudtrail"})
_CDK_HASH = re.compile(r"[0-9A-F]{8}$")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class Purpose(StrEnum):
    """What a bucket is for. Only ``ARCHIVE`` is taken from its name; the others from who writes to it."""

    TRAIL = "trail"
    ACCESS_LOGS = "access logs"
    ARCHIVE = "archive"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket with its purpose; ``writer`` is the trail, or the first resource whose access logs it takes."""

    resource: Resource
    purpose: Purpose
    writer: Resource | None = None

    @property
    def name(self) -> str:
        """The logical id as the user wrote it."""
        return self.resource.logical_id

    @property
    def keeps_audit_files(self) -> bool:
        """Whether it holds what an auditor will ask for, by its writer or by its name."""
        return self.purpose in (Purpose.TRAIL, Purpose.ARCHIVE)

    @property
    def described(self) -> str:
        """The bucket in a sentence: ``Files, where Trail writes``."""
        match self.purpose, self.writer:
            case Purpose.TRAIL, writer if writer is not None:
                return f"{self.name}, where trail {writer.logical_id} writes,"
            case Purpose.ARCHIVE, _:
                return f"{self.name}, an archive by its name,"
            case _:
                return self.name


class Buckets:
    """The application's own buckets; those that CDK makes for itself are left out."""

    def __init__(self, application: Application) -> None:
        self._application = application
        targets = dict(self._log_targets())
        trails = dict(self._trail_buckets())
        self._all = {
            resource: self._bucket(resource, trails, targets)
            for resource in application.resources(BUCKET)
            if not framework_owned(resource.logical_id, resource.type, resource.construct_path)
        }

    def __iter__(self) -> Iterator[Bucket]:
        return iter(self._all.values())

    def of(self, resource: Resource) -> Bucket | None:
        """The bucket behind a resource; None for another type."""
        return self._all.get(resource)

    def _bucket(
        self, resource: Resource, trails: dict[Resource, Resource], targets: dict[Resource, Resource]
    ) -> Bucket:
        if resource in trails:
            return Bucket(resource, Purpose.TRAIL, trails[resource])
        if resource in targets:
            return Bucket(resource, Purpose.ACCESS_LOGS, targets[resource])
        return Bucket(resource, Purpose.ARCHIVE if _archives(resource) else Purpose.DATA)

    def _trail_buckets(self) -> Iterator[tuple[Resource, Resource]]:
        for trail in self._application.resources(TRAIL):
            yield from self._named(trail["S3BucketName"], trail)

    def _log_targets(self) -> Iterator[tuple[Resource, Resource]]:
        for bucket in self._application.resources(BUCKET):
            yield from self._named(bucket["LoggingConfiguration"]["DestinationBucketName"], bucket)
        for distribution in self._application.resources("AWS::CloudFront::Distribution"):
            logging = distribution["DistributionConfig"]["Logging"]["Bucket"]
            for target in self._application.mentioned(logging.value):
                yield target, distribution
        for balancer in self._application.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
            for attribute in balancer["LoadBalancerAttributes"].items():
                if attribute["Key"].known == "access_logs.s3.bucket":
                    yield from self._named(attribute["Value"], balancer)

    def _named(self, node: Node, writer: Resource) -> Iterator[tuple[Resource, Resource]]:
        for case in node.cases():
            target = self._application.behind(case.value, BUCKET)
            if target is not None and target is not writer:
                yield target, writer


def _archives(resource: Resource) -> bool:
    """Whether a whole word of the logical id or of the literal bucket name says so."""
    named = resource["BucketName"].value
    written = [_CDK_HASH.sub("", resource.logical_id)]
    written += [str(named)] if not isinstance(named, Known) else [str(named.value)]
    words = {word.lower() for text in written for word in _WORD.findall(_without_holes(text))}
    return bool(words & _ARCHIVING) or {"cloud", "trail"} <= words


def _without_holes(text: str) -> str:
    return re.sub(r"<[^<>]*>", "-", text)


# --- settings of one bucket ---------------------------------------------------------------------------


def locked(bucket: Resource) -> Node:
    """The switch of Object Lock, wherever it is written."""
    configured = bucket["ObjectLockConfiguration"]["ObjectLockEnabled"]
    return configured if configured and not bucket["ObjectLockEnabled"] else bucket["ObjectLockEnabled"]


def lock_off(value: Value) -> bool | None:
    """Whether Object Lock is off: it is switched on by ``true`` or by ``Enabled``."""
    if isinstance(value, Known) and value.value == "Enabled":
        return False
    answer = truth(value)
    return None if answer is None else not answer


def default_retention(bucket: Resource) -> Node:
    """The retention that new objects get without their writer asking for it."""
    return bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]


def retention_length(bucket: Resource) -> tuple[Node, int]:
    """The length of the default retention, and how many days its unit has."""
    retention = default_retention(bucket)
    return (retention["Days"], 1) if retention["Days"] else (retention["Years"], YEAR)


def locked_for(bucket: Resource, days: int) -> bool:
    """Whether Object Lock surely keeps new objects for ``days``."""
    length, unit = retention_length(bucket)
    return (number(length.value) or 0) * unit >= days


@dataclass(frozen=True, slots=True)
class Expiry:
    """A lifecycle rule that deletes objects of a bucket after ``days``."""

    rule: Node
    days: Node


def expiries(bucket: Bucket) -> Iterator[Expiry]:
    """The rules that delete audit files by age. Rules for other prefixes or for tagged objects are left out: CloudTrail
    tags nothing and writes below ``AWSLogs/``; of an archive only rules for all objects count."""
    lifecycle = bucket.resource["LifecycleConfiguration"]["Rules"]
    for rule in lifecycle.items():
        if rule["Status"].known == "Disabled" or rule["TagFilters"] or not rule["ExpirationInDays"]:
            continue
        if _speaks_of_audit_files(rule["Prefix"], bucket):
            yield Expiry(rule, rule["ExpirationInDays"])


def _speaks_of_audit_files(prefix: Node, bucket: Bucket) -> bool:
    value = prefix.value
    if isinstance(value, Absent) or prefix.known == "":
        return True
    if bucket.writer is None or not isinstance(value, Known):
        return bucket.writer is not None
    own = bucket.writer["S3KeyPrefix"].known
    files = f"{own}/AWSLogs/" if own else "AWSLogs/"
    return files.startswith(str(value.value)) or str(value.value).startswith(files)
