"""The small tables, their dates, and that reading them costs nothing that was not asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from datetime import date
from importlib import resources

import pytest

from analyzer.data.actions import iam_actions
from analyzer.data.conditions import condition_keys
from analyzer.data.dates import data_dates, data_sources
from analyzer.data.escalations import escalation_paths
from analyzer.data.framework import framework_owned
from analyzer.data.runtime_dates import Runtime, runtimes

OWN = {
    "endpoints",
    "framework_owned",
    "iam_actions",
    "managed_policies",
    "operations",
    "privilege_escalation",
    "public_principal_conditions",
    "runtimes",
    "services",
    "writes",
}


def test_the_manifest_repeats_the_date_of_every_data_file() -> None:
    found = {}
    for path in resources.files("analyzer.data").iterdir():
        if path.name.endswith((".json", ".json.gz")) and path.name != "manifest.json":
            raw = path.read_bytes()
            content = json.loads(zlib.decompressobj(31).decompress(raw) if path.name.endswith(".gz") else raw)
            if "meta" in content:
                found[path.name.partition(".")[0]] = content["meta"]["date"]
    assert dict(data_dates()) == found
    assert set(found) >= OWN


@pytest.mark.parametrize("name", sorted(OWN))
def test_every_data_set_names_its_sources(name: str) -> None:
    date.fromisoformat(data_dates()[name])
    sources = data_sources(name)
    assert {key for source in sources for key, value in source.items() if value} == {
        "name",
        "version",
        "licence",
        "url",
    }
    assert [source["url"] for source in sources if not source["url"].startswith("https://")] == []


def test_sources_of_an_unknown_set() -> None:
    with pytest.raises(KeyError):
        data_sources("../secrets")


def test_runtimes_are_cfn_lints_dates() -> None:
    text = resources.files("cfnlint").joinpath("data/AdditionalSpecs/LmbdRuntimeLifecycle.json").read_text()
    expected = {
        name: tuple(
            facts[key] and date.fromisoformat(facts[key]) for key in ("deprecated", "create-block", "update-block")
        )
        for name, facts in json.loads(text).items()
    }
    found = {name: (entry.deprecated, entry.block_create, entry.block_update) for name, entry in runtimes().items()}
    assert {name: found[name] for name in expected} == expected


def test_runtimes_that_the_api_takes_but_aws_has_not_dated() -> None:
    undated = {name for name, entry in runtimes().items() if entry.deprecated is None}
    assert undated == {"custom", "java8.al2023", "java11.al2023", "java17.al2023", "nodejs26.x", "python3.15"}


def test_one_runtime() -> None:
    assert runtimes()["nodejs18.x"] == Runtime(
        "nodejs18.x", "node", date(2025, 9, 1), date(2027, 2, 1), date(2027, 3, 3), "nodejs24.x"
    )
    assert {name: runtimes()[name].family for name in ("dotnetcore3.1", "provided.al2", "java8.al2", "go1.x")} == {
        "dotnetcore3.1": "dotnet",
        "provided.al2": "provided",
        "java8.al2": "java",
        "go1.x": "go",
    }
    assert "cobol85" not in runtimes()


def test_escalation_paths_name_known_actions_and_services() -> None:
    unknown = {
        action
        for path in escalation_paths()
        for group in path.requires
        for action in group
        if action.split(":")[1].lower() not in getattr(iam_actions(action.split(":")[0]), "actions", {})
    }
    assert unknown == set()
    assert len({path.id for path in escalation_paths()}) == len(escalation_paths())


def test_a_path_that_passes_a_role_says_to_which_service() -> None:
    for path in escalation_paths():
        passes = ("iam:PassRole",) in path.requires
        assert passes == (path.pass_role_to is not None), path.id
        assert path.kind == "new-workload" or not passes, path.id
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com", path.pass_role_to or "a.amazonaws.com")
        assert path.explanation.endswith(".") and path.source.startswith("https://"), path.id


def test_condition_keys_are_lower_case_and_consistent() -> None:
    keys = condition_keys()
    everything = {*keys.narrowing, *keys.always_present, *keys.trivial, *keys.deputy, *keys.resource_variables}
    assert everything == {key.lower() for key in everything}
    assert keys.s3 <= set(keys.narrowing) and keys.deputy <= set(keys.narrowing)
    assert not set(keys.narrowing) & (keys.trivial | keys.always_present)


@pytest.mark.parametrize(
    ("logical_id", "kind", "path", "name", "cause"),
    [
        (
            "CustomS3AutoDeleteObjectsCustomResourceProviderRole3B1BD092",
            "AWS::IAM::Role",
            "App/Custom::S3AutoDeleteObjectsCustomResourceProvider/Role",
            "auto-delete-objects",
            "aws_s3.Bucket.autoDeleteObjects",
        ),
        (
            "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aServiceRoleDefaultPolicyADDA7DEB",
            "AWS::IAM::Policy",
            None,
            "log-retention",
            "aws_lambda.Function.logRetention",
        ),
        (
            "DocumentsNotifications1234ABCD",
            "Custom::S3BucketNotifications",
            "App/Documents/Notifications/Resource",
            "bucket-notifications",
            "aws_s3.Bucket.addEventNotification",
        ),
        (
            "BucketNotificationsHandler050a0587b7544547bf325f094a3db834RoleDefaultPolicy2CF63D36",
            "AWS::IAM::Policy",
            None,
            "bucket-notifications",
            "aws_s3.Bucket.addEventNotification",
        ),
        (
            "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB9B2C2D2A",
            "AWS::Lambda::Function",
            None,
            "bucket-deployment",
            "aws_s3_deployment.BucketDeployment",
        ),
        (
            "CustomVpcRestrictDefaultSGCustomResourceProviderHandlerDC833E5E",
            "AWS::Lambda::Function",
            None,
            "restrict-default-security-group",
            "aws_ec2.Vpc.restrictDefaultSecurityGroup",
        ),
        ("BNotificationsHandlerPolicy9B2034D5", "AWS::IAM::Policy", None, "bucket-notifications", None),
        ("PframeworkonEventServiceRoleA755A076", "AWS::IAM::Role", None, "provider-framework", None),
        (
            "OnEventHandler42BEBAE0",
            "AWS::Lambda::Function",
            "App/@aws-cdk--aws-dynamodb.ReplicaProvider/OnEventHandler/Resource",
            "dynamodb-replica",
            "aws_dynamodb.Table.replicationRegions",
        ),
        ("AWS679f53fac002430cb0da5b7982bd22872D164C4C", "AWS::Lambda::Function", None, "aws-custom-resource", None),
        (
            "MyProviderframeworkonEvent1",
            "AWS::Lambda::Function",
            "App/P/framework-onEvent/Resource",
            "provider-framework",
            None,
        ),
    ],
)
def test_what_cdk_makes_by_itself(logical_id: str, kind: str, path: str | None, name: str, cause: str | None) -> None:
    owned = framework_owned(logical_id, kind, path)
    assert owned is not None and owned.name == name
    assert cause is None or cause in owned.causes


@pytest.mark.parametrize(
    ("logical_id", "kind", "path"),
    [
        ("ProcessorRole1234ABCD", "AWS::IAM::Role", "App/Processor/ServiceRole/Resource"),
        ("LogRetentionPolicy", "AWS::IAM::Policy", "App/LogRetentionPolicy"),
        ("MyCustom", "Custom::MyOwn", "App/MyCustom/Default"),
        ("ACustomResourcePolicy74948202", "AWS::IAM::Policy", "App/A/CustomResourcePolicy/Resource"),
        ("Evaluator", "AWS::Lambda::Function", "App/Evaluator/Resource"),
        ("AWSRole", "AWS::IAM::Role", "App/AWS/Role"),
    ],
)
def test_what_a_person_wrote_is_not_the_frameworks(logical_id: str, kind: str, path: str) -> None:
    assert framework_owned(logical_id, kind, path) is None


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_reads_no_file() -> None:
    watched = (
        "import sys, analyzer.data; opened = []\n"
        "from analyzer.data import store\n"
        "print(store.read_bytes.__module__, 'importlib.resources' in sys.modules, 'zlib' in sys.modules)"
    )
    assert run(watched).split()[1] == "False"


def test_one_managed_policy_unpacks_one_block() -> None:
    code = (
        "import zlib; sizes = []; real = zlib.decompress\n"
        "zlib.decompress = lambda *a: sizes.append(len(found := real(*a))) or found\n"
        "from analyzer.data.managed_policies import managed_policy\n"
        "managed_policy('AdministratorAccess'); managed_policy('AdministratorAccess')\n"
        "print(len(sizes), max(sizes) < 200_000)"
    )
    assert run(code) == "1 True"
