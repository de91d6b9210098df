"""SDK calls and clients that the Python front end sees."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.program import (
    Choice,
    CodeValue,
    Composed,
    Derived,
    EnvironmentVariable,
    EventField,
    Items,
    Literal,
    Opaque,
    Program,
    Record,
)
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree

KEY = EventField(("key",))


def program(source: str, function: str = "handler", **modules: str) -> Program:
    files = {"app.py": source, **{f"{name}.py": text for name, text in modules.items()}}
    tree = MemoryTree({name: dedent(text).encode() for name, text in files.items()}, "asset")
    return analyze(tree, "app.py", function)


def calls(source: str, **modules: str) -> list[tuple[str, str, CodeValue]]:
    """Service, operation and arguments of the calls that are reached."""
    found = program(source, **modules)
    return [(call.service, call.operation, call.arguments) for call in found.calls if call.reached]


def body(lines: str, before: str = "") -> str:
    """A module with boto3 and a handler of these lines."""
    text = "\n".join("    " + line for line in dedent(lines).strip().splitlines())
    return f"import os, boto3\n{dedent(before)}\ndef handler(event, context):\n{text}\n"


def record(**entries: CodeValue) -> Record:
    return Record(tuple(entries.items()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('boto3.client("s3").list_objects_v2(Bucket="b")', ("s3", "ListObjectsV2")),
        ('boto3.client("rds").describe_db_instances(Bucket="b")', ("rds", "DescribeDBInstances")),
        ('boto3.client("iam").list_mfa_devices(Bucket="b")', ("iam", "ListMFADevices")),
        ('boto3.client("sts").assume_role_with_saml(Bucket="b")', ("sts", "AssumeRoleWithSAML")),
        ('boto3.client(service_name="kms").encrypt(Bucket="b")', ("kms", "Encrypt")),
        ('boto3.client("wafv2").get_web_acl(Bucket="b")', ("wafv2", "GetWebACL")),
        ('boto3.client("brand-new").make_it_so(Bucket="b")', ("brand-new", "MakeItSo")),
        ('boto3.Session(profile_name="p").client("s3").head_object(Bucket="b")', ("s3", "HeadObject")),
        ('boto3.session.Session().client("s3").head_object(Bucket="b")', ("s3", "HeadObject")),
        ('__import__("boto3").client("s3").head_object(Bucket="b")', ("s3", "HeadObject")),
        ('getattr(boto3.client("s3"), "put_" + "object")(Bucket="b")', ("s3", "PutObject")),
        ('boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="b")', ("s3", "ListObjectsV2")),
        ('boto3.client("s3").get_waiter("object_exists").wait(Bucket="b")', ("s3", "HeadObject")),
        ('boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "b"})', ("s3", "GetObject")),
        ('boto3.client("s3").generate_presigned_url(ClientMethod="put_object", Params=dict(Bucket="b"))',
         ("s3", "PutObject")),
        ('boto3.resource("dynamodb").meta.client.transact_write_items(Bucket="b")', ("dynamodb", "TransactWriteItems")),
    ],
)  # fmt: skip
def test_operation_names(line: str, expected: tuple[str, str]) -> None:
    assert calls(body(line)) == [(*expected, record(Bucket=Literal("b")))]


@pytest.mark.parametrize(
    ("line", "operation", "arguments"),
    [
        ('s3.upload_file("/tmp/x", "b", event["key"])', "PutObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('s3.upload_file(Filename="/tmp/x", Bucket="b", Key=event["key"])', "PutObject",
         {"Bucket": Literal("b"), "Key": KEY}),
        ('s3.upload_fileobj(stream, "b", "k", ExtraArgs={"ACL": "private"})', "PutObject",
         {"Bucket": Literal("b"), "Key": Literal("k")}),
        ('s3.download_file("b", event["key"], "/tmp/x")', "GetObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('s3.copy({"Bucket": "a", "Key": "k"}, "b", "k2")', "CopyObject",
         {"CopySource": record(Bucket=Literal("a"), Key=Literal("k")), "Bucket": Literal("b"), "Key": Literal("k2")}),
        ('s3.generate_presigned_post("b", event["key"])', "PutObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('bucket.upload_file("/tmp/x", event["key"])', "PutObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('bucket.put_object(Key=event["key"], Body=b"x")', "PutObject",
         {"Bucket": Literal("b"), "Key": KEY, "Body": Literal("x")}),
        ('bucket.Object(event["key"]).delete()', "DeleteObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('res.Object("b", event["key"]).get()', "GetObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('res.Object(bucket_name="b", key=event["key"]).put()', "PutObject", {"Bucket": Literal("b"), "Key": KEY}),
        ('res.Object("b", event["key"]).copy_from(CopySource="a/k")', "CopyObject",
         {"Bucket": Literal("b"), "Key": KEY, "CopySource": Literal("a/k")}),
        ('res.Object("b", "k").Acl().put(ACL="public-read")', "PutObjectAcl",
         {"Bucket": Literal("b"), "Key": Literal("k"), "ACL": Literal("public-read")}),
        ('bucket.Policy().put(Policy="{}")', "PutBucketPolicy", {"Bucket": Literal("b"), "Policy": Literal("{}")}),
    ],
)  # fmt: skip
def test_s3_transfers_and_resources(line: str, operation: str, arguments: dict[str, CodeValue]) -> None:
    before = 's3 = boto3.client("s3")\nres = boto3.resource("s3")\nbucket = res.Bucket("b")'
    assert calls(body(line, before)) == [("s3", operation, record(**arguments))]


def test_listing_objects_gives_objects_that_know_their_bucket() -> None:
    source = body(
        """
        for item in bucket.objects.filter(Prefix="in/"):
            item.delete()
        bucket.objects.all().delete()
        """,
        'bucket = boto3.resource("s3").Bucket(os.environ["B"])',
    )
    name = EnvironmentVariable("B")
    listed = record(Bucket=name, Prefix=Literal("in/"))
    assert calls(source) == [
        ("s3", "ListObjectsV2", listed),
        ("s3", "DeleteObject", record(Bucket=name, Key=Derived((listed,), "ListObjectsV2"))),
        ("s3", "ListObjectsV2", record(Bucket=name)),
        ("s3", "DeleteObjects", record(Bucket=name)),
    ]


def test_table_methods_carry_the_table_name() -> None:
    source = body(
        """
        table.get_item(Key={"pk": event["key"]})
        table.query(KeyConditionExpression=Key("pk").eq(event["key"]) & Key("sk").begins_with("A#"))
        with table.batch_writer(overwrite_by_pkeys=["pk"]) as batch:
            batch.put_item({"pk": "1"})
            batch.delete_item(Key={"pk": "2"})
        db.batch_get_item(RequestItems={table.name: {"Keys": []}})
        """,
        """
        from boto3.dynamodb.conditions import Key
        db = boto3.resource("dynamodb")
        table = db.Table(os.environ["TABLE"])
        """,
    )
    name = EnvironmentVariable("TABLE")
    condition = Derived(
        (Derived((Literal("pk"), KEY), "Key.eq"), Derived((Literal("sk"), Literal("A#")), "Key.begins_with")), "&"
    )
    assert calls(source) == [
        ("dynamodb", "GetItem", record(TableName=name, Key=record(pk=KEY))),
        ("dynamodb", "Query", record(TableName=name, KeyConditionExpression=condition)),
        ("dynamodb", "BatchWriteItem", record(TableName=name, Item=record(pk=Literal("1")))),
        ("dynamodb", "BatchWriteItem", record(TableName=name, Key=record(pk=Literal("2")))),
        ("dynamodb", "BatchGetItem", record(RequestItems=Record((), complete=False), TableName=name)),
    ]


def test_queues_topics_and_messages() -> None:
    source = body(
        """
        queue = sqs.get_queue_by_name(QueueName="q")
        queue.send_message(MessageBody="x")
        for message in sqs.Queue(event["key"]).receive_messages(MaxNumberOfMessages=10):
            message.delete()
        boto3.resource("sns").Topic(os.environ["T"]).publish(Message="m")
        """,
        'sqs = boto3.resource("sqs")',
    )
    asked = record(QueueName=Literal("q"))
    received = record(QueueUrl=KEY, MaxNumberOfMessages=Literal(10))
    assert calls(source) == [
        ("sqs", "GetQueueUrl", asked),
        ("sqs", "SendMessage", record(QueueUrl=Derived((asked,), "GetQueueUrl"), MessageBody=Literal("x"))),
        ("sqs", "ReceiveMessage", received),
        ("sqs", "DeleteMessage", record(QueueUrl=KEY, ReceiptHandle=Derived((received,), "ReceiveMessage"))),
        ("sns", "Publish", record(TopicArn=EnvironmentVariable("T"), Message=Literal("m"))),
    ]


@pytest.mark.parametrize(
    "line",
    [
        'p = {"Bucket": "b"}; p["Key"] = event["key"]; s3.delete_object(**p)',
        'p = dict(Bucket="b"); p.update(Key=event["key"]); s3.delete_object(**p)',
        'p = {"Bucket": "b"}; p.update({"Key": event["key"]}); s3.delete_object(**p)',
        'p = {"Bucket": "b"}; s3.delete_object(**{**p, "Key": event["key"]})',
        'p = {"Bucket": "b"} | {"Key": event["key"]}; s3.delete_object(**p)',
        'p = {}; p.setdefault("Bucket", "b"); p.setdefault("Key", event["key"]); s3.delete_object(**p)',
        'p = {"Bucket": "b", "Key": event["key"], "X": 1}; del p["X"]; s3.delete_object(**p)',
        'import functools; functools.partial(s3.delete_object, Bucket="b")(Key=event["key"])',
        '(lambda **kw: s3.delete_object(**kw))(Bucket="b", Key=event["key"])',
        'f = s3.delete_object; f(Bucket="b", Key=event["key"])',
        'retry(s3.delete_object, Bucket="b", Key=event["key"])',
        'retry(lambda: s3.delete_object(Bucket="b", Key=event["key"]))',
        'pool.submit(s3.delete_object, Bucket="b", Key=event["key"])',
        '[s3.delete_object(Bucket=n, Key=event["key"]) for n in ["b"]]',
        'list(map(lambda k: s3.delete_object(Bucket="b", Key=k), [event["key"]]))',
        'threading.Thread(target=go, args=(event["key"],)).start()',
    ],
)
def test_arguments_are_followed(line: str) -> None:
    before = """
    import threading
    from concurrent.futures import ThreadPoolExecutor
    s3 = boto3.client("s3")
    pool = ThreadPoolExecutor()
    def retry(fn, *args, **kwargs):
        while True:
            try:
                return fn(*args, **kwargs)
            except Exception:
                continue
    def go(key):
        s3.delete_object(Bucket="b", Key=key)
    """
    assert calls(body(line, before)) == [("s3", "DeleteObject", record(Bucket=Literal("b"), Key=KEY))]


def test_unknown_keyword_arguments_leave_the_arguments_open() -> None:
    source = body('s3.put_object(Bucket="b", **event["more"])', 's3 = boto3.client("s3")')
    assert calls(source) == [("s3", "PutObject", Record((("Bucket", Literal("b")),), complete=False))]


def test_a_batch_whose_table_is_a_computed_key() -> None:
    source = body('boto3.client("dynamodb").batch_write_item(RequestItems={os.environ["T"]: []})')
    expected = record(RequestItems=Record((), complete=False), TableName=EnvironmentVariable("T"))
    assert calls(source) == [("dynamodb", "BatchWriteItem", expected)]


def test_a_branch_gives_both_targets() -> None:
    source = body(
        """
        target = os.environ["A"] if event["key"] else os.environ["B"]
        boto3.client("s3").put_object(Bucket=target, Key="k")
        """
    )
    both = Choice((EnvironmentVariable("A"), EnvironmentVariable("B")))
    assert calls(source) == [("s3", "PutObject", record(Bucket=both, Key=Literal("k")))]


def test_a_helper_called_from_many_places_keeps_its_contexts_apart() -> None:
    source = body(
        "\n".join(f'put("b{number}")' for number in range(3)),
        's3 = boto3.client("s3")\ndef put(bucket):\n    s3.put_object(Bucket=bucket)',
    )
    assert calls(source) == [("s3", "PutObject", record(Bucket=Literal(f"b{number}"))) for number in range(3)]


def test_a_helper_called_from_too_many_places_says_so() -> None:
    source = body(
        "\n".join(f'put("b{number}")' for number in range(30)),
        's3 = boto3.client("s3")\ndef put(bucket):\n    s3.put_object(Bucket=bucket)',
    )
    assert calls(source)[-1] == ("s3", "PutObject", Opaque("called with many different arguments"))


def test_keys_put_together() -> None:
    source = body(
        """
        now = datetime.utcnow().strftime("%Y")
        s3.put_object(Bucket="{}-{}".format(os.environ["P"], "x"), Key=f"out/{event['key']}.json", Body=json.dumps({}))
        """,
        's3 = boto3.client("s3")\nimport json\nfrom datetime import datetime',
    )
    expected = record(
        Bucket=Composed((EnvironmentVariable("P"), Literal("-x"))),
        Key=Composed((Literal("out/"), KEY, Literal(".json"))),
        Body=Derived((Record(()),), "json.dumps"),
    )
    assert calls(source) == [("s3", "PutObject", expected)]


def test_events_to_a_bus_keep_their_entries() -> None:
    source = body(
        """
        entries = []
        for record in event["Records"]:
            entries.append({"Source": "app", "EventBusName": os.environ["BUS"], "Detail": record["body"]})
        boto3.client("events").put_events(Entries=entries)
        """
    )
    entry = record(
        Source=Literal("app"),
        EventBusName=EnvironmentVariable("BUS"),
        Detail=EventField(("Records", "*", "body")),
    )
    ((service, operation, arguments),) = calls(source)
    assert (service, operation) == ("events", "PutEvents")
    assert isinstance(arguments, Record)
    entries = arguments.get("Entries")
    assert isinstance(entries, Items)
    assert set(entries.items) == {entry}
    assert not entries.complete


def test_what_is_only_signed_is_no_request_of_the_function() -> None:
    lines = """
        s3 = boto3.client("s3")
        s3.head_object(Bucket="b", Key=event["key"])
        s3.generate_presigned_post("b", event["key"])
        return s3.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": event["key"]})
    """
    found = [(call.operation, call.presigned) for call in program(body(lines)).calls]
    assert found == [("HeadObject", False), ("PutObject", True), ("GetObject", True)]


def test_the_configuration_of_a_client_is_read() -> None:
    lines = """
        from botocore.config import Config
        boto3.client("s3", config=Config(use_dualstack_endpoint=True, region_name="eu-west-1"), use_ssl=True)
    """
    (client,) = program(body(lines)).clients
    inner = record(use_dualstack_endpoint=Literal(True), region_name=Literal("eu-west-1"))
    assert client.settings == record(config=inner, use_ssl=Literal(True))
