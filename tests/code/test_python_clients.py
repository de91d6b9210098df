"""SDK clients wherever they come from, and which calls are reached."""

from __future__ import annotations

from textwrap import dedent

import pytest

from analyzer.code.program import (
    Client,
    CodeValue,
    Derived,
    EnvironmentVariable,
    EventField,
    Literal,
    Program,
    Record,
    Sdk,
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
    "before",
    [
        's3 = boto3.client("s3")\ndef client(): return s3',
        'def client(s3=boto3.client("s3")): return s3',
        'from boto3 import client as make\ndef client(): return make("s3")',
        "import boto3 as b3\nfactory = b3.client\ndef client(): return factory('s3')",
        'import functools\n@functools.lru_cache(maxsize=None)\ndef client(): return boto3.client("s3")',
        'import functools\n@functools.cache\ndef client(): return boto3.client("s3")',
        '_c = None\ndef client():\n    global _c\n    if _c is None:\n        _c = boto3.client("s3")\n    return _c',
        '_c = {}\ndef client():\n    if "s3" not in _c:\n        _c["s3"] = boto3.client("s3")\n    return _c["s3"]',
        'clients = {n: boto3.client(n) for n in ("sqs", "s3")}\ndef client(): return clients["s3"]',
        'class Holder:\n    def __init__(self): self.c = boto3.client("s3")\nh = Holder()\ndef client(): return h.c',
        'class Holder:\n    c = boto3.client("s3")\ndef client(): return Holder.c',
        'class Holder:\n    @property\n    def c(self): return boto3.client("s3")\ndef client(): return Holder().c',
        'class Lazy:\n    def __getattr__(self, n): ...\n    def get(self, n): return boto3.client(n)\n'
        'lazy = Lazy()\ndef client(): return lazy.get("s3")',
        "from aws import client",
        "import aws\nclient = aws.client",
        'make = lambda name: boto3.client(name)\ndef client(): return make("s3")',
        'def client():\n    import boto3 as inner\n    return inner.session.Session().client("s3")',
        'client = lambda: (lambda f: f("s3"))(boto3.client)',
        'try:\n    from aws_xray_sdk.core import patch_all\n    patch_all()\nexcept ImportError:\n    pass\n'
        'def client(): return boto3.client("s3")',
        'def client() -> "S3Client":\n    c: "S3Client" = boto3.client("s3")\n    return c',
        'def client():\n    return (c := boto3.client("s3"))',
        'import contextlib\n@contextlib.contextmanager\ndef cm():\n    yield boto3.client("s3")\n'
        "def client():\n    with cm() as c:\n        return c",
    ],
)  # fmt: skip
def test_a_client_is_known_wherever_it_comes_from(before: str) -> None:
    source = body('client().delete_object(Bucket="b", Key=event["key"])', before)
    aws = 'import boto3\n_s3 = boto3.client("s3")\ndef client():\n    return _s3\n'
    expected = [("s3", "DeleteObject", record(Bucket=Literal("b"), Key=KEY))]
    assert calls(source, aws=aws) == expected


def test_client_of_a_choice_of_services() -> None:
    source = body('boto3.client("s3" if event["key"] else "s3control").list_tags_for_resource()')
    found = program(source)
    assert [client.service for client in found.clients] == ["s3", "s3control"]
    assert found.complete


def test_an_event_that_decides_the_service_makes_the_program_incomplete() -> None:
    found = program(body('boto3.client(event["key"]).put_object()'))
    assert (found.calls, found.complete) == ((), False)
    assert found.problems == ("app.py: the service of an AWS client is computed",)


def test_a_computed_method_makes_the_program_incomplete() -> None:
    found = program(body('getattr(boto3.client("s3"), event["key"])()'))
    assert found.problems == ("app.py: the method of an AWS client is computed",)


def test_what_is_reached_and_what_is_not() -> None:
    source = """
    import boto3, external
    s3 = boto3.client("s3")
    s3.list_buckets()
    def helper(): s3.get_object(Bucket="used")
    def unused(key): s3.put_object(Bucket="unused", Key=key)
    class Store:
        def __init__(self): self.table = boto3.resource("dynamodb").Table("t")
        def never(self): self.table.scan()
        @classmethod
        def also_never(cls): cls().table.delete()
    def maybe(): s3.head_object(Bucket="maybe")
    def handler(event, context):
        helper()
        external.run(maybe)
    if __name__ == "__main__":
        s3.delete_bucket(Bucket="script")
    """
    found = program(source)
    assert {(call.operation, call.reached) for call in found.calls} == {
        ("ListBuckets", True),
        ("GetObject", True),
        ("HeadObject", None),
        ("PutObject", False),
        ("Scan", False),
        ("DeleteTable", False),
    }
    assert [client.service for client in found.clients] == ["s3"]


def test_functions_given_to_foreign_code_may_be_called() -> None:
    source = """
    import atexit, boto3, signal
    from framework import App
    s3 = boto3.client("s3")
    app = App()
    def on_exit(): s3.put_object(Bucket="exit")
    def on_signal(number, frame): s3.delete_object(Bucket="signal")
    @app.task("x")
    def task(): s3.copy_object(Bucket="task")
    atexit.register(on_exit)
    signal.signal(signal.SIGTERM, on_signal)
    def handler(event, context):
        return None
    """
    assert {(call.operation, call.reached) for call in program(source).calls} == {
        ("PutObject", None),
        ("DeleteObject", None),
        ("CopyObject", None),
    }


def test_clients_with_their_settings() -> None:
    found = program(body('boto3.client("s3", "eu-west-1", endpoint_url=os.environ["E"], config=Config(retries={}))'))
    (client,) = found.clients
    assert (client.service, client.sdk, client.place.line) == ("s3", Sdk.BOTO3, 4)
    assert client.settings == Record(
        (
            ("region_name", Literal("eu-west-1")),
            ("endpoint_url", EnvironmentVariable("E")),
            ("config", Derived((Record(()),), "Config")),
        )
    )


def test_boto_2() -> None:
    source = """
    import boto
    import boto.sqs
    from boto.s3.connection import S3Connection
    from boto.dynamodb2.table import Table
    def handler(event, context):
        boto.connect_sns()
        boto.sqs.connect_to_region("eu-west-1")
        S3Connection().get_bucket("b")
        Table("t").put_item(data={})
    """
    found = program(source)
    assert [(client.service, client.sdk) for client in found.clients] == [
        ("sns", Sdk.BOTO2),
        ("sqs", Sdk.BOTO2),
        ("s3", Sdk.BOTO2),
        ("dynamodb", Sdk.BOTO2),
    ]
    assert found.calls == ()


def test_asynchronous_sessions() -> None:
    source = """
    import asyncio, aioboto3
    from aiobotocore.session import get_session
    async def main(event):
        async with aioboto3.Session().client("s3") as s3:
            await s3.put_object(Bucket="b", Key=event["key"])
        async with get_session().create_client("sqs", region_name="x") as sqs:
            await sqs.send_message(QueueUrl="q", MessageBody="m")
        async with aioboto3.Session().resource("dynamodb") as db:
            table = await db.Table("t")
            await table.put_item(Item={})
    def handler(event, context):
        loop = asyncio.get_event_loop()
        return asyncio.run(main(event))
    """
    assert calls(source) == [
        ("s3", "PutObject", record(Bucket=Literal("b"), Key=KEY)),
        ("sqs", "SendMessage", record(QueueUrl=Literal("q"), MessageBody=Literal("m"))),
        ("dynamodb", "PutItem", record(TableName=Literal("t"), Item=Record(()))),
    ]


def test_packages_that_call_aws_themselves() -> None:
    source = """
    import os
    from aws_lambda_powertools.utilities import parameters
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
    layer = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY"])
    @idempotent(persistence_store=layer)
    def handler(event, context):
        return parameters.get_secret("db/password")
    """
    name = Record((("TableName", EnvironmentVariable("IDEMPOTENCY")),), complete=False)
    assert calls(source) == [
        *[("dynamodb", operation, name) for operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem")],
        ("secretsmanager", "GetSecretValue", Record((("SecretId", Literal("db/password")),), complete=False)),
    ]


def test_client_equality_of_whole_value() -> None:
    (client,) = program("import boto3\nc = boto3.client('s3')\ndef handler(e, c): pass\n").clients
    assert client == Client("s3", Sdk.BOTO3, client.place, Record(()))
    assert (client.place.file, client.place.line, client.place.column, client.place.end_column) == ("app.py", 2, 5, 23)
