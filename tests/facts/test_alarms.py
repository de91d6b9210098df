"""Which alarm watches what, and whether anybody hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.alarms import Alarms
from analyzer.facts.functions import Functions
from tests.stacks import Stack, application, resource

FN = {"FunctionName": {"Ref": "Fn"}}
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Runtime": "nodejs22.x",
        "Handler": "index.handler",
        "FunctionName": "orders",
        "Code": {"ZipFile": "exports.handler = async () => {};"},
    },
}
ORDERS = {"Fn": FUNCTION, "Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic"}}
TO_TOPIC = [{"Ref": "Topic"}]


MADE_BY_A_MACRO = [{"Fn::Transform": {"Name": "Dimensions", "Parameters": {"Beside": {"Ref": "Queue"}}}}]


def of(type_: str, condition: str = "", **properties: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Type": type_, "Properties": properties}
    return {**found, "Condition": condition} if condition else found


def alarm(
    dimensions: dict[str, Any] | None = None,
    namespace: str = "AWS/Lambda",
    metric: str = "Errors",
    condition: str = "",
    **properties: Any,
) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in (FN if dimensions is None else dimensions).items()]
    settings = {"Namespace": namespace, "MetricName": metric, "Dimensions": named, **properties}
    return of("AWS::CloudWatch::Alarm", condition, **settings)


def stat(dimensions: dict[str, Any], namespace: str = "AWS/Lambda", metric: str = "Errors") -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {"Id": "m", "MetricStat": {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": named}}}


def metrics(*items: dict[str, Any]) -> dict[str, Any]:
    return of("AWS::CloudWatch::Alarm", Metrics=list(items))


def query(expression: Any) -> dict[str, Any]:
    return metrics({"Id": "q", "Expression": expression})


def watched(target: str, resources: dict[str, Any], **sections: Any) -> list[str]:
    app = application({**sections, "Resources": {**ORDERS, **resources}})
    alarms = Alarms(app, Functions(app))
    return [f"{watch.alarm.id}:{watch.metric.name}" for watch in alarms.on(resource(app, target))]


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"A": alarm()}, ["A:Errors"]),
        ({"A": alarm({"FunctionName": "orders"})}, ["A:Errors"]),
        ({"A": alarm({"FunctionName": "orders-of-others"})}, []),
        ({"A": alarm({"FunctionName": {"Fn::GetAtt": ["Fn", "Arn"]}})}, ["A:Errors"]),
        ({"A": alarm({"Resource": {"Fn::Sub": "${Fn}:live"}})}, ["A:Errors"]),
        ({"A": alarm({"FunctionName": {"Fn::If": ["Yes", {"Ref": "Fn"}, "other"]}})}, ["A:Errors"]),
        ({"A": alarm({})}, ["A:Errors"]),
        ({"A": alarm({}, namespace="AWS/SQS")}, []),
        ({"A": alarm({}, namespace="Custom")}, []),
        ({"A": alarm({"service": {"Ref": "Fn"}}, namespace="Custom", metric="Failed")}, ["A:Failed"]),
        ({"A": metrics({"Id": "e", "Expression": "m / 100"}, stat(FN))}, ["A:Errors"]),
        ({"A": metrics({"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}, stat(FN))}, ["A:Errors"]),
        ({"A": query('SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName)')}, ["A:Errors"]),
        ({"A": query('SELECT MAX(Duration) FROM "AWS/Lambda" GROUP BY FunctionName')}, ["A:Duration"]),
        ({"A": query("SELECT SUM(Errors) FROM \"AWS/Lambda\" WHERE FunctionName = 'orders'")}, ["A:Errors"]),
        ({"A": query("SELECT SUM(Errors) FROM \"AWS/Lambda\" WHERE FunctionName = 'others' LIMIT 5")}, []),
        (
            {"A": query({"Fn::Sub": "SELECT SUM(Errors) FROM \"AWS/Lambda\" WHERE FunctionName = '${Fn}'"})},
            ["A:Errors"],
        ),
        ({"A": query('SELECT SUM(NumberOfMessagesSent) FROM SCHEMA("AWS/SQS", QueueName)')}, []),
        ({"A": query("m1 + m2")}, []),
    ],
)
def test_alarms_on_a_function(resources: dict[str, Any], expected: list[str]) -> None:
    conditions = {"Conditions": {"Yes": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}}
    assert watched("Fn", resources, **conditions) == expected


def filtered(group: Any, namespace: Any = "Orders", name: str = "Failed") -> dict[str, Any]:
    made = [{"MetricNamespace": namespace, "MetricName": name, "MetricValue": "1"}]
    return of("AWS::Logs::MetricFilter", LogGroupName=group, FilterPattern="ERROR", MetricTransformations=made)


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"F": filtered("/aws/lambda/orders"), "A": alarm({}, "Orders", "Failed")}, ["A:Failed"]),
        ({"F": filtered({"Fn::Sub": "/aws/lambda/${Fn}"}), "A": alarm({}, "Orders", "Failed")}, ["A:Failed"]),
        ({"F": filtered("/aws/lambda/others"), "A": alarm({}, "Orders", "Failed")}, []),
        ({"F": filtered("/aws/lambda/orders"), "A": alarm({}, "Orders", "Other")}, []),
        (
            {
                "F": filtered({"Ref": "G"}, {"Ref": "AWS::StackName"}),
                "G": of("AWS::Logs::LogGroup", LogGroupName={"Fn::Sub": "/aws/lambda/${Fn}"}),
                "A": alarm({}, {"Ref": "AWS::StackName"}, "Failed"),  # type: ignore[arg-type]
            },
            ["A:Failed"],
        ),
    ],
)
def test_metrics_of_the_log(resources: dict[str, Any], expected: list[str]) -> None:
    assert watched("Fn", resources) == expected


def test_metrics_of_the_log_of_an_api() -> None:
    log = {"DestinationArn": {"Fn::GetAtt": ["G", "Arn"]}, "Format": "$context.status"}
    resources = {
        "Api": of("AWS::ApiGateway::RestApi", Name="orders"),
        "G": of("AWS::Logs::LogGroup"),
        "Stage": of("AWS::ApiGateway::Stage", RestApiId={"Ref": "Api"}, AccessLogSetting=log),
        "F": filtered({"Ref": "G"}),
        "A": alarm({}, "Orders", "Failed"),
    }
    assert watched("Api", resources) == ["A:Failed"]


def test_an_alarm_of_another_stack() -> None:
    output = {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}, "Export": {"Name": "queue-name"}}
    first = Stack("Work", {"Resources": ORDERS, "Outputs": {"Name": output}})
    imported = {"QueueName": {"Fn::ImportValue": "queue-name"}}
    second = Stack("Alarms", {"Resources": {"A": alarm(imported, "AWS/SQS", "ApproximateNumberOfMessagesVisible")}})
    app = application(first, second)
    alarms = Alarms(app, Functions(app))
    assert [watch.alarm.id for watch in alarms.on(resource(app, "Queue"))] == ["A"]
    assert alarms.on(resource(app, "Fn")) == []


@pytest.mark.parametrize(
    ("target", "alarm_", "needs"),
    [
        ("Fn", alarm({"FunctionName": {"Ref": "P"}}), "the value of parameter P"),
        ("Queue", alarm({"FunctionName": {"Ref": "P"}}), ""),
        ("Queue", alarm({"QueueName": {"Ref": "P"}}, "AWS/SQS"), "the value of parameter P"),
        (
            "Fn",
            query("SELECT SUM(Errors) FROM \"AWS/Lambda\" WHERE tag.team = 'a'"),
            "the tags that alarm A selects by",
        ),
        ("Fn", alarm({"FunctionName": "others"}), ""),
        ("Fn", alarm(Dimensions=MADE_BY_A_MACRO), "what the macro Dimensions returns"),
    ],
)
def test_what_cannot_be_known(target: str, alarm_: dict[str, Any], needs: str) -> None:
    parameters = {"P": {"Type": "String"}}
    app = application({"Parameters": parameters, "Resources": {**ORDERS, "A": alarm_}})
    alarms = Alarms(app, Functions(app))
    assert (alarms.on(resource(app, target)), alarms.undecided(resource(app, target))) == ([], needs)


TITLED = of("AWS::ApiGateway::RestApi", Body={"openapi": "3.0.1", "info": {"title": "titled"}, "paths": {}})
STORED = of("AWS::ApiGateway::RestApi", BodyS3Location={"Bucket": "b", "Key": "api.yaml"})


@pytest.mark.parametrize(
    ("target", "dimensions", "on", "needs"),
    [
        ("Titled", {"ApiName": "titled"}, ["A"], ""),
        ("Titled", {"ApiName": "others"}, [], ""),
        ("Stored", {"ApiName": "others"}, [], "the title in the definition of Stored"),
        ("Stored", {"ApiName": "others", "Stage": "prod"}, [], "the title in the definition of Stored"),
        ("Stored", {"ApiName": "titled"}, [], ""),
        ("Stored", {"FunctionName": "others"}, [], ""),
    ],
)
def test_the_name_of_an_api_may_stand_in_a_file(target: str, dimensions: Any, on: list[str], needs: str) -> None:
    app = application(
        {"Resources": {"Titled": TITLED, "Stored": STORED, "A": alarm(dimensions, "AWS/ApiGateway", "5XXError")}}
    )
    alarms, api = Alarms(app, Functions(app)), resource(app, target)
    assert ([watch.alarm.id for watch in alarms.on(api)], alarms.undecided(api)) == (on, needs)


STAGES = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
    },
}
NOTHING = {"Ref": "AWS::NoValue"}
IN_PRODUCTION = {"Fn::If": ["IsProd", True, False]}


def silent(resources: dict[str, Any], target: str = "A") -> str | None:
    """Under which conditions nobody hears of the alarm; None where somebody always does."""
    app = application({**STAGES, "Resources": {**ORDERS, **resources}})
    found = Alarms(app, Functions(app)).actions.without(resource(app, target))
    return None if found is None else " and ".join(map(str, found))


def composite(rule: Any, **properties: Any) -> dict[str, Any]:
    return of("AWS::CloudWatch::CompositeAlarm", AlarmRule=rule, **properties)


def event_rule(pattern: dict[str, Any], **properties: Any) -> dict[str, Any]:
    target = [{"Id": "t", "Arn": {"Ref": "Topic"}}]
    return of("AWS::Events::Rule", EventPattern=pattern, Targets=target, **properties)


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"A": alarm(AlarmActions=TO_TOPIC)}, None),
        ({"A": alarm()}, ""),
        ({"A": alarm(AlarmActions=[])}, ""),
        ({"A": alarm(AlarmActions=[NOTHING])}, ""),
        ({"A": alarm(OKActions=TO_TOPIC)}, ""),
        ({"A": alarm(AlarmActions=TO_TOPIC, ActionsEnabled=False)}, ""),
        ({"A": alarm(AlarmActions=TO_TOPIC, ActionsEnabled="true")}, None),
        ({"A": alarm(AlarmActions={"Fn::If": ["IsProd", TO_TOPIC, NOTHING]})}, "condition IsProd is false"),
        ({"A": alarm(AlarmActions=TO_TOPIC, ActionsEnabled=IN_PRODUCTION)}, "condition IsProd is false"),
        ({"A": alarm(condition="IsProd", AlarmActions={"Fn::If": ["IsProd", TO_TOPIC, NOTHING]})}, None),
    ],
)  # fmt: skip
def test_own_actions(resources: dict[str, Any], expected: str | None) -> None:
    assert silent(resources) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Fn::Sub": "ALARM(${A}) OR ALARM(other)"}, None),
        ({"Fn::Join": ["", ['ALARM("', {"Fn::GetAtt": ["A", "Arn"]}, '")']]}, None),
        ("NOT ALARM('orders alarm')", None),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:other)", ""),
        ("ALARM(orders)", ""),
    ],
)
def test_actions_of_a_composite_alarm(rule: Any, expected: str | None) -> None:
    child = alarm(AlarmName="orders alarm")
    assert silent({"A": child, "C": composite(rule, AlarmActions=TO_TOPIC)}) == expected
    assert silent({"A": child, "C": composite(rule)}) == ""


def test_composite_alarms_that_use_each_other_end() -> None:
    resources = {"A": composite("ALARM(b)", AlarmName="a"), "B": composite("ALARM(a)", AlarmName="b")}
    assert silent(resources) == ""


CHANGE = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (event_rule(CHANGE), None),
        (event_rule(CHANGE, State="DISABLED"), ""),
        (event_rule({"source": ["aws.s3"]}), ""),
        (event_rule({**CHANGE, "resources": [{"Fn::GetAtt": ["A", "Arn"]}]}), None),
        (event_rule({**CHANGE, "resources": ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:other"]}), ""),
        (event_rule({**CHANGE, "detail": {"alarmName": [{"prefix": "orders"}]}}), None),
        (event_rule({**CHANGE, "detail": {"alarmName": [{"prefix": "invoices"}]}}), ""),
        (event_rule({**CHANGE, "detail": {"alarmName": [{"wildcard": "*"}]}}), None),
        (event_rule({**CHANGE, "detail": {"alarmName": [["orders"]]}}), None),
        (event_rule({**CHANGE, "detail": {"alarmName": [5, None]}}), ""),
        (
            of(
                "AWS::CodeDeploy::DeploymentGroup",
                AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": {"Ref": "A"}}]},
            ),
            None,
        ),
        (of("AWS::Route53::HealthCheck", HealthCheckConfig={"AlarmIdentifier": {"Name": "orders alarm"}}), None),
        (of("AWS::AppConfig::Environment", Monitors=[{"AlarmArn": {"Fn::GetAtt": ["A", "Arn"]}}]), None),
        (of("AWS::ECS::Service", DeploymentConfiguration={"Alarms": {"AlarmNames": ["another alarm"]}}), ""),
    ],
)
def test_what_else_acts_on_an_alarm(user: dict[str, Any], expected: str | None) -> None:
    assert silent({"A": alarm(AlarmName="orders alarm"), "U": user}) == expected


@pytest.mark.parametrize(
    ("resources", "missing"),
    [
        ({}, ""),
        ({"A": alarm()}, None),
        ({"A": alarm(condition="IsProd")}, "condition IsProd is false"),
        ({"A": alarm(condition="IsProd"), "B": alarm(condition="IsTest")}, None),
    ],
)
def test_where_the_application_has_no_alarm(resources: dict[str, Any], missing: str | None) -> None:
    app = application({**STAGES, "Resources": {**ORDERS, **resources}})
    found = Alarms(app, Functions(app)).missing
    assert (None if found is None else " and ".join(map(str, found))) == missing
