"""Databases behind functions, warm versions, package sizes, processors, and what stages measure."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.facts.architectures import at_the_edge, only_x86, x86_binary
from analyzer.facts.databases import connection_of
from analyzer.facts.functions import Functions
from analyzer.facts.invocations import Invocations
from analyzer.facts.package_size import Size, size_of
from analyzer.facts.stages import all_off, detailed_metrics
from analyzer.facts.triggers import Triggers
from analyzer.facts.warmth import Warmth, callers, has_snap_start, preparations, warmth
from analyzer.sources.folder_tree import MemoryTree
from tests.stacks import Stack, application, resource


def of(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Properties": properties}


def function(code: str = "exports.handler = async () => {};", **properties: Any) -> dict[str, Any]:
    settings = {"Runtime": "nodejs22.x", "Handler": "index.handler", "Code": {"ZipFile": code}, **properties}
    return of("AWS::Lambda::Function", **settings)


def given(value: Any) -> dict[str, Any]:
    return {"Environment": {"Variables": {"DB": value}}}


ADDRESS = {"Fn::GetAtt": ["Db", "Endpoint.Address"]}
DRIVER = "const pg = require('pg'); exports.handler = async () => new pg.Client();"
ATTACHED = of("AWS::SecretsManager::SecretTargetAttachment", SecretId={"Ref": "Secret"}, TargetId={"Ref": "Db"})


@pytest.mark.parametrize(
    ("resources", "database"),
    [
        ({"Fn": function(**given(ADDRESS))}, "Db"),
        ({"Fn": function(**given({"Fn::Sub": "postgres://${Db.Endpoint.Address}/orders"}))}, "Db"),
        ({"Fn": function(**given({"Ref": "Db"}))}, None),
        ({"Fn": function(**given({"Fn::GetAtt": ["Proxy", "Endpoint"]})), "Proxy": of("AWS::RDS::DBProxy")}, None),
        ({"Fn": function(**given({"Ref": "Secret"})), "A": ATTACHED}, None),
        ({"Fn": function(DRIVER, **given({"Ref": "Secret"})), "A": ATTACHED}, "Db"),
        ({"Fn": function(DRIVER, **given({"Ref": "A"})), "A": ATTACHED}, "Db"),
        ({"Fn": function(DRIVER, **given({"Ref": "Secret"}))}, None),
        ({"Fn": function(DRIVER, **given("db.example.org"))}, None),
    ],
)
def test_databases_that_a_function_connects_to(resources: dict[str, Any], database: str | None) -> None:
    others = {"Db": of("AWS::RDS::DBInstance"), "Secret": of("AWS::SecretsManager::Secret")}
    found = connection_of(next(iter(Functions(application({"Resources": {**others, **resources}})))))
    assert (found.database.id if found is not None else None) == database


# --- warmth -------------------------------------------------------------------------------------------------

TWO = {"ProvisionedConcurrentExecutions": 2}
FN = {"Ref": "Fn"}
VERSION = of("AWS::Lambda::Version", FunctionName=FN)
LIVE = of("AWS::Lambda::Alias", Name="live", FunctionName=FN)
WARM = of("AWS::Lambda::Alias", Name="live", FunctionName=FN, ProvisionedConcurrencyConfig=TWO)


def scaled(alias: str) -> dict[str, Any]:
    identifier = {"Fn::Sub": f"function:${{Fn}}:{alias}"}
    return of("AWS::ApplicationAutoScaling::ScalableTarget", ServiceNamespace="lambda", ResourceId=identifier)


def url(target: Any) -> dict[str, Any]:
    return of("AWS::Lambda::Url", TargetFunctionArn=target)


SNAP = function(SnapStart={"ApplyOn": "PublishedVersions"})


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"Fn": function(), "U": url(FN)}, Warmth.COLD),
        ({"Fn": function(), "L": LIVE, "U": url({"Ref": "L"})}, Warmth.COLD),
        ({"Fn": function(), "L": WARM, "U": url({"Ref": "L"})}, Warmth.WARM),
        ({"Fn": function(), "L": WARM, "U": url(FN)}, Warmth.BESIDE),
        ({"Fn": function(), "V": of("AWS::Lambda::Version", FunctionName=FN, ProvisionedConcurrencyConfig=TWO),
          "U": url({"Ref": "V"})}, Warmth.WARM),
        ({"Fn": SNAP, "U": url(FN)}, Warmth.BESIDE),
        ({"Fn": SNAP, "V": VERSION, "U": url({"Ref": "V"})}, Warmth.WARM),
        ({"Fn": function(SnapStart={"ApplyOn": "None"}), "V": VERSION, "U": url({"Ref": "V"})}, Warmth.COLD),
        ({"Fn": function(), "L": LIVE, "S": scaled("live"), "U": url({"Ref": "L"})}, Warmth.WARM),
        ({"Fn": function(), "L": LIVE, "S": scaled("blue"), "U": url({"Ref": "L"})}, Warmth.BESIDE),
        ({"Fn": function(), "L": WARM, "U": url({"Fn::Sub": "${Fn.Arn}:${P}"})}, None),
    ],
)  # fmt: skip
def test_what_a_caller_meets(resources: dict[str, Any], expected: Warmth | None) -> None:
    app = application({"Parameters": {"P": {"Type": "String"}}, "Resources": resources})
    functions = Functions(app)
    invocations = Invocations(app, functions, Triggers(app, functions))
    (one,) = functions
    assert [warmth(invocations, each, preparations(invocations, one)) for each in callers(invocations, one)] == [
        expected
    ]


def test_callers_that_nobody_waits_behind() -> None:
    mapping = of("AWS::Lambda::EventSourceMapping", EventSourceArn="arn:aws:sqs:eu-west-1:1:q", FunctionName=FN)
    rotation = of(
        "AWS::SecretsManager::RotationSchedule", SecretId="s", RotationLambdaARN={"Fn::GetAtt": ["Fn", "Arn"]}
    )
    app = application({"Resources": {"Fn": function(), "M": mapping, "R": rotation}})
    functions = Functions(app)
    (one,) = functions
    assert callers(Invocations(app, functions, Triggers(app, functions)), one) == []


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        ("java21", True), ("java8.al2", False), ("python3.12", True), ("python3.14", True), ("python3.9", False),
        ("dotnet8", True), ("nodejs24.x", False), ("ruby3.4", False), (None, False),
    ],
)  # fmt: skip
def test_runtimes_with_snap_start(runtime: str | None, expected: bool) -> None:
    assert has_snap_start(runtime) is expected


# --- packages -----------------------------------------------------------------------------------------------

ELF = b"\x7fELF" + bytes(14)
X86, ARM = ELF + b"\x3e\x00" + bytes(4), ELF + b"\xb7\x00" + bytes(4)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"index.js": b"x"}, None),
        ({"lib/sharp.node": X86}, "lib/sharp.node"),
        ({"lib/sharp.node": ARM}, None),
        ({"numpy/core.cpython-313-x86_64-linux-gnu.so": X86}, "numpy/core.cpython-313-x86_64-linux-gnu.so"),
        ({"lib/libssl.so.1.1": X86}, "lib/libssl.so.1.1"),
        ({"bootstrap": X86}, "bootstrap"),
        ({"bin/tool": X86}, "bin/tool"),
        ({"image.bin": X86}, None),
        ({"short.so": b"\x7fELF"}, None),
    ],
)
def test_native_code(files: dict[str, bytes], expected: str | None) -> None:
    assert x86_binary(MemoryTree(files, "asset")) == expected


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [("nodejs10.x", True), ("nodejs12.x", False), ("python3.7", True), ("python3.8", False), ("java8", True),
     ("java8.al2", False), ("provided", True), ("provided.al2023", False), ("go1.x", True), (None, False)],
)  # fmt: skip
def test_runtimes_of_one_processor(runtime: str | None, expected: bool) -> None:
    assert only_x86(runtime) is expected


def edge(target: Any) -> dict[str, Any]:
    behaviour = {"LambdaFunctionAssociations": [{"EventType": "viewer-request", "LambdaFunctionARN": target}]}
    return of("AWS::CloudFront::Distribution", DistributionConfig={"CacheBehaviors": [behaviour]})


def test_functions_at_the_edge() -> None:
    resources = {"Fn": function(), "Other": function(), "V": VERSION, "D": edge({"Ref": "V"})}
    functions = Functions(application({"Resources": resources}))
    assert {one.name: at_the_edge(one) for one in functions} == {"Fn": True, "Other": False}


def sized(resources: dict[str, Any], files: dict[str, MemoryTree]) -> Size:
    stack = Stack("S", {"Resources": resources}, files=files)  # type: ignore[arg-type]
    (one,) = Functions(application(stack))
    return size_of(one)


def packed(path: str, type_: str = "AWS::Lambda::Function", **properties: Any) -> dict[str, Any]:
    return {"Type": type_, "Metadata": {"aws:asset:path": path}, "Properties": properties}


def test_sizes() -> None:
    files = {"code": MemoryTree({"a": bytes(700)}, "code"), "layer": MemoryTree({"b": bytes(300)}, "layer")}
    layer = packed("layer", "AWS::Lambda::LayerVersion")
    assert sized({"Fn": packed("code")}, files) == Size(700)
    assert sized({"Fn": packed("code", Layers=[{"Ref": "L"}]), "L": layer}, files) == Size(1000)
    elsewhere = "arn:aws:lambda:eu-west-1:111122223333:layer:shared:1"
    assert sized({"Fn": packed("code", Layers=[elsewhere])}, files) == Size(700, f"the content of layer {elsewhere}")
    assert sized({"Fn": packed("none")}, files) == Size(0, "the code of Fn")
    assert sized({"Fn": function(PackageType="Image")}, files) == Size(0, "the image of Fn")
    assert Size(63 * 1024 * 1024 + 1).text == "63 MiB"


# --- stages -------------------------------------------------------------------------------------------------

STAGES = {
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}
ON = {"DetailedMetricsEnabled": True}


@pytest.mark.parametrize(
    ("stage", "off"),
    [
        (of("AWS::ApiGateway::Stage"), ""),
        (of("AWS::ApiGateway::Stage", MethodSettings=[{"MetricsEnabled": False}, {"MetricsEnabled": "true"}]), None),
        (of("AWS::ApiGateway::Stage", MethodSettings=[{"LoggingLevel": "INFO"}]), ""),
        (of("AWS::ApiGatewayV2::Stage", DefaultRouteSettings=ON), None),
        (of("AWS::ApiGatewayV2::Stage", RouteSettings={"GET /": ON}), None),
        (
            of("AWS::ApiGatewayV2::Stage", DefaultRouteSettings={"Fn::If": ["IsProd", ON, {"Ref": "AWS::NoValue"}]}),
            "condition IsProd is false",
        ),
    ],
)
def test_metrics_of_stages(stage: dict[str, Any], off: str | None) -> None:
    one = resource(application({**STAGES, "Resources": {"S": stage}}), "S")
    gap = all_off(one, detailed_metrics(one))
    assert (None if gap is None else " and ".join(map(str, gap))) == off
