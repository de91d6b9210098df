from __future__ import annotations

import gzip
import importlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from analyzer.data.cdk_library import CdkLibrary, Deprecation, Method, cdk_library, cdk_version
from analyzer.data.dates import data_dates

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("kind", "member", "expected"),
    [
        ("aws_ec2.VpcProps", "cidr", Deprecation("aws_ec2.VpcProps", "cidr", "Use ipAddresses instead")),
        ("aws_ec2.VpcProps", "maxAzs", None),
        (
            "aws_lambda.FunctionProps",
            "log_retention",
            Deprecation("aws_lambda.FunctionOptions", "logRetention", "use `logGroup` instead"),
        ),
        (
            "aws_ec2.SubnetType",
            "PRIVATE_WITH_NAT",
            Deprecation("aws_ec2.SubnetType", "PRIVATE_WITH_NAT", "use `PRIVATE_WITH_EGRESS`"),
        ),
        (
            "aws_dynamodb.TableProps",
            "pointInTimeRecovery",
            Deprecation(
                "aws_dynamodb.TableOptions", "pointInTimeRecovery", "use `pointInTimeRecoverySpecification` instead"
            ),
        ),
        ("aws_dynamodb.TableProps", "pointInTimeRecoverySpecification", None),
        ("aws_lambda.Runtime", "NODEJS_22_X", None),
        ("aws_cloudfront.CloudFrontWebDistribution", "",
         Deprecation("aws_cloudfront.CloudFrontWebDistribution", "", "Use `Distribution` instead")),
        ("aws_cloudfront.Distribution", "", None),
        ("no.Such", "member", None),
    ],
)  # fmt: skip
def test_deprecations(kind: str, member: str, expected: Deprecation | None) -> None:
    assert cdk_library().deprecation(kind, member) == expected


def test_names_for_people() -> None:
    assert Deprecation("aws_ec2.VpcProps", "cidr", "").name == "VpcProps.cidr"
    assert Deprecation("aws_cloudfront.CloudFrontWebDistribution", "", "").name == "CloudFrontWebDistribution"


def test_members_are_found_by_either_spelling_and_through_base_types() -> None:
    library = cdk_library()
    for name in ("addGatewayEndpoint", "add_gateway_endpoint"):
        assert library.method("aws_ec2.Vpc", name) == Method(
            "aws_ec2.GatewayVpcEndpoint", ("", "aws_ec2.GatewayVpcEndpointOptions")
        )
    assert library.property("aws_lambda.Function", "role") == "aws_iam.IRole"
    assert library.property("aws_lambda.Function", "gone") is None
    assert library.constructor("aws_lambda.Function") == ("", "", "aws_lambda.FunctionProps")
    assert library.constructor("aws_lambda.IFunction") == ()


def test_kinds_of_types() -> None:
    library = cdk_library()
    assert [library.is_struct(n) for n in ("aws_ec2.VpcProps", "aws_ec2.Vpc", "aws_ec2.IVpc")] == [True, False, False]
    assert [library.is_enum(n) for n in ("aws_ec2.SubnetType", "aws_lambda.Runtime")] == [True, False]
    constructs = ("Stack", "App", "aws_ec2.Vpc", "aws_ec2.IVpc", "CfnParameter", "aws_s3.CfnAccessGrant")
    assert [library.is_construct(n) for n in constructs] == [True] * 6
    others = ("Duration", "aws_ec2.VpcProps", "aws_iam.PolicyStatement", "aws_s3.CfnAccessGrantProps", "own.CfnThing")
    assert [library.is_construct(n) for n in others] == [False] * 5
    assert library.has_module("aws_ec2") and not library.has_module("aws_gone")


def test_endpoints_have_no_option_for_their_policy() -> None:
    """What the rule about them says; the data lists members whose types matter, and a policy document's would."""
    options = ("GatewayVpcEndpointOptions", "InterfaceVpcEndpointOptions", "GatewayVpcEndpointProps",
               "InterfaceVpcEndpointProps")  # fmt: skip
    assert [cdk_library().property(f"aws_ec2.{name}", "policyDocument") for name in options] == [None] * 4
    assert cdk_library().property("aws_iam.ManagedPolicyProps", "document") == "aws_iam.PolicyDocument"


def test_where_the_data_is_from() -> None:
    assert cdk_version().split(".")[0] == "2"
    assert data_dates()["cdk_deprecated"] == data_dates()["cdk_types"]


def test_an_override_without_the_deprecation_is_not_deprecated() -> None:
    types = {
        "a.Base": {"k": "class"},
        "a.Sub": {"k": "class", "b": ["a.Base"]},
        "a.Other": {"b": ["a.Base", "a.Other"]},
    }
    library = CdkLibrary(types, {"a.Base": {"old": "use new"}, "a.Sub": {"old": None}})
    assert library.deprecation("a.Sub", "old") is None
    assert library.deprecation("a.Other", "old") == Deprecation("a.Base", "old", "use new")


def jsii(name: str, kind: str, **body: Any) -> dict[str, Any]:
    return {f"aws-cdk-lib.{name}": {"fqn": f"aws-cdk-lib.{name}", "kind": kind, **body}}


def typed(name: str) -> dict[str, Any]:
    return {"type": {"fqn": name}}


_NO_NOTE = "this property has been deprecated"


@pytest.fixture
def manifest() -> dict[str, Any]:
    base = typed("aws-cdk-lib.m.Base")
    old = {"deprecated": "- use {@link Newer } instead. See the guide. " + "x" * 200, "stability": "deprecated"}
    return {
        "version": "2.9.9",
        "types": {
            **jsii("m.Base", "class", properties=[{"name": "old", "type": {"primitive": "string"}, "docs": old}]),
            **jsii(
                "m.Thing", "class", base="aws-cdk-lib.m.Base", interfaces=["constructs.IConstruct"],
                initializer={"parameters": [typed("constructs.Construct"), typed("aws-cdk-lib.m.Props")]},
                properties=[{"name": "old", "type": {"primitive": "string"}}],
                methods=[
                    {"name": "make", "returns": base},
                    {"name": "plain", "parameters": [{"type": {"primitive": "string"}}]},
                ],
            ),
            **jsii("m.Props", "interface", datatype=True, properties=[
                {"name": "list", "type": {"collection": {"kind": "array", "elementtype": base["type"]}}},
                {"name": "either", "type": {"union": {"types": [{"fqn": "aws-cdk-lib.IResolvable"}, base["type"]]}}},
                {"name": "gone", "type": {"primitive": "any"}, "docs": {"deprecated": _NO_NOTE}},
            ]),
            **jsii("m.CfnLive", "class"),
            **jsii("m.CfnOld", "class", initializer={"parameters": [typed("aws-cdk-lib.m.CfnOldProps")]}),
            **jsii("m.CfnOldProps", "interface", datatype=True, properties=[
                {"name": "x", "type": {"primitive": "string"}, "docs": {"stability": "deprecated"}}]),
            **jsii("cx_api.Thing", "class"),
            "other-lib.Thing": {"kind": "class"},
        },
    }  # fmt: skip


def test_the_builder(manifest: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    refresh = importlib.import_module("scripts.refresh_data.cdk_library")
    inputs = importlib.import_module("scripts.refresh_data.inputs").Inputs((tmp_path,), tmp_path)
    folder = tmp_path / "aws_cdk/_jsii"
    folder.mkdir(parents=True)
    packed = gzip.compress(json.dumps(manifest).encode())
    with tarfile.open(folder / "aws-cdk-lib@2.9.9.jsii.tgz", "w:gz") as tar:
        entry = tarfile.TarInfo("package/.jsii.gz")
        entry.size = len(packed)
        tar.addfile(entry, io.BytesIO(packed))
    library = refresh.Library(inputs)
    types = refresh.build_types(library, "2026-01-02")
    assert types["meta"]["date"] == "2026-01-02"
    assert [source["version"] for source in types["meta"]["sources"]] == ["2.9.9"]
    assert types["types"] == {
        "m.Base": {"k": "class"},
        "m.CfnOld": {"k": "class", "i": ["m.CfnOldProps"]},
        "m.CfnOldProps": {"k": "struct"},
        "m.Props": {"k": "struct", "p": {"list": "m.Base", "either": "m.Base"}},
        "m.Thing": {
            "k": "class",
            "b": ["m.Base", "constructs.IConstruct"],
            "i": ["", "m.Props"],
            "m": {"make": ["m.Base"]},
        },
    }
    assert refresh.build_deprecated(library, "2026-01-02")["deprecated"] == {
        "m.Base": {"old": "use `Newer` instead. See the guide"},
        "m.CfnOldProps": {"x": ""},
        "m.Props": {"gone": ""},
        "m.Thing": {"old": None},
    }
