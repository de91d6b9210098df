from __future__ import annotations

import pytest

from analyzer.facts.source_decisions import decisions
from tests.facts.source_applications import source

HEAD = "import * as iam from 'aws-cdk-lib/aws-iam';\n"


def decided(code: str, file: str = "a.ts", head: str = HEAD) -> list[str]:
    return [what for decision in decisions(source({file: head + code})) for what in decision.what]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("new iam.PolicyStatement({ actions: ['*'] });", ["uses the wildcard *"]),
        ("new iam.PolicyStatement({ actions: ['s3:*', 's3:Get*'], resources: [arn] });", ["uses the wildcard s3:*"]),
        ("new PolicyStatement({ resources: ['*'] });", ["uses the wildcard *"]),
        ("iam.Grant.addToPrincipal({ grantee, actions: ['x:Y'], resourceArns: ['*'] });", ["uses the wildcard *"]),
        ("statement.addResources('*');", ["uses the wildcard *"]),
        ("statement.addActions('kms:*');", ["uses the wildcard kms:*"]),
        ("statement.addAllResources();", ["covers every resource"]),
        ("statement.addAnyPrincipal();", ["is open to everybody"]),
        ("x = { Effect: 'Allow', Action: 's3:*', Resource: '*' };", ["uses the wildcard s3:*", "uses the wildcard *"]),
        ("x = { Effect: 'Allow', Principal: '*' };", ["is open to everybody (*)"]),
        ("x = { Effect: 'Allow', Principal: { AWS: '*' } };", []),
        ("new iam.ArnPrincipal('*');", ["is open to everybody (*)"]),
        ("new iam.AnyPrincipal();", ["is open to everybody (AnyPrincipal)"]),
        ("new iam.PolicyStatement({ effect: iam.Effect.ALLOW, principals: [new iam.StarPrincipal()] });",
         ["is open to everybody (StarPrincipal)"]),
        ("new CfnPermission(a, 'P', { principal: '*' });", ["is open to everybody (*)"]),
        ("group.addIngressRule(ec2.Peer.anyIpv4(), port);", ["is open to any address (anyIpv4)"]),
        ("new CfnSecurityGroupIngress(a, 'I', { cidrIp: '0.0.0.0/0' });", ["is open to any address (0.0.0.0/0)"]),
        ("ec2.Peer.ipv6('::/0');", ["is open to any address (::/0)"]),
        ("x.connections.allowFromAnyIpv4(port);", ["is open to any address"]),
        ("bucket.grantPublicAccess();", ["grants public access"]),
        ("new Bucket(a, 'B', { publicReadAccess: true });", ["sets publicReadAccess to true"]),
        ("new Vpc(a, 'V', { restrictDefaultSecurityGroup: false });", ["sets restrictDefaultSecurityGroup to false"]),
        ("f({ cors: { allowedOrigins: ['*'] } });", ["allows any origin (*)"]),
        ("f(Cors.ALL_ORIGINS, apigateway.Cors.ALL_ORIGINS);", ["uses Cors.ALL_ORIGINS"]),
        ("f({ authorizationType: AuthorizationType.NONE });", ["uses AuthorizationType.NONE"]),
    ],
)  # fmt: skip
def test_decisions(code: str, expected: list[str]) -> None:
    assert decided(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['*'], principals: [new iam.AnyPrincipal()] });",
        "x = { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' };",
        "new iam.PolicyStatement({ actions: ['s3:Get*'], resources: ['arn:aws:s3:::b/*'] });",
        "new iam.PolicyStatement({ conditions: { StringLike: { 'aws:PrincipalArn': '*' } } });",
        "f('*'); bucket.arnForObjects('*'); x = { resources: ['*'] };",
        "group.addEgressRule(ec2.Peer.anyIpv4(), port); group.addEgressRule(ec2.Peer.ipv4('0.0.0.0/0'), port);",
        "group.connections.allowTo(ec2.Peer.anyIpv4(), port);",
        "new CfnSecurityGroupEgress(a, 'E', { cidrIp: '0.0.0.0/0' });",
        "new CfnRoute(a, 'R', { destinationCidrBlock: '0.0.0.0/0' });",
        "new Bucket(a, 'B', { publicReadAccess: false, enforceSSL: true, versioned: false });",
        "f(Other.NONE, AuthorizationType.IAM);",
        "// new iam.AnyPrincipal()\nx = 'new iam.AnyPrincipal()';",
        "f({ description: `actions: ['*']` });",
    ],
)
def test_what_is_none(code: str) -> None:
    assert decided(code) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("iam.PolicyStatement(actions=['*'], resources=['*'])", ["uses the wildcard *"]),
        ("iam.PolicyStatement(effect=iam.Effect.DENY, actions=['*'])", []),
        ("group.add_ingress_rule(ec2.Peer.any_ipv4(), port)", ["is open to any address (any_ipv4)"]),
        ("group.add_egress_rule(ec2.Peer.any_ipv4(), port)", []),
        ("f(publicly_accessible=True, storage_encrypted=False)",
         ["sets publicly_accessible to true", "sets storage_encrypted to false"]),
        ("s3.Bucket(a, 'B', enforce_ssl=False)", ["sets enforce_ssl to false"]),
        ("statement.add_all_resources()", ["covers every resource"]),
        ("iam.PolicyStatement.from_json({'Effect': 'Allow', 'Action': '*'})", ["uses the wildcard *"]),
    ],
)  # fmt: skip
def test_decisions_in_python(code: str, expected: list[str]) -> None:
    assert decided(code, "a.py", "from aws_cdk import aws_iam as iam\n") == expected


def test_one_line_is_one_decision_and_one_comment_explains_it() -> None:
    code = """
        from aws_cdk import aws_iam as iam
        iam.PolicyStatement(actions=["*"], principals=[iam.AnyPrincipal()])
        iam.PolicyStatement(actions=["*"])  # because
        iam.PolicyStatement(
            # because
            actions=["*"],
            resources=["*"],
        )
    """
    found = [(d.subject.place.place.line, d.what, d.explained) for d in decisions(source({"a.py": code}))]
    assert found == [
        (3, ("uses the wildcard *", "is open to everybody (AnyPrincipal)"), False),
        (4, ("uses the wildcard *",), True),
        (7, ("uses the wildcard *",), True),
        (8, ("uses the wildcard *",), False),
    ]


def test_tests_decide_nothing() -> None:
    code = "import { Template } from 'aws-cdk-lib/assertions';\nx = { Effect: 'Allow', Action: '*' };"
    assert list(decisions(source({"test/a.ts": code, "lib/a.test.ts": code}))) == []
