from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analyzer.sources import candidates, reading
from analyzer.sources.assembly import Discovery
from analyzer.sources.discovery import discover
from analyzer.sources.errors import InputError, PassedOver
from tests.sources.folders import BUCKET, assembly, nested_stage, write

YAML = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"
CDK = "import { Stack } from 'aws-cdk-lib';\n"


def found(root: Path, *paths: str, **files: Any) -> Discovery:
    return discover(paths, cwd=write(root, files))


def outline(discovery: Discovery) -> list[tuple[str, str, list[str]]]:
    return [(each.kind, each.path, [stack.path for stack in each.stacks]) for each in discovery.applications]


def test_a_folder_with_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/cdk.json": {"app": "npx tsx app.ts"},
            "app/app.ts": CDK,
            "app/cdk.out/manifest.json": assembly({"S": {}}),
            "app/cdk.out/S.template.json": BUCKET,
            "app/cdk.out/asset.1/template.yaml": YAML,
            "app/node_modules/x/template.yaml": YAML,
            "app/node_modules/x/index.js": CDK,
            "sam/template.yaml": YAML,
            "sam/.aws-sam/build/template.yaml": YAML,
            "sam/package.json": {"name": "sam"},
            "sam/values.yaml": "resources: {}\n",
            "sam/README.md": "Resources:",
            "old/vpc.template": BUCKET,
            "tools/venv/pyvenv.cfg": "",
            "tools/venv/t.yaml": YAML,
            ".github/workflows/ci.yml": "jobs: {}\n",
        },
    )
    discovery = discover(["."], cwd=tmp_path)
    assert outline(discovery) == [
        ("cloud-assembly", "app/cdk.out", ["app/cdk.out/S.template.json"]),
        ("template", "old/vpc.template", ["old/vpc.template"]),
        ("template", "sam/template.yaml", ["sam/template.yaml"]),
    ]
    assert discovery.errors == ()
    assert sorted(discovery.passed_over, key=lambda each: each.path) == [
        PassedOver(".github/workflows/ci.yml", "no word of a template in it"),
        PassedOver("app/cdk.json", "no word of a template in it"),
        PassedOver("app/node_modules", "packages, caches and the like are not searched"),
        PassedOver("sam/.aws-sam", "packages, caches and the like are not searched"),
        PassedOver("sam/package.json", "no word of a template in it"),
        PassedOver("sam/values.yaml", "no word of a template in it"),
        PassedOver("tools/venv", "a virtual environment is not searched"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "Resources:\n  {{ range .x }}\n"),
        ("a.yaml", "AWSTemplateFormatVersion: 2010-09-09\n\tx: 1\n"),
        ("a.json", '{"Resources": {"a" 1}}'),
        ("a.template", '{"Resources": {"a" 1}}'),
        ("a.yaml", "Resources:\n  A: 1\n---\nResources:\n  B: 2\n"),
        ("a.json", '{"Resources": {}}'.encode("utf-16")),
    ],
)
def test_a_file_that_speaks_of_resources_and_cannot_be_read(tmp_path: Path, name: str, content: str | bytes) -> None:
    discovery = found(tmp_path, ".", **{name: content, "good.yaml": YAML})
    assert outline(discovery) == [("template", "good.yaml", ["good.yaml"])]
    (error,) = discovery.errors
    assert error.path == name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chart.yaml", "{{- if .Values.x }}\nkind: Pod\n{{- end }}\n"),
        ("chart.yaml", "spec:\n  Resources: {{ x }}\n"),
        ("many.yaml", "kind: A\n---\nkind: B\n"),
        ("a.json", "{not json"),
        ("a.json", '{"Resources": {"greeting": "hello"}}'),
        ("serverless.yml", "service: x\nresources:\n  Resources:\n    B: {Type: AWS::S3::Bucket}\n"),
        ("a.yaml", "# see AWSTemplateFormatVersion\nkind: A\n"),
    ],
)
def test_other_files_are_passed_over(tmp_path: Path, name: str, content: str) -> None:
    discovery = found(tmp_path, ".", **{name: content})
    assert (discovery.applications, discovery.errors) == ((), ())
    assert [each.path for each in discovery.passed_over] == [name]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "hello", "a.txt: not a CloudFormation template: no Resources"),
        ("a.yaml", "kind: Pod\n", "a.yaml: not a CloudFormation template: no Resources"),
        ("a.json", '{"Resources": []}', "a.json: not a CloudFormation template: no Resources"),
        ("a.yaml", "", "a.yaml: not a CloudFormation template: no Resources"),
        ("a.json", "", "a.json:1:1: not JSON: Expecting value"),
        ("a.py", "import os\n", "a.py: neither a template nor CDK source: it does not import the CDK"),
        (
            "a.bin",
            b"\xff\xfe\x00\x01",
            "a.bin: not a CloudFormation template: no Resources, and not UTF-8 text (it looks like UTF-16 or UTF-32); "
            "save it as UTF-8",
        ),
        (
            "a.md",
            b"# a\nb: c: d\n",
            "a.md:2:5: not a CloudFormation template: no Resources, and not YAML: mapping values are not allowed in this context",
        ),
        ("a.md", b"Resources:\n  a: b: c\n", "a.md:2:7: not YAML: mapping values are not allowed in this context"),
    ],
)
def test_a_named_file_must_be_an_input(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    discovery = found(tmp_path, name, **{name: content})
    assert (discovery.applications, [str(error) for error in discovery.errors]) == ((), [said])


def test_a_named_template_may_have_any_name_and_types(tmp_path: Path) -> None:
    discovery = found(tmp_path, "stack.txt", "empty.json", **{"stack.txt": YAML, "empty.json": {"Resources": {}}})
    assert outline(discovery) == [("template", ".", ["empty.json", "stack.txt"])]


def test_a_named_file_is_an_error_even_if_its_folder_is_searched_too(tmp_path: Path) -> None:
    discovery = found(tmp_path, ".", "a.yaml", **{"a.yaml": "kind: Pod\n", "b.yaml": YAML})
    assert discovery.errors == (InputError("a.yaml", "not a CloudFormation template: no Resources"),)
    assert outline(discovery) == [("template", "b.yaml", ["b.yaml"])]


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    discovery = found(tmp_path, "none", "none/*.yaml", "a\0b", "x" * 5000, "")
    assert [str(error) for error in discovery.errors if len(error.path) < 100] == [
        "none: no such file or folder",
        "none/*.yaml: no file matches",
        "a\0b: no such file or folder",
    ]
    assert [error.reason for error in discovery.errors] == [
        "no such file or folder",
        "no file matches",
        "no such file or folder",
        "cannot be read: File name too long",
    ]


def test_a_link_that_leads_round_is_not_said_to_be_absent(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    assert found(tmp_path, "round").errors == (
        InputError("round", "cannot be read: Too many levels of symbolic links"),
    )


def test_the_same_file_counts_once(tmp_path: Path) -> None:
    write(tmp_path, {"d/a.yaml": YAML, "cdk.out/manifest.json": assembly({"S": {}}), "cdk.out/S.template.json": BUCKET})
    (tmp_path / "d" / "same.yaml").symlink_to("a.yaml")
    paths = ["d/a.yaml", "./d/../d/a.yaml", str(tmp_path / "d" / "a.yaml"), "d", ".", "d/*.yaml", "cdk.out", "cdk.out/"]
    assert outline(discover(paths, cwd=tmp_path)) == [
        ("cloud-assembly", "cdk.out", ["cdk.out/S.template.json"]),
        ("template", "d/a.yaml", ["d/a.yaml"]),
    ]


def test_standard_input(tmp_path: Path) -> None:
    discovery = discover(["-"], cwd=tmp_path, stdin=YAML.encode)
    (application,) = discovery.applications
    (stack,) = application.stacks
    assert (stack.name, stack.path, stack.document["Resources"]["B"]["Type"]) == ("-", "-", "AWS::S3::Bucket")
    assert (application.kind, application.path, stack.file) == ("template", "-", None)
    assert discover(["-"], cwd=tmp_path).errors == (InputError("-", "there is no standard input"),)
    broken = discover(["-"], cwd=tmp_path, stdin=lambda: b"{")
    assert [str(error) for error in broken.errors] == [
        "-:1:2: not JSON: Expecting property name enclosed in double quotes"
    ]


def test_standard_input_reads_local_files_from_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, {"src/a.py": ""})
    (application,) = discover(["-"], cwd=tmp_path, stdin=YAML.encode).applications
    tree = application.stacks[0].asset({"Properties": {"CodeUri": "src"}}, "CodeUri")
    assert getattr(tree, "display", tree) == "src"


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*.yaml", ["a.yaml"]),
        ("**/*.yaml", ["a.yaml", "x/b.yaml", "x/y/c.yaml"]),
        ("x/**", ["x/b.yaml", "x/y/c.yaml"]),
        ("x/?.yaml", ["x/b.yaml"]),
        ("[ab].yaml", ["a.yaml"]),
        ("*/y/*.y*ml", ["x/y/c.yaml"]),
    ],
)
def test_globs(tmp_path: Path, pattern: str, matched: list[str]) -> None:
    files = dict.fromkeys(("a.yaml", "x/b.yaml", "x/y/c.yaml", "node_modules/d.yaml", ".hidden/e.yaml"), YAML)
    discovery = found(tmp_path, pattern, **files, **{"x/values.json": "{}"})
    assert sorted(path for _, _, paths in outline(discovery) for path in paths) == matched
    assert discovery.errors == ()


def test_a_glob_with_a_link_to_its_own_folder_ends(tmp_path: Path) -> None:
    write(tmp_path, {"a/t.yaml": YAML})
    (tmp_path / "a" / "again").symlink_to("..")
    assert outline(discover(["**/*.yaml"], cwd=tmp_path)) == [("template", "a/t.yaml", ["a/t.yaml"])]


def test_a_file_with_wildcards_in_its_name_is_that_file(tmp_path: Path) -> None:
    assert outline(found(tmp_path, "a[1].yaml", **{"a[1].yaml": YAML})) == [("template", "a[1].yaml", ["a[1].yaml"])]


def test_links_and_special_files_in_a_folder(tmp_path: Path) -> None:
    root = write(tmp_path / "in", {"a.yaml": YAML})
    write(tmp_path / "out", {"secret.yaml": YAML})
    (root / "leads-out.yaml").symlink_to("../out/secret.yaml")
    (root / "folder").symlink_to("../out")
    (root / "round").symlink_to(".")
    (root / "dangling.yaml").symlink_to("none")
    os.mkfifo(root / "pipe.yaml")
    discovery = discover(["."], cwd=root)
    assert outline(discovery) == [("template", "a.yaml", ["a.yaml"])]
    assert sorted(discovery.passed_over, key=lambda each: each.path) == [
        PassedOver("dangling.yaml", "not a regular file"),
        PassedOver("folder", "symbolic links to folders are not followed"),
        PassedOver("leads-out.yaml", "a symbolic link that leads out of the folder"),
        PassedOver("pipe.yaml", "not a regular file"),
        PassedOver("round", "symbolic links to folders are not followed"),
    ]
    assert discover(["pipe.yaml"], cwd=root).errors == (InputError("pipe.yaml", "a named pipe, not a regular file"),)


def test_files_over_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"data.json": '{"x": 1234567890}', "t.yaml": YAML, "b.yaml": "Resources:\n B: {Type: A::B}\n"})
    monkeypatch.setattr(candidates, "MAX_DOCUMENT_BYTES", 10)
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", 30)
    discovery = discover(["."], cwd=tmp_path)
    assert [str(error) for error in discovery.errors] == [
        f"t.yaml: {len(YAML)} bytes are more than the 30 that are read of one file"
    ]
    assert PassedOver("data.json", "too large to be a template") in discovery.passed_over
    assert outline(discovery) == [("template", "b.yaml", ["b.yaml"])]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.yaml": YAML, "shut/b.yaml": YAML})
    listing = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    discovery = discover(["."], cwd=tmp_path)
    assert outline(discovery) == [("template", "a.yaml", ["a.yaml"])]
    assert discovery.errors == (InputError("shut", "cannot be listed: Permission denied"),)


ASSEMBLY = {
    "cdk.out/manifest.json": assembly({"S": {}, "T": {}}, P=nested_stage("assembly-P")),
    "cdk.out/S.template.json": {
        "Resources": {
            "B": {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "S/B"}},
            "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "N.nested.template.json"}},
        }
    },
    "cdk.out/T.template.json": BUCKET,
    "cdk.out/N.nested.template.json": BUCKET,
    "cdk.out/Stale.template.json": BUCKET,
    "cdk.out/S.assets.json": {"files": {}},
    "cdk.out/tree.json": {"tree": {}},
    "cdk.out/assembly-P/manifest.json": assembly({"PU": {"displayName": "P/U"}}),
    "cdk.out/assembly-P/PU.template.json": BUCKET,
    "cdk.out/asset.1/t.json": BUCKET,
}
WHOLE = ["cdk.out/S.template.json", "cdk.out/T.template.json", "cdk.out/assembly-P/PU.template.json"]


@pytest.mark.parametrize("paths", [["cdk.out"], ["cdk.out/manifest.json"], ["."], ["cdk.out", "cdk.out/assembly-P"]])
def test_a_whole_assembly(tmp_path: Path, paths: list[str]) -> None:
    discovery = found(tmp_path, *paths, **ASSEMBLY)
    assert outline(discovery) == [("cloud-assembly", "cdk.out", WHOLE)]
    assert discovery.errors == ()


def test_a_stage_of_an_assembly(tmp_path: Path) -> None:
    assert outline(found(tmp_path, "cdk.out/assembly-P", **ASSEMBLY)) == [
        ("cloud-assembly", "cdk.out/assembly-P", ["cdk.out/assembly-P/PU.template.json"])
    ]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["S"], [("cloud-assembly", "cdk.out", ["cdk.out/S.template.json"])]),
        (["N.nested"], [("cloud-assembly", "cdk.out", ["cdk.out/N.nested.template.json"])]),
        (["N.nested", "S"], [("cloud-assembly", "cdk.out", ["cdk.out/S.template.json"])]),
        (["Stale"], [("template", "cdk.out/Stale.template.json", ["cdk.out/Stale.template.json"])]),
    ],
)
def test_templates_of_an_assembly_by_name(tmp_path: Path, named: list[str], expected: list[Any]) -> None:
    paths = [f"cdk.out/{name}.template.json" for name in named]
    assert outline(found(tmp_path, *paths, **ASSEMBLY)) == expected


def test_a_glob_over_an_assembly(tmp_path: Path) -> None:
    discovery = found(tmp_path, "cdk.out/*.json", **{**ASSEMBLY, "cdk.out/manifest.json": assembly({"S": {}, "T": {}})})
    assert outline(discovery)[0] == ("cloud-assembly", "cdk.out", WHOLE[:2])
    assert discovery.errors == ()
    names = discover(["cdk.out/S.assets.json", "cdk.out/tree.json"], cwd=tmp_path)
    assert (names.errors, [each.reason for each in names.passed_over]) == (
        (),
        ["part of a cloud assembly, not a template"] * 2,
    )


def test_assets_are_no_inputs_for_a_glob(tmp_path: Path) -> None:
    paths = [path for _, _, stacks in outline(found(tmp_path, "**/t.json", **ASSEMBLY)) for path in stacks]
    assert paths == []


def test_a_broken_assembly_is_an_error_and_hides_nothing(tmp_path: Path) -> None:
    discovery = found(tmp_path, ".", **{"cdk.out/manifest.json": "{", "cdk.out/cdk.out": "{}", "a.yaml": YAML})
    assert outline(discovery) == [("template", "a.yaml", ["a.yaml"])]
    assert [error.path for error in discovery.errors] == ["cdk.out/manifest.json"]


def test_a_manifest_of_something_else(tmp_path: Path) -> None:
    discovery = found(tmp_path, ".", **{"ext/manifest.json": {"manifest_version": 3}, "ext/t.yaml": YAML})
    assert outline(discovery) == [("template", "ext/t.yaml", ["ext/t.yaml"])]


def test_errors_of_an_application_are_among_all(tmp_path: Path) -> None:
    discovery = found(
        tmp_path,
        "cdk.out",
        **{"cdk.out/manifest.json": assembly({"S": {}, "T": {}}), "cdk.out/T.template.json": BUCKET},
    )
    (application,) = discovery.applications
    expected = (InputError("cdk.out/manifest.json", "S: no template 'S.template.json' in the assembly"),)
    assert (application.errors, discovery.errors) == (expected, expected)


def test_outside_of_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, {"here/x": "", "there/t.yaml": YAML, "there/src/a.py": "", "near/b.py": ""})
    (application,) = discover([str(tmp_path / "there")], cwd=tmp_path / "here").applications
    (stack,) = application.stacks
    assert stack.path == "../there/t.yaml"
    assert getattr(stack.asset({"Properties": {"C": "src"}}, "C"), "display", None) == "../there/src"
    assert getattr(stack.asset({"Properties": {"C": "../near"}}, "C"), "display", None) is None


def test_the_whole_disk_is_never_a_root(tmp_path: Path) -> None:
    write(tmp_path, {"t.yaml": YAML})
    (application,) = discover([str(tmp_path / "t.yaml")], cwd=Path("/")).applications
    found = application.stacks[0].asset({"Properties": {"C": "/etc/hostname"}}, "C")
    assert getattr(found, "display", None) is None


def test_little_is_imported_for_a_json_template(tmp_path: Path) -> None:
    write(tmp_path, {"t.json": BUCKET})
    script = (
        "import sys; from pathlib import Path; from analyzer.sources.discovery import discover\n"
        "found = discover(['t.json'], cwd=Path.cwd()); assert found.applications and not found.errors\n"
        "print(sorted({'yaml', 'zipfile', 'hashlib', 'click', 'tree_sitter', 'glob'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
