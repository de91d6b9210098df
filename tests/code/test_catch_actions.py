"""What a catch block does with an error beyond logging it, and whether a handler gives a promise."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from analyzer.code.handler import analyze
from analyzer.code.program import Program
from analyzer.sources.folder_tree import MemoryTree

JAVASCRIPT = """
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import winston from 'winston';
import * as sentry from '@sentry/node';
const s3 = new S3Client({});
const put = (key) => s3.send(new PutObjectCommand({ Bucket: 'b', Key: key }));
let broken = 0;
export const handler = async (event, context, callback) => {
  let failed = false;
  const failures = [];
  for (const record of event.Records) {
    %s
  }
  if (failed) throw new Error('some failed');
  return { batchItemFailures: failures };
};
"""

PYTHON = """
import boto3, json, logging, sentry_sdk, traceback
from botocore.exceptions import ClientError
s3 = boto3.client("s3")
logger = logging.getLogger()
broken = 0
def put(key):
    s3.put_object(Bucket="b", Key=key)
def describe(error):
    words = {"error": str(error)}
    return json.dumps(words)
def handler(event, context):
    global broken
    failed = False
    failures = []
    for record in event["Records"]:
        try:
            put("a")
        except ClientError as error:
%s
    if failed:
        raise RuntimeError("some failed")
    return {"batchItemFailures": failures}
"""


def program(source: str, runtime: str) -> Program:
    name = "index.py" if runtime.startswith("python") else "index.mjs"
    return analyze(MemoryTree({name: source.encode()}, "asset"), "index.handler", runtime)


@pytest.mark.parametrize(
    ("statement", "acts"),
    [
        ("try { await put('a'); } catch (error) {}", False),
        ("try { await put('a'); } catch (error) { console.error(error); }", False),
        ("try { await put('a'); } catch (error) { const text = `${error.name}`; winston.error(text); }", False),
        ("try { await put('a'); } catch (error) { console.log(error); return 'ok'; }", False),
        ("try { await put('a'); } catch (error) { callback(null, 'ok'); }", False),
        ("await put('a').catch((error) => console.error(error));", False),
        ("try { await put('a'); } catch (error) { failures.push({ itemIdentifier: record.messageId }); }", True),
        ("try { await put('a'); } catch (error) { failed = true; }", True),
        ("try { await put('a'); } catch (error) { broken += 1; }", True),
        ("try { await put('a'); } catch (error) { await put('failed'); }", True),
        ("try { await put('a'); } catch (error) { sentry.captureException(error); }", True),
        ("try { await put('a'); } catch (error) { if (error.name !== 'NoSuchKey') throw error; }", True),
        ("try { await put('a'); } catch (error) { callback(error); }", True),
        ("await put('a').catch((error) => { failures.push(error); });", True),
        ("await put('a').catch((error) => { if (error.fatal) throw error; });", True),
    ],
)
def test_javascript(statement: str, acts: bool) -> None:
    assert [caught.acts for caught in program(JAVASCRIPT % statement, "nodejs22.x").catches] == [acts]


@pytest.mark.parametrize(
    ("statement", "around"),
    [
        ("await fetch(record.url);", True),
        ("await axios.post(record.url, record);", True),
        ("await put('a');", True),
        ("JSON.parse(record.body);", False),
        ("winston.info(record);", False),
    ],
)
def test_a_javascript_block_around_calls_of_other_hosts(statement: str, around: bool) -> None:
    source = "import axios from 'axios';" + JAVASCRIPT % f"try {{ {statement} }} catch (error) {{}}"
    assert [caught.around_calls for caught in program(source, "nodejs22.x").catches] == [around]


@pytest.mark.parametrize(
    ("statement", "around"),
    [
        ("requests.post(record['url'])", True),
        ("s3.put_object(Bucket='b', Key='k')", True),
        ("json.loads(record['body'])", False),
        ("base64.b64decode(record['body'])", False),
    ],
)
def test_a_python_block_around_calls_of_other_hosts(statement: str, around: bool) -> None:
    source = (PYTHON % (" " * 12 + "pass")).replace('put("a")', statement).replace("json,", "json, requests, base64,")
    assert [caught.around_calls for caught in program(source, "python3.13").catches] == [around]


@pytest.mark.parametrize(
    ("block", "acts"),
    [
        ("pass", False),
        ("logger.exception('failed')", False),
        ("message = f'failed: {error}'\nprint(message)", False),
        ("print(describe(error))", False),
        ("traceback.print_exc()\nreturn {'statusCode': 200}", False),
        ("failures.append({'itemIdentifier': record['messageId']})", True),
        ("failed = True", True),
        ("broken += 1", True),
        ("put('failed')", True),
        ("sentry_sdk.capture_exception(error)", True),
        ("if error.response['Error']['Code'] != 'NoSuchKey':\n    raise", True),
        ("raise", True),
    ],
)
def test_python(block: str, acts: bool) -> None:
    source = PYTHON % indent(dedent(block), " " * 12)
    assert [caught.acts for caught in program(source, "python3.13").catches] == [acts]


@pytest.mark.parametrize(
    ("handler", "promises"),
    [
        ("export const handler = async () => {};", True),
        ("export const handler = async () => { throw new Error('x'); };", True),
        ("export const handler = () => Promise.resolve(1);", True),
        ("export const handler = (event, context, callback) => { callback(null, 1); };", False),
        ("export const handler = (event) => { if (event.a) { return Promise.resolve(1); } };", None),
        ("import middy from '@middy/core'; export const handler = middy().handler(async () => 1);", True),
        ("import { wrap } from 'elsewhere'; export const handler = wrap();", None),
    ],
)
def test_whether_a_handler_gives_a_promise(handler: str, promises: bool | None) -> None:
    assert program(handler, "nodejs22.x").promises is promises
