"""Loops of events in the forms people build them, and what keeps them from being any."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.facts.event_flow import EventFlow
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


def how(loop: Any) -> str:
    if loop.cycle.guarded:
        return "guarded"
    return "on failure" if loop.on_failure else loop.certainty.name.lower()


PUT = "await s3.putObject({ Bucket: env.B, Key: %s });"
KEY = "decodeURIComponent(event.Records[0].s3.object.key.replace(/\\+/g, ' '))"


# --- S3 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix", "suffix", "key", "expected"),
    [
        ("", "", "'out.json'", "proved"),
        ("", "", "someKey()", "proved"),
        ("in/", "", "'in/out.json'", "proved"),
        ("in/", "", "'out/in/x'", None),
        ("in/", "", "'in'", None),
        ("in/", "", f"'out/' + {KEY}", None),
        ("in/", "", f"`${{{KEY}}}.json`", "proved"),
        ("", ".jpg", f"`${{{KEY}}}.json`", None),
        ("", ".jpg", f"'thumb/' + {KEY}", "proved"),
        ("", ".jpg", f"'thumb/' + require('path').basename({KEY})", "proved"),
        ("", ".jpg", f"require('path').join('thumb', {KEY})", "proved"),
        ("up/", ".jpg", f"'thumb/' + {KEY}", None),
        ("in/", "", f"{KEY}.replace('in/', 'out/')", None),
        ("in/a/", "", f"{KEY}.replace('a/', 'b/')", None),
        ("in/", "", f"{KEY}.replace('.csv', '.json')", "proved"),
        ("in/", "", f"{KEY}.replace('n/x', 'ut/')", ""),
        ("", ".csv", f"{KEY}.replace('.csv', '.json')", None),
        ("in/", "", "event.Records[0].s3.object.eTag", ""),
        ("in/", "", "`${env.FOLDER}/x`", "proved"),
        ("In/", "", "'in/x'", None),
    ],
)
def test_a_filter_is_asked_about_the_key_that_is_written(
    prefix: str, suffix: str, key: str, expected: str | None
) -> None:
    found = loops({"B": notified(prefix, suffix), "F": function(PUT % key, B=ref("B"), FOLDER="in")})
    needs = f"the key of the object that F writes, which must not {'begin with ' + prefix if prefix else ''}"
    wanted = (
        [] if expected is None else [("B bucket → F → B bucket", expected or "proved", () if expected else (needs,))]
    )
    assert found == wanted


@pytest.mark.parametrize(
    ("event", "call", "loops_back"),
    [
        ("s3:ObjectCreated:Put", "putObject", True),
        ("s3:ObjectCreated:Copy", "putObject", False),
        ("s3:ObjectCreated:Copy", "copyObject", True),
        ("s3:ObjectCreated:*", "deleteObject", False),
        ("s3:ObjectRemoved:*", "deleteObject", True),
        ("s3:ObjectRemoved:*", "putObject", False),
        ("s3:ObjectTagging:*", "putObjectTagging", True),
        ("s3:ObjectCreated:*", "createMultipartUpload", False),
        ("s3:ObjectCreated:*", "getObject", False),
    ],
)
def test_a_notification_is_asked_about_the_kind_of_change(event: str, call: str, loops_back: bool) -> None:
    code = f"await s3.{call}({{ Bucket: env.B, Key: 'x' }});"
    assert bool(loops({"B": notified(event=event), "F": function(code, B=ref("B"))})) is loops_back


def test_the_bucket_of_the_event_is_the_bucket_that_triggers() -> None:
    code = "const [{ s3: { bucket } }] = event.Records; await s3.putObject({ Bucket: bucket.name, Key: 'x' });"
    resources = {"A": BUCKET, "B": notified(), "F": function(code)}
    assert loops(resources) == [("B bucket → F → B bucket", "proved", ())]


def test_bucket_to_topic_to_queue_to_function_and_back() -> None:
    topic = [
        {
            "Event": "s3:ObjectCreated:*",
            "Topic": ref("T"),
            "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
        }
    ]
    resources = {
        "B": of("AWS::S3::Bucket", NotificationConfiguration={"TopicConfigurations": topic}),
        "T": TOPIC,
        "Q": QUEUE,
        "S": of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="sqs", Endpoint=arn("Q")),
        "M": mapping(arn("Q")),
    }  # fmt: skip
    back = {**resources, "F": function(PUT % "'in/x'", B=ref("B"))}
    beside = {**resources, "F": function(PUT % "'out/x'", B=ref("B"))}
    assert loops(back) == [("B bucket → T topic → Q queue → F → B bucket", "proved", ())]
    assert loops(beside) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("s3:PutObject", "arn:aws:s3:::b/*")], "proved"),
        ([allow("s3:*", "arn:aws:s3:::*")], "proved"),
        ([allow("S3:putobject", {"Fn::Sub": "${B.Arn}/in/*"})], "proved"),
        ([allow("s3:PutObject", {"Fn::Sub": "${B.Arn}/out/*"})], None),
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], None),
        ([allow("s3:PutObject", "arn:aws:s3:::bb/*")], None),
        ([allow("s3:*"), {"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::b/in/*"}], None),
        ([allow("s3:*"), {"Effect": "Deny", "Action": "s3:Put*", "Resource": "arn:aws:s3:::b/in/old/*"}], "proved"),
        ([allow("s3:PutObject") | {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}], "inferred"),
        ([allow("s3:PutObject", {"Fn::Sub": "arn:aws:s3:::${Name}/*"})], "inferred"),
        ([], None),
    ],
)
def test_a_call_counts_only_with_the_right_to_make_it(statements: list[Any], expected: str | None) -> None:
    resources = {
        "B": notified("in/", BucketName="b"),
        "F": function(PUT % KEY, "R", B="b"),
        "R": role(*statements),
    }
    found = loops(resources, Parameters={"Name": {"Type": "String"}})
    assert found == ([] if expected is None else [("B bucket → F → B bucket", expected, ())])


def test_a_bucket_policy_can_give_the_right() -> None:
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": arn("R")},
            "Action": "s3:PutObject",
            "Resource": {"Fn::Sub": "${B.Arn}/*"},
        }
    }
    resources = {
        "B": notified(),
        "F": function(PUT % "'x'", "R", B=ref("B")),
        "R": role(),
        "P": of("AWS::S3::BucketPolicy", Bucket=ref("B"), PolicyDocument=policy),
    }  # fmt: skip
    assert loops(resources) == [("B bucket → F → B bucket", "proved", ())]


def test_a_role_outside_the_application_leaves_the_call_as_proof() -> None:
    code = function(PUT % "'x'", B=ref("B"))
    code["Properties"]["Role"] = f"arn:aws:iam::{ACCOUNT}:role/x"
    assert loops({"B": notified(), "F": code}) == [("B bucket → F → B bucket", "proved", ())]


# --- tests in the code --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("if (key.startsWith('done/')) return;", None),
        ("if (!key.startsWith('done/')) return;", "proved"),
        ("if (key.endsWith('/')) return;", "proved"),
        ("if (!key.endsWith('.csv')) return;", None),
        ("if (!key) return;", "proved"),
        ("if (key.includes('done/')) { return; }", None),
        ("if (event.Records.length === 0) return;", "proved"),
        ("if (event.Records[0].eventName.startsWith('ObjectRemoved')) return;", "proved"),
        ("if (!event.Records[0].eventName.startsWith('ObjectRemoved')) return;", None),
        ("const h = await s3.headObject({ Bucket: env.B, Key: key }); if (h.Metadata.seen === 'y') return;", "guarded"),
        ("if (isSmall(key)) return;", "guarded"),
        ("if (env.OFF) return;", "proved"),
    ],
)
def test_tests_in_the_code_are_asked_about_what_comes_back(test: str, expected: str | None) -> None:
    code = f"const key = {KEY};\n{test}\nawait s3.putObject({{ Bucket: env.B, Key: 'done/x' }});"
    found = loops({"B": notified(), "F": function(code, B=ref("B"))})
    assert found == ([] if expected is None else [("B bucket → F → B bucket", expected, ())])


# --- tables -------------------------------------------------------------------------------------------------

UPDATE = "await db.updateItem({ TableName: env.T, Key: event.Records[0].dynamodb.Keys, %s });"
SET = "UpdateExpression: 'SET #s = :s', ExpressionAttributeNames: { '#s': 'state' }, ExpressionAttributeValues: { ':s': { S: 'done' } }"


@pytest.mark.parametrize(
    ("patterns", "code", "expected"),
    [
        ([], UPDATE % SET, "proved"),
        ([{"eventName": ["INSERT"]}], UPDATE % SET, None),
        ([{"eventName": ["INSERT"]}, {"eventName": ["MODIFY"]}], UPDATE % SET, "proved"),
        ([{"eventName": ["REMOVE"]}], "await db.deleteItem({ TableName: env.T, Key: {} });", "proved"),
        ([{"eventName": [{"anything-but": "REMOVE"}]}], "await db.deleteItem({ TableName: env.T, Key: {} });", None),
        ([{"dynamodb": {"NewImage": {"state": {"S": ["open"]}}}}], UPDATE % SET, None),
        ([{"dynamodb": {"NewImage": {"state": {"S": [{"prefix": "do"}]}}}}], UPDATE % SET, "proved"),
        ([{"dynamodb": {"NewImage": {"state": {"S": [{"exists": False}]}}}}], UPDATE % SET, None),
        ([{"dynamodb": {"NewImage": {"count": {"N": ["1"]}}}}], UPDATE % SET, "dynamodb.NewImage.count.N"),
        ([{"userIdentity": {"type": ["Service"]}}], UPDATE % SET, None),
        ([{"eventName": ["INSERT"]}], "await db.putItem({ TableName: env.T, Item: { id: { S: event.id } } });", "new?"),
        (
            [{"eventName": ["INSERT"]}],
            "await db.putItem({ TableName: env.T, Item: { id: { S: crypto.randomUUID() } } });",
            "proved",
        ),
        ([], "await db.getItem({ TableName: env.T, Key: {} });", None),
        ([], "await db.batchWriteItem({ RequestItems: { [env.T]: [] } });", "inferred"),
        ([], "const t = env.T; await db.batchWriteItem({ RequestItems: { other: [] } });", None),
        ([], "await db.transactWriteItems({ TransactItems: [{ Put: { TableName: env.T, Item: {} } }] });", "proved"),
    ],
)
def test_filter_criteria_are_asked_about_the_item_that_is_written(
    patterns: list[Any], code: str, expected: str | None
) -> None:
    found = loops({"T": TABLE, "M": mapping(arn("T", "StreamArn"), "F", *patterns), "F": function(code, T=ref("T"))})
    open_questions = {
        "dynamodb.NewImage.count.N": "the dynamodb.NewImage.count that F sends",
        "new?": "the item that F writes, whether it is new or already there",
    }
    if expected is None:
        assert found == []
    else:
        needs = (open_questions[expected],) if expected in open_questions else ()
        assert found == [("T table → F → T table", "proved" if needs else expected, needs)]


def test_a_mapping_that_is_off_triggers_nothing() -> None:
    resources = {"T": TABLE, "F": function(UPDATE % SET, T=ref("T"))}
    assert loops({**resources, "M": mapping(arn("T", "StreamArn"), Enabled=False)}) == []


# --- event buses --------------------------------------------------------------------------------------------


def rule(pattern: Any, target: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return of("AWS::Events::Rule", EventPattern=pattern, Targets=[{"Id": "t", "Arn": target or arn("F")}], **more)


SEND = "await bus.putEvents({ Entries: [{ Source: 'shop', DetailType: 'paid', Detail: JSON.stringify({ n: 5, ...event.detail, s: 'x' }) }] });"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["shop"]}, "proved"),
        ({"source": ["store"]}, None),
        ({"source": ["shop"], "detail-type": [{"anything-but": ["paid"]}]}, None),
        ({"detail": {"s": ["x"]}}, "proved"),
        ({"detail": {"s": [{"exists": False}]}}, None),
        ({"detail": {"z": [{"exists": False}]}}, "the detail.z that F sends"),
        ({"detail": {"n": [{"numeric": [">", 3, "<=", 5]}]}}, "proved"),
        ({"detail": {"n": [{"numeric": [">", 5]}]}}, None),
        ({"source": [{"wildcard": "s*p"}]}, "proved"),
        ({"source": [{"prefix": {"equals-ignore-case": "SH"}}]}, "proved"),
        ({"account": [ACCOUNT]}, "the account that F sends"),
        ({"source": ["aws.s3"]}, None),
    ],
)
def test_a_rule_is_asked_about_the_event_that_is_put(pattern: Any, expected: str | None) -> None:
    found = loops({"R": rule(pattern), "F": function(SEND)})
    if expected is None:
        assert found == []
    else:
        needs = () if expected == "proved" else (expected,)
        assert found == [("default event bus → R rule → F → default event bus", "proved", needs)]


def test_an_event_lands_on_the_bus_that_its_entry_names() -> None:
    code = "await bus.putEvents({ Entries: [{ Source: 'a', EventBusName: env.BUS }, { Source: 'b' }] });"
    own = {"Bus": of("AWS::Events::EventBus", Name="own"), "F": function(code, BUS=ref("Bus"))}
    on_own = {**own, "R": rule({"source": ["a"]}, EventBusName=ref("Bus"))}
    b_on_own = {**own, "R": rule({"source": ["b"]}, EventBusName="own")}
    a_on_default = {**own, "R": rule({"source": ["a"]}, EventBusName="default")}
    assert loops(on_own) == [("Bus event bus → R rule → F → Bus event bus", "proved", ())]
    assert loops(b_on_own) == loops(a_on_default) == []


def test_a_bucket_that_tells_event_bridge_everything() -> None:
    bucket = of("AWS::S3::Bucket", NotificationConfiguration={"EventBridgeConfiguration": {}})
    created = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    code = "await s3.putObject({ Bucket: event.detail.bucket.name, Key: 'out/' + event.detail.object.key });"

    def of_pattern(detail: Any) -> list[tuple[str, str, tuple[str, ...]]]:
        return loops({"B": bucket, "R": rule({**created, "detail": detail}), "F": function(code)})

    path = "B bucket → default event bus → R rule → F → B bucket"
    assert of_pattern({"bucket": {"name": [ref("B")]}}) == [(path, "proved", ())]
    assert of_pattern({"object": {"key": [{"suffix": ".csv"}]}}) == [(path, "proved", ())]
    assert of_pattern({"object": {"key": [{"prefix": "in/"}]}}) == []
    assert of_pattern({"reason": ["CopyObject"]}) == []
    assert of_pattern({"bucket": {"name": ["another"]}}) == []


def test_a_rule_that_is_disabled_or_transforms() -> None:
    f = function(SEND)
    assert loops({"R": rule({"source": ["shop"]}, State="DISABLED"), "F": f}) == []
    queue = {"Q": QUEUE, "M": mapping(arn("Q"), "F", {"body": {"detail-type": ["paid"]}}), "F": f}
    path = "default event bus → R rule → Q queue → F → default event bus"
    assert loops({**queue, "R": rule({"source": ["shop"]}, arn("Q"))}) == [(path, "proved", ())]
    transformed = rule({"source": ["shop"]})
    transformed["Properties"]["Targets"] = [{"Id": "t", "Arn": arn("Q"), "InputPath": "$.detail"}]
    assert loops({**queue, "R": transformed}) == [(path, "proved", ("the body that F sends",))]


def test_from_bus_to_bus() -> None:
    resources = {
        "Bus": of("AWS::Events::EventBus", Name="own"),
        "Forward": rule({"source": ["shop"]}, arn("Bus")),
        "R": rule({"detail-type": ["paid"]}, EventBusName=ref("Bus")),
        "F": function(SEND),
    }
    path = "default event bus → Forward rule → Bus event bus → R rule → F → default event bus"
    assert loops(resources) == [(path, "proved", ())]


# --- queues, topics, streams --------------------------------------------------------------------------------


def subscribed(**more: Any) -> dict[str, Any]:
    return of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn("F"), **more)


PUBLISH = "await sns.publish({ TopicArn: env.T, Message: JSON.stringify({ kind: 'a' })%s });"
ATTRIBUTES = ", MessageAttributes: { kind: { DataType: 'String', StringValue: 'a' }, n: { DataType: 'Number', StringValue: '3' } }"


@pytest.mark.parametrize(
    ("more", "attributes", "loops_back"),
    [
        ({}, "", True),
        ({"FilterPolicy": {"kind": ["a"]}}, "", False),
        ({"FilterPolicy": {"kind": ["a"]}}, ATTRIBUTES, True),
        ({"FilterPolicy": {"kind": ["b"]}}, ATTRIBUTES, False),
        ({"FilterPolicy": {"kind": [{"anything-but": ["a"]}]}}, ATTRIBUTES, False),
        ({"FilterPolicy": {"n": [{"numeric": [">=", 3]}]}}, ATTRIBUTES, True),
        ({"FilterPolicy": {"kind": [{"exists": False}]}}, "", True),
        ({"FilterPolicy": {"kind": ["a"]}, "FilterPolicyScope": "MessageBody"}, "", True),
        ({"FilterPolicy": {"kind": ["b"]}, "FilterPolicyScope": "MessageBody"}, ATTRIBUTES, False),
    ],
)
def test_a_filter_policy_is_asked_about_attributes_or_body(more: Any, attributes: str, loops_back: bool) -> None:
    found = loops({"T": TOPIC, "S": subscribed(**more), "F": function(PUBLISH % attributes, T=ref("T"))})
    assert found == ([("T topic → F → T topic", "proved", ())] if loops_back else [])


@pytest.mark.parametrize(
    ("raw", "pattern", "loops_back"),
    [
        (True, {"body": {"kind": ["a"]}}, True),
        (True, {"body": {"kind": ["b"]}}, False),
        (False, {"body": {"kind": ["a"]}}, None),
        (False, {"body": {"Type": ["Notification"]}}, True),
        (False, {"body": {"Message": [{"exists": False}]}}, False),
    ],
)
def test_a_queue_gets_the_message_in_an_envelope_or_raw(raw: bool, pattern: Any, loops_back: bool | None) -> None:
    resources = {
        "T": TOPIC,
        "Q": QUEUE,
        "S": of("AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="sqs", Endpoint=arn("Q"), RawMessageDelivery=raw),
        "M": mapping(arn("Q"), "F", pattern),
        "F": function(PUBLISH % "", T=ref("T")),
    }
    found = loops(resources)
    if loops_back is None:
        assert [needs for _, _, needs in found] == [("the body.kind that F sends",)]
    else:
        assert found == ([("T topic → Q queue → F → T topic", "proved", ())] if loops_back else [])


def test_a_stream_and_its_filter() -> None:
    code = "await kinesis.putRecord({ StreamName: env.K, PartitionKey: '1', Data: JSON.stringify({ t: 'x' }) });"
    resources = {"K": STREAM, "F": function(code, K=ref("K"))}
    assert loops({**resources, "M": mapping(arn("K"), "F", {"data": {"t": ["x"]}})}) == [
        ("K stream → F → K stream", "proved", ())
    ]
    assert loops({**resources, "M": mapping(arn("K"), "F", {"data": {"t": ["y"]}})}) == []


def test_a_queue_outside_the_application_is_one_by_its_name() -> None:
    url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"
    code = function("await sqs.sendMessage({ QueueUrl: env.URL, MessageBody: '' });", URL=url)
    same = {"M": mapping(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"), "F": code}  # type: ignore[arg-type]
    other = {"M": mapping(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs2"), "F": code}  # type: ignore[arg-type]
    assert loops(same) == [("jobs queue → F → jobs queue", "proved", ())]
    assert loops(other) == []


def test_a_target_that_the_code_computes_is_what_the_role_allows() -> None:
    code = function(
        "await sqs.sendMessage({ QueueUrl: JSON.parse(event.Records[0].body).queue, MessageBody: '' });", "R"
    )
    resources = {
        "Q": QUEUE,
        "M": mapping(arn("Q")),
        "P": QUEUE,
        "N": mapping(arn("P"), "G"),
        "G": function(""),
        "F": code,
    }
    one = {**resources, "R": role(allow("sqs:SendMessage", arn("Q")))}
    none = {**resources, "R": role(allow("sqs:SendMessage", arn("P")))}
    both = {**resources, "R": role(allow("sqs:SendMessage"))}
    assert loops(one) == [("Q queue → F → Q queue", "inferred", ())]
    assert loops(none) == []
    assert loops(both) == [("Q queue → F → Q queue", "granted", ())]


# --- functions, state machines, pipes, APIs, logs -----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("await lambda.invoke({ FunctionName: env.AWS_LAMBDA_FUNCTION_NAME });", "proved"),
        ("await lambda.invoke({ FunctionName: context.functionName });", "inferred"),
        ("if (event.left) await lambda.invoke({ FunctionName: env.AWS_LAMBDA_FUNCTION_NAME });", "guarded"),
    ],
)
def test_a_function_that_invokes_itself(code: str, expected: str) -> None:
    resources = {"F": function(code, "R"), "R": role(allow("lambda:InvokeFunction", {"Fn::Sub": "${F.Arn}:*"}))}
    assert loops(resources) == [("F → F", expected, ())]


def test_a_state_machine_and_its_function_start_each_other() -> None:
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "End": True}}}
    machine = of(
        "AWS::StepFunctions::StateMachine",
        RoleArn=arn("Role"),
        DefinitionString=json.dumps(definition),
        DefinitionSubstitutions={"F": arn("F")},
    )
    code = function("await sfn.startExecution({ stateMachineArn: env.M });", M=ref("M"))
    assert loops({"M": machine, "F": code}) == [("M state machine → F → M state machine", "proved", ())]


@pytest.mark.parametrize(
    ("resource", "parameters", "loops_back"),
    [
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", {"QueueUrl": ref("Q"), "MessageBody": "x"}, True),
        ("arn:aws:states:::aws-sdk:sqs:sendMessage", {"QueueUrl": ref("Q"), "MessageBody.$": "$.x"}, True),
        ("arn:aws:states:::sqs:sendMessage", {"QueueUrl.$": "$.url", "MessageBody": "x"}, True),
        ("arn:aws:states:::aws-sdk:sqs:receiveMessage", {"QueueUrl": ref("Q")}, False),
        ("arn:aws:states:::sns:publish", {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:x"}, False),
    ],
)
def test_a_state_machine_writes_by_service_integrations(resource: str, parameters: Any, loops_back: bool) -> None:
    task = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    machine = of(
        "AWS::StepFunctions::StateMachine",
        RoleArn=arn("Role"),
        Definition={"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": task}}], "End": True}}},
    )  # fmt: skip
    pipe = of("AWS::Pipes::Pipe", Source=arn("Q"), Target=ref("M"), RoleArn="x")
    certainty = "inferred" if "QueueUrl.$" in parameters else "proved"
    path = "Q queue → P pipe → M state machine → Q queue"
    assert loops({"Q": QUEUE, "P": pipe, "M": machine}) == ([(path, certainty, ())] if loops_back else [])


def test_a_pipe_filters_and_republishes() -> None:
    def pipe(pattern: Any) -> dict[str, Any]:
        return of(
            "AWS::Pipes::Pipe",
            Source=arn("T", "StreamArn"),
            SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}},
            Target=arn("Bus"),
            TargetParameters={"EventBridgeEventBusParameters": {"Source": "items", "DetailType": "changed"}},
        )

    resources = {
        "T": TABLE,
        "Bus": of("AWS::Events::EventBus", Name="own"),
        "R": rule({"source": ["items"]}, EventBusName="own"),
        "F": function("await db.updateItem({ TableName: env.T, Key: {} });", T=ref("T")),
    }
    path = "T table → P pipe → Bus event bus → R rule → F → T table"
    assert loops({**resources, "P": pipe({"eventName": ["MODIFY"]})}) == [(path, "proved", ())]
    assert loops({**resources, "P": pipe({"eventName": ["INSERT"]})}) == []


def test_a_function_that_calls_the_api_in_front_of_it() -> None:
    uri = {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    resources = {
        "Api": of("AWS::ApiGateway::RestApi", Name="a"),
        "M": of("AWS::ApiGateway::Method", RestApiId=ref("Api"), Integration={"Uri": uri}),
        "F": function(
            "await fetch(`${env.URL}/next`);", URL={"Fn::Sub": "https://${Api}.execute-api.eu-west-1.amazonaws.com"}
        ),
    }
    assert loops(resources) == [("Api → F → Api", "inferred", ())]


def test_a_delivery_stream_brings_the_object_back() -> None:
    resources = {
        "B": notified("raw/"),
        "D": of(
            "AWS::KinesisFirehose::DeliveryStream",
            ExtendedS3DestinationConfiguration={"BucketARN": arn("B"), "Prefix": "raw/!{timestamp:yyyy}/"},
        ),
        "F": function("await firehose.putRecord({ DeliveryStreamName: env.D, Record: { Data: '' } });", D=ref("D")),
    }
    assert loops(resources) == [("D delivery stream → B bucket → F → D delivery stream", "proved", ())]
    elsewhere = {**resources, "B": notified("other/")}
    assert loops(elsewhere) == []


def test_replication_carries_the_key_along() -> None:
    rules = [{"Status": "Enabled", "Prefix": "out/", "Destination": {"Bucket": arn("Copy")}}]
    resources = {
        "B": of("AWS::S3::Bucket", ReplicationConfiguration={"Rules": rules}),
        "Copy": notified("out/"),
        "F": function(PUT % "'out/x'", B=ref("B")),
    }
    assert loops(resources) == [("B bucket → Copy bucket → F → B bucket", "proved", ())]
    assert loops({**resources, "F": function(PUT % "'in/x'", B=ref("B"))}) == []


def test_a_function_subscribed_to_its_own_log() -> None:
    def resources(pattern: str, group: str) -> dict[str, Any]:
        return {
            "F": function("") | {},
            "S": of(
                "AWS::Logs::SubscriptionFilter", LogGroupName=group, FilterPattern=pattern, DestinationArn=arn("F")
            ),
        }

    named = {"Fn::Sub": "/aws/lambda/${F}"}
    own = loops(resources("", named))  # type: ignore[arg-type]
    some = loops(resources("ERROR", named))  # type: ignore[arg-type]
    assert own == [("/aws/lambda/F log group → F → /aws/lambda/F log group", "proved", ())]
    assert [needs for _, _, needs in some] == [("the lines that F logs, none of which must match ERROR",)]
    assert loops(resources("", "/aws/lambda/other")) == []


def test_a_permission_alone_is_a_hint() -> None:
    permission = of(
        "AWS::Lambda::Permission", FunctionName=ref("F"), Principal="s3.amazonaws.com", SourceArn=arn("B"), Action="x"
    )
    resources = {"B": BUCKET, "F": function(PUT % "'x'", B=ref("B"))}
    assert loops({**resources, "P": permission}) == [("B bucket → F → B bucket", "granted", ())]
    assert loops({**resources, "B": notified("in/"), "P": permission}) == []


# --- what is not known, and what excludes itself ------------------------------------------------------------


def test_code_that_cannot_be_read_counts_with_what_its_role_allows() -> None:
    hidden = function("", "R")
    hidden["Properties"]["Code"] = {"S3Bucket": "x", "S3Key": "y"}
    resources = {"Q": QUEUE, "M": mapping(arn("Q")), "F": hidden}
    assert loops({**resources, "R": role(allow("sqs:*", arn("Q")))}) == [("Q queue → F → Q queue", "granted", ())]
    assert loops({**resources, "R": role(allow("sqs:ReceiveMessage", arn("Q")))}) == []


def test_wires_of_opposite_conditions_make_no_loop() -> None:
    conditions = {"On": {"Fn::Equals": [ref("Mode"), "on"]}, "Off": {"Fn::Not": [{"Condition": "On"}]}}
    sections = {"Parameters": {"Mode": {"Type": "String"}}, "Conditions": conditions}
    code = function("await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: '' });")
    code["Properties"]["Environment"] = {"Variables": {"Q": {"Fn::If": ["On", ref("Q"), ref("P")]}}}
    resources = {"Q": QUEUE, "P": QUEUE, "F": code}
    opposite = mapping(arn("Q")) | {"Condition": "Off"}
    same = mapping(arn("Q")) | {"Condition": "On"}
    assert loops({**resources, "M": opposite}, **sections) == []
    assert loops({**resources, "M": same}, **sections) == [("Q queue → F → Q queue", "proved", ())]


def test_a_parameter_that_may_name_the_bucket() -> None:
    resources = {"B": notified(BucketName="acme"), "F": function(PUT % "'x'", B=ref("Target"))}
    parameters = {"Target": {"Type": "String"}}
    needs = ("the value of parameter Target",)
    assert loops(resources, Parameters=parameters) == [("B bucket → F → B bucket", "inferred", needs)]
    generated = {**resources, "B": notified()}
    assert loops(generated, Parameters=parameters) == []
    chosen = flow(
        {"Resources": {"Role": role(allow("*")), **resources}, "Parameters": parameters}, parameters={"Target": "acme"}
    )
    assert [(loop.path, loop.needs) for loop in chosen.loops()] == [("B bucket → F → B bucket", ())]


def test_two_loops_on_one_topic_are_two_and_a_hundred_are_ten() -> None:
    def app(number: int) -> dict[str, Any]:
        resources: dict[str, Any] = {"T": TOPIC, "Role": role(allow("*"))}
        for i in range(number):
            resources[f"F{i}"] = function("await sns.publish({ TopicArn: env.T, Message: '' });", T=ref("T"))
            resources[f"S{i}"] = of(
                "AWS::SNS::Subscription", TopicArn=ref("T"), Protocol="lambda", Endpoint=arn(f"F{i}")
            )
        return {"Resources": resources}

    two = flow(app(2)).loops()
    assert [(loop.path, loop.more) for loop in two] == [("T topic → F0 → T topic", 0), ("T topic → F1 → T topic", 0)]
    many = flow(app(100)).loops()
    assert [(loop.subject.id, loop.more) for loop in many] == [(f"F{i}", 0 if i < 9 else 90) for i in range(10)]


def test_a_ring_is_one_loop_whatever_the_order_of_its_stacks() -> None:
    def stack(name: str, other: str) -> Stack:
        code = "await sqs.sendMessage({ QueueUrl: env.NEXT, MessageBody: '' });"
        resources = {
            f"Q{name}": QUEUE,
            f"F{name}": function(code, NEXT={"Fn::ImportValue": f"url-{other}"}),
            "M": mapping(arn(f"Q{name}"), f"F{name}"),
            "Role": role(allow("*")),
        }
        outputs = {"Url": {"Value": ref(f"Q{name}"), "Export": {"Name": f"url-{name}"}}}
        return Stack(name, {"Resources": resources, "Outputs": outputs})

    forward = flow(stack("A", "B"), stack("B", "A")).loops()
    backward = flow(stack("B", "A"), stack("A", "B")).loops()
    assert [loop.path for loop in forward] == ["QB queue → FB → QA queue → FA → QB queue"]
    assert [loop.path for loop in backward] == ["QA queue → FA → QB queue → FB → QA queue"]


def test_a_loop_that_turns_only_while_something_fails() -> None:
    resources = {
        "Dead": QUEUE,
        "Q": of("AWS::SQS::Queue", RedrivePolicy={"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 2}),
        "M": mapping(arn("Q"), "Work"),
        "N": mapping(arn("Dead"), "Retry"),
        "Work": function(""),
        "Retry": function("await sqs.sendMessage({ QueueUrl: env.Q, MessageBody: '' });", Q=ref("Q")),
    }
    assert loops(resources) == [("Q queue → Dead queue → Retry → Q queue", "on failure", ())]


@pytest.mark.parametrize("depth", [1, 12])
def test_envelopes_around_envelopes_end(depth: int) -> None:
    resources: dict[str, Any] = {"F": function("await sns.publish({ TopicArn: env.T, Message: '' });", T=ref("T0"))}
    for i in range(depth):
        following = f"T{(i + 1) % depth}"
        resources[f"T{i}"] = TOPIC
        resources[f"Q{i}"] = QUEUE
        resources[f"S{i}"] = of("AWS::SNS::Subscription", TopicArn=ref(f"T{i}"), Protocol="sqs", Endpoint=arn(f"Q{i}"))
        resources[f"P{i}"] = of("AWS::Pipes::Pipe", Source=arn(f"Q{i}"), Target=ref(following), RoleArn="x")
    assert not flow({"Resources": {"Role": role(allow("*")), **resources}}).limit
