"""Small applications of event sources and functions, for tests of the event-flow graph."""

from __future__ import annotations

import json
from typing import Any

from analyzer.facts.event_flow import EventFlow, Loop
from analyzer.facts.functions import Functions
from analyzer.facts.iam import Iam
from analyzer.facts.triggers import Triggers
from tests.stacks import Stack, application

ACCOUNT = "111122223333"
QUEUE, TOPIC, BUCKET = ({"Type": f"AWS::{t}"} for t in ("SQS::Queue", "SNS::Topic", "S3::Bucket"))
STREAM = {"Type": "AWS::Kinesis::Stream"}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}}


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def arn(name: str, attribute: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def role(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    trust = {
        "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    }
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}]
    return of("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Policies=policies, **more)


def allow(action: str | list[str], resource: Any = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def function(code: str, role_name: str = "Role", **variables: Any) -> dict[str, Any]:
    """A function in JavaScript; ``code`` is the handler's body, clients of all services are there."""
    head = "".join(
        f"const {name} = new (require('@aws-sdk/client-{package}').{client})();\n"
        for name, package, client in (
            ("s3", "s3", "S3"), ("sqs", "sqs", "SQS"), ("sns", "sns", "SNS"), ("db", "dynamodb", "DynamoDB"),
            ("bus", "eventbridge", "EventBridge"), ("kinesis", "kinesis", "Kinesis"), ("sfn", "sfn", "SFN"),
            ("lambda", "lambda", "Lambda"), ("firehose", "firehose", "Firehose"),
        )
    )  # fmt: skip
    source = f"{head}const env = process.env;\nexports.handler = async (event, context) => {{\n{code}\n}};\n"
    return of(
        "AWS::Lambda::Function",
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role=arn(role_name),
        Environment={"Variables": variables},
        Code={"ZipFile": source},
    )


def mapping(source: dict[str, Any], target: str = "F", *patterns: Any, **more: Any) -> dict[str, Any]:
    criteria = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(p)} for p in patterns]}} if patterns else {}
    return of("AWS::Lambda::EventSourceMapping", EventSourceArn=source, FunctionName=ref(target), **criteria, **more)


def notified(prefix: str = "", suffix: str = "", event: str = "s3:ObjectCreated:*", **more: Any) -> dict[str, Any]:
    rules = [{"Name": n, "Value": v} for n, v in (("prefix", prefix), ("suffix", suffix)) if v]
    item = {"Event": event, "Function": arn("F"), **({"Filter": {"S3Key": {"Rules": rules}}} if rules else {})}
    return of("AWS::S3::Bucket", NotificationConfiguration={"LambdaConfigurations": [item]}, **more)


def flow(*stacks: dict[str, Any] | Stack, parameters: dict[str, str] | None = None) -> EventFlow:
    app = application(*stacks, parameters=parameters)
    functions = Functions(app)
    return EventFlow(app, functions, Iam(app), Triggers(app, functions))


def loops(resources: dict[str, Any], **sections: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """Path, certainty (or ``guarded``, ``on failure``) and needs of each loop; a role that may do everything."""
    found = flow({"Resources": {"Role": role(allow("*")), **resources}, **sections}).loops()
    return [(loop.path, how(loop), loop.needs) for loop in found]


def how(loop: Loop) -> str:
    if loop.cycle.guarded:
        return "guarded"
    return "on failure" if loop.on_failure else loop.certainty.name.lower()


PUT = "await s3.putObject({ Bucket: env.B, Key: %s });"
KEY = "decodeURIComponent(event.Records[0].s3.object.key.replace(/\\+/g, ' '))"


def rule(pattern: Any, target: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return of("AWS::Events::Rule", EventPattern=pattern, Targets=[{"Id": "t", "Arn": target or arn("F")}], **more)
