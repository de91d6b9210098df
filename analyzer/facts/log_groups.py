"""Log groups: who writes to them, how long they keep, and functions whose group no template declares."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.facts.buckets import TRAIL, YEAR
from analyzer.model.node import Node
from analyzer.model.value import Known, Text, Value, as_text

if TYPE_CHECKING:
    from analyzer.facts.functions import Function
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

LOG_GROUP = "AWS::Logs::LogGroup"
STAGES = {"AWS::ApiGateway::Stage": "AccessLogSetting", "AWS::ApiGatewayV2::Stage": "AccessLogSettings"}
"""The stages of APIs, and the property that holds their access log."""
CUSTOM_RETENTION = "Custom::LogRetention"
QUARTER = 90
"""Days that logs stay at hand: PCI DSS v4.0.1, 10.5.1 (the most recent three months)."""


class Content(StrEnum):
    """What a log group holds."""

    TRAIL = "the trail"
    ACCESS = "an API's access log"
    OTHER = "an application's log"

    @property
    def days(self) -> int:
        """How long it is kept at least where the configuration asks for nothing else."""
        return QUARTER if self is Content.OTHER else YEAR


class LogGroups:
    """The declared log groups of one application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._writers = dict(self._written())
        self._names = {application.names.name(group) for group in application.resources(LOG_GROUP)}
        custom = application.resources(CUSTOM_RETENTION)
        self._names |= {application.names.canonical(each["LogGroupName"].value) for each in custom}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._application.resources(LOG_GROUP))

    def content(self, group: Resource) -> Content:
        """What is written to the group."""
        return self._writers.get(group, Content.OTHER)

    def _written(self) -> Iterator[tuple[Resource, Content]]:
        for node, content in self._destinations():
            for case in node.cases():
                group = self._application.behind(case.value, LOG_GROUP)
                for found in [group] if group else self._application.mentioned(case.value):
                    if found.type == LOG_GROUP:
                        yield found, content

    def _destinations(self) -> Iterator[tuple[Node, Content]]:
        for stage in self._application.resources(*STAGES):
            yield access_log(stage)["DestinationArn"], Content.ACCESS
        for trail in self._application.resources(TRAIL):
            yield trail["CloudWatchLogsLogGroupArn"], Content.TRAIL

    def declared_for(self, function: Function) -> bool | None:
        """Whether a template declares the group that a function writes to; None where its name is not known."""
        chosen = function.resource["LoggingConfig"]["LogGroup"]
        if chosen:
            if self._application.behind(chosen.value, LOG_GROUP) is not None:
                return True
            canonical = self._application.names.canonical(chosen.value)
            if canonical is None or self._application.names.uncertain(canonical):
                return None
            return canonical in self._names
        name = self._application.names.name(function.resource)
        return f"/aws/lambda/{name}" in self._names


def access_log(stage: Resource) -> Node:
    """The settings of a stage's access log, ``DestinationArn`` and ``Format``."""
    return stage[STAGES[stage.type]]


def missing_fields(format: Value) -> tuple[str, ...]:
    """What an access log's format does not tell of who, what, when and with which result (PCI DSS v4.0.1, 10.2.2).

    Empty for a format that is not known in full.
    """
    if not isinstance(format, Known | Text):
        return ()
    written = as_text(format.value) if isinstance(format, Known) else str(format)
    return tuple(fact for fact, variables in _FACTS.items() if not any(name in written for name in variables))


_FACTS = {
    "who called": ("$context.identity.", "$context.authorizer."),
    "what was called": ("$context.httpMethod", "$context.routeKey", "$context.path", "$context.resourcePath"),
    "when": ("$context.requestTime",),
    "the result": ("$context.status",),
}
