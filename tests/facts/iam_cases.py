"""Policies made in memory, for tests of what is judged of them."""

from __future__ import annotations

from typing import Any

from analyzer.facts.functions import Functions
from analyzer.facts.iam import Iam
from analyzer.facts.iam_carriers import Carrier
from analyzer.facts.iam_verdicts import Find, judge
from analyzer.judgement import Judgement, Verdict
from analyzer.model.application import Application
from tests.stacks import application

Answer = tuple[str, str, str | None]


def policy(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A managed policy with these statements."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": document, **properties}}


def role(*statements: dict[str, Any], service: str = "lambda.amazonaws.com", **properties: Any) -> dict[str, Any]:
    """A role with these statements in an inline policy, trusted by a service."""
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}}
    inline = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}] if statements else []
    written = {"AssumeRolePolicyDocument": trust, "Policies": inline, **properties}
    return {"Type": "AWS::IAM::Role", "Properties": written}


def allow(action: Any, resource: Any = "*", **others: Any) -> dict[str, Any]:
    """An Allow statement; ``others`` replace or add elements."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **others}


def deny(action: Any, resource: Any = "*", **others: Any) -> dict[str, Any]:
    """A Deny statement."""
    return {**allow(action, resource, **others), "Effect": "Deny"}


def function(role_id: str = "Role", **properties: Any) -> dict[str, Any]:
    """A function with a role of the same stack."""
    written = {"Role": {"Fn::GetAtt": [role_id, "Arn"]}, "Runtime": "python3.12", "Handler": "index.handler"}
    return {"Type": "AWS::Lambda::Function", "Properties": {**written, **properties}}


def app(resources: dict[str, Any], **sections: Any) -> Application:
    """An application of one stack."""
    return application({**sections, "Resources": resources})


def iam(resources: dict[str, Any], **sections: Any) -> Iam:
    """The policies of an application of one stack."""
    return Iam(app(resources, **sections))


def functions(application: Application) -> Functions:
    """Its functions."""
    return Functions(application)


def carrier(found: Iam, logical_id: str) -> Carrier:
    """The carrier with a logical id."""
    (one,) = [carrier for carrier in found.carriers if carrier.resource.logical_id == logical_id]
    return one


def verdicts(find: Find, found: Iam) -> dict[str, Answer]:
    """What ``find`` says of each carrier."""
    judged = [judge(one, find, found.reader, "{what}") for one in found.carriers]
    return {one.subject.logical_id: answer(one) for one in judged}


def answer(judgement: Judgement) -> Answer:
    """Verdict, what it says, and the severity where it is refined."""
    said = judgement.message if judgement.verdict is Verdict.FAIL else judgement.needs
    return judgement.verdict.value, said, judgement.severity.label if judgement.severity is not None else None


PASS: Answer = ("pass", "", None)
