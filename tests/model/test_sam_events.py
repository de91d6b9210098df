"""Events that a service pushes or Lambda polls for, each with all it generates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.sam_cases import (
    allowing,
    expanded,
    function,
    managed,
    of_type,
    permission,
    properties,
    types,
    with_event,
)

FN = {"Ref": "Fn"}


FN_ARN = {"Fn::GetAtt": ["Fn", "Arn"]}


NO_VALUE = {"Ref": "AWS::NoValue"}


BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}


def test_s3_adds_to_the_bucket() -> None:
    rules = {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}
    event = {"Bucket": {"Ref": "Bucket"}, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], "Filter": rules}
    expansion = expanded({"Fn": with_event("S3", event), "Bucket": BUCKET})
    assert expansion.document["Resources"]["Bucket"] == {
        "Type": "AWS::S3::Bucket",
        "DependsOn": ["FnOnPermission"],
        "Properties": {
            "BucketName": "b",
            "NotificationConfiguration": {
                "LambdaConfigurations": [
                    {"Function": FN_ARN, "Event": "s3:ObjectCreated:*", "Filter": rules},
                    {"Function": FN_ARN, "Event": "s3:ObjectRemoved:*", "Filter": rules},
                ]
            },
        },
    }
    account = {"Ref": "AWS::AccountId"}
    assert properties(expansion, "FnOnPermission") == permission(FN, "s3.amazonaws.com", SourceAccount=account)


def test_s3_events_of_several_functions_meet_what_the_bucket_has() -> None:
    known = {"Function": "arn:other", "Event": "s3:ObjectRemoved:*"}
    queues = [{"Queue": "arn:q", "Event": "e"}]
    bucket = {
        "Type": "AWS::S3::Bucket",
        "DependsOn": "Policy",
        "Properties": {
            "NotificationConfiguration": {"LambdaConfigurations": [known], "QueueConfigurations": queues},
        },
    }
    event = {"Bucket": {"Ref": "Bucket"}, "Events": "s3:ObjectCreated:*"}
    expansion = expanded({"A": with_event("S3", event), "B": with_event("S3", event), "Bucket": bucket})
    got = expansion.document["Resources"]["Bucket"]
    assert got["DependsOn"] == ["Policy", "AOnPermission", "BOnPermission"]
    config = got["Properties"]["NotificationConfiguration"]
    assert config == {
        "LambdaConfigurations": [
            known,
            {"Function": {"Fn::GetAtt": ["A", "Arn"]}, "Event": "s3:ObjectCreated:*"},
            {"Function": {"Fn::GetAtt": ["B", "Arn"]}, "Event": "s3:ObjectCreated:*"},
        ],
        "QueueConfigurations": queues,
    }
    assert config["LambdaConfigurations"][0] is known
    assert config["QueueConfigurations"] is queues


def test_s3_of_a_conditional_function() -> None:
    fn = {**with_event("S3", {"Bucket": {"Ref": "Bucket"}, "Events": "e"}), "Condition": "C"}
    got = expanded({"Fn": fn, "Bucket": BUCKET}).document["Resources"]["Bucket"]
    assert "DependsOn" not in got
    assert got["Properties"]["NotificationConfiguration"]["LambdaConfigurations"] == [
        {"Fn::If": ["C", {"Function": FN_ARN, "Event": "e"}, NO_VALUE]}
    ]


@pytest.mark.parametrize("bucket", ["name", {"Fn::ImportValue": "b"}, {"Ref": "Elsewhere"}, {"Ref": "Fn"}])
def test_s3_bucket_elsewhere_gives_the_permission_and_a_note(bucket: Any) -> None:
    expansion = expanded({"Fn": with_event("S3", {"Bucket": bucket, "Events": "e"})})
    assert types(expansion) == {"Fn": "AWS::Lambda::Function", "FnOnPermission": "AWS::Lambda::Permission"}
    assert expansion.notes == (
        "/Resources/Fn/Properties/Events/On: S3 events must refer to a bucket of the same template by Ref; "
        "no notification is known",
    )


@pytest.mark.parametrize(
    "config", [{"Fn::If": ["C", {}, {}]}, "x", {"LambdaConfigurations": {"Fn::If": ["C", [], []]}}]
)
def test_s3_notifications_that_cannot_be_added_to(config: Any) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": config}}
    expansion = expanded({"Fn": with_event("S3", {"Bucket": {"Ref": "B"}, "Events": "e"}), "B": bucket})
    assert properties(expansion, "B")["NotificationConfiguration"] is config
    assert expansion.notes == ("/Resources/Fn/Properties/Events/On: the notifications of B cannot be added to",)


def test_sns_to_the_function() -> None:
    settings = {
        "Region": "eu-west-1",
        "FilterPolicy": {"a": [1]},
        "FilterPolicyScope": "MessageBody",
        "RedrivePolicy": {"deadLetterTargetArn": "arn:q"},
    }
    expansion = expanded({"Fn": with_event("SNS", {"Topic": {"Ref": "T"}, **settings})})
    assert properties(expansion, "FnOn") == {
        "TopicArn": {"Ref": "T"},
        "Protocol": "lambda",
        "Endpoint": FN_ARN,
        **settings,
    }
    assert properties(expansion, "FnOnPermission") == permission(FN, "sns.amazonaws.com", SourceArn={"Ref": "T"})


def queue_policy(arn: Any, source: Any, principal: Any = "*") -> dict[str, Any]:
    statement = {
        **allowing("sqs:SendMessage", arn),
        "Principal": principal,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    ("topic", "queue"),
    [({}, {}), ({"FifoTopic": True}, {"FifoQueue": True}), ({"FifoTopic": {"Ref": "Fifo"}}, {"FifoQueue": "true"})],
)
def test_sns_by_a_queue_that_sam_makes(topic: dict[str, Any], queue: dict[str, Any]) -> None:
    fn = with_event("SNS", {"Topic": {"Ref": "T"}, "SqsSubscription": True}, Role=None)
    parameters = {"Fifo": {"Type": "String", "Default": "true"}}
    resources = {"Fn": fn, "T": {"Type": "AWS::SNS::Topic", "Properties": topic}}
    expansion = expanded(resources, Parameters=parameters)
    arn = {"Fn::GetAtt": ["FnOnQueue", "Arn"]}
    assert properties(expansion, "FnOnQueue") == queue
    assert properties(expansion, "FnOn") == {"TopicArn": {"Ref": "T"}, "Protocol": "sqs", "Endpoint": arn}
    assert properties(expansion, "FnOnQueuePolicy") == {
        "Queues": [{"Ref": "FnOnQueue"}],
        "PolicyDocument": queue_policy(arn, {"Ref": "T"}),
    }
    assert properties(expansion, "FnOnEventSourceMapping") == {
        "FunctionName": FN,
        "EventSourceArn": arn,
        "BatchSize": 10,
        "Enabled": True,
    }
    polling = managed("service-role/AWSLambdaSQSQueueExecutionRole")
    assert polling in properties(expansion, "FnRole")["ManagedPolicyArns"]
    assert of_type(expansion, "AWS::Lambda::Permission") == {}


def test_sns_by_a_queue_of_the_template() -> None:
    own = {"QueueArn": "arn:q", "QueueUrl": "url", "QueuePolicyLogicalId": "Own", "BatchSize": 5}
    expansion = expanded({"Fn": with_event("SNS", {"Topic": "arn:t", "SqsSubscription": own})})
    assert types(expansion) == {
        "Fn": "AWS::Lambda::Function",
        "FnOn": "AWS::SNS::Subscription",
        "Own": "AWS::SQS::QueuePolicy",
        "FnOnEventSourceMapping": "AWS::Lambda::EventSourceMapping",
    }
    assert properties(expansion, "Own") == {"Queues": ["url"], "PolicyDocument": queue_policy("arn:q", "arn:t")}
    assert properties(expansion, "FnOnEventSourceMapping")["BatchSize"] == 5


@pytest.mark.parametrize(
    ("kind", "event", "words"),
    [
        ("SNS", {}, "an SNS event needs Topic"),
        ("SNS", {"Topic": "t", "SqsSubscription": {"QueueArn": "q"}}, "SqsSubscription needs QueueArn and QueueUrl"),
        ("CloudWatchLogs", {}, "a CloudWatchLogs event needs LogGroupName"),
        ("Cognito", {"UserPool": "x"}, "Cognito events must refer to a user pool of the same template by Ref"),
        ("Carrier", {}, "events of type 'Carrier' are not known"),
        ("Api", {"Path": {"Ref": "P"}, "Method": "get"}, "path and method of this event are not plain text"),
        ("Api", {"Path": "/"}, "path and method of this event are not plain text"),
        ("HttpApi", {"Path": "/"}, "path and method of this event are not plain text"),
        ("Kinesis", {"Fn::If": ["C", {}, {}]}, "the properties of this event are not a map"),
    ],
)
def test_events_that_are_not_understood(kind: str, event: Any, words: str) -> None:
    expansion = expanded({"Fn": with_event(kind, event)})
    assert types(expansion) == {"Fn": "AWS::Lambda::Function"}
    assert expansion.notes == (f"/Resources/Fn/Properties/Events/On: {words}",)


@pytest.mark.parametrize("events", [[], "x", {"Fn::If": ["C", {}, {}]}])
def test_events_that_are_not_a_map(events: Any) -> None:
    notes = expanded({"Fn": function(Events=events)}).notes
    assert notes == (("/Resources/Fn/Properties/Events: these events are not a map",) if events else ())


def test_log_subscription() -> None:
    expansion = expanded({"Fn": with_event("CloudWatchLogs", {"LogGroupName": {"Ref": "G"}, "FilterPattern": ""})})
    assert expansion.document["Resources"]["FnOn"] == {
        "Type": "AWS::Logs::SubscriptionFilter",
        "DependsOn": ["FnOnPermission"],
        "Properties": {"LogGroupName": {"Ref": "G"}, "FilterPattern": "", "DestinationArn": FN_ARN},
    }
    text = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*"
    arn = {"Fn::Sub": [text, {"__LogGroupName__": {"Ref": "G"}}]}
    assert properties(expansion, "FnOnPermission") == permission(FN, "logs.amazonaws.com", SourceArn=arn)


def test_iot_rule() -> None:
    expansion = expanded({"Fn": with_event("IoTRule", {"Sql": "SELECT *", "AwsIotSqlVersion": "beta"})})
    assert properties(expansion, "FnOn") == {
        "TopicRulePayload": {
            "Sql": "SELECT *",
            "RuleDisabled": False,
            "Actions": [{"Lambda": {"FunctionArn": FN_ARN}}],
            "AwsIotSqlVersion": "beta",
        }
    }
    text = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}"
    assert properties(expansion, "FnOnPermission") == permission(
        FN,
        "iot.amazonaws.com",
        SourceArn={"Fn::Sub": [text, {"RuleName": {"Ref": "FnOn"}}]},
        SourceAccount={"Fn::Sub": "${AWS::AccountId}"},
    )


def test_cognito_triggers() -> None:
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": {"LambdaConfig": {"PreSignUp": "arn:other"}}}
    event = {"UserPool": {"Ref": "Pool"}, "Trigger": ["PostConfirmation", "PreSignUp"]}
    expansion = expanded({"Fn": with_event("Cognito", event), "Pool": pool})
    assert properties(expansion, "Pool") == {"LambdaConfig": {"PreSignUp": "arn:other", "PostConfirmation": FN_ARN}}
    arn = {"Fn::GetAtt": ["Pool", "Arn"]}
    assert properties(expansion, "FnCognitoPermission") == permission(FN, "cognito-idp.amazonaws.com", SourceArn=arn)
    assert expansion.notes == (
        "/Resources/Fn/Properties/Events/On: the trigger 'PreSignUp' of Pool is not text, or taken",
    )


@pytest.mark.parametrize(("event", "source"), [({}, {}), ({"SkillId": "s"}, {"EventSourceToken": "s"})])
def test_alexa_skill(event: dict[str, Any], source: dict[str, Any]) -> None:
    expansion = expanded({"Fn": with_event("AlexaSkill", event)})
    assert properties(expansion, "FnOnPermission") == permission(FN, "alexa-appkit.amazon.com", **source)
