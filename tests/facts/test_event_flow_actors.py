"""Loops through functions, state machines, pipes, APIs and logs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.facts.flows import (
    BUCKET,
    PUT,
    QUEUE,
    TABLE,
    TOPIC,
    allow,
    arn,
    function,
    loops,
    mapping,
    notified,
    of,
    ref,
    role,
    rule,
)


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


@pytest.mark.parametrize(
    "service", ["states:startExecution.sync:2", "states:startExecution", "aws-sdk:sfn:startExecution"]
)
def test_state_machines_that_start_each_other(service: str) -> None:
    def machine(next_one: str) -> dict[str, Any]:
        parameters = {"StateMachineArn": ref(next_one), "Input.$": "$"}
        task = {"Type": "Task", "Resource": f"arn:aws:states:::{service}", "Parameters": parameters, "End": True}
        definition = {"StartAt": "A", "States": {"A": task}}
        return of("AWS::StepFunctions::StateMachine", RoleArn=arn("Role"), Definition=definition)

    found = loops({"M": machine("N"), "N": machine("M")})
    assert found == [("N state machine → M state machine → N state machine", "proved", ())]


def test_versions_that_name_each_other_lead_nowhere() -> None:
    version = "AWS::StepFunctions::StateMachineVersion"
    resources = {
        "A": of(version, StateMachineArn=ref("B")),
        "B": of(version, StateMachineArn=ref("A")),
        "F": function("await sfn.startExecution({ stateMachineArn: env.M });", M=ref("A")),
    }
    assert loops(resources) == []


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


# --- events of AWS itself, IoT, endpoints -------------------------------------------------------------------


def cloudtrail(*names: str) -> dict[str, Any]:
    detail = {"eventSource": ["ec2.amazonaws.com"], "eventName": list(names)}
    return rule({"source": ["aws.ec2"], "detail-type": ["AWS API Call via CloudTrail"], "detail": detail})


REVOKE = "await new (require('@aws-sdk/client-ec2').EC2)().revokeSecurityGroupIngress({ GroupId: 'x' });"


def test_a_recorded_call_that_starts_its_own_caller() -> None:
    path = "default event bus → R rule → F → default event bus"
    both = cloudtrail("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress")
    assert loops({"R": both, "F": function(REVOKE)}) == [(path, "inferred", ())]
    assert loops({"R": cloudtrail("AuthorizeSecurityGroupIngress"), "F": function(REVOKE)}) == []
    reads = REVOKE.replace("revokeSecurityGroupIngress", "describeSecurityGroups")
    assert loops({"R": cloudtrail("DescribeSecurityGroups"), "F": function(reads)}) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [("SUCCEEDED", "proved"), ("FAILED", "on failure"), ("PENDING_REDRIVE", None)],
)
def test_a_state_machine_that_is_started_by_its_own_status(status: str, expected: str | None) -> None:
    resources = {
        "M": of("AWS::StepFunctions::StateMachine", RoleArn=arn("Role"), Definition={"StartAt": "A", "States": {}}),
        "R": rule({"source": ["aws.states"], "detail": {"status": [status], "stateMachineArn": [ref("M")]}}, ref("M")),
    }
    path = "default event bus → R rule → M state machine → default event bus"
    assert loops(resources) == ([] if expected is None else [(path, expected, ())])


@pytest.mark.parametrize(
    ("topic", "selected", "expected"),
    [
        ("'devices/1/state'", "devices/+/state", "proved"),
        ("'devices/1/other'", "devices/+/state", None),
        ("'devices/' + event.id + '/state'", "devices/+/state", "granted"),
        ("'devices/1/state/more'", "devices/+/state", None),
        ("'devices/1/state/more'", "devices/1/#", "proved"),
        ("'devices/2/state/more'", "devices/1/#", None),
        ("'devices/2/state'", "#", "proved"),
        ("'devices/1/'", "devices/1/#", "proved"),
        ("'devices/1'", "devices/1/#", None),
        ("'devices/' + event.rest", "devices/+/state", "granted"),
        ("'devices/' + event.rest", "devices/1/#", "granted"),
        ("'devices/1/state/' + event.rest", "devices/+/state", None),
    ],
)
def test_a_message_that_a_topic_rule_selects(topic: str, selected: str, expected: str | None) -> None:
    code = f"await new (require('@aws-sdk/client-iot-data-plane').IoTDataPlane)().publish({{ topic: {topic} }});"
    payload = {"Sql": f"SELECT * FROM '{selected}'", "Actions": [{"Lambda": {"FunctionArn": arn("F")}}]}
    found = loops({"T": of("AWS::IoT::TopicRule", TopicRulePayload=payload), "F": function(code)})
    assert found == ([] if expected is None else [("T IoT rule → F → T IoT rule", expected, ())])


def test_an_api_destination_and_a_subscription_that_call_the_own_api() -> None:
    url = {"Fn::Sub": "https://${Api}.execute-api.eu-west-1.amazonaws.com/hook"}
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    api = {
        "Api": of("AWS::ApiGateway::RestApi", Name="a"),
        "Post": of("AWS::ApiGateway::Method", RestApiId=ref("Api"), Integration={"Uri": uri}),
    }
    by_topic = {
        "T": TOPIC,
        "S": of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="https", Endpoint=url),
        "F": function("await sns.publish({ TopicArn: env.T, Message: '' });", T=ref("T")),
    }
    by_rule = {
        "D": of("AWS::Events::ApiDestination", InvocationEndpoint=url, HttpMethod="POST", ConnectionArn="x"),
        "R": rule({"source": ["own"]}, arn("D")),
        "F": function("await bus.putEvents({ Entries: [{ Source: 'own', DetailType: 'x', Detail: '{}' }] });"),
    }
    assert loops({**api, **by_topic}) == [("T topic → Api → F → T topic", "proved", ())]
    path = "default event bus → R rule → D API destination → Api → F → default event bus"
    assert loops({**api, **by_rule}) == [(path, "proved", ())]


def test_nobody_may_put_events_in_the_name_of_aws() -> None:
    code = "await bus.putEvents({ Entries: [{ Source: 'aws.own', DetailType: 'x', Detail: '{}' }] });"
    assert loops({"R": rule({"source": ["aws.own"]}), "F": function(code)}) == []


def test_an_api_that_writes_by_itself() -> None:
    uri = "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/jobs"
    parameters = {"integration.request.querystring.QueueUrl": {"Fn::Sub": "'${Q}'"}}
    resources = {
        "Q": QUEUE,
        "M": mapping(arn("Q")),
        "Api": of("AWS::ApiGateway::RestApi", Name="a"),
        "Post": of(
            "AWS::ApiGateway::Method", RestApiId=ref("Api"), Integration={"Uri": uri, "RequestParameters": parameters}
        ),
        "F": function("await fetch(env.URL);", URL={"Fn::Sub": "https://${Api}.execute-api.eu-west-1.amazonaws.com/"}),
    }
    assert loops(resources) == [("Api → Q queue → F → Api", "inferred", ())]


@pytest.mark.parametrize(
    ("how", "on_failure"),
    [("", False), (", InvocationType: 'RequestResponse'", False), (", InvocationType: 'Event'", True)],
)
def test_a_dead_letter_queue_serves_asynchronous_invocations_only(how: str, on_failure: bool) -> None:
    called = function("")
    called["Properties"]["DeadLetterConfig"] = {"TargetArn": arn("Dead")}
    resources = {
        "F": function(f"await lambda.invoke({{ FunctionName: env.NEXT{how} }});", NEXT=ref("G")),
        "G": called,
        "Dead": QUEUE,
        "M": mapping(arn("Dead")),
    }
    assert loops(resources) == ([("Dead queue → F → G → Dead queue", "on failure", ())] if on_failure else [])


def test_failures_kept_in_a_bucket_have_a_key_of_their_own() -> None:
    def resources(prefix: str) -> dict[str, Any]:
        destination = {"OnFailure": {"Destination": arn("B")}}
        return {
            "B": notified(prefix),
            "F": function(""),
            "C": of("AWS::Lambda::EventInvokeConfig", FunctionName=ref("F"), DestinationConfig=destination),
        }

    assert loops(resources("aws/lambda/")) == [("B bucket → F → B bucket", "on failure", ())]
    assert loops(resources("in/")) == []


def test_what_is_posted_to_a_connection_goes_to_its_client() -> None:
    post = "new (require('@aws-sdk/client-apigatewaymanagementapi').ApiGatewayManagementApi)().postToConnection({})"
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    resources = {
        "Api": of("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET"),
        "I": of("AWS::ApiGatewayV2::Integration", ApiId=ref("Api"), IntegrationUri=uri, IntegrationType="AWS_PROXY"),
        "F": function(f"await {post};"),
    }
    assert loops(resources) == []
