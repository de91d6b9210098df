"""CDK's own additions are never judged as the user's functions where that would be noise: modes 10 and 13."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

from analyzer import engine, registry
from analyzer.data.store import read_json
from analyzer.query import Query
from tests.stacks import Construct, Stack, application

FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Runtime": "nodejs22.x",
        "Handler": "index.handler",
        "Code": {"ZipFile": "exports.handler = async () => { try { await work() } catch (e) {} }"},
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Letters", "Arn"]}},
        "ReservedConcurrentExecutions": 0,
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    },
}
CALLERS: dict[str, Any] = {
    "Rule": (
        "AWS::Events::Rule",
        lambda arn: {"ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "x", "Arn": arn}]},
    ),
    "Topic": ("AWS::SNS::Subscription", lambda arn: {"Protocol": "lambda", "Endpoint": arn, "TopicArn": "t"}),
    "Mapping": (
        "AWS::Lambda::EventSourceMapping",
        lambda arn: {"FunctionName": arn, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}},
    ),
}


class Assembly(Stack):
    """A stack whose assembly tells construct paths."""

    def construct(self, logical_id: str) -> Construct:
        return Construct(PATHS.get(logical_id))


def _names() -> dict[str, str | None]:
    """Logical ids of functions that CDK adds, with a construct path where only that tells."""
    names: dict[str, str | None] = {}
    for entry in read_json("framework_owned.json")["owned"]:
        for prefix in entry["logical_id_prefixes"]:
            names[f"{prefix}0A1B2C3D"] = None
        for part in entry["logical_id_parts"]:
            names[f"X{part}0A1B2C3D"] = None
        for number, identifier in enumerate(entry["construct_ids"]):
            names[f"{entry['name'].replace('-', '')}{number}ByPath"] = f"S/{identifier}/Handler/Resource"
    return names


PATHS = _names()


def stack(names: list[str]) -> Stack:
    resources: dict[str, Any] = {
        "Letters": {"Type": "AWS::SQS::Queue"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}],
                "AlarmActions": ["arn:aws:sns:eu-west-1:111111111111:pager"],
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
    }
    for name in names:
        resources[name] = FUNCTION
        arn = {"Fn::GetAtt": [name, "Arn"]}
        for caller, (kind, properties) in CALLERS.items():
            resources[f"{caller}Of{name}"] = {"Type": kind, "Properties": properties(arn)}
    return Assembly("S", json.loads(json.dumps({"Resources": resources})))


def judged(names: list[str]) -> set[tuple[str, str]]:
    query = Query(application(stack(names)), as_of=date(2026, 11, 24))
    rules = registry.select(["FM10", "FM13"])
    evaluation = engine.run(rules, query, budget=engine.Budget(60, time.monotonic))
    assert evaluation.breakdowns == ()
    return {(rule.id, each.subject.logical_id) for rule, each in evaluation.judgements}


def test_no_rule_on_dead_letters_alarms_or_tuning_judges_what_cdk_adds() -> None:
    assert {pair for pair in judged(list(PATHS)) if pair[1] in PATHS} == set()


def test_the_same_function_under_a_name_of_ones_own_is_judged() -> None:
    rules = {rule for rule, subject in judged(["Processor"]) if subject == "Processor"}
    wanted = "FM1001 FM1002 FM1008 FM1009 FM1014 FM1015 FM1301 FM1303 FM1306 FM1309 FM1310"
    assert rules >= set(wanted.split())
