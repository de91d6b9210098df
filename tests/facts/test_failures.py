"""Where failures go: queues that take them, catch blocks that swallow them, answers that name them."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from analyzer.code.handler import analyze
from analyzer.code.program import Program
from analyzer.facts.batch_answers import names_failures
from analyzer.facts.dead_letters import dead_letters
from analyzer.facts.functions import Functions
from analyzer.facts.ownership import is_own
from analyzer.facts.swallowed import swallowed
from analyzer.facts.triggers import Triggers
from analyzer.sources.folder_tree import MemoryTree
from tests.stacks import application, resource

ARN = {"Fn::GetAtt": ["Lost", "Arn"]}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler"}}


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


REDRIVE = of("AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": ARN, "maxReceiveCount": 5})
TO_LOST = {"OnFailure": {"Destination": ARN}}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, []),
        ({"Q": REDRIVE}, [("Lost", ["Q"], True, 0)]),
        ({"S": of("AWS::SNS::Subscription", TopicArn="t", Protocol="sqs", Endpoint=ARN)}, []),
        (
            {"S": of("AWS::SNS::Subscription", TopicArn="t", RedrivePolicy={"deadLetterTargetArn": ARN})},
            [("Lost", ["S"], False, 0)],
        ),
        (
            {"C": of("AWS::Lambda::EventInvokeConfig", FunctionName={"Ref": "Fn"}, DestinationConfig=TO_LOST)},
            [("Lost", ["Fn"], False, 0)],
        ),
        (
            {
                "C": of(
                    "AWS::Lambda::EventInvokeConfig",
                    FunctionName={"Ref": "Fn"},
                    DestinationConfig={"OnSuccess": {"Destination": ARN}},
                )
            },
            [],
        ),
        (
            {"Q": REDRIVE, "M": of("AWS::Lambda::EventSourceMapping", EventSourceArn=ARN, FunctionName={"Ref": "Fn"})},
            [("Lost", ["Q"], True, 1)],
        ),
        (
            {
                "P": of(
                    "AWS::Pipes::Pipe",
                    Source="arn:aws:kinesis:eu-west-1:111122223333:stream/s",
                    SourceParameters={"KinesisStreamParameters": {"DeadLetterConfig": {"Arn": ARN}}},
                )
            },
            [("Lost", ["P"], False, 0)],
        ),
    ],
)
def test_queues_that_take_failures(resources: dict[str, Any], expected: list[Any]) -> None:
    app = application({"Resources": {"Fn": FUNCTION, "Lost": of("AWS::SQS::Queue"), **resources}})
    found = dead_letters(Triggers(app, Functions(app)))
    assert [(one.queue.id, list(one.names), one.only_moved, len(one.takers)) for one in found] == expected


def program(source: str, runtime: str) -> Program:
    name = "index.py" if runtime.startswith("python") else "index.mjs"
    return analyze(MemoryTree({name: dedent(source).encode()}, "asset"), "index.handler", runtime)


JAVASCRIPT = """
import { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
const sns = new SNSClient({});
const publish = (id) => sns.send(new PublishCommand({ Message: id }));
const helper = async (id) => { try { await publish(id); return true; } catch (e) { console.error(e); return false; } };
export const handler = async (event) => { %s };
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("try { await publish('a'); } catch {}", [6]),
        ("try { await publish('a'); } catch (e) { console.error(e); return { statusCode: 500 }; }", [6]),
        ("try { await publish('a'); } catch (e) { console.error(e); return { batchItemFailures: [{}] }; }", []),
        ("try { await publish('a'); } catch (e) { return { batchItemFailures: [] }; }", [6]),
        ("try { await publish('a'); } catch (e) { throw new Error('not published'); }", []),
        ("try { JSON.parse(event.body); } catch {}", []),
        ("if (!(await helper('a'))) throw new Error('no');", []),
        ("await publish('a');", []),
        # what stands behind a try that always leaves is what the catch block does
        ("try { await publish('a'); return; } catch (e) { console.log(e); } await publish('late');", []),
        ("try { await publish('a'); return; } catch (e) { console.log(e); } throw new Error('late');", []),
        (
            "try { await publish('a'); return; } catch (e) { console.log(e); } finally { sns.a = 1; } await publish('b');",
            [],
        ),
        ("try { await publish('a'); return; } catch (e) { console.log(e); } return { late: true };", [6]),
        ("try { await publish('a'); } catch (e) { console.log(e); } await publish('next');", [6]),
        ("if (event.a) { try { await publish('a'); return; } catch (e) {} } await publish('next');", [6]),
        # a variable tells how the try ended, and a call takes it
        (
            "let status = 'FAILED'; if (event.a) { try { await publish('a'); status = 'SUCCESS'; }"
            " catch (e) { console.log(e); } } await publish(status);",
            [],
        ),
        (
            "let ok = false; try { await publish('a'); ok = true; } catch (e) { console.log(e); }"
            " if (!ok) throw new Error('a');",
            [],
        ),
        (
            "let ok = false; try { await publish('a'); ok = true; } catch (e) { console.log(e); }"
            " return { statusCode: ok ? 200 : 500 };",
            [6],
        ),
        (
            "let done = 0; try { await publish('a'); done = 1; } catch (e) { console.log(e); } await publish(done);",
            [6],
        ),
        # a second failure, after the item was kept for the answer
        (
            "const failed = []; try { await publish('a'); } catch (e) { failed.push({ itemIdentifier: 'a' });"
            " try { await publish('b'); } catch (f) { console.error(f); } } return { batchItemFailures: failed };",
            [],
        ),
        (
            "try { await publish('a'); } catch (e) { try { await publish('b'); } catch (f) { console.error(f); } }",
            [6],
        ),
        (
            "const failed = []; try { await publish('a'); } catch (e) { failed.push({ itemIdentifier: 'a' });"
            " try { await publish('b'); } catch (f) { console.error(f); } } return { failed };",
            [6],
        ),
    ],
)
def test_errors_that_end_in_a_catch_block(body: str, lines: list[int]) -> None:
    assert [caught.place.line for caught in swallowed(program(JAVASCRIPT % body, "nodejs22.x"))] == lines


PYTHON = """
import boto3
sns = boto3.client('sns')
def publish(text):
    sns.publish(Message=text)
def handler(event, context):
    failed = []
    %s
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("try: publish('a'); return\n    except TimeoutError: print('late')\n    publish('late')", []),
        ("try: publish('a'); return\n    except TimeoutError: print('late')\n    raise ValueError('late')", []),
        ("try: publish('a'); return\n    except OSError: print('a')\n    finally: failed = 0\n    publish('late')", []),
        ("try: publish('a'); return\n    except TimeoutError: print('late')\n    return {'late': True}", [9]),
        ("try: publish('a')\n    except TimeoutError: print('late')\n    publish('next')", [9]),
        (
            "status = 'FAILED'\n    if event['a']:\n        try:\n            publish('a')\n            status = 'SUCCESS'\n"
            "        except OSError as e: print(e)\n    publish(status)",
            [],
        ),
        (
            "ok = False\n    try:\n        publish('a')\n        ok = True\n    except OSError as e: print(e)\n"
            "    return {'ok': ok}",
            [12],
        ),
        (
            "done = 0\n    try:\n        publish('a')\n        done = 1\n    except OSError as e: print(e)\n    publish(done)",
            [12],
        ),
        (
            "try: publish('a')\n    except OSError:\n        failed.append({'itemIdentifier': 'a'})\n"
            "        try: publish('b')\n        except OSError as e: print(e)\n    return {'batchItemFailures': failed}",
            [],
        ),
        (
            "try: publish('a')\n    except OSError:\n"
            "        try: publish('b')\n        except OSError as e: print(e)\n    return {'batchItemFailures': failed}",
            [11],
        ),
    ],
)
def test_errors_that_end_in_an_except_block(body: str, lines: list[int]) -> None:
    assert [caught.place.line for caught in swallowed(program(PYTHON % body, "python3.13"))] == lines


def test_what_a_block_does_counts_also_where_another_did_it_before() -> None:
    source = """
        import boto3, urllib3
        def answer(event, status):
            urllib3.PoolManager().request('PUT', event['ResponseURL'], body=status)
        def create(event):
            try:
                boto3.client('ec2').create_security_group(GroupName='a')
            except Exception:
                answer(event, 'FAILED')
        def delete(event):
            try:
                boto3.client('ec2').delete_security_group(GroupId='a')
            except Exception:
                answer(event, 'FAILED')
        def handler(event, context):
            if event['RequestType'] == 'Delete':
                delete(event)
            if event['RequestType'] == 'Create':
                create(event)
    """
    assert swallowed(program(source, "python3.13")) == []


@pytest.mark.parametrize(
    ("source", "runtime", "expected"),
    [
        ("export const handler = async () => {};", "nodejs22.x", False),
        ("export const handler = async () => ({ batchItemFailures: [] });", "nodejs22.x", False),
        ("export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: 'a' }] });", "nodejs22.x", True),
        (
            "export const handler = async (e) => ({ batchItemFailures: e.Records.map((r) => ({ id: r })) });",
            "nodejs22.x",
            True,
        ),
        (
            "export const handler = async (e) => { const f = []; for (const r of e.Records) if (!r.body) f.push({});"
            " return { batchItemFailures: f }; };",
            "nodejs22.x",
            True,
        ),
        ("export const handler = async (e) => (e.a ? { batchItemFailures: [{}] } : undefined);", "nodejs22.x", True),
        ("import { f } from 'ours'; export const handler = async (e) => f(e);", "nodejs22.x", None),
        ("import b from '@aws-lambda-powertools/batch'; export const handler = async () => {};", "nodejs22.x", True),
        ("def handler(event, context):\n    return {'batchItemFailures': []}", "python3.13", False),
        ("def handler(event, context):\n    return {'statusCode': 200, **event}", "python3.13", None),
        ("from aws_lambda_powertools.utilities.batch import x\ndef handler(e, c): pass", "python3.13", True),
        ("def other(event, context): pass", "python3.13", None),
    ],
)
def test_answers_that_name_failed_items(source: str, runtime: str, expected: bool | None) -> None:
    assert names_failures(program(source, runtime)) is expected


SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Work": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Runtime": "nodejs22.x",
                "Handler": "index.handler",
                "InlineCode": "exports.handler = async () => {};",
                "Events": {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}},
            },
        },
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A": FUNCTION,
    },
}


def test_what_somebody_wrote() -> None:
    app = application(SAM)
    own = {r.id for r in app.resources("AWS::Lambda::Function", "AWS::ApiGateway::RestApi") if is_own(r)}
    assert own == {"Work"}
    assert not is_own(resource(app, "ServerlessRestApi"))
