from __future__ import annotations

import pytest

from analyzer.code.cdk_sites import Options, options
from analyzer.code.cdk_tree import Call, Text
from tests.code.cdk_projects import every_site, inference, text_of

HEAD = """
import { Stack, NestedStack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Own } from './own';
"""


def holders(code: str, file: str = "a.ts", head: str = HEAD) -> dict[str, str]:
    """Of each text that begins with ``?``: the construct that it belongs to."""
    files = {
        file: head + code,
        "own.ts": "import { Construct } from 'constructs';\nexport class Own extends Construct {}",
    }
    constructs, found = every_site(files)
    return {
        site.expression.value[1:]: constructs.holder(site)
        for site in found
        if isinstance(site.expression, Text) and site.expression.value.startswith("?")
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new s3.Bucket(app, 'Bucket', { bucketName: '?' });", "Bucket"),
        ("new s3.CfnAccessGrant(app, 'Grant', { x: { y: ['?'] } });", "Grant"),
        ("new Own(app, 'Own', { x: '?' });", "Own"),
        ("new Unknown(app, 'Unknown', { x: '?' });", "Unknown"),
        ("new lib.Unknown(app, 'Unknown', { x: '?' });", "Unknown"),
        ("new Unknown('a', { x: '?' });", "a.ts"),
        ("new s3.Bucket(app, `${name}-bucket`, { x: '?' });", "${name}-bucket"),
        ("new s3.Bucket(app, id, { x: '?' });", "a.ts"),
        ("const bucket = new s3.Bucket(app, id, { x: '?' });", "bucket"),
        ("new Own(app, 'Outer', { role: new iam.Role(app, 'Inner', { description: '?' }) });", "Inner"),
        ("new Own(app, 'Outer', { policy: new iam.PolicyStatement({ sid: '?' }) });", "Outer"),
        ("const statement = new iam.PolicyStatement({ sid: '?' });", "statement"),
        ("const vpc = new ec2.Vpc(app, 'Vpc'); vpc.addFlowLog('Log', { x: '?' });", "Log"),
        ("const vpc = new ec2.Vpc(app, 'Vpc'); vpc.addGatewayEndpoint('S3', {}).addToPolicy('?');", "S3"),
        ("const role = new iam.Role(app, 'Role', {}); role.addToPolicy(new iam.PolicyStatement({ s: '?' }));", "Role"),
        ("const f = new lambda.Function(app, 'F', {}); f.role.addToPolicy('?');", "F"),
        ("const shared = ec2.Vpc.fromLookup(app, 'Shared', {}); shared.addFlowLog(id, '?');", "Shared"),
        ("given.addToPolicy('?');", "a.ts"),
        ("iam.PolicyStatement.fromJson({ Sid: '?' });", "a.ts"),
        ("function build(role) { role.addToPolicy('?'); } build(new iam.Role(app, 'Role', {}));", "Role"),
        ("function build(role) { role.addToPolicy('?'); } build(one); build(two);", "role"),
        ("function build(role) { role.addToPolicy('?'); build(role); }", "role"),
        ("function make() { return new iam.Role(app, 'Made', {}); } make().addToPolicy('?');", "Made"),
        ("class A extends Stack { x() { this.addTransform('?'); } }", "A"),
        ("class A extends Stack { readonly role = new iam.Role(this, 'R', {}); x() { this.role.add('?'); } }", "R"),
        ("class A extends Stack { readonly limits = { most: '?' }; }", "limits"),
        ("class A extends ec2.Vpc { constructor(s, id) { super(s, 'Inner', { vpcName: '?' }); } }", "Inner"),
        ("class A extends ec2.Vpc { constructor(s, id) { super(s, id, { vpcName: '?' }); } }", "A"),
        ("names.forEach((name) => new s3.Bucket(app, 'Each', { x: '?' }));", "Each"),
        ("export default () => '?';", "a.ts"),
    ],
)  # fmt: skip
def test_the_construct_that_an_expression_belongs_to(code: str, expected: str) -> None:
    assert holders(code) == {"": expected}


PYTHON = """
from aws_cdk import Stack, aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda_


class App(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id, description="?class")
        self.vpc = ec2.Vpc(self, "Vpc", vpc_name="?id")
        self.role = iam.Role(self, id="Role", description="?keyword")
        self.handler = self.make()
        self.handler.add_to_role_policy(iam.PolicyStatement(sid="?method"))
        self.vpc.add_gateway_endpoint("S3", service="?endpoint")
        self.grant(self.role, more="?call")
        ec2.Vpc(self, f"{construct_id}Other", vpc_name="?formatted")

    def make(self):
        function = lambda_.Function(self, "Handler")
        return function

    def grant(self, role, more):
        role.add_to_policy(iam.PolicyStatement(sid="?parameter"))
        statement = iam.PolicyStatement(sid="?variable")
"""


def test_in_python() -> None:
    assert holders(PYTHON, "a.py", "") == {
        "class": "App",
        "id": "Vpc",
        "keyword": "Role",
        "method": "Handler",
        "endpoint": "S3",
        "call": "App",
        "formatted": "{construct_id}Other",
        "parameter": "Role",
        "variable": "statement",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f('?'); // why", True),
        ("// why\nf('?');", True),
        ("/* why */\n\nf('?');", False),
        ("f('?');\n// why", False),
        ("// why\ng();\nf('?');", False),
        ("f({\n  // why\n  a: '?',\n});", True),
        ("f({\n  // why\n  b: 1,\n  a: '?',\n});", False),
        ("f({\n  // why\n  a: [\n    g('?'),\n  ],\n});", True),
        ("// why\nexport const a = {\n  b: {\n    c: '?',\n  },\n};", True),
        ("// why\nfunction g() {\n  f('?');\n}", False),
        ("// why\nif (x) {\n  f('?');\n}", False),
        ("class A {\n  // why\n  b = f('?');\n}", True),
        ("f('?'); // eslint-disable-line", False),
    ],
)
def test_where_a_comment_explains(code: str, expected: bool) -> None:
    _, found = every_site({"a.ts": f"import 'aws-cdk-lib';\n{code}"})
    answers = [s.explained() for s in found if isinstance(s.expression, Text) and s.expression.value == "?"]
    assert answers == [expected]


def given(code: str, file: str = "a.ts", **more: str) -> Options:
    """The options of the call of ``probe`` in the code."""
    reader = inference({file: code, **{name.replace("_", "."): text for name, text in more.items()}})
    module = reader.project.module(file)
    assert module is not None
    (call, scope), *_ = [
        (part, scope)
        for scope in module.scope.every()
        for statement in scope.statements
        for part in statement.expressions
        if isinstance(part, Call) and getattr(part.callee, "name", "") == "probe"
    ]
    return options(reader, call.keywords or call.arguments[0], scope)


@pytest.mark.parametrize(
    ("code", "records", "missing"),
    [
        ("probe({ a: true });", ["{a: true}"], []),
        ("const x = { a: true }; const y = x; probe(y);", ["{a: true}"], []),
        ("const x = { a: true }; probe({ b: true, ...x });", ["{b: true, ...x}", "{a: true}"], []),
        ("probe(c ? { a: true } : { b: true });", ["{a: true}", "{b: true}"], []),
        ("probe({ ...(c ? { a: true } : undefined) });", ["{...choice}", "{a: true}"], []),
        ("function f(x) { probe(x); }", [], ["x"]),
        ("probe({ a: true, ...load() });", ["{a: true, ...load()}"], ["load()"]),
        ("let x = { a: true }; x = { b: true }; probe(x);", [], ["x"]),
        ("const x = { ...x }; probe(x);", ["{...x}"], []),
        ("const x = c ? x : x; probe(x);", [], []),
        ("class A { readonly o = { a: true }; m() { probe(this.o); } }", ["{a: true}"], []),
    ],
)
def test_options(code: str, records: list[str], missing: list[str]) -> None:
    found = given(f"import 'aws-cdk-lib';\n{code}")
    assert [text_of(record) for record, _ in found.records] == records
    assert [text_of(expression) for expression in found.missing] == missing


def test_options_from_another_file_and_of_python() -> None:
    found = given(
        "import 'aws-cdk-lib';\nimport { x } from './b';\nprobe({ ...x });", b_ts="export const x = { a: true };"
    )
    assert [text_of(record) for record, _ in found.records] == ["{...x}", "{a: true}"]
    assert found.missing == ()
    python = given("import aws_cdk\nX = {'a': True}\nprobe(b=True, **X)\n", "a.py")
    assert [text_of(record) for record, _ in python.records] == ["{b: true, ...X}", "{a: true}"]


def test_an_option_is_found_by_either_spelling() -> None:
    found = given("import aws_cdk\nprobe(policy_document=1, **{'policyDocument': 2})\n", "a.py")
    entry = found.find("policyDocument")
    assert entry is not None
    assert (entry[0].key, found.find("gone")) == ("policy_document", None)
