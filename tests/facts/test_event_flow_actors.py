"""Loops through functions, state machines, pipes, APIs and logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.facts.flows import BUCKET, PUT, QUEUE, TABLE, allow, arn, function, loops, notified, of, ref, role, rule


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("await lambda.invoke({ FunctionName: env.AWS_LAMBDA_FUNCTION_NAME });", "proved"),
        ("await lambda.invoke({ FunctionName: context.functionName });", "inferred"),
        ("if (event.left) await lambda.invoke({ FunctionName: env.AWS_LAMBDA_FUNCTION_NAME });", "guarded"),
    ],
)
def test_a_function_that_invokes_itself(code: str, expected: str) -> None:
    resources = {"F": function(code, "R"), "R": role(allow("lambda:InvokeFunction", {"Fn::Sub": "${F.Arn}:*"}))}
    assert loops(resources) == [("F → F", expected, ())]


def test_a_state_machine_and_its_function_start_each_other() -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "End": True}}}
    machine = of(
        "AWS::StepFunctions::StateMachine",
        RoleArn=arn("Role"),
        DefinitionString=json.dumps(definition),
        DefinitionSubstitutions={"F": arn("F")},
    )
    code = function("await sfn.startExecution({ stateMachineArn: env.M });", M=ref("M"))
    assert loops({"M": machine, "F": code}) == [("M state machine → F → M state machine", "proved", ())]


@pytest.mark.parametrize(
    ("resource", "parameters", "loops_back"),
    [
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", {"QueueUrl": ref("Q"), "MessageBody": "x"}, True),
        ("arn:aws:states:::aws-sdk:sqs:sendMessage", {"QueueUrl": ref("Q"), "MessageBody.$": "$.x"}, True),
        ("arn:aws:states:::sqs:sendMessage", {"QueueUrl.$": "$.url", "MessageBody": "x"}, True),
        ("arn:aws:states:::aws-sdk:sqs:receiveMessage", {"QueueUrl": ref("Q")}, False),
        ("arn:aws:states:::sns:publish", {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:x"}, False),
    ],
)
def test_a_state_machine_writes_by_service_integrations(resource: str, parameters: Any, loops_back: bool) -> None:
    task = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    branch = {"StartAt": "A", "States": {"A": task}}
    definition = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [branch], "End": True}}}
    machine = of("AWS::StepFunctions::StateMachine", RoleArn=arn("Role"), Definition=definition)
    pipe = of("AWS::Pipes::Pipe", Source=arn("Q"), Target=ref("M"), RoleArn="x")
    certainty = "inferred" if "QueueUrl.$" in parameters else "proved"
    path = "Q queue → P pipe → M state machine → Q queue"
    assert loops({"Q": QUEUE, "P": pipe, "M": machine}) == ([(path, certainty, ())] if loops_back else [])


def test_a_pipe_filters_and_republishes() -> None:
    def pipe(pattern: Any) -> dict[str, Any]:
        return of(
            "AWS::Pipes::Pipe",
            Source=arn("T", "StreamArn"),
            SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}},
            Target=arn("Bus"),
            TargetParameters={"EventBridgeEventBusParameters": {"Source": "items", "DetailType": "changed"}},
        )

    resources = {
        "T": TABLE,
        "Bus": of("AWS::Events::EventBus", Name="own"),
        "R": rule({"source": ["items"]}, EventBusName="own"),
        "F": function("await db.updateItem({ TableName: env.T, Key: {} });", T=ref("T")),
    }
    path = "T table → P pipe → Bus event bus → R rule → F → T table"
    assert loops({**resources, "P": pipe({"eventName": ["MODIFY"]})}) == [(path, "proved", ())]
    assert loops({**resources, "P": pipe({"eventName": ["INSERT"]})}) == []


def test_a_function_that_calls_the_api_in_front_of_it() -> None:
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    resources = {
        "Api": of("AWS::ApiGateway::RestApi", Name="a"),
        "M": of("AWS::ApiGateway::Method", RestApiId=ref("Api"), Integration={"Uri": uri}),
        "F": function(
            "await fetch(`${env.URL}/next`);", URL={"Fn::Sub": "https://${Api}.execute-api.eu-west-1.amazonaws.com"}
        ),
    }
    assert loops(resources) == [("Api → F → Api", "inferred", ())]


def test_a_delivery_stream_brings_the_object_back() -> None:
    resources = {
        "B": notified("raw/"),
        "D": of(
            "AWS::KinesisFirehose::DeliveryStream",
            ExtendedS3DestinationConfiguration={"BucketARN": arn("B"), "Prefix": "raw/!{timestamp:yyyy}/"},
        ),
        "F": function("await firehose.putRecord({ DeliveryStreamName: env.D, Record: { Data: '' } });", D=ref("D")),
    }
    assert loops(resources) == [("D delivery stream → B bucket → F → D delivery stream", "proved", ())]
    elsewhere = {**resources, "B": notified("other/")}
    assert loops(elsewhere) == []


def test_replication_carries_the_key_along() -> None:
    rules = [{"Status": "Enabled", "Prefix": "out/", "Destination": {"Bucket": arn("Copy")}}]
    resources = {
        "B": of("AWS::S3::Bucket", ReplicationConfiguration={"Rules": rules}),
        "Copy": notified("out/"),
        "F": function(PUT % "'out/x'", B=ref("B")),
    }
    assert loops(resources) == [("B bucket → Copy bucket → F → B bucket", "proved", ())]
    assert loops({**resources, "F": function(PUT % "'in/x'", B=ref("B"))}) == []


def test_a_function_subscribed_to_its_own_log() -> None:
    def resources(pattern: str, group: str) -> dict[str, Any]:
        return {
            "F": function("") | {},
            "S": of(
                "AWS::Logs::SubscriptionFilter", LogGroupName=group, FilterPattern=pattern, DestinationArn=arn("F")
            ),
        }

    named = {"Fn::Sub": "/aws/lambda/${F}"}
    own = loops(resources("", named))  # type: ignore[arg-type]
    some = loops(resources("ERROR", named))  # type: ignore[arg-type]
    assert own == [("/aws/lambda/F log group → F → /aws/lambda/F log group", "proved", ())]
    assert [needs for _, _, needs in some] == [("the lines that F logs, none of which must match ERROR",)]
    assert loops(resources("", "/aws/lambda/other")) == []


def test_a_permission_alone_is_a_hint() -> None:
    permission = of(
        "AWS::Lambda::Permission", FunctionName=ref("F"), Principal="s3.amazonaws.com", SourceArn=arn("B"), Action="x"
    )
    resources = {"B": BUCKET, "F": function(PUT % "'x'", B=ref("B"))}
    assert loops({**resources, "P": permission}) == [("B bucket → F → B bucket", "granted", ())]
    assert loops({**resources, "B": notified("in/"), "P": permission}) == []
