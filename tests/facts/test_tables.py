"""Key schemas, key conditions in both spellings, and what names tell of their values."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.code.program import CodeValue, Composed, Derived, EventField, Literal, Record
from analyzer.facts.functions import Functions
from analyzer.facts.key_design import short_lived, spread, words
from analyzer.facts.table_calls import key_conditions, table_calls
from analyzer.facts.tables import KeySchema, tables
from tests.stacks import application

HASH, RANGE = {"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ([HASH], KeySchema("id", None)),
        ([RANGE, HASH], KeySchema("id", "at")),
        ({"Fn::If": ["C", [HASH], [HASH]]}, KeySchema("id", None)),
        ([HASH, {"AttributeName": {"Ref": "P"}, "KeyType": "RANGE"}], None),
        ([RANGE], None),
        ("odd", None),
        ([], None),
    ],
)
def test_key_schemas(schema: Any, expected: KeySchema | None) -> None:
    app = application(
        {
            "Parameters": {"P": {"Type": "String"}},
            "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
            "Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": schema}}},
        }
    )
    (table,) = tables(app).values()
    assert table.keys == expected


def query(expression: CodeValue, **names: str) -> dict[str, str] | None:
    entries: list[tuple[str, CodeValue]] = [("KeyConditionExpression", expression)]
    if names:
        resolved = Record(tuple((f"#{alias}", Literal(name)) for alias, name in names.items()))
        entries.append(("ExpressionAttributeNames", resolved))
    return key_conditions(Record(tuple(entries)))


def key(name: str, operator: str) -> Derived:
    return Derived((Literal(name), EventField(("x",))), f"Key.{operator}")


@pytest.mark.parametrize(
    ("expression", "names", "expected"),
    [
        (Literal("id = :id"), {}, {"id": "="}),
        (Literal("id=:id AND at>=:from"), {}, {"id": "=", "at": ">="}),
        (Literal("#i = :i and begins_with(#a, :a)"), {"i": "id", "a": "at"}, {"id": "=", "at": "begins_with"}),
        (Literal("id = :id AND at BETWEEN :a AND :b"), {}, {"id": "=", "at": "between"}),
        (Literal("(id = :id) AND (at < :b)"), {}, {"id": "=", "at": "<"}),
        (Literal("#missing = :id"), {"other": "id"}, None),
        (Literal("#i = :i"), {}, None),
        (Composed((Literal("id = "), Literal(":id"))), {}, {"id": "="}),
        (Composed((Literal("id = "), EventField(("x",)))), {}, None),
        (Literal("nonsense"), {}, None),
        (EventField(("expression",)), {}, None),
        (key("id", "eq"), {}, {"id": "="}),
        (Derived((key("id", "eq"), key("at", "begins_with")), "&"), {}, {"id": "=", "at": "begins_with"}),
        (Derived((key("id", "eq"), EventField(("x",))), "&"), {}, None),
        (Derived((EventField(("x",)),), "Key.eq"), {}, None),
    ],
)
def test_key_conditions(expression: CodeValue, names: dict[str, str], expected: dict[str, str] | None) -> None:
    assert query(expression, **names) == expected


def test_a_transaction_is_its_parts_and_a_conditional_table_is_each_of_them() -> None:
    code = """
import os, boto3
client = boto3.client("dynamodb")
def handler(event, context):
    client.transact_write_items(TransactItems=[
        {"Put": {"TableName": os.environ["T"], "Item": {"id": {"S": "1"}}}},
        {"Delete": {"TableName": "elsewhere", "Key": {"id": {"S": "1"}}}},
    ])
"""
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": [HASH]}}
    app = application(
        {
            "Parameters": {"P": {"Type": "String"}},
            "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
            "Resources": {
                "A": table,
                "B": table,
                "F": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Runtime": "python3.13",
                        "Handler": "index.handler",
                        "Code": {"ZipFile": code},
                        "Environment": {"Variables": {"T": {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "B"}]}}},
                    },
                },
            },
        }
    )
    calls = list(table_calls(app, Functions(app), tables(app)))
    assert [(c.operation, c.table.resource.id, c.item) for c in calls] == [
        ("PutItem", "A", frozenset({"id"})),
        ("PutItem", "B", frozenset({"id"})),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("status", "few values"),
        ("Status", "few values"),
        ("STATUS", "few values"),
        ("isActive", "few values"),
        ("is_open", "few values"),
        ("issue", None),
        ("is", None),
        ("uploadDate", "a date"),
        ("upload_date", "a date"),
        ("date", "a date"),
        ("updated", None),
        ("statusAndId", None),
        ("status#day", None),
        ("stateId", None),
        ("typeOfClaim", None),
        ("customerId", None),
    ],
)
def test_what_the_name_of_an_attribute_tells(name: str, expected: str | None) -> None:
    assert spread(name) == expected


def test_words_and_short_lives() -> None:
    assert words("UploadSessionsF9F03FEB") == ["upload", "sessions"]
    assert words("HTTPRequest_log-v2") == ["http", "request", "log", "v", "2"]
    assert short_lived("UploadSessionsF9F03FEB") == "sessions"
    assert short_lived("Claims", "prod-idempotency-records") == "idempotency"
    assert short_lived("SessionlessClaims", "tokenized") is None


def test_an_index_without_a_known_name_is_called_by_its_number() -> None:
    indexes = [{"IndexName": name, "KeySchema": [HASH]} for name in ("first", {"Ref": "P"}, {"Ref": "P"})]
    app = application(
        {
            "Parameters": {"P": {"Type": "String"}},
            "Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"GlobalSecondaryIndexes": indexes}}},
        }
    )
    (table,) = tables(app).values()
    names = [index.name for index in table.indexes]
    assert names == ["first", "number 2 of GlobalSecondaryIndexes", "number 3 of GlobalSecondaryIndexes"]
