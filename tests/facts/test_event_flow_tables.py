"""Loops through tables and their streams."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.flows import TABLE, arn, function, loops, mapping, ref

UPDATE = "await db.updateItem({ TableName: env.T, Key: event.Records[0].dynamodb.Keys, %s });"
SET = (
    "UpdateExpression: 'SET #s = :s', ExpressionAttributeNames: { '#s': 'state' },"
    " ExpressionAttributeValues: { ':s': { S: 'done' } }"
)


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
