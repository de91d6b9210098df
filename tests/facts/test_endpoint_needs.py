"""What a function needs to reach, and what the services do in its stead."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.endpoint_functions import needs_of_function
from analyzer.facts.endpoint_needs import Need, Purpose
from analyzer.facts.functions import Functions
from analyzer.facts.iam import Iam
from analyzer.judgement import Confidence
from analyzer.model.application import Application
from tests.facts.network_parts import READ, SEND, Resources, app, caller, function, isolated, network, ref, role
from tests.facts.network_parts import resource as made
from tests.stacks import resource

IMAGE = {"PackageType": "Image", "Code": {"ImageUri": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1"}}


def needs(code: str = SEND, *resources: Resources, statements: Any = (), **properties: Any) -> list[Need]:
    found = app(isolated(), role(*statements), function("Function", code, **properties), *resources)
    return of(found)


def of(found: Application) -> list[Need]:
    own = Functions(found).of(resource(found, "Function"))
    assert own is not None
    return list(needs_of_function(own, Iam(found)))


def labels(found: list[Need]) -> list[str]:
    return [need.label.removeprefix("com.amazonaws.<region>.") for need in found]


def allow(action: Any, on: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": on}


# --- by code --------------------------------------------------------------------------------------------------


def test_a_call_with_its_line() -> None:
    (need,) = needs()
    assert (need.label, need.text) == ("com.amazonaws.<region>.sqs", "calls sqs (SendMessage)")
    assert (need.purpose, need.by_code, need.confidence) == (Purpose.CALL, True, Confidence.CERTAIN)
    (proof,) = need.evidence
    assert (proof.kind, proof.text) == ("code", "calls sqs SendMessage")
    assert proof.place is not None
    assert [use.action for use in need.uses] == ["sqs:SendMessage"]


@pytest.mark.parametrize(
    ("service", "call", "expected"),
    [
        ("stepfunctions", "start_execution()", "states"),
        ("stepfunctions", "start_sync_execution()", "sync-states"),
        ("bedrock-runtime", "invoke_model()", "bedrock-runtime"),
        ("cloudwatch", "put_metric_data()", "monitoring"),
        ("kinesis", "put_record()", "kinesis-streams"),
        ("sesv2", "send_email()", "email"),
        ("dynamodbstreams", "get_records()", "dynamodb-streams"),
        ("sts", "assume_role()", "sts"),
    ],
)
def test_the_endpoint_of_a_call(service: str, call: str, expected: str) -> None:
    code = f'import boto3\ndef handler(e, c):\n    boto3.client("{service}").{call}\n'
    assert labels(needs(code)) == [expected]


def test_calls_of_one_service_are_one_need() -> None:
    code = "import boto3\nq = boto3.client('sqs')\ndef handler(e, c):\n    q.send_message()\n    q.purge_queue()\n"
    (need,) = needs(code)
    assert need.text == "calls sqs (SendMessage, PurgeQueue)"


def test_what_nobody_calls_is_no_need() -> None:
    code = "import boto3\ndef unused():\n    boto3.client('sqs').purge_queue()\ndef handler(e, c):\n    return 1\n"
    assert needs(code) == []


def test_what_is_only_signed_is_no_need() -> None:
    code = """
import boto3
s3 = boto3.client("s3")
def handler(event, context):
    return s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
"""
    assert needs(code) == []


def test_readable_code_decides_whatever_the_role_may() -> None:
    assert labels(needs(SEND, statements=[allow(["sns:Publish", "secretsmanager:GetSecretValue"])])) == ["sqs"]


def test_a_service_without_a_known_endpoint() -> None:
    code = 'import boto3\ndef handler(e, c):\n    boto3.client("brand-new").make_it_so()\n'
    (need,) = needs(code)
    assert (need.endpoint, need.undecided) == (None, "which VPC endpoint gives brand-new")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ""),
        (', region_name="eu-west-1"', ""),
        (', endpoint_url="https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com"', "where the address of the sqs client of "),
    ],
)
def test_a_client_with_an_address_of_its_own(settings: str, expected: str) -> None:
    (need,) = needs(SEND.replace('"sqs")', f'"sqs"{settings})'))
    assert need.elsewhere == (f"{expected}Function leads" if expected else "")


def test_dual_stack_by_variable_or_setting() -> None:
    variables = {"Variables": {"AWS_USE_DUALSTACK_ENDPOINT": "true"}}
    assert [need.dual_stack for need in needs(Environment=variables)] == [True]
    assert [need.dual_stack for need in needs()] == [False]
    configured = READ.replace('"s3")', '"s3", config=Config(use_dualstack_endpoint=True))')
    code = f"from botocore.config import Config\n{configured}"
    assert [need.dual_stack for need in needs(code)] == [True]


# --- targets --------------------------------------------------------------------------------------------------


def arns(found: list[Need], names: Application) -> list[str | None]:
    requests = [one for need in found for use in need.uses for one in use.requests]
    return [names.names.describe(one.arn) if one.arn else None for one in requests]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("client('s3').get_object(Bucket='b', Key='in/x')", "arn:<AWS::Partition>:s3:::b/in/x"),
        ("client('s3').list_objects_v2(Bucket='b')", "arn:<AWS::Partition>:s3:::b"),
        (
            "client('dynamodb').get_item(TableName='t', Key={})",
            "arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/t",
        ),
        (
            "client('dynamodb').query(TableName='t', IndexName='by-day')",
            "arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/t/index/by-day",
        ),
        (
            "client('sns').publish(TopicArn='arn:aws:sns:eu-west-1:111122223333:t')",
            "arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:t",
        ),
        ("client('sqs').send_message(QueueUrl=e['url'])", None),
        ("client('kms').decrypt(CiphertextBlob=b'')", None),
    ],
)
def test_what_a_call_is_about(call: str, expected: str | None) -> None:
    found = app(isolated(), role(), function("Function", f"import boto3\ndef handler(e, c):\n    boto3.{call}\n"))
    assert arns(of(found), found) == [expected]


def test_the_rights_bound_what_depends_on_the_run() -> None:
    given = [allow("s3:GetObject", ["arn:aws:s3:::reports/in/*", "arn:aws:s3:::other/*"])]
    found = app(isolated(), role(*given), function("Function", READ))
    assert arns(of(found), found) == ["arn:<AWS::Partition>:s3:::reports/in/*"]


def test_rights_that_cover_it_change_nothing() -> None:
    found = app(isolated(), role(allow("s3:*", "*")), function("Function", READ))
    assert arns(of(found), found) == ["arn:<AWS::Partition>:s3:::reports/<a value of the run>"]


# --- by rights ------------------------------------------------------------------------------------------------


def unread(*statements: dict[str, Any], more: Resources | None = None, **properties: Any) -> list[Need]:
    found = function("Function", **{**IMAGE, **properties})
    del found["Function"]["Properties"]["Runtime"]
    return of(app(isolated(), role(*statements), found, more or {}))


def test_unread_code_by_the_rights_of_its_role() -> None:
    (need,) = unread(allow("secretsmanager:GetSecretValue"))
    assert need.text == "may call secretsmanager:GetSecretValue"
    assert (need.by_code, need.confidence) == (False, Confidence.LIKELY)
    assert [(proof.kind, proof.text) for proof in need.evidence] == [
        ("grant", "Role may secretsmanager:GetSecretValue")
    ]


def test_rights_that_services_use_in_its_stead() -> None:
    rights = ["logs:PutLogEvents", "xray:PutTraceSegments", "ec2:CreateNetworkInterface", "kms:Decrypt"]
    assert unread(allow(rights)) == []


def test_rights_to_everything_name_no_service() -> None:
    assert unread(allow("*")) == []
    assert unread({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}) == []


def test_denied_rights_are_none() -> None:
    assert unread({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}) == []


def test_a_wildcard_names_its_service_and_no_action() -> None:
    (need,) = unread(allow("sqs:*"))
    assert (labels([need]), need.text, need.uses) == (["sqs"], "may call sqs:*", ())


def test_polling_is_lambdas_own() -> None:
    polls = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"])
    source = made("AWS::Lambda::EventSourceMapping", EventSourceArn="arn:aws:sqs:x:y:z", FunctionName=ref("Function"))
    assert unread(polls, more={"Source": source}) == []
    assert labels(unread(polls)) == ["sqs"]  # nobody else polls: it is the code


def test_where_failed_events_go() -> None:
    queue = {"Failed": made("AWS::SQS::Queue"), "Other": made("AWS::SQS::Queue")}
    to_failed = allow("sqs:SendMessage", {"Fn::GetAtt": ["Failed", "Arn"]})
    to_other = allow("sqs:SendMessage", {"Fn::GetAtt": ["Other", "Arn"]})
    dead = {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Failed", "Arn"]}}}
    assert unread(to_failed, more=queue, **dead) == []
    assert labels(unread(to_failed, to_other, more=queue, **dead)) == ["sqs"]


def test_an_asynchronous_destination() -> None:
    topic = {"Failed": made("AWS::SNS::Topic")}
    target = {"OnFailure": {"Destination": ref("Failed")}}
    config = made(
        "AWS::Lambda::EventInvokeConfig", FunctionName=ref("Function"), DestinationConfig=target, Qualifier="$LATEST"
    )
    rights = allow("sns:Publish", ref("Failed"))
    assert unread(rights, more={**topic, "Config": config}) == []
    assert labels(unread(rights, more=topic)) == ["sns"]


def test_managed_policies_of_few_services_only() -> None:
    found = function("Function", **IMAGE)
    policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    given = of(app(isolated(), role(ManagedPolicyArns=policies), found))
    assert labels(given) == ["s3"]


def test_a_role_outside_the_application() -> None:
    (need,) = unread(Role="arn:aws:iam::111122223333:role/other")
    assert (need.endpoint, need.undecided) == (None, "the image of Function")


# --- beside the code ------------------------------------------------------------------------------------------

NOTHING = "def handler(event, context):\n    return 1\n"


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53", ["logs"]),
        ("arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension:80", ["appconfigdata"]),
        ("arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-python-amd64-ver-1-25-0:1", ["xray"]),
        ("arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:7", []),
    ],
)
def test_extensions(layer: str, expected: list[str]) -> None:
    assert labels(needs(NOTHING, Layers=[layer])) == expected


def test_a_managed_instance_sends_its_own_logs_and_traces() -> None:
    settings = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "arn:x"}}
    assert labels(needs(NOTHING, CapacityProviderConfig=settings)) == ["logs"]
    traced = {"CapacityProviderConfig": settings, "TracingConfig": {"Mode": "Active"}}
    assert labels(needs(NOTHING, **traced)) == ["logs", "xray"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('requests.get("https://api.example.com/x")', ["api.example.com"]),
        ('requests.post(f"https://api.example.com/{event}")', ["api.example.com"]),
        ('requests.get("http://user@api.example.com:8443")', ["api.example.com"]),
        ('requests.get("https://api.example.com/x"); requests.get("https://api.example.com/y")', ["api.example.com"]),
        ('requests.get("https://93.184.215.14/")', ["93.184.215.14"]),
        ('requests.get(os.environ["ADDRESS"])', ["given.example.com"]),
        ('requests.get(f"https://{event}.example.com/")', []),
        ('requests.get("https://api" + event)', []),
        ('requests.get("http://10.0.0.7/")', []),
        ('requests.get("http://169.254.169.254/latest")', []),
        ('requests.get("http://localhost:2773/secretsmanager/get")', []),
        ('requests.get("https://orders.internal/")', []),
        ('requests.get("https://search-x.eu-west-1.es.amazonaws.com/")', []),
        ('requests.get("https://deep.in.private-zone.example.org/")', []),
        ('requests.get(event["ResponseURL"])', []),
        ('json.loads("https://api.example.com/x")', []),
    ],
)
def test_public_hosts(lines: str, expected: list[str]) -> None:
    code = f"import os, json, requests\ndef handler(event, context):\n    {lines}\n"
    zone = made("AWS::Route53::HostedZone", Name="private-zone.example.org.", VPCs=[{"VPCId": ref("Vpc")}])
    variables = {"Variables": {"ADDRESS": "https://given.example.com/v1"}}
    found = needs(code, {"Zone": zone}, Environment=variables)
    assert [need.host for need in found] == expected
    assert {need.confidence for need in found} <= {Confidence.LIKELY}


# --- custom resources -----------------------------------------------------------------------------------------


def test_a_custom_resource_must_be_answered() -> None:
    seed = made("Custom::Seed", ServiceToken={"Fn::GetAtt": ["Function", "Arn"]})
    found = app(isolated(), role(), function("Function", NOTHING), {"Seed": seed})
    (need,) = caller(network(found)).needs
    assert (need.purpose, need.text) == (Purpose.ANSWER, "answers for Seed")
    ((request,),) = (use.requests for use in need.uses)
    assert (request.action, request.foreign) == ("s3:PutObject", True)


def test_a_token_of_another_account_asks_nothing_of_ours() -> None:
    seed = made("Custom::Seed", ServiceToken="arn:aws:lambda:eu-west-1:444455556666:function:seed")
    found = app(isolated(), role(), function("Function", NOTHING), {"Seed": seed})
    assert caller(network(found)).needs == ()


def test_cdks_own_provider_needs_only_what_it_may_do() -> None:
    code = """
import boto3
def handler(event, context):
    boto3.client("lambda").invoke()
    boto3.client("stepfunctions").start_execution()
"""
    name = "BucketNotificationsHandler050a0587b7544547bf325f094a3db8347ECC3691"
    resources = (isolated(), role(allow("lambda:InvokeFunction")), function(name, code))
    found = app(*resources)
    own = Functions(found).of(resource(found, name))
    assert own is not None
    assert labels(list(needs_of_function(own, Iam(found)))) == ["lambda"]
