"""Packages of Node.js and Python: what is one, where it lies, what runtimes hold, what manifests ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.code.program import Import
from analyzer.facts import node_packages, python_packages
from analyzer.facts.ecosystem import Manifest
from tests.facts.function_parts import imported, tree

# --- which import is a package ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("aws-sdk", "aws-sdk"),
        ("aws-sdk/clients/s3", "aws-sdk"),
        ("@aws-sdk/client-s3", "@aws-sdk/client-s3"),
        ("@scope/name/deep/file", "@scope/name"),
        ("/opt/nodejs/shared", "/opt/nodejs/shared"),
        ("fs", None),
        ("fs/promises", None),
        ("node:test", None),
        ("./lib", None),
        ("..", None),
        ("#internal", None),
        ("/var/runtime/x", None),
        ("lib/settings", None),  # NODE_PATH ends with the task's root
        ("lib/other", "lib"),
    ],
)
def test_a_module_of_node_is_a_package_or_not(module: str, package: str | None) -> None:
    files = tree(**{"lib/settings.js": "", "index.js": ""})
    assert node_packages.package_of(imported(module), files) == package


@pytest.mark.parametrize("entry", [imported("aws-sdk", kind="type"), imported("x", resolved="x.js")])
def test_what_is_erased_or_local_is_no_package(entry: Import) -> None:
    assert node_packages.package_of(entry, tree()) is None
    assert python_packages.package_of(entry, tree()) is None


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("yaml", "yaml"),
        ("google.cloud.storage", "google"),
        ("os.path", None),
        ("zoneinfo", None),
        (".helpers", None),
        ("..", None),
        ("__future__", None),
        ("distutils.util", "distutils"),  # some runtimes have it
        ("boto3", "boto3"),
    ],
)
def test_a_module_of_python_is_a_package_or_not(module: str, package: str | None) -> None:
    assert python_packages.package_of(imported(module, kind="import"), tree()) == package


# --- where packages lie ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "held"),
    [
        ("node_modules/got/package.json", True),
        ("jobs/node_modules/got/package.json", True),
        ("jobs/deep/node_modules/got/index.mjs", True),
        ("node_modules/got/dist/source/index.js", True),
        ("other/node_modules/got/package.json", False),
        ("node_modules/got-cli/package.json", False),
        ("node_modules/x/node_modules/got/package.json", False),
    ],
)
def test_node_looks_beside_and_above_the_importing_file(file: str, held: bool) -> None:
    assert node_packages.holds(tree(**{file: "{}"}), "jobs/deep/run.js", "got") is held


@pytest.mark.parametrize(
    ("file", "package", "held"),
    [
        ("nodejs/node_modules/got/package.json", "got", True),
        ("nodejs/node22/node_modules/got/package.json", "got", True),
        ("nodejs/got/package.json", "got", False),
        ("nodejs/shared.js", "/opt/nodejs/shared", True),
        ("nodejs/shared/index.js", "/opt/nodejs/shared", True),
        ("nodejs/share.js", "/opt/nodejs/shared", False),
    ],
)
def test_a_layer_of_node_has_its_folders(file: str, package: str, held: bool) -> None:
    assert node_packages.layer_holds(tree(**{file: "{}"}), package) is held


@pytest.mark.parametrize(
    ("file", "held"),
    [
        ("yaml/__init__.py", True),
        ("yaml.py", True),
        ("yaml.cpython-313-x86_64-linux-gnu.so", True),
        ("vendor/yaml/__init__.py", True),
        ("lib/yaml.py", True),
        ("yamllint/__init__.py", False),
        ("PyYAML-6.0.dist-info/METADATA", False),
    ],
)
def test_python_looks_at_the_top_and_in_folders_that_code_may_add(file: str, held: bool) -> None:
    assert python_packages.holds(tree(**{file: ""}), "app.py", "yaml") is held


@pytest.mark.parametrize(
    ("runtime", "package", "held"),
    [
        ("nodejs16.x", "aws-sdk", True),
        ("nodejs18.x", "aws-sdk", False),
        ("nodejs", "aws-sdk", True),
        ("nodejs4.3-edge", "aws-sdk", True),
        ("nodejs18.x", "@aws-sdk/client-s3", True),
        ("nodejs22.x", "@smithy/util-retry", True),
        ("nodejs16.x", "@aws-sdk/client-s3", False),
        ("nodejs22.x", "uuid", False),
        ("python3.13", "@aws-sdk/client-s3", False),
    ],
)
def test_what_the_runtimes_of_node_hold(runtime: str, package: str, held: bool) -> None:
    assert node_packages.runtime_holds(runtime, package) is held


@pytest.mark.parametrize(
    ("runtime", "package", "held"),
    [
        ("python3.13", "boto3", True),
        ("python3.13", "urllib3", True),
        ("python3.13", "requests", False),
        ("python3.13", "aws_durable_execution_sdk_python", True),
        ("python3.12", "aws_durable_execution_sdk_python", False),
        ("python3.11", "distutils", True),
        ("python3.12", "distutils", False),
        ("python3.12", "cgi", True),
        ("python3.13", "cgi", False),
        ("python3.11", "pkg_resources", True),
        ("python3.12", "setuptools", False),
        ("nodejs22.x", "boto3", False),
    ],
)
def test_what_the_runtimes_of_python_hold(runtime: str, package: str, held: bool) -> None:
    assert python_packages.runtime_holds(runtime, package) is held


# --- manifests -----------------------------------------------------------------------------------------------------


def node_manifest(bundled: bool = False, **files: Any) -> Manifest | None:
    content = {name.replace("_", "-") + ".json": json.dumps(value) for name, value in files.items()}
    return node_packages.manifest_of(tree(**content), bundled=bundled)


def test_only_what_is_deployed_counts_unless_a_bundler_takes_it() -> None:
    package = {"dependencies": {"a": "1"}, "optionalDependencies": {"b": "1"}, "devDependencies": {"c": "1"}}
    assert node_manifest(package=package) == Manifest("package.json", frozenset("ab"), closed=False)
    assert node_manifest(True, package=package) == Manifest("package.json", frozenset("abc"), closed=False)


def test_a_lock_file_names_the_dependencies_of_dependencies() -> None:
    new = {
        "packages": {"": {}, "node_modules/a": {}, "node_modules/d": {"dev": True}, "node_modules/a/node_modules/e": {}}
    }
    old = {"dependencies": {"a": {"dependencies": {"e": {}}}, "f": {}, "d": {"dev": True}}}
    asked = {"dependencies": {"a": "1"}}
    assert node_manifest(package=asked, package_lock=new) == Manifest("package.json", frozenset("a"), closed=True)
    assert node_manifest(package=asked, npm_shrinkwrap=old) == Manifest("package.json", frozenset("af"), closed=True)


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', "[" * 5000])
def test_what_is_no_manifest_says_nothing(text: str) -> None:
    assert node_packages.manifest_of(tree(**{"package.json": text}), bundled=False) is None


@pytest.mark.parametrize("sections", [{"dependencies": []}, {"dependencies": None}, {}])
def test_a_manifest_without_dependencies_is_closed(sections: dict[str, Any]) -> None:
    assert node_manifest(package=sections) == Manifest("package.json", frozenset(), closed=True)


REQUIREMENTS = """
# PyMongo
--index-url https://packages.example.com
-r more/base.txt
PyJWT[crypto]>=2 ; python_version >= "3.9"
psycopg2-binary==2.9.9 \\
    --hash=sha256:00
git+https://example.com/house.git#egg=house_rules
requests==2.32.0 # and what it brings
"""


def test_requirements_are_read_with_what_they_include() -> None:
    files = tree(
        **{"requirements.txt": REQUIREMENTS, "more/base.txt": "Pillow\n-r requirements.txt\n-r requirements.txt"}
    )
    brought = {"certifi", "chardet", "charset_normalizer", "idna", "urllib3", "cryptography"}
    names = {"pyjwt", "psycopg2_binary", "house_rules", "requests", "pillow"} | brought
    expected = Manifest("requirements.txt", frozenset(names), closed=False)
    assert python_packages.manifest_of(files, bundled=False) == expected


@pytest.mark.parametrize("line", ["./wheels/house.whl", "https://example.com/house.zip", "-e ./house"])
def test_a_requirement_by_place_hides_its_name(line: str) -> None:
    found = python_packages.manifest_of(tree(**{"requirements.txt": f"{line}\n"}), bundled=False)
    assert found == Manifest("requirements.txt", frozenset(), closed=False, opaque=True)


@pytest.mark.parametrize(
    ("requirement", "package", "declared"),
    [
        ("PyYAML", "yaml", True),
        ("python-dateutil", "dateutil", True),
        ("opensearch-py", "opensearchpy", True),
        ("opensearch-py", "opensearch", True),
        ("Pillow", "PIL", True),
        ("stackproof", "analyzer", True),
        ("stackproof @ git+https://git.example.com/stackproof@v0.1.0", "analyzer", True),
        ("scikit-learn", "sklearn", True),
        ("google-cloud-storage", "google", True),
        ("beautifulsoup4", "bs4", True),
        ("aws_lambda_powertools", "aws_lambda_powertools", True),
        ("pandas", "numpy", True),
        ("aurora-dsql-python-connector", "aurora_dsql_psycopg2", True),
        ("requests", "yaml", False),
        ("python-json-logger", "json_tools", False),
        ("jsonschema", "json_schema", False),
        ("pyyaml-env-tag", "yaml", False),
    ],
)
def test_a_requirement_is_known_by_what_it_is_imported_as(requirement: str, package: str, declared: bool) -> None:
    manifest = python_packages.manifest_of(tree(**{"requirements.txt": requirement}), bundled=False)
    assert manifest is not None
    assert python_packages.declares(manifest, package) is declared


def test_requirements_that_include_each_other_end() -> None:
    files = {f"r{i}.txt": f"-r r{i + 1}.txt\np{i}" for i in range(40)}
    found = python_packages.manifest_of(tree(**{"requirements.txt": "-r r0.txt", **files}), bundled=False)
    assert found == Manifest("requirements.txt", frozenset(f"p{i}" for i in range(7)), closed=False)
