"""How functions are invoked, and who takes what they fail on."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.functions import Function, Functions
from analyzer.facts.invocations import Invocations
from analyzer.facts.triggers import Triggers
from analyzer.model.application import Application
from tests.stacks import application

ARN = {"Fn::GetAtt": ["Fn", "Arn"]}
ALIAS = {"Ref": "Live"}
PUBLISHED = {
    "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}},
    "Live": {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live", "FunctionName": {"Ref": "Fn"}}},
}
CALL = """
const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
const lambda = new LambdaClient({});
exports.handler = async (event) => lambda.send(new InvokeCommand({ FunctionName: process.env.TARGET, %s }));
"""


def of(type_: str, condition: str = "", **properties: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Type": type_, "Properties": properties}
    return {**found, "Condition": condition} if condition else found


def function(code: str = "exports.handler = async () => {};", **properties: Any) -> dict[str, Any]:
    settings = {"Runtime": "nodejs22.x", "Handler": "index.handler", "Code": {"ZipFile": code}, **properties}
    return of("AWS::Lambda::Function", **settings)


def rule(target: Any, **properties: Any) -> dict[str, Any]:
    return of("AWS::Events::Rule", ScheduleExpression="rate(1 day)", Targets=[{"Id": "t", "Arn": target}], **properties)


def config(qualifier: Any, condition: str = "", outcome: str = "OnFailure") -> dict[str, Any]:
    destination = {outcome: {"Destination": {"Fn::GetAtt": ["Lost", "Arn"]}}}
    name = {"Ref": "Fn"}
    return of(
        "AWS::Lambda::EventInvokeConfig",
        condition,
        FunctionName=name,
        Qualifier=qualifier,
        DestinationConfig=destination,
    )


def given(resources: dict[str, Any], **sections: Any) -> tuple[Application, Invocations, Function]:
    app = application({**sections, "Resources": {"Fn": function(), "Lost": of("AWS::SQS::Queue"), **resources}})
    functions = Functions(app)
    invocations = Invocations(app, functions, Triggers(app, functions))
    return app, invocations, next(f for f in functions if f.name == "Fn")


def ways(resources: dict[str, Any], **sections: Any) -> list[tuple[str, str, str | None, bool]]:
    _, invocations, target = given(resources, **sections)
    return [(str(each.mode), each.by, each.qualifier, each.sure) for each in invocations.of(target)]


ASYNC, SYNC = "asynchronous", "synchronous"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"R": rule(ARN)}, [(ASYNC, "R", "$LATEST", True)]),
        ({"R": rule(ALIAS), **PUBLISHED}, [(ASYNC, "R", "live", True)]),
        ({"R": rule({"Ref": "Version"}), **PUBLISHED}, [(ASYNC, "R", "S0/Version", True)]),
        ({"R": rule({"Fn::Sub": "${Fn.Arn}:blue"})}, [(ASYNC, "R", "blue", True)]),
        ({"R": rule(ARN, State="DISABLED")}, []),
        (
            {"C": of("Custom::Thing", ServiceToken=ARN)},
            [(ASYNC, "C", "$LATEST", True)],
        ),
        (
            {"C": of("AWS::CloudFormation::CustomResource", ServiceToken=ARN)},
            [(ASYNC, "C", "$LATEST", True)],
        ),
        (
            {
                "P": of(
                    "AWS::CodePipeline::Pipeline",
                    Stages=[
                        {
                            "Actions": [
                                {
                                    "ActionTypeId": {"Provider": "Lambda"},
                                    "Configuration": {"FunctionName": {"Ref": "Fn"}},
                                },
                                {"ActionTypeId": {"Provider": "S3"}, "Configuration": {"BucketName": "b"}},
                            ]
                        }
                    ],
                )
            },
            [(ASYNC, "P", "$LATEST", True)],
        ),
        (
            {"R": of("AWS::CodeCommit::Repository", Triggers=[{"DestinationArn": ARN}])},
            [(ASYNC, "R", "$LATEST", True)],
        ),
        (
            {
                "Api": of("AWS::ApiGateway::RestApi", Name="a"),
                "A": of(
                    "AWS::ApiGateway::Authorizer",
                    RestApiId={"Ref": "Api"},
                    AuthorizerUri={"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/functions/${Live}/invocations"},
                ),
                **PUBLISHED,
            },
            [(SYNC, "Api", "live", True)],
        ),
        (
            {"D": of("AWS::CloudFront::Distribution", DistributionConfig={
                "CacheBehaviors": [{"LambdaFunctionAssociations": [{"LambdaFunctionARN": {"Ref": "Version"}}]}]
            }), **PUBLISHED},
            [(SYNC, "D", "S0/Version", True)],
        ),
        ({"U": of("AWS::Lambda::Url", TargetFunctionArn=ARN)}, [(SYNC, "its function URL", "$LATEST", True)]),
    ],
)  # fmt: skip
def test_wires(resources: dict[str, Any], expected: list[tuple[str, str, str | None, bool]]) -> None:
    assert ways(resources) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("s3.amazonaws.com", [(ASYNC, "S3", "$LATEST", False)]),
        ("sns.amazonaws.com", [(ASYNC, "SNS", "$LATEST", False)]),
        ("apigateway.amazonaws.com", [(SYNC, "API Gateway", "$LATEST", False)]),
        ("111122223333", []),
        ({"Ref": "Who"}, []),
    ],
)
def test_a_permission_is_a_hint(principal: Any, expected: list[tuple[str, str, str | None, bool]]) -> None:
    permission = of("AWS::Lambda::Permission", FunctionName={"Ref": "Fn"}, Principal=principal)
    assert ways({"P": permission}, Parameters={"Who": {"Type": "String"}}) == expected


def test_a_wire_makes_the_hint_needless() -> None:
    permission = of("AWS::Lambda::Permission", FunctionName={"Ref": "Fn"}, Principal="events.amazonaws.com")
    other = of("AWS::Lambda::Permission", FunctionName={"Ref": "Fn"}, Principal="sns.amazonaws.com")
    assert ways({"R": rule(ARN), "P": permission, "O": other}) == [
        (ASYNC, "R", "$LATEST", True),
        (ASYNC, "SNS", "$LATEST", False),
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("InvocationType: 'Event'", [(ASYNC, "Caller", "$LATEST", True)]),
        ("InvocationType: 'RequestResponse'", [(SYNC, "Caller", "$LATEST", True)]),
        ("Payload: event.body", [(SYNC, "Caller", "$LATEST", True)]),
        ("InvocationType: 'DryRun'", []),
        ("InvocationType: event.kind", []),
    ],
)
def test_calls_in_code(arguments: str, expected: list[tuple[str, str, str | None, bool]]) -> None:
    caller = function(CALL % arguments, Environment={"Variables": {"TARGET": {"Ref": "Fn"}}})
    assert ways({"Caller": caller}) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"Resource": "${arn}"}, [(SYNC, "Machine state machine", "$LATEST", True)]),
        (
            {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "${arn}"}},
            [(SYNC, "Machine state machine", "$LATEST", True)],
        ),
        (
            {
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "${arn}", "InvocationType": "Event"},
            },
            [(ASYNC, "Machine state machine", "$LATEST", True)],
        ),
    ],
)
def test_tasks_of_state_machines(state: dict[str, Any], expected: list[tuple[str, str, str | None, bool]]) -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "End": True, **state}}}
    machine = of(
        "AWS::StepFunctions::StateMachine",
        Definition=definition,
        DefinitionSubstitutions={"arn": ARN},
        RoleArn="arn:aws:iam::111122223333:role/run",
    )
    assert ways({"Machine": machine}) == expected


STAGES = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
    },
}
DEAD = {"TargetArn": {"Fn::GetAtt": ["Lost", "Arn"]}}
ONLY_IN_PRODUCTION = {"Fn::If": ["IsProd", DEAD, {"Ref": "AWS::NoValue"}]}


@pytest.mark.parametrize(
    ("resources", "gap"),
    [
        ({"R": rule(ARN)}, ""),
        ({"R": rule(ARN), "C": config("$LATEST")}, None),
        ({"R": rule(ARN), "C": config("$LATEST", outcome="OnSuccess")}, ""),
        ({"R": rule(ARN), "C": config("live"), **PUBLISHED}, ""),
        ({"R": rule(ALIAS), "C": config("live"), **PUBLISHED}, None),
        ({"R": rule(ALIAS), "C": config("$LATEST"), **PUBLISHED}, ""),
        ({"R": rule(ALIAS), "Fn": function(DeadLetterConfig=DEAD), **PUBLISHED}, None),
        ({"R": rule({"Ref": "Version"}), "C": config({"Fn::GetAtt": ["Version", "Version"]}), **PUBLISHED}, None),
        ({"R": rule(ARN), "Fn": function(DeadLetterConfig={"TargetArn": ""})}, ""),
        ({"R": rule(ARN), "Fn": function(DeadLetterConfig=ONLY_IN_PRODUCTION)}, "condition IsProd is false"),
        ({"R": rule(ARN), "Fn": function(DeadLetterConfig=ONLY_IN_PRODUCTION), "C": config("$LATEST", "IsTest")}, None),
        ({"R": {**rule(ARN), "Condition": "IsProd"}, "C": config("$LATEST", "IsProd")}, None),
        ({"R": {**rule(ARN), "Condition": "IsProd"}, "C": config("$LATEST", "IsTest")}, "condition IsTest is false"),
    ],
)
def test_who_takes_what_fails(resources: dict[str, Any], gap: str | None) -> None:
    _, invocations, target = given(resources, **STAGES)
    (invocation,) = invocations.asynchronous(target)
    found = invocations.lost(target, invocation)
    assert (None if found is None else " and ".join(map(str, found))) == gap


def test_what_would_decide() -> None:
    parameters = {"Parameters": {"Q": {"Type": "String"}}}
    _, invocations, target = given({"R": rule(ARN), "C": config({"Ref": "Q"})}, **parameters)
    (invocation,) = invocations.asynchronous(target)
    assert invocations.undecided(target, invocation) == "the version of Fn that the failure destination is for"
    _, invocations, target = given({"R": rule(ARN), "C": config("live")}, **parameters)
    assert invocations.undecided(target, invocations.asynchronous(target)[0]) == ""


def test_the_same_parameter_is_the_same_version() -> None:
    parameters = {"Parameters": {"Q": {"Type": "String"}}}
    resources = {"R": rule({"Fn::Sub": "${Fn.Arn}:${Q}"}), "C": config({"Ref": "Q"})}
    _, invocations, target = given(resources, **parameters)
    (invocation,) = invocations.asynchronous(target)
    assert invocations.lost(target, invocation) is None
