"""Permissions to invoke, and function URLs."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts import iam_deputies
from analyzer.facts.functions import Functions
from analyzer.facts.iam import Iam
from analyzer.facts.iam_invocations import Invocations, judge_half_open_urls, judge_open_urls, judge_permissions
from tests.facts.iam_cases import PASS, Answer, answer, app, function

PARAMETERS = {"Free": {"Type": "String"}, "P": {"Type": "String", "Default": "no"}}
CONDITIONS = {"Open": {"Fn::Equals": [{"Ref": "P"}, "yes"]}}
F = {"F": function(Role="arn:aws:iam::111122223333:role/f")}


def invocations(resources: dict[str, Any]) -> Invocations:
    built = app({**F, **resources}, Parameters=PARAMETERS, Conditions=CONDITIONS)
    return Invocations(built, Functions(built), Iam(built).reader)


def permission(principal: Any = "*", action: str = "lambda:InvokeFunction", **others: Any) -> dict[str, Any]:
    written = {"FunctionName": {"Ref": "F"}, "Action": action, "Principal": principal, **others}
    return {"Type": "AWS::Lambda::Permission", "Properties": written}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (permission(), ("fail", "X allows lambda:InvokeFunction to everybody.", None)),
        (permission("111122223333"), PASS),
        (permission("s3.amazonaws.com"), PASS),
        (permission(SourceAccount={"Ref": "AWS::AccountId"}), PASS),
        (permission(PrincipalOrgID="o-a1b2c3d4e5"), PASS),
        (permission(SourceArn="arn:aws:events:eu-west-1:111122223333:rule/r"), PASS),
        (permission(SourceArn="*"), ("fail", "X allows lambda:InvokeFunction to everybody.", None)),
        (permission(SourceArn={"Ref": "Free"}), ("unknown", "the value of SourceArn", None)),
        (permission({"Ref": "Free"}), ("unknown", "the value of parameter Free", None)),
        (permission(action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"), PASS),
        (permission(InvokedViaFunctionUrl=True), PASS),
        (
            permission(action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="AWS_IAM"),
            ("fail", "X allows lambda:InvokeFunctionUrl to everybody.", None),
        ),
        (
            permission({"Fn::If": ["Open", "*", "111122223333"]}),
            ("fail", "X allows lambda:InvokeFunction to everybody where condition Open is true.", None),
        ),
        (
            permission(SourceAccount={"Fn::If": ["Open", {"Ref": "AWS::NoValue"}, "111122223333"]}),
            ("fail", "X allows lambda:InvokeFunction to everybody where condition Open is true.", None),
        ),
    ],
)
def test_everybody_may_invoke(written: dict[str, Any], expected: Answer) -> None:
    (judgement,) = judge_permissions(invocations({"X": written}))
    assert answer(judgement) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (permission("sns.amazonaws.com"), "fail"),
        (permission("sns.amazonaws.com", SourceArn="arn:aws:sns:eu-west-1:111122223333:t"), "pass"),
        (permission("sns.amazonaws.com", SourceArn="arn:aws:sns:eu-west-1:*:t"), "fail"),
        (permission("sns.amazonaws.com", SourceArn={"Ref": "Free"}), "unknown"),
        (permission("s3.amazonaws.com", SourceArn="arn:aws:s3:::b"), "fail"),
        (permission("s3.amazonaws.com", SourceArn={"Ref": "Free"}), "fail"),
        (permission("s3.amazonaws.com", SourceArn="arn:aws:s3:::b", SourceAccount={"Ref": "AWS::AccountId"}), "pass"),
        (permission("s3.amazonaws.com", SourceAccount={"Ref": "Free"}), "pass"),
        (permission("alexa-appkit.amazon.com", EventSourceToken="amzn1.ask.skill.1"), "pass"),
        (permission("alexa-appkit.amazon.com"), "fail"),
        (permission("apigateway.amazonaws.com.cn"), "fail"),
        (permission("111122223333"), "pass"),
        (permission("arn:aws:iam::111122223333:role/r"), "pass"),
        (permission(), "pass"),
        (permission({"Ref": "Free"}), "unknown"),
    ],
)
def test_services_that_act_for_anybody(written: dict[str, Any], expected: str) -> None:
    (judgement,) = iam_deputies.judge_permissions(invocations({"X": written}))
    assert judgement.verdict.value == expected


# --- function URLs ------------------------------------------------------------------------------------------

THROUGH_URL = permission(action="lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
DIRECT = permission(InvokedViaFunctionUrl=True)


def url(auth: Any = "NONE", target: Any = None) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Url",
        "Properties": {"AuthType": auth, "TargetFunctionArn": target or {"Fn::GetAtt": ["F", "Arn"]}},
    }


def urls(resources: dict[str, Any]) -> tuple[Answer, Answer | None]:
    """Whether everybody may call the URL, and whether a grant is missing (None: not judged)."""
    found = invocations(resources)
    (opened,) = judge_open_urls(found)
    half = [answer(one) for one in judge_half_open_urls(found)]
    return answer(opened), half[0] if half else None


OPEN: Answer = ("fail", "X allows everybody to invoke F through its URL.", None)


def missing(actions: str) -> Answer:
    said = f"X asks for no signature while {actions} of F is granted to nobody: every call is answered 403, and one "
    return "fail", f"{said}grant opens it to everybody.", "medium"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"X": url(), "A": THROUGH_URL, "B": DIRECT}, (OPEN, PASS)),
        ({"X": url(), "A": THROUGH_URL}, (PASS, missing("lambda:InvokeFunction"))),
        ({"X": url(), "B": DIRECT}, (PASS, missing("lambda:InvokeFunctionUrl"))),
        ({"X": url()}, (PASS, missing("lambda:InvokeFunctionUrl and lambda:InvokeFunction"))),
        ({"X": url(), "A": THROUGH_URL, "B": permission()}, (OPEN, PASS)),
        ({"X": url(), "A": permission(action="lambda:*")}, (OPEN, PASS)),
        (
            {"X": url(), "A": THROUGH_URL, "B": permission(PrincipalOrgID="o-a1b2c3d4e5")},
            (PASS, missing("lambda:InvokeFunction")),
        ),
        ({"X": url("AWS_IAM"), "A": THROUGH_URL, "B": DIRECT}, (PASS, None)),
        (
            {"X": url(target="arn:aws:lambda:eu-west-1:111122223333:function:elsewhere")},
            (
                ("unknown", "the permissions of a function outside the application", None),
                ("unknown", "the permissions of its function", None),
            ),
        ),
        (
            {"X": url({"Ref": "Free"})},
            (("unknown", "the value of parameter Free", None), ("unknown", "the value of parameter Free", None)),
        ),
        (
            {"X": url({"Fn::If": ["Open", "NONE", "AWS_IAM"]}), "A": THROUGH_URL, "B": DIRECT},
            (
                ("fail", "X allows everybody to invoke F through its URL where condition Open is true.", None),
                PASS,
            ),
        ),
    ],
)
def test_urls(resources: dict[str, Any], expected: tuple[Answer, Answer | None]) -> None:
    assert urls(resources) == expected


def test_grants_under_conditions_that_exclude_each_other_open_nothing() -> None:
    conditions = {"Other": {"Fn::Not": [{"Condition": "Open"}]}}
    built = app(
        {
            **F,
            "X": url(),
            "A": {**THROUGH_URL, "Condition": "Open"},
            "B": {**DIRECT, "Condition": "Other"},
        },
        Parameters=PARAMETERS,
        Conditions={**CONDITIONS, **conditions},
    )
    found = Invocations(built, Functions(built), Iam(built).reader)
    (judgement,) = judge_open_urls(found)
    assert answer(judgement)[0] == "pass"


def test_a_url_of_an_alias_is_that_of_its_function() -> None:
    alias = {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}, "Name": "live"}}
    resources = {"L": alias, "X": url(target={"Ref": "L"}), "A": THROUGH_URL, "B": DIRECT}
    assert urls(resources) == (OPEN, PASS)
