"""Edges whose ends, conditions or content would fool a quicker reading: replication, outcomes, recorded calls, depth."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.sources.files import FileTree
from tests.facts.flows import PUT, QUEUE, allow, arn, flow, function, how, loops, mapping, notified, of, ref, role, rule
from tests.facts.function_parts import tree
from tests.stacks import Stack


@pytest.mark.parametrize(
    ("told", "needs"),
    [
        ({"bucket": {"name": ["acme-copy"]}}, []),
        ({"bucket": {"name": ["b"]}}, None),
        ({"bucket": {"arn": ["arn:aws:s3:::acme-copy"]}}, ["the value of AWS::Partition"]),
        ({"bucket": {"arn": ["arn:aws:s3:::b"]}}, None),
        ({"object": {"key": ["x"]}}, []),
        ({"object": {"size": [{"numeric": [">", 0]}]}}, ["the body.Records.s3.object.size that F sends"]),
        ({"configurationId": ["copied"]}, ["the body.Records.s3.configurationId that F sends"]),
    ],
)
def test_a_filter_behind_a_queue_is_asked_about_the_replica(told: Any, needs: list[str] | None) -> None:
    rules = [{"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": arn("Copy")}}]
    queued = {"QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": arn("Q")}]}
    resources = {
        "B": of("AWS::S3::Bucket", ReplicationConfiguration={"Rules": rules}),
        "Copy": of("AWS::S3::Bucket", BucketName="acme-copy", NotificationConfiguration=queued),
        "Q": QUEUE,
        "M": mapping(arn("Q"), "F", {"body": {"Records": {"s3": told}}}),
        "F": function(PUT % "'x'", B=ref("B")),
    }
    path = "B bucket → Copy bucket → Q queue → F → B bucket"
    assert loops(resources) == ([(path, "proved", tuple(needs))] if needs is not None else [])


@pytest.mark.parametrize(
    ("test", "how"),
    [
        ("told.configurationId === env.MAIN", "guarded"),
        ("told.object.size > 100", "guarded"),
        ("told.bucket.arn === env.ARN", "guarded"),
        ("told.bucket.arn === 'arn:aws:s3:::other'", None),
        ("told.bucket.name === 'other'", None),
    ],
)
def test_a_test_in_the_code_may_look_at_all_that_s3_tells(test: str, how: str | None) -> None:
    code = f"const [{{ s3: told }}] = event.Records; if ({test}) {{ {PUT} }}" % "'x'"
    own = {"Fn::Sub": "arn:${AWS::Partition}:s3:::acme-in"}
    resources = {"B": notified(BucketName="acme-in"), "F": function(code, B=ref("B"), MAIN="main", ARN=own)}
    assert loops(resources) == ([("B bucket → F → B bucket", how, ())] if how is not None else [])


@pytest.mark.parametrize(
    ("rule_of", "needs"),
    [
        ({"Status": "Enabled", "Prefix": "out/"}, ()),
        ({"Status": "Disabled", "Prefix": "out/"}, None),
        ({"Status": "Enabled", "Filter": {"Prefix": "other/"}}, None),
        ({"Status": "Enabled", "Filter": {"And": {"Prefix": "other/", "TagFilters": []}}}, None),
        ({"Status": "Enabled", "Filter": {"And": {"Prefix": "out/", "TagFilters": []}}}, ()),
        ({"Status": "Enabled", "Prefix": ref("Kept")}, ("the value of parameter Kept",)),
        ({"Status": "Enabled", "Prefix": {"Fn::If": ["Few", "other/", "out/"]}}, ("whether condition Few is true",)),
        ({"Status": {"Fn::If": ["Few", "Disabled", "Enabled"]}, "Prefix": ""}, ()),
    ],
)
def test_which_objects_are_replicated(rule_of: dict[str, Any], needs: tuple[str, ...] | None) -> None:
    rules = [{**rule_of, "Destination": {"Bucket": arn("Copy")}}]
    found = loops(
        {
            "B": of("AWS::S3::Bucket", ReplicationConfiguration={"Rules": rules}),
            "Copy": notified(),
            "F": function(PUT % "'out/x'", B=ref("B")),
        },
        Parameters={"Kept": {"Type": "String"}},
        Conditions={"Few": {"Fn::Equals": [ref("Kept"), "few"]}},
    )
    assert found == ([("B bucket → Copy bucket → F → B bucket", "proved", needs)] if needs is not None else [])


@pytest.mark.parametrize("ends", [("Failed", "Elsewhere", "Elsewhere"), ("Elsewhere", "Elsewhere", "Failed")])
def test_a_destination_that_cannot_be_hides_none_that_can(ends: tuple[str, str, str]) -> None:
    first, impossible, last = map(arn, ends)
    by_size = {"Fn::If": ["Large", {"Fn::If": ["Live", first, impossible]}, last]}
    resources = {
        "F": {**function(""), "Condition": "Live"},
        "C": of(
            "AWS::Lambda::EventInvokeConfig",
            FunctionName=ref("F"),
            DestinationConfig={"OnFailure": {"Destination": by_size}},
        ),
        "Failed": QUEUE,
        "Elsewhere": QUEUE,
        "M": mapping(arn("Failed"), "G"),
        "G": function("await lambda.invoke({ FunctionName: env.F, InvocationType: 'Event' });", F=ref("F")),
    }
    found = loops(
        resources,
        Parameters={name: {"Type": "String", "Default": "yes"} for name in ("Stage", "Size")},
        Conditions={"Live": {"Fn::Equals": [ref("Stage"), "yes"]}, "Large": {"Fn::Equals": [ref("Size"), "yes"]}},
    )
    assert found == [("Failed queue → G → F → Failed queue", "on failure", ())]


def test_calls_of_a_service_without_a_name_in_events_start_nothing() -> None:
    of_any_service = rule({"source": [{"prefix": "aws."}], "detail-type": ["AWS API Call via CloudTrail"]})

    def calling(package: str, client: str, operation: str) -> dict[str, Any]:
        return function(f"await new (require('@aws-sdk/client-{package}').{client})().{operation}({{}});")

    named = calling("ec2", "EC2", "createTags")
    nameless = calling("connectparticipant", "ConnectParticipant", "sendMessage")
    path = "default event bus → R rule → F → default event bus"
    assert loops({"R": of_any_service, "F": named}) == [(path, "inferred", ())]
    assert loops({"R": of_any_service, "F": nameless}) == []


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ([ref("Source")], "the value of parameter Source"),
        (ref("Sources"), "the value of parameter Sources"),
        ([{"Fn::If": ["Live", "own", "other"]}], "whether condition Live is true"),
        ({"Fn::If": ["Live", ["own"], ["other"]]}, "whether condition Live is true"),
        ({"Fn::If": ["Live", ref("Sources"), ["other"]]}, "the value of parameter Sources"),
    ],
)
def test_a_pattern_that_is_not_known_says_what_would_decide_it(source: Any, needs: str) -> None:
    put = function("await bus.putEvents({ Entries: [{ Source: 'own', DetailType: 'x', Detail: '{}' }] });")
    found = loops(
        {"R": rule({"source": source}), "F": put},
        Parameters={
            "Source": {"Type": "String"},
            "Sources": {"Type": "CommaDelimitedList"},
            "Stage": {"Type": "String"},
        },
        Conditions={"Live": {"Fn::Equals": [ref("Stage"), "live"]}},
    )
    assert found == [("default event bus → R rule → F → default event bus", "proved", (needs,))]


def test_what_unread_code_may_post_to_connections_comes_back_to_nobody() -> None:
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    unread = function("")
    unread["Properties"]["Code"] = {"S3Bucket": "elsewhere", "S3Key": "code.zip"}
    resources = {
        "Api": of("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET"),
        "I": of("AWS::ApiGatewayV2::Integration", ApiId=ref("Api"), IntegrationUri=uri, IntegrationType="AWS_PROXY"),
        "F": unread,
    }
    assert loops(resources) == []


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


def definition(message: str) -> str:
    parameters = f'{{"QueueUrl": "${{Queue}}", "MessageBody": {message}}}'
    task = f'{{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {parameters}}}'
    return f'{{"StartAt": "A", "States": {{"A": {task}}}}}'


def certainty(file: str = "", **written: Any) -> str:
    """How sure the loop through a state machine is whose definition is in a property, or in a file beside it."""
    properties = written or {"DefinitionS3Location": {"Bucket": "b", "Key": "k"}}
    substitutions = {"Queue": ref("Q")}
    machine = of(
        "AWS::StepFunctions::StateMachine", RoleArn=arn("Role"), DefinitionSubstitutions=substitutions, **properties
    )
    machine["Metadata"] = {"aws:asset:path": "machine.asl"}
    pipe = of("AWS::Pipes::Pipe", Source=arn("Q"), Target=ref("M"), RoleArn="x")
    resources = {"Role": role(allow("*")), "Q": QUEUE, "P": pipe, "M": machine}
    files: dict[str, FileTree] = {"machine.asl": tree(**{"machine.asl": file})}
    (loop,) = flow(Stack("S", {"Resources": resources}, files=files)).loops()
    assert loop.path == "Q queue → P pipe → M state machine → Q queue"
    return how(loop)


@pytest.mark.parametrize(
    ("message", "in_template", "beside"),
    [
        (nested(1), "proved", "proved"),
        (nested(70), "proved", "proved"),
        ("[" * 70 + "]" * 70, "proved", "proved"),
        (nested(700), "proved", "granted"),
        (nested(100_000), "granted", "granted"),
    ],
    ids=["plain", "objects not followed", "lists not followed", "no file so deep", "deeper than can be read"],
)
def test_a_definition_however_deep(message: str, in_template: str, beside: str) -> None:
    assert certainty(DefinitionString=definition(message)) == in_template
    assert certainty(definition(message)) == beside


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n"
         "    Parameters: {QueueUrl: '${Queue}', MessageBody: again}\n", "proved"),
        ("StartAt: A\nStates:\n  A: [\n", "granted"),
        ("just words", "granted"),
        ("", "granted"),
    ],
    ids=["YAML", "YAML that breaks off", "no mapping", "nothing"],
)  # fmt: skip
def test_a_definition_in_a_file_of_another_kind(file: str, expected: str) -> None:
    assert certainty(file) == expected


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (json.dumps({"body": {"a": ["y"]}}), None),
        (f'{{"body": {nested(700)}}}', f"a pattern for body{'.a' * 24} that can be read"),
        (nested(100_000), "a pattern at /Resources/M/Properties/FilterCriteria/Filters/0/Pattern that is JSON"),
    ],
    ids=["plain", "deeper than is followed", "deeper than can be read"],
)
def test_a_filter_however_deep(pattern: str, needs: str | None) -> None:
    send = "await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: JSON.stringify({ a: 'x' }) });"
    filtered = mapping(arn("Q"), FilterCriteria={"Filters": [{"Pattern": pattern}]})
    found = loops({"Q": QUEUE, "M": filtered, "F": function(send, Q=ref("Q"))})
    assert found == ([("Q queue → F → Q queue", "proved", (needs,))] if needs is not None else [])
