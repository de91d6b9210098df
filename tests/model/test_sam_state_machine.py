"""State machines: definition, role, alias."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.sam import expand
from tests.model.sam_cases import expanded, inline, managed, of_type, properties, sam, serverless, trusting

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": {"Fn::GetAtt": ["Fn", "Arn"]}, "End": True}}}
CREATED = {"Key": "stateMachine:createdBy", "Value": "SAM"}


def machine(**own: Any) -> dict[str, Any]:
    return serverless("StateMachine", **own)


def test_as_a_whole() -> None:
    own = {
        "Definition": DEFINITION,
        "DefinitionSubstitutions": {"A": {"Ref": "Fn"}},
        "Name": {"Fn::Sub": "${AWS::StackName}"},
        "Type": "EXPRESS",
        "Logging": {"Level": "ALL"},
        "Tracing": {"Enabled": True},
        "Tags": {"a": "b"},
        "Policies": ["AWSLambdaRole", {"LambdaInvokePolicy": {"FunctionName": {"Ref": "Fn"}}}],
        "RolePath": "/x/",
        "PermissionsBoundary": "arn:b",
    }
    expansion = expanded({"M": machine(**own)})
    arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*"
    invoke = {
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": [{"Fn::Sub": [arn, {"FunctionName": {"Ref": "Fn"}}]}],
    }
    assert {name: raw["Properties"] for name, raw in expansion.document["Resources"].items()} == {
        "M": {
            "Definition": DEFINITION,
            "DefinitionSubstitutions": {"A": {"Ref": "Fn"}},
            "RoleArn": {"Fn::GetAtt": ["MRole", "Arn"]},
            "StateMachineName": {"Fn::Sub": "${AWS::StackName}"},
            "StateMachineType": "EXPRESS",
            "LoggingConfiguration": {"Level": "ALL"},
            "TracingConfiguration": {"Enabled": True},
            "Tags": [CREATED, {"Key": "a", "Value": "b"}],
        },
        "MRole": {
            "AssumeRolePolicyDocument": trusting("states.amazonaws.com"),
            "ManagedPolicyArns": ["AWSLambdaRole", managed("AWSXrayWriteOnlyAccess")],
            "Policies": [inline("MRolePolicy1", invoke)],
            "Path": "/x/",
            "PermissionsBoundary": "arn:b",
            "Tags": [CREATED, {"Key": "a", "Value": "b"}],
        },
    }
    assert properties(expansion, "M")["Definition"] is DEFINITION


def test_own_role() -> None:
    expansion = expanded({"M": machine(Definition=DEFINITION, Role={"Ref": "R"}, Tracing={"Enabled": True})})
    assert properties(expansion, "M")["RoleArn"] == {"Ref": "R"}
    assert of_type(expansion, "AWS::IAM::Role") == {}


@pytest.mark.parametrize(
    ("uri", "location", "metadata"),
    [
        ("s3://b/k", {"Bucket": "b", "Key": "k"}, None),
        ({"Bucket": "b", "Key": "k", "Version": "1"}, {"Bucket": "b", "Key": "k", "Version": "1"}, None),
        (
            "machine.asl.json",
            None,
            {"aws:asset:path": "machine.asl.json", "aws:asset:property": "DefinitionS3Location"},
        ),
    ],
)
def test_definition_elsewhere(uri: Any, location: Any, metadata: Any) -> None:
    resource = expanded({"M": machine(DefinitionUri=uri, Role="arn:r")}).document["Resources"]["M"]
    assert resource["Properties"].get("DefinitionS3Location") == location
    assert resource.get("Metadata") == metadata
    assert "Definition" not in resource["Properties"]


def test_definition_in_a_local_file_can_be_read() -> None:
    document = sam({"M": machine(DefinitionUri="machine.asl.json", Role="arn:r")})
    expansion = expand(document, read={"machine.asl.json": DEFINITION}.get)
    assert properties(expansion, "M")["Definition"] is DEFINITION


@pytest.mark.parametrize(("used", "called"), [(True, {"Ref": "MAliaslive"}), (False, {"Ref": "M"})])
def test_alias(used: bool, called: Any) -> None:
    events = {"On": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)", "RoleArn": "arn:r"}}}
    own = {"Definition": DEFINITION, "Role": "arn:r", "AutoPublishAlias": "live", "Events": events}
    preference = {"Type": "CANARY", "Percentage": 10}
    expansion = expanded({"M": machine(**own, DeploymentPreference=preference, UseAliasAsEventTarget=used)})
    resources = expansion.document["Resources"]
    assert resources["MVersion"] == {
        "Type": "AWS::StepFunctions::StateMachineVersion",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "StateMachineArn": {"Ref": "M"},
            "StateMachineRevisionId": {"Fn::GetAtt": ["M", "StateMachineRevisionId"]},
        },
    }
    assert resources["MAliaslive"]["Properties"] == {
        "Name": "live",
        "DeploymentPreference": {**preference, "StateMachineVersionArn": {"Ref": "MVersion"}},
    }
    assert properties(expansion, "MOn")["Targets"][0]["Arn"] == called


def test_events_that_state_machines_do_not_have() -> None:
    events = {"On": {"Type": "SQS", "Properties": {"Queue": "arn:q"}}}
    expansion = expanded({"M": machine(Definition=DEFINITION, Role="arn:r", Events=events)})
    assert expansion.notes == ("/Resources/M/Properties/Events/On: events of type 'SQS' are not known",)
