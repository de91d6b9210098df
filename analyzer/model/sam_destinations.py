"""``EventInvokeConfig``: retries and destinations of asynchronous calls, with the queues and topics SAM makes."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_event import Target
from analyzer.model.sam_policies import Role
from analyzer.model.sam_values import (
    allow,
    branches,
    get_att,
    given,
    if_,
    is_no_value,
    mapping,
    policy,
    ref,
    text_of,
)
from analyzer.model.sam_workspace import SamResource, Workspace

_MADE = {"SQS": ("Queue", "AWS::SQS::Queue"), "SNS": ("Topic", "AWS::SNS::Topic")}
_GRANTS = {
    "SQS": ("SQSPolicy", "sqs:SendMessage"),
    "SNS": ("SNSPolicy", "sns:publish"),
    "EventBridge": ("EventBridgePolicy", "events:PutEvents"),
    "Lambda": ("LambdaPolicy", "lambda:InvokeFunction"),
}


def sending_policy(kind: Any, arn: Any, logical_id: str) -> dict[str, Any] | None:
    """Inline policy by which a function may send to a destination of the given ``Type``; None for other kinds."""
    if kind in ("S3", "S3Bucket"):
        objects = {"Fn::Join": ["/", [arn, "*"]]}
        return policy(f"{logical_id}S3Policy", allow("s3:PutObject", objects), allow("s3:ListBucket", arn))
    if isinstance(kind, str) and kind in _GRANTS:
        suffix, action = _GRANTS[kind]
        return policy(logical_id + suffix, allow(action, arn))
    return None


def add_invoke_config(workspace: Workspace, function: SamResource, target: Target, role: Role) -> None:
    """``AWS::Lambda::EventInvokeConfig`` of a function, and the grants to its destinations."""
    config = mapping(function.properties.get("EventInvokeConfig"))
    if not config:
        return
    at = function.pointer("EventInvokeConfig")
    published = target.logical_id != function.logical_id
    qualifier = mapping(workspace.resources.get(target.logical_id)).get("Properties", {}).get("Name")
    workspace.add(
        function,
        f"{function.logical_id}EventInvokeConfig",
        "AWS::Lambda::EventInvokeConfig",
        {
            "FunctionName": ref(function.logical_id),
            "Qualifier": qualifier if published else "$LATEST",
            "DestinationConfig": _destinations(workspace, function, role, config.get("DestinationConfig")),
            "MaximumEventAgeInSeconds": config.get("MaximumEventAgeInSeconds"),
            "MaximumRetryAttempts": config.get("MaximumRetryAttempts"),
        },
        at,
        DependsOn=[target.logical_id] if published else None,
    )


def _destinations(workspace: Workspace, function: SamResource, role: Role, written: Any) -> dict[str, Any] | None:
    if is_no_value(written):
        return None
    found = {}
    for outcome in ("OnSuccess", "OnFailure"):
        destination = mapping(mapping(written).get(outcome))
        if destination:
            found[outcome] = {"Destination": _destination(workspace, function, role, outcome, destination)}
    return found


def _destination(
    workspace: Workspace, function: SamResource, role: Role, outcome: str, destination: dict[str, Any]
) -> Any:
    """The destination's ARN; without one, SAM makes a queue or topic, also for one branch of ``Fn::If`` only."""
    kind = text_of(workspace.resolved(destination.get("Type")))
    at = function.pointer("EventInvokeConfig", "DestinationConfig", outcome)
    name = f"{function.logical_id}EventInvokeConfig{outcome}"
    arn = given(destination, "Destination")
    if kind in _MADE:
        arn = _with_made(workspace, function, kind, name, arn, at)
    grant = sending_policy(kind, arn, name)
    if grant is None:
        workspace.note(at, "Type must be SQS, SNS, EventBridge, Lambda or S3Bucket")
    elif arn is None:
        workspace.note(at, f"a destination of type {kind} needs Destination")
    else:
        role.grant(grant)
    return arn


def _with_made(workspace: Workspace, function: SamResource, kind: str, name: str, arn: Any, at: str) -> Any:
    suffix, type_ = _MADE[kind]
    logical_id = name + suffix
    made = ref(logical_id) if kind == "SNS" else get_att(logical_id, "Arn")
    split = branches(arn)
    condition = function.condition
    result = made
    if split and is_no_value(split[1]) != is_no_value(split[2]):
        when, yes, no = split
        needed = when if is_no_value(yes) else workspace.negated(when)
        condition = workspace.both(condition, needed)
        result = if_(when, made, no) if is_no_value(yes) else if_(when, yes, made)
    elif arn is not None and not (split and is_no_value(split[1])):
        return arn
    workspace.add(function, logical_id, type_, {}, at, Condition=condition)
    workspace.references[f"{function.logical_id}.Destination{suffix}"] = logical_id
    return result
