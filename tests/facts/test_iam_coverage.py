"""Patterns that are looked up answer as those that are compared one by one."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.iam import Iam, Statement
from analyzer.facts.iam_coverage import ResourcePatterns, any_of
from analyzer.model.application import Application
from analyzer.model.names import Names
from benchmarks import generate
from tests.facts.iam_cases import allow, app, role
from tests.stacks import Stack, application

PATTERNS: list[Any] = [
    "*",
    {"Fn::GetAtt": "First.Arn"},
    {"Fn::Sub": "${First.Arn}*"},
    {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders"},
    "arn:aws:sqs:eu-west-1:111122223333:orders",
    "arn:aws:sqs:*:*:ord?rs",
    {"Ref": "Given"},
    {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Given}"},
    {"Fn::If": ["Here", {"Fn::GetAtt": "First.Arn"}, {"Ref": "AWS::NoValue"}]},
    {"Fn::ImportValue": "somewhere"},
    ["a list"],
]


def template(patterns: list[Any]) -> dict[str, Any]:
    return {
        "Parameters": {"Given": {"Type": "String"}},
        "Conditions": {"Here": {"Fn::Equals": [{"Ref": "Given"}, "x"]}},
        "Resources": {
            "First": {"Type": "AWS::SQS::Queue"},
            "Second": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
            "Third": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Given"}}},
            "Role": role(allow("sqs:SendMessage", patterns)),
        },
    }


def statement(read: Application) -> Statement:
    written = Iam(read).written_statements
    return next(one for one in written if one.covers_action("sqs:SendMessage"))


def one_by_one(found: Statement, names: Names, arn: str) -> bool | None:
    """What the statement says when each pattern is compared with the ARN."""
    from analyzer.model.value import Unknown

    def answer(value: Any) -> bool | None:
        covered = names.matches(value, arn)
        return None if isinstance(value, Unknown) and covered is not True else covered

    return any_of(answer(case.value) for case in found.resources)


@pytest.mark.parametrize("left", range(len(PATTERNS)))
@pytest.mark.parametrize("right", [None, 1, 4, 7])
def test_a_look_up_answers_as_the_comparison(left: int, right: int | None) -> None:
    written = [PATTERNS[left], *([] if right is None else [PATTERNS[right]])]
    read = application(Stack("S", template(written)))
    found, names = statement(read), read.names
    arns = [arn for queue in read.resources("AWS::SQS::Queue") if (arn := names.arn(queue)) is not None]
    assert len(arns) == 3
    for arn in (*arns, f"{arns[0]}:\0", "arn:aws:sqs:x", "*"):
        looked_up = ResourcePatterns(found.resources, names).cover(arn)
        assert looked_up == one_by_one(found, names, arn), (written, names.describe(arn))


def test_a_role_that_names_many_queues_is_not_compared_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    read = application(Stack("S", generate.event_graph(2, 30)))
    names = read.names
    found = statement(read)
    arns = [arn for queue in read.resources("AWS::SQS::Queue") if (arn := names.arn(queue)) is not None]
    patterns = ResourcePatterns(found.resources, names)
    asked: list[str] = []
    monkeypatch.setattr(Names, "covers", lambda self, pattern, subject: asked.append(subject))
    assert [patterns.cover(arn) for arn in arns] == [True] * 30
    assert patterns.cover("arn:aws:sqs:another") is False
    assert asked == []


@pytest.mark.parametrize(
    ("answers", "together"),
    [([], False), ([False], False), ([False, None], None), ([None, True], True), ([True, False], True)],
)
def test_answers_together(answers: list[bool | None], together: bool | None) -> None:
    assert any_of(answers) is together


def test_a_name_that_nobody_knows_is_not_definite() -> None:
    read = app({"Queue": {"Type": "AWS::SQS::Queue"}})
    names = read.names
    queue = next(iter(read.resources("AWS::SQS::Queue")))
    own = names.arn(queue) or ""
    from analyzer.model.value import Unknown

    unknown = names.canonical(Unknown("the value of a parameter", ("p",))) or ""
    assert [names.definite(text) for text in (own, "arn:aws:sqs:x", f"{own}*", "a?", unknown)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [names.uncertain(text) for text in (own, unknown, f"a{unknown}b")] == [False, True, True]
