"""Who may do what as a picture, and the grants that a finding is about marked."""

from __future__ import annotations

import datetime
from typing import Any

from analyzer.facts.iam_picture import iam_picture
from analyzer.judgement import Judgement, Verdict
from analyzer.query import Query
from analyzer.registry import select
from tests.facts.flows import QUEUE, allow, arn, function, of, ref, role
from tests.facts.pictures import edges, nodes
from tests.stacks import application


def query(**resources: Any) -> Query:
    return Query(application({"Resources": resources}), as_of=datetime.date(2026, 11, 24))


def failing(rule_id: str, asked: Query) -> list[Judgement]:
    (rule,) = select([rule_id])
    return [found for found in rule.run(asked) if found.verdict is Verdict.FAIL]


def test_functions_their_roles_and_what_these_allow() -> None:
    asked = query(
        Q=QUEUE,
        Role=role(
            allow(["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"], arn("Q")), allow("s3:GetObject")
        ),
        F=function(""),
    )
    picture = iam_picture(asked.application, asked.iam.principals.values())
    assert nodes(picture) == [
        "Role (IAM role) @ S0",
        "F (Lambda function) @ S0",
        "Q (SQS queue) @ S0",
        "* (every resource) @ patterns and AWS policies",
    ]
    assert edges(picture) == [
        "F → Role: runs as",
        "Role → Q: sqs:SendMessage, sqs:ReceiveMessage +1",
        "Role → *: s3:GetObject",
    ]


def test_what_denies_is_not_drawn_and_what_is_spared_is_said() -> None:
    spared = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::vault"}
    asked = query(Role=role({"Effect": "Deny", "Action": "*", "Resource": "*"}, spared))
    picture = iam_picture(asked.application, asked.iam.principals.values())
    assert edges(picture) == ["Role → all but arn:aws:s3:::vault: all but iam:*"]


def test_the_statement_of_a_finding_is_marked_and_its_neighbours_are_not() -> None:
    asked = query(Q=QUEUE, Role=role(allow("s3:*"), allow("sqs:SendMessage", arn("Q"))), F=function(""))
    (judgement,) = failing("FM0602", asked)
    assert judgement.picture is not None
    picture = judgement.picture()
    assert picture.description == "What Role allows. Marked: s3:* on *."
    assert edges(picture) == ["F → Role: runs as", "Role → *: s3:* *", "Role → Q: sqs:SendMessage"]
    assert [node.label for node in picture.nodes if node.marked] == ["Role"]


def test_the_tenth_statement_is_not_taken_for_the_first() -> None:
    others = [allow("sqs:SendMessage", arn("Q")) for _ in range(9)]
    asked = query(Q=QUEUE, Role=role(allow("sqs:ReceiveMessage", arn("Q")), *others, allow("s3:*")), F=function(""))
    (judgement,) = failing("FM0602", asked)
    assert judgement.picture is not None
    assert [edge for edge in edges(judgement.picture()) if edge.endswith(" *")] == ["Role → *: s3:* *"]


def test_a_policy_is_drawn_with_those_who_hold_it() -> None:
    policy = of("AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": [allow("dynamodb:*")]}, Roles=[ref("Role")])
    asked = query(Role=role(), Policy=policy, F=function(""))
    (judgement,) = failing("FM0602", asked)
    assert judgement.subject.logical_id == "Policy"
    assert judgement.picture is not None
    assert edges(judgement.picture()) == ["F → Role: runs as", "Role → *: dynamodb:* *"]


def test_a_policy_of_awss_is_marked_where_it_is_attached() -> None:
    asked = query(Role=role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]), F=function(""))
    (judgement,) = failing("FM0601", asked)
    assert judgement.picture is not None
    picture = judgement.picture()
    assert picture.description == "What Role allows. Marked: has AdministratorAccess."
    assert edges(picture) == ["F → Role: runs as", "Role → AdministratorAccess: has *"]


def test_a_policy_that_nobody_holds_is_drawn_alone() -> None:
    policy = of("AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": [allow("dynamodb:*")]})
    (judgement,) = failing("FM0602", query(Policy=policy))
    assert judgement.picture is not None
    assert edges(judgement.picture()) == ["Policy → *: dynamodb:* *"]
