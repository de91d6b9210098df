from __future__ import annotations

import json

import pytest

from analyzer.facts.source_packages import folders_above, source_packages
from tests.facts.source_applications import source


def judged(files: dict[str, str]) -> dict[str, bool | None]:
    return {found.package: found.declared for found in source_packages(source(files))}


def node(manifest: object, code: str, **more: str) -> dict[str, bool | None]:
    files = {"package.json": json.dumps(manifest), "a.ts": f"import 'aws-cdk-lib';\n{code}", **more}
    return {name: declared for name, declared in judged(files).items() if name != "aws-cdk-lib"}


@pytest.mark.parametrize(
    ("manifest", "code", "expected"),
    [
        ({"dependencies": {"x": "1"}}, "import 'x';", {"x": True}),
        ({"devDependencies": {"x": "1"}}, "import 'x/deep';", {"x": True}),
        ({"peerDependencies": {"@a/x": "1"}}, "import '@a/x/deep';", {"@a/x": True}),
        ({"optionalDependencies": {"x": "1"}}, "const x = require('x');", {"x": True}),
        ({"name": "@bank/app"}, "import '@bank/app/lib';", {"@bank/app": True}),
        ({}, "import 'x';", {"x": False}),
        ({}, "import type { T } from 'x';", {}),
        ({}, "import fs from 'fs'; import 'node:path'; import 'https://x/y'; import '#own';", {}),
        ({}, "try { require('x'); } catch {}", {}),
        ({}, "const x = await import('x');", {"x": False}),
        ({"dependencies": ["x"]}, "import 'x';", {"x": False}),
    ],
)
def test_node(manifest: object, code: str, expected: dict[str, bool | None]) -> None:
    assert node(manifest, code) == expected


def test_what_a_lock_file_or_a_folder_holds_is_there() -> None:
    lock = json.dumps({"packages": {"": {}, "node_modules/x": {}, "node_modules/x/node_modules/@a/y": {}}})
    code = "import 'x'; import '@a/y'; import 'z';"
    assert node({}, code, **{"package-lock.json": lock}) == {"x": True, "@a/y": True, "z": False}
    assert node({}, code, **{"node_modules/z/package.json": "{}"}) == {"x": False, "@a/y": False, "z": True}


def test_manifests_above_count_and_those_beside_do_not() -> None:
    files = {
        "package.json": '{"dependencies": {"aws-cdk-lib": "2", "x": "1"}}',
        "infra/app.ts": "import 'aws-cdk-lib';\nimport 'x';\nimport 'y';",
        "web/package.json": '{"dependencies": {"y": "1"}}',
    }
    assert judged(files) == {"aws-cdk-lib": True, "x": True, "y": False}


@pytest.mark.parametrize("manifest", [None, "{", "[]"])
def test_without_a_manifest_nothing_is_known(manifest: str | None) -> None:
    files = {"a.ts": "import 'aws-cdk-lib';", **({} if manifest is None else {"package.json": manifest})}
    (found,) = source_packages(source(files))
    assert (found.declared, found.needs) == (None, "a package.json beside the source")


@pytest.mark.parametrize(
    ("beside", "alone"),
    [({}, False), ({"yarn.lock": ""}, True), ({".git/HEAD": ""}, True), ({"lib/yarn.lock": ""}, False)],
)
def test_a_workspace_further_up_may_install_more(beside: dict[str, str], alone: bool) -> None:
    (found,) = source_packages(source({"package.json": "{}", "a.ts": "import 'aws-cdk-lib';", **beside}))
    assert (found.declared, found.alone) == (False, alone)


def python(code: str, **manifests: str) -> dict[str, bool | None]:
    files = {"stacks/a.py": f"import aws_cdk\n{code}", **{k.replace("__", "/"): v for k, v in manifests.items()}}
    return {name: declared for name, declared in judged(files).items() if name != "aws_cdk"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("requirements.txt", "requests>=2 ; python_version > '3'  # why\n"),
        ("requirements-dev.txt", "requests[socks]==2.0 \\\n  --hash=sha256:1\n"),
        ("dev-requirements.in", "Requests\n"),
        ("requirements/base.txt", "requests @ git+https://example.com/requests\n"),
        ("stacks/requirements.txt", "requests\n"),
        ("pyproject.toml", '[project]\nname = "a"\ndependencies = ["requests>=2"]\n'),
        ("pyproject.toml", '[project.optional-dependencies]\ndev = ["requests"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["requests", {include-group = "x"}]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nrequests = "^2"\n'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\nrequests = "^2"\n'),
        ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["requests"]\n'),
        ("Pipfile", '[packages]\nrequests = "*"\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    requests>=2\n"),
        ("setup.cfg", "[options]\n[options.extras_require]\ndev = requests\n"),
        ("setup.py", "setup(install_requires=['requests>=2'])\n"),
        ("setup.py", "setup(install_requires=['x'], extras_require={'dev': ['requests']})\n"),
        ("poetry.lock", '[[package]]\nname = "requests"\nversion = "2"\n'),
        ("uv.lock", '[[package]]\nname = "requests"\n'),
    ],
)
def test_manifests_of_python(file: str, text: str) -> None:
    assert python("import requests, idna_missing\n", **{file.replace("/", "__"): text}) == {
        "requests": True,
        "idna_missing": False,
    }


@pytest.mark.parametrize(
    ("file", "text", "needs"),
    [
        ("notes.txt", "requests\n", "a requirements.txt or pyproject.toml beside the source"),
        (
            "pyproject.toml",
            "[tool.black]\nline-length = 120\n",
            "a requirements.txt or pyproject.toml beside the source",
        ),
        ("setup.cfg", "[flake8]\nmax-line-length = 120\n", "a requirements.txt or pyproject.toml beside the source"),
        ("requirements.txt", "git+https://example.com/x\n", "what requirements.txt installs"),
        ("setup.py", "setup(install_requires=read())\n", "what setup.py installs"),
        ("setup.py", "setup(\n", "what setup.py installs"),
        ("environment.yml", "dependencies: [x]\n", "what environment.yml installs"),
    ],
)
def test_what_is_not_known_of_python(file: str, text: str, needs: str) -> None:
    (found,) = source_packages(source({"a.py": "from aws_cdk import App\n", file: text}))
    assert (found.declared, found.needs) == (None, needs)


def test_packages_of_python_that_come_with_others_or_under_another_name() -> None:
    code = """
import os, sys, distutils
import constructs, jsii, typing_extensions, yaml, dateutil
from . import own
from aws_cdk import aws_s3, aws_lambda_python_alpha
import aws_cdk.aws_glue_alpha
if TYPE_CHECKING:
    import pandas
"""
    found = python(code, **{"requirements.txt": "aws-cdk-lib\nPyYAML\naws-cdk.aws-glue-alpha\n", "stacks__own.py": ""})
    assert found == {
        "constructs": True,
        "jsii": True,
        "typing_extensions": True,
        "yaml": True,
        "dateutil": True,
        "aws-cdk.aws-lambda-python-alpha": False,
        "aws-cdk.aws-glue-alpha": True,
    }


def test_tests_may_import_what_they_like() -> None:
    files = {"package.json": "{}", "test/a.ts": "import 'aws-cdk-lib';", "tests/a.py": "import aws_cdk\n"}
    assert judged(files) == {}


def test_folders() -> None:
    assert list(folders_above("a/b/c.ts")) == ["a/b", "a", ""]
    assert list(folders_above("c.ts")) == [""]
