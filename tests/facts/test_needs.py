"""What the code of a function needs."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.functions import Functions
from analyzer.facts.iam import Iam
from analyzer.facts.iam_surplus import judge_surplus
from analyzer.facts.needs import Needs, callable_actions, needs_of
from analyzer.judgement import Confidence
from tests.facts.iam_cases import PASS, Answer, allow, answer, app, deny, function, role

IMPORTS = "import boto3\n"
CLIENT = f"{IMPORTS}table = boto3.resource('dynamodb').Table('t')\n"


def code(body: str, before: str = CLIENT) -> dict[str, str]:
    return {"ZipFile": f"{before}def handler(event, context):\n    {body}\n"}


def needs(source: dict[str, Any], *, resources: dict[str, Any] | None = None, **properties: Any) -> Needs:
    built = app({"Role": role(), "F": function(Code=source, **properties), **(resources or {})})
    functions = Functions(built)
    (found,) = functions
    return needs_of(found, functions)


def test_calls_are_actions() -> None:
    assert needs(code("table.put_item(Item=event)")) == Needs(frozenset({"dynamodb:putitem"}))
    transaction = code("boto3.client('dynamodb').transact_write_items(TransactItems=[])", IMPORTS)
    assert needs(transaction).actions == {
        "dynamodb:conditioncheckitem",
        "dynamodb:deleteitem",
        "dynamodb:putitem",
        "dynamodb:updateitem",
    }


def test_a_put_may_need_more_by_its_parameters() -> None:
    found = needs(code("boto3.client('s3').put_object(Bucket='b', Key='k')", IMPORTS)).actions
    assert {"s3:putobject", "s3:putobjecttagging", "s3:abortmultipartupload"} <= found
    assert "s3:deleteobject" not in found


@pytest.mark.parametrize(
    ("arguments", "tags"),
    [("VolumeId=event, Tags=[{'Key': 'k', 'Value': 'v'}]", True), ("VolumeId=event", False), ("**event", True)],
)
def test_what_is_made_with_tags_needs_the_right_to_tag(arguments: str, tags: bool) -> None:
    found = needs(code(f"boto3.client('fsx').create_snapshot({arguments})", IMPORTS)).actions
    assert {action for action in found if "tagresource" in action} == ({"fsx:tagresource"} if tags else set())


def test_a_durable_execution_calls_lambda_by_itself() -> None:
    found = needs(
        {
            "ZipFile": "import { withDurableExecution } from '@aws/durable-execution-sdk-js';\n"
            "export const handler = withDurableExecution(async (event, context) => context.invoke('worker', event));"
        },
        Runtime="nodejs24.x",
    )
    assert (found.actions, found.uncertain) == (frozenset(), frozenset({"lambda"}))


def test_dead_code_needs_nothing() -> None:
    dead = f"{CLIENT}def unused():\n    table.delete_item(Key=1)\n"
    assert needs(code("table.get_item(Key=1)", dead)) == Needs(frozenset({"dynamodb:getitem"}))


def test_a_client_without_calls_is_uncertain() -> None:
    source = code("return library(boto3.client('sqs'))", f"{IMPORTS}def library(client):\n    return client\n")
    assert needs(source).uncertain == frozenset({"sqs"})


def test_an_sdk_inside_the_bundle() -> None:
    bundle = "const h='amz-sdk-invocation-id';exports.handler=async e=>new Q().send(e);class Q{send(e){return e}}"
    found = needs({"ZipFile": bundle}, Runtime="nodejs22.x")
    assert found.problem == "what the AWS SDK inside the bundle of F calls"


def test_code_that_cannot_be_read() -> None:
    assert needs({"ImageUri": "x"}, PackageType="Image").problem == "the image of F"
    assert needs(code("return 1"), Handler={"Ref": "AWS::NoValue"}).problem == "the handler of F"
    computed = needs(code("getattr(boto3.client('s3'), event['op'])()", IMPORTS))
    assert computed.problem == "index.py: the method of an AWS client is computed"
    twice = needs(code("getattr(boto3.client('s3'), event['op'])(); exec(event['code'])", IMPORTS))
    assert twice.problem == "index.py: the method of an AWS client is computed"


@pytest.mark.parametrize(
    ("resources", "properties", "expected"),
    [
        ({}, {}, frozenset()),
        ({}, {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:111122223333:q"}}, {"sqs:sendmessage"}),
        (
            {"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "F"}}}},
            {},
            {"sqs:deletemessage"},
        ),
        (
            {
                "C": {
                    "Type": "AWS::Lambda::EventInvokeConfig",
                    "Properties": {
                        "FunctionName": {"Ref": "F"},
                        "DestinationConfig": {"OnFailure": {"Destination": "x"}},
                    },
                }
            },
            {},
            {"events:putevents"},
        ),
        (
            {"M": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": "other"}}},
            {},
            frozenset(),
        ),
    ],
)
def test_in_its_stead(resources: dict[str, Any], properties: dict[str, Any], expected: frozenset[str]) -> None:
    found = needs(code("return 1"), resources=resources, **properties)
    assert expected <= found.actions
    assert bool(expected) == bool(found.actions)


def test_actions_that_no_operation_needs() -> None:
    assert "dynamodb:putitem" in callable_actions("dynamodb")
    assert "execute-api:invoke" not in callable_actions("execute-api")
    assert callable_actions("rds-db") == frozenset()


# --- what policies grant beyond -----------------------------------------------------------------------------


def surplus(*statements: dict[str, Any], body: str = "table.put_item(Item=event)", **others: Any) -> Answer:
    resources = {"Role": role(*statements), "F": function(Code=code(body)), **others}
    built = app(resources)
    judged = judge_surplus(Iam(built), Functions(built), "{what}")
    return {one.subject.logical_id: answer(one) for one in judged}["Role"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("dynamodb:PutItem")], PASS),
        ([allow(["dynamodb:PutItem", "dynamodb:DeleteItem"])], ("fail", "dynamodb:DeleteItem.", None)),
        ([allow(["dynamodb:GetItem", "dynamodb:Query"])], PASS),
        ([allow("sqs:SendMessage")], ("fail", "sqs:SendMessage.", None)),
        ([allow("dynamodb:*Item")], ("fail", "dynamodb:*Item (BatchWriteItem, DeleteItem, UpdateItem).", None)),
        ([allow(["dynamodb:*", "*"])], PASS),
        ([allow(["logs:PutLogEvents", "xray:PutTraceSegments", "kms:Encrypt", "iam:PassRole"])], PASS),
        ([allow("ec2:CreateNetworkInterface")], PASS),
        ([allow("execute-api:Invoke")], PASS),
        ([allow("dynamodb:DeleteItem"), deny("dynamodb:Delete*")], PASS),
        ([allow("dynamodb:DeleteItem", "arn:aws:sqs:eu-west-1:111122223333:q")], PASS),
        # what a framework grants as one, and the same without one of its parts
        (
            [allow(["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"])],
            PASS,
        ),
        (
            [allow(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"])],
            ("fail", "dynamodb:DeleteItem and dynamodb:UpdateItem.", None),
        ),
        (
            [allow(["kinesis:PutRecord", "kinesis:PutRecords"])],
            ("fail", "kinesis:PutRecord and kinesis:PutRecords.", None),
        ),
    ],
)
def test_surplus(statements: list[dict[str, Any]], expected: Answer) -> None:
    assert surplus(*statements) == expected


def test_what_one_of_several_functions_calls_is_needed() -> None:
    other = function(Code=code("table.delete_item(Key=1)"))
    assert surplus(allow(["dynamodb:PutItem", "dynamodb:DeleteItem"]), G=other) == PASS


def test_unreadable_code_is_a_doubt_only_where_it_could_matter() -> None:
    image = function(Code={"ImageUri": "x"}, PackageType="Image")
    assert surplus(allow("dynamodb:DeleteItem"), G=image) == ("unknown", "the image of G", None)
    assert surplus(allow("dynamodb:PutItem"), G=image) == PASS


def test_a_client_without_calls_is_a_doubt() -> None:
    body = "table.put_item(Item=1); print(boto3.client('sqs'))"
    assert surplus(allow("sqs:SendMessage"), body=body) == ("unknown", "what the code calls of sqs", None)


def test_libraries_that_call_aws_by_themselves() -> None:
    files = f"from pynamodb.models import Model\n{CLIENT}"
    source = {"ZipFile": f"{files}def handler(event, context):\n    table.put_item(Item=1)\n"}
    built = app({"Role": role(allow("dynamodb:DeleteItem")), "F": function(Code=source)})
    (judged,) = judge_surplus(Iam(built), Functions(built), "{what}")
    assert judged.verdict.value == "unknown"


@pytest.mark.parametrize(
    "others",
    [
        {"Role": role(allow("dynamodb:DeleteItem"), service="ecs-tasks.amazonaws.com")},
        {"F": {"Type": "AWS::SQS::Queue"}},
        {
            "Role": role(
                allow("dynamodb:DeleteItem"),
                AssumeRolePolicyDocument={
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
                        "Action": "sts:AssumeRole",
                    }
                },
            )
        },
    ],
)
def test_roles_that_others_use_too(others: dict[str, Any]) -> None:
    resources = {"Role": role(allow("dynamodb:DeleteItem")), "F": function(Code=code("return 1")), **others}
    built = app(resources)
    (judged,) = judge_surplus(Iam(built), Functions(built), "{what}")
    assert answer(judged) == PASS


def test_it_is_likely_not_certain() -> None:
    built = app({"Role": role(allow("sqs:SendMessage")), "F": function(Code=code("return 1"))})
    (judged,) = judge_surplus(Iam(built), Functions(built), "{what}")
    assert judged.confidence is Confidence.LIKELY
