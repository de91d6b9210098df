"""Whether anybody hears of an alarm: its own actions, those of composite alarms, and whoever else uses its state.

Source: Amazon CloudWatch User Guide, "Alarm actions", "Create a composite alarm", "Alarm events and EventBridge"
(read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analyzer.facts.alarm_metrics import ALARM
from analyzer.facts.event_filters import pattern
from analyzer.facts.guard_gaps import Guards, gap
from analyzer.facts.truth import switched_off, unset
from analyzer.model.alternatives import merge, options_of
from analyzer.model.node import Node
from analyzer.model.value import Unknown, Value

if TYPE_CHECKING:
    from analyzer.model.application import Application
    from analyzer.model.template import Resource

COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_STATES: Final = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*+["']?([^"'()]+?)["']?\s*\)""")
_USERS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "AWS::CodeDeploy::DeploymentGroup": (("AlarmConfiguration", "Alarms", "Name"),),
    "AWS::Route53::HealthCheck": (("HealthCheckConfig", "AlarmIdentifier", "Name"),),
    "AWS::AppConfig::Environment": (("Monitors", "AlarmArn"),),
    "AWS::FIS::ExperimentTemplate": (("StopConditions", "Value"),),
    "AWS::ECS::Service": (("DeploymentConfiguration", "Alarms", "AlarmNames"),),
}
"""Where other resources name alarms whose state they act on."""


class Actions:
    """Who acts on the alarms of one application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def without(self, alarm: Resource, depth: int = 0) -> Guards | None:
        """Under which guards nothing acts on the alarm; None where something always does."""
        holding = [*self._own(alarm), *self._through_others(alarm)]
        if depth < 4:
            for composite in self._composites(alarm):
                if self.without(composite, depth + 1) is None:
                    holding.append(composite.guards)
        return gap(self._application, holding, alarm.guards)

    def undecided(self, alarm: Resource) -> str:
        """What would tell whether the alarm has actions, and whether they are on; empty where it is told."""
        return alarm["ActionsEnabled"].undecided or alarm["AlarmActions"].undecided or ""

    def _own(self, alarm: Resource) -> Iterator[Guards]:
        for enabled in alarm["ActionsEnabled"].cases():
            if switched_off(enabled.value) is not False:
                continue
            for guards in _written(alarm["AlarmActions"]):
                both = merge(enabled.guards, guards)
                if both is not None:
                    yield both

    def _composites(self, alarm: Resource) -> list[Resource]:
        return [composite for composite, children in self._children if alarm in children and composite is not alarm]

    @cached_property
    def _children(self) -> list[tuple[Resource, list[Resource]]]:
        """The composite alarms, with the alarms that their rules name by reference, name or ARN."""
        return [(one, self._named_in(one["AlarmRule"].value)) for one in self._application.resources(COMPOSITE)]

    def _named_in(self, rule: Value) -> list[Resource]:
        found = self._application.mentioned(rule)
        canonical = self._application.names.canonical(rule) or ""
        for named in _STATES.findall(canonical):
            child = self._application.behind(self._application.names.restore(named), ALARM, COMPOSITE)
            found += [child] if child is not None else []
        return found

    # --- what else acts on a state --------------------------------------------------------------------

    def _through_others(self, alarm: Resource) -> Iterator[Guards]:
        yield from (user.guards for user, used in self._users if alarm in used)
        labels = {self._application.names.name(alarm) or "", self._application.names.arn(alarm) or ""}
        for rule, wanted in self._rules:
            if not wanted or any(_selects(one, labels) for one in wanted):
                yield rule.guards

    @cached_property
    def _users(self) -> list[tuple[Resource, list[Resource]]]:
        """The resources that act on alarms, with those alarms."""
        found = []
        for resource in self._application.resources(*_USERS):
            nodes = [node for path in _USERS[resource.type] for node in _everywhere(resource.properties, path)]
            found.append((resource, [alarm for node in nodes for alarm in self._alarms(node.value)]))
        return found

    def _alarms(self, value: Value) -> list[Resource]:
        direct = self._application.behind(value, ALARM, COMPOSITE)
        return [*self._application.mentioned(value), *([direct] if direct is not None else [])]

    @cached_property
    def _rules(self) -> list[tuple[Resource, list[object]]]:
        """The rules that take changes of alarms' states, with what they ask of the alarm (nothing: all alarms)."""
        return [
            (rule, wanted)
            for rule in self._application.resources("AWS::Events::Rule")
            if (wanted := self._wanted(rule)) is not None
        ]

    def _wanted(self, rule: Resource) -> list[object] | None:
        if not rule["Targets"] or rule["State"].known == "DISABLED":
            return None
        read = pattern(rule["EventPattern"], self._application.names)
        if not isinstance(read, dict) or "aws.cloudwatch" not in _listed(read.get("source")):
            return None
        detail = read.get("detail")
        named = detail.get("alarmName") if isinstance(detail, dict) else None
        return [*_listed(read.get("resources")), *_listed(named)]


def _selects(matcher: object, labels: set[str]) -> bool:
    """Whether a matcher takes one of the labels; one that is more than a text or a prefix is taken to."""
    if not isinstance(matcher, dict | list):
        return matcher in labels
    prefix = matcher.get("prefix") if isinstance(matcher, dict) else None
    return not isinstance(prefix, str) or any(label.startswith(prefix) for label in labels)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _written(node: Node) -> Iterator[Guards]:
    """The guards under which a list of actions has an item; one that is not known as a whole may be empty."""
    unknown = {option.guards for option in options_of(node.value) if isinstance(option.value, Unknown)}
    for item in node.items():
        for case in item.cases():
            if not unset(case.value) and case.guards not in unknown:
                yield case.guards


def _everywhere(node: Node, path: tuple[str, ...]) -> Iterator[Node]:
    for item in node.items():
        if not path:
            yield item
        else:
            yield from _everywhere(item[path[0]], path[1:])
