"""Loops through topics, queues and streams."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.flows import ACCOUNT, QUEUE, STREAM, TOPIC, allow, arn, function, loops, mapping, of, ref, role


def subscribed(**more: Any) -> dict[str, Any]:
    return of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn("F"), **more)


PUBLISH = "await sns.publish({ TopicArn: env.T, Message: JSON.stringify({ kind: 'a' })%s });"
KIND, NUMBER = "kind: { DataType: 'String', StringValue: 'a' }", "n: { DataType: 'Number', StringValue: '3' }"
ATTRIBUTES = f", MessageAttributes: {{ {KIND}, {NUMBER} }}"


@pytest.mark.parametrize(
    ("more", "attributes", "loops_back"),
    [
        ({}, "", True),
        ({"FilterPolicy": {"kind": ["a"]}}, "", False),
        ({"FilterPolicy": {"kind": ["a"]}}, ATTRIBUTES, True),
        ({"FilterPolicy": {"kind": ["b"]}}, ATTRIBUTES, False),
        ({"FilterPolicy": {"kind": [{"anything-but": ["a"]}]}}, ATTRIBUTES, False),
        ({"FilterPolicy": {"n": [{"numeric": [">=", 3]}]}}, ATTRIBUTES, True),
        ({"FilterPolicy": {"kind": [{"exists": False}]}}, "", True),
        ({"FilterPolicy": {"kind": ["a"]}, "FilterPolicyScope": "MessageBody"}, "", True),
        ({"FilterPolicy": {"kind": ["b"]}, "FilterPolicyScope": "MessageBody"}, ATTRIBUTES, False),
    ],
)
def test_a_filter_policy_is_asked_about_attributes_or_body(more: Any, attributes: str, loops_back: bool) -> None:
    found = loops({"T": TOPIC, "S": subscribed(**more), "F": function(PUBLISH % attributes, T=ref("T"))})
    assert found == ([("T topic → F → T topic", "proved", ())] if loops_back else [])


@pytest.mark.parametrize(
    ("raw", "pattern", "loops_back"),
    [
        (True, {"body": {"kind": ["a"]}}, True),
        (True, {"body": {"kind": ["b"]}}, False),
        (False, {"body": {"kind": ["a"]}}, None),
        (False, {"body": {"Type": ["Notification"]}}, True),
        (False, {"body": {"Message": [{"exists": False}]}}, False),
    ],
)
def test_a_queue_gets_the_message_in_an_envelope_or_raw(raw: bool, pattern: Any, loops_back: bool | None) -> None:
    resources = {
        "T": TOPIC,
        "Q": QUEUE,
        "S": of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="sqs", Endpoint=arn("Q"), RawMessageDelivery=raw),
        "M": mapping(arn("Q"), "F", pattern),
        "F": function(PUBLISH % "", T=ref("T")),
    }
    found = loops(resources)
    if loops_back is None:
        assert [needs for _, _, needs in found] == [("the body.kind that F sends",)]
    else:
        assert found == ([("T topic → Q queue → F → T topic", "proved", ())] if loops_back else [])


def test_a_stream_and_its_filter() -> None:
    code = "await kinesis.putRecord({ StreamName: env.K, PartitionKey: '1', Data: JSON.stringify({ t: 'x' }) });"
    resources = {"K": STREAM, "F": function(code, K=ref("K"))}
    assert loops({**resources, "M": mapping(arn("K"), "F", {"data": {"t": ["x"]}})}) == [
        ("K stream → F → K stream", "proved", ())
    ]
    assert loops({**resources, "M": mapping(arn("K"), "F", {"data": {"t": ["y"]}})}) == []


def test_a_queue_outside_the_application_is_one_by_its_name() -> None:
    url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"
    code = function("await sqs.sendMessage({ QueueUrl: env.URL, MessageBody: '' });", URL=url)
    same = {"M": mapping(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"), "F": code}  # type: ignore[arg-type]
    other = {"M": mapping(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs2"), "F": code}  # type: ignore[arg-type]
    assert loops(same) == [("jobs queue → F → jobs queue", "proved", ())]
    assert loops(other) == []


def test_a_target_that_the_code_computes_is_what_the_role_allows() -> None:
    code = function(
        "await sqs.sendMessage({ QueueUrl: JSON.parse(event.Records[0].body).queue, MessageBody: '' });", "R"
    )
    resources = {
        "Q": QUEUE,
        "M": mapping(arn("Q")),
        "P": QUEUE,
        "N": mapping(arn("P"), "G"),
        "G": function(""),
        "F": code,
    }
    one = {**resources, "R": role(allow("sqs:SendMessage", arn("Q")))}
    none = {**resources, "R": role(allow("sqs:SendMessage", arn("P")))}
    both = {**resources, "R": role(allow("sqs:SendMessage"))}
    assert loops(one) == [("Q queue → F → Q queue", "inferred", ())]
    assert loops(none) == []
    assert loops(both) == [("Q queue → F → Q queue", "granted", ())]
