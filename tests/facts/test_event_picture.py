"""The event flow as a picture: the loop marked and what is around it, a stack, a function, everything."""

from __future__ import annotations

from typing import Any

from analyzer.facts.event_flow import EventFlow
from analyzer.facts.event_picture import around, event_picture
from tests.facts.flows import PUT, QUEUE, TOPIC, allow, arn, flow, function, mapping, notified, of, ref, role
from tests.facts.pictures import edges, nodes
from tests.stacks import Stack

STORAGE = Stack("Storage", {"Resources": {"B": notified(BucketName="uploads"), "Q": QUEUE}})


def looping(**more: Any) -> EventFlow:
    resources = {
        "Role": role(allow("*")),
        "B": notified(),
        "F": function(
            PUT % "'x'" + "\nawait sqs.sendMessage({ QueueUrl: env.Q, MessageBody: '' });", B=ref("B"), Q=ref("Q")
        ),
        "Q": QUEUE,
        "M": mapping(arn("Q"), "G"),
        "G": function("", T=ref("T")),
        **more,
    }
    return flow({"Resources": resources})


def test_a_loop_is_marked_and_drawn_from_its_trigger_with_what_is_one_step_from_it() -> None:
    events = looping()
    (loop,) = events.loops()
    picture = events.picture(loop.edges, loop.path)
    assert picture.title == "Event loop: B bucket → F → B bucket"
    assert nodes(picture) == [
        "B (S3 bucket) @ S0 *",
        "F (Lambda function) @ S0 *",
        "Q (SQS queue) @ S0",
    ]
    assert edges(picture) == ["B → F: bucket notification *", "F → B: PutObject *", "F → Q: SendMessage"]


def test_what_iam_would_merely_allow_is_not_around_a_loop_but_in_the_whole() -> None:
    hidden = of("AWS::Lambda::Function", Role=arn("Role"), Code={"S3Bucket": "x", "S3Key": "y"})
    events = looping(H=hidden)
    loop = next(loop for loop in events.loops() if loop.path == "B bucket → F → B bucket")
    assert "H" not in " ".join(edges(events.picture(loop.edges, loop.path)))
    assert "H ⇢ B: may PutObject" in edges(event_picture(events))


def test_a_loop_that_is_only_allowed_shows_itself() -> None:
    hidden = of("AWS::Lambda::Function", Role=arn("Role"), Code={"S3Bucket": "x", "S3Key": "y"})
    events = flow(
        {"Resources": {"Role": role(allow("sqs:*", arn("Q"))), "Q": QUEUE, "M": mapping(arn("Q")), "F": hidden}}
    )
    (loop,) = events.loops()
    assert edges(events.picture(loop.edges, loop.path)) == ["Q → F: event source mapping *", "F ⇢ Q: may SendMessage *"]


def test_what_is_outside_the_templates_has_a_lane_of_its_own() -> None:
    code = "await s3.putObject({ Bucket: 'partner', Key: 'x' });"
    events = flow({"Resources": {"Role": role(allow("*")), "T": TOPIC, "F": function(code), "S": subscribed()}})
    picture = event_picture(events)
    assert "partner (S3 bucket) @ outside these templates" in nodes(picture)
    assert "F → partner: PutObject" in edges(picture)


def subscribed() -> dict[str, Any]:
    return of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn("F"))


def test_some_resources_and_all() -> None:
    events = looping()
    resources = {node.key: node.resource for node in events.nodes() if node.resource is not None}
    assert edges(around(events, [resources["S0/G"]])) == ["Q → G: event source mapping"]
    assert edges(around(events, resources.values())) == edges(event_picture(events))
    assert around(events, []).nodes == ()


def test_a_way_back_after_a_failure_is_marked_and_dashed() -> None:
    code = function("")
    invoked = {"S": of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn("F"))}
    failing = of(
        "AWS::Lambda::EventInvokeConfig",
        FunctionName=ref("F"),
        Qualifier="$LATEST",
        DestinationConfig={"OnFailure": {"Destination": ref("T")}},
    )
    events = flow({"Resources": {"Role": role(allow("*")), "T": TOPIC, "F": code, "C": failing, **invoked}})
    (comeback,) = events.comebacks()
    picture = events.picture(comeback.edges, "F → T → F")
    assert edges(picture) == ["T → F: subscription *", "F ⇢ T: on-failure destination *"]
