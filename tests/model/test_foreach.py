"""Loops written out: over lists, parameters and each other, and left alone where the list is not known."""

from __future__ import annotations

from typing import Any

from analyzer.model.foreach import unroll
from tests.stacks import application, resource


def template(loop: Any, **sections: Any) -> dict[str, Any]:
    return {"Transform": "AWS::LanguageExtensions", **sections, "Resources": {"Fn::ForEach::Topics": loop}}


BODY = {"Topic&{Name}": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "${Name}-${AWS::Region}"}}}}


def test_one_resource_for_each_item() -> None:
    app = application(template(["Name", ["a-1", "b"], BODY]))
    assert [r.id for r in app.resources()] == ["Topica1", "Topicb"]
    topic = resource(app, "Topica1")
    assert topic["TopicName"].text == "a-1-<AWS::Region>"
    assert topic.place.pointer == "/Resources/Fn::ForEach::Topics/2/Topic&{Name}"


def test_a_list_parameter_by_default_and_given() -> None:
    document = template(
        ["Name", {"Ref": "Names"}, BODY], Parameters={"Names": {"Type": "CommaDelimitedList", "Default": "x,y"}}
    )
    assert [r.id for r in application(document).resources()] == ["Topicx", "Topicy"]
    assert [r.id for r in application(document, parameters={"Names": "z"}).resources()] == ["Topicz"]


def test_loops_inside_loops_and_inside_properties() -> None:
    inner = {"Queue${A}${B}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}}}}
    document = template(["A", ["1", "2"], {"Fn::ForEach::Inner": ["B", ["x", "y"], inner]}])
    app = application(document)
    assert [(r.id, r["QueueName"].known) for r in app.resources()] == [
        ("Queue1x", "x"),
        ("Queue1y", "y"),
        ("Queue2x", "x"),
        ("Queue2y", "y"),
    ]


def test_a_list_nobody_knows_is_noted_and_left() -> None:
    document = template(["Name", {"Ref": "Names"}, BODY], Parameters={"Names": {"Type": "CommaDelimitedList"}})
    unrolled = unroll(document, {})
    assert unrolled.notes == (
        "/Resources/Fn::ForEach::Topics: a loop over a list that is not known, so what it makes is not judged",
    )
    assert unrolled.document["Resources"] == document["Resources"]
    assert list(application(document).resources()) == []


def test_malformed_loops_and_endless_ones_do_no_harm() -> None:
    many = [str(i) for i in range(300)]
    deep: Any = ["A", many, {"Fn::ForEach::B": ["B", many, {"X${A}${B}": {"Type": "T"}}]}]
    assert len(unroll(template(deep), {}).document["Resources"]) < 21_000
    for loop in (
        None,
        [],
        ["Name", ["a"]],
        ["Name", ["a"], "text"],
        [1, ["a"], {}],
        ["Name", [{"Ref": "?"}], {}],
        ["Name", {"Ref": ["x"]}, {}],
    ):
        assert list(application(template(loop)).resources()) == []


def test_the_users_document_is_not_changed() -> None:
    document = template(["Name", ["a"], BODY])
    before = repr(document)
    unroll(document, {})
    assert repr(document) == before
