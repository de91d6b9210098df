"""Connectors, by themselves and on their source, as policies and permissions."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam_connector_profiles import PROFILES, RolePolicy
from tests.model.sam_cases import allowing, expanded, function, permission, properties, serverless, types

TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {}}
QUEUE = {"Type": "AWS::SQS::Queue"}
TOPIC = {"Type": "AWS::SNS::Topic"}
TABLE_ARN = {"Fn::GetAtt": ["Table", "Arn"]}
INDEX = {"Fn::Sub": ["${Destination}/index/*", {"Destination": TABLE_ARN}]}
READ = [
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:PartiQLSelect",
]


def link(source: Any, destination: Any, *permissions: str) -> dict[str, Any]:
    return serverless("Connector", Source=source, Destination=destination, Permissions=list(permissions))


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def test_function_reads_a_table() -> None:
    resources = {"Fn": function(Role=None), "Table": TABLE, "Link": link({"Id": "Fn"}, {"Id": "Table"}, "Read")}
    expansion = expanded(resources)
    assert expansion.document["Resources"]["LinkPolicy"] == {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "PolicyDocument": document(allowing(READ, [TABLE_ARN, INDEX])),
            "Roles": [{"Ref": "FnRole"}],
        },
    }
    assert "Link" not in expansion.document["Resources"]
    assert (expansion.owners["LinkPolicy"], expansion.origins["LinkPolicy"]) == ("Link", "/Resources/Link")


def test_connector_on_its_source() -> None:
    connectors = {"Read": {"Properties": {"Destination": {"Id": "Table"}, "Permissions": ["Read"]}}}
    fn = {**function(Role=None), "Connectors": connectors}
    expansion = expanded({"Fn": fn, "Table": TABLE})
    assert properties(expansion, "FnReadPolicy")["Roles"] == [{"Ref": "FnRole"}]
    assert expansion.origins["FnReadPolicy"] == "/Resources/Fn/Connectors/Read"
    assert "Connectors" not in expansion.document["Resources"]["Fn"]


def test_connector_on_a_plain_resource() -> None:
    connectors = {"Send": {"Properties": {"Destination": {"Id": "Queue"}, "Permissions": ["Write"]}}}
    expansion = expanded({"Topic": {**TOPIC, "Connectors": connectors}, "Queue": QUEUE})
    arn = {"Fn::GetAtt": ["Queue", "Arn"]}
    statement = {
        **allowing("sqs:SendMessage", arn),
        "Principal": {"Service": "sns.amazonaws.com"},
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}},
    }
    assert expansion.document["Resources"] == {
        "Topic": TOPIC,
        "Queue": QUEUE,
        "TopicSendQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": document(statement)},
        },
    }


def test_several_destinations() -> None:
    resources = {
        "Fn": function(Role=None),
        "A": TOPIC,
        "B": TOPIC,
        "Link": link({"Id": "Fn"}, [{"Id": "A"}, {"Id": "B"}], "Write"),
    }
    expansion = expanded(resources)
    for index, name in enumerate("AB"):
        statement = allowing(["sns:Publish"], [{"Ref": name}])
        assert properties(expansion, f"LinkPolicyDestination{index}")["PolicyDocument"] == document(statement)


EXECUTE = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceId}/${SourceQualifier}"


@pytest.mark.parametrize(
    ("source", "reference", "principal", "arn"),
    [
        (TOPIC, {"Id": "S"}, "sns.amazonaws.com", {"SourceArn": {"Ref": "S"}}),
        (
            {"Type": "AWS::S3::Bucket"},
            {"Id": "S"},
            "s3.amazonaws.com",
            {"SourceArn": {"Fn::GetAtt": ["S", "Arn"]}, "SourceAccount": {"Fn::Sub": "${AWS::AccountId}"}},
        ),
        (
            serverless("Api", StageName="v1"),
            {"Id": "S"},
            "apigateway.amazonaws.com",
            {"SourceArn": {"Fn::Sub": [EXECUTE, {"SourceId": {"Ref": "S"}, "SourceQualifier": "*"}]}},
        ),
        (
            serverless("HttpApi"),
            {"Id": "S", "Qualifier": "v1/GET/x"},
            "apigateway.amazonaws.com",
            {"SourceArn": {"Fn::Sub": [EXECUTE, {"SourceId": {"Ref": "S"}, "SourceQualifier": "v1/GET/x"}]}},
        ),
        (
            {"Type": "AWS::Events::Rule"},
            {"Id": "S"},
            "events.amazonaws.com",
            {"SourceArn": {"Fn::GetAtt": ["S", "Arn"]}},
        ),
    ],
)
def test_services_that_invoke_a_function(source: Any, reference: Any, principal: str, arn: Any) -> None:
    expansion = expanded({"S": source, "Fn": function(), "Link": link(reference, {"Id": "Fn"}, "Write")})
    expected = permission({"Fn::GetAtt": ["Fn", "Arn"]}, principal, **arn)
    assert properties(expansion, "LinkWriteLambdaPermission") == expected


def test_what_is_polled_is_granted_to_the_function() -> None:
    resources = {"Queue": QUEUE, "Fn": function(Role={"Fn::GetAtt": ["Own", "Arn"]})}
    expansion = expanded({**resources, "Link": link({"Id": "Queue"}, {"Id": "Fn"}, "Write", "Read")})
    arn = {"Fn::GetAtt": ["Queue", "Arn"]}
    assert properties(expansion, "LinkPolicy") == {
        "PolicyDocument": document(
            allowing(["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], [arn]),
            allowing(["sqs:DeleteMessage"], [arn]),
        ),
        "Roles": [{"Ref": "Own"}],
    }


def test_rule_with_a_role_for_its_target() -> None:
    target = {"Arn": {"Ref": "Machine"}, "Id": "t", "RoleArn": {"Fn::GetAtt": ["RuleRole", "Arn"]}}
    rule = {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": "arn:x"}, target]}}
    machine = serverless("StateMachine", Definition={}, Role="arn:r")
    expansion = expanded({"Rule": rule, "Machine": machine, "Link": link({"Id": "Rule"}, {"Id": "Machine"}, "Write")})
    assert properties(expansion, "LinkPolicy") == {
        "PolicyDocument": document(allowing(["states:StartExecution"], [{"Ref": "Machine"}])),
        "Roles": [{"Ref": "RuleRole"}],
    }


def test_executions_of_a_state_machine() -> None:
    machine = serverless("StateMachine", Definition={}, Role="arn:r")
    resources = {"Fn": function(Role=None), "Machine": machine, "Link": link({"Id": "Fn"}, {"Id": "Machine"}, "Write")}
    arn = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${DestinationName}:*"
    executions = {"Fn::Sub": [arn, {"DestinationName": {"Fn::GetAtt": ["Machine", "Name"]}}]}
    assert properties(expanded(resources), "LinkPolicy")["PolicyDocument"] == document(
        allowing(["states:StartExecution", "states:StartSyncExecution"], [{"Ref": "Machine"}]),
        allowing(["states:StopExecution"], [executions]),
    )


def test_ends_that_are_described_by_their_properties() -> None:
    source = {"Type": "AWS::Serverless::Function", "RoleName": "role"}
    destination = {"Type": "AWS::Serverless::SimpleTable", "Arn": "arn:t"}
    expansion = expanded({"Link": link(source, destination, "Read")})
    index = {"Fn::Sub": ["${Destination}/index/*", {"Destination": "arn:t"}]}
    assert properties(expansion, "LinkPolicy") == {
        "PolicyDocument": document(allowing(READ, ["arn:t", index])),
        "Roles": ["role"],
    }


def test_dependencies_on_the_connector_move_to_what_it_became() -> None:
    late = {"Type": "AWS::SNS::Topic", "DependsOn": ["Link", "Fn"]}
    resources = {"Fn": function(Role=None), "Topic": TOPIC, "Late": late}
    expansion = expanded({**resources, "Link": link({"Id": "Fn"}, {"Id": "Topic"}, "Write")})
    assert expansion.document["Resources"]["Late"]["DependsOn"] == ["Fn", "LinkPolicy"]


@pytest.mark.parametrize(
    ("connector", "words"),
    [
        (link({"Id": "Fn"}, {"Id": "Nobody"}, "Read"), "what connects AWS::Lambda::Function to None is not known here"),
        (
            link({"Id": "Table"}, {"Id": "Topic"}, "Read"),
            "what connects AWS::DynamoDB::Table to AWS::SNS::Topic is not known here",
        ),
        (link({"Id": "Fn"}, {"Id": "Table"}, "Own"), "permissions must be of Read, Write"),
        (link({"Id": "Topic"}, {"Id": "Fn"}, "Read"), "permissions must be Write"),
        (
            link({"Id": "Given"}, {"Id": "Table"}, "Read"),
            "the role to attach the policy to is not in the template",
        ),
    ],
)
def test_connectors_that_are_not_understood(connector: Any, words: str) -> None:
    resources = {"Fn": function(Role=None), "Given": function(), "Table": TABLE, "Topic": TOPIC}
    expansion = expanded({**resources, "Link": connector})
    assert expansion.notes == (f"/Resources/Link: {words}",)
    assert sorted(types(expansion)) == ["Fn", "FnRole", "Given", "Table", "Topic"]


def test_profiles_name_actions_of_services() -> None:
    for pair, profile in PROFILES.items():
        if isinstance(profile, RolePolicy):
            actions = [action for grants in profile.grants.values() for grant in grants for action in grant.actions]
            assert all(action.partition(":")[2] for action in actions), pair
