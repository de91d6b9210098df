from __future__ import annotations

import pytest

from analyzer.code.cdk_inference import Inference
from analyzer.code.cdk_tree import Call, Scope
from tests.code.cdk_projects import inference, shown


def probed(files: dict[str, str], file: str) -> dict[str, str]:
    """Of each ``probe(name, value)`` in a file: name and what the value is."""
    found: dict[str, str] = {}
    reader = inference(files)
    module = reader.project.module(file)
    assert module is not None and module.problem == ""
    for scope in module.scope.every():
        found.update(_probes(reader, scope))
    return found


def _probes(reader: Inference, scope: Scope) -> dict[str, str]:
    calls = [part for statement in scope.statements for part in statement.expressions if isinstance(part, Call)]
    probes = [call for call in calls if getattr(call.callee, "name", "") == "probe"]
    return {call.arguments[0].value: shown(reader.type_of(call.arguments[1], scope)) for call in probes}  # type: ignore[union-attr]


TYPESCRIPT = """
import * as cdk from 'aws-cdk-lib';
import core, { aws_s3 as s3, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Table as DynamoTable } from 'aws-cdk-lib/aws-dynamodb';
import * as old from '@aws-cdk/aws-ec2';
import lambda = require('aws-cdk-lib/aws-lambda');
const { aws_sns: sns } = cdk;
const sqs = require('aws-cdk-lib/aws-sqs');

probe('module', ec2);
probe('root', cdk);
probe('default', core.aws_kms);
probe('named', s3.Bucket);
probe('namespace', cdk.aws_s3.Bucket);
probe('destructured', sns.Topic);
probe('required', new sqs.Queue(app, 'Q'));
probe('assigned', lambda.Runtime.NODEJS_22_X);
probe('enum', ec2.SubnetType.PUBLIC);
probe('nested', s3.CfnBucket.CorsRuleProperty);
probe('alias', new DynamoTable(app, 'T'));
probe('v1', new old.Vpc(app, 'V'));
probe('static', ec2.Vpc.fromLookup(app, 'V', {}));
probe('method', new ec2.Vpc(app, 'V').addGatewayEndpoint('S3', {}));
probe('chain', new ec2.Vpc(app, 'V').addInterfaceEndpoint('K', {}).connections);
probe('choice', given ?? new ec2.Vpc(app, 'V'));
probe('cast', (x as any));
probe('undeclared', nothing);
"""


def test_types_of_the_library_in_typescript() -> None:
    assert probed({"a.ts": TYPESCRIPT}, "a.ts") == {
        "module": "package aws-cdk-lib/aws-ec2",
        "root": "package aws-cdk-lib",
        "default": "package aws-cdk-lib.aws_kms",
        "named": "aws_s3.Bucket",
        "namespace": "aws_s3.Bucket",
        "destructured": "aws_sns.Topic",
        "required": "aws_sqs.Queue()",
        "assigned": "aws_lambda.Runtime()",
        "enum": "aws_ec2.SubnetType()",
        "nested": "?",
        "alias": "aws_dynamodb.Table()",
        "v1": "?",
        "static": "aws_ec2.IVpc()",
        "method": "aws_ec2.GatewayVpcEndpoint()",
        "chain": "aws_ec2.Connections()",
        "choice": "aws_ec2.Vpc()",
        "cast": "?",
        "undeclared": "?",
    }


PYTHON = """
import aws_cdk
import aws_cdk as cdk
import aws_cdk.aws_ec2 as ec2
from aws_cdk import Stack, aws_s3 as s3
from aws_cdk.aws_dynamodb import Table
from aws_cdk import core

probe("root", aws_cdk.aws_ec2.Vpc)
probe("alias", ec2.SubnetType.PUBLIC)
probe("named", s3.Bucket(app, "B"))
probe("class", Table(app, "T"))
probe("method", ec2.Vpc(app, "V").add_gateway_endpoint("S3"))
probe("static", ec2.Vpc.from_lookup(app, "V"))
probe("v1", core.Stack)
probe("choice", given or cdk.Stack())
"""


def test_types_of_the_library_in_python() -> None:
    assert probed({"a.py": PYTHON}, "a.py") == {
        "root": "aws_ec2.Vpc",
        "alias": "aws_ec2.SubnetType()",
        "named": "aws_s3.Bucket()",
        "class": "aws_dynamodb.Table()",
        "method": "aws_ec2.GatewayVpcEndpoint()",
        "static": "aws_ec2.IVpc()",
        "v1": "?",
        "choice": "Stack()",
    }


OWN = {
    "stack.ts": """
        import { Stack } from 'aws-cdk-lib';
        import * as ec2 from 'aws-cdk-lib/aws-ec2';
        import { Layer, makeVpc } from './barrel';
        import * as barrel from './barrel';

        interface Props { readonly vpc: ec2.IVpc; readonly nested: Inner }
        type Inner = { readonly group: ec2.SecurityGroup };

        class Network extends Layer {
          readonly own = makeVpc(this);
          later: ec2.ISubnet;

          constructor(private readonly props: Props, readonly plain) {
            super();
            this.later = props.subnet;
            this.fromCall = this.build();
            const { vpc, nested: { group } } = props;
            probe('this', this);
            probe('field', this.own);
            probe('annotated', this.later);
            probe('inherited field', this.vpc);
            probe('inherited from the library', this.node);
            probe('own before inherited', this.tags);
            probe('from call', this.fromCall);
            probe('parameter', props.vpc);
            probe('parameter property', this.props.nested.group);
            probe('destructured', vpc);
            probe('deeply destructured', group);
            probe('unknown parameter', plain);
            probe('super', super.vpc);
          }

          build() { const group = new ec2.SecurityGroup(this, 'G', { vpc: this.own }); return group; }
          get tags(): ec2.Vpc { return this.own; }
        }
        probe('class', Network);
        probe('instance', new Network({}, 1).own);
        probe('through a namespace', new barrel.Layer().vpc);
        probe('function', makeVpc);
        for (const vpc of vpcs) { probe('loop', vpc); }
        const itself = itself; probe('itself', itself);
        const first = second, second = first; probe('ring', first);
        const shadow = new ec2.Vpc(app, 'V');
        function inner(shadow) { probe('shadowed', shadow); }
        const arrow = () => new ec2.Vpc(app, 'A'); probe('arrow', arrow());
    """,
    "barrel.ts": "export * from './layer';\nexport { makeVpc } from './functions';",
    "layer.ts": """
        import { Stack } from 'aws-cdk-lib';
        import { Vpc } from 'aws-cdk-lib/aws-ec2';
        export class Layer extends Stack { readonly vpc: Vpc; }
    """,
    "functions.ts": """
        import { Vpc, IVpc } from 'aws-cdk-lib/aws-ec2';
        export const makeVpc = (scope): IVpc => new Vpc(scope, 'V');
    """,
}


def test_types_of_the_application_in_typescript() -> None:
    assert probed(OWN, "stack.ts") == {
        "this": "own Network()",
        "field": "aws_ec2.IVpc()",
        "annotated": "aws_ec2.ISubnet()",
        "inherited field": "aws_ec2.Vpc()",
        "inherited from the library": "?",
        "own before inherited": "aws_ec2.Vpc()",
        "from call": "aws_ec2.SecurityGroup()",
        "parameter": "aws_ec2.IVpc()",
        "parameter property": "aws_ec2.SecurityGroup()",
        "destructured": "aws_ec2.IVpc()",
        "deeply destructured": "?",
        "unknown parameter": "?",
        "super": "aws_ec2.Vpc()",
        "class": "own Network",
        "instance": "aws_ec2.IVpc()",
        "through a namespace": "aws_ec2.Vpc()",
        "function": "function ",
        "loop": "?",
        "itself": "?",
        "ring": "?",
        "shadowed": "?",
        "arrow": "aws_ec2.Vpc()",
    }


OWN_PYTHON = {
    "app.py": """
        from __future__ import annotations
        from dataclasses import dataclass
        from typing import Optional

        from aws_cdk import Stack, aws_ec2 as ec2, aws_lambda as lambda_
        from stacks import network
        from stacks.network import NetworkStack as Net

        @dataclass
        class Placement:
            vpc: ec2.IVpc
            group: Optional["ec2.SecurityGroup"] = None

        class Handler(lambda_.Function):
            def __init__(me, scope, id, *, placement: Placement, net: Net, loose=None):
                super().__init__(scope, id)
                me.placement = placement
                me.net: Net = net
                probe("instance", me)
                probe("dataclass", placement.vpc)
                probe("quoted", me.placement.group)
                probe("other module", net.vpc)
                probe("annotated field", me.net.made())
                probe("loose", loose)
                probe("super", super().add_function_url())
                probe("inherited method", me.add_function_url())

            @property
            def vpc(me) -> ec2.Vpc:
                return me.net.vpc

        probe("property", Handler(None, "H").vpc)
        probe("module", network)
        probe("class of module", network.NetworkStack)
        with open(x) as handle:
            probe("with", handle)
    """,
    "stacks/network.py": """
        from aws_cdk import Stack, aws_ec2 as ec2

        class NetworkStack(Stack):
            def __init__(self, scope, id):
                super().__init__(scope, id)
                self.vpc = ec2.Vpc(self, "Vpc")

            def made(self):
                return self.vpc
    """,
}


def test_types_of_the_application_in_python() -> None:
    assert probed(OWN_PYTHON, "app.py") == {
        "instance": "own Handler()",
        "dataclass": "aws_ec2.IVpc()",
        "quoted": "aws_ec2.SecurityGroup()",
        "other module": "aws_ec2.Vpc()",
        "annotated field": "aws_ec2.Vpc()",
        "loose": "?",
        "super": "aws_lambda.FunctionUrl()",
        "inherited method": "aws_lambda.FunctionUrl()",
        "property": "aws_ec2.Vpc()",
        "module": "file stacks/network.py",
        "class of module": "own NetworkStack",
        "with": "?",
    }


@pytest.mark.parametrize(
    "code",
    [
        "class A extends B {} class B extends A {} probe('x', new A().y);",
        "const a = { b: a.b }; probe('x', a.b.c);",
        "function f() { return g(); } function g() { return f(); } probe('x', f());",
        "probe('x', x" + ".a()" * 50 + ");",
        "const v0 = 1;" + "".join(f"const v{n} = v{n - 1} ?? v{n - 1};" for n in range(1, 60)) + "probe('x', v59);",
    ],
)
def test_rings_and_long_ways_end(code: str) -> None:
    assert probed({"a.ts": f"import 'aws-cdk-lib';{code}"}, "a.ts") == {"x": "?"}


def test_modules_that_import_each_other_end() -> None:
    files = {
        "a.ts": "import 'aws-cdk-lib';\nimport { x } from './b';\nexport { x } from './b';\nprobe('x', x);",
        "b.ts": "export { x } from './a';\nexport * from './b';",
    }
    assert probed(files, "a.ts") == {"x": "?"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A extends Stack {}", True),
        ("class A extends Construct {}", True),
        ("class B extends Stack {} class A extends B {}", True),
        ("class A extends lambda.Function {}", True),
        ("class A extends s3.CfnAccessGrant {}", True),  # an L1 class that is not among the data
        ("class A extends s3.CfnAccessGrantProps {}", False),
        ("class A extends lambda.Runtime {}", False),
        ("class A {}", False),
        ("class A extends Unknown {}", False),
        ("interface A extends IConstruct {}", True),
    ],
)
def test_constructs(code: str, expected: bool) -> None:
    head = """import { Stack } from 'aws-cdk-lib'; import { Construct, IConstruct } from 'constructs';
        import * as lambda from 'aws-cdk-lib/aws-lambda'; import * as s3 from 'aws-cdk-lib/aws-s3';"""
    reader = inference({"a.ts": head + code})
    module = reader.project.module("a.ts")
    assert module is not None
    assert reader.is_construct(module.scope.classes["A"]) is expected
