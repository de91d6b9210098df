"""Whether an endpoint's policy lets a request through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.facts.endpoint_policy import EndpointPolicy, Request
from analyzer.facts.network_worlds import World
from tests.facts.network_parts import app, gateway, interface, isolated, ref, role
from tests.facts.network_parts import resource as made
from tests.stacks import resource

TABLE = made("AWS::DynamoDB::Table", KeySchema=[], AttributeDefinitions=[])
TABLE_ARN = {"Fn::GetAtt": ["Orders", "Arn"]}
ACCOUNT = {"Ref": "AWS::AccountId"}
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"}


def policy(document: Any, *, of_gateway: bool = True) -> EndpointPolicy:
    given = {"Given": {"Type": "String"}}
    made_endpoint = gateway if of_gateway else interface
    properties = {} if document is None else {"PolicyDocument": document}
    found = app(isolated(), made_endpoint("E", "dynamodb", **properties), role(), {"Orders": TABLE}, Parameters=given)
    return EndpointPolicy(found, resource(found, "E"), World(found), gateway=of_gateway)


def request(found: EndpointPolicy, action: str = "dynamodb:PutItem", **settings: Any) -> Request:
    app = found.node.template.application
    arn = settings.pop("arn", app.names.arn(resource(app, "Orders")))
    return Request(action, arn, resource(app, "Role"), **settings)


def admits(*statements: Any, of_gateway: bool = True, **settings: Any) -> bool | None:
    found = policy({"Statement": list(statements)}, of_gateway=of_gateway)
    return found.admits(request(found, **settings))


def allow(**changes: Any) -> dict[str, Any]:
    return {**ALLOW, **changes}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def test_no_policy_is_full_access() -> None:
    found = policy(None)
    assert (found.written, found.admits(request(found))) == (False, True)


def test_a_policy_that_nobody_knows_yet() -> None:
    found = policy(ref("Given"))
    assert (found.undecided, found.admits(request(found))) == ("the value of parameter Given", None)


def test_a_policy_as_json_text() -> None:
    found = policy(json.dumps({"Statement": allow(Action="dynamodb:GetItem")}))
    assert [found.admits(request(found, action)) for action in ("dynamodb:GetItem", "dynamodb:PutItem")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Action": "*"}, True),
        ({"Action": ["dynamodb:Get*", "DYNAMODB:putitem"]}, True),
        ({"Action": "dynamodb:Get*"}, False),
        ({"Action": ref("Given")}, None),
        ({"Resource": TABLE_ARN}, True),
        ({"Resource": [{"Fn::Sub": "${Orders.Arn}/index/*"}]}, False),
        ({"Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/other"}, False),
        ({"Resource": "arn:aws:dynamodb:*:*:table/other"}, None),  # nobody knows the table's generated name
        ({"Resource": ref("Given")}, None),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["arn:aws:iam::111122223333:role/other", "*"]}}, True),
        ({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}, True),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:role/other"}}, False),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Principal": {"AWS": ref("Given")}}, None),
        ({"Effect": ref("Given")}, None),
    ],
)
def test_one_statement(changes: dict[str, Any], expected: bool | None) -> None:
    assert admits(allow(**changes)) is expected


def test_the_opposite_elements() -> None:
    statement = {key: value for key, value in ALLOW.items() if key not in ("Action", "Resource")}
    assert admits({**statement, "NotAction": "dynamodb:PutItem", "Resource": "*"}) is False
    assert admits({**statement, "NotAction": "dynamodb:Get*", "NotResource": TABLE_ARN}) is False
    assert admits({**statement, "NotAction": "dynamodb:Get*", "NotResource": "arn:aws:dynamodb:::x"}) is True


@pytest.mark.parametrize("account", [ACCOUNT, "111122223333", {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}])
def test_a_whole_account_as_principal(account: Any) -> None:
    statement = allow(Principal={"AWS": account})
    assert admits(statement, of_gateway=False) is True
    assert admits(statement) is None  # of gateways it means the root user: FM0302


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (when("StringEquals", "aws:PrincipalAccount", ACCOUNT), True),
        (when("StringEquals", "AWS:PrincipalOrgID", "o-a1b2c3d4e5"), True),
        (when("StringNotEquals", "aws:ResourceAccount", "444455556666"), False),
        (when("ArnEquals", "aws:PrincipalArn", {"Fn::GetAtt": ["Role", "Arn"]}), True),
        (when("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/other", "arn:*:iam::*:role/*"]), True),
        (when("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/other"), False),
        (when("StringEquals", "aws:PrincipalTag/team", "web"), None),
        (when("StringEquals", "aws:SourceVpc", ref("Vpc")), True),
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:PrincipalTag/team": "web"}}}, None),
        ({"Condition": ref("Given")}, None),
    ],
)
def test_conditions(condition: dict[str, Any], expected: bool | None) -> None:
    assert admits(allow(**condition)) is expected


def test_a_denial_wins() -> None:
    deny = allow(Effect="Deny", Action="dynamodb:PutItem")
    assert admits(allow(), deny) is False
    assert admits(deny, allow()) is False
    assert admits(allow(), {**deny, "Action": "dynamodb:DeleteItem"}) is True


def test_a_denial_that_may_apply_leaves_it_open() -> None:
    deny = allow(Effect="Deny", **when("StringEquals", "aws:PrincipalTag/team", "web"))
    assert admits(allow(), deny) is None
    assert admits(deny, allow()) is None


def test_denied_to_everybody_else() -> None:
    deny = allow(Effect="Deny", **when("ArnNotEquals", "aws:PrincipalArn", {"Fn::GetAtt": ["Role", "Arn"]}))
    assert admits(allow(), deny) is True
    other = allow(Effect="Deny", **when("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/other"))
    assert admits(allow(), other) is False
    found = policy({"Statement": [allow(), other]})
    assert found.denies(request(found)) is True
    assert found.denies(request(policy({"Statement": [allow()]}))) is True  # the same request, the same policy


def test_a_target_that_is_not_known() -> None:
    assert admits(allow(), arn=None) is True
    assert admits(allow(Resource=TABLE_ARN), arn=None) is None
    assert admits(allow(Resource=TABLE_ARN, Action="dynamodb:GetItem"), arn=None) is False


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        (when("StringEquals", "aws:PrincipalAccount", ACCOUNT), False),
        (when("StringEquals", "aws:ResourceAccount", ACCOUNT), False),
        (when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"), False),
        ({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}, False),
        (when("StringEquals", "aws:SourceVpc", ref("Vpc")), True),
    ],
)
def test_what_somebody_else_signs_for_something_of_theirs(changes: dict[str, Any], expected: bool) -> None:
    assert admits(allow(**changes), foreign=True) is expected


def test_a_statement_that_nobody_knows_yet() -> None:
    deny = allow(Effect="Deny")
    assert admits(ref("Given"), allow()) is None
    assert admits(ref("Given"), allow(Action="dynamodb:GetItem")) is None
    assert admits(ref("Given"), deny) is False
