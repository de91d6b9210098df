from __future__ import annotations

import pytest

from analyzer.facts.source_deprecated import cdk_imports, creations, deprecated_uses, is_v1
from tests.facts.source_applications import source

HEAD = """
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
"""


def uses(code: str) -> list[tuple[str, str]]:
    """Construct and deprecated member of each use, in order."""
    found = deprecated_uses(source({"a.ts": HEAD + code}))
    return [(use.subject.logical_id, use.deprecation.name) for use in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new ec2.Vpc(app, 'V', { cidr: x });", [("V", "VpcProps.cidr")]),
        ("new ec2.Vpc(app, 'V', { 'cidr': x });", [("V", "VpcProps.cidr")]),
        ("new ec2.Vpc(app, 'V', flag ? { cidr: x } : {});", [("V", "VpcProps.cidr")]),
        ("new cdk.aws_ec2.Vpc(app, 'V', { ...{ cidr: x } });", [("V", "VpcProps.cidr")]),
        ("const p: ec2.VpcProps = { cidr: x };", [("p", "VpcProps.cidr")]),
        ("const p: ec2.VpcProps = { cidr: x }; new ec2.Vpc(app, 'V', p);", [("V", "VpcProps.cidr")]),
        ("const p: Partial<ec2.VpcProps> = { cidr: x };", [("p", "VpcProps.cidr")]),
        ("new lambda.Function(app, 'F', { runtime: lambda.Runtime.NODEJS_14_X });", [("F", "Runtime.NODEJS_14_X")]),
        ("const runtime = lambda.Runtime['NODEJS_14_X'];", [("runtime", "Runtime.NODEJS_14_X")]),
        ("const { Runtime } = lambda; f(Runtime.NODEJS_14_X);", [("a.ts", "Runtime.NODEJS_14_X")]),
        ("new ec2.Vpc(app, 'V', { subnetConfiguration: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_NAT }] });",
         [("V", "SubnetType.PRIVATE_WITH_NAT")]),
        ("class V extends ec2.Vpc { constructor(s, i) { super(s, i, { cidr: x }); } }", [("V", "VpcProps.cidr")]),
        ("function f(stack: cdk.Stack) { stack.addDependency(other); }", [("stack", "Stack.addDependency")]),
        ("class S extends cdk.Stack { m() { this.addDependency(other); } }", [("S", "Stack.addDependency")]),
    ],
)  # fmt: skip
def test_uses(code: str, expected: list[tuple[str, str]]) -> None:
    assert uses(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "new Vpc(app, 'V', { cidr: x });",
        "new ec2.Vpc(app, 'V', { tags: { cidr: x } });",
        "f({ cidr: x, logRetention: 1 });",
        "class Runtime { static NODEJS_14_X = 1; } f(Runtime.NODEJS_14_X);",
        "function f(lambda) { return lambda.Runtime.NODEJS_14_X; }",
        "class S extends cdk.Stack { addDependency() {} m() { this.addDependency(); } }",
        "const cidr = x; new ec2.Vpc(app, 'V', { ipAddresses: ec2.IpAddresses.cidr(cidr) });",
        "const p: Props = { cidr: x };",
        "new other.Vpc(app, 'V', { cidr: x });",
        "const p = [p, p, p]; new ec2.Vpc(app, 'V', p);",
    ],
)
def test_what_only_looks_alike(code: str) -> None:
    assert uses(code) == []


def test_one_line_that_several_constructs_share_is_one_use() -> None:
    code = "const p = { logRetention: 1 }; new lambda.Function(app, 'A', p); new lambda.Function(app, 'B', p);"
    (use,) = deprecated_uses(source({"a.ts": HEAD + code}))
    assert (use.subject.logical_id, [other.logical_id for other in use.others]) == ("A", ["B"])
    assert (use.written, use.place.line) == ("logRetention", 5)


def test_options_that_hold_themselves_end_quickly() -> None:
    ring = "const p = { vpcSubnets: p, ...p, list: [" + "p, " * 500 + "] };"
    assert uses(ring + "new lambda.Function(app, 'F', p);") == []


def test_files_of_version_one_are_left_out() -> None:
    code = "from aws_cdk import core, aws_lambda as l\nx = l.Runtime.PYTHON_3_7\n"
    assert deprecated_uses(source({"a.py": code})) == []


def test_creations() -> None:
    code = "new ec2.Vpc(app, 'V'); ec2.Vpc.fromLookup(app, 'L', {}); new Own(app, 'O'); new ec2.Port(x);"
    assert [subject.logical_id for subject in creations(source({"a.ts": HEAD + code}))] == ["V"]


@pytest.mark.parametrize(
    ("file", "code", "expected"),
    [
        ("a.ts", "import '@aws-cdk/core';", True),
        ("a.ts", "import '@aws-cdk/aws-s3/lib/bucket';", True),
        ("a.ts", "import '@aws-cdk/aws-apigatewayv2-integrations';", True),
        ("a.ts", "import 'monocdk/aws-s3';import '@aws-cdk/core';", True),
        ("a.ts", "import '@aws-cdk/aws-glue-alpha';", False),
        ("a.ts", "import '@aws-cdk/aws-service-spec';", False),
        ("a.ts", "import '@aws-cdk/lambda-layer-kubectl-v34';", False),
        ("a.ts", "import '@aws-cdk/toolkit-lib';", False),
        ("a.ts", "import 'aws-cdk-lib/aws-s3';", False),
        ("a.py", "from aws_cdk import core\n", True),
        ("a.py", "from aws_cdk.core import Stack\n", True),
        ("a.py", "import aws_cdk.core as cdk\n", True),
        ("a.py", "import aws_cdk as core\n", False),
        ("a.py", "from aws_cdk import aws_s3\n", False),
    ],
)
def test_version_one(file: str, code: str, expected: bool) -> None:
    assert {is_v1(found) for found in cdk_imports(source({file: code}))} == {expected}
