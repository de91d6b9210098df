"""Which parts of the event a Python handler reads, and whether it tolerates their absence."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from analyzer.code.program import Derived, EventField, EventRead, Literal, Logged, Place, Program, Record
from analyzer.code.python import analyze
from analyzer.sources.folder_tree import MemoryTree


def program(source: str, **modules: str) -> Program:
    files = {"app.py": source, **{f"{name}.py": text for name, text in modules.items()}}
    tree = MemoryTree({name: dedent(text).encode() for name, text in files.items()}, "asset")
    return analyze(tree, "app.py", "handler")


def reads(lines: str, before: str = "", **modules: str) -> dict[str, bool]:
    """Each path that is read, with whether all its reads are guarded."""
    source = f"{dedent(before)}\ndef handler(event, context):\n{indent(dedent(lines).strip(), '    ')}\n"
    found: dict[str, bool] = {}
    for read in program(source, **modules).reads:
        path = ".".join(read.path)
        found[path] = found.get(path, True) and read.guarded
    return found


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("event['a']['b']['c']", {"a.b.c": False}),
        ("event['Records'][0]['s3']['object']['key']", {"Records.*.s3.object.key": False}),
        ("event.get('a')", {"a": True}),
        ("event.get('a', {}).get('b')", {"a.b": True}),
        ("event.get('a', {})['b']", {"a.b": False}),
        ("event['a'].get('b')", {"a.b": False}),
        ("event.get('a').get('b')", {"a.b": False}),
        ("(event.get('a') or {}).get('b')", {"a.b": True}),
        ("event.get('a') and event['a'].get('b')", {"a": True, "a.b": True}),
        ("x = event['a']; y = x['b']", {"a": False, "a.b": False}),
        ("event[event['k']]", {"k": False, "*": False}),
        ("for k in ('a', 'b'): event[k]", {"a": False, "b": False}),
        ("'a' in event", {"a": True}),
        ("if 'a' in event:\n    event['a']['b']", {"a": True, "a.b": True}),
        ("if 'a' not in event:\n    return\nevent['a']", {"a": True}),
        ("if event.get('a'):\n    x = event['a']", {"a": True}),
        ("if not event.get('a'):\n    raise KeyError('a')\nevent['a']", {"a": True}),
        ("if event['a']:\n    event['a']", {"a": False}),
        ("try:\n    event['a']\nexcept KeyError:\n    pass", {"a": True}),
        ("try:\n    event['a']\nexcept (KeyError, TypeError):\n    pass", {"a": True}),
        ("try:\n    event['a']\nexcept LookupError:\n    pass", {"a": True}),
        ("try:\n    event['a']\nexcept Exception:\n    return deny()", {"a": False}),
        ("try:\n    event['a']\nexcept ValueError:\n    pass", {"a": False}),
        ("x = event['a'] if 'a' in event else None", {"a": True}),
        ("x = event['a'] if event.get('b') else None", {"a": False, "b": True}),
        ("h = event['headers']; h.get('x') or h.get('X')", {"headers": False, "headers.x": False, "headers.X": False}),
        ("h = event.get('headers') or {}; h.get('x')", {"headers": True, "headers.x": True}),
        ("h = {k.lower(): v for k, v in event['headers'].items()}; h['authorization']",
         {"headers.*": False, "headers.authorization": False}),
        ("h = dict((k.lower(), v) for k, v in (event.get('headers') or {}).items()); h.get('x')",
         {"headers.*": True}),
        ("for r in event['Records']: r['body']", {"Records": False, "Records.*.body": False}),
        ("[r['body'] for r in event.get('Records', [])]", {"Records": True, "Records.*.body": False}),
        ("list(map(lambda r: r['body'], event['Records']))", {"Records": False, "Records.*.body": False}),
        ("for i, r in enumerate(event['Records']): r['body']", {"Records": False, "Records.*.body": False}),
        ("sorted(event['Records'], key=lambda r: r['t'])", {"Records": False}),
        ("first = next(iter(event['Records'])); first['body']", {"Records": False, "Records.*.body": False}),
        ("a, b = event['a'], event['b']", {"a": False, "b": False}),
        ("match event:\n    case {'a': {'b': x}}:\n        print(x)", {"a.b": True}),
        ("match event.get('type'):\n    case 'TOKEN':\n        event['authorizationToken']",
         {"type": True, "authorizationToken": False}),
        ("event.pop('a', None)", {"a": True}),
        ("event.setdefault('a', 1)", {"a": True}),
        ("if (token := event.get('token')):\n    print(event['token'])", {"token": True}),
        ("copy.deepcopy(event)['a']", {"a": False}),
        ("{**event}['a']", {"a": False}),
        ("json.loads(event['body'])['x']['y']", {"body": False}),
        ("json.dumps(event)", {}),
        ("'event[\"x\"]'  # event['y']", {}),
        ("def event_of(event): return event['mine']\nevent_of({'mine': 1})", {}),
        ("e = lambda event: event['z']\ne(event)", {"z": False}),
        ("assert 'a' in event\nevent['a']", {"a": False}),
    ],
)  # fmt: skip
def test_reads(lines: str, expected: dict[str, bool]) -> None:
    assert reads(lines, "import copy, json") == expected


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("def token(e): return e['authorizationToken']", "token(event)"),
        ("def token(*, request): return request['authorizationToken']", "token(request=event)"),
        ("def token(*args): return args[0]['authorizationToken']", "token(event, context)"),
        ("class A:\n    def __init__(self, e): self.e = e\n    def token(self): return self.e['authorizationToken']",
         "A(event).token()"),
        ("class A:\n    event: dict = None\n    @property\n"
         "    def token(self): return self.event['authorizationToken']",
         "a = A()\na.event = event\na.token"),
        ("from parse import token", "token(event)"),
        ("import parse", "parse.token(event)"),
        ("TOKEN_KEY = 'authorization' + 'Token'", "event[TOKEN_KEY]"),
        ("current = {}", "current['event'] = event\ncurrent['event']['authorizationToken']"),
        ("from functools import wraps\ndef deco(f):\n    @wraps(f)\n"
         "    def w(e, c): return f(e['authorizationToken'])\n    return w\n"
         "@deco\ndef inner(token): return token", "inner(event, context)"),
        ("def first(gen):\n    for x in gen:\n        return x", "first(v for v in [event['authorizationToken']])"),
    ],
)  # fmt: skip
def test_reads_behind_helpers(before: str, lines: str) -> None:
    parse = "def token(event):\n    return event['authorizationToken']\n"
    assert reads(lines, before, parse=parse) == {"authorizationToken": False}


def test_the_place_of_a_read_is_where_it_is_written() -> None:
    source = """
    from parse import token
    def handler(event, context):
        é = "ü"; return token(event), event["b"]
    """
    found = program(source, parse="def token(e):\n    return e['a']\n")
    assert found.reads == (
        EventRead(("a",), Place("parse.py", 2, 12, 2, 18), False),
        EventRead(("b",), Place("app.py", 4, 35, 4, 45), False),
    )


def test_the_second_parameter_is_not_the_event() -> None:
    assert reads("return context['a'], context.client_context.custom['b']") == {}


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        ("APIGatewayAuthorizerRequestEvent", "event.headers['X']", {"headers.X": False}),
        ("APIGatewayAuthorizerRequestEvent", "event.method_arn", {"methodArn": False}),
        ("APIGatewayAuthorizerRequestEvent", "event.parsed_arn.api_id", {"methodArn": False}),
        ("APIGatewayAuthorizerRequestEvent", "event.get_header_value('X', 'd')", {"headers.X": True}),
        ("APIGatewayAuthorizerTokenEvent", "event.authorization_token", {"authorizationToken": False}),
        ("APIGatewayAuthorizerEventV2", "event.route_arn", {"routeArn": False}),
        ("APIGatewayAuthorizerEventV2", "event.parsed_arn", {"routeArn": False}),
        ("APIGatewayProxyEvent", "event.json_body['x']", {"body": False}),
        ("APIGatewayProxyEvent", "event.query_string_parameters", {"queryStringParameters": False}),
        ("APIGatewayProxyEvent", "event.request_context['authorizer']", {"requestContext.authorizer": False}),
        ("APIGatewayProxyEventV2", "event.http_method", {"requestContext.http.method": False}),
        ("S3Event", "event.bucket_name", {"Records.*.s3.bucket.name": False}),
        ("S3Event", "for r in event.records: r.s3.get_object.key",
         {"Records": False, "Records.*.s3.object.key": False}),
        ("SQSEvent", "for r in event.records: (r.body, r.message_id)",
         {"Records": False, "Records.*.body": False, "Records.*.messageId": False}),
        ("SNSEvent", "event.sns_message", {"Records.*.Sns.Message": False}),
        ("DynamoDBStreamEvent", "for r in event.records: r.dynamodb.new_image",
         {"Records": False, "Records.*.dynamodb.NewImage": False}),
        ("EventBridgeEvent", "event.detail_type", {"detail-type": False}),
        ("EventBridgeEvent", "event.detail['x']", {"detail.x": False}),
        ("SQSEvent", "event['Records']", {"Records": False}),
        ("SQSEvent", "event.raw_event['Records']", {"Records": False}),
    ],
)  # fmt: skip
def test_event_classes_of_powertools(kind: str, lines: str, expected: dict[str, bool]) -> None:
    body = indent(lines, "    ")
    source = (
        "from aws_lambda_powertools.utilities.data_classes import event_source, " + kind + "\n"
        f"@event_source(data_class={kind})\ndef handler(event: {kind}, context):\n{body}\n"
    )
    wrapped = (
        "from aws_lambda_powertools.utilities.data_classes import " + kind + "\n"
        f"def handler(raw, context):\n    event = {kind}(raw)\n{body}\n"
    )
    for text in (source, wrapped):
        found = {".".join(read.path): read.guarded for read in program(text).reads}
        assert found == expected


def test_an_annotation_alone_wraps_nothing() -> None:
    source = """
    from aws_lambda_powertools.utilities.data_classes import SQSEvent
    def handler(event: SQSEvent, context):
        return event["Records"]
    """
    assert [read.path for read in program(source).reads] == [("Records",)]


def test_batch_processing_of_powertools() -> None:
    source = """
    import boto3
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
    processor = BatchProcessor(event_type=EventType.KinesisDataStreams)
    def one(record):
        print(record.kinesis.data_as_json())
    def handler(event, context):
        return process_partial_response(event=event, record_handler=one, processor=processor, context=context)
    """
    found = program(source)
    assert [read.path for read in found.reads] == [("Records",), ("Records", "*", "kinesis", "data")]
    (returned,) = found.returns
    assert isinstance(returned.value, Record)
    assert [name for name, _ in returned.value.entries] == ["batchItemFailures"]


def test_the_batch_decorator_of_powertools() -> None:
    source = """
    import boto3
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, batch_processor
    processor = BatchProcessor(event_type=EventType.SQS)
    def one(record):
        boto3.client("s3").put_object(Bucket="b", Key=record.message_id)
    @batch_processor(record_handler=one, processor=processor)
    def handler(event, context):
        return processor.response()
    """
    found = program(source)
    assert [read.path for read in found.reads] == [("Records",), ("Records", "*", "messageId")]
    assert [(call.operation, call.reached) for call in found.calls] == [("PutObject", True)]


def test_routes_of_an_event_handler() -> None:
    source = """
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.event_handler.api_gateway import Router
    from routes import router
    app = APIGatewayRestResolver()
    app.include_router(router)
    @app.get("/a/<id>")
    def get_a(id):
        return app.current_event.headers["X-A"]
    def handler(event, context):
        return app.resolve(event, context)
    """
    routes = """
    import boto3
    from aws_lambda_powertools.event_handler.api_gateway import Router
    router = Router()
    @router.post("/b")
    def post_b():
        boto3.client("s3").put_object(Bucket="b", Key="k")
    """
    found = program(source, routes=routes)
    assert [read.path for read in found.reads] == [("headers", "X-A")]
    assert [(call.operation, call.reached) for call in found.calls] == [("PutObject", True)]


def test_logging_the_event_by_a_decorator() -> None:
    source = """
    from aws_lambda_powertools import Logger
    logger = Logger(service="x")
    @logger.inject_lambda_context(log_event=True)
    def handler(event, context):
        return None
    """
    assert program(source).logs == (Logged((EventField(()),), Place("app.py", 4, 2, 4, 46), False),)


def test_not_logging_the_event_by_a_decorator() -> None:
    source = """
    from aws_lambda_powertools import Logger, Tracer
    logger, tracer = Logger(), Tracer()
    @tracer.capture_lambda_handler
    @logger.inject_lambda_context
    def handler(event, context):
        logger.append_keys(id=event["id"])
        logger.info({"message": "got", "id": event["id"]})
    """
    (logged,) = program(source).logs
    assert logged.values == (Record((("message", Literal("got")), ("id", EventField(("id",))))),)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("print(event)", (EventField(()),)),
        ("print('x', event['a'], sep='')", (Literal("x"), EventField(("a",)), Literal(""))),
        ("logging.info('got %s', event['a'])", (Literal("got %s"), EventField(("a",)))),
        ("logger.info(json.dumps(event))", (Derived((EventField(()),), "json.dumps"),)),
        ("logger.info('x', extra={'e': event})", (Literal("x"), Record((("e", EventField(())),)))),
        ("logger.log(10, event['a'])", (Literal(10), EventField(("a",)))),
        ("self_logger.child.info(event['a'])", (EventField(("a",)),)),
        ("log_it(event['a'])", (EventField(("a",)),)),
        ("sys.stdout.write(event['a'])", (EventField(("a",)),)),
        ("pprint(event)", (EventField(()),)),
        ("Helper().say(event['a'])", (EventField(("a",)),)),
        ("passed(logger, event['a'])", (EventField(("a",)),)),
        ("structlog.get_logger().bind(x=1).info('m', token=event['a'])", (Literal("m"), EventField(("a",)))),
        ("loguru_logger.warning(event['a'])", (EventField(("a",)),)),
    ],
)
def test_what_is_logged(line: str, values: tuple[object, ...]) -> None:
    source = f"""
    import json, logging, sys, structlog
    from pprint import pprint
    from loguru import logger as loguru_logger
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.INFO)
    class Loggers:
        child = logging.getLogger("child")
    self_logger = Loggers()
    class Helper:
        def __init__(self): self._log = logging.getLogger("h")
        def say(self, text): self._log.debug(text)
    def log_it(text): logger.warning(text)
    def passed(log, text): log.error(text)
    def handler(event, context):
        {line}
    """
    assert [logged.values for logged in program(source).logs] == [values]


def test_what_looks_like_logging_and_is_not() -> None:
    source = """
    import math
    class Catalog:
        def info(self, x): return x
    def handler(event, context):
        math.log(event["a"])
        Catalog().info(event["a"])
    """
    assert program(source).logs == ()


def test_what_observes_calls_does_not_make_them() -> None:
    source = """
    import boto3
    from aws_lambda_powertools import Logger, Tracer, Metrics
    logger, tracer, metrics = Logger(), Tracer(), Metrics()
    table = boto3.resource("dynamodb").Table("t")
    @tracer.capture_method
    def save(order):
        table.put_item(Item=order)
    @metrics.log_metrics(capture_cold_start_metric=True)
    @tracer.capture_lambda_handler
    def handler(event, context):
        tracer.put_annotation("a", "b")
        metrics.add_metric(name="n", unit="Count", value=1)
        save(event["order"])
    """
    (call,) = program(source).calls
    assert call.arguments == Record((("TableName", Literal("t")), ("Item", EventField(("order",)))))
