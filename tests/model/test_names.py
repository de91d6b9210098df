"""Identity: one bucket however it is named, patterns that cover it, and what stays undecided."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.application import Application
from analyzer.model.value import Value
from tests.stacks import application, resource

PARAMETERS = {"Name": {"Type": "String"}, "Fixed": {"Type": "String", "Default": "ledger"}}
RESOURCES: dict[str, Any] = {
    "Auto": {"Type": "AWS::S3::Bucket"},
    "Second": {"Type": "AWS::S3::Bucket"},
    "Literal": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "inbox"}},
    "ByParameter": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${Name}-data"}}},
    "ByDefault": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Fixed"}}},
    "Table": {"Type": "AWS::DynamoDB::Table"},
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}},
    "Function": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "worker"}},
}


def app(raw: Any) -> tuple[Application, Value]:
    holder = {"X": {"Type": "Test", "Properties": {"P": raw}}}
    built = application({"Parameters": PARAMETERS, "Resources": {**RESOURCES, **holder}})
    return built, resource(built, "X")["P"].value


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"Ref": "Auto"}, "Auto"),
        ({"Fn::GetAtt": ["Auto", "Arn"]}, "Auto"),
        ({"Fn::Sub": "arn:aws:s3:::${Auto}"}, "Auto"),
        ({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Auto}"}, "Auto"),
        ({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Ref": "Auto"}]]}, "Auto"),
        ("inbox", "Literal"),
        ("arn:aws:s3:::inbox", "Literal"),
        ("arn:aws-us-gov:s3:::inbox", "Literal"),
        ({"Fn::Sub": "arn:aws:s3:::${Name}-data"}, "ByParameter"),
        ({"Fn::Join": ["-", [{"Ref": "Name"}, "data"]]}, "ByParameter"),
        ({"Fn::Sub": "${Name}-other"}, None),
        ("ledger", "ByDefault"),
        ({"Fn::Sub": "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}"}, "Table"),
        ({"Fn::Sub": "arn:aws:dynamodb:us-east-1:123456789012:table/${Table}"}, "Table"),
        ({"Ref": "Queue"}, "Queue"),
        ({"Fn::GetAtt": ["Queue", "QueueName"]}, "Queue"),
        ({"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Queue.QueueName}"}, "Queue"),
        ({"Fn::Sub": "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Queue.QueueName}"}, "Queue"),
        ({"Fn::Sub": "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:alerts"}, "Topic"),
        ("worker", "Function"),
        ({"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:worker"}, "Function"),
        ("elsewhere", None),
        ({"Fn::Sub": "arn:aws:s3:::${Auto}/in"}, None),
        (["inbox"], None),
        (None, None),
    ],
)
def test_which_resource_a_value_names(raw: Any, named: str | None) -> None:
    built, value = app(raw)
    found = built.behind(value)
    assert (found.id if found else None) == named


def test_a_name_that_two_resources_share_names_neither_without_a_type() -> None:
    both = {
        "A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "same"}},
        "B": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "same"}},
        "X": {"Type": "Test", "Properties": {"P": "same"}},
    }
    built = application({"Resources": both})
    value = resource(built, "X")["P"].value
    assert built.behind(value) is None
    assert built.behind(value, "AWS::DynamoDB::Table") is resource(built, "B")


@pytest.mark.parametrize(
    ("pattern", "subject", "covered"),
    [
        ("*", "Auto", True),
        ({"Fn::Sub": "arn:aws:s3:::${Auto}/*"}, "Auto", True),
        ({"Fn::Sub": "${Auto.Arn}/*"}, "Auto", True),
        ({"Fn::Sub": "${Auto.Arn}"}, "Auto", False),
        ({"Fn::Sub": "${Auto.Arn}/out/*"}, "Auto", False),
        ({"Fn::Sub": "${Auto.Arn}/in/*"}, "Auto", True),
        ({"Fn::Sub": "${Second.Arn}/*"}, "Auto", False),
        ({"Fn::Sub": "arn:aws:s3:::${Second}*"}, "Auto", False),
        ({"Fn::Sub": "arn:aws:s3:::${Second}-${Name}/*"}, "Auto", None),
        ("arn:aws:s3:::inbox/*", "Literal", True),
        ("arn:aws:s3:::in*", "Literal", True),
        ("arn:*:s3:::inbox/??/key", "Literal", True),
        ("arn:aws:s3:::outbox/*", "Literal", False),
        ("arn:aws:s3:::my-app-*", "Auto", None),
        ("arn:aws:s3:::other", "Auto", False),
        ({"Fn::Sub": "arn:aws:s3:::${Name}/*"}, "Literal", None),
        ({"Fn::Sub": "arn:aws:s3:::${Name}-data/*"}, "ByParameter", True),
        ({"Fn::Sub": "arn:aws:dynamodb:*:*:table/${Name}"}, "Literal", False),
        ({"Fn::Sub": "arn:aws:s3:::${Name}-data/*"}, "Auto", None),
    ],
)
def test_which_objects_a_pattern_covers(pattern: Any, subject: str, covered: bool | None) -> None:
    built, value = app(pattern)
    arn = built.names.arn(resource(built, subject))
    assert arn is not None
    assert built.names.matches(value, arn + "/in/key") is covered


def test_a_canonical_form_reads_for_people_and_comes_back() -> None:
    built, value = app({"Fn::Sub": "${Auto.Arn}/in/${Name}"})
    canonical = built.names.canonical(value)
    assert canonical is not None
    assert built.names.describe(canonical) == "arn:<AWS::Partition>:s3:::<Auto.@name>/in/<the value of parameter Name>"
    assert built.names.canonical(built.names.restore(canonical)) == canonical


def test_unknown_values_without_an_identity_are_never_the_same() -> None:
    built, _ = app("x")
    value = resource(application({"Resources": {"X": {"Type": "T", "Properties": {"P": {"Fn::Nope": 1}}}}}), "X")["P"]
    assert built.names.canonical(value.value) != built.names.canonical(value.value)


def test_a_name_made_of_itself_or_in_a_circle_is_no_name() -> None:
    itself = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::GetAtt": ["A", "Arn"]}}}
    one = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "x-${C}"}}}
    other = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "y-${B}"}}}
    app = application({"Resources": {"A": itself, "B": one, "C": other}})
    assert (
        app.names.describe(app.names.arn(resource(app, "A")) or "")
        == "arn:<AWS::Partition>:s3:::arn:<AWS::Partition>:s3:::<A.@name>"
    )
    assert app.names.describe(app.names.name(resource(app, "B")) or "") == "x-y-<B.@name>"
