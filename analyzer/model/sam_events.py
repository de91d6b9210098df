"""``Events`` of functions and state machines: finds who expands each kind."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.model.sam_event import Event, Target
from analyzer.model.sam_policies import Role
from analyzer.model.sam_pull_events import PULL_EVENTS, expand_pull_event
from analyzer.model.sam_push_events import alexa_skill, cognito, iot_rule, log_subscription, s3_notification, sns_topic
from analyzer.model.sam_routes import http_api_event, rest_api_event, state_machine_api_event
from analyzer.model.sam_schedules import event_rule, schedule, schedule_v2
from analyzer.model.sam_values import given, is_intrinsic, mapping, pointer
from analyzer.model.sam_workspace import SamResource, Workspace

Expand = Callable[[Event], None]


def _of_function(kind: str) -> Expand | None:
    if kind in PULL_EVENTS:
        return expand_pull_event
    return {
        "AlexaSkill": alexa_skill,
        "Api": rest_api_event,
        "CloudWatchEvent": event_rule,
        "CloudWatchLogs": log_subscription,
        "Cognito": cognito,
        "EventBridgeRule": event_rule,
        "HttpApi": http_api_event,
        "IoTRule": iot_rule,
        "S3": s3_notification,
        "SNS": sns_topic,
        "Schedule": schedule,
        "ScheduleV2": schedule_v2,
    }.get(kind)


def _of_state_machine(kind: str) -> Expand | None:
    return {
        "Api": state_machine_api_event,
        "CloudWatchEvent": event_rule,
        "EventBridgeRule": event_rule,
        "Schedule": schedule,
        "ScheduleV2": schedule_v2,
    }.get(kind)


def expand_events(workspace: Workspace, owner: SamResource, target: Target, role: Role | None) -> None:
    """Generate what the events of ``owner`` need; ``role`` is the owner's generated role, which they add to."""
    written = owner.properties.get("Events")
    if given(owner.properties, "Events") is not None and not mapping(written):
        workspace.note(owner.pointer("Events"), "these events are not a map")
    find = _of_state_machine if target.state_machine else _of_function
    for name, raw in mapping(written).items():
        at = owner.pointer("Events") + pointer(name)
        kind = mapping(raw).get("Type")
        expand = find(kind) if isinstance(kind, str) else None
        properties = mapping(raw).get("Properties")
        if expand is None:
            workspace.note(at, f"events of type {kind!r} are not known")
        elif is_intrinsic(properties) or not isinstance(properties or {}, dict):
            workspace.note(at, "the properties of this event are not a map")
        else:
            expand(Event(workspace, owner, target, role, name, str(kind), mapping(properties), at))
