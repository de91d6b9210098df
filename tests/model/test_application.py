"""Stacks joined by exports, nested stacks and names."""

from __future__ import annotations

from typing import Any

from analyzer.model.application import load
from analyzer.model.value import Known, Reference, Unknown
from analyzer.sources.assembly import StackFacts
from tests.stacks import Source, Stack, application, resource


def exporting(name: Any, value: Any = None) -> dict[str, Any]:
    return {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Out": {"Value": value or {"Fn::GetAtt": ["Queue", "Arn"]}, "Export": {"Name": name}}},
    }


def importing(name: Any, **sections: Any) -> dict[str, Any]:
    return {"Resources": {"X": {"Type": "T", "Properties": {"P": {"Fn::ImportValue": name}}}}, **sections}


def test_an_import_is_what_the_other_stack_exports() -> None:
    app = application(importing("S1:Out"), exporting("S1:Out"))
    assert resource(app, "X")["P"].value == Reference("S1", "Queue", "Arn")
    assert app.behind(resource(app, "X")["P"].value) is resource(app, "Queue")


def test_an_export_named_after_its_stack_is_found_by_the_stack_name() -> None:
    app = application(
        Stack("web", importing({"Fn::Sub": "${Net}-Out"}, Parameters={"Net": {"Type": "String", "Default": "net"}})),
        Stack("net", exporting({"Fn::Sub": "${AWS::StackName}-Out"})),
    )
    assert resource(app, "X")["P"].value == Reference("net", "Queue", "Arn")


def test_the_same_pseudo_text_joins() -> None:
    app = application(importing({"Fn::Sub": "q-${AWS::Region}"}), exporting({"Fn::Sub": "q-${AWS::Region}"}))
    assert resource(app, "X")["P"].value == Reference("S1", "Queue", "Arn")


def test_two_stacks_exporting_one_name_leave_it_open() -> None:
    app = application(importing("n"), exporting("n"), exporting("n"))
    assert resource(app, "X")["P"].value == Unknown("the value that another stack exports as n", ("export", "n"))


def test_exports_that_import_each_other_end() -> None:
    app = application(
        exporting("a", {"Fn::ImportValue": "b"}) | importing("a"), exporting("b", {"Fn::ImportValue": "a"})
    )
    assert isinstance(resource(app, "X")["P"].value, Unknown)


def nested(properties: dict[str, Any]) -> dict[str, Any]:
    child = {"Type": "AWS::CloudFormation::Stack", "Properties": properties}
    out = {"Fn::GetAtt": ["Child", "Outputs.Arn"]}
    return {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Child": child,
            "X": {"Type": "T", "Properties": {"P": out}},
        }
    }


CHILD = {
    "Parameters": {"In": {"Type": "String"}, "Kept": {"Type": "String", "Default": "k"}},
    "Resources": {"Y": {"Type": "T", "Properties": {"P": {"Ref": "In"}, "K": {"Ref": "Kept"}}}},
    "Outputs": {"Arn": {"Value": {"Ref": "In"}}},
}


def test_parameters_go_into_a_nested_stack_and_outputs_come_back() -> None:
    parent = nested({"Parameters": {"In": {"Fn::GetAtt": ["Queue", "Arn"]}}})
    app = application(Stack("P", parent, {"Child": Stack("child", CHILD)}))
    queue = Reference("P", "Queue", "Arn")
    assert [t.key for t in app.templates.values()] == ["P", "P/Child"]
    assert resource(app, "Y")["P"].value == queue
    assert resource(app, "Y")["K"].value == Known("k")
    assert resource(app, "X")["P"].value == queue


def test_a_nested_stack_that_is_not_there_is_said() -> None:
    app = application(Stack("P", nested({"TemplateURL": "https://example.com/t.json"})))
    value = resource(app, "X")["P"].value
    assert isinstance(value, Unknown)
    assert value.needs == "the template of nested stack Child"


def test_given_parameters_reach_top_level_stacks_only() -> None:
    parent = nested({}) | {"Parameters": {"In": {"Type": "String"}}}
    app = application(Stack("P", parent, {"Child": Stack("child", CHILD)}), parameters={"In": "given"})
    assert app.templates["P"].ref("In") == Known("given")
    assert isinstance(resource(app, "Y")["P"].value, Unknown)


def test_stacks_of_one_name_stay_apart() -> None:
    same = {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}
    app = application(Stack("S", same), Stack("S", same))
    assert [r.stack for r in app.resources("AWS::S3::Bucket")] == ["S", "S#2"]


def test_the_assembly_settles_account_region_and_parameters() -> None:
    facts = StackFacts(stack_name="prod-web", region="eu-west-1", parameters=(("In", "said"),))
    document = {"Parameters": {"In": {"Type": "String"}}, "Resources": {}}
    template = application(Stack("S", document, facts=facts)).templates["S"]
    assert [template.ref(name) for name in ("AWS::StackName", "AWS::Region", "In")] == [
        Known("prod-web"),
        Known("eu-west-1"),
        Known("said"),
    ]
    assert template.ref("AWS::AccountId") == Reference("", "AWS::AccountId")


def test_configured_parameters_lie_between_those_of_the_assembly_and_those_given() -> None:
    facts = StackFacts(parameters=(("A", "assembly"), ("B", "assembly"), ("C", "assembly")))
    document = {"Parameters": {name: {"Type": "String"} for name in "ABC"}, "Resources": {}}
    source = Source((Stack("S", document, facts=facts), Stack("T", document)))
    loaded = load(source, {"C": "given"}, {"S": {"B": "configured", "C": "configured"}})  # type: ignore[arg-type]
    assert loaded.templates["S"].given == {"A": "assembly", "B": "configured", "C": "given"}
    assert loaded.templates["T"].given == {"C": "given"}
