"""The ways in which SDK clients and commands are made and called."""

from __future__ import annotations

import pytest

from analyzer.code.program import Sdk
from tests.code.javascript_programs import env, lit, program, record

PUT = record(Bucket=lit("b"), Key=lit("k"))

V2_FORMS = {
    "namespace": "const AWS = require('aws-sdk'); const s3 = new AWS.S3();",
    "destructured": "const { S3 } = require('aws-sdk'); const s3 = new S3({ region: 'eu-west-1' });",
    "renamed": "const { S3: Storage } = require('aws-sdk'); const s3 = new Storage();",
    "default import": "import AWS from 'aws-sdk'; const s3 = new AWS.S3();",
    "namespace import": "import * as AWS from 'aws-sdk'; const s3 = new AWS.S3();",
    "named import": "import { S3 } from 'aws-sdk'; const s3 = new S3();",
    "client file": "const S3 = require('aws-sdk/clients/s3'); const s3 = new S3();",
    "client file, import": "import S3 from 'aws-sdk/clients/s3.js'; const s3 = new S3();",
    "all clients": "const { S3 } = require('aws-sdk/clients/all'); const s3 = new S3();",
    "member of require": "const s3 = new (require('aws-sdk').S3)();",
    "x-ray": (
        "const X = require('aws-xray-sdk-core'); const AWS = X.captureAWS(require('aws-sdk')); const s3 = new AWS.S3();"
    ),
    "x-ray client": (
        "const X = require('aws-xray-sdk'); const A = require('aws-sdk'); const s3 = X.captureAWSClient(new A.S3());"
    ),
    "lazily": (
        "const AWS = require('aws-sdk'); let c; const s3 = { putObject: (p) => { "
        "c = c || new AWS.S3(); return c.putObject(p); } };"
    ),
    "held in an object": "const AWS = require('aws-sdk'); const aws = { s3: new AWS.S3() }; const { s3 } = aws;",
    "dynamic import": "const { S3 } = (await import('aws-sdk')).default; const s3 = new S3();",
    "typescript import": "import AWS = require('aws-sdk'); const s3: AWS.S3 = new AWS.S3();",
    "typescript alias": "import * as AWS from 'aws-sdk'; import Storage = AWS.S3; const s3 = new Storage();",
    "compiled default": "const aws_sdk_1 = __importDefault(require('aws-sdk')); const s3 = new aws_sdk_1.default.S3();",
    "compiled star": "const AWS = __importStar(require('aws-sdk')); const s3 = new AWS.S3();",
}


@pytest.mark.parametrize("form", V2_FORMS)
def test_sdk_v2_in_every_form(form: str) -> None:
    source = V2_FORMS[form] + (
        "\nmodule.exports.handler = async () => { await s3.putObject({ Bucket: 'b', Key: 'k' }).promise(); };"
    )
    found = program(source, name="index.ts" if form.startswith("typescript") else "index.js")
    assert [(call.service, call.operation, call.arguments, call.sdk, call.awaited) for call in found.calls] == [
        ("s3", "PutObject", PUT, Sdk.JS_V2, True)
    ]
    assert [client.service for client in found.clients] == ["s3"]


V3_FORMS = {
    "command": "await new S3Client({}).send(new PutObjectCommand(put));",
    "command before": "const command = new PutObjectCommand(put); const c = new S3Client(); await c.send(command);",
    "aggregated": "await new S3({}).putObject(put);",
    "local helper": "const run = (c, cmd) => c.send(cmd); await run(new S3Client(), new PutObjectCommand(put));",
    "helper makes the command": "const cmd = (p) => new PutObjectCommand(p); await new S3Client().send(cmd(put));",
    "package helper": (
        "const { retry } = require('retry'); await retry(() => new S3Client().send(new PutObjectCommand(put)));"
    ),
    "tracer": (
        "const t = require('aws-xray-sdk'); await t.captureAWSv3Client(new S3Client()).send(new PutObjectCommand(put));"
    ),
    "class of its own": (
        "class S { constructor() { this.c = new S3Client(); } put() { "
        "return this.c.send(new PutObjectCommand(put)); } } await new S().put();"
    ),
    "private field": (
        "class S { #c = new S3Client(); put = () => this.#c.send(new PutObjectCommand(put)); } await new S().put();"
    ),
    "static": (
        "class S { static c = new S3Client(); static put() { "
        "return S.c.send(new PutObjectCommand(put)); } } await S.put();"
    ),
    "inherited": (
        "class B { constructor() { this.c = new S3Client(); } } class S extends B { put() { "
        "return this.c.send(new PutObjectCommand(put)); } } await new S().put();"
    ),
    "chosen command": "await new S3Client().send(event.del ? new PutObjectCommand(put) : new PutObjectCommand(put));",
    "upload": (
        "const { Upload } = require('@aws-sdk/lib-storage'); await new Upload({ "
        "client: new S3Client(), params: put }).done();"
    ),
    "presigned": (
        "const { getSignedUrl } = require('@aws-sdk/s3-request-presigner'); "
        "await getSignedUrl(new S3Client(), new PutObjectCommand(put));"
    ),
    "presigned post": (
        "const { createPresignedPost } = require('@aws-sdk/s3-presigned-post'); "
        "await createPresignedPost(new S3Client(), put);"
    ),
    "callback": "new S3Client().send(new PutObjectCommand(put), (err, data) => {});",
    "then": "return new S3Client().send(new PutObjectCommand(put)).then(r => r.ETag).catch(e => null);",
    "in a list": "const ps = []; ps.push(new S3Client().send(new PutObjectCommand(put))); await Promise.all(ps);",
    "in an object": "const job = { run: new S3Client().send(new PutObjectCommand(put)) }; await job.run;",
    "sequence": "await (0, make)().send(new PutObjectCommand(put)); function make() { return new S3Client(); }",
}


@pytest.mark.parametrize("form", V3_FORMS)
def test_sdk_v3_in_every_form(form: str) -> None:
    source = f"""
        const {{ S3, S3Client, PutObjectCommand }} = require('@aws-sdk/client-s3');
        const put = {{ Bucket: 'b', Key: 'k' }};
        exports.handler = async (event) => {{ {V3_FORMS[form]} }};
    """
    found = program(source)
    assert [(call.service, call.operation, call.arguments, call.sdk, call.awaited) for call in found.calls] == [
        ("s3", "PutObject", PUT, Sdk.JS_V3, True)
    ]


DOCUMENT_V3 = {
    "GetCommand": "GetItem",
    "PutCommand": "PutItem",
    "UpdateCommand": "UpdateItem",
    "DeleteCommand": "DeleteItem",
    "QueryCommand": "Query",
    "ScanCommand": "Scan",
    "BatchGetCommand": "BatchGetItem",
    "BatchWriteCommand": "BatchWriteItem",
    "TransactGetCommand": "TransactGetItems",
    "TransactWriteCommand": "TransactWriteItems",
}


@pytest.mark.parametrize(("command", "operation"), DOCUMENT_V3.items())
def test_document_commands_are_called_as_the_api_calls_them(command: str, operation: str) -> None:
    found = program(f"""
        import {{ DynamoDBClient }} from '@aws-sdk/client-dynamodb';
        import {{ DynamoDBDocumentClient, {command} }} from '@aws-sdk/lib-dynamodb';
        const db = DynamoDBDocumentClient.from(new DynamoDBClient({{}}), {{ marshallOptions: {{}} }});
        export const handler = async () => db.send(new {command}({{ TableName: process.env.TABLE }}));
    """)
    assert [(c.service, c.operation, c.arguments, c.document_client, c.awaited) for c in found.calls] == [
        ("dynamodb", operation, record(TableName=env("TABLE")), True, True)
    ]


@pytest.mark.parametrize(
    ("method", "operation"),
    [("get", "GetItem"), ("put", "PutItem"), ("batchWrite", "BatchWriteItem"), ("transactWrite", "TransactWriteItems")],
)
@pytest.mark.parametrize(
    "client",
    [
        "new (require('aws-sdk').DynamoDB.DocumentClient)()",
        "new (require('aws-sdk/clients/dynamodb').DocumentClient)()",
        "require('@aws-sdk/lib-dynamodb').DynamoDBDocument.from(new (require('@aws-sdk/client-dynamodb').DynamoDB)())",
    ],
)
def test_document_clients_with_methods(client: str, method: str, operation: str) -> None:
    end = ".promise()" if "aws-sdk')" in client or "clients/" in client else ""
    found = program(
        f"const db = {client}; exports.handler = async () => {{ await db.{method}({{ TableName: 't' }}){end}; }};"
    )
    assert [(c.service, c.operation, c.arguments, c.document_client, c.awaited) for c in found.calls] == [
        ("dynamodb", operation, record(TableName=lit("t")), True, True)
    ]


def test_classes_of_v2_that_are_no_service_make_no_client() -> None:
    found = program("""
        const AWS = require('aws-sdk');
        const request = new AWS.HttpRequest(new AWS.Endpoint(process.env.HOST), 'eu-west-1');
        const signer = new AWS.Signers.V4(request, 'es');
        const client = new AWS.NodeHttpClient();
        exports.handler = async () => { signer.addAuthorization(new AWS.Credentials('a', 'b'));
            client.handleRequest(request); };
    """)
    assert (found.clients, found.calls, found.complete) == ((), (), True)
