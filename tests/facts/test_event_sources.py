"""What mappings and pipes poll, and when a failing batch blocks a stream."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.combinations import combined, settle_together
from analyzer.facts.event_sources import blocked, mappings, reports, stream_readers
from analyzer.facts.functions import Functions
from analyzer.judgement import Verdict
from analyzer.model.value import Absent, Known, Listing, Unknown, Value
from tests.stacks import application, subject

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler"}}
STAGES = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}, "P": {"Type": "String"}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def mapping(source: Any = STREAM, **properties: Any) -> dict[str, Any]:
    named = {"EventSourceArn": source} if source is not None else {}
    return of("AWS::Lambda::EventSourceMapping", FunctionName={"Ref": "Fn"}, **named, **properties)


def found(resources: dict[str, Any]) -> Any:
    app = application({**STAGES, "Resources": {"Fn": FUNCTION, **resources}})
    return app, Functions(app)


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (mapping({"Fn::GetAtt": ["T", "StreamArn"]}), "stream"),
        (mapping({"Fn::GetAtt": ["Q", "Arn"]}), "queue"),
        (mapping(STREAM), "stream"),
        (mapping("arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/x"), "stream"),
        (mapping("arn:aws:sqs:eu-west-1:111122223333:q"), "queue"),
        (mapping({"Ref": "P"}), "queue"),
        (mapping({"Ref": "P"}, StartingPosition="LATEST"), "stream"),
        (mapping({"Ref": "P"}, StartingPosition="LATEST", Topics=["t"]), "Kafka topic"),
        (mapping(None, SelfManagedEventSource={"Endpoints": {}}, Topics=["t"]), "Kafka topic"),
        (mapping({"Ref": "P"}, Queues=["q"]), "broker or database"),
        (mapping({"Ref": "P"}, StartingPosition="LATEST", DocumentDBEventSourceConfig={}), "broker or database"),
    ],
)
def test_what_a_mapping_polls(resource: dict[str, Any], kind: str) -> None:
    sources = {"T": of("AWS::DynamoDB::Table"), "Q": of("AWS::SQS::Queue")}
    app, functions = found({**sources, "M": resource})
    assert [(str(one.kind), one.function.name) for one in mappings(app, functions)] == [(kind, "Fn")]


@pytest.mark.parametrize("off", [False, "false"])
def test_a_mapping_that_is_switched_off_is_none(off: Any) -> None:
    app, functions = found({"M": mapping(Enabled=off), "N": mapping(Enabled={"Ref": "P"})})
    assert [one.resource.id for one in mappings(app, functions)] == ["N"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Absent(), False),
        (Listing(()), False),
        (Listing((Known("ReportBatchItemFailures"),)), True),
        (Known("ReportBatchItemFailures"), True),
        (Listing((Unknown("the value of parameter P"),)), None),
    ],
)
def test_whether_failed_items_are_asked_for(value: Value, expected: bool | None) -> None:
    assert reports(value) is expected


def choice(yes: Any, no: Any) -> dict[str, Any]:
    return {"Fn::If": ["IsProd", yes, no]}


@pytest.mark.parametrize(
    ("settings", "verdict", "said"),
    [
        ({}, "fail", ""),
        ({"MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": "-1"}, "fail", ""),
        ({"MaximumRetryAttempts": 0}, "pass", ""),
        ({"MaximumRecordAgeInSeconds": 3600}, "pass", ""),
        ({"BisectBatchOnFunctionError": "true"}, "pass", ""),
        ({"FunctionResponseTypes": ["ReportBatchItemFailures"]}, "pass", ""),
        ({"BisectBatchOnFunctionError": choice(True, False)}, "fail", " where condition IsProd is false"),
        ({"BisectBatchOnFunctionError": choice(True, False), "MaximumRetryAttempts": choice(-1, 3)}, "pass", ""),
        ({"BisectBatchOnFunctionError": choice(True, False), "MaximumRetryAttempts": choice(3, -1)}, "fail",
         " where condition IsProd is false"),
        ({"MaximumRetryAttempts": {"Ref": "P"}}, "unknown", "the value of parameter P"),
        ({"MaximumRetryAttempts": {"Ref": "P"}, "BisectBatchOnFunctionError": True}, "pass", ""),
    ],
)  # fmt: skip
def test_when_a_batch_blocks_its_shard(settings: dict[str, Any], verdict: str, said: str) -> None:
    app, functions = found({"M": mapping(**settings)})
    (reader,) = stream_readers(app, functions)
    settled = blocked(reader)
    assert (settled.verdict, settled.where or settled.needs) == (Verdict(verdict), said)


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ({"StartingPosition": "LATEST"}, "fail"),
        ({"OnPartialBatchItemFailure": "AUTOMATIC_BISECT"}, "pass"),
        ({"MaximumRetryAttempts": 2}, "pass"),
    ],
)
def test_a_pipe_reads_streams_too(settings: dict[str, Any], verdict: str) -> None:
    pipe = of("AWS::Pipes::Pipe", Source=STREAM, SourceParameters={"KinesisStreamParameters": settings}, Target="x")
    app, functions = found({"Pipe": pipe})
    assert [(r.resource.id, blocked(r).verdict) for r in stream_readers(app, functions)] == [("Pipe", Verdict(verdict))]


def test_combinations_that_contradict_each_other_are_left_out() -> None:
    x = subject({"A": choice(1, 2), "B": choice(3, 4)}, **STAGES)
    values = [tuple(item.value for item in case.value.items) for case in combined(x["A"], x["B"])]  # type: ignore
    assert values == [(1, 3), (2, 4)]


def test_too_many_combinations_are_unknown() -> None:
    conditions = {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "x"]} for i in range(8)}
    parameters = {f"P{i}": {"Type": "String"} for i in range(8)}
    properties = {f"A{i}": {"Fn::If": [f"C{i}", 1, 2]} for i in range(8)}
    x = subject(properties, Conditions=conditions, Parameters=parameters)
    nodes = [x[name] for name in properties]
    settled = settle_together(lambda *values: None if isinstance(values[0], Unknown) else False, *nodes)
    assert (settled.verdict, settled.needs) == (Verdict.UNKNOWN, "which of 128 combinations of conditions holds")
