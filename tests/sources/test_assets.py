from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from analyzer.sources.assembly import LocalFile, StackSource
from analyzer.sources.discovery import discover
from analyzer.sources.errors import InputError, MissingAsset
from analyzer.sources.positions import Position
from tests.sources.folders import write

YAML = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"


@pytest.fixture
def stack(tmp_path: Path) -> StackSource:
    write(
        tmp_path,
        {
            "repo/infra/template.yaml": YAML,
            "repo/infra/src/app.js": "",
            "repo/shared/lib.py": "",
            "repo/infra/one.py": "x",
            "repo/infra/api.yaml": "paths:\n  /a: !Ref X\n",
            "repo/infra/broken.json": "{",
            "secret/key": "s",
        },
    )
    with zipfile.ZipFile(tmp_path / "repo" / "infra" / "code.zip", "w") as archive:
        archive.writestr("index.js", "")
    (tmp_path / "repo" / "infra" / "fake.zip").write_text("no zip")
    (tmp_path / "repo" / "infra" / "out").symlink_to(tmp_path / "secret")
    found = discover(["infra/template.yaml"], cwd=tmp_path / "repo")
    ((stack,),) = (application.stacks for application in found.applications)
    return stack


def resource(code: object, **metadata: object) -> dict[str, Any]:
    return {"Properties": {"CodeUri": code, "Deep": {"Inner": code}}, "Metadata": metadata}


@pytest.mark.parametrize(
    ("code", "display", "names"),
    [
        ("./src", "infra/src", ["app.js"]),
        ("src/", "infra/src", ["app.js"]),
        ("../shared", "shared", ["lib.py"]),
        ("one.py", "infra/one.py", ["one.py"]),
        ("code.zip", "infra/code.zip", ["index.js"]),
    ],
)
def test_local_paths(stack: StackSource, code: str, display: str, names: list[str]) -> None:
    for property_path in ("CodeUri", "Deep.Inner"):
        tree = stack.asset(resource(code), property_path)
        assert not isinstance(tree, MissingAsset)
        assert (tree.display, list(tree.names())) == (display, names)


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("../../secret", MissingAsset("not there, or outside the folders that were given", "../../secret")),
        ("/etc", MissingAsset("not there, or outside the folders that were given", "/etc")),
        ("out", MissingAsset("not there, or outside the folders that were given", "out")),
        ("none", MissingAsset("not there, or outside the folders that were given", "none")),
        ("s3://bucket/key", MissingAsset("stored elsewhere, not beside the template", "s3://bucket/key")),
        ({"S3Bucket": "b", "S3Key": "k.zip"}, MissingAsset("stored elsewhere, not beside the template", "k.zip")),
        ({"ZipFile": "exports.x = 1"}, MissingAsset("written in the template itself, not in files")),
        ({"S3Key": {"Ref": "Key"}}, MissingAsset("where the files are is known only at deployment")),
        ({"Fn::If": ["A", "src", "src"]}, MissingAsset("where the files are is known only at deployment")),
        (None, MissingAsset("the resource has no CodeUri")),
    ],
)
def test_why_there_are_no_files(stack: StackSource, code: object, missing: MissingAsset) -> None:
    assert stack.asset(resource(code), "CodeUri") == missing


def test_an_archive_that_is_none(stack: StackSource) -> None:
    found = stack.asset(resource("fake.zip"), "CodeUri")
    assert isinstance(found, MissingAsset)
    assert found.reason == "not a zip archive that can be read: File is not a zip file"


def test_recorded_paths_are_those_of_their_property(stack: StackSource) -> None:
    recorded = {"aws:asset:path": "src", "aws:asset:property": "Code.ImageUri"}
    found = stack.asset(resource(None, **recorded), "Code")
    assert not isinstance(found, MissingAsset)
    assert found.display == "infra/src"
    assert stack.asset(resource(None, **recorded), "CodeUri") == MissingAsset("the resource has no CodeUri")
    assert stack.asset(resource(None, **{"aws:asset:path": 3}), "CodeUri") == MissingAsset(
        "the resource has no CodeUri"
    )


@pytest.mark.parametrize("odd", [{}, {"Properties": []}, {"Properties": None, "Metadata": []}])
def test_resources_of_another_shape(stack: StackSource, odd: dict[str, Any]) -> None:
    assert stack.asset(odd, "Code.Inner") == MissingAsset("the resource has no Code.Inner")


def test_local_files(stack: StackSource) -> None:
    file = stack.local_file("./api.yaml")
    assert isinstance(file, LocalFile)
    assert (file.path, file.read()) == ("infra/api.yaml", b"paths:\n  /a: !Ref X\n")
    assert file.document.value == {"paths": {"/a": {"Ref": "X"}}}
    assert file.document.position("/paths/~1a") == Position(2, 3, 2, 13)
    broken = stack.local_file("broken.json")
    assert isinstance(broken, LocalFile)
    with pytest.raises(InputError, match=r"infra/broken\.json:1:2: not JSON"):
        _ = broken.document


@pytest.mark.parametrize("name", ["src", "none.yaml", "../../secret/key", "out/key", "/etc/passwd", "s3://b/k", ""])
def test_local_files_that_are_none(stack: StackSource, name: str) -> None:
    reason = "not a file beside the template or in the folders that were given"
    assert stack.local_file(name) == MissingAsset(reason, name)
