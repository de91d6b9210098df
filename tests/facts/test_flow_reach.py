"""Which nodes patterns can be about: all that an exact comparison admits, and few others."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.flow_model import FlowNodes
from analyzer.facts.flow_reach import NodeIndex
from analyzer.model.application import Application
from analyzer.model.template import Resource
from tests.stacks import Stack, application, resource

RESOURCES = {
    "Custom": {"Type": "Custom::Naming"},
    **{
        name: {"Type": "AWS::SQS::Queue", **({"Properties": {"QueueName": given}} if given else {})}
        for name, given in {
            "First": None,
            "Second": None,
            "Orders": "orders",
            "OrdersDead": "orders-dead",
            "Staged": {"Fn::Sub": "orders-${Stage}"},
            "PerAccount": {"Fn::Sub": "${AWS::AccountId}-jobs"},
            "Told": {"Fn::GetAtt": ["Custom", "Name"]},
        }.items()
    },
}
QUEUES = ("First", "Second", "Orders", "OrdersDead", "Staged", "PerAccount", "Told")
ALWAYS = ("Staged", "PerAccount", "Told")
"""Their names are open: no pattern can exclude them by its beginning."""

PATTERNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "one by reference": ({"Fn::GetAtt": ["First", "Arn"]}, ("First",)),
    "one by its name": ({"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders"}, ("Orders",)),
    "below one": ({"Fn::Sub": "${First.Arn}/*"}, ("First",)),
    "versions of one": ({"Fn::Sub": "${Second.Arn}:*"}, ("Second",)),
    "named alike": ({"Fn::Sub": "arn:aws:sqs:*:*:orders*"}, QUEUES),
    "one letter open": ({"Fn::Sub": "${First.Arn}?"}, ("First",)),
    "another region": ("arn:aws:sqs:eu-west-9:111122223333:orders", ("Orders",)),
    "everything": ("*", QUEUES),
    "a value of a parameter": ({"Ref": "Stage"}, QUEUES),
    "a value of a custom resource": ({"Fn::Sub": "arn:aws:sqs:*:*:${Custom.Name}*"}, QUEUES),
    "of another service": ("arn:aws:s3:::orders", ()),
    "no queue": ({"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:payments"}, ()),
}


@pytest.fixture(scope="module")
def app() -> Application:
    document = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {**RESOURCES, "Holder": {"Type": "Custom::Holder", "Properties": {}}},
    }
    document["Resources"]["Holder"]["Properties"] = {name: value for name, (value, _) in PATTERNS.items()}
    return application(Stack("S", document))


def index(app: Application) -> NodeIndex:
    nodes = FlowNodes(app)
    return NodeIndex([nodes.of(resource(app, name)) for name in QUEUES], nodes, app.names)


def found(app: Application, pattern: str | None) -> list[str]:
    return [node.name for node in index(app).within([pattern])]


def pattern(app: Application, name: str) -> str | None:
    return app.names.canonical(holder(app)[name].value)


def holder(app: Application) -> Resource:
    return resource(app, "Holder")


@pytest.mark.parametrize("name", PATTERNS)
def test_what_a_pattern_can_be_about(app: Application, name: str) -> None:
    expected = PATTERNS[name][1]
    assert found(app, pattern(app, name)) == [queue for queue in QUEUES if queue in (*expected, *ALWAYS)]


@pytest.mark.parametrize("name", PATTERNS)
def test_nothing_is_left_out_that_an_exact_comparison_admits(app: Application, name: str) -> None:
    written = pattern(app, name)
    assert written is not None
    arns = {queue: app.names.arn(resource(app, queue)) or "" for queue in QUEUES}
    ends = ("", ":\0", "/\0")
    admitted = {q for q, arn in arns.items() if any(app.names.covers(written, arn + end) is not False for end in ends)}
    assert admitted <= set(found(app, written))


def test_a_pattern_of_which_nothing_is_known_can_be_about_everything(app: Application) -> None:
    assert found(app, None) == list(QUEUES)


def test_several_patterns_keep_the_order_of_the_nodes(app: Application) -> None:
    wanted = [pattern(app, "versions of one"), pattern(app, "one by reference")]
    assert [node.name for node in index(app).within(wanted)] == ["First", "Second", *ALWAYS]


def test_without_a_pattern_only_the_open_ones_are_left(app: Application) -> None:
    assert [node.name for node in index(app).within([])] == list(ALWAYS)
