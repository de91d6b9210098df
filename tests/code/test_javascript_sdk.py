"""SDK clients and calls that the JavaScript front end sees."""

from __future__ import annotations

from analyzer.code.program import Choice, Client, Composed, Items, Opaque, Place, Record, Sdk, SdkCall
from tests.code.javascript_programs import calls, derived, env, field, lit, operations, program, record

PUT = record(Bucket=lit("b"), Key=lit("k"))


def test_services_have_the_names_of_boto3() -> None:
    found = program("""
        const { SFNClient, StartExecutionCommand } = require('@aws-sdk/client-sfn');
        const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
        const { CognitoIdentityProviderClient, AdminGetUserCommand } =
            require('@aws-sdk/client-cognito-identity-provider');
        const { SSM } = require('@aws-sdk/client-ssm');
        const AWS = require('aws-sdk');
        exports.handler = async () => {
            await new SFNClient().send(new StartExecutionCommand({}));
            await new EventBridgeClient().send(new PutEventsCommand({}));
            await new CognitoIdentityProviderClient().send(new AdminGetUserCommand({}));
            await new SSM().getParameter({});
            await new AWS.StepFunctions().startExecution({}).promise();
            await new AWS.CognitoIdentityServiceProvider().adminGetUser({}).promise();
            await new AWS.CloudWatchLogs().putLogEvents({}).promise();
        };
    """)
    assert operations(found) == [
        "stepfunctions:StartExecution",
        "events:PutEvents",
        "cognito-idp:AdminGetUser",
        "ssm:GetParameter",
        "stepfunctions:StartExecution",
        "cognito-idp:AdminGetUser",
        "logs:PutLogEvents",
    ]
    assert [client.service for client in found.clients] == [
        "stepfunctions",
        "events",
        "cognito-idp",
        "ssm",
        "stepfunctions",
        "cognito-idp",
        "logs",
    ]


def test_a_service_newer_than_the_data_keeps_its_own_name() -> None:
    found = program("""
        const { FutureThingClient, DoItCommand } = require('@aws-sdk/client-future-thing');
        exports.handler = async () => { await new FutureThingClient({}).send(new DoItCommand({ A: 1 })); };
    """)
    assert calls(found) == [("future-thing", "DoIt", record(A=lit(1)))]


def test_methods_of_v2_that_are_no_operation() -> None:
    found = program("""
        const AWS = require('aws-sdk');
        AWS.config.update({ region: 'eu-west-1' });
        const s3 = new AWS.S3({ params: { Bucket: process.env.BUCKET } });
        exports.handler = async (event) => {
            await s3.upload({ Key: 'a' }).promise();
            s3.getSignedUrl('getObject', { Key: 'b', Expires: 60 });
            await s3.getSignedUrlPromise('putObject', { Key: 'c' });
            await s3.waitFor('objectExists', { Key: 'd' }).promise();
            s3.createPresignedPost({ Key: 'e' });
            s3.config.update({});
        };
    """)
    bucket = env("BUCKET")
    assert calls(found) == [
        ("s3", "PutObject", record(Bucket=bucket, Key=lit("a"))),
        ("s3", "GetObject", record(Bucket=bucket, Key=lit("b"), Expires=lit(60))),
        ("s3", "PutObject", record(Bucket=bucket, Key=lit("c"))),
        ("s3", "HeadObject", record(Bucket=bucket, Key=lit("d"))),
        ("s3", "PutObject", record(Bucket=bucket, Key=lit("e"))),
    ]
    assert found.clients[0].settings == record(params=record(Bucket=bucket))
    assert [call.presigned for call in found.calls] == [False, True, True, False, True]


def test_what_is_only_signed_is_no_request_of_the_function() -> None:
    found = program("""
        const { S3Client, GetObjectCommand, HeadObjectCommand } = require('@aws-sdk/client-s3');
        const { getSignedUrl } = require('@aws-sdk/s3-request-presigner');
        const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');
        const s3 = new S3Client({});
        exports.handler = async ({ key }) => {
            await s3.send(new HeadObjectCommand({ Bucket: 'b', Key: key }));
            await createPresignedPost(s3, { Bucket: 'b', Key: key });
            return getSignedUrl(s3, new GetObjectCommand({ Bucket: 'b', Key: key }));
        };
    """)
    assert [(call.operation, call.presigned) for call in found.calls] == [
        ("HeadObject", False),
        ("PutObject", True),
        ("GetObject", True),
    ]


def test_paginators_and_waiters() -> None:
    found = program("""
        import { S3Client, paginateListObjectsV2, waitUntilObjectExists } from '@aws-sdk/client-s3';
        import { paginateScan } from '@aws-sdk/lib-dynamodb';
        const client = new S3Client({});
        export const handler = async (event) => {
            for await (const page of paginateListObjectsV2({ client }, { Bucket: event.bucket })) use(page.Contents);
            const pages = paginateScan({ client: db, pageSize: 10 }, { TableName: 't' });
            for await (const { Items } of pages) use(Items);
            await waitUntilObjectExists({ client, maxWaitTime: 5 }, { Bucket: 'b', Key: 'k' });
        };
    """)
    assert [(c.operation, c.arguments, c.awaited) for c in found.calls] == [
        ("ListObjectsV2", record(Bucket=field("bucket")), True),
        ("Scan", record(TableName=lit("t")), True),
        ("HeadObject", PUT, True),
    ]
    assert found.complete


def test_what_is_not_awaited() -> None:
    found = program("""
        const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
        const AWS = require('aws-sdk');
        const s3 = new S3Client(), old = new AWS.S3();
        const put = (Key) => s3.send(new PutObjectCommand({ Key }));
        const later = async (Key) => { await put(Key); };
        exports.handler = async (event) => {
            put('dropped');
            later('dropped async');
            event.Records.forEach(async (r) => { await put('for each'); });
            old.putObject({ Key: 'never sent' });
            await old.putObject({ Key: 'awaited but never sent' });
            old.putObject({ Key: 'sent' }).send();
            await Promise.all(event.Records.map((r) => put('mapped')));
            const kept = put('kept');
            await later('awaited');
            unknown(put('handed over'));
            await kept;
            return put('returned');
        };
    """)
    keys = {call.arguments.get("Key"): call.awaited for call in found.calls if isinstance(call.arguments, Record)}
    assert keys == {
        lit("dropped"): False,
        lit("dropped async"): False,
        lit("for each"): False,
        lit("never sent"): False,
        lit("awaited but never sent"): False,
        lit("sent"): False,
        lit("mapped"): True,
        lit("kept"): True,
        lit("awaited"): True,
        lit("handed over"): None,
        lit("returned"): True,
    }


def test_callbacks_of_v2() -> None:
    found = program("""
        const AWS = require('aws-sdk'), s3 = new AWS.S3(), sns = new AWS.SNS();
        exports.handler = (event, context, callback) => {
            s3.getObject({ Bucket: event.bucket, Key: 'k' }, function (err, data) {
                if (err) return callback(err);
                sns.publish({ Message: data.Body.toString() }, function (e) { callback(e, 'done'); });
            });
        };
    """)
    got = derived("await GetObject", record(Bucket=field("bucket"), Key=lit("k")))
    assert calls(found) == [
        ("s3", "GetObject", record(Bucket=field("bucket"), Key=lit("k"))),
        ("sns", "Publish", record(Message=derived("toString", got))),
    ]
    assert [call.awaited for call in found.calls] == [True, True]
    assert [answer.value for answer in found.returns] == [lit("done")]


def test_promises_made_by_hand() -> None:
    found = program("""
        const { promisify } = require('util');
        const AWS = require('aws-sdk'), s3 = new AWS.S3();
        const get = promisify(s3.getObject).bind(s3);
        const head = (p) => new Promise((resolve, reject) => {
            s3.headObject(p, (err, data) => err ? reject(err) : resolve(data.ETag));
        });
        exports.handler = async () => ({ tag: await head({ Key: 'a' }), body: await get({ Key: 'b' }) });
    """)
    assert [(c.operation, c.arguments, c.awaited) for c in found.calls] == [
        ("HeadObject", record(Key=lit("a")), True),
        ("GetObject", record(Key=lit("b")), True),
    ]
    assert [answer.value for answer in found.returns] == [
        record(
            tag=derived("await HeadObject", record(Key=lit("a"))),
            body=derived("await GetObject", record(Key=lit("b"))),
        )
    ]


def test_clients_of_helper_modules() -> None:
    found = program(
        {
            "src/index.js": """
                const { save, db } = require('./lib');
                const names = require('./config');
                exports.handler = async ({ id }) => { await save(names.table, { id }); await db.get({
                    TableName: names.other }); };
            """,
            "src/lib/index.js": """
                const { DynamoDB } = require('@aws-sdk/client-dynamodb');
                const { DynamoDBDocument } = require('@aws-sdk/lib-dynamodb');
                exports.db = DynamoDBDocument.from(new DynamoDB({}));
                exports.save = (TableName, Item) => exports.db.put({ TableName, Item });
            """,
            "src/config.js": (
                "module.exports = { table: process.env.TABLE || 'dev', get other() { return process.env.OTHER; } };"
            ),
        }
    )
    assert calls(found) == [
        ("dynamodb", "PutItem", record(TableName=env("TABLE", lit("dev")), Item=record(id=field("id")))),
        ("dynamodb", "GetItem", record(TableName=env("OTHER"))),
    ]
    assert found.files == ("src/index.js", "src/lib/index.js", "src/config.js")


def test_functions_that_nobody_calls() -> None:
    found = program("""
        const { S3Client, DeleteBucketCommand, PutObjectCommand } = require('@aws-sdk/client-s3');
        const s3 = new S3Client();
        exports.cleanup = async () => { await s3.send(new DeleteBucketCommand({ Bucket: process.env.OLD })); };
        class Admin { constructor(b) { this.b = b; } wipe() { return s3.send(new DeleteBucketCommand({
            Bucket: this.b })); } }
        exports.handler = async () => { await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k' })); };
    """)
    assert [(c.operation, c.arguments, c.reached) for c in found.calls] == [
        ("PutObject", PUT, True),
        ("DeleteBucket", record(Bucket=env("OLD")), False),
        ("DeleteBucket", record(Bucket=Opaque("parameter")), False),
    ]
    assert found.complete


def test_calls_at_module_level_are_reached() -> None:
    found = program("""
        import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
        const { Parameter } = await new SSMClient({}).send(new GetParameterCommand({ Name: '/a' }));
        export const handler = async () => Parameter.Value;
    """)
    got = derived("await GetParameter", record(Name=lit("/a")))
    assert [(c.operation, c.reached, c.awaited) for c in found.calls] == [("GetParameter", True, True)]
    assert [answer.value for answer in found.returns] == [got]


def test_a_command_that_cannot_be_told_makes_the_program_incomplete() -> None:
    found = program("""
        const { S3Client } = require('@aws-sdk/client-s3');
        const commands = require('commands');
        exports.handler = async (event) => { await new S3Client().send(commands.make(event)); };
    """)
    assert found.calls == ()
    assert (found.complete, found.problems) == (False, ("index.js:4: which command is sent there cannot be told",))


def test_a_client_handed_to_a_package_makes_the_program_incomplete() -> None:
    found = program("""
        const { S3Client } = require('@aws-sdk/client-s3');
        const zip = require('s3-zipper');
        exports.handler = async () => { await zip.run({ client: new S3Client() }); };
    """)
    assert found.problems == ("index.js:4: what s3-zipper.run does with the client of s3 is not known",)


def test_a_whole_client_and_call() -> None:
    found = program(
        "const { S3 } = require('@aws-sdk/client-s3');\nconst é = new S3({}); "
        "exports.handler = async () => é.putObject({});"
    )
    assert found.clients == (Client("s3", Sdk.JS_V3, Place("index.js", 2, 11, 2, 21), Record(())),)
    assert found.calls == (
        SdkCall("s3", "PutObject", Record(()), Sdk.JS_V3, Place("index.js", 2, 53, 2, 68), True, True),
    )


def test_powertools_and_middy_call_services_by_themselves() -> None:
    found = program("""
        import { getParameter } from '@aws-lambda-powertools/parameters/ssm';
        import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
        import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
        import { makeIdempotent } from '@aws-lambda-powertools/idempotency';
        const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY });
        export const handler = makeIdempotent(async (event) => {
            return [await getParameter('/p'), await getSecret(event.name)];
        }, { persistenceStore });
    """)
    table = Record((("TableName", env("IDEMPOTENCY")),), complete=False)
    assert calls(found) == [
        ("dynamodb", "GetItem", table),
        ("dynamodb", "PutItem", table),
        ("dynamodb", "UpdateItem", table),
        ("dynamodb", "DeleteItem", table),
        ("ssm", "GetParameter", lit("/p")),
        ("secretsmanager", "GetSecretValue", field("name")),
    ]


def test_arguments_assembled_step_by_step() -> None:
    found = program("""
        const AWS = require('aws-sdk'), db = new AWS.DynamoDB.DocumentClient();
        const base = { TableName: process.env.TABLE };
        exports.handler = async (event) => {
            const params = { ...base, Key: { pk: `USER#${event.id}` } };
            params.ReturnValues = 'ALL_NEW';
            if (event.version) params.ConditionExpression = 'v = :v';
            params['Key']['sk'] = 'PROFILE';
            Object.assign(params, { UpdateExpression: 'SET a = :a' });
            await db.update(params).promise();
            let start;
            do {
                const page = await db.query({ ...base, ExclusiveStartKey: start }).promise();
                start = page.LastEvaluatedKey;
            } while (start);
        };
    """)
    key = record(pk=Composed((lit("USER#"), field("id"))), sk=lit("PROFILE"))
    [update, query] = calls(found)
    assert update == (
        "dynamodb",
        "UpdateItem",
        record(
            TableName=env("TABLE"),
            Key=key,
            ReturnValues=lit("ALL_NEW"),
            ConditionExpression=Choice((lit("v = :v"), lit(None))),
            UpdateExpression=lit("SET a = :a"),
        ),
    )
    [_, start] = query[2].entries if isinstance(query[2], Record) else ()
    assert start == (
        "ExclusiveStartKey",
        Choice((derived("await Query", record(TableName=env("TABLE"), ExclusiveStartKey=lit(None))), lit(None))),
    )


def test_batches_are_lists_of_requests() -> None:
    found = program("""
        const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
        const { DynamoDBDocumentClient, BatchWriteCommand } = require('@aws-sdk/lib-dynamodb');
        const { marshall } = require('@aws-sdk/util-dynamodb');
        const db = DynamoDBDocumentClient.from(new DynamoDBClient());
        exports.handler = async (event) => {
            const RequestItems = { [process.env.TABLE]: [], fixed: event.items.map((i) => ({ PutRequest: {
                Item: marshall({ pk: i.id }) } })) };
            await db.send(new BatchWriteCommand({ RequestItems }));
        };
    """)
    put = record(PutRequest=record(Item=record(pk=field("items", "*", "id"))))
    assert calls(found) == [
        (
            "dynamodb",
            "BatchWriteItem",
            record(RequestItems=Record((("fixed", Items((put,), complete=False)),), complete=False)),
        )
    ]
