"""Templates, assemblies and handlers of any size, the same for the same arguments.

What is generated looks like what people deploy (functions with roles, queues, tables, alarms), because a template of
one repeated resource would flatter caches and a template of unknown types would be skipped by most rules.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

Resources = dict[str, Any]

RUNTIME = "nodejs22.x"


def slice_of_application(number: int, random: Random) -> Resources:
    """Ten resources that belong together: a queue and its dead-letter queue, a table, a function, its role, mapping,
    log group, alarm, a topic and a rule."""
    name = f"{random.choice(('Order', 'Invoice', 'Report', 'Import', 'Ledger'))}{number}"
    return {**_stores(name, random), **_work(name), **_watch(name)}


def _stores(name: str, random: Random) -> Resources:
    return {
        f"{name}DeadLetters": _resource("AWS::SQS::Queue", MessageRetentionPeriod=1209600),
        f"{name}Queue": _resource(
            "AWS::SQS::Queue",
            VisibilityTimeout=random.choice((30, 180, 360)),
            RedrivePolicy={"deadLetterTargetArn": _arn(f"{name}DeadLetters"), "maxReceiveCount": 5},
        ),
        f"{name}Table": _resource(
            "AWS::DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": random.random() < 0.5},
        ),
    }


def _work(name: str) -> Resources:
    use = [_allow(["dynamodb:PutItem", "dynamodb:GetItem"], _arn(f"{name}Table")), _consume(f"{name}Queue")]
    return {
        f"{name}Role": _role(name, use),
        f"{name}Function": _function(name, _arn(f"{name}Role"), {"TABLE": {"Ref": f"{name}Table"}}),
        f"{name}Mapping": _resource(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=_arn(f"{name}Queue"),
            FunctionName={"Ref": f"{name}Function"},
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
        f"{name}Logs": _resource(
            "AWS::Logs::LogGroup", LogGroupName={"Fn::Sub": f"/aws/lambda/${{{name}Function}}"}, RetentionInDays=30
        ),
    }


def _watch(name: str) -> Resources:
    return {
        f"{name}Topic": _resource("AWS::SNS::Topic", KmsMasterKeyId="alias/aws/sns"),
        f"{name}Alarm": _resource(
            "AWS::CloudWatch::Alarm",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": {"Ref": f"{name}Function"}}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[{"Ref": f"{name}Topic"}],
        ),
        f"{name}Schedule": _resource(
            "AWS::Events::Rule",
            ScheduleExpression="rate(1 hour)",
            Targets=[{"Id": "queue", "Arn": _arn(f"{name}Queue")}],
        ),
    }


def template(resources: int, seed: int = 1) -> dict[str, Any]:
    """A template of about ``resources`` resources, in slices of ten."""
    random = Random(seed)
    written: Resources = {}
    for number in range(max(1, resources // 10)):
        written |= slice_of_application(number, random)
    return _document(written)


def conditional(conditions: int, seed: int = 1) -> dict[str, Any]:
    """Twenty resources, each property of which hangs on one of ``conditions`` conditions over as many parameters."""
    document = template(20, seed)
    document["Parameters"] = {
        f"Stage{n}": {"Type": "String", "AllowedValues": ["dev", "prod"]} for n in range(conditions)
    }
    document["Conditions"] = {f"IsProd{n}": {"Fn::Equals": [{"Ref": f"Stage{n}"}, "prod"]} for n in range(conditions)}
    queues = [one for one in document["Resources"].values() if one["Type"] == "AWS::SQS::Queue"]
    policies = [one for one in document["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
    for n in range(conditions):
        choose = {"Fn::If": [f"IsProd{n}", 360, 30]}
        queues[n % len(queues)]["Properties"].setdefault("Tags", []).append({"Key": f"k{n}", "Value": choose})
        queues[n % len(queues)]["Properties"]["VisibilityTimeout"] = choose
        statements = policies[n % len(policies)]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        statements.append({"Fn::If": [f"IsProd{n}", _allow(["s3:GetObject"], f"arn:aws:s3:::data{n}/*"), _no_value()]})
    return document


def event_graph(functions: int, queues: int) -> dict[str, Any]:
    """``functions`` functions, each fed by one queue and allowed to send to every one of ``queues`` queues: the densest
    graph that permissions alone can draw, as no code is there to say what is really sent."""
    resources: Resources = {f"Queue{n}": _resource("AWS::SQS::Queue") for n in range(queues)}
    everywhere = _allow(["sqs:SendMessage"], [_arn(f"Queue{n}") for n in range(queues)])
    for n in range(functions):
        resources[f"F{n}Role"] = _role(f"F{n}", [everywhere, _consume(f"Queue{n % queues}")])
        resources[f"F{n}Function"] = _function(f"F{n}", _arn(f"F{n}Role"), {})
        resources[f"F{n}Mapping"] = _resource(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=_arn(f"Queue{n % queues}"),
            FunctionName={"Ref": f"F{n}Function"},
        )
    return _document(resources)


def chain(functions: int) -> dict[str, Any]:
    """As many functions as queues, each function fed by one queue and allowed to send to the next: one long loop."""
    resources: Resources = {f"Queue{n}": _resource("AWS::SQS::Queue") for n in range(functions)}
    for n in range(functions):
        onward = _allow(["sqs:SendMessage"], _arn(f"Queue{(n + 1) % functions}"))
        resources[f"F{n}Role"] = _role(f"F{n}", [onward, _consume(f"Queue{n}")])
        resources[f"F{n}Function"] = _function(f"F{n}", _arn(f"F{n}Role"), {})
        resources[f"F{n}Mapping"] = _resource(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=_arn(f"Queue{n}"),
            FunctionName={"Ref": f"F{n}Function"},
        )
    return _document(resources)


def handler(size: int, seed: int = 1) -> str:
    """A bundle of at least ``size`` characters as bundlers write it: many small modules, and a handler that writes to a
    table."""
    random = Random(seed)
    head = (
        'const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");\n'
        "const client = new DynamoDBClient({});\nconst modules = {};\n"
    )
    pieces, length, number = [head], len(head), 0
    while length < size:
        piece = _module(number, random)
        pieces.append(piece)
        length += len(piece)
        number += 1
    pieces.append(
        "exports.handler = async (event) => {\n  for (const record of event.Records) {\n"
        "    const body = JSON.parse(record.body);\n"
        "    await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { pk: { S: body.id } } }));\n"
        "  }\n};\n"
    )
    return "".join(pieces)


def with_handler(folder: Path, size: int, seed: int = 1) -> Path:
    """A template of ten resources in ``folder`` whose function has a handler of ``size`` characters beside it."""
    document = template(10, seed)
    function = next(one for one in document["Resources"].values() if one["Type"] == "AWS::Lambda::Function")
    function["Properties"]["Code"] = "code"
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "index.js").write_text(handler(size, seed), encoding="utf-8")
    return write(folder / "template.json", document)


def assembly(folder: Path, stacks: int, resources: int = 30) -> Path:
    """A cloud assembly of ``stacks`` stacks; each imports the table of the one before."""
    folder.mkdir(parents=True)
    artifacts: dict[str, Any] = {}
    for number in range(stacks):
        document = template(resources, seed=number + 1)
        table = next(name for name, one in document["Resources"].items() if one["Type"] == "AWS::DynamoDB::Table")
        document["Outputs"] = {"Table": {"Value": {"Ref": table}, "Export": {"Name": f"Stack{number}:Table"}}}
        if number:
            function = next(one for one in document["Resources"].values() if one["Type"] == "AWS::Lambda::Function")
            variables = function["Properties"]["Environment"]["Variables"]
            variables["OTHER"] = {"Fn::ImportValue": f"Stack{number - 1}:Table"}
        file = f"Stack{number}.template.json"
        write(folder / file, document)
        artifacts[f"Stack{number}"] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": file},
        }
    write(folder / "manifest.json", {"version": "44.0.0", "artifacts": artifacts})
    return folder


def write(path: Path, document: dict[str, Any]) -> Path:
    """``document`` as JSON, indented as people and CDK write it."""
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def _document(resources: Resources) -> dict[str, Any]:
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": "Generated.", "Resources": resources}


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties} if properties else {"Type": kind}


def _function(name: str, role: Any, variables: dict[str, Any]) -> dict[str, Any]:
    return _resource(
        "AWS::Lambda::Function",
        Runtime=RUNTIME,
        Handler="index.handler",
        Role=role,
        Code={"S3Bucket": "artifacts", "S3Key": f"{name}.zip"},
        Timeout=30,
        MemorySize=256,
        Environment={"Variables": variables},
    )


def _role(name: str, statements: list[Any]) -> dict[str, Any]:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    policy = {"PolicyName": f"{name}Access", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
    return _resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Policies=[policy])


def _consume(queue: str) -> dict[str, Any]:
    return _allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], _arn(queue))


def _allow(actions: list[str], resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _no_value() -> dict[str, Any]:
    return {"Ref": "AWS::NoValue"}


def _module(number: int, random: Random) -> str:
    words = [f"v{random.randrange(10**6)}" for _ in range(6)]
    return (
        f"modules[{number}] = (exports, options) => {{\n"
        f"  const {words[0]} = Object.assign({{ depth: {random.randrange(9)}, name: '{words[1]}' }}, options);\n"
        f"  function {words[2]}({words[3]}) {{\n"
        f"    if (!{words[3]}) return null;\n"
        f"    return {words[3]}.map(({words[4]}) => {words[4]}.value * {random.randrange(99)}).filter(Boolean);\n"
        f"  }}\n"
        f"  exports.{words[5]} = ({words[1]}) => ({{ ...{words[0]}, items: {words[2]}({words[1]}.items) }});\n"
        f"}};\n"
    )
