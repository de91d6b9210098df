"""Schedules and event rules of functions and state machines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import (
    allowing,
    expanded,
    inline,
    permission,
    properties,
    serverless,
    trusting,
    types,
    with_event,
)

FN = {"Ref": "Fn"}
FN_ARN = {"Fn::GetAtt": ["Fn", "Arn"]}
RULE_ARN = {"Fn::GetAtt": ["FnOn", "Arn"]}


def machine(kind: str, event: dict[str, Any], **others: Any) -> dict[str, Any]:
    events = {"On": {"Type": kind, "Properties": event}}
    return serverless("StateMachine", Definition={}, Role="arn:role", Events=events, **others)


def test_schedule_of_a_function() -> None:
    event = {"Schedule": "rate(1 hour)", "Name": "n", "Description": "d", "Enabled": False, "Input": "{}"}
    expansion = expanded({"Fn": with_event("Schedule", {**event, "RetryPolicy": {"MaximumRetryAttempts": 1}})})
    assert properties(expansion, "FnOn") == {
        "ScheduleExpression": "rate(1 hour)",
        "Name": "n",
        "Description": "d",
        "State": "DISABLED",
        "Targets": [
            {
                "Arn": FN_ARN,
                "Id": "FnOnLambdaTarget",
                "Input": "{}",
                "RetryPolicy": {"MaximumRetryAttempts": 1},
            }
        ],
    }
    assert properties(expansion, "FnOnPermission") == permission(FN, "events.amazonaws.com", SourceArn=RULE_ARN)


@pytest.mark.parametrize("kind", ["EventBridgeRule", "CloudWatchEvent"])
def test_event_rule_of_a_function(kind: str) -> None:
    pattern = {"source": ["app"]}
    event = {
        "Pattern": pattern,
        "EventBusName": {"Ref": "Bus"},
        "RuleName": "n",
        "State": {"Ref": "State"},
        "InputPath": "$.detail",
        "InputTransformer": {"InputTemplate": "<a>"},
        "Target": {"Id": "own"},
    }
    expansion = expanded({"Fn": with_event(kind, event)})
    assert properties(expansion, "FnOn") == {
        "EventBusName": {"Ref": "Bus"},
        "EventPattern": pattern,
        "Name": "n",
        "State": {"Ref": "State"},
        "Targets": [
            {
                "Arn": FN_ARN,
                "Id": "own",
                "InputPath": "$.detail",
                "InputTransformer": {"InputTemplate": "<a>"},
            }
        ],
    }
    assert properties(expansion, "FnOn")["EventPattern"] is pattern


@pytest.mark.parametrize(
    ("enabled", "state"), [(True, "ENABLED"), (False, "DISABLED"), (None, None), ({"Ref": "On"}, None)]
)
def test_enabled(enabled: Any, state: Any) -> None:
    expansion = expanded({"Fn": with_event("Schedule", {"Schedule": "rate(1 day)", "Enabled": enabled})})
    assert properties(expansion, "FnOn").get("State") == state
    note = "/Resources/Fn/Properties/Events/On: Enabled is not resolved; the rule is taken to be on"
    assert expansion.notes == ((note,) if isinstance(enabled, dict) else ())


def test_target_ids_stay_short() -> None:
    fn = with_event("Schedule", {"Schedule": "rate(1 day)"})
    name = "A" * 80
    got = properties(expanded({name: fn}), f"{name}On")["Targets"][0]["Id"]
    assert got == "A" * 52 + "LambdaTarget"


def test_dead_letters_go_to_a_queue_of_the_template() -> None:
    event = {"Pattern": {}, "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Q", "Arn"]}}}
    expansion = expanded({"Fn": with_event("EventBridgeRule", event)})
    target = properties(expansion, "FnOn")["Targets"][0]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["Q", "Arn"]}}
    assert sorted(types(expansion)) == ["Fn", "FnOn", "FnOnPermission"]


@pytest.mark.parametrize(("extra", "queue"), [({}, "FnOnQueue"), ({"QueueLogicalId": "Own"}, "Own")])
def test_dead_letters_go_to_a_queue_that_sam_makes(extra: dict[str, Any], queue: str) -> None:
    event = {"Pattern": {}, "DeadLetterConfig": {"Type": "SQS", **extra}}
    expansion = expanded({"Fn": with_event("EventBridgeRule", event)})
    arn = {"Fn::GetAtt": [queue, "Arn"]}
    assert properties(expansion, "FnOn")["Targets"][0]["DeadLetterConfig"] == {"Arn": arn}
    assert properties(expansion, queue) == {}
    statement = {
        **allowing("sqs:SendMessage", arn),
        "Principal": {"Service": "events.amazonaws.com"},
        "Condition": {"ArnEquals": {"aws:SourceArn": RULE_ARN}},
    }
    assert properties(expansion, "FnOnQueuePolicy") == {
        "Queues": [{"Ref": queue}],
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }


@pytest.mark.parametrize("kind", ["Schedule", "EventBridgeRule"])
def test_rules_start_state_machines_by_a_role(kind: str) -> None:
    event = {"Schedule": "rate(1 day)"} if kind == "Schedule" else {"Pattern": {}}
    expansion = expanded({"M": machine(kind, event, PermissionsBoundary="arn:b")})
    assert properties(expansion, "MOn")["Targets"] == [
        {"Arn": {"Ref": "M"}, "Id": "MOnStepFunctionsTarget", "RoleArn": {"Fn::GetAtt": ["MOnRole", "Arn"]}}
    ]
    assert properties(expansion, "MOnRole") == {
        "AssumeRolePolicyDocument": trusting("events.amazonaws.com"),
        "Policies": [inline("MOnRoleStartExecutionPolicy", allowing("states:StartExecution", {"Ref": "M"}))],
        "PermissionsBoundary": "arn:b",
    }
    assert "MOnPermission" not in types(expansion)


def test_a_schedule_may_bring_its_role() -> None:
    expansion = expanded({"M": machine("Schedule", {"Schedule": "rate(1 day)", "RoleArn": "arn:own"})})
    assert properties(expansion, "MOn")["Targets"][0]["RoleArn"] == "arn:own"
    assert sorted(types(expansion)) == ["M", "MOn"]


def test_scheduler_schedule() -> None:
    event = {
        "ScheduleExpression": "rate(5 minutes)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "DISABLED",
        "Input": "{}",
        "PermissionsBoundary": "arn:b",
        "DeadLetterConfig": {"Type": "SQS"},
    }
    expansion = expanded({"Fn": with_event("ScheduleV2", event)})
    queue = {"Fn::GetAtt": ["FnOnQueue", "Arn"]}
    assert properties(expansion, "FnOn") == {
        "ScheduleExpression": "rate(5 minutes)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "DISABLED",
        "Name": "FnOn",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": FN_ARN,
            "RoleArn": {"Fn::GetAtt": ["FnOnRole", "Arn"]},
            "Input": "{}",
            "DeadLetterConfig": {"Arn": queue},
        },
    }
    assert properties(expansion, "FnOnRole") == {
        "AssumeRolePolicyDocument": trusting("scheduler.amazonaws.com"),
        "Policies": [
            inline("FnOnLambdaPolicy", allowing("lambda:InvokeFunction", FN_ARN)),
            inline("FnOnSQSPolicy", allowing("sqs:SendMessage", queue)),
        ],
        "PermissionsBoundary": "arn:b",
    }
    assert sorted(types(expansion)) == ["Fn", "FnOn", "FnOnQueue", "FnOnRole"]


@pytest.mark.parametrize(
    ("extra", "name"), [({}, "MOn"), ({"Name": {"Ref": "N"}}, {"Ref": "N"}), ({"OmitName": True}, None)]
)
def test_scheduler_schedule_of_a_state_machine(extra: dict[str, Any], name: Any) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
    event = {"ScheduleExpression": "rate(1 day)", "RoleArn": "arn:own", "FlexibleTimeWindow": window, **extra}
    expansion = expanded({"M": machine("ScheduleV2", event)})
    got = properties(expansion, "MOn")
    assert (got.get("Name"), got["FlexibleTimeWindow"]) == (name, window)
    assert got["Target"] == {"Arn": {"Ref": "M"}, "RoleArn": "arn:own"}
