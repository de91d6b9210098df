"""Managed policies by every spelling that templates use."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.data.managed_policies import managed_policy, managed_policy_names

BASIC = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "*",
        }
    ],
}


@pytest.mark.parametrize(
    "name",
    [
        "AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ],
)
def test_found_by_name_path_and_arn(name: str) -> None:
    assert managed_policy(name) == BASIC


@pytest.mark.parametrize(
    "name",
    [
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",  # AWS has it under service-role/ only
        "job-function/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",  # a customer's own
        "arn:aws:s3:::policy/AdministratorAccess",
        "arn:aws:iam::aws:role/AdministratorAccess",
        "arn:aws:iam::aws:policy/",
        "arn:aws:iam::aws",
        "awslambdabasicexecutionrole",
        "AWSLambdaBasicExecutionRol",
        "AWSLambdaBasicExecutionRole2",
        "/",
        "",
        "!",
        "zzz",
        "A" * 100_000,
    ],
)
def test_no_other_name_finds_one(name: str) -> None:
    assert managed_policy(name) is None


def test_administrator() -> None:
    document = managed_policy("AdministratorAccess")
    assert document is not None
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_every_policy_is_found_by_its_name_and_has_statements() -> None:
    names = managed_policy_names()
    assert list(names) == sorted(set(names))
    documents = {name: managed_policy(name) for name in names}
    assert {name for name, document in documents.items() if not (document or {}).get("Statement")} == set()


def test_the_caller_owns_the_document() -> None:
    first: dict[str, Any] | None = managed_policy("AdministratorAccess")
    assert first is not None
    first["Statement"].clear()
    second = managed_policy("AdministratorAccess")
    assert second is not None and second["Statement"] != []
