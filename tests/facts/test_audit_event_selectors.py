"""What trails record: selectors of both kinds against stores of both kinds."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.event_selectors import (
    BOTH,
    Access,
    Recorded,
    claims_of,
    data_events,
    management_events,
    selectors,
)
from analyzer.model.application import Application
from tests.stacks import application, resource

READS, WRITES = frozenset({Access.READS}), frozenset({Access.WRITES})
STORES = {
    "Docs": {"Type": "AWS::S3::Bucket"},
    "Named": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "docs-of-ours"}},
    "Ledger": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "ledger"}},
}
SECTIONS = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Arn": {"Type": "String"},
        "Arns": {"Type": "CommaDelimitedList"},
        "Switch": {"Type": "String"},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


def app(**trails: dict[str, Any]) -> Application:
    written = {name: {"Type": "AWS::CloudTrail::Trail", "Properties": content} for name, content in trails.items()}
    return application({**SECTIONS, "Resources": {**STORES, **written}})


def items(store: str, **trails: dict[str, Any]) -> Recorded:
    """What the trails record of a store's items."""
    found = app(**trails)
    recorders = [resource(found, name) for name in trails]
    return data_events(found, list(claims_of(found, recorders)), resource(found, store))


def basic(*values: Any, type: str = "AWS::S3::Object", **selector: Any) -> dict[str, Any]:
    return {"EventSelectors": [{"DataResources": [{"Type": type, "Values": list(values)}], **selector}]}


def advanced(type: str = "AWS::S3::Object", *fields: dict[str, Any]) -> dict[str, Any]:
    category = {"Field": "eventCategory", "Equals": ["Data"]}
    return {
        "AdvancedEventSelectors": [
            {"FieldSelectors": [category, {"Field": "resources.type", "Equals": [type]}, *fields]}
        ]
    }


def arn(**operators: Any) -> dict[str, Any]:
    return {"Field": "resources.ARN", **operators}


@pytest.mark.parametrize(
    ("store", "trail"),
    [
        ("Docs", basic("arn:aws:s3")),
        ("Docs", basic("arn:aws:s3:::")),
        ("Docs", basic("arn:aws-cn:s3:::")),
        ("Docs", basic({"Fn::Sub": "arn:${AWS::Partition}:s3"})),
        ("Docs", basic({"Fn::Sub": "${Docs.Arn}/"})),
        ("Docs", basic({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Ref": "Docs"}, "/"]]})),
        ("Named", basic("arn:aws:s3:::docs-of-ours/")),
        ("Named", basic("arn:aws:s3:::docs-")),
        ("Ledger", basic("arn:aws:dynamodb", type="AWS::DynamoDB::Table")),
        ("Ledger", basic({"Fn::GetAtt": ["Ledger", "Arn"]}, type="AWS::DynamoDB::Table")),
        ("Ledger", basic("arn:aws:dynamodb:eu-west-1:111122223333:table/ledger", type="AWS::DynamoDB::Table")),
        ("Docs", advanced()),
        ("Docs", advanced("AWS::S3::Object", arn(StartsWith=[{"Fn::Sub": "${Docs.Arn}/"}]))),
        ("Docs", advanced("AWS::S3::Object", arn(NotStartsWith=["arn:aws:s3:::docs-of-ours/"]))),
        ("Ledger", advanced("AWS::DynamoDB::Table", arn(Equals=[{"Fn::GetAtt": ["Ledger", "Arn"]}]))),
    ],
)
def test_recorded(store: str, trail: dict[str, Any]) -> None:
    assert items(store, Trail=trail) == Recorded()


@pytest.mark.parametrize(
    ("store", "trail"),
    [
        ("Docs", {}),
        ("Docs", {"EventSelectors": []}),
        ("Docs", basic({"Fn::Sub": "${Named.Arn}/"})),
        ("Docs", basic({"Fn::Sub": "${Docs.Arn}/incoming/"})),
        ("Docs", basic("arn:aws:dynamodb", type="AWS::DynamoDB::Table")),
        ("Docs", basic("arn:aws:lambda", type="AWS::Lambda::Function")),
        ("Ledger", basic("arn:aws:s3")),
        ("Ledger", basic("arn:aws:dynamodb:eu-west-1:111122223333:table/orders", type="AWS::DynamoDB::Table")),
        ("Docs", advanced("AWS::S3::Object", arn(Equals=[{"Fn::GetAtt": ["Docs", "Arn"]}]))),
        ("Docs", advanced("AWS::S3::Object", arn(EndsWith=["/final.pdf"]))),
        ("Docs", advanced("AWS::S3::Object", arn(NotStartsWith=[{"Fn::Sub": "${Docs.Arn}/"}]))),
        ("Docs", advanced("AWS::S3::Object", {"Field": "eventName", "Equals": ["DeleteObject"]})),
        (
            "Docs",
            {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]},
        ),
    ],
)
def test_not_recorded(store: str, trail: dict[str, Any]) -> None:
    assert items(store, Trail=trail) == Recorded(BOTH)


@pytest.mark.parametrize(
    ("trail", "missing"),
    [
        (basic("arn:aws:s3", ReadWriteType="WriteOnly"), READS),
        (basic("arn:aws:s3", ReadWriteType="ReadOnly"), WRITES),
        (advanced("AWS::S3::Object", {"Field": "readOnly", "Equals": ["false"]}), READS),
        (advanced("AWS::S3::Object", {"Field": "readOnly", "Equals": [True]}), WRITES),
        (basic("arn:aws:s3", ReadWriteType="All"), frozenset()),
    ],
)
def test_halves(trail: dict[str, Any], missing: frozenset[Access]) -> None:
    assert items("Docs", Trail=trail) == Recorded(missing)


def test_halves_of_two_trails_are_a_whole() -> None:
    reads, writes = (basic("arn:aws:s3", ReadWriteType=kind) for kind in ("ReadOnly", "WriteOnly"))
    assert items("Docs", Reads=reads, Writes=writes) == Recorded()


@pytest.mark.parametrize(
    "trail",
    [
        basic({"Ref": "Arn"}),
        {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": {"Ref": "Arns"}}]}]},
        basic("arn:aws:s3", ReadWriteType={"Ref": "Switch"}),
        {"EventSelectors": [{"Fn::Transform": {"Name": "AWS::Include"}}]},
        advanced({"Ref": "Switch"}),  # type: ignore[arg-type]
        {"AdvancedEventSelectors": [{"Name": "no fields"}]},
    ],
)
def test_what_nobody_can_know_yet_is_unknown(trail: dict[str, Any]) -> None:
    found = items("Docs", Trail=trail)
    assert (found.missing, bool(found.needs)) == (frozenset(), True)


def test_an_unknown_arn_beside_a_sufficient_one_does_not_matter() -> None:
    assert items("Docs", Trail=basic({"Ref": "Arn"}, "arn:aws:s3")) == Recorded()


@pytest.mark.parametrize(
    "trail",
    [
        basic({"Fn::If": ["Prod", "arn:aws:s3", {"Ref": "AWS::NoValue"}]}),
        {"EventSelectors": {"Fn::If": ["Prod", basic("arn:aws:s3")["EventSelectors"], {"Ref": "AWS::NoValue"}]}},
        basic({"Fn::If": ["Prod", "arn:aws:s3", {"Fn::Sub": "${Named.Arn}/"}]}),
    ],
)
def test_a_branch_without_data_events_is_named(trail: dict[str, Any]) -> None:
    found = items("Docs", Trail=trail)
    assert (found.missing, [str(guard) for guard in found.guards]) == (BOTH, ["condition Prod is false"])


def test_branches_that_both_record_the_store_leave_no_gap() -> None:
    both = basic({"Fn::If": ["Prod", "arn:aws:s3", {"Fn::Sub": "${Docs.Arn}/"}]})
    assert items("Docs", Trail=both) == Recorded()


# --- management events --------------------------------------------------------------------------------


def management(**trails: dict[str, Any]) -> Recorded:
    found = app(**trails)
    return management_events(found, list(claims_of(found, [resource(found, name) for name in trails])), ())


def field(name: str, **operators: Any) -> dict[str, Any]:
    return {"Field": name, **operators}


def of_management(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"FieldSelectors": [field("eventCategory", Equals=["Management"]), *fields]}]}


@pytest.mark.parametrize(
    ("trail", "expected"),
    [
        ({}, Recorded()),
        ({"EventSelectors": [{}]}, Recorded()),
        (basic("arn:aws:s3"), Recorded()),
        (basic("arn:aws:s3", IncludeManagementEvents="false"), Recorded(BOTH)),
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, Recorded(READS)),
        (advanced(), Recorded(BOTH)),
        (of_management(), Recorded()),
        (of_management(field("readOnly", Equals=["false"])), Recorded(READS)),
        (
            of_management(field("eventSource", NotEquals=["kms.amazonaws.com"])),
            Recorded(excluded=frozenset({"kms.amazonaws.com"})),
        ),
        (of_management(field("eventSource", Equals=["iam.amazonaws.com"])), Recorded(BOTH)),
        (
            {"EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]},
            Recorded(excluded=frozenset({"kms.amazonaws.com"})),
        ),
    ],
)
def test_management_events(trail: dict[str, Any], expected: Recorded) -> None:
    assert management(Trail=trail) == expected


def test_a_source_that_one_trail_leaves_out_and_another_records_is_recorded() -> None:
    without = {"EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}
    assert management(Without=without, Whole={}) == Recorded()


def test_a_switch_that_nobody_can_know_yet() -> None:
    found = management(Trail={"EventSelectors": [{"IncludeManagementEvents": {"Ref": "Switch"}}]})
    assert found == Recorded(needs="the value of parameter Switch")


def test_a_conditional_switch_names_its_branch() -> None:
    found = management(Trail={"EventSelectors": [{"IncludeManagementEvents": {"Fn::If": ["Prod", True, False]}}]})
    assert (found.missing, [str(guard) for guard in found.guards]) == (BOTH, ["condition Prod is false"])


def test_where_selectors_are_written() -> None:
    found = app(Basic=basic("arn:aws:s3"), Advanced=advanced(), Neither={})
    places = {name: bool(selectors(resource(found, name))) for name in ("Basic", "Advanced", "Neither")}
    assert places == {"Basic": True, "Advanced": True, "Neither": False}
    assert selectors(resource(found, "Advanced")).pointer.endswith("/AdvancedEventSelectors")
