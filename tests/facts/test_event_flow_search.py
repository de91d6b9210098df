"""What is not known, what excludes itself, and how many loops are shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.flows import PUT, QUEUE, TOPIC, allow, arn, flow, function, loops, mapping, notified, of, ref, role
from tests.stacks import Stack


def test_code_that_cannot_be_read_counts_with_what_its_role_allows() -> None:
    hidden = function("", "R")
    hidden["Properties"]["Code"] = {"S3Bucket": "x", "S3Key": "y"}
    resources = {"Q": QUEUE, "M": mapping(arn("Q")), "F": hidden}
    assert loops({**resources, "R": role(allow("sqs:*", arn("Q")))}) == [("Q queue → F → Q queue", "granted", ())]
    assert loops({**resources, "R": role(allow("sqs:ReceiveMessage", arn("Q")))}) == []
    filtered = {**resources, "M": mapping(arn("Q"), "F", {"body": {"a": ["b"]}}), "R": role(allow("sqs:*", arn("Q")))}
    needs = ("code of F that can be read",)
    assert loops(filtered) == [("Q queue → F → Q queue", "granted", needs)]


def test_wires_of_opposite_conditions_make_no_loop() -> None:
    conditions = {"On": {"Fn::Equals": [ref("Mode"), "on"]}, "Off": {"Fn::Not": [{"Condition": "On"}]}}
    sections = {"Parameters": {"Mode": {"Type": "String"}}, "Conditions": conditions}
    code = function("await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: '' });")
    code["Properties"]["Environment"] = {"Variables": {"Q": {"Fn::If": ["On", ref("Q"), ref("P")]}}}
    resources = {"Q": QUEUE, "P": QUEUE, "F": code}
    opposite = mapping(arn("Q")) | {"Condition": "Off"}
    same = mapping(arn("Q")) | {"Condition": "On"}
    assert loops({**resources, "M": opposite}, **sections) == []
    assert loops({**resources, "M": same}, **sections) == [("Q queue → F → Q queue", "proved", ())]


def test_a_way_that_cannot_be_hides_none_that_can() -> None:
    def queued(queue: str, **more: Any) -> dict[str, Any]:
        return of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="sqs", Endpoint=arn(queue)) | more

    resources = {
        "T": TOPIC,
        "F": function("await sns.publish({ TopicArn: env.T, Message: 'x' });", T=ref("T")),
        "Early": queued("A", Condition="On"),
        "A": QUEUE | {"Condition": "Off"},
        "FromA": mapping(arn("A")) | {"Condition": "Off"},
        "Late": queued("B"),
        "B": QUEUE,
        "FromB": mapping(arn("B"), Enabled=True),
    }
    is_on = {"Fn::Equals": [ref("Stage"), "on"]}
    sections = {
        "Parameters": {"Stage": {"Type": "String", "Default": "on"}},
        "Conditions": {"On": is_on, "Off": {"Fn::Not": [is_on]}},
    }
    assert loops(resources, **sections) == [("T topic → B queue → F → T topic", "proved", ())]
    del resources["FromB"]
    assert loops(resources, **sections) == []


def test_a_function_is_shown_on_its_surer_loop_even_if_that_is_longer() -> None:
    """A test in the code may end the one loop; of the other it is not even known whether the topic is selected."""
    publish = "new (require('@aws-sdk/client-iot-data-plane').IoTDataPlane)().publish({ topic: 'd/' + event.id });"
    payload = {"Sql": "SELECT * FROM 'd/1'", "Actions": [{"Lambda": {"FunctionArn": arn("F")}}]}
    send = "await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: event.Records[0].body });"
    resources = {
        "F": function(f"await {publish} if (event.Records[0].body === 'again') {send}", Q=ref("Q")),
        "Q": QUEUE,
        "FromQ": mapping(arn("Q"), "G"),
        "G": function(send, Q=ref("P")),
        "P": QUEUE,
        "FromP": mapping(arn("P")),
    }
    longer = ("Q queue → G → P queue → F → Q queue", "guarded", ())
    shorter = ("T IoT rule → F → T IoT rule", "granted", ())
    selecting = {"T": of("AWS::IoT::TopicRule", TopicRulePayload=payload)}
    assert loops({**resources, **selecting}) == [longer]
    del resources["FromP"]
    assert loops({**resources, **selecting}) == [shorter]


def test_a_parameter_that_may_name_the_bucket() -> None:
    resources = {"B": notified(BucketName="acme"), "F": function(PUT % "'x'", B=ref("Target"))}
    parameters = {"Target": {"Type": "String"}}
    needs = ("the value of parameter Target",)
    assert loops(resources, Parameters=parameters) == [("B bucket → F → B bucket", "inferred", needs)]
    generated = {**resources, "B": notified()}
    assert loops(generated, Parameters=parameters) == []
    chosen = flow(
        {"Resources": {"Role": role(allow("*")), **resources}, "Parameters": parameters}, parameters={"Target": "acme"}
    )
    assert [(loop.path, loop.needs) for loop in chosen.loops()] == [("B bucket → F → B bucket", ())]


def test_a_parameter_may_name_the_bucket_that_another_stack_makes() -> None:
    writing = {"Role": role(allow("*")), "F": function(PUT % "'x'", B=ref("Target"))}
    first = Stack(
        "Work",
        {
            "Parameters": {"Target": {"Type": "String"}},
            "Resources": writing,
            "Outputs": {"F": {"Value": arn("F"), "Export": {"Name": "worker"}}},
        },
    )
    notifying = {"LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": {"Fn::ImportValue": "worker"}}]}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": notifying}}
    second = Stack("Files", {"Resources": {"B": bucket}})
    found = [(loop.path, loop.needs) for loop in flow(first, second).loops()]
    assert found == [("B bucket → F → B bucket", ("the value of parameter Target",))]


def test_two_loops_on_one_topic_are_two_and_a_hundred_are_ten() -> None:
    def app(number: int) -> dict[str, Any]:
        resources: dict[str, Any] = {"T": TOPIC, "Role": role(allow("*"))}
        for i in range(number):
            resources[f"F{i}"] = function("await sns.publish({ TopicArn: env.T, Message: '' });", T=ref("T"))
            resources[f"S{i}"] = of(
                "AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn(f"F{i}")
            )
        return {"Resources": resources}

    two = flow(app(2)).loops()
    assert [(loop.path, loop.more) for loop in two] == [("T topic → F0 → T topic", 0), ("T topic → F1 → T topic", 0)]
    many = flow(app(100)).loops()
    assert [loop.subject.id for loop in many] == ["F0", "F1", *(f"F{i}" for i in range(10, 18))]
    assert [loop.more for loop in many] == [0] * 9 + [90]


def test_a_ring_is_one_loop_whatever_the_order_of_its_stacks() -> None:
    def stack(name: str, other: str) -> Stack:
        code = "await sqs.sendMessage({ QueueUrl: env.NEXT, MessageBody: '' });"
        resources = {
            f"Q{name}": QUEUE,
            f"F{name}": function(code, NEXT={"Fn::ImportValue": f"url-{other}"}),
            "M": mapping(arn(f"Q{name}"), f"F{name}"),
            "Role": role(allow("*")),
        }
        outputs = {"Url": {"Value": ref(f"Q{name}"), "Export": {"Name": f"url-{name}"}}}
        return Stack(name, {"Resources": resources, "Outputs": outputs})

    forward = flow(stack("A", "B"), stack("B", "A")).loops()
    backward = flow(stack("B", "A"), stack("A", "B")).loops()
    assert [loop.path for loop in forward] == ["QB queue → FB → QA queue → FA → QB queue"]
    assert [loop.path for loop in backward] == ["QA queue → FA → QB queue → FB → QA queue"]


def test_a_loop_that_turns_only_while_something_fails() -> None:
    resources = {
        "Dead": QUEUE,
        "Q": of("AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 2}),
        "M": mapping(arn("Q"), "Work"),
        "N": mapping(arn("Dead"), "Retry"),
        "Work": function(""),
        "Retry": function("await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: '' });", Q=ref("Q")),
    }
    assert loops(resources) == [("Q queue → Dead queue → Retry → Q queue", "on failure", ())]


@pytest.mark.parametrize("depth", [1, 12])
def test_envelopes_around_envelopes_end(depth: int) -> None:
    resources: dict[str, Any] = {"F": function("await sns.publish({ TopicArn: env.T, Message: '' });", T=ref("T0"))}
    for i in range(depth):
        following = f"T{(i + 1) % depth}"
        resources[f"T{i}"] = TOPIC
        resources[f"Q{i}"] = QUEUE
        resources[f"S{i}"] = of("AWS::SNS::Subscription", TopicArn=ref(f"T{i}"), Protocol="sqs", Endpoint=arn(f"Q{i}"))
        resources[f"P{i}"] = of("AWS::Pipes::Pipe", Source=arn(f"Q{i}"), Target=ref(following), RoleArn="x")
    assert not flow({"Resources": {"Role": role(allow("*")), **resources}}).limit
