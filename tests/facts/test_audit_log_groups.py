"""Log groups: what is in them, and whether a function's own is declared."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.functions import Functions
from analyzer.facts.log_groups import Content, LogGroups, access_log, missing_fields
from analyzer.model.value import ABSENT, Known, Reference, Text, Unknown, Value
from tests.stacks import application, resource

GROUP = {"Type": "AWS::Logs::LogGroup"}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Handler": "index.handler"}}


def contents(**resources: Any) -> dict[str, tuple[Content, int]]:
    found = LogGroups(application({"Resources": resources}))
    return {group.logical_id: (found.content(group), found.content(group).days) for group in found}


def test_what_is_written_to_each_group() -> None:
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Http}"
    assert contents(
        Audit=GROUP,
        Rest={**GROUP, "Properties": {"LogGroupName": "rest"}},
        Http=GROUP,
        App=GROUP,
        Trail={
            "Type": "AWS::CloudTrail::Trail",
            "Properties": {"CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["Audit", "Arn"]}},
        },
        Stage={
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {"AccessLogSetting": {"DestinationArn": {"Fn::GetAtt": ["Rest", "Arn"]}}},
        },
        Live={
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"AccessLogSettings": {"DestinationArn": {"Fn::Sub": arn}}},
        },
    ) == {
        "Audit": (Content.TRAIL, 365),
        "Rest": (Content.ACCESS, 365),
        "Http": (Content.ACCESS, 365),
        "App": (Content.OTHER, 90),
    }


def declared(function: dict[str, Any], *groups: Any, **others: Any) -> bool | None:
    """Whether the log group of the function ``F`` is declared."""
    named = {f"G{i}": {**GROUP, "Properties": {"LogGroupName": name}} for i, name in enumerate(groups)}
    content = {"Type": "AWS::Lambda::Function", "Properties": {**FUNCTION["Properties"], **function}}  # type: ignore[dict-item]
    document = {"Parameters": {"P": {"Type": "String"}}, "Resources": {"F": content, **named, **others}}
    app = application(document)
    (found,) = Functions(app)
    return LogGroups(app).declared_for(found)


@pytest.mark.parametrize(
    ("function", "group", "expected"),
    [
        ({}, {"Fn::Sub": "/aws/lambda/${F}"}, True),
        ({}, {"Fn::Join": ["/", ["", "aws", "lambda", {"Ref": "F"}]]}, True),
        ({"FunctionName": "resize"}, "/aws/lambda/resize", True),
        ({"FunctionName": "resize"}, "/aws/lambda/resizer", False),
        ({"FunctionName": "resize"}, "/aws/lambda/RESIZE", False),
        ({"FunctionName": {"Ref": "P"}}, {"Fn::Sub": "/aws/lambda/${P}"}, True),
        ({"FunctionName": {"Ref": "P"}}, "/aws/lambda/resize", False),
        ({"LoggingConfig": {"LogGroup": {"Ref": "G0"}}}, "anything", True),
        ({"LoggingConfig": {"LogGroup": "anything"}}, "anything", True),
        ({"LoggingConfig": {"LogGroup": "another"}}, {"Fn::Sub": "/aws/lambda/${F}"}, False),
        ({"LoggingConfig": {"LogGroup": {"Ref": "P"}}}, "anything", None),
        ({"LoggingConfig": {"LogFormat": "JSON"}}, {"Fn::Sub": "/aws/lambda/${F}"}, True),
    ],
)
def test_the_group_of_a_function(function: dict[str, Any], group: Any, expected: bool | None) -> None:
    assert declared(function, group) is expected


def test_no_group_at_all_and_cdks_custom_resource() -> None:
    custom = {"Type": "Custom::LogRetention", "Properties": {"LogGroupName": {"Fn::Sub": "/aws/lambda/${F}"}}}
    assert declared({}) is False
    assert declared({}, Retention=custom) is True


# --- access logs --------------------------------------------------------------------------------------

COMPLETE = "$context.identity.sourceIp $context.requestTime $context.httpMethod $context.path $context.status"


@pytest.mark.parametrize(
    ("format", "missing"),
    [
        (Known(COMPLETE), ()),
        (Known(COMPLETE.replace("identity.sourceIp", "authorizer.principalId").replace("httpMethod", "routeKey")), ()),
        (Known('{"id": "$context.requestId"}'), ("who called", "what was called", "when", "the result")),
        (Known(COMPLETE.replace("$context.status", "")), ("the result",)),
        (
            Text(("$context.identity.caller ", Reference("S", "AWS::StackName"))),
            ("what was called", "when", "the result"),
        ),
        (Unknown("the value of parameter P"), ()),
        (ABSENT, ()),
    ],
)
def test_what_an_entry_does_not_tell(format: Value, missing: tuple[str, ...]) -> None:
    assert missing_fields(format) == missing


def test_where_each_kind_of_stage_writes_its_settings() -> None:
    app = application(
        {
            "Resources": {
                "Rest": {"Type": "AWS::ApiGateway::Stage", "Properties": {"AccessLogSetting": {"Format": "a"}}},
                "Http": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"AccessLogSettings": {"Format": "b"}}},
            }
        }
    )
    assert [access_log(resource(app, name))["Format"].known for name in ("Rest", "Http")] == ["a", "b"]
