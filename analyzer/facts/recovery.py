"""Whether a store can be brought back to an earlier state: point-in-time recovery, automated backups, AWS Backup.

Defaults by the CloudFormation Template Reference (read 2026-11-24): DynamoDB point-in-time recovery off, per replica;
RDS, Redshift one day of automated backups, 0 switches them off; EFS no backup unless ``BackupPolicy`` asks for it.
Aurora, DocumentDB, Neptune and OpenSearch cannot be without backups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer.facts.guard_gaps import Guards
from analyzer.facts.numbers import number
from analyzer.facts.truth import off, truth
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Scalar, Unknown, Value, as_text
from analyzer.records import dataclass

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

SELECTION = "AWS::Backup::BackupSelection"


@dataclass(frozen=True, slots=True)
class Recovery:
    """A setting that decides whether a store can be recovered. ``lacks`` says in words what is missing."""

    setting: Node
    fails: Callable[[Value], bool | None]
    lacks: str


def recoveries(resource: Resource) -> list[Recovery]:
    """The settings of a store that decide it; none for a type that cannot be without."""
    match resource.type:
        case "AWS::DynamoDB::Table":
            return [_point_in_time(resource.properties, "")]
        case "AWS::DynamoDB::GlobalTable":
            replicas = resource["Replicas"].items()
            return [_point_in_time(each, f" in {each['Region'].text or 'a replica'}") for each in replicas]
        case "AWS::RDS::DBInstance" if not _is_replica(resource):
            return [Recovery(resource["BackupRetentionPeriod"], _is_zero, "no automated backups")]
        case "AWS::Redshift::Cluster":
            return [Recovery(resource["AutomatedSnapshotRetentionPeriod"], _is_zero, "no automated snapshots")]
        case "AWS::EFS::FileSystem":
            return [Recovery(resource["BackupPolicy"]["Status"], _not_enabled, "no automatic backups")]
        case _:
            return []


def expires_by_itself(resource: Resource) -> bool:
    """Whether the items of a table are deleted by their time to live anyway."""
    return truth(resource["TimeToLiveSpecification"]["Enabled"].value) is True


def _point_in_time(holder: Node, region: str) -> Recovery:
    setting = holder["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    return Recovery(setting, off, f"no point-in-time recovery{region}")


def _is_replica(resource: Resource) -> bool:
    return bool(resource["SourceDBInstanceIdentifier"])


def _is_zero(value: Value) -> bool | None:
    if isinstance(value, Absent):
        return False
    days = number(value)
    return None if days is None else days == 0


def _not_enabled(value: Value) -> bool | None:
    if isinstance(value, Known):
        return as_text(value.value).upper() != "ENABLED"
    return True if isinstance(value, Absent) else None


@dataclass(frozen=True, slots=True)
class _Selection:
    """What a backup selection names: resources, wildcard patterns, tags; and ``left_out`` what it does not take after
    all."""

    guards: Guards
    named: frozenset[Resource]
    patterns: tuple[Value, ...]
    tags: tuple[tuple[Scalar, Scalar], ...]
    left_out: frozenset[Resource]
    left_out_patterns: tuple[Value, ...]


class Backups:
    """The backup selections of the application's AWS Backup plans."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._selections = [self._read(each) for each in application.resources(SELECTION)]

    def take(self, resource: Resource) -> bool | None:
        """Whether a plan takes the resource; None where a value decides, or a condition that the resource has not."""
        answers = {self._takes(selection, resource) for selection in self._selections}
        return True if True in answers else (None if None in answers else False)

    def _read(self, selection: Resource) -> _Selection:
        content = selection["BackupSelection"]
        named, patterns = self._targets(content["Resources"])
        left_out, left_out_patterns = self._targets(content["NotResources"])
        tags = tuple((tag["ConditionKey"].known, tag["ConditionValue"].known) for tag in content["ListOfTags"].items())
        return _Selection(selection.guards, named, patterns, tags, left_out, left_out_patterns)

    def _targets(self, node: Node) -> tuple[frozenset[Resource], tuple[Value, ...]]:
        """The resources that a list of ARNs names, and those of its items that may name more."""
        found: list[Resource] = []
        patterns: list[Value] = []
        for item in node.items():
            for case in item.cases():
                one = self._application.behind(case.value)
                found += [one] if one is not None else self._application.mentioned(case.value)
                if isinstance(case.value, Unknown) or "*" in (self._application.names.canonical(case.value) or ""):
                    patterns.append(case.value)
        return frozenset(found), tuple(patterns)

    def _takes(self, selection: _Selection, resource: Resource) -> bool | None:
        if resource in selection.left_out or self._meets(selection.left_out_patterns, resource):
            return False
        taken = self._meets(selection.patterns, resource)
        if resource in selection.named or _tagged(resource, selection.tags):
            taken = True
        conditional = selection.guards and selection.guards != resource.guards
        return None if taken and conditional else taken

    def _meets(self, patterns: tuple[Value, ...], resource: Resource) -> bool | None:
        arn = self._application.names.arn(resource)
        answers = {self._matches(pattern, arn) for pattern in patterns}
        return True if True in answers else (None if None in answers else False)

    def _matches(self, pattern: Value, arn: str | None) -> bool | None:
        if pattern == Known("*"):
            return True
        return None if arn is None or isinstance(pattern, Unknown) else self._application.names.matches(pattern, arn)


def _tagged(resource: Resource, wanted: tuple[tuple[Scalar, Scalar], ...]) -> bool:
    """Whether the resource has one of the tags, written as a list or as a mapping."""
    tags = resource["Tags"]
    own: set[tuple[Scalar, Scalar]] = {(key, node.known) for key, node in tags.entries()}
    own |= {(tag["Key"].known, tag["Value"].known) for tag in tags.items()}
    return not own.isdisjoint(tag for tag in wanted if None not in tag)
