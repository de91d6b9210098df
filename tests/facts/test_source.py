from __future__ import annotations

import pytest

from analyzer.facts.source import Keys, Source, is_test
from analyzer.facts.source_documents import documented_things
from analyzer.facts.source_endpoints import endpoint_calls, feature_flag, vpcs
from analyzer.facts.source_names import imported_names
from analyzer.facts.source_namespaces import namespace_uses
from tests.facts.source_applications import source
from tests.stacks import application


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("test/stack.ts", True),
        ("lib/__tests__/stack.ts", True),
        ("lib/stack.test.ts", True),
        ("lib/stack.spec.js", True),
        ("tests/unit/app.py", True),
        ("test_app.py", True),
        ("app_test.py", True),
        ("conftest.py", True),
        ("lib/testing/stack.ts", False),
        ("lib/latest.ts", False),
        ("contest.py", False),
    ],
)
def test_tests_are_known_by_name(file: str, expected: bool) -> None:
    assert is_test(file) is expected


def test_an_application_without_source_has_nothing() -> None:
    empty = Source(application({"Resources": {}}))
    assert (empty.modules, empty.imports, empty.sites, empty.unread, empty.configuration) == ((), (), (), (), None)


def test_keys_tell_findings_apart_without_a_line() -> None:
    app = source({"a.ts": "import 'aws-cdk-lib';"})
    (subject,) = [found.subject for found in app.imports]
    keys = Keys()
    assert [keys.key(subject, text) for text in ("x", "x", "y", "x")] == ["a.ts x", "a.ts x #2", "a.ts y", "a.ts x #3"]


def test_what_an_import_must_bring() -> None:
    app = source(
        {
            "a.ts": "import 'aws-cdk-lib';\nimport type { T } from './t';\ntry { require('./o'); } catch {}",
            "b.py": """
                import aws_cdk
                if TYPE_CHECKING:
                    from .t import T
                try:
                    import o
                except ImportError:
                    o = 1
            """,
        }
    )
    needed = {(found.module.file, found.entry.module): found.needed for found in app.imports}
    assert needed == {
        ("a.ts", "aws-cdk-lib"): True,
        ("a.ts", "./t"): True,
        ("a.ts", "./o"): False,
        ("b.py", "aws_cdk"): True,
        ("b.py", ".t"): False,
        ("b.py", "o"): False,
    }


def test_files_that_cannot_be_read() -> None:
    app = source({"a.ts": "import 'aws-cdk-lib';\nclass {", "b.ts": "import 'aws-cdk-lib';"})
    assert [(file.subject.logical_id, file.needs) for file in app.unread] == [
        ("a.ts", "source that can be read: a.ts cannot be parsed (line 2)")
    ]
    assert [module.file for module in app.modules] == ["b.ts"]


def test_members_of_modules() -> None:
    app = source(
        {
            "app.py": """
                import aws_cdk
                import stacks.network as net
                import stacks.storage
                from stacks import api, network
                net.Gone
                network.NetworkStack
                api.Gone.inner
                stacks.network.Anything

                def build(network):
                    return network.Gone
            """,
            "stacks/__init__.py": "",
            "stacks/network.py": "class NetworkStack: ...\n",
            "stacks/storage.py": "",
            "stacks/api.py": "",
        }
    )
    missing = [(found.subject.logical_id, found.missing) for found in imported_names(app) if found.missing]
    assert missing == [("stacks.network", ("Gone",)), ("stacks", ("Gone",))]


ENDPOINTS = {
    "a.ts": """
        import * as ec2 from 'aws-cdk-lib/aws-ec2';
        class Mine { addGatewayEndpoint(id, options) {} }
        new Mine().addGatewayEndpoint('Mine', { policyDocument: 1 });
        const vpc = new ec2.Vpc(app, 'V');
        vpc.addGatewayEndpoint('Fresh', { policyDocument: 1 });
        vpc.addGatewayEndpoint('Cast', { policyDocument: 1 } as ec2.GatewayVpcEndpointOptions);
        vpc.addGatewayEndpoint('Spread', { ...{ policyDocument: 1 } });
        vpc.addGatewayEndpoint('None', {});
        vpc.addGatewayEndpoint('Few');
        new ec2.GatewayVpcEndpoint(app, 'Made', { vpc, policyDocument: 1 });
        other.addInterfaceEndpoint('Guessed', given);
        other.add_interface_endpoint('Python', { policyDocument: 1 });
        new ec2.CfnVPCEndpoint(app, 'L1', { policyDocument: 1 });
        new ec2.Vpc(app, 'Gateways', { gatewayEndpoints: { S3: { policyDocument: 1 }, Db: {} } });
    """,
    "b.py": """
        from aws_cdk import aws_ec2 as ec2
        vpc = ec2.Vpc(app, "V")
        vpc.add_gateway_endpoint("Keyword", policy_document=1)
        vpc.add_gateway_endpoint("Known", **{"policy_document": 1})
        vpc.add_gateway_endpoint("Unknown", **given)
        vpc.addGatewayEndpoint("TypeScript", policyDocument=1)
        ec2.Vpc(app, "Structs", gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(policy_document=1)})
    """,
}


def test_endpoints() -> None:
    found = {
        call.subject.logical_id: (call.what, call.policy is not None, call.effect, call.known, bool(call.unseen))
        for call in endpoint_calls(source(ENDPOINTS))
    }
    assert found == {
        "Fresh": ("addGatewayEndpoint", True, "refused", True, False),
        "Cast": ("addGatewayEndpoint", True, "ignored", True, False),
        "Spread": ("addGatewayEndpoint", True, "ignored", True, False),
        "None": ("addGatewayEndpoint", False, "ignored", True, False),
        "Few": ("addGatewayEndpoint", False, "ignored", True, False),
        "Made": ("GatewayVpcEndpoint", True, "refused", True, False),
        "Guessed": ("addInterfaceEndpoint", False, "ignored", False, True),
        "Keyword": ("add_gateway_endpoint", True, "raises", True, False),
        "Known": ("add_gateway_endpoint", True, "raises", True, False),
        "Unknown": ("add_gateway_endpoint", False, "raises", True, True),
        "Gateways": ("gatewayEndpoints", True, "refused", True, False),
        "Structs": ("gateway_endpoints", True, "raises", True, False),
    }


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ('{"context": {"@aws-cdk/x": true}}', True),
        ('{"context": {"@aws-cdk/x": "true"}}', True),
        ('{"context": {"@aws-cdk/x": false}}', False),
        ('{"context": {}}', False),
        ('{"context": []}', False),
        ("[]", None),
        ("{", None),
    ],
)
def test_feature_flags(configuration: str, expected: bool | None) -> None:
    assert feature_flag(source({"cdk.json": configuration}), "@aws-cdk/x") is expected


def test_vpcs() -> None:
    app = source(
        {
            "a.ts": """
                import { Vpc } from 'aws-cdk-lib/aws-ec2';
                const off = false;
                class Mine extends Vpc { constructor(s, id) { super(s, id, { restrictDefaultSecurityGroup: off }); } }
                new Vpc(app, 'Open', { restrictDefaultSecurityGroup: off });
                new Vpc(app, 'Closed', { restrictDefaultSecurityGroup: true });
                new Vpc(app, 'Asked', { restrictDefaultSecurityGroup: given });
                new Vpc(app, 'Given', given);
                new Vpc(app, 'Default');
                new Mine(app, 'Mine');
                Vpc.fromLookup(app, 'Shared', {});
            """,
            "cdk.json": "{}",
        }
    )
    assert {vpc.subject.logical_id: (vpc.restricts, vpc.needs) for vpc in vpcs(app)} == {
        "Open": (False, ""),
        "Closed": (True, ""),
        "Asked": (None, "the value of restrictDefaultSecurityGroup of Asked"),
        "Given": (None, "the options of Given"),
        "Default": (False, ""),
        "Mine": (False, ""),
    }


def test_namespaces() -> None:
    app = source(
        {
            "a.ts": """
                import * as cdk from 'aws-cdk-lib';
                import lib from 'aws-cdk-lib';
                import * as own from './own';
                import * as bare from './bare';
                import * as core from '@aws-cdk/core';
                cdk.aws_iam.Role; cdk.aws_iam.Policy;
                lib.aws_iam.Role;
                own.aws_iam.Role;
                bare.aws_iam.Role;
                core.aws_iam.Role;
                gone.aws_iam.Role;
                const local = load(); local.aws_iam.Role;
                this.aws_iam.Role;
            """,
            "b.py": "from parts import *\nimport aws_cdk\ncdk.aws_iam.Role\n",
            "own.ts": "export { aws_iam } from 'aws-cdk-lib';",
            "bare.ts": "export const x = 1;",
        }
    )
    assert [(use.text, use.module, use.works) for use in namespace_uses(app)] == [
        ("cdk.aws_iam.Role", "aws-cdk-lib", True),
        ("lib.aws_iam.Role", "aws-cdk-lib", True),
        ("own.aws_iam.Role", "./own", True),
        ("bare.aws_iam.Role", "./bare", False),
        ("core.aws_iam.Role", "@aws-cdk/core", False),
        ("gone.aws_iam.Role", "", False),
        ("cdk.aws_iam.Role", "parts", None),
    ]


def test_documented_things() -> None:
    app = source(
        {
            "a.py": """
                'Doc.'
                import aws_cdk as cdk
                class A(cdk.Stack):
                    'Doc.'
                class B(A): ...
                class C: ...
            """,
            "b.py": "from a import B\nimport constructs\nclass D(B): ...\n",
            "plain.py": "class E: ...\n",
            "test_a.py": "import aws_cdk\nclass F(aws_cdk.Stack): ...\n",
        }
    )
    found = [(thing.kind, thing.subject.logical_id, thing.documented) for thing in documented_things(app)]
    assert found == [
        ("class", "A", True),
        ("class", "B", False),
        ("module", "A", True),
        ("class", "D", False),
        ("module", "D", False),
    ]
