"""Loops through buckets: keys, kinds of change, rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.flows import (
    ACCOUNT,
    BUCKET,
    KEY,
    PUT,
    QUEUE,
    TOPIC,
    allow,
    arn,
    function,
    loops,
    mapping,
    notified,
    of,
    ref,
    role,
    rule,
)


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


@pytest.mark.parametrize(
    ("bucket", "names", "expected"),
    [
        ("`${name}-small`", ["b", "b-small"], []),
        ("name + '-small'", ["b", "b-other"], []),
        ("name + env.SUFFIX", ["b", "b-small"], [("B bucket → F → B bucket", "inferred", ())]),
        ("`${name}`", ["b", "b-small"], [("B bucket → F → B bucket", "inferred", ())]),
    ],
)
def test_a_bucket_named_after_that_of_the_event_is_another(bucket: str, names: list[str], expected: list[Any]) -> None:
    code = f"const name = event.Records[0].s3.bucket.name; await s3.putObject({{ Bucket: {bucket}, Key: 'x' }});"
    there, beside = names
    resources = {"B": notified(BucketName=there), "C": of("AWS::S3::Bucket", BucketName=beside), "F": function(code)}
    assert loops(resources) == expected


def test_a_bucket_named_after_that_of_the_event_may_lead_back() -> None:
    code = "await s3.putObject({ Bucket: event.Records[0].s3.bucket.name + '-small', Key: 'x' });"
    there, small = notified(BucketName="b"), notified(BucketName="b-small")
    small["Properties"]["NotificationConfiguration"]["LambdaConfigurations"][0]["Function"] = arn("G")
    resources = {"B": there, "S": small, "F": function(code), "G": function(PUT % "'x'", B="b")}
    assert loops(resources) == [("S bucket → G → B bucket → F → S bucket", "inferred", ())]


def test_of_several_buckets_only_the_one_so_named_leads_back() -> None:
    code = "await s3.putObject({ Bucket: event.Records[0].s3.bucket.name + '-small', Key: 'x' });"
    other = notified(BucketName="b-large")
    other["Properties"]["NotificationConfiguration"]["LambdaConfigurations"][0]["Function"] = arn("G")
    resources = {"B": notified(BucketName="b"), "L": other, "F": function(code), "G": function(PUT % "'x'", B="b")}
    assert loops(resources) == []


@pytest.mark.parametrize(
    ("prefix", "granted", "expected"),
    [
        ("in/", "in/*", [("B bucket → F → B bucket", "granted", ())]),
        ("in/", "*", [("B bucket → F → B bucket", "granted", ())]),
        ("in/", "out/*", []),
        (ref("Free"), "*", [("B bucket → F → B bucket", "granted", ("the value of parameter Free",))]),
    ],
)
def test_code_out_of_sight_may_write_what_its_role_allows(prefix: Any, granted: str, expected: list[Any]) -> None:
    unread = of("AWS::Lambda::Function", Runtime="java21", Handler="h", Role=arn("R"), Code={"ImageUri": "x"})
    resources = {
        "B": notified(prefix, BucketName="b"),
        "F": unread,
        "R": role(allow("s3:PutObject", f"arn:aws:s3:::b/{granted}")),
    }
    assert loops(resources, Parameters={"Free": {"Type": "String"}}) == expected


def test_a_rule_hands_the_event_on_to_the_tests_in_the_code() -> None:
    resources = {
        "B": of("AWS::S3::Bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}),
        "E": rule({"source": ["aws.s3"]}),
    }
    code = "const { key } = event.detail.object; if (key.startsWith('%s/')) return; " + PUT % "'done/' + key"
    path = "B bucket → default event bus → E rule → F → B bucket"
    assert loops({**resources, "F": function(code % "done", B=ref("B"))}) == []
    assert loops({**resources, "F": function(code % "other", B=ref("B"))}) == [(path, "proved", ())]


def test_a_state_machine_hands_the_name_of_the_bucket_on() -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    task["Parameters"] = {"FunctionName": "${F}", "Payload.$": "$.detail"}
    machine = of(
        "AWS::StepFunctions::StateMachine",
        RoleArn=arn("Role"),
        Definition={"StartAt": "A", "States": {"A": task}},
        DefinitionSubstitutions={"F": arn("F")},
    )
    resources = {
        "B": of("AWS::S3::Bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}),
        "E": rule({"source": ["aws.s3"]}, arn("M")),
        "M": machine,
        "F": function("await s3.putObject({ Bucket: event.bucket.name, Key: 'x' });"),
    }
    path = "B bucket → default event bus → E rule → M state machine → F → B bucket"
    assert loops(resources) == [(path, "inferred", ())]


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


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("if (key.startsWith('done/')) return;", None),
        ("if (!key.startsWith('done/')) return;", "proved"),
        ("if (key.endsWith('/')) return;", "proved"),
        ("if (!key.endsWith('.csv')) return;", None),
        ("if (!key) return;", "proved"),
        ("if (key.includes('done/')) { return; }", None),
        ("if (key.indexOf('done/') > -1) return;", None),
        ("if (key.indexOf('done/') >= 0) return;", None),
        ("if (key.indexOf('done/') === -1) { throw key; }", "proved"),
        ("if (key.indexOf('done/') < 0) return;", "proved"),
        ("if (key.indexOf('other/') !== -1) return;", "proved"),
        ("if (key.indexOf('done/') > 0) return;", "guarded"),
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
