"""Events by which a service calls a function: S3, SNS, CloudWatch Logs, IoT, Cognito and Alexa."""

from __future__ import annotations

from typing import Any

from analyzer.model.sam_event import Event
from analyzer.model.sam_pull_events import attach_queue_policy, map_queue
from analyzer.model.sam_values import (
    NO_VALUE,
    POLICY_VERSION,
    get_att,
    given,
    if_,
    is_no_value,
    mapping,
    ref,
    referenced_id,
    sequence,
    sub,
)


def s3_notification(event: Event) -> None:
    """Add the notification to the bucket of the template, which then depends on the permission."""
    permission = event.permit("s3.amazonaws.com", SourceAccount=ref("AWS::AccountId"))
    bucket = _referenced(event, "Bucket", "AWS::S3::Bucket")
    if bucket is None:
        event.note("S3 events must refer to a bucket of the same template by Ref; no notification is known")
        return
    if event.owner.condition is None:
        event.workspace.depend(bucket, permission)
    properties = event.workspace.own_copy(bucket)["Properties"]
    config = properties.get("NotificationConfiguration")
    if not is_no_value(config) and not mapping(config):
        event.note(f"the notifications of {bucket} cannot be added to")
        return
    known = mapping(config).get("LambdaConfigurations")
    if not is_no_value(known) and not isinstance(known, list):
        event.note(f"the notifications of {bucket} cannot be added to")
        return
    added = [item for item in _notifications(event) if item not in sequence(known)]
    properties["NotificationConfiguration"] = {
        **mapping(config),
        "LambdaConfigurations": [*sequence(known), *added],
    }


def _notifications(event: Event) -> list[dict[str, Any]]:
    found = []
    for occasion in sequence(event.properties.get("Events")):
        notification = {"Function": event.target.arn, "Event": occasion}
        if given(event.properties, "Filter") is not None:
            notification["Filter"] = event.properties["Filter"]
        condition = event.owner.condition
        found.append(if_(condition, notification, NO_VALUE) if condition else notification)
    return found


def _referenced(event: Event, property_: str, type_: str) -> str | None:
    value = event.properties.get(property_)
    logical_id = value.get("Ref") if isinstance(value, dict) else None
    if not isinstance(logical_id, str):
        return None
    resource = mapping(event.workspace.resources.get(logical_id))
    return logical_id if resource.get("Type") == type_ else None


def sns_topic(event: Event) -> None:
    """Subscribe the function, or a queue that it polls (``SqsSubscription``), to the topic."""
    topic = event.properties.get("Topic")
    if is_no_value(topic):
        event.note("an SNS event needs Topic")
        return
    queue = given(event.properties, "SqsSubscription")
    if queue in (None, False, "false"):
        _subscribe(event, "lambda", event.target.arn)
        event.permit("sns.amazonaws.com", SourceArn=topic)
        return
    settings = mapping(queue)
    if settings:
        arn, url = settings.get("QueueArn"), settings.get("QueueUrl")
        if is_no_value(arn) or is_no_value(url):
            event.note("SqsSubscription needs QueueArn and QueueUrl")
            return
    else:
        made = event.add(f"{event.logical_id}Queue", "AWS::SQS::Queue", {"FifoQueue": _is_fifo(event, topic)})
        arn, url = get_att(made, "Arn"), ref(made)
    _subscribe(event, "sqs", arn)
    name = settings.get("QueuePolicyLogicalId")
    event.add(
        name if isinstance(name, str) else f"{event.logical_id}QueuePolicy",
        "AWS::SQS::QueuePolicy",
        {"Queues": [url], "PolicyDocument": queue_policy("*", arn, topic)},
    )
    map_queue(event, arn, settings.get("BatchSize") or 10)
    attach_queue_policy(event)


def queue_policy(principal: Any, queue_arn: Any, source_arn: Any) -> dict[str, Any]:
    """Policy of a queue that lets ``source_arn`` send to it."""
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": principal,
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }
    return {"Version": POLICY_VERSION, "Statement": [statement]}


def _is_fifo(event: Event, topic: Any) -> Any:
    resource = mapping(event.workspace.resources.get(referenced_id(topic) or ""))
    fifo = event.workspace.resolved(mapping(resource.get("Properties")).get("FifoTopic"))
    return None if fifo in (None, False) else fifo


def _subscribe(event: Event, protocol: str, endpoint: Any) -> None:
    names = ("Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
    event.add(
        event.logical_id,
        "AWS::SNS::Subscription",
        {
            "TopicArn": event.properties["Topic"],
            "Protocol": protocol,
            "Endpoint": endpoint,
            **{name: event.properties.get(name) for name in names},
        },
    )


def log_subscription(event: Event) -> None:
    """Subscribe the function to a log group."""
    group = event.properties.get("LogGroupName")
    if is_no_value(group):
        event.note("a CloudWatchLogs event needs LogGroupName")
        return
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*"
    permission = event.permit("logs.amazonaws.com", SourceArn=sub(arn, __LogGroupName__=group))
    properties = {
        "LogGroupName": group,
        "FilterPattern": event.properties.get("FilterPattern"),
        "DestinationArn": event.target.arn,
    }
    event.add(event.logical_id, "AWS::Logs::SubscriptionFilter", properties, DependsOn=[permission])


def iot_rule(event: Event) -> None:
    """A topic rule that calls the function."""
    payload = {
        "Sql": event.properties.get("Sql"),
        "RuleDisabled": False,
        "Actions": [{"Lambda": {"FunctionArn": event.target.arn}}],
    }
    if given(event.properties, "AwsIotSqlVersion") is not None:
        payload["AwsIotSqlVersion"] = event.properties["AwsIotSqlVersion"]
    rule = event.add(event.logical_id, "AWS::IoT::TopicRule", {"TopicRulePayload": payload})
    arn = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}"
    account = sub("${AWS::AccountId}")
    event.permit("iot.amazonaws.com", SourceArn=sub(arn, RuleName=ref(rule)), SourceAccount=account)


def cognito(event: Event) -> None:
    """Make the function a trigger of a user pool of the template."""
    pool = _referenced(event, "UserPool", "AWS::Cognito::UserPool")
    if pool is None:
        event.note("Cognito events must refer to a user pool of the same template by Ref")
        return
    event.permit(
        "cognito-idp.amazonaws.com",
        prefix=f"{event.target.logical_id}Cognito",
        SourceArn=get_att(pool, "Arn"),
    )
    properties = event.workspace.own_copy(pool)["Properties"]
    triggers = dict(mapping(properties.get("LambdaConfig")))
    for trigger in sequence(event.properties.get("Trigger")):
        if not isinstance(trigger, str) or trigger in triggers:
            event.note(f"the trigger {trigger!r} of {pool} is not text, or taken")
            continue
        triggers[trigger] = event.target.arn
    properties["LambdaConfig"] = triggers


def alexa_skill(event: Event) -> None:
    """Let Alexa call the function, one skill only where ``SkillId`` is given."""
    event.permit("alexa-appkit.amazon.com", EventSourceToken=event.properties.get("SkillId"))
