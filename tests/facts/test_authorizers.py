"""How authorizers may be deployed, and the function behind them."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.authorizer_variants import IdentitySource, Outcome, Protocol, Shape, Variant, settle_variants
from analyzer.facts.authorizers import Authorizer, Authorizers
from analyzer.facts.functions import Functions
from analyzer.judgement import Verdict
from analyzer.model.value import Unknown
from tests.facts.authorizer_parts import FUNCTION, NONE, PARAMETERS, PREFIX, URI, everything, http, of, rest
from tests.stacks import application


def texts(variant: Variant) -> list[str] | str:
    found = variant.sources
    return f"needs {found.needs}" if isinstance(found, Unknown) else [source.text for source in found]


# --- variants -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, [(300, False)]),
        ({"AuthorizerResultTtlInSeconds": 0}, [(0, True)]),
        ({"AuthorizerResultTtlInSeconds": "0"}, [(0, True)]),
        ({"AuthorizerResultTtlInSeconds": "600"}, [(600, True)]),
        ({"AuthorizerResultTtlInSeconds": NONE}, [(300, False)]),
        ({"AuthorizerResultTtlInSeconds": {"Ref": "Default"}}, [(60, True)]),
        ({"AuthorizerResultTtlInSeconds": {"Ref": "Seconds"}}, [(Unknown("the value of parameter Seconds"), True)]),
        ({"AuthorizerResultTtlInSeconds": "soon"}, [(Unknown("the time to live of cached results"), True)]),
        ({"AuthorizerResultTtlInSeconds": True}, [(Unknown("the time to live of cached results"), True)]),
        ({"AuthorizerResultTtlInSeconds": {"Fn::If": ["Live", 30, NONE]}}, [(30, True), (300, False)]),
    ],
)
def test_the_time_to_live_of_a_rest_authorizer(written: dict[str, Any], expected: list[tuple[object, bool]]) -> None:
    found = [(variant.ttl, variant.ttl_written) for variant in rest(Type="TOKEN", **written).variants]
    assert [(str(ttl), known) for ttl, known in found] == [(str(ttl), known) for ttl, known in expected]


def test_other_authorizers_cache_only_where_it_is_written() -> None:
    assert [(v.ttl, v.ttl_written) for v in http().variants] == [(0, False)]
    assert [(v.ttl, v.ttl_written) for v in http("WEBSOCKET").variants] == [(0, False)]
    assert [(v.ttl, v.ttl_written) for v in http(AuthorizerResultTtlInSeconds=5).variants] == [(5, True)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, []),
        ("", []),
        ("method.request.header.A", ["method.request.header.A"]),
        ("method.request.header.A,context.path", ["method.request.header.A", "context.path"]),
        (" method.request.header.A ,\n context.path ", ["method.request.header.A", "context.path"]),
        ({"Fn::Join": [", ", ["method.request.header.A", NONE, "stageVariables.b"]]},
         ["method.request.header.A", "stageVariables.b"]),
        ({"Fn::Sub": "method.request.header.${Header}"},
         ["method.request.header.<the value of parameter Header>"]),
        ({"Ref": "Header"}, "needs the value of parameter Header"),
        (["method.request.header.A"], ["method.request.header.A"]),
    ],
)  # fmt: skip
def test_identity_sources_of_a_rest_authorizer(written: object, expected: object) -> None:
    properties = {} if written is None else {"IdentitySource": written}
    (variant,) = rest(Type="REQUEST", **properties).variants
    assert texts(variant) == expected
    assert variant.listed is isinstance(written, list)


def test_what_an_identity_source_names() -> None:
    sources = (
        "method.request.header.X-Key, method.request.querystring.key, stageVariables.tenant, context.identity.sourceIp,"
        "method.request.header.${Header}, method.request.body"
    )
    (variant,) = rest(Type="REQUEST", IdentitySource={"Fn::Sub": sources}).variants
    assert isinstance(variant.sources, tuple)
    assert [(source.kind, source.name) for source in variant.sources] == [
        ("header", "X-Key"),
        ("querystring", "key"),
        ("stageVariables", "tenant"),
        ("context", "identity.sourceIp"),
        ("header", None),
        ("other", None),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["$request.header.A", "$context.routeKey"], [["$request.header.A", "$context.routeKey"]]),
        ({"Ref": "Names"}, [["$request.header.A", "$request.header.B"]]),
        (["$request.header.A", {"Fn::If": ["Live", "$request.querystring.b", NONE]}],
         [["$request.header.A", "$request.querystring.b"], ["$request.header.A"]]),
        ({"Fn::If": ["Live", ["$request.header.A"], NONE]}, [["$request.header.A"], []]),
        ([{"Ref": "Header"}], ["needs the value of parameter Header"]),
        ([{"Fn::If": ["Live", "$request.header.A, $request.header.B", NONE]}],
         [["$request.header.A", "$request.header.B"], []]),
    ],
)  # fmt: skip
def test_identity_sources_of_an_http_authorizer(written: object, expected: object) -> None:
    assert [texts(variant) for variant in http(IdentitySource=written).variants] == expected


def test_only_combinations_that_can_be_are_variants() -> None:
    found = rest(
        Type={"Fn::If": ["Live", "TOKEN", "REQUEST"]},
        AuthorizerResultTtlInSeconds={"Fn::If": ["NotLive", 0, 60]},
        IdentitySource={"Fn::If": ["Live", "method.request.header.A", NONE]},
    )
    assert [(v.kind, v.ttl, texts(v), [str(g) for g in v.guards]) for v in found.variants] == [
        ("TOKEN", 60, ["method.request.header.A"], ["condition Live is true", "condition NotLive is false"]),
        ("REQUEST", 0, [], ["condition Live is false", "condition NotLive is true"]),
    ]


def test_too_many_combinations_are_unknown() -> None:
    conditions = {f"C{i}": {"Fn::Equals": [{"Ref": "Header"}, f"v{i}"]} for i in range(8)}
    sources = [{"Fn::If": [f"C{i}", f"$request.header.H{i}", NONE]} for i in range(8)]
    resources = {
        "Fn": FUNCTION,
        "A": of("AWS::ApiGatewayV2::Authorizer", AuthorizerType="REQUEST", IdentitySource=sources, AuthorizerUri=URI),
    }
    app = application({"Parameters": PARAMETERS, "Conditions": conditions, "Resources": resources})
    ((variant,),) = [authorizer.variants for authorizer in Authorizers(app, Functions(app))]
    assert texts(variant) == "needs which of many alternatives holds"


@pytest.mark.parametrize(
    ("authorizer", "shape"),
    [
        (rest(Type="TOKEN"), Shape.TOKEN),
        (rest(Type="REQUEST"), Shape.REQUEST),
        (http(AuthorizerPayloadFormatVersion="1.0"), Shape.HTTP_1),
        (http(AuthorizerPayloadFormatVersion="2.0"), Shape.HTTP_2),
        (http(AuthorizerPayloadFormatVersion=2.0), Shape.HTTP_2),
        (http("WEBSOCKET"), Shape.WEBSOCKET),
        (http(), Unknown("a payload format version that exists")),
        (rest(Type={"Ref": "Header"}), Unknown("the value of parameter Header")),
    ],
)
def test_the_shape_of_the_event(authorizer: Authorizer, shape: object) -> None:
    (variant,) = authorizer.variants
    assert str(variant.shape) == str(shape)


def test_who_decides() -> None:
    assert rest(Type="TOKEN").by_function
    assert not rest(Type="COGNITO_USER_POOLS").by_function
    assert not rest(Type="JWT").by_function
    assert not http(AuthorizerType="JWT").by_function
    assert rest(Type={"Ref": "Header"}).by_function


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"IdentitySource": ["route.request.header.A"]}, Protocol.WEBSOCKET),
        ({"IdentitySource": ["$request.header.A"]}, Protocol.HTTP),
        ({"AuthorizerPayloadFormatVersion": "2.0"}, Protocol.HTTP),
        ({}, Unknown("the kind of the API <the value of parameter Header>")),
    ],
)
def test_the_protocol_of_an_authorizer_of_an_imported_api(properties: dict[str, Any], expected: object) -> None:
    authorizer = http(ApiId={"Ref": "Header"}, **properties)
    assert str(authorizer.protocol) == str(expected)


# --- the function behind ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    [
        URI,
        {"Fn::Join": ["", [PREFIX.replace("${AWS::Partition}", "aws").replace("${AWS::Region}", "eu-west-1"),
                           {"Fn::GetAtt": ["Fn", "Arn"]}, "/invocations"]]},
        {"Fn::Join": ["", ["arn:", {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Fn", "Arn"]}]}]},
                           ":apigateway:", {"Ref": "AWS::Region"}, ":lambda:path/2015-03-31/functions/",
                           {"Fn::GetAtt": ["Fn", "Arn"]}, "/invocations"]]},
        {"Fn::Sub": [PREFIX + "${Arn}/invocations", {"Arn": {"Fn::GetAtt": ["Fn", "Arn"]}}]},
        {"Fn::Sub": PREFIX + "${Alias}/invocations"},
    ],
)  # fmt: skip
def test_the_function_in_the_uri(uri: object) -> None:
    alias = of("AWS::Lambda::Alias", FunctionName={"Ref": "Fn"}, Name="live")
    found = everything({"Alias": alias, "A": of("AWS::ApiGateway::Authorizer", Type="TOKEN", AuthorizerUri=uri)})
    ((function, authorizers),) = found.handlers.items()
    assert (function.name, [authorizer.name for authorizer in authorizers]) == ("Fn", ["A"])


def test_a_function_elsewhere_is_unknown() -> None:
    authorizer = rest(Type="TOKEN")
    other = everything({"A": of("AWS::ApiGateway::Authorizer", Type="TOKEN", AuthorizerUri={"Ref": "Header"})})
    assert [str(v.function) for a in other for v in a.variants] == ["<the function behind the URI of A>"]
    assert [function.name for function in authorizer.handlers] == ["Fn"]


# --- settling -----------------------------------------------------------------------------------------------


def test_a_failing_variant_is_named_and_proved() -> None:
    authorizer = rest(Type="TOKEN", AuthorizerResultTtlInSeconds={"Fn::If": ["NotLive", 9000, 60]})

    def over(variant: Variant) -> int | None:
        return variant.ttl if isinstance(variant.ttl, int) and variant.ttl > 3600 else None

    outcome = settle_variants(authorizer.resource.node, authorizer.variants, over)
    assert outcome.proof == 9000
    assert outcome.settled.verdict is Verdict.FAIL
    assert outcome.settled.where == " where condition NotLive is true"
    assert outcome.settled.confidence.label == "likely"


def test_what_cannot_be_told_is_unknown_and_no_proof() -> None:
    authorizer = rest(Type="TOKEN", AuthorizerResultTtlInSeconds={"Ref": "Seconds"})
    outcome: Outcome[int] = settle_variants(
        authorizer.resource.node, authorizer.variants, lambda v: v.ttl if isinstance(v.ttl, Unknown) else None
    )
    assert (outcome.settled.verdict, outcome.settled.needs) == (Verdict.UNKNOWN, "the value of parameter Seconds")
    assert outcome.proof is None


def test_the_source_is_a_value() -> None:
    (variant,) = rest(Type="TOKEN", IdentitySource="method.request.header.A").variants
    assert variant.sources == (IdentitySource("header", "A", "method.request.header.A"),)
