"""Every wiring between resources, in the forms people write."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.functions import Functions
from analyzer.facts.triggers import Triggers
from tests.stacks import application

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler"}}
ARN = {"Fn::GetAtt": ["Fn", "Arn"]}
INVOCATIONS = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"


def wires(**resources: Any) -> list[tuple[str, str, str, str]]:
    app = application({"Resources": {"Fn": FUNCTION, **resources}})
    found = Triggers(app, Functions(app)).all
    return [(str(t.kind), str(t.mode), t.name, t.target.id) for t in found]


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


QUEUE, TOPIC, BUCKET = of("AWS::SQS::Queue"), of("AWS::SNS::Topic"), of("AWS::S3::Bucket")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        (
            {"B": of("AWS::S3::Bucket", NotificationConfiguration={"LambdaConfigurations": [{"Function": ARN}]})},
            [("bucket notification", "asynchronous", "B", "Fn")],
        ),
        (
            {
                "B": BUCKET,
                "N": of(
                    "Custom::S3BucketNotifications",
                    BucketName={"Ref": "B"},
                    NotificationConfiguration={"LambdaFunctionConfigurations": [{"LambdaFunctionArn": ARN}]},
                ),
            },
            [("bucket notification", "asynchronous", "B", "Fn")],
        ),
        (
            {
                "Q": QUEUE,
                "M": of(
                    "AWS::Lambda::EventSourceMapping", EventSourceArn={"Fn::GetAtt": ["Q", "Arn"]}, FunctionName=ARN
                ),
            },
            [("event source mapping", "polled", "Q", "Fn")],
        ),
        (
            {
                "T": of("AWS::DynamoDB::Table"),
                "Q": QUEUE,
                "M": of(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn={"Fn::GetAtt": ["T", "StreamArn"]},
                    FunctionName={"Ref": "Fn"},
                    DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["Q", "Arn"]}}},
                ),
            },
            [("event source mapping", "polled", "T", "Fn"), ("destination", "not an invocation", "Fn", "Q")],
        ),
        (
            {"T": of("AWS::SNS::Topic", Subscription=[{"Protocol": "lambda", "Endpoint": ARN}])},
            [("subscription", "asynchronous", "T", "Fn")],
        ),
        (
            {
                "T": TOPIC,
                "Q": QUEUE,
                "S": of(
                    "AWS::SNS::Subscription",
                    Protocol="sqs",
                    TopicArn={"Ref": "T"},
                    Endpoint={"Fn::GetAtt": ["Q", "Arn"]},
                ),
            },
            [("subscription", "not an invocation", "T", "Q")],
        ),
        (
            {"R": of("AWS::Events::Rule", EventPattern={"source": ["a"]}, Targets=[{"Id": "1", "Arn": ARN}])},
            [("rule target", "asynchronous", "R", "Fn")],
        ),
        (
            {
                "Bus": of("AWS::Events::EventBus", Name="orders"),
                "R": of(
                    "AWS::Events::Rule",
                    EventBusName="orders",
                    EventPattern={"source": ["a"]},
                    Targets=[{"Id": "1", "Arn": {"Ref": "Alias"}}],
                ),
                "Alias": of("AWS::Lambda::Alias", FunctionName={"Ref": "Fn"}, Name="live"),
            },
            [("rule target", "asynchronous", "R", "Fn"), ("event bus", "not an invocation", "Bus", "R")],
        ),
        (
            {"S": of("AWS::Scheduler::Schedule", ScheduleExpression="rate(1 day)", Target={"Arn": ARN})},
            [("schedule", "asynchronous", "S", "Fn")],
        ),
        (
            {
                "Q": QUEUE,
                "P": of("AWS::Pipes::Pipe", Source={"Fn::GetAtt": ["Q", "Arn"]}, Target=ARN),
            },
            [("pipe", "not an invocation", "Q", "P"), ("pipe", "synchronous", "P", "Fn")],
        ),
        (
            {
                "Q": QUEUE,
                "C": of(
                    "AWS::Lambda::EventInvokeConfig",
                    FunctionName={"Ref": "Fn"},
                    Qualifier="$LATEST",
                    DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["Q", "Arn"]}}},
                ),
            },
            [("destination", "not an invocation", "Fn", "Q")],
        ),
        (
            {
                "D": QUEUE,
                "Q": of(
                    "AWS::SQS::Queue",
                    RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["D", "Arn"]}, "maxReceiveCount": 5},
                ),
            },
            [("dead-letter queue", "not an invocation", "Q", "D")],
        ),
        (
            {
                "Api": of("AWS::ApiGateway::RestApi"),
                "M": of(
                    "AWS::ApiGateway::Method",
                    RestApiId={"Ref": "Api"},
                    Integration={
                        "Uri": {"Fn::Sub": INVOCATIONS},
                        "RequestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
                    },
                ),
            },
            [("API integration", "asynchronous", "Api", "Fn")],
        ),
        (
            {"P": of("AWS::Cognito::UserPool", LambdaConfig={"PreSignUp": ARN})},
            [("service trigger", "synchronous", "P", "Fn")],
        ),
        (
            {
                "I": of(
                    "AWS::IoT::TopicRule",
                    TopicRulePayload={"Sql": "x", "Actions": [{"Sns": {}}, {"Lambda": {"FunctionArn": ARN}}]},
                )
            },
            [("service trigger", "asynchronous", "I", "Fn")],
        ),
        ({"S": of("AWS::SNS::Subscription", Protocol="email", Endpoint="a@example.com", TopicArn="arn:x")}, []),
    ],
)
def test_wires(resources: dict[str, Any], expected: list[tuple[str, str, str, str]]) -> None:
    assert wires(**resources) == expected


def test_a_source_outside_the_application_is_named_in_words() -> None:
    arn = "arn:aws:sqs:us-east-1:111122223333:elsewhere"
    mapping = of("AWS::Lambda::EventSourceMapping", EventSourceArn=arn, FunctionName=ARN)
    assert wires(M=mapping) == [("event source mapping", "polled", arn, "Fn")]


def test_a_wire_in_a_branch_keeps_its_guard() -> None:
    configuration = {"Fn::If": ["On", {"LambdaConfigurations": [{"Function": ARN}]}, {"Ref": "AWS::NoValue"}]}
    app = application(
        {
            "Parameters": {"Stage": {"Type": "String"}},
            "Conditions": {"On": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
            "Resources": {"Fn": FUNCTION, "B": of("AWS::S3::Bucket", NotificationConfiguration=configuration)},
        }
    )
    (wire,) = Triggers(app, Functions(app)).all
    assert [str(guard) for guard in wire.node.guards] == ["condition On is true"]
