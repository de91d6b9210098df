from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analyzer.sources.cdk_source import app_folder, imports_cdk, is_source_name, originals
from analyzer.sources.discovery import discover
from analyzer.sources.folder_tree import MemoryTree
from tests.sources.folders import BUCKET, assembly, write

TS = "import { Stack } from 'aws-cdk-lib';\n"
PY = "from aws_cdk import Stack\n"


@pytest.mark.parametrize(
    "code",
    [
        "import * as cdk from 'aws-cdk-lib';",
        'import { Bucket } from "aws-cdk-lib/aws-s3"',
        "import * as core from '@aws-cdk/core';",
        "import type { Construct } from 'constructs'",
        "import {\n  Stack,\n  App } from 'aws-cdk-lib'",
        "const cdk = require('aws-cdk-lib');",
        'const {x}=require( "aws-cdk-lib/core" )',
        "const c = await import('constructs')",
        "import 'aws-cdk-lib/x'",
        'export * from "@aws-cdk/aws-s3"',
        "import cdk = require('aws-cdk-lib')",
    ],
)
def test_javascript_that_imports_the_cdk(code: str) -> None:
    assert imports_cdk("a.ts", code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "import { S3 } from 'aws-sdk';",
        "const x = 'aws-cdk-lib'",
        "import x from './constructs'",
        "import x from 'constructs-hub'",
        "import x from 'my-aws-cdk-lib'",
        "import x from 'aws-cdk-lib-tools'",
        "this constructs a thing",
        "",
    ],
)
def test_javascript_that_does_not(code: str) -> None:
    assert not imports_cdk("a.ts", code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "import aws_cdk as cdk",
        "from aws_cdk import Stack",
        "from aws_cdk.aws_s3 import Bucket",
        "from constructs import Construct",
        "import os, aws_cdk",
        "import aws_cdk.aws_s3 as s3",
        "if True:\n    from aws_cdk import App",
        "x = 1\r\nimport constructs\r\n",
    ],
)
def test_python_that_imports_the_cdk(code: str) -> None:
    assert imports_cdk("a.py", code.encode())


@pytest.mark.parametrize(
    "code",
    [
        "import boto3",
        "# from aws_cdk import Stack",
        "x = 'import aws_cdk'",
        "from .constructs import X",
        "import aws_cdk_x",
    ],
)
def test_python_that_does_not(code: str) -> None:
    assert not imports_cdk("a.py", code.encode())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.py", b"aws_cdk\nimport " + b" " * 1_000_000 + b"x"),
        ("a.py", b"aws_cdk\nimport a" + b", " * 500_000 + b"x"),
        ("a.ts", b"constructs from" + b" " * 1_000_000 + b"x"),
        ("a.ts", b"constructs " + b"require(" * 100_000),
    ],
)
def test_hostile_source_takes_no_time(name: str, code: bytes) -> None:
    assert not imports_cdk(name, code)


def test_source_names() -> None:
    names = ("a.ts", "a.tsx", "a.js", "a.mjs", "a.cjs", "a.py")
    assert [name for name in names if is_source_name(name)] == list(names)
    assert [name for name in ("a.d.ts", "a.min.js", "a.java", "a.json", "ts") if is_source_name(name)] == []


def test_compiled_javascript_is_not_judged_beside_its_source() -> None:
    mark = b'Object.defineProperty(exports, "__esModule", { value: true });'
    files = {
        "lib/a.ts": b"",
        "lib/a.js": b"",
        "dist/lib/a.js": mark,
        "tools/a.js": b"by hand",
        "lib/b.js": mark,
        "lib/c.py": b"",
        "ui/d.tsx": b"",
        "ui/d.mjs": b"",
    }
    kept = ["lib/a.ts", "lib/b.js", "lib/c.py", "tools/a.js", "ui/d.tsx"]
    assert originals(sorted(files), MemoryTree(files, "")) == kept


def test_the_folder_of_an_application(tmp_path: Path) -> None:
    root = write(tmp_path, {"repo/.git/HEAD": "", "repo/a/cdk.json": "{}", "repo/a/lib/x/y.ts": "", "repo/b/z.ts": ""})
    write(tmp_path, {"cdk.json": "{}"})
    repo = root.resolve() / "repo"
    assert app_folder(repo / "a" / "lib" / "x", repo) == repo / "a"
    assert app_folder(repo / "a", repo) == repo / "a"
    # The search ends at the top of the repository and at the working directory.
    assert app_folder(repo / "b", tmp_path / "elsewhere") is None
    assert app_folder(repo / "b", repo) is None


def outline(root: Path, files: dict[str, Any], *paths: str) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    found = discover(paths or ["."], cwd=write(root, files))
    assert found.errors == ()
    return [
        (each.kind, each.path, each.source_root.display if each.source_root else None, each.cdk_files)
        for each in found.applications
    ]


APP = {
    "cdk.json": "{}",
    "bin/app.ts": TS,
    "lib/stack.ts": TS,
    "lib/stack.js": TS,
    "lib/plain.ts": "export const x = 1",
    "lib/stack.d.ts": TS,
    "node_modules/x/index.js": TS,
    "cdk.out/manifest.json": assembly({"S": {}}),
    "cdk.out/S.template.json": BUCKET,
    "cdk.out/asset.1/index.js": TS,
}
FILES = ("bin/app.ts", "lib/stack.ts")


@pytest.mark.parametrize("paths", [["."], ["cdk.out"], ["cdk.out", "lib/stack.ts"]])
def test_an_assembly_with_its_source(tmp_path: Path, paths: list[str]) -> None:
    assert outline(tmp_path, APP, *paths) == [("cloud-assembly", "cdk.out", ".", FILES)]


def test_source_without_an_assembly(tmp_path: Path) -> None:
    files = {name: content for name, content in APP.items() if not name.startswith("cdk.out")}
    assert outline(tmp_path, files) == [("cdk-source", ".", ".", FILES)]


def test_source_files_by_name(tmp_path: Path) -> None:
    files = {"app/cdk.json": "{}", "app/lib/a.ts": TS, "app/lib/b.ts": TS, "loose/c.py": PY}
    assert outline(tmp_path, files, "app/lib/a.ts", "loose/c.py") == [
        ("cdk-source", "app/lib/a.ts", "app", ("lib/a.ts",)),
        ("cdk-source", "loose/c.py", "loose", ("c.py",)),
    ]


def test_an_assembly_without_a_cdk_json_belongs_to_the_source_beside_it(tmp_path: Path) -> None:
    files = {name: content for name, content in APP.items() if name not in ("cdk.json", "bin/app.ts")}
    assert outline(tmp_path, {**files, "app.py": PY}) == [
        ("cloud-assembly", "cdk.out", ".", ("app.py", "lib/stack.ts"))
    ]


def test_applications_of_a_monorepo_keep_their_source_apart(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "cdk.json": "{}",
        "app.ts": TS,
        "cdk.out/manifest.json": assembly({"S": {}}),
        "cdk.out/S.template.json": BUCKET,
        "packages/b/cdk.json": "{}",
        "packages/b/b.ts": TS,
    }
    assert outline(tmp_path, files) == [
        ("cloud-assembly", "cdk.out", ".", ("app.ts",)),
        ("cdk-source", "packages/b/b.ts", "packages/b", ("b.ts",)),
    ]


def test_source_of_two_assemblies_is_judged_once(tmp_path: Path) -> None:
    files = {
        "cdk.json": "{}",
        "app.ts": TS,
        **{f"out/{name}/manifest.json": assembly({"S": {}}) for name in "ab"},
        **{f"out/{name}/S.template.json": BUCKET for name in "ab"},
    }
    assert outline(tmp_path, files) == [
        ("cloud-assembly", "out/a", ".", ("app.ts",)),
        ("cloud-assembly", "out/b", ".", ()),
    ]


SNAPSHOTS = {
    "test/integ.queue.ts": TS,
    "test/integ.queue-encrypted.ts": TS,
    "test/shared.ts": TS,
    **{f"test/integ.{name}.js.snapshot/manifest.json": assembly({"S": {}}) for name in ("queue", "queue-encrypted")},
    **{f"test/integ.{name}.js.snapshot/S.template.json": BUCKET for name in ("queue", "queue-encrypted")},
}
QUEUE = ("cloud-assembly", "test/integ.queue.js.snapshot", "test", ("integ.queue.ts",))
ENCRYPTED = ("cloud-assembly", "test/integ.queue-encrypted.js.snapshot", "test", ("integ.queue-encrypted.ts",))


def test_source_of_several_applications_in_one_folder(tmp_path: Path) -> None:
    assert outline(tmp_path, SNAPSHOTS, "test/integ.queue.js.snapshot") == [QUEUE]
    assert outline(tmp_path, SNAPSHOTS) == [ENCRYPTED, QUEUE, ("cdk-source", "test/shared.ts", "test", ("shared.ts",))]


def test_two_assemblies_of_one_application_beside_its_source(tmp_path: Path) -> None:
    files = {
        "app.py": PY,
        **{f"{name}/manifest.json": assembly({"S": {}}) for name in ("cdk.dev", "cdk.prod")},
        **{f"{name}/S.template.json": BUCKET for name in ("cdk.dev", "cdk.prod")},
    }
    assert outline(tmp_path, files) == [
        ("cloud-assembly", "cdk.dev", ".", ("app.py",)),
        ("cloud-assembly", "cdk.prod", ".", ()),
    ]


def test_an_application_that_is_named_after_no_file_of_the_folder(tmp_path: Path) -> None:
    files = {**SNAPSHOTS, "test/other/manifest.json": assembly({"S": {}}), "test/other/S.template.json": BUCKET}
    assert outline(tmp_path, files, "test/other") == [("cloud-assembly", "test/other", "test", ())]


def test_source_that_is_searched_from_below(tmp_path: Path) -> None:
    files = {"app/cdk.json": "{}", "app/lib/a.ts": TS, "app/other.ts": TS}
    assert outline(tmp_path, files, "app/lib") == [("cdk-source", "app/lib/a.ts", "app", ("lib/a.ts",))]


def test_loose_source_in_a_folder_is_one_application(tmp_path: Path) -> None:
    assert outline(tmp_path, {"x/a.py": PY, "x/y/b.py": PY, "x/handler.py": "import boto3\n"}, "x") == [
        ("cdk-source", "x", "x", ("a.py", "y/b.py"))
    ]
