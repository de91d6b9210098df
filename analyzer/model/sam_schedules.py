"""Schedules and event rules, for functions (by permission) and state machines (by role)."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_event import Event
from analyzer.model.sam_push_events import queue_policy
from analyzer.model.sam_values import allow, compact, get_att, given, is_no_value, mapping, policy, ref

RULES = "events.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"
_LONGEST_TARGET_ID = 64


def schedule(event: Event) -> None:
    """An EventBridge rule that runs on a schedule."""
    properties = event.properties
    rule = {
        "ScheduleExpression": properties.get("Schedule"),
        "Name": properties.get("Name"),
        "Description": properties.get("Description"),
    }
    _add_rule(event, rule)


def event_rule(event: Event) -> None:
    """An EventBridge rule that matches events."""
    properties = event.properties
    rule = {
        "EventBusName": properties.get("EventBusName"),
        "EventPattern": properties.get("Pattern"),
        "Name": properties.get("RuleName"),
    }
    _add_rule(event, rule)


def _add_rule(event: Event, rule: dict[str, Any]) -> None:
    arn = get_att(event.logical_id, "Arn")
    target = compact(
        {
            "Arn": event.target.arn,
            "Id": _target_id(event),
            "RoleArn": _rule_role(event),
            "Input": event.properties.get("Input"),
            "InputPath": event.properties.get("InputPath"),
            "InputTransformer": event.properties.get("InputTransformer"),
            "RetryPolicy": event.properties.get("RetryPolicy"),
            "DeadLetterConfig": _dead_letters(event, arn),
        }
    )
    event.add(event.logical_id, "AWS::Events::Rule", {**rule, "State": _state(event), "Targets": [target]})
    if not event.target.state_machine:
        event.permit(RULES, SourceArn=arn)


def _state(event: Event) -> Any:
    enabled = event.properties.get("Enabled")
    if enabled is None:
        return event.properties.get("State")
    if enabled in (True, False):
        return "ENABLED" if enabled else "DISABLED"
    event.note("Enabled is not resolved; the rule is taken to be on")
    return None


def _target_id(event: Event) -> Any:
    given_id = mapping(event.properties.get("Target")).get("Id")
    suffix = "StepFunctionsTarget" if event.target.state_machine else "LambdaTarget"
    return given_id or event.logical_id[: _LONGEST_TARGET_ID - len(suffix)] + suffix


def _rule_role(event: Event) -> Any:
    if not event.target.state_machine:
        return None
    own = event.properties.get("RoleArn")
    if not is_no_value(own) and event.type == "Schedule":
        return own
    return event.calling_role(RULES, boundary=event.owner.properties.get("PermissionsBoundary"))


def _dead_letters(event: Event, rule_arn: Any) -> dict[str, Any] | None:
    """The rule's dead-letter queue; ``Type: SQS`` makes one, with the policy that lets the rule send to it."""
    config = mapping(event.properties.get("DeadLetterConfig"))
    if not config:
        return None
    queue = _dead_letter_queue(event, config)
    if not is_no_value(config.get("Arn")):
        return {"Arn": queue}
    logical_id = queue["Fn::GetAtt"][0]
    document = queue_policy({"Service": RULES}, queue, rule_arn)
    event.add(
        f"{event.logical_id}QueuePolicy",
        "AWS::SQS::QueuePolicy",
        {"Queues": [ref(logical_id)], "PolicyDocument": document},
    )
    return {"Arn": queue}


def _dead_letter_queue(event: Event, config: dict[str, Any]) -> Any:
    if not is_no_value(config.get("Arn")):
        return config["Arn"]
    name = config.get("QueueLogicalId")
    logical_id = event.add(name if isinstance(name, str) else f"{event.logical_id}Queue", "AWS::SQS::Queue", {})
    return get_att(logical_id, "Arn")


def schedule_v2(event: Event) -> None:
    """A schedule of EventBridge Scheduler, with the role that it calls the target by."""
    properties = event.properties
    config = mapping(properties.get("DeadLetterConfig"))
    queue = _dead_letter_queue(event, config) if config else None
    sending = [policy(f"{event.logical_id}SQSPolicy", allow("sqs:SendMessage", queue))] if config else []
    role = given(properties, "RoleArn")
    target = {
        "Arn": event.target.arn,
        "RoleArn": role or event.calling_role(SCHEDULER, *sending, boundary=properties.get("PermissionsBoundary")),
        "Input": properties.get("Input"),
        "RetryPolicy": properties.get("RetryPolicy"),
        "DeadLetterConfig": {"Arn": queue} if config else None,
    }
    names = (
        "ScheduleExpression",
        "State",
        "Description",
        "StartDate",
        "EndDate",
        "ScheduleExpressionTimezone",
        "GroupName",
        "KmsKeyArn",
    )
    own_name = None if properties.get("OmitName") is True else event.logical_id
    event.add(
        event.logical_id,
        "AWS::Scheduler::Schedule",
        {
            **{name: properties.get(name) for name in names},
            "Name": properties.get("Name", own_name),
            "FlexibleTimeWindow": given(properties, "FlexibleTimeWindow") or {"Mode": "OFF"},
            "Target": compact(target),
        },
    )
