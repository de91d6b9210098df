"""Which methods an authorizer guards, which are open, and whether API Gateway may invoke its function."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.authorizer_gaps import openness, unused
from analyzer.facts.authorizer_permissions import Invoking
from analyzer.facts.iam import Iam
from analyzer.judgement import Verdict
from tests.facts.authorizer_parts import BASE, FUNCTION, GUARD, ROOT, everything, method, of


def test_paths_and_verbs() -> None:
    loop = of("AWS::ApiGateway::Resource", RestApiId={"Ref": "Api"}, ParentId={"Ref": "Loop"}, PathPart="x")
    found = everything(
        {
            **BASE,
            "Loop": loop,
            "M1": method("GET", ROOT, **GUARD),
            "M2": method("get", {"Ref": "Orders"}, **GUARD),
            "M3": method("ANY", {"Ref": "Orders"}, **GUARD),
            "M4": method("GET", {"Ref": "Order"}, **GUARD),
            "M5": method("GET", {"Ref": "Header"}, **GUARD),
            "M6": method("GET", {"Ref": "Loop"}, **GUARD),
        }
    )
    (api,) = found.apis
    assert [(m.label, m.single) for m in api.methods] == [
        ("GET /", True),
        ("GET /orders", True),
        ("ANY /orders", False),
        ("GET /orders/{id}", False),
        ("GET M5", False),
        ("GET M6", False),
    ]
    (authorizer,) = found
    assert [m.resource.id for m, _ in authorizer.guarded] == ["M1", "M2", "M3", "M4", "M5", "M6"]


def test_routes() -> None:
    keys = ["GET /orders", "ANY /{proxy+}", "$default", "$connect"]
    routes = {f"R{i}": of("AWS::ApiGatewayV2::Route", ApiId={"Ref": "Api"}, RouteKey=key) for i, key in enumerate(keys)}
    (api,) = everything({"Api": of("AWS::ApiGatewayV2::Api", ProtocolType="HTTP"), **routes}).apis
    assert [(m.label, m.verb, m.path, m.single) for m in api.methods] == [
        ("GET /orders", "GET", "/orders", True),
        ("ANY /{proxy+}", "ANY", "/{proxy+}", False),
        ("$default", "$default", "$default", False),
        ("$connect", "$connect", "$connect", True),
    ]


def test_methods_of_an_api_that_is_imported_belong_together() -> None:
    api = {"Ref": "Header"}
    methods = {
        name: of("AWS::ApiGateway::Method", RestApiId=api, HttpMethod="GET", AuthorizationType=kind)
        for name, kind in (("M1", "NONE"), ("M2", "AWS_IAM"))
    }
    (found,) = everything(methods).apis
    assert [m.resource.id for m in found.methods] == ["M1", "M2"]
    assert found.unread == "the other methods of the API <the value of parameter Header>"


def opened(**methods: Any) -> dict[str, list[str]]:
    (api,) = everything({**BASE, **methods}).apis
    return {
        "open": [f"{m.resource.id}{s.where}" for group in openness(api) for m, s in group.open],
        "undecided": [s.needs for group in openness(api) for _, s in group.undecided],
    }


def test_open_beside_guarded() -> None:
    assert opened(G=method("GET", ROOT, **GUARD), O=method("POST", ROOT)) == {"open": ["O"], "undecided": []}


def test_open_in_one_branch_where_another_method_is_guarded_in_it() -> None:
    branch = {"Fn::If": ["Live", "CUSTOM", "NONE"]}
    found = opened(G=method("GET", ROOT, **GUARD), O=method("POST", ROOT, AuthorizationType=branch))
    assert found == {"open": ["O where condition Live is false"], "undecided": []}


def test_open_in_a_branch_in_which_all_are_open() -> None:
    branch = {"Fn::If": ["Live", "CUSTOM", "NONE"]}
    methods = {name: method(name, ROOT, AuthorizationType=branch) for name in ("GET", "POST")}
    assert opened(**methods) == {"open": [], "undecided": []}


def test_a_required_key_is_not_open_and_an_unknown_one_is_unknown() -> None:
    guarded = method("GET", ROOT, **GUARD)
    assert opened(G=guarded, O=method("POST", ROOT, ApiKeyRequired="true")) == {"open": [], "undecided": []}
    assert opened(G=guarded, O=method("POST", ROOT, ApiKeyRequired={"Ref": "Header"})) == {
        "open": [],
        "undecided": ["whether POST / needs an API key"],
    }


def test_an_authorizer_that_may_be_used_is_not_unused() -> None:
    (authorizer,) = everything({**BASE, "M": method("GET", ROOT, AuthorizerId={"Ref": "Header"})})
    assert (unused(authorizer).verdict, unused(authorizer).needs) == (Verdict.UNKNOWN, "the authorizer of GET /")


# --- permissions --------------------------------------------------------------------------------------------

EXECUTE = "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:"


def permission(source: object = None, **properties: Any) -> dict[str, Any]:
    defaults = {"FunctionName": {"Ref": "Fn"}, "Action": "lambda:InvokeFunction"}
    content = {**defaults, "Principal": "apigateway.amazonaws.com", **properties}
    return of("AWS::Lambda::Permission", **content, **({} if source is None else {"SourceArn": source}))


def barred(*permissions: dict[str, Any], **authorizer: Any) -> list[object]:
    resources = {**BASE, **{f"P{i}": one for i, one in enumerate(permissions)}}
    resources["A"] = of("AWS::ApiGateway::Authorizer", **{**BASE["A"]["Properties"], **authorizer})
    found = everything(resources)
    invoking = Invoking(found.application, found.functions, Iam(found.application))
    return [invoking.barred(one, variant) for one in found for variant in one.variants]


@pytest.mark.parametrize(
    "given",
    [
        permission(),
        permission({"Fn::Sub": EXECUTE + "${Api}/authorizers/${A}"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/authorizers/${A.AuthorizerId}"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/authorizers/*"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/*"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/*/*"}),
        permission({"Fn::Sub": EXECUTE + "*"}),
        permission({"Fn::Sub": "arn:aws:execute-api:eu-west-1:123456789012:${Api}/*"}),
        permission(FunctionName={"Fn::GetAtt": ["Fn", "Arn"]}),
        permission(Action="lambda:*"),
        permission(Principal="*"),
    ],
)
def test_permissions_that_cover_the_authorizer(given: dict[str, Any]) -> None:
    assert barred(permission({"Fn::Sub": EXECUTE + "${Api}/*/GET/"}), given) == [False]


@pytest.mark.parametrize(
    "given",
    [
        permission({"Fn::Sub": EXECUTE + "${Api}/*/GET/orders"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/*/*/*"}),
        permission({"Fn::Sub": EXECUTE + "${Api}/authorizers/${Other}"}),
        permission(Principal="events.amazonaws.com"),
        permission(Action="lambda:GetFunction"),
        permission(FunctionName={"Ref": "Elsewhere"}),
    ],
)
def test_permissions_that_do_not(given: dict[str, Any]) -> None:
    others = {"Elsewhere": FUNCTION, "Other": of("AWS::ApiGateway::Authorizer", Type="JWT", RestApiId={"Ref": "Api"})}
    found = everything({**BASE, **others, "P": given})
    invoking = Invoking(found.application, found.functions, Iam(found.application))
    assert [invoking.barred(found.all[0], variant) for variant in found.all[0].variants] == [True]


def test_a_permission_of_which_a_part_is_not_known() -> None:
    given = (
        permission(FunctionName={"Ref": "Header"}),
        permission({"Ref": "Header"}),
        permission({"Fn::Sub": EXECUTE + "a1b2c3d4e5/*"}),  # the id of an API that is deployed already
    )
    for one in given:
        assert [str(answer) for answer in barred(one)] == ["<whether P0 lets API Gateway invoke Fn>"]


def test_a_permission_does_not_help_where_a_role_is_named_that_may_not() -> None:
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": ["apigateway.amazonaws.com"]}, "Action": "*"}}
    role = of("AWS::IAM::Role", AssumeRolePolicyDocument=trust)
    credentials = {"AuthorizerCredentials": {"Fn::GetAtt": ["Role", "Arn"]}}
    resources = {**BASE, "Role": role, "P": permission()}
    resources["A"] = of("AWS::ApiGateway::Authorizer", **BASE["A"]["Properties"], **credentials)
    found = everything(resources)
    invoking = Invoking(found.application, found.functions, Iam(found.application))
    assert [invoking.barred(found.all[0], variant) for variant in found.all[0].variants] == [True]
