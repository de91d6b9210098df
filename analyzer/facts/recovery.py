"""Whether a store can be brought back to an earlier state: point-in-time recovery, automated backups, AWS Backup.

Defaults by the CloudFormation Template Reference (read 2026-11-24): DynamoDB point-in-time recovery off, per replica;
RDS, Redshift one day of automated backups, 0 switches them off; EFS no backup unless ``BackupPolicy`` asks for it.
Aurora, DocumentDB, Neptune and OpenSearch cannot be without backups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.facts.truth import number, off, truth
from analyzer.model.node import Node
from analyzer.model.value import Absent, Known, Unknown, Value, as_text

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


class Backups:
    """The backup selections of the application's AWS Backup plans."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._selections = tuple(application.resources(SELECTION))

    def take(self, resource: Resource) -> bool | None:
        """Whether a plan takes the resource; None where a value decides. A conditional selection takes nothing for
        sure."""
        answers = {self._takes(selection["BackupSelection"], resource) for selection in self._selections}
        return True if True in answers else (None if None in answers else False)

    def _takes(self, selection: Node, resource: Resource) -> bool | None:
        if any(self._names(item, resource) for item in selection["NotResources"].items()):
            return False
        answers = {self._names(item, resource) for item in selection["Resources"].items()}
        answers |= {self._tagged(item, resource) for item in selection["ListOfTags"].items()}
        if True not in answers:
            return None if None in answers else False
        return None if selection.guards and selection.guards != resource.guards else True

    def _names(self, item: Node, resource: Resource) -> bool | None:
        if self._application.behind(item.value) is resource or resource in self._application.mentioned(item.value):
            return True
        if item.known == "*":
            return True
        arn = self._application.names.arn(resource)
        if arn is None or isinstance(item.value, Unknown):
            return None if isinstance(item.value, Unknown) else False
        return self._application.names.matches(item.value, arn)

    def _tagged(self, condition: Node, resource: Resource) -> bool | None:
        wanted = condition["ConditionKey"].known, condition["ConditionValue"].known
        if None in wanted:
            return None
        tags = resource["Tags"]
        if {(key, node.known) for key, node in tags.entries()} & {wanted}:
            return True
        return any((tag["Key"].known, tag["Value"].known) == wanted for tag in tags.items())
